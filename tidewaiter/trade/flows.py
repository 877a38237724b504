"""Trade statistics of two sides as other organisations publish them: UN Comtrade, WITS, BACI, or any by mapping; cleaned and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.foreign import Asked
from tidewaiter.trade.packing import Held, number_of_country, number_of_product, packed
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


def cleaned(connection: Any, path: Path, mapping: dict[str, str] | None) -> tuple[Any, dict[str, str], Held]:
    """(rows with `exporter, importer, product, year, side` (import, export, re_export, both), `value, weight, edition, left_out`, and `flow`
    (`packing`); which column was taken for what; what the rows hold). Values in the file's unit, thousands of dollars made dollars;
    weights in kilograms. Raises `BadInput`.
    """
    raw, found = opened(connection, path, ASKED, mapping, also=(BACI,), typed=("value", "weight"))
    if set(found) == set(BACI):
        return _baci(raw), {name: name for name in BACI}, Held({"both"}, 1)
    said = _said(raw, ("reporter", "partner", "product", "flow", *(["edition"] if "edition" in found else [])))
    codes = {one: _code(one) for one in said["product"]}
    level, sides = _level(codes.values()), {one: _side(one) for one in said["flow"]}
    table = raw
    for name, known, numbered in (
        ("reporter", _countries(said["reporter"]), number_of_country), ("partner", _countries(said["partner"]), number_of_country),
        ("product", codes, number_of_product), ("flow", sides, None),
    ):  # fmt: skip
        table = _with_meant(table, name, known, numbered)
    table = table.mutate(code=table.product_meant.fill_null(""), side=table.flow_meant.fill_null("other"))
    thousand = 1000.0 if "1000" in found["value"] else 1.0
    table = table.mutate(
        amount=number(table.value) * thousand, kilograms=number(table.weight),
        when=ibis.coalesce(table.year.substr(0, 4).try_cast("int32"), 0).cast("int32"),
        parts=ibis.or_(*(_parted(table[name]) for name in ("mode", "second_partner", "procedure") if name in found)),
    )  # fmt: skip
    why = ibis.cases(
        ((table.reporter_meant == "WORLD") | (table.partner_meant == "WORLD"), "world"),
        ((table.reporter_meant == "") | (table.partner_meant == ""), "no_country"),
        ((table.reporter_number < 0) | (table.partner_number < 0), "unknown_country"),
        (table.reporter_meant == table.partner_meant, "itself"),
        (table.side == "re_import", "re_import"),
        (table.side == "other", "another_flow"),
        (table.parts, "breakdown"),
        (table.code == "", "no_product"),
        (table.code != "TOTAL" if level == 0 else table.code.length() != level, "another_level"),
        (table.amount.isnull() | table.amount.isnan(), "no_value"),
        (table.amount < 0, "negative_value"),
        else_="",
    )
    table = table.mutate(left_out=why)
    out = table.side == "import"
    exporter, importer = (ibis.ifelse(out, *pair) for pair in ((table.partner_number, table.reporter_number), (table.reporter_number, table.partner_number)))  # fmt: skip
    return table.select(
        exporter=ibis.ifelse(out, table.partner_meant, table.reporter_meant), importer=ibis.ifelse(out, table.reporter_meant, table.partner_meant),
        product=table.code, year=table.when, side=table.side, value=table.amount, weight=table.kilograms, edition=table.edition.fill_null(""), left_out=table.left_out,
        flow=packed(exporter, importer, table.product_number, table.when, table.left_out),
    ), found, Held({*sides.values()}, len(said.get("edition", ())))  # fmt: skip


def _parted(column: Any) -> Any:
    """Whether a row is a part of another one: by mode of transport, second partner, customs procedure."""
    return column.notnull() & (column != "") & ~column.lower().isin(_TOTALS)


def _code(said: str) -> str:
    """The digits of a product, with the zero before it that was lost; `TOTAL` for all products."""
    if said.strip().lower() in ("total", "totals", "ag0", "all", "all products"):
        return "TOTAL"
    digits = re.sub(r"[^0-9]", "", said.removesuffix(".0"))
    return f"0{digits}" if len(digits) % 2 and len(digits) < 6 else digits


def _side(said: str) -> str:
    """Which side a flow is of, as it is written; `other` for what lies in another flow."""
    of = (("import", IMPORTS), ("export", EXPORTS), ("re_export", RE_EXPORTS), ("re_import", RE_IMPORTS))
    return next((side for side, words in of if said.strip().lower() in words), "other")


def _level(codes: Iterable[str]) -> int:
    """Digits of the finest products that the file has, six at most; 0 where it has totals alone. Chapters and what lies in them are not both compared."""
    return max((len(code) for code in codes if code != "TOTAL" and len(code) in (2, 4, 6)), default=0)


def _said(table: Any, names: tuple[str, ...]) -> dict[str, list[str]]:
    """All that columns say, read in one pass."""
    found = table.agg(**{name: table[name].collect(distinct=True) for name in names}).to_pyarrow().to_pylist()[0]
    return {name: sorted(str(one) for one in found[name] or () if one is not None) for name in names}


def _countries(said: Iterable[str]) -> dict[str, str]:
    """What is meant by every way in which a country is written that is known: its ISO code, WORLD, or `` for an area that is none."""
    read = Countries()
    codes = {one: "WORLD" if is_world(one) else read.read(one) for one in said}
    return {one: code for one, code in codes.items() if code is not None}


def _with_meant(table: Any, name: str, known: dict[str, str], number: Callable[[str], int] | None = None) -> Any:
    """The table with what is meant by a column as `name_meant` (null where it is not known), and as `name_number` (-1) where there is a number of it."""
    texts = {name: list(known), f"{name}_meant": list(known.values())}
    listed = {head: pa.array(part, pa.string()) for head, part in texts.items()}
    numbers = {f"{name}_number": pa.array([number(one) for one in known.values()], pa.int64())} if number else {}
    table = table.left_join(ibis.memtable(pa.table(listed | numbers)), name).drop(f"{name}_right")
    return table.mutate(**{head: table[head].fill_null(-1) for head in numbers})


def _baci(raw: Any) -> Any:
    """BACI's rows: one value for both sides, in thousands of dollars, weights in tonnes; a zero before a product may be lost."""
    table = raw
    for name, said in _said(raw, ("i", "j")).items():
        table = _with_meant(table, name, _countries(said), number_of_country)
    code, year = table.k.lpad(6, "0"), table.t.try_cast("int32").fill_null(0)
    table = table.mutate(
        left_out=ibis.cases(((table.i_meant == "") | (table.j_meant == ""), "no_country"), ((table.i_number < 0) | (table.j_number < 0), "unknown_country"), (table.v.try_cast("float64").isnull(), "no_value"),
                            (code.length() != 6, "another_level"), (code.try_cast("int64").isnull(), "no_product"), else_=""),
    )  # fmt: skip
    return table.select(
        exporter=table.i_meant, importer=table.j_meant, product=code, year=year, side=ibis.literal("both"),
        value=table.v.try_cast("float64") * 1000.0, weight=(table.q.try_cast("float64") * 1000.0 if "q" in table.columns else ibis.null("float64")), edition=ibis.literal(""),
        left_out=table.left_out, flow=packed(table.i_number, table.j_number, code.try_cast("int64") + 10**6, year, table.left_out),
    )  # fmt: skip


def checked(dropped: dict[str, int], left: int) -> dict[str, int]:
    """How many rows were left out, by reason, in order. Raises `BadInput` where none is left."""
    if not left:
        raise BadInput("no_rows", _("No row of the table can be used: %(why)s.") % {"why": ", ".join(f"{name} {n}" for name, n in sorted(dropped.items())) or "0"})  # fmt: skip
    return dict(sorted(dropped.items()))


def years_of(used: Any) -> dict[str, int | None]:
    """The first and the last year of rows (`from`, `until`); nothing where none is known."""
    used = used.filter(used.year > 0)
    found = used.agg(first=used.year.min(), last=used.year.max()).to_pyarrow().to_pylist()[0]
    return {"from": found["first"], "until": found["last"]}
