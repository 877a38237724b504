"""From staged rows to cases, some thousand rows a transaction: grouped by key, checked together, kept or rejected."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import context_for, norms_for
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.checks import run_checks
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import NOTE, Finding
from tidewaiter.checks.norms import Norm, norms_of
from tidewaiter.forms.columns import as_text, flatten_header
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.canonical import digest
from tidewaiter.intake.models import CleanedTexts, Receipt, StagedRow
from tidewaiter.intake.rows import Staged

ROWS_AT_ONCE = 5_000
LEARNT_FROM = 100_000
"""Lines of one kind of goods and unit from which a file's own usual quantities are learnt."""
_COLUMNS = ("pk", "number", "key", "form", "header_text", "lines_text", "problems")


@dataclass(slots=True)
class Waiting(CleanedTexts):
    """A staged row as it is read back: the columns of `StagedRow` that accepting needs."""

    pk: int
    number: int
    key: str
    form: str
    header_text: str
    lines_text: str
    problems: str


class FileNorms:
    """What is usual within the file itself, so that the first file of a new node is checked too; learnt while it is read."""

    def __init__(self) -> None:
        self._quantities: dict[tuple[str, str, str], array[float]] = {}

    def learn(self, rows: Iterable[Staged]) -> None:
        """Takes note of the quantities of rows that are right."""
        for row in rows:
            if row.problems:
                continue
            for line in row.lines:
                if "quantity" in line:
                    key = (row.form, str(line.get("subtype", "")), str(line.get("unit", "")))
                    known = self._quantities.setdefault(key, array("d"))
                    if len(known) < LEARNT_FROM:
                        known.append(float(line["quantity"]))

    def plain(self) -> list[list[Any]]:
        """(form, sub-type, unit, lines, middle, spread) of each kind of goods, as the receipt keeps them."""
        found = []
        for (form, subtype, unit), quantities in self._quantities.items():
            for norm in norms_of((subtype, unit, quantity) for quantity in quantities).values():
                found.append([form, subtype, unit, norm.lines, norm.middle, norm.spread])
        return found


def norms_of_file(receipt: Receipt) -> dict[str, dict[tuple[str, str], Norm]]:
    """By form, what the receipt says is usual in its file."""
    norms: dict[str, dict[tuple[str, str], Norm]] = {}
    for form, subtype, unit, lines, middle, spread in receipt.norms:
        norms.setdefault(form, {})[subtype, unit] = Norm(lines, middle, spread)
    return norms


def next_groups(receipt: Receipt) -> list[tuple[str, list[Waiting]]]:
    """The next staged cases: all rows of each, by key. Rows of the last key of a page wait for the next."""
    limit = ROWS_AT_ONCE
    waiting = StagedRow.objects.filter(receipt=receipt, state="").order_by("key", "number").values_list(*_COLUMNS)
    while True:
        page = [Waiting(*row) for row in waiting[: limit + 1]]
        groups = [(key, list(rows)) for key, rows in groupby(page, key=lambda row: row.key)]
        if len(page) <= limit:
            return groups
        if len(groups) > 1:
            return groups[:-1]
        limit *= 4


class Acceptance:
    """Accepts one receipt's groups; remembers between them what the checks need to know."""

    def __init__(self, receipt: Receipt, by: Actor) -> None:
        self.receipt = receipt
        self.by = by
        self._norms = norms_of_file(receipt)
        self._contexts: dict[str, Context] = {}

    def accept(self, groups: list[tuple[str, list[Waiting]]]) -> None:
        """Keeps what is right as drafts, marks what is wrong as rejected, counts both. Call inside a transaction."""
        receipt = self.receipt
        good: list[tuple[CaseIn, list[Waiting]]] = []
        finished: list[tuple[Waiting, str]] = []
        rejected: list[Waiting] = []
        for key, rows in groups:
            kept, twice = _without_repeats(key, rows, bool(receipt.options.get("keep_duplicates")))
            _mark_conflicts(kept)
            if any(row.problems for row in kept):
                rejected += rows
                continue
            header = kept[0].header
            case = CaseIn(header, [line for row in kept for line in row.lines])
            if key.startswith("="):
                number = kept[0].number if receipt.options.get("keep_duplicates") and len(rows) > 1 else 0
                header["national_ref"] = f"AUTO-{digest([key, number])[:20].upper()}"
            case.findings = [Finding("duplicate_in_file", NOTE, "", {"row": str(row.number)}) for row in twice]
            good.append((case, kept))
            finished += [(row, "unchanged") for row in twice]
        self._check([case for case, _ in good])
        outcome = draft(
            cases=[case for case, _ in good], by=self.by, channel=str(receipt.options.get("channel") or "csv")
        )
        said: list[str] = []
        taken: list[str] = []
        for (case, rows), word, ref in zip(good, outcome.words, outcome.refs, strict=True):
            if word == "withdrawn":
                for row in rows:
                    row.problems = json.dumps([Problem("national_ref", "withdrawn_case", case.national_ref).plain()])
                rejected += rows
                continue
            receipt.cases += 1
            said += [finding.code for finding in case.findings]
            finished += [(row, word) for row in rows]
            if word != "unchanged":
                taken.append(ref)
        if receipt.options.get("submit") and taken:
            done, _ = submit(cases=Case.objects.filter(ref__in=taken), by=self.by)
            receipt.submitted += done
        receipt.findings = dict(Counter(receipt.findings) + Counter(said))
        for word, number in Counter(word for _, word in finished).items():
            setattr(receipt, word, getattr(receipt, word) + number)
        self._put_away(finished, rejected)

    def _put_away(self, finished: list[tuple[Waiting, str]], rejected: list[Waiting]) -> None:
        self.receipt.rejected += len(rejected)
        marked = [StagedRow(pk=row.pk, state="rejected", problems=row.problems) for row in rejected]
        StagedRow.objects.bulk_update(marked, ["state", "problems"], batch_size=500)
        for some in in_batches((row.pk for row, _ in finished), ROWS_AT_ONCE):
            StagedRow.objects.filter(pk__in=some).delete()
        self.receipt.save()

    def _check(self, cases: list[CaseIn]) -> None:
        contexts = self._contexts
        places: dict[str, set[str]] = {}
        for case in cases:
            found = places.setdefault(str(case.header["form"]), set())
            if case.header.get("place"):
                found.add(str(case.header["place"]))
        for form, found in places.items():
            known = contexts.get(form)
            if known is None:
                usual = {**norms_for(form), **self._norms.get(form, {})}
                contexts[form] = context_for(form_named(form), found, usual)
            elif unknown := found - known.place_functions.keys():
                known.place_functions |= context_for(known.form, unknown, {}, {}).place_functions
        for case in cases:
            case.findings += run_checks(case.header, case.lines, contexts[str(case.header["form"])])


def _without_repeats(key: str, rows: list[Waiting], keep_all: bool) -> tuple[list[Waiting], list[Waiting]]:
    """In a source without references equal rows are one case: the first is kept, the others repeat it."""
    if not key.startswith("=") or len(rows) == 1 or any(row.problems for row in rows):
        return rows, []
    return (rows, []) if keep_all else (rows[:1], rows[1:])


def _mark_conflicts(rows: list[Waiting]) -> None:
    """Header values that differ under one reference are an error on every row but the first."""
    if all(row.header_text == rows[0].header_text for row in rows[1:]):
        return
    first = rows[0].header
    flat = dict(flatten_header(first))
    for row in rows[1:]:
        own = dict(flatten_header(row.header))
        differing = [path for path in flat.keys() | own.keys() if flat.get(path) != own.get(path)]
        if differing:
            problems = json.loads(row.problems or "[]")
            problems += [
                Problem(
                    path,
                    "header_conflict",
                    as_text(own.get(path)),
                    ((as_text(flat.get(path)), as_text(flat.get(path))),),
                ).plain()
                for path in sorted(differing)
            ]
            row.problems = json.dumps(problems, ensure_ascii=False)
