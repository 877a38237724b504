"""Trade statistics of two sides as other organisations publish them, cleaned: who says
it of whom, which side, which product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.engines import digest
from tidewaiter.trade.expressions import Column, Engine, Rows
from tidewaiter.trade.files.code_levels import finest_alone, later_edition_alone, longest_alone
from tidewaiter.trade.files.opening import raw_table
from tidewaiter.trade.mirror.packed_flows import Held, number_of_country, number_of_product, packed
from tidewaiter.trade.tables.cells import joined
from tidewaiter.trade.tables.columns import Columns, asked, columns_of, layouts, words
from tidewaiter.trade.tables.gaps import Sought, Unread, unread_of
from tidewaiter.trade.tables.long_form import laid_wide, long_form_of
from tidewaiter.trade.tables.opened import TableReading, opened_table
from tidewaiter.trade.tables.products import Product, products_of
from tidewaiter.trade.tables.times import column_of, read_times
from tidewaiter.trade.tables.words import (
    WORLD,
    base_unit,
    country_reader,
    currency,
    flow_reader,
    is_total,
)

ASKED = asked("reported")
"""What is asked of reported trade, and the heads it goes by."""
_PARTS = ("mode", "second_partner", "procedure", "supply")
_LOST = {
    "reporter": "unknown_country",
    "partner": "unknown_country",
    "exporter": "unknown_country",
    "importer": "unknown_country",
    "flow": "unknown_flow",
    "product": "no_product",
    "value": "no_value",
    "period": "unknown_period",
}
"""For which reason rows are left out whose column is not understood."""


@dataclass(slots=True)
class ReportedRows:
    """Rows of reported trade, cleaned: `exporter, importer, product` (six digits at most), `year, side` (import,
    export, re_export, both), `value, weight` (kilograms), `edition, left_out, flow` (`packed_flows`), `repeat` and
    `key` (a number of all that a row says, and of its key alone).
    """

    rows: Rows
    columns: Columns
    held: Held
    mended: int = 0
    """Different codes whose zero before had been lost."""
    unique: bool = False
    """Whether the table has all columns of its key: two values of one key then contradict each other."""
    unread: tuple[str, ...] = ()
    """Columns that hold something that was not understood."""

    def not_understood(self, connection: Engine) -> list[Unread]:
        """What of the table was not understood and is left out for it."""
        sought = [
            Sought(name, column_of(self.columns, name), _LOST.get(name, ""), name in _LOST) for name in self.unread
        ]
        return unread_of(connection, self.rows, sought)


def cleaned(connection: Engine, path: Path, mapping: Mapping[str, str] | None) -> ReportedRows:
    """The rows of a file, each with the reason for which it is left out (`packed_flows.REASONS`). Raises `BadInput`."""
    raw = raw_table(connection, path)
    form = long_form_of(list(raw.columns))
    if form is not None:
        raw = laid_wide(raw, form)
    columns = columns_of(list(raw.columns), "reported", mapping)
    reading = _opened(connection, raw, columns, form.keys if form is not None else ())
    both = "exporter" in columns.taken
    products = _read_words(reading, both)
    _read_numbers(reading)
    grains = read_times(reading)
    table = _with_sides(reading, both)
    table = table.mutate(left_out=_first_reason(reading, table, both), level=table.product_level)
    levels = {product.level for product in products.values()}
    table = finest_alone(table, levels)
    if grains > 1:
        table = longest_alone(table)
    if len(reading.said.get("edition_0", ())) > 1:
        table = later_edition_alone(table, with_period="period_0" in table.columns)
    sides = {"both"} if both else _sides(reading) & {"import", "export", "re_export"}
    names = [f"{name}_unread" for name in dict.fromkeys(reading.unread)]
    rows = table.select(
        "exporter",
        "importer",
        "product",
        "side",
        "value",
        "weight",
        "left_out",
        "repeat",
        "key",
        *names,
        year=table.when,
        edition=table.edition_said,
        flow=packed(table.exporter_number, table.importer_number, table.product_number, table.when, table.left_out),
    )
    return ReportedRows(
        rows,
        columns,
        Held(sides, len(reading.said.get("edition_0", ()))),
        sum(one.mended for one in products.values()),
        unique=form is not None or _has_whole_key(raw.columns),
        unread=tuple(dict.fromkeys(reading.unread)),
    )


def _opened(connection: Engine, raw: Rows, columns: Columns, keys: Sequence[str]) -> TableReading:
    """The texts of the columns that say something, with numbers of the whole row and of its key (`keys`,
    where the table's layout says them).
    """
    own = [head for head in raw.columns if head.strip().lower() not in words("unnumbered")] or list(raw.columns)
    known = {head.lower() for head in layouts()["reported"]["unique"]["key"]}
    key = list(keys) or [head for head in own if head.lower() in known] or own
    return opened_table(raw, columns, repeat=digest(connection, raw, own), key=digest(connection, raw, key))


def _has_whole_key(heads: Any) -> bool:
    wanted = {head.lower() for head in layouts()["reported"]["unique"]["whole"]}
    return wanted <= {head.lower() for head in heads}


def _sides(reading: TableReading) -> set[str]:
    said = [text for name in reading.texts("flow") for text in reading.said[name]]
    constant = reading.columns.constants.get("flow")
    read = flow_reader(said)
    return {side for text in [*said, *([constant] if constant else [])] if (side := read(text)) is not None}


def _read_words(reading: TableReading, both: bool) -> dict[str, Product]:
    """Countries, flow and product of each row; what the different codes of goods mean."""
    country = country_reader(reading.columns.countries)
    for name in ("exporter", "importer") if both else ("reporter", "partner"):

        def meant(text: str, name: str = name) -> JsonObject | None:
            code = country(text)
            return None if code is None else {f"{name}_code": code, f"{name}_bits": number_of_country(code)}

        reading.understood(name, meant, {f"{name}_code": pa.string(), f"{name}_bits": pa.int64()})
    if not both:
        side = flow_reader([text for one in reading.texts("flow") for text in reading.said[one]])
        reading.understood(
            "flow", lambda text: None if (said := side(text)) is None else {"side": said}, {"side": pa.string()}
        )
    texts = [text for one in reading.texts("product") for text in reading.said[one]]
    wide = {text: text.zfill(6) if reading.columns.layout == "baci" else text for text in texts}
    constant = reading.columns.constants.get("product")
    products = products_of([*wide.values(), *([constant] if constant else [])])

    def code(text: str) -> JsonObject | None:
        found = products.get(wide.get(text, text))
        if found is None:
            return None
        six = found.subheading
        return {"product": six, "product_number": number_of_product(six), "product_level": found.level}

    types = {"product": pa.string(), "product_number": pa.int64(), "product_level": pa.int64()}
    reading.understood("product", code, types)
    return products


def _read_numbers(reading: TableReading) -> None:
    """Value, and a weight above zero in kilograms:
    of the column of weights, else of a quantity whose unit is a mass.
    """
    columns = reading.columns
    reading.number("value")
    nothing = ibis.null("float64")
    weight = nothing
    if "weight" in columns.taken:
        reading.number("weight")
        weight = reading.table.weight * columns.weight_times
    elif "quantity" in columns.taken and "unit" in columns.taken:
        reading.number("quantity")
        units = {text: base_unit(text) for text in reading.said["unit_0"]}
        masses = {text: {"mass": unit[1]} for text, unit in units.items() if unit is not None and unit[0] == "KGM"}
        reading.table = joined(reading.table, "unit_0", masses, {"mass": pa.float64()})
        weight = reading.table.quantity * reading.table.mass
    value = reading.table.value * columns.value_times
    reading.table = reading.table.mutate(value=value, weight=ibis.ifelse(weight > 0, weight, nothing))


def _with_sides(reading: TableReading, both: bool) -> Rows:
    """Exporter and importer of each row, whoever reports it, and the edition as it is said."""
    table = reading.table
    edition = table.edition_0.fill_null("") if "edition_0" in table.columns else ibis.literal("")
    if both:
        return table.mutate(
            side=ibis.literal("both"),
            exporter=table.exporter_code,
            importer=table.importer_code,
            exporter_number=table.exporter_bits,
            importer_number=table.importer_bits,
            by=table.exporter_bits,
            edition_said=edition,
        )
    table = table.mutate(side=table.side.fill_null(""))
    out = table.side == "import"
    return table.mutate(
        exporter=ibis.ifelse(out, table.partner_code, table.reporter_code),
        importer=ibis.ifelse(out, table.reporter_code, table.partner_code),
        exporter_number=ibis.ifelse(out, table.partner_bits, table.reporter_bits),
        importer_number=ibis.ifelse(out, table.reporter_bits, table.partner_bits),
        by=table.reporter_bits,
        edition_said=edition,
    )


def _first_reason(reading: TableReading, table: Rows, both: bool) -> Column:
    """Why a row is not used, by what it says alone; nothing where it is."""
    first, second = ("exporter", "importer") if both else ("reporter", "partner")
    one, other = table[f"{first}_code"], table[f"{second}_code"]
    world = (one == WORLD).fill_null(False) | (other == WORLD).fill_null(False)
    nowhere = (one == "").fill_null(False) | (other == "").fill_null(False)
    return ibis.cases(
        (world, "world"),
        (nowhere, "no_country"),
        (_parted(reading, table), "breakdown"),
        (_other_edition(reading, table), "another_edition"),
        (_other_currency(reading, table), "another_currency"),
        (one.isnull() | other.isnull(), "unknown_country"),
        (one == other, "itself"),
        (table.side == "", "unknown_flow"),
        (table.side == "re_import", "re_import"),
        (table.side == "other", "another_flow"),
        (table["product"].isnull(), "no_product"),
        (table.value.isnull(), "no_value"),
        (table.value < 0, "negative_value"),
        (table.period_unread.notnull(), "unknown_period"),
        else_="",
    )


def _parted(reading: TableReading, table: Rows) -> Rows:
    """Whether a row is a part of another one. Where a column of parts never says «all
    together», its parts are all there is.
    """
    parts = [ibis.literal(False)]
    for name in _PARTS:
        for column in reading.texts(name):
            said = reading.said[column]
            some = [text for text in said if not is_total(text)]
            if some and (len(some) < len(said) or _has_empties(table, column)):
                parts.append(table[column].isin(some).fill_null(False))
    return ibis.or_(*parts)


def _has_empties(table: Rows, column: str) -> bool:
    return bool(table.agg(n=table[column].isnull().any()).to_pyarrow().to_pylist()[0]["n"])


def _other_edition(reading: TableReading, table: Rows) -> Column:
    """Whether a row is of no edition of the Harmonized System, where others are."""
    said = reading.said.get("edition_0", [])
    others = [text for text in said if any(text.lower().startswith(word) for word in words("other_editions"))]
    return table.edition_said.isin(others) if others and len(others) < len(said) else ibis.literal(False)


def _other_currency(reading: TableReading, table: Rows) -> Column:
    """Whether a row is in another currency than most: two are never added up."""
    if "currency_0" not in table.columns:
        return ibis.literal(False)
    codes = {text: currency(text) or text for text in reading.said["currency_0"]}
    if len(set(codes.values())) < 2:
        return ibis.literal(False)
    counted = table.group_by("currency_0").agg(n=row.count()).execute()
    rows: dict[str, int] = {}
    for text, n in counted.itertuples(index=False):
        if isinstance(text, str):
            rows[codes[text]] = rows.get(codes[text], 0) + int(n)
    most = max(sorted(rows), key=lambda code: rows[code])
    return ~table.currency_0.isin([text for text, code in codes.items() if code == most]).fill_null(False)


def checked(dropped: dict[str, int], left: int, unread: str = "") -> dict[str, int]:
    """How many rows were left out, by reason, in order. Raises `BadInput` where none is left."""
    if not left:
        why = ", ".join(f"{name} {n}" for name, n in sorted(dropped.items())) or "0"
        sentence = _("No row of the table can be used: %(why)s.") % {"why": why}
        raise BadInput("no_rows", f"{sentence} {unread}".strip())
    return dict(sorted(dropped.items()))


def years_of(used: Rows) -> dict[str, int | None]:
    """The first and the last year of rows (`from`, `until`); nothing where none is known."""
    used = used.filter(used.year > 0)
    found = used.agg(first=used.year.min(), last=used.year.max()).to_pyarrow().to_pylist()[0]
    return {"from": found["first"], "until": found["last"]}
