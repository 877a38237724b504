"""Tables that analysts bring from elsewhere to hold seizures against: imports of the
countries, and the trade that CITES reports.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.species import name_of_taxon
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.numbers import NumberRefused, read_decimal
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold, read_name
from tidewaiter.intake.mapping.foreign_columns import Asked, Foreign, open_foreign
from tidewaiter.ledger.actions import record
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.statistics.models import BroughtTable
from tidewaiter.statistics.policy import may_freeze, reads_reports
from tidewaiter.vault.actions import file_of, keep

CONFISCATED = "I"
"""The source code of confiscated or seized specimens (Res. Conf. 12.3)."""
LONGEST_NAME, REMEMBERED = 200, 50_000
"""Signs of a taxon that are read, and taxa that are remembered."""
_digits = re.compile(r"\d{2,12}")
_year = re.compile(r"(1[89]|2[01])\d{2}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table: what it is called, what its columns must say."""

    title: str | Promise
    asked: tuple[Asked, ...]


KINDS = {
    "imports": Kind(
        gettext_lazy("Imports by country, origin and product"),
        (
            Asked(
                "reporter",
                ("reporterISO", "reporterCode", "ReporterISO3", "importer", "reporting economy", "declarant", "j"),
            ),
            Asked("partner", ("partnerISO", "partnerCode", "PartnerISO3", "origin", "exporter", "provenance", "i")),
            Asked("hs", ("cmdCode", "commodity code", "ProductCode", "hs6", "hs2", "chapter", "product", "k")),
            Asked(
                "value",
                (
                    "primaryValue",
                    "cifvalue",
                    "trade value (US$)",
                    "TradeValue",
                    "TradeValue in 1000 USD",
                    "import value",
                    "v",
                ),
            ),
            Asked("year", ("refYear", "period", "yr", "t"), needed=False),
            Asked("flow", ("flowCode", "flowDesc", "trade flow", "TradeFlowName", "TradeFlowCode"), needed=False),
        ),
    ),
    "cites": Kind(
        gettext_lazy("Trade that Parties report to CITES"),
        (
            Asked("taxon", ("species", "scientific name", "taxon name")),
            Asked("importer", ("importing country", "import country", "country of import")),
            Asked("exporter", ("exporting country", "export country", "country of export")),
            Asked("term", ("description", "specimen")),
            Asked("year", ("yr", "shipment year")),
            Asked(
                "importer_quantity",
                ("importer reported quantity", "importer quantity", "quantity", "import reported quantity"),
                needed=False,
            ),
            Asked(
                "exporter_quantity",
                ("exporter reported quantity", "exporter quantity", "export reported quantity"),
                needed=False,
            ),
            Asked("unit", (), needed=False),
            Asked("source", ("source code",), needed=False),
            Asked("purpose", ("purpose code",), needed=False),
            Asked("reporter_type", ("reporter type",), needed=False),
        ),
    ),
}
"""What can be brought. The heads are those of UN Comtrade, BACI and WITS, and of the CITES Trade Database."""
_SCHEMAS = {
    "imports": pa.schema(
        [
            ("year", pa.int16()),
            ("reporter", pa.string()),
            ("partner", pa.string()),
            ("chapter", pa.string()),
            ("value", pa.float64()),
        ]
    ),
    "cites": pa.schema(
        [
            ("year", pa.int16()),
            ("taxon", pa.string()),
            ("importer", pa.string()),
            ("exporter", pa.string()),
            ("term", pa.string()),
            ("unit", pa.string()),
            ("source", pa.string()),
            ("imported", pa.float64()),
            ("exported", pa.float64()),
            ("rows", pa.int32()),
        ]
    ),
}


@dataclass(slots=True)
class Read:
    """A table read: sums by key, how many rows the file had, how many were left out and why."""

    table: pa.Table
    rows: int
    dropped: dict[str, int]


def read_brought(kind: str, path: Path, chosen: dict[str, str] | None = None) -> Read:
    """Reads a table of a kind. Raises `BadInput` for what cannot be read, or says nothing that can be used."""
    if kind not in KINDS:
        raise BadInput("kind", _("Say what the table is: %(names)s.") % {"names": ", ".join(KINDS)})
    with open_foreign(path, KINDS[kind].asked, chosen) as foreign:
        sums, dropped, rows = _added_up(_imports(foreign) if kind == "imports" else _cites(foreign))
    if kind == "imports":
        sums, more = _one_level(sums)
        dropped.update(more)
    if not sums:
        raise BadInput(
            "no_rows",
            _("No row of the table can be used: %(why)s.")
            % {"why": ", ".join(f"{name} {n}" for name, n in sorted(dropped.items())) or "0"},
        )
    schema = _SCHEMAS[kind]
    ordered = sorted(sums.items(), key=lambda one: tuple(str(part) for part in one[0]))
    columns = list(zip(*((*key, *amounts) for key, amounts in ordered), strict=True))
    arrays = [
        pa.array([int(value) for value in values] if pa.types.is_integer(field.type) else values, type=field.type)
        for field, values in zip(schema, columns, strict=True)
    ]
    return Read(pa.table(arrays, schema=schema), rows, dict(sorted(dropped.items())))


def _added_up(parts: Iterator[_Part]) -> tuple[dict[tuple[Any, ...], list[float]], Counter[str], int]:
    """Sums by key, how many rows were left out and why, how many there were. Raises
    `OverLimit` for too many different keys.
    """
    sums: dict[tuple[Any, ...], list[float]] = {}
    dropped: Counter[str] = Counter()
    rows = 0
    for why, key, amounts in parts:
        rows += 1
        if why:
            dropped[why] += 1
            continue
        held = sums.get(key)
        if held is None:
            if len(sums) >= most("table_sums"):
                raise over("table_sums", _("Row %(row)s is over that. Bring fewer years or products.") % {"row": rows})
            held = sums[key] = [0.0] * len(amounts)
        for at, amount in enumerate(amounts):
            held[at] += amount
    return sums, dropped, rows


type _Part = tuple[str, tuple[Any, ...], tuple[float, ...]]


def _amount(text: str) -> float | None:
    try:
        found = float(read_decimal(text, decimal_mark="."))
    except NumberRefused:
        return None
    return found if found > 0 else None


def _imports(foreign: Foreign) -> Iterator[_Part]:
    """(why it is left out, (year, reporter, partner, chapter, digits of the product), (value, rows)) of each row."""
    countries = Countries()
    head = foreign.chosen["value"]
    factor = 1000.0 if "1000" in head or head.lower() == "v" else 1.0  # WITS and BACI count in thousands of US dollars
    for _number, (reporter, partner, hs, value, year, flow) in foreign.rows:
        if flow and not _is_import(flow):
            yield "another_flow", (), ()
            continue
        if is_world(partner) or is_world(reporter):
            yield "world", (), ()
            continue
        who, whom = countries.read(reporter), countries.read(partner)
        if not who or not whom:
            yield "no_country" if "" in (who, whom) else "unknown_country", (), ()
            continue
        code = hs.removesuffix(".0")
        code = code.zfill(len(code) + len(code) % 2)  # a spreadsheet took the zero before
        amount = _amount(value)
        if not _digits.fullmatch(code):
            yield "no_product", (), ()
        elif amount is None:
            yield "no_value", (), ()
        elif year and not _year.match(year):
            yield "no_year", (), ()
        else:
            key = (int(year[:4]) if year else 0, who, whom, code[:2], len(code))
            yield "", key, (amount * factor, 1.0)


def _is_import(flow: str) -> bool:
    said = fold(flow)
    return said in ("m", "1", "import", "imports", "gross import", "gross imp")


def _one_level(sums: dict[tuple[Any, ...], list[float]]) -> tuple[dict[tuple[Any, ...], list[float]], dict[str, int]]:
    """Sums by chapter, from the rows of that level of detail alone which says most: chapters and
    what lies in them are not both added.
    """
    levels: Counter[int] = Counter()
    for key, (amount, _rows) in sums.items():
        levels[key[4]] += int(amount)
    if not levels:
        return {}, {}
    most_said = max(levels.values())
    level = max(length for length, amount in levels.items() if amount >= 0.9 * most_said)
    found: dict[tuple[Any, ...], list[float]] = {}
    left_out = 0
    for key, (amount, rows) in sums.items():
        if key[4] != level or key[3] in ("00", "99"):
            left_out += int(rows)
            continue
        found.setdefault(key[:4], [0.0])[0] += amount
    return found, {"another_level": left_out} if left_out else {}


def _cites(foreign: Foreign) -> Iterator[_Part]:
    """(why it is left out, (year, taxon, importer, exporter, term, unit, source), (by
    importers, by exporters, rows)) of each row.
    """
    countries, terms = Countries(), list_view("cites_term")
    taxa: dict[str, str] = {}
    for _number, row in foreign.rows:
        taxon, importer, exporter, term, year, by_importer, by_exporter, unit, source, purpose, reporter = row
        if not taxon:
            yield "no_species", (), ()
            continue
        if not _year.match(year):
            yield "no_year", (), ()
            continue
        if _is_confiscation(source, purpose):
            yield "confiscation", (), ()
            continue
        taxon = taxon[:LONGEST_NAME]
        name = taxa.get(taxon)
        if name is None:
            if len(taxa) >= REMEMBERED:
                taxa.clear()
            name = taxa[taxon] = name_of_taxon(_without_people(taxon))
        to, origin = countries.read(importer) or "", countries.read(exporter) or ""
        code = terms.resolve(term).code or mask_personal_data(term[:40])
        imported, exported = _amount(by_importer) or 0.0, _amount(by_exporter) or 0.0
        if reporter and fold(reporter) in (
            "e",
            "exporter",
        ):  # one column of quantities, another that says whose they are
            imported, exported = 0.0, exported or imported
        yield (
            "",
            (int(year[:4]), name, to, origin, code, mask_personal_data(unit[:20]).lower(), source[:2].upper()),
            (imported, exported, 1.0),
        )


def _is_confiscation(source: str, purpose: str) -> bool:
    """Whether a row is of specimens that were seized (source I), or moved for law enforcement (purpose L): no trade of
    the species, and often the very seizures it would stand beside. Two sources in a cell are parted by «/».
    """
    return _says("cites_purpose", purpose, "L") or any(
        _says("cites_source", part, CONFISCATED) for part in source.split("/")
    )


def _says(listed: str, text: str, code: str) -> bool:
    """Whether a cell says a code of one letter, by itself or in words."""
    said = text.strip()
    return said.upper() == code if len(said) < 2 else list_view(listed).resolve(said).code == code


def _without_people(taxon: str) -> str:
    """What a cell of names of species says, as this node may keep it: a known one as it is, any other text judged."""
    return taxon if list_view("species").resolve(taxon).code is not None else mask_personal_data(taxon)


def bring_table(*, kind: str, name: str, path: Path, chosen: dict[str, str] | None = None, by: Actor) -> BroughtTable:
    """Reads a table and keeps it for all analysts of the node; the same content again is the same table.

    Raises `BadInput` for what cannot be read, `NotAllowed` for all but those who write reports.
    """
    may_freeze(by)
    called = read_name(name, 120)
    read = read_brought(kind, path, chosen)
    out = io.BytesIO()
    pq.write_table(read.table, out, compression="zstd")
    years = [int(one) for one in read.table.column("year").to_pylist() if one]
    with transaction.atomic():
        kept = keep(content=out.getvalue(), media_type="application/vnd.apache.parquet", by=by)
        made, new = BroughtTable.objects.get_or_create(
            file=kept.digest,
            kind=kind,
            defaults={
                "ref": new_ref("BT"),
                "name": called or str(KINDS[kind].title),
                "rows": read.rows,
                "kept": read.table.num_rows,
                "first": min(years, default=0),
                "last": max(years, default=0),
                "dropped": read.dropped,
                "brought_by": by.username,
                "brought_at": now(),
            },
        )
        if new:
            record(by=by, deed="statistics.table_brought", ref=made.ref, detail={"kind": kind, "rows": read.rows})
    return made


def forget_table(*, ref: str, by: Actor) -> None:
    """Takes a brought table off the list. Raises `Missing`, `NotAllowed`."""
    may_freeze(by)
    with transaction.atomic():
        gone, _rows = BroughtTable.objects.filter(ref=ref).delete()
        if not gone:
            raise Missing("no_table", _("There is no such table."))
        record(by=by, deed="statistics.table_forgotten", ref=ref)


def brought_named(by: Actor, kind: str, ref: str) -> BroughtTable:
    """A brought table of a kind; without a ref the latest. Raises `Missing`."""
    found = (
        BroughtTable.objects.filter(kind=kind).order_by("-brought_at")
        if reads_reports(by)
        else BroughtTable.objects.none()
    )
    table = found.filter(ref=ref).first() if ref else found.first()
    if table is None:
        raise Missing("no_table", _("There is no such table."))
    return table


def columns_of(table: BroughtTable) -> pa.Table:
    """What a brought table says. Raises `Missing` where its file is gone."""
    try:
        return pq.read_table(file_of(table.file))
    except Missing as error:
        raise Missing("no_table", _("There is no such table.")) from error
