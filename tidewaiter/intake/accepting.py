"""From staged rows to cases, some thousand rows a transaction: grouped by key, checked together, kept or rejected."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec

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
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.canonical import digest
from tidewaiter.intake.models import CleanedTexts, Receipt, StagedRow
from tidewaiter.intake.rows import Staged

ROWS_AT_ONCE = 2_500
LEARNT_FROM = 100_000
"""Lines of one kind of goods and unit from which a file's own usual quantities are learnt."""
_COLUMNS = ("pk", "number", "key", "header_text", "lines_text", "problems")


@dataclass(slots=True)
class Waiting(CleanedTexts):
    """A staged row as it is read back: the columns of `StagedRow` that accepting needs."""

    pk: int
    number: int
    key: str
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

    def add(self, other: FileNorms) -> None:
        """Takes over what was learnt from other rows of the file."""
        for key, quantities in other._quantities.items():
            known = self._quantities.setdefault(key, array("d"))
            known.extend(quantities[: LEARNT_FROM - len(known)])

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


@dataclass(slots=True)
class Prepared:
    """Some thousand rows grouped to cases and checked, ready to be kept."""

    cases: list[tuple[CaseIn, list[int]]]
    """Each right case with the keys of its staged rows."""
    repeats: list[int]
    """Keys of rows that only repeat another."""
    wrong: list[tuple[int, str]]
    """Keys and problems of rows that cannot be taken."""

    @property
    def rows(self) -> int:
        """How many rows these are."""
        return sum(len(keys) for _, keys in self.cases) + len(self.repeats) + len(self.wrong)

    def __reduce__(self) -> tuple[Any, ...]:
        """Packed in one piece, which costs a fourth of pickling every case."""
        cases = [
            (
                case.header,
                case.lines,
                [(f.code, f.severity, f.path, f.says) for f in case.findings],
                case.digest(),
                case.blocks,
                keys,
            )
            for case, keys in self.cases
        ]
        return _unpacked, (msgspec.msgpack.encode((cases, self.repeats, self.wrong)),)


def _unpacked(packed: bytes) -> Prepared:
    cases, repeats, wrong = msgspec.msgpack.decode(packed)
    taken = [
        (CaseIn(header, lines, [Finding(*said) for said in findings], None, blocks, digest_), keys)
        for header, lines, findings, digest_, blocks, keys in cases
    ]
    return Prepared(taken, repeats, wrong)


def prepared(receipt_key: int) -> Iterator[Prepared]:
    """All cases that wait in a receipt, by their keys: grouped, checked, digested. Reads; changes nothing."""
    receipt = Receipt.objects.get(pk=receipt_key)
    checker = _Checker(receipt)
    keep_all = bool(receipt.options.get("keep_duplicates"))
    for groups in _pages(receipt):
        some = Prepared([], [], [])
        for key, rows in groups:
            kept, twice = _without_repeats(key, rows, keep_all)
            _mark_conflicts(kept)
            if any(row.problems for row in kept):
                some.wrong += [(row.pk, row.problems) for row in rows]
                continue
            header = kept[0].header
            case = CaseIn(header, [line for row in kept for line in row.lines])
            if key.startswith("="):
                number = kept[0].number if keep_all and len(rows) > 1 else 0
                header["national_ref"] = f"AUTO-{digest([key, number])[:20].upper()}"
            case.findings = [Finding("duplicate_in_file", NOTE, "", {"row": str(row.number)}) for row in twice]
            some.cases.append((case, [row.pk for row in kept]))
            some.repeats += [row.pk for row in twice]
        cases = [case for case, _ in some.cases]
        checker.check(cases)
        for case in cases:
            case.prepare()
        yield some


def _pages(receipt: Receipt) -> Iterator[list[tuple[str, list[Waiting]]]]:
    """Waiting cases, all rows of each, by key. Rows of the last key of a page wait for the next."""
    limit, last = ROWS_AT_ONCE, ""
    waiting = StagedRow.objects.filter(receipt=receipt, state="").order_by("key", "number").values_list(*_COLUMNS)
    while True:
        page = [Waiting(*row) for row in waiting.filter(key__gt=last)[: limit + 1]]
        groups = [(key, list(rows)) for key, rows in groupby(page, key=lambda row: row.key)]
        whole = groups if len(page) <= limit else groups[:-1]
        if not whole and groups:
            limit *= 4
            continue
        if whole:
            yield whole
        if len(page) <= limit:
            return
        limit, last = ROWS_AT_ONCE, whole[-1][0]


def take(some: Prepared, receipt: Receipt, by: Actor) -> None:
    """Keeps what is right as drafts, marks what is wrong as rejected, counts both. Call inside a transaction."""
    cases = [case for case, _ in some.cases]
    outcome = draft(cases=cases, by=by, channel=str(receipt.options.get("channel") or "csv"))
    words: Counter[str] = Counter(unchanged=len(some.repeats))
    said: list[str] = []
    taken: list[str] = []
    finished, wrong = list(some.repeats), list(some.wrong)
    for (case, keys), word, ref in zip(some.cases, outcome.words, outcome.refs, strict=True):
        if word == "withdrawn":
            problems = json.dumps([Problem("national_ref", "withdrawn_case", case.national_ref).plain()])
            wrong += [(key, problems) for key in keys]
            continue
        receipt.cases += 1
        said += [finding.code for finding in case.findings]
        words[word] += len(keys)
        finished += keys
        if word != "unchanged":
            taken.append(ref)
    if receipt.options.get("submit") and taken:
        done, _ = submit(cases=Case.objects.filter(ref__in=among(taken)), by=by)
        receipt.submitted += done
    receipt.findings = dict(Counter(receipt.findings) + Counter(said))
    for word, number in words.items():
        setattr(receipt, word, getattr(receipt, word) + number)
    receipt.rejected += len(wrong)
    marked = [StagedRow(pk=key, state="rejected", problems=problems) for key, problems in wrong]
    StagedRow.objects.bulk_update(marked, ["state", "problems"], batch_size=500)
    StagedRow.objects.filter(pk__in=among(finished)).delete()
    receipt.save()


class _Checker:
    """Runs all checks; remembers between batches what they need to know."""

    def __init__(self, receipt: Receipt) -> None:
        self._norms = norms_of_file(receipt)
        self._contexts: dict[str, Context] = {}

    def check(self, cases: list[CaseIn]) -> None:
        """Adds to each case what the checks find."""
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
