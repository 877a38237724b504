"""From a file's rows to staged rows: heads recognised, columns mapped, values cleaned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property, lru_cache, partial
from typing import Any

from django.utils.translation import gettext

from tidewaiter.forms.columns import as_text, is_beside, normal_path
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.lines import ReadingRules, as_shown
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named, plainest_form
from tidewaiter.foundation.bulk import in_weighed_batches
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping.mapper import Mapper
from tidewaiter.intake.mapping.mapping_file import Mapping
from tidewaiter.intake.reading.decimal_marks import ColumnMarks
from tidewaiter.intake.reading.flat_records import as_rows, is_flat
from tidewaiter.intake.reading.heads import MENDING, Table, tables_of
from tidewaiter.intake.reading.readers import Source
from tidewaiter.intake.row_texts import (
    CaseTexts,
    RowTexts,
    joined,
    places_of_senders,
    source_digest,
    weight_of_cells,
    weight_of_record,
    weight_of_row,
)
from tidewaiter.intake.staged import Staged, key_of

MAPPED_AT_ONCE = 500

type Share = tuple[int, int]
"""Which lists of rows to clean, of how many shares: (1, 2) is every other one, beginning with the second."""
WHOLE: Share = (0, 1)
type _TextsOf = Callable[[Iterable[NumberedRow]], Iterator[RowTexts]]


@lru_cache(maxsize=256)
def _maker(form: str, version: str) -> tuple[str, str]:
    return form.strip().upper(), version.strip()


def _made_by(texts: dict[str, str]) -> tuple[str, str]:
    """(form, version of the form) that a row says."""
    return _maker(texts.get("form", "")[:200], texts.get("form_version", "")[:200])


def _version(newest: Form, made_by: str) -> Form:
    """An older version that is named and is here, so that none of its fields is lost; else the newest."""
    if not made_by.isdigit() or len(made_by) > 6 or int(made_by) >= newest.version:
        return newest
    try:
        return form_named(newest.code, int(made_by))
    except Missing:
        return newest


def _heaviest() -> int:
    """Bytes of texts of a batch: what cleaning takes is some times as much."""
    return 2 * most("file_batch_bytes")


class RowParser:
    """Turns a source into staged rows, in batches so that places are looked up together."""

    def __init__(self, source: Source, mapping: Mapping | None) -> None:
        self.source = source
        self.mapping = mapping
        self._readers: dict[tuple[str, str], CaseReader | None] = {}
        self._marks = ColumnMarks(source, mapping, self.any_form)
        self._resolved: dict[tuple[str, str, str], bool] = {}

    def staged(self, size: int, share: Share = WHOLE) -> Iterator[list[Staged]]:
        """All rows of the source, in lists of at most `size`; of several shares
        only those lists that are this one's.
        """
        mine, of = share
        if self.source.kind == "json" and not self.is_table():
            for at, records in enumerate(in_weighed_batches(self.source.records, size, _heaviest(), weight_of_record)):
                if at % of == mine:
                    yield self._records(records)
            return
        for batch in self._batches(size, share):
            by_maker: dict[tuple[str, str], list[dict[str, str]]] = {}
            for row in batch:
                for texts, _lines in row.cases:
                    by_maker.setdefault(_made_by(texts), []).append(texts)
            for maker, texts_of_one in by_maker.items():
                reader = self._reader(*maker)
                if reader is not None:
                    reader.gather_places(texts_of_one)
            yield [staged for row in batch for staged in self._row(row)]

    def _batches(self, size: int, share: Share) -> Iterator[list[RowTexts]]:
        """Rows as texts, in lists of at most `size`. Of a text file's shares, what another one has is not looked at."""
        at, (mine, of) = -1, share
        if of == 1 or self.source.kind != "csv":
            lists = in_weighed_batches(self._texts(), size, _heaviest(), weight_of_row)
            yield from (batch for at, batch in enumerate(lists) if at % of == mine)
            return
        for table in tables_of(self.source.rows, self.mapping, self.any_form()):
            with self._reading(table) as texts_of:
                for at, rows in enumerate(in_weighed_batches(table.rows, size, _heaviest() // 4, weight_of_cells)):
                    if at % of == mine:
                        yield list(texts_of(rows))
        if at < 0:
            raise BadInput("no_rows", gettext("The file holds no rows."))

    def is_table(self) -> bool:
        """Whether records are flat, and a mapping reads them as a table."""
        return self.mapping is not None and is_flat(self.source)

    def _reader(self, form: str, made_by: str = "") -> CaseReader | None:
        """The reader of a form, in the version that the row or the template was made by where this node has it."""
        if not made_by and self.source.about.get("form") == form:
            made_by = self.source.about.get("version", "")
        key = (form, made_by[:8])
        if key not in self._readers:
            try:
                rules = self.mapping.rules if self.mapping else ReadingRules()
                rules.days_from_1904 = bool(self.source.about.get("date_1904"))
                rules.marks, rules.pairs = self._marks.of, self._marks.pairs
                self._readers[key] = CaseReader(_version(form_named(form), made_by), rules)
            except Missing:
                self._readers[key] = None
        return self._readers[key]

    def _texts(self) -> Iterator[RowTexts]:
        """Every row that holds anything, of every table that is read."""
        found, refused = False, None
        several = self.mapping is not None and self.mapping.reader.sheet == "*"
        rows = as_rows(self.source) if self.source.kind == "json" else self.source.rows
        for table in tables_of(rows, self.mapping, self.any_form()):
            try:
                yield from self._of_table(table)
                found = True
            except BadInput as refusal:
                if not several or refusal.code not in ("missing_columns", "no_header"):
                    raise
                refused = refusal
                self.source.passed_over.append(table.sheet[:80])
        if not found:
            raise refused or BadInput("no_rows", gettext("The file holds no rows."))

    def _of_table(self, table: Table) -> Iterator[RowTexts]:
        with self._reading(table) as texts_of:
            yield from texts_of(table.rows)

    @contextmanager
    def _reading(self, table: Table) -> Iterator[_TextsOf]:
        """What makes texts of a table's rows, by the mapping or by the form's own columns."""
        if self.mapping and not self.of_form(table):
            with closing(Mapper(self.mapping, table.heads, self._resolves)) as mapper:
                yield partial(self._mapped, mapper, table)
        else:
            self.mapping = None
            yield partial(self._plain, self.paths_of(table.heads), table)

    def of_form(self, table: Table) -> bool:
        """Whether a table has the form's own columns: there is no mapping, or it is a sheet
        of ours without the mapping's columns.
        """
        return self.mapping is None or (table.ours and not self.mapping.sources() <= set(table.heads))

    def _plain(self, paths: list[str], table: Table, rows: Iterable[NumberedRow]) -> Iterator[RowTexts]:
        """Rows whose columns are the form's own."""
        form_said, senders = self.source.about.get("form", ""), places_of_senders(table.heads)
        for number, cells in rows:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            texts = {path: cell for path, cell in zip(paths, stripped) if cell and path}
            texts.setdefault("form", form_said)
            ragged = self._ragged(number, stripped, table.heads, senders)
            yield RowTexts(number, [(texts, None)], source_digest(stripped, senders), ragged=ragged)

    def _ragged(
        self, number: int, cells: list[str], named: Sequence[str], senders: tuple[int, ...] | None
    ) -> dict[str, str]:
        """What is said of a row with more cells than heads; one with fewer, in a text file, is noted. On a sheet of
        ours what is over stands under empty heads, so that it is known again.
        """
        heads = len(named)
        if senders is not None:
            cells = [cells[at] for at in senders if at < len(cells)]
            heads = max((at for at, place in enumerate(senders, 1) if named[place]), default=0)
        elif len(cells) < heads and self.source.kind == "csv":
            self.source.short_rows.append(number)
        if len(cells) <= heads or not any(cell.strip() for cell in cells[heads:]):
            return {}
        over = max(at for at, cell in enumerate(cells, 1) if cell.strip()) if senders is not None else len(cells)
        return {"line": str(number), "cells": str(over), "heads": str(heads)}

    def _mapped(self, mapper: Mapper, table: Table, rows: Iterable[NumberedRow]) -> Iterator[RowTexts]:
        """Rows of a foreign file, some hundred looked at together."""
        senders = places_of_senders(table.heads)
        filled = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
        for some in in_weighed_batches(filled, MAPPED_AT_ONCE, _heaviest() // 4, weight_of_cells):
            named = [mapper.named(cells) for _, cells in some]
            mapper.look_at(named)
            for (number, cells), row in zip(some, named, strict=True):
                if mapper.skips(row):
                    yield RowTexts(number, [], skipped=True)
                    continue
                texts = mapper.header_and_line(row)
                texts.setdefault("form", mapper.mapping.form)
                cases: list[CaseTexts] = [(texts, None)]
                if mapper.has_lines:
                    cases = self._cases_of(texts, list(mapper.extra_lines(row)))
                stripped = [cell.strip() for cell in cells]
                ragged = self._ragged(number, cells, table.heads, senders)
                yield RowTexts(number, cases, source_digest(stripped, senders), ragged=ragged)

    def _cases_of(self, common: dict[str, str], lines: list[dict[str, str]]) -> list[CaseTexts]:
        """The cases that a row of several lines makes: one for each set of header fields that its lines say."""
        by_header: dict[bytes, CaseTexts] = {}
        form = self._form_of(common)
        for line in lines:
            own = {path: text for path, text in line.items() if self._of_header(form, path)}
            _header, found = by_header.setdefault(canonical(own), ({**common, **own}, []))
            if found is not None:
                found.append(joined(common, {path: text for path, text in line.items() if path not in own}))
        return list(by_header.values()) or [(common, [])]

    @staticmethod
    def _of_header(form: Form | None, path: str) -> bool:
        return is_beside(path) or (form is not None and normal_path(path)[1] in form.header_columns)

    def _form_of(self, texts: dict[str, str]) -> Form | None:
        reader = self._reader(*_made_by(texts))
        return reader.form if reader is not None else self.any_form()

    def _resolves(self, path: str, text: str, said: str) -> bool:
        """Whether a text of that target is a code of its list, or names one; `said`: the form of its row."""
        key = (path, text[:200], said)
        found = self._resolved.get(key)
        if found is None:
            form = said or (self.mapping.form if self.mapping else "") or getattr(self.any_form(), "code", "")
            reader = self._reader(form.upper())
            found = reader is None or reader.resolves(path, text)
            if len(self._resolved) < 50_000:
                self._resolved[key] = found
        return found

    def mark_of(self, path: str) -> str:
        """The decimal mark that the cells of a column tell: `.`, `,`, `?` where they contradict each other."""
        return self._marks.of(path)

    def any_form(self) -> Form | None:
        """The form that names columns: the file's, the mapping's, else the plainest, whose columns every form has."""
        for code in (self.source.about.get("form", ""), self.mapping.form if self.mapping else ""):
            reader = self._reader(code) if code else None
            if reader is not None:
                return reader.form
        reader = self._reader(self._plainest) if self._plainest else None  # every form is read to tell it
        return reader.form if reader is not None else None

    @cached_property
    def _plainest(self) -> str:
        form = plainest_form()
        return form.code if form else ""

    def paths_of(self, heads: list[str]) -> list[str]:
        """The path of each column without a mapping; a column that is none of ours is passed over unread."""
        form_column = next((head for head in heads if fold(head) in ("form", "commodity form")), None)
        form = self.any_form()
        paths = []
        for head in heads:
            path = "form" if head == form_column else (form.path_of(head.removesuffix(" *")) or "" if form else "")
            if not path and head.removeprefix("fields.").isidentifier() and head not in MENDING:
                path = head.removeprefix("fields.")  # a field of another form in the same file
            elif not path and head and head not in MENDING:
                self.source.passed_over.append(head[:80])
            paths.append(path)
        named = [path for path in paths if path]
        twice = sorted({path for path in named if named.count(path) > 1})
        if twice:
            raise BadInput("column_twice", gettext("Two columns hold «%(twice)s». Keep one.") % {"twice": twice[0]})
        if "date" not in named or ("form" not in named and not self.source.about.get("form")):
            raise BadInput(
                "unknown_layout",
                gettext(
                    "The column heads are not those of a form here. Use a template, name the columns as the form does"
                    " (form, date, country, subtype, quantity, unit …), or give a mapping file."
                ),
            )
        return paths

    def _row(self, row: RowTexts) -> Iterator[Staged]:
        """What a source row says of each of its cases; one of them counts for the row, one that is wrong if any is."""
        if row.skipped:
            yield Staged(row.number, "", "", {}, [], [], {}, skipped=True)
            return
        found = [self._case(row, texts, lines) for texts, lines in row.cases]
        counts = next((one for one in found if one.problems), found[0])
        for one in found:
            one.counts = int(one is counts)
            yield one

    def _case(self, row: RowTexts, texts: dict[str, str], lines: list[dict[str, str]] | None) -> Staged:
        number = row.number
        form, made_by = _made_by(texts)
        texts.pop("form", "")
        texts.pop("form_version", "")
        reader = self._reader(form, made_by)
        if reader is None:
            problem = Problem("form", "required" if not form else "unknown_form", form)
            known = self._known(texts)
            return Staged(number, f"=!{number}", form[:8], {}, [], [problem], {"form": form, **known})
        header, problems = reader.header(texts)
        day = str(header.get("date", ""))
        cleaned = []
        if lines is None:
            line, wrong = reader.line(texts, day)
            offence = header.get("kind") == "offence" and "quantity" not in texts and "subtype" not in texts
            if not offence:
                cleaned.append(line)
                problems += wrong
        else:
            for part in lines:
                line, wrong = reader.line({**part}, day, long=bool(header.get("long")))
                cleaned.append(line)
                problems += wrong
            if not lines:
                problems.append(Problem("quantity", "no_line"))
        if row.ragged:
            problems.append(Problem("", "ragged_row", facts=row.ragged))
        wrong_paths = {problem.path for problem in problems} & texts.keys()
        raw = {path: as_shown(path, texts[path], reader.form.every_unit) for path in wrong_paths}
        key = key_of(number, header, cleaned, problems)
        return Staged(number, key, form, header, cleaned, problems, raw, source=row.source, found=reader.found)

    def _known(self, texts: dict[str, str]) -> dict[str, str]:
        """What columns that every form has say; a column that is none of ours is not kept."""
        form = self.any_form()
        return {path: text for path, text in texts.items() if form and normal_path(path)[1] in form.by_path}

    def _records(self, records: list[tuple[int, Any]]) -> list[Staged]:
        """Staged records; their places are looked up together."""
        texts: list[dict[str, str] | None] = []
        by_reader: dict[int, tuple[CaseReader, list[dict[str, str]]]] = {}
        for _, record in records:
            reader = self._reader_of(record)
            texts.append(reader.texts_of(record) if reader else None)
            if reader is not None:
                by_reader.setdefault(id(reader), (reader, []))[1].append(texts[-1] or {})
        for reader, said in by_reader.values():
            reader.gather_places(said)
        return [self._record(number, record, flat) for (number, record), flat in zip(records, texts, strict=True)]

    def _reader_of(self, record: Any) -> CaseReader | None:
        if not isinstance(record, dict):
            return None
        return self._reader(str(record.get("form") or "").strip().upper(), str(record.get("form_version") or ""))

    def _record(self, number: int, record: Any, texts: dict[str, str] | None) -> Staged:
        if not isinstance(record, dict):
            return Staged(number, f"=!{number}", "", {}, [], [Problem("", "unknown_layout")], {})
        form = str(record.get("form") or "").strip().upper()
        reader = self._reader_of(record)
        if reader is None:
            problem = Problem("form", "unknown_form" if form else "required", form[:80])
            return Staged(number, f"=!{number}", form[:8], {}, [], [problem], {"form": form[:80]})
        header, lines, problems = reader.record(record, texts)
        key = key_of(number, header, lines, problems)
        raw = {problem.path: problem.said or as_text(record.get(problem.path)) for problem in problems}
        source = digest(record)[:24]
        return Staged(number, key, form, header, lines, problems, raw, source=source, found=reader.found)
