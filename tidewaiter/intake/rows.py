"""From a file's rows to staged rows: heads recognised, columns mapped, values cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tidewaiter.forms.columns import as_text, normal_path
from tidewaiter.forms.engine import CaseReader, Form, ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping import Mapper, Mapping
from tidewaiter.intake.readers import NumberedRow, Source

LOOKED_AT = 20
"""Rows among which the heads are looked for."""
MENDING = ("_row", "_mend")
"""Columns of our own error sheets; they are passed over when such a sheet comes back."""

type Share = tuple[int, int]
"""Which lists of rows to clean, of how many shares: (1, 2) is every other one, beginning with the second."""
WHOLE: Share = (0, 1)


@dataclass(slots=True)
class Staged:
    """One row, cleaned."""

    number: int
    key: str
    form: str
    header: dict[str, Any]
    lines: list[dict[str, Any]]
    problems: list[Problem]
    raw: dict[str, str]
    skipped: bool = False


def _made_by(texts: dict[str, str]) -> tuple[str, str]:
    """(form, version of the form) that a row says."""
    return texts.get("form", "").strip().upper(), texts.get("form_version", "").strip()


def _version(newest: Form, made_by: str) -> Form:
    """An older version that is named and is here, so that none of its fields is lost; else the newest."""
    if not made_by.isdigit() or len(made_by) > 6 or int(made_by) >= newest.version:
        return newest
    try:
        return form_named(newest.code, int(made_by))
    except Missing:
        return newest


class Stager:
    """Turns a source into staged rows, in batches so that places are looked up together."""

    def __init__(self, source: Source, mapping: Mapping | None) -> None:
        self.source = source
        self.mapping = mapping
        self._readers: dict[tuple[str, str], CaseReader | None] = {}

    def staged(self, size: int, share: Share = WHOLE) -> Iterator[list[Staged]]:
        """All rows of the source, in lists of at most `size`; of several shares only those lists that are this one's."""
        mine, of = share
        if self.source.kind == "json":
            for at, records in enumerate(in_batches(self.source.records, size)):
                if at % of == mine:
                    yield self._records(records)
            return
        for at, batch in enumerate(in_batches(self._texts(), size)):
            if at % of != mine:
                continue
            by_maker: dict[tuple[str, str], list[dict[str, str]]] = {}
            for _, texts, _, _ in batch:
                by_maker.setdefault(_made_by(texts), []).append(texts)
            for maker, texts_of_one in by_maker.items():
                reader = self._reader(*maker)
                if reader is not None:
                    reader.gather_places(texts_of_one)
            yield [self._row(*row) for row in batch]

    def _reader(self, form: str, made_by: str = "") -> CaseReader | None:
        """The reader of a form, in the version that the row or the template was made by where this node has it."""
        if not made_by and self.source.about.get("form") == form:
            made_by = self.source.about.get("version", "")
        key = (form, made_by[:8])
        if key not in self._readers:
            try:
                rules = self.mapping.rules if self.mapping else ReadingRules()
                rules.days_from_1904 = bool(self.source.about.get("date_1904"))
                self._readers[key] = CaseReader(_version(form_named(form), made_by), rules)
            except Missing:
                self._readers[key] = None
        return self._readers[key]

    def _texts(self) -> Iterator[tuple[int, dict[str, str], list[dict[str, str]] | None, bool]]:
        """(row number, texts by path, lines of `[[lines]]`, skipped) for every row that holds anything."""
        rows = self.source.rows
        head_rows: list[NumberedRow] = []
        for numbered in rows:
            if any(cell.strip() for cell in numbered[1]):
                head_rows.append(numbered)
            if len(head_rows) >= LOOKED_AT:
                break
        if not head_rows:
            raise BadInput("no_rows", gettext("The file holds no rows."))
        at, heads = self._heads(head_rows)
        ours = bool(set(heads) & set(MENDING))
        mapper = Mapper(self.mapping, heads) if self.mapping and not ours else None
        if mapper is None:
            self.mapping = None
        paths = None if mapper else self._paths(heads)

        def later() -> Iterator[NumberedRow]:
            yield from head_rows[at + 1 :]
            yield from rows

        form_said = self.source.about.get("form", "")
        for number, cells in later():
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            over = any(stripped[len(heads) :])
            if mapper is not None:
                row = dict(zip(heads, cells))
                if mapper.skips(row):
                    yield number, {}, None, True
                    continue
                texts = mapper.header_and_line(row)
                texts.setdefault("form", self.mapping.form if self.mapping else "")
                lines = list(mapper.extra_lines(row)) if mapper.has_lines else None
            else:
                texts = {path: cell for path, cell in zip(paths or (), stripped) if cell and path}
                texts.setdefault("form", form_said)
                lines = None
            if over:
                texts["_ragged"] = "yes"
            yield number, texts, lines, False

    def _heads(self, rows: list[NumberedRow]) -> tuple[int, list[str]]:
        if self.mapping and self.mapping.reader.header:
            wanted = self.mapping.reader.header
            at = next((at for at, (number, _) in enumerate(rows) if number == wanted), None)
            if at is None:
                raise BadInput(
                    "no_header",
                    gettext("The file has no row %(wanted)s, where the mapping looks for the column heads.")
                    % {"wanted": wanted},
                )
        else:
            known = self.mapping.sources() if self.mapping else set()
            form = self._any_form()

            def score(cells: list[str]) -> int:
                return sum(
                    cell.strip() in known
                    or cell.strip() in MENDING
                    or (form is not None and form.path_of(cell) is not None)
                    for cell in cells
                    if cell.strip()
                )

            at = max(range(len(rows)), key=lambda n: (score(rows[n][1]), -n))
            if form is not None and rows[at + 1 : at + 2] and score(rows[at + 1][1]) == score(rows[at][1]):
                machine = sum(cell.strip() in form.by_path for cell in rows[at + 1][1])
                at += machine > sum(cell.strip() in form.by_path for cell in rows[at][1])
        heads = [cell.strip().removeprefix("\ufeff") for cell in rows[at][1]]
        return at, heads

    def _any_form(self) -> Form | None:
        for code in (
            self.source.about.get("form", ""),
            self.mapping.form if self.mapping else "",
            "OTH",
            "WPN",
            "DRG",
        ):
            if code:
                reader = self._reader(code)
                if reader is not None:
                    return reader.form
        return None

    def _paths(self, heads: list[str]) -> list[str]:
        """The path of each column without a mapping; a column that is none of ours is passed over unread."""
        form_column = next((head for head in heads if fold(head) in ("form", "commodity form")), None)
        form = self._any_form()
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
                    "The column heads are not those of a form here. Use a template, name the columns as the form does (form, date, country, subtype, quantity, unit …), or give a mapping file."
                ),
            )
        return paths

    def _row(self, number: int, texts: dict[str, str], lines: list[dict[str, str]] | None, skipped: bool) -> Staged:
        if skipped:
            return Staged(number, "", "", {}, [], [], {}, skipped=True)
        form, made_by = _made_by(texts)
        texts.pop("form", "")
        texts.pop("form_version", "")
        ragged = texts.pop("_ragged", "")
        reader = self._reader(form, made_by)
        if reader is None:
            problem = Problem("form", "required" if not form else "unknown_form", form)
            known = self._known(texts)
            return Staged(number, f"={digest(known)}", form[:8], {}, [], [problem], {"form": form, **known})
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
        if ragged:
            problems.append(Problem("", "ragged_row"))
        key = str(header.get("national_ref", "")) or f"={digest(texts)}"
        raw = {problem.path: texts[problem.path] for problem in problems if problem.path in texts}
        return Staged(number, key, form, header, cleaned, problems, raw)

    def _known(self, texts: dict[str, str]) -> dict[str, str]:
        """What columns that every form has say; a column that is none of ours is not kept."""
        form = self._any_form()
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
            return Staged(number, f"={number}", "", {}, [], [Problem("", "unknown_layout")], {})
        form = str(record.get("form") or "").strip().upper()
        reader = self._reader_of(record)
        if reader is None:
            problem = Problem("form", "unknown_form" if form else "required", form[:80])
            return Staged(number, f"={digest(record)}", form[:8], {}, [], [problem], {"form": form[:80]})
        header, lines, problems = reader.record(record, texts)
        key = str(header.get("national_ref", "")) or f"={digest(record)}"
        raw = {problem.path: problem.said or as_text(record.get(problem.path)) for problem in problems}
        return Staged(number, key, form, header, lines, problems, raw)
