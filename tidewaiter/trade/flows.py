"""Trade statistics of two sides as other organisations publish them: UN Comtrade, WITS, BACI, or any by mapping; cleaned and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.foreign import Asked
from tidewaiter.trade.reading import number, opened

ASKED = (
    Asked("reporter", ("reporterISO", "reporterCode", "ReporterISO3", "reporting economy", "declarant")),
    Asked("partner", ("partnerISO", "partnerCode", "PartnerISO3", "partner country")),
    Asked("flow", ("flowCode", "flowDesc", "TradeFlowCode", "TradeFlowName", "trade flow", "rgCode", "rgDesc")),
    Asked("product", ("cmdCode", "commodity code", "ProductCode", "hs6", "hs", "commodity")),
    Asked("value", ("primaryValue", "TradeValue in 1000 USD", "TradeValue", "trade value (US$)")),
    Asked("year", ("refYear", "period", "yr"), needed=False),
    Asked("weight", ("netWgt", "net weight (kg)", "NetWeight in KGM", "netweight", "net mass", "quantity in KGM"), needed=False),
    Asked("edition", ("classificationCode", "Nomenclature", "classification"), needed=False),
    Asked("mode", ("motCode",), needed=False),
    Asked("second_partner", ("partner2Code", "partner2ISO"), needed=False),
    Asked("procedure", ("customsCode",), needed=False),
)  # fmt: skip
"""What is asked of reported trade, and the heads it goes by."""
BACI = ("t", "i", "j", "k", "v")
"""The columns of CEPII's BACI: one value a flow, already reconciled of both sides."""
IMPORTS, EXPORTS = ("m", "1", "5", "import", "imports", "gross imp", "gross imp.", "gross imports"), ("x", "2", "6", "export", "exports", "gross exp", "gross exp.", "gross exports")  # fmt: skip
RE_EXPORTS, RE_IMPORTS = ("rx", "3", "re-export", "re-exports", "reexport"), ("rm", "4", "re-import", "re-imports", "reimport")  # fmt: skip
"""Re-exports lie inside exports, re-imports inside imports; so do domestic exports (DX), foreign imports (FM) and what is for processing
(MIP, MOP, XIP, XOP): they are never added to them.
"""
_TOTALS = ("0", "00", "000", "c00", "all")


def cleaned(connection: Any, path: Path, mapping: dict[str, str] | None) -> tuple[Any, dict[str, str]]:
    """(rows with `exporter, importer, product, year, side` (import, export, re_export, both), `value, weight, edition, left_out`; which
    column was taken for what). Values in the file's unit, thousands of dollars made dollars; weights in kilograms. Raises `BadInput`.
    """
    raw, found = opened(connection, path, ASKED, mapping, also=(BACI,), typed=("value", "weight"))
    if set(found) == set(BACI):
        return _baci(raw), {name: name for name in BACI}
    countries = _countries(raw, ("reporter", "partner"))
    digits = raw.product.re_replace(r"\.0$", "").re_replace(r"[^0-9]", "")
    odd = (digits.length() % 2 == 1) & (digits.length() < 6)
    total = raw.product.strip().lower().isin(["total", "totals", "ag0", "all", "all products"])
    table = raw.mutate(code=ibis.cases((total, "TOTAL"), (odd, ibis.literal("0").concat(digits)), else_=digits))
    level = _level(table)
    for name in ("reporter", "partner"):
        known = countries.select(**{name: countries.said, f"{name}_code": countries.code})
        table = table.left_join(known, name).drop(f"{name}_right")
    flow = table.flow.lower().strip()
    thousand = 1000.0 if "1000" in found["value"] else 1.0
    table = table.mutate(
        side=ibis.cases((flow.isin(IMPORTS), "import"), (flow.isin(EXPORTS), "export"), (flow.isin(RE_EXPORTS), "re_export"), (flow.isin(RE_IMPORTS), "re_import"), else_="other"),
        amount=number(table.value) * thousand, kilograms=number(table.weight),
        when=ibis.coalesce(table.year.substr(0, 4).try_cast("int32"), 0).cast("int32"),
        parts=_parted(table.mode) | _parted(table.second_partner) | _parted(table.procedure),
    )  # fmt: skip
    why = ibis.cases(
        ((table.reporter_code == "WORLD") | (table.partner_code == "WORLD"), "world"),
        ((table.reporter_code == "") | (table.partner_code == ""), "no_country"),
        (table.reporter_code.isnull() | table.partner_code.isnull(), "unknown_country"),
        (table.reporter_code == table.partner_code, "itself"),
        (table.side == "re_import", "re_import"),
        (table.side == "other", "another_flow"),
        (table.parts, "breakdown"),
        (table.code == "", "no_product"),
        (table.code != "TOTAL" if level == 0 else table.code.length() != level, "another_level"),
        (table.amount.isnull() | table.amount.isnan(), "no_value"),
        (table.amount < 0, "negative_value"),
        else_="",
    )
    out = table.side == "import"
    return table.select(
        exporter=ibis.ifelse(out, table.partner_code, table.reporter_code), importer=ibis.ifelse(out, table.reporter_code, table.partner_code),
        product=table.code, year=table.when, side=table.side, value=table.amount, weight=table.kilograms, edition=table.edition.fill_null(""), left_out=why,
    ), found  # fmt: skip


def _parted(column: Any) -> Any:
    """Whether a row is a part of another one: by mode of transport, second partner, customs procedure."""
    return column.notnull() & (column != "") & ~column.lower().isin(_TOTALS)


def _level(table: Any) -> int:
    """Digits of the finest products that the file has, six at most; 0 where it has totals alone. Chapters and what lies in them are not both compared."""
    lengths = (
        table.filter(table.code != "TOTAL")
        .mutate(length=row.code.length())
        .group_by("length")
        .agg(n=row.count())
        .execute()
    )
    known = [int(length) for length in lengths["length"] if int(length) in (2, 4, 6)]
    return max(known, default=0)


def _countries(table: Any, names: tuple[str, ...]) -> Any:
    """(said, code) of every way in which a country is written that is known: its ISO code, WORLD, or `` for an area that is none."""
    said: set[str] = set()
    for name in names:
        said |= {str(one) for one in table.select(name).distinct().execute()[name] if one is not None}
    read = Countries()
    codes = {one: "WORLD" if is_world(one) else read.read(one) for one in sorted(said)}
    known = {one: code for one, code in codes.items() if code is not None}
    return ibis.memtable(
        pa.table({"said": pa.array(known, pa.string()), "code": pa.array(known.values(), pa.string())})
    )


def _baci(raw: Any) -> Any:
    """BACI's rows: one value for both sides, in thousands of dollars, weights in tonnes; a zero before a product may be lost."""
    countries = _countries(raw, ("i", "j"))
    table = raw
    for name in ("i", "j"):
        known = countries.select(**{name: countries.said, f"{name}_code": countries.code})
        table = table.left_join(known, name).drop(f"{name}_right")
    bad = table.i_code.isnull() | table.j_code.isnull()
    return table.select(
        exporter=table.i_code, importer=table.j_code, product=table.k.lpad(6, "0"), year=table.t.try_cast("int32"), side=ibis.literal("both"),
        value=table.v.try_cast("float64") * 1000.0, weight=(table.q.try_cast("float64") * 1000.0 if "q" in table.columns else ibis.null("float64")), edition=ibis.literal(""),
        left_out=ibis.cases((bad, "unknown_country"), ((table.i_code == "") | (table.j_code == ""), "no_country"), (table.v.try_cast("float64").isnull(), "no_value"), else_=""),
    )  # fmt: skip


def checked(rows: Any) -> dict[str, int]:
    """How many rows were left out, by reason. Raises `BadInput` where nothing is left."""
    counted = rows.group_by("left_out").agg(n=row.count()).execute()
    dropped = {str(why): int(n) for why, n in counted.itertuples(index=False) if why}
    if int(counted["n"].sum()) == sum(dropped.values()):
        raise BadInput("no_rows", _("No row of the table can be used: %(why)s.") % {"why": ", ".join(f"{name} {n}" for name, n in sorted(dropped.items())) or "0"})  # fmt: skip
    return dict(sorted(dropped.items()))
