"""Cases as files: CSV, Excel, XML, JSON, lines of JSON, Parquet. What comes out goes in again as the same cases.

Rows are laid out first in a temporary file, so that neither their number nor the
columns they need must be known before.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext
from lxml import etree

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.queries import links_for
from tidewaiter.cases.rows import header_with
from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.data_model import CASES
from tidewaiter.forms.judgements import JUDGED
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.forms.xml import case_element, dated
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch_file
from tidewaiter.foundation.text import neutral

SHEET_ROWS = 1_048_575
_LEADING = ("form", "national_ref", "reference", "date", "country")
_MARKS = ("ref", "status", "version", "channel")
_GROUP = 20_000
_READ = 1_000
_SAID = 100
_AMOUNT = pa.decimal128(38, 12)


def records_of(cases: QuerySet[Case], actor: Actor | None) -> Generator[dict[str, Any]]:
    """The records of cases with their lines, a thousand at a time, without who entered them.

    They name other cases as far as the person sees these (`queries.links_for`); without
    one, for work with a whole node, all.
    """
    lines = Prefetch("lines", Line.objects.order_by("number").only("case_id", "number", "document"))
    for batch in in_batches(cases.order_by("pk").prefetch_related(lines).iterator(chunk_size=_READ), _READ):
        links = links_for(actor, batch)
        for case in batch:
            yield {
                **header_with(case, links[case.pk]),
                "national_ref": case.national_ref,
                **({"reference": case.given_ref} if case.given_ref else {}),
                "ref": case.ref,
                "status": case.status,
                "version": case.version,
                "channel": case.channel,
                "lines": [line.document for line in case.lines.all()],
            }


def counted(records: Iterable[dict[str, Any]], told: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    """The records, saying meanwhile how many there were."""
    for number, record in enumerate(records, 1):
        yield record
        if number % _SAID == 0:
            told(number)


def noted(records: Iterable[dict[str, Any]], named: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """The records, saying meanwhile the ref of each."""
    for record in records:
        named(record["ref"])
        yield record


def must_be_kind(kind: str) -> None:
    """Raises `BadInput` for a kind of file that cases are not written as."""
    if kind not in KINDS:
        raise BadInput(
            "suffix",
            gettext("Cases are written as %(kinds)s; «%(kind)s» is none of these.")
            % {"kinds": ", ".join(KINDS), "kind": kind[:20]},
        )


def write_records(records: Iterable[dict[str, Any]], to: Path, kind: str) -> int:
    """Writes records to a file of one of `KINDS`; gives how many. Raises `BadInput`
    for an unknown kind or too long a sheet.
    """
    must_be_kind(kind)
    try:
        return KINDS[kind](records, to)
    except OSError as error:
        raise BadInput("unwritable", gettext("%(file)s cannot be written.") % {"file": to.name}) from error


def rows_of(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A record as rows, a line of goods each: values by path. A case without lines is one row."""
    head = dict(laid_flat({name: value for name, value in record.items() if name != "lines"}))
    if "date" in head:
        head["date"] = dated(record)
        head.pop("date_precision", None)
    for line in record.get("lines") or [{}]:
        own = line.get("fields", {})
        judged = [*head.get(JUDGED, ()), *line.get(JUDGED, ())]
        beside = {JUDGED: judged} if judged else {}
        yield {**head, **{name: value for name, value in line.items() if name != "fields"}, **own, **beside}


def _ordered(names: set[str]) -> list[str]:
    order = {name: at for at, name in enumerate(_LEADING)}
    for form in forms_in_use():
        for column in form.columns:
            order.setdefault(column.path, len(order))
    for name in (JUDGED, "long", "form_version", *_MARKS):
        order[name] = 10_000 + len(order)
    return sorted(names, key=lambda name: (order.get(name, 9_000), name))


@contextmanager
def _laid_out(records: Iterable[dict[str, Any]]) -> Iterator[tuple[IO[bytes], list[str], int, int]]:
    """A temporary file of rows, the columns that any of them has, how many cases and rows there are."""
    names: set[str] = set()
    cases = rows = 0
    encode = msgspec.json.encode
    with scratch_file() as spool:
        for record in records:
            cases += 1
            for row in rows_of(record):
                rows += 1
                names.update(row)
                spool.write(encode(row) + b"\n")
        spool.seek(0)
        yield spool, _ordered(names), cases, rows


def _csv(records: Iterable[dict[str, Any]], to: Path) -> int:
    with _laid_out(records) as (spool, names, cases, _), to.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names or _LEADING)
        for line in spool:
            row = msgspec.json.decode(line)
            writer.writerow([neutral(as_text(row.get(name))) for name in names])
    return cases


def _xlsx(records: Iterable[dict[str, Any]], to: Path) -> int:
    with _laid_out(records) as (spool, names, cases, rows):
        if rows > SHEET_ROWS:
            raise BadInput(
                "too_many_rows",
                gettext("%(rows)s rows are more than an Excel sheet holds. Take CSV, or fewer cases.") % {"rows": rows},
            )
        book = xlsxwriter.Workbook(
            str(to), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        head = book.add_format({"bold": True, "bg_color": "#E1EFF2", "bottom": 1})
        sheet = book.add_worksheet("Data")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(names) - 1, 0), 16, book.add_format({"num_format": "@"}))
        for at, name in enumerate(names or _LEADING):
            sheet.write_string(0, at, name, head)
        for number, line in enumerate(spool, 1):
            row = msgspec.json.decode(line)
            for at, name in enumerate(names):
                if name in row:
                    sheet.write_string(number, at, as_text(row[name]))
        book.close()
    return cases


def _xml(records: Iterable[dict[str, Any]], to: Path) -> int:
    cases = 0
    with to.open("wb") as file, etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(CASES):
            for record in records:
                cases += 1
                form = form_named(record["form"], record.get("form_version"))
                xml.write(case_element(form, record), pretty_print=True)
    return cases


def _ndjson(records: Iterable[dict[str, Any]], to: Path) -> int:
    cases = 0
    with to.open("wb") as file:
        for record in records:
            cases += 1
            file.write(msgspec.json.encode(record) + b"\n")
    return cases


def _json(records: Iterable[dict[str, Any]], to: Path) -> int:
    cases = 0
    with to.open("wb") as file:
        file.write(b"[")
        for record in records:
            file.write((b",\n" if cases else b"\n") + msgspec.json.encode(record))
            cases += 1
        file.write(b"\n]\n")
    return cases


def _parquet(records: Iterable[dict[str, Any]], to: Path) -> int:
    kinds = {column.path: column.type for form in forms_in_use() for column in form.columns}
    types = {"decimal": _AMOUNT, "integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}

    def read(row: dict[str, Any], name: str, kind: str) -> Any:
        value = row.get(name)
        if value is None:
            return None
        if kind == "decimal":
            return Decimal(str(value))
        if kind == "integer":
            return int(value)
        if kind == "boolean":
            return bool(value)
        return date.fromisoformat(str(value)) if kind == "date" else as_text(value)

    with _laid_out(records) as (spool, names, cases, _):
        kind_of = {name: "text" if name == "date" else kinds.get(name, "text") for name in names or _LEADING}
        schema = pa.schema([(name, types.get(kind, pa.string())) for name, kind in kind_of.items()])
        with pq.ParquetWriter(to, schema, compression="zstd") as writer:
            while lines := spool.readlines(_GROUP * 400):
                rows = [msgspec.json.decode(line) for line in lines]
                arrays = [
                    pa.array([read(row, name, kind) for row in rows], types.get(kind, pa.string()))
                    for name, kind in kind_of.items()
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return cases


KINDS: dict[str, Callable[[Iterable[dict[str, Any]], Path], int]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "xml": _xml,
    "json": _json,
    "ndjson": _ndjson,
    "parquet": _parquet,
}
