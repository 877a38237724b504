"""Declarations as other people's tables have them: which column says what, cleaned, with what was wrong counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import pyarrow as pa

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.readings.dates import month_of
from tidewaiter.trade.engines import numbered
from tidewaiter.trade.expressions import Column, Engine, Rows
from tidewaiter.trade.files.opening import raw_table
from tidewaiter.trade.tables.cells import joined
from tidewaiter.trade.tables.columns import Columns, asked, columns_of, words
from tidewaiter.trade.tables.gaps import Sought, Unread, unread_of
from tidewaiter.trade.tables.long_form import laid_wide, long_form_of, wide_heads
from tidewaiter.trade.tables.opened import TableReading, opened_table
from tidewaiter.trade.tables.products import TOTAL, products_of
from tidewaiter.trade.tables.words import OTHER, WORLD, base_unit, country_reader, currency, flow_reader, periods_of

_QUANTITIES = ("quantity", "weight", "other_quantity")
ASKED = tuple(
    replace(one, heads=sum((more.heads for more in asked("declarations") if more.name in _QUANTITIES), ()))
    if one.name == "quantity"
    else one
    for one in asked("declarations")
    if one.name != "other_quantity"
)
"""What is asked of declarations, and the heads it goes by: for a person any quantity is one, a table is read by
`columns_of`. The quantity is a mass in kilograms where no unit is said.
"""
_LOST = {
    "hs": "no_product",
    "flow": "unknown_flow",
    "currency": "unknown_currency",
    "quantity": "no_quantity",
    "weight": "no_quantity",
    "value": "no_value",
}
"""For which reason rows are left out whose column is not understood; of others the
text itself stands for what it says.
"""
MOST_STRANGE = 1_000
"""Different dates that are named as not understood."""
CLEANED = (
    "row",
    "id",
    "hs",
    "hs_mended",
    "partner",
    "flow",
    "year",
    "quarter",
    "month",
    "unit",
    "currency",
    "importer",
    "related",
    "left_out",
    "quantity",
    "value",
)
"""Columns of a cleaned row."""


@dataclass(slots=True)
class DeclaredRows:
    """Declarations, cleaned (`CLEANED`): HS digits, a period, a quantity in a base unit, a flow, each row under its
    own number `row` (several items of a declaration have one `id`); `left_out` says why a row is not used,
    `hs_mended` where the zero before was lost.
    """

    rows: Rows
    columns: Columns
    several_currencies: bool = False
    """Values are in several currencies, for which no rates were given."""
    unread: tuple[str, ...] = ()

    def kept(self) -> Rows:
        """The cleaned rows as a stage keeps them."""
        return self.rows.select(*CLEANED)

    def not_understood(self, connection: Engine) -> list[Unread]:
        """What of the table was not understood; of several currencies each row is worth as much."""
        rows = self.rows.mutate(value=ibis.literal(1.0)) if self.several_currencies else self.rows
        sought = []
        for name in self.unread:
            lost = name in _LOST and not (name == "currency" and self.several_currencies)
            column = self.columns.taken.get(name, (name,))[0]
            sought.append(Sought(name, column, _LOST[name] if lost else "", lost))
        return unread_of(connection, rows, sought)


def cleaned(
    connection: Engine,
    path: Path,
    mapping: Mapping[str, str] | None,
    rates: Mapping[str, float] | None = None,
    flow: str = "import",
) -> DeclaredRows:
    """The declarations of a file; `flow` where it says none. Without `rates` values stay in their currencies, and
    are never pooled. Raises `BadInput`.
    """
    raw = raw_table(connection, path)
    form = long_form_of(list(raw.columns))
    columns = columns_of(wide_heads(list(raw.columns)), "declarations", mapping)
    raw = numbered(connection, path, raw)
    if form is not None:
        raw = laid_wide(raw, form)
    reading = opened_table(raw, columns, row=raw.row)
    _read_words(reading)
    _read_times(reading)
    _read_quantity(reading)
    several = _read_value(reading, rates)
    table = reading.table
    plain = {
        name: table[f"{name}_0"] if f"{name}_0" in table.columns else ibis.null("string")
        for name in ("id", "importer", "related")
    }
    table = table.mutate(
        flow_said=ibis.ifelse(table.flow_unread.notnull(), "", table.side.fill_null(flow)),
        hs=table.code.fill_null(""),
        hs_mended=table.mended.fill_null(False),
        partner=ibis.ifelse(table.partner_unread.notnull(), table.partner_unread, table.partner_code).fill_null(""),
        id=plain["id"].fill_null(table.row.cast("string")),
        importer=plain["importer"].fill_null(""),
        related=plain["related"].lower().isin(["1", "y", "yes", "true", "t"]).fill_null(False),
    )
    rows = table.mutate(left_out=_reason(table)).rename(flow="flow_said")
    return DeclaredRows(rows, columns, several, tuple(dict.fromkeys(reading.unread)))


def _reason(table: Rows) -> Column:
    return ibis.cases(
        ((table.hs.length() < 4) & (table.hs != TOTAL), "no_product"),
        (table.hs == TOTAL, "another_level"),
        (table.partner == WORLD, "world"),
        (table.flow_said == "", "unknown_flow"),
        (table.flow_said == OTHER, "another_flow"),
        (table.quantity.isnull(), "no_quantity"),
        (table.quantity <= 0, "quantity_not_positive"),
        (table.rate.isnull(), "unknown_currency"),
        (table.value.isnull(), "no_value"),
        (table.value <= 0, "value_not_positive"),
        else_="",
    )


def _read_words(reading: TableReading) -> None:
    """Code of goods, partner and flow."""
    constant = reading.columns.constants.get("hs")
    texts = reading.said.get("hs_0", [])
    products = products_of([*texts, *([constant] if constant else [])])

    def code(text: str) -> JsonObject | None:
        found = products.get(text)
        return None if found is None else {"code": found.code, "mended": found.mended}

    reading.understood("hs", code, {"code": pa.string(), "mended": pa.bool_()})
    country = country_reader(reading.columns.countries)

    def partner(text: str) -> JsonObject | None:
        return None if (found := country(text)) is None else {"partner_code": found}

    reading.understood("partner", partner, {"partner_code": pa.string()})
    side = flow_reader([text for name in reading.texts("flow") for text in reading.said[name]])

    def flow(text: str) -> JsonObject | None:
        return None if (found := side(text)) is None else {"side": found}

    reading.understood("flow", flow, {"side": pa.string()})


def _read_times(reading: TableReading) -> None:
    """Year, quarter and month: of the date, else of columns of their own."""
    table, columns = reading.table, reading.columns
    nothing = ibis.null("int32")
    year, month, quarter, unread = nothing, nothing, nothing, ibis.null("string")
    year_unread = unread
    if "date" in columns.taken and table.date_0.type().is_temporal():
        year, month = table.date_0.year(), table.date_0.month()
    elif "date" in columns.taken:
        texts = reading.said["date_0"]
        periods = periods_of(texts)
        listed = {
            text: {"date_year": one.year, "date_month": one.month, "date_quarter": one.quarter}
            for text, one in periods.items()
        }
        table = joined(table, "date_0", listed, dict.fromkeys(("date_year", "date_month", "date_quarter"), pa.int32()))
        year, month, quarter = table.date_year, table.date_month, table.date_quarter
        if strange := [text for text in texts if text not in periods and text.lower() not in words("empty")]:
            unread = ibis.ifelse(table.date_0.isin(strange[:MOST_STRANGE]), table.date_0, unread)
            reading.unread.append("date")
    if "year" in columns.taken:
        periods = periods_of(reading.said["year_0"])
        known = {text: {"own_year": one.year, "own_quarter": one.quarter} for text, one in periods.items()}
        table = joined(table, "year_0", known, {"own_year": pa.int32(), "own_quarter": pa.int32()})
        year, quarter = ibis.coalesce(year, table.own_year), ibis.coalesce(quarter, table.own_quarter)
        if len(known) < len(reading.said["year_0"]):  # «2010-11» is no year: rows of different ones stand in one group
            year_unread = ibis.ifelse(year.isnull(), table.year_0, year_unread)
            reading.unread.append("year")
    if "month" in columns.taken:
        months = {text: {"own_month": n} for text in reading.said["month_0"] if (n := _month(text))}
        table = joined(table, "month_0", months, {"own_month": pa.int32()})
        month = ibis.coalesce(month, table.own_month)
    month = month.cast("int32")
    of_month = ((month - 1) / 3).floor().cast("int32") + 1
    quarter = ibis.coalesce(of_month, quarter.cast("int32"))
    reading.table = table.mutate(
        year=year.cast("int32"), month=month, quarter=quarter, date_unread=unread, year_unread=year_unread
    )


def _month(text: str) -> int:
    said = text.strip().removesuffix(".0")
    if said.isdigit():
        return int(said) if 1 <= int(said) <= 12 else 0
    return month_of(said)


def _read_quantity(reading: TableReading) -> None:
    """A quantity in a base unit, and which: of the quantity whose unit is understood, else of the net weight."""
    columns = reading.columns
    for name in ("quantity", "weight"):
        if name in columns.taken:
            reading.number(name)
    priced = "quantity" if "quantity" in columns.taken else "weight"
    times = columns.weight_times if priced == "weight" else 1.0
    if columns.has("unit"):

        def unit(text: str) -> JsonObject | None:
            return None if (found := base_unit(text)) is None else {"base": found[0], "factor": found[1]}

        reading.understood("unit", unit, {"base": pa.string(), "factor": pa.float64()})
    table = reading.table
    if not columns.has("unit"):
        amount, base = table[priced] * times, ibis.literal("KGM")
    elif priced == "weight":
        amount = table.weight * ibis.ifelse(table.base.isnull(), ibis.literal(times), table.factor)
        base = ibis.coalesce(table.base, table.unit_unread.upper(), "KGM")
    else:
        # a quantity without a unit is of none that others are of
        amount, base = (
            table.quantity * table.factor.fill_null(1.0),
            ibis.coalesce(table.base, table.unit_unread.upper(), ""),
        )
        if "weight" in columns.taken:
            lacks = (table.base.isnull() | ~(table.quantity > 0).fill_null(False)) & (table.weight > 0).fill_null(False)
            amount = ibis.ifelse(lacks, table.weight * columns.weight_times, amount)
            base = ibis.ifelse(lacks, "KGM", base)
    reading.table = table.mutate(quantity=amount, unit=base)


def _read_value(reading: TableReading, rates: Mapping[str, float] | None) -> bool:
    """Values: with `rates` in the currency of the table of rates, else each in its own; whether these are several."""
    reading.number("value")
    columns = reading.columns

    def code(text: str) -> JsonObject | None:
        return None if (found := currency(text)) is None else {"currency": found}

    reading.understood("currency", code, {"currency": pa.string()})
    table = reading.table
    said = ibis.coalesce(table.currency, table.currency_unread.upper(), "")
    table = table.mutate(value=table.value * columns.value_times, currency=said)
    texts = reading.said.get("currency_0", [])
    if not rates:
        reading.table = table.mutate(rate=ibis.literal(1.0))
        return len({currency(text) or text.upper() for text in texts}) > 1
    listed = {name: {"rate": float(rate)} for name, rate in rates.items()}
    table = joined(table, "currency", listed, {"rate": pa.float64()})
    unread = ibis.ifelse(table.rate.isnull(), table.currency, ibis.null("string"))
    reading.table = table.mutate(value=table.value * table.rate, currency_unread=unread, currency=ibis.literal(""))
    if any((currency(text) or text.upper()) not in rates for text in texts):
        reading.unread.append("currency")
    return False
