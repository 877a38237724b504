"""Declarations as other people's tables have them: which column says what, cleaned, with what was wrong counted."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import ibis
from ibis import _ as row

from tidewaiter.intake.foreign import Asked
from tidewaiter.trade.reading import number, opened

ASKED = (
    Asked("id", ("declaration id", "declaration", "transaction", "entry number", "reference", "ref"), needed=False),
    Asked("date", ("declaration date", "entry date", "period", "import date"), needed=False),
    Asked("year", ("yr", "refYear"), needed=False),
    Asked("hs", ("hs10 code", "hs8 code", "hs6 code", "hs code", "tariff", "commodity code", "cmdCode", "ProductCode")),
    Asked("partner", ("country of origin", "origin", "partner country", "country of departure", "destination", "partnerISO"), needed=False),
    Asked("flow", ("trade flow", "flowCode", "regime", "import export"), needed=False),
    Asked("quantity", ("net mass", "net weight", "netWgt", "qty", "weight", "supplementary quantity")),
    Asked("unit", ("unit of quantity", "qtyUnitAbbr", "uom", "quantity unit"), needed=False),
    Asked("value", ("item price", "customs value", "invoice value", "primaryValue", "fob value", "cif value", "amount", "price")),
    Asked("currency", ("currency code", "invoice currency"), needed=False),
    Asked("importer", ("importer id", "trader", "declarant id", "company"), needed=False),
    Asked("related", ("related party", "intra firm", "related"), needed=False),
)  # fmt: skip
"""What is asked of declarations, and the heads it goes by; the quantity is a mass in kilograms where no unit is said."""
_UNITS = Path(__file__).parent / "data" / "units.csv"
_SAID = {"KG": "KGM", "KGS": "KGM", "KILOGRAM": "KGM", "G": "GRM", "GR": "GRM", "T": "TNE", "TON": "TNE", "TONNE": "TNE", "MT": "TNE", "LB": "LBR", "L": "LTR", "LITRE": "LTR", "M3": "MTQ",
         "NO": "H87", "NOS": "H87", "U": "H87", "UNIT": "H87", "UNITS": "H87", "PCS": "H87", "PC": "H87", "PIECE": "H87", "DZ": "DZN", "PAIR": "PR", "PAIRS": "PR", "M": "MTR", "M2": "MTK"}  # fmt: skip


@cache
def units() -> list[tuple[str, str, float]]:
    """(unit as it is written, the unit it is counted in, how many of that one it is): UN/ECE Recommendation 20 and common short forms."""
    with _UNITS.open() as file:
        known = {line["unit"]: (line["base"], float(line["factor"])) for line in csv.DictReader(file)}
    return [(unit, *known[unit]) for unit in known] + [(said, *known[unit]) for said, unit in _SAID.items()]


def declarations_of(connection: Any, path: Path, mapping: dict[str, str] | None) -> tuple[Any, dict[str, str]]:
    """The declarations of a file with our columns as texts, and which of its columns was taken for what. Raises `BadInput`."""
    table, found = opened(connection, path, ASKED, mapping, typed=("quantity", "value", "date"), with_row=True)
    return (table if "id" in found else table.mutate(id=table.row.cast("string"))), found


def cleaned(table: Any, rates: dict[str, float] | None = None, flow: str = "import") -> Any:
    """The rows with numbers, HS digits, a period, a base unit, a flow, each under its own number `row` (several items of a declaration
    have one `id`); `left_out` says why a row is not used, `hs_mended` where the
    zero before was lost. Without `rates` all values are taken to be in one currency.
    """
    digits = table.hs.re_replace(r"\.0$", "").re_replace(
        r"[^0-9]", ""
    )  # nulls stay until the end: DuckDB works out each text once till then
    odd = digits.length() % 2 == 1
    day = (
        table.date.cast("date")
        if table.date.type().is_temporal()
        else table.date.cast("string").substr(0, 10).try_cast("date")
    )
    table = table.mutate(
        hs=ibis.ifelse(odd, ibis.literal("0").concat(digits), digits).fill_null(""), hs_mended=odd.fill_null(False),
        amount=number(table.quantity), price_total=number(table.value),
        said_unit=ibis.coalesce(table.unit.upper().re_replace(r"[^A-Z0-9]", "").nullif(""), "KGM"),
        year=ibis.coalesce(day.year(), table.year.substr(0, 4).try_cast("int32")).cast("int32"),
        quarter=day.quarter().cast("int32"), month=day.month().cast("int32"),
        flow=ibis.cases((table.flow.lower().re_search("^(x|e|2|6)"), "export"), (table.flow.nullif("").notnull(), "import"), else_=flow),
        partner=table.partner.fill_null(""), importer=table.importer.fill_null(""), currency=table.currency.upper().fill_null(""),
        related=table.related.lower().isin(["1", "y", "yes", "true", "t"]).fill_null(False),
    )  # fmt: skip
    known = ibis.memtable([{"said_unit": said, "base": base, "factor": factor} for said, base, factor in units()])
    table = table.left_join(known, "said_unit").drop("said_unit_right")
    table = table.mutate(unit=ibis.coalesce(row.base, row.said_unit), amount=row.amount * row.factor.fill_null(1.0))
    if rates:
        listed = ibis.memtable([{"currency": code, "rate": float(rate)} for code, rate in rates.items()])
        table = (
            table.left_join(listed, "currency").drop("currency_right").mutate(price_total=row.price_total * row.rate)
        )
    else:
        table = table.mutate(rate=ibis.literal(1.0))
    why = ibis.cases(
        (row.hs.length() < 4, "no_product"),
        (row.amount.isnull() | row.amount.isnan(), "no_quantity"),
        (row.amount <= 0, "quantity_not_positive"),
        (row.rate.isnull(), "unknown_currency"),
        (row.price_total.isnull() | row.price_total.isnan(), "no_value"),
        (row.price_total <= 0, "value_not_positive"),
        else_="",
    )
    return table.mutate(left_out=why).select(
        "row", "id", "hs", "hs_mended", "partner", "flow", "year", "quarter", "month", "unit", "importer", "related", "left_out",
        quantity=row.amount, value=row.price_total,
    )  # fmt: skip
