"""From staged rows to cases, some thousand rows a transaction: grouped by key, checked together, kept or rejected."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from django.db.models import Count, Q, Sum
from django.db.models.functions import Length

from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import context_for, functions_of
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
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.limits import most
from tidewaiter.intake.models import CleanedTexts, Receipt, StagedRow
from tidewaiter.intake.staged import Staged

ROWS_AT_ONCE = 4_000
LEARNT_FROM = 100_000
"""Lines of one kind of goods and unit from which a file's own usual quantities are learnt."""
_COLUMNS = ("pk", "number", "key", "header_text", "lines_text", "problems", "source", "counts")


@dataclass(slots=True)
class StagedRowView(CleanedTexts):
    """A staged row as it is read back: the columns of `StagedRow` that accepting needs."""

    pk: int
    number: int
    key: str
    header_text: str
    lines_text: str
    problems: str
    source: str
    counts: int


class FileNorms:
    """What is usual within the file itself, so that the first file of a new node is
    checked too; learnt while it is read.
    """

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

    cases: list[tuple[CaseIn, list[int], int]]
    """Each right case with the keys of its staged rows, and how many rows of the source these count for."""
    repeats: list[int]
    """Keys of rows that only repeat another; each counts for one."""
    wrong: list[tuple[int, str, int]]
    """Keys and problems of rows that cannot be taken, and how many rows of the source each counts for."""
    shadows: list[int] = field(default_factory=list)
    """Keys of staged rows that go and count for none."""

    @property
    def rows(self) -> int:
        """How many rows of the source these are."""
        return sum(one[2] for one in (*self.cases, *self.wrong)) + len(self.repeats)

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
                counted,
            )
            for case, keys, counted in self.cases
        ]
        return _unpacked, (msgspec.msgpack.encode((cases, self.repeats, self.wrong, self.shadows)),)


def _unpacked(packed: bytes) -> Prepared:
    cases, repeats, wrong, shadows = msgspec.msgpack.decode(packed)
    taken = [
        (CaseIn(header, lines, [Finding(*said) for said in findings], blocks=blocks, _digest=digest_), keys, counted)
        for header, lines, findings, digest_, blocks, keys, counted in cases
    ]
    return Prepared(taken, repeats, wrong, shadows)


def prepared(receipt_key: int) -> Iterator[Prepared]:
    """All cases that wait in a receipt, by their keys: grouped, checked, digested. Reads; changes nothing."""
    receipt = Receipt.objects.get(pk=receipt_key)
    checker = _Checker(receipt)
    keep_all = bool(receipt.options.get("keep_duplicates"))
    for groups in _pages(receipt):
        some = Prepared([], [], [])
        for key, rows in groups:
            for at, (kept, twice) in enumerate(_apart(key, rows, keep_all)):
                _group(key, at, kept, twice, some)
        cases = [one[0] for one in some.cases]
        checker.check(cases)
        for case in cases:
            case.prepare()
        yield some


def _group(key: str, at: int, kept: list[StagedRowView], twice: list[StagedRowView], some: Prepared) -> None:
    """Adds a case of some rows, or all of them as wrong; `at`: the how-manieth it is of equal records."""
    _mark_conflicts(kept)
    if any(row.problems for row in kept):
        some.wrong += [(row.pk, row.problems, row.counts) for row in (*kept, *twice)]
        return
    header = kept[0].header
    case = CaseIn(header, [line for row in kept for line in row.lines])
    if key.startswith("="):
        # made of the record alone, so that the same file brought again finds its cases and changes nothing
        header["national_ref"] = f"AUTO-{digest([key, at])[:20].upper()}"
    case.findings = [Finding("duplicate_in_file", NOTE, "", {"row": str(row.number)}) for row in twice]
    some.cases.append((case, [row.pk for row in kept], sum(row.counts for row in kept)))
    some.repeats += [row.pk for row in twice if row.counts]
    some.shadows += [row.pk for row in twice if not row.counts]


def _pages(receipt: Receipt) -> Iterator[list[tuple[str, list[StagedRowView]]]]:
    """Waiting cases, all rows of each, by key. Rows of the last key of a page wait for the next."""
    limit, heaviest, last = ROWS_AT_ONCE, 4 * most("file_batch_bytes"), ""
    waiting = StagedRow.objects.filter(receipt=receipt, state="").order_by("key", "number").values_list(*_COLUMNS)
    while True:
        page, ends = _page(waiting.filter(key__gt=last)[: limit + 1], limit, heaviest)
        groups = [(key, list(rows)) for key, rows in groupby(page, key=lambda row: row.key)]
        # the last key may go on in the next page: its rows wait, so that no case is cut in two
        whole = groups if ends else groups[:-1]
        if not whole and groups:  # one case is larger than a page: the same place again, with a larger one
            limit, heaviest = limit * 4, heaviest * 4
            continue
        if whole:
            yield whole
        if ends:
            return
        limit, heaviest, last = ROWS_AT_ONCE, 4 * most("file_batch_bytes"), whole[-1][0]


def _page(rows: Any, limit: int, heaviest: int) -> tuple[list[StagedRowView], bool]:
    """Rows until they are more than `limit` or weigh more than `heaviest` bytes, and whether these are all."""
    page: list[StagedRowView] = []
    weight = 0
    for row in rows.iterator(chunk_size=250):
        page.append(StagedRowView(*row))
        weight += len(page[-1].header_text) + len(page[-1].lines_text) + len(page[-1].problems)
        if len(page) > limit or (weight > heaviest and len(page) > 1):  # a single row, however heavy, is a page
            return page, False
    return page, True


def reject_too_long(receipt: Receipt) -> int:
    """Marks the rows of cases that have more, or larger, lines than a case may have; gives how
    many rows. Call inside a transaction.
    """
    waiting = StagedRow.objects.filter(receipt=receipt, state="")
    size = Sum(Length("header_text") + Length("lines_text"))
    long = waiting.values("key").annotate(many=Count("pk"), size=size).order_by()
    keys = [one["key"] for one in long.filter(Q(many__gt=most("file_case_rows")) | Q(size__gt=most("file_case_bytes")))]
    problems = json.dumps([Problem("", "too_many_lines").plain()])
    long_rows = waiting.filter(key__in=among(keys))
    marked = int(long_rows.aggregate(counts=Sum("counts"))["counts"] or 0) if keys else 0
    if keys:
        receipt.problems = dict(Counter(receipt.problems) + Counter(too_many_lines=marked))
        receipt.save(update_fields=["problems"])
        long_rows.update(state="rejected", problems=problems)
        receipt.rejected += marked
        receipt.save(update_fields=["rejected"])
    return marked


def take(some: Prepared, receipt: Receipt, by: Actor) -> None:
    """Keeps what is right as drafts, marks what is wrong as rejected, counts both. Call inside a transaction."""
    cases = [one[0] for one in some.cases]
    outcome = draft(cases=cases, by=by, channel=str(receipt.options.get("channel") or "csv"), source=receipt.ref)
    words: Counter[str] = Counter(unchanged=len(some.repeats))
    said: list[str] = []
    taken: list[str] = []
    finished, wrong = [*some.repeats, *some.shadows], list(some.wrong)
    for (case, keys, counted), word, ref in zip(some.cases, outcome.words, outcome.refs, strict=True):
        if word == "withdrawn":
            # every row of the case says why it came to nothing; what they count for stands at the first
            problems = json.dumps([Problem("national_ref", "withdrawn_case", case.national_ref).plain()])
            wrong += [(key, problems, counted if at == 0 else 0) for at, key in enumerate(keys)]
            continue
        receipt.cases += 1
        said += [finding.code for finding in case.findings]
        words[word] += counted
        finished += keys
        if word != "unchanged":
            taken.append(ref)
    if receipt.options.get("submit") and taken:
        done, _ = submit(cases=Case.objects.filter(ref__in=among(taken)), by=by)
        receipt.submitted += done
    receipt.findings = dict(Counter(receipt.findings) + Counter(said))
    for word, number in words.items():
        setattr(receipt, word, getattr(receipt, word) + number)
    receipt.rejected += sum(counts for _key, _problems, counts in wrong)
    marked = [StagedRow(pk=key, state="rejected", problems=problems) for key, problems, _counts in wrong]
    told: Counter[str] = Counter(receipt.problems)
    for _key, problems, _counts in wrong:
        told.update(str(item["code"]) for item in read_json(problems or "[]"))
    receipt.problems = dict(told)
    StagedRow.objects.bulk_update(marked, ["state", "problems"], batch_size=500)
    StagedRow.objects.filter(pk__in=among(finished)).delete()
    receipt.save()


class _Checker:
    """Runs all checks; remembers between batches what they need to know."""

    def __init__(self, receipt: Receipt) -> None:
        self._norms = norms_of_file(receipt)
        self._contexts: dict[tuple[str, str], Context] = {}

    def check(self, cases: list[CaseIn]) -> None:
        """Adds to each case what the checks find."""
        contexts = self._contexts
        places: dict[tuple[str, str], set[str]] = {}
        for case in cases:
            found = places.setdefault((str(case.header["form"]), str(case.header["country"])), set())
            if case.header.get("place"):
                found.add(str(case.header["place"]))
        for about, found in places.items():
            known = contexts.get(about)
            if known is None:
                form, country = about
                contexts[about] = context_for(
                    form_named(form), found, self._norms.get(form, {}), administration=country
                )
            elif unknown := found - known.place_functions.keys():  # a later batch brings places not met before
                known.place_functions |= functions_of(unknown)
        for case in cases:
            about = (str(case.header["form"]), str(case.header["country"]))
            case.findings += run_checks(case.header, case.lines, contexts[about])


def _apart(
    key: str, rows: list[StagedRowView], keep_all: bool
) -> Iterator[tuple[list[StagedRowView], list[StagedRowView]]]:
    """The cases of rows with one key, each with the rows that repeat it.

    Rows with a reference are one case. Without references, equal records are one case where their source rows are the
    same in every column, which then repeat the first; and as many cases as there are different source rows.
    """
    if not key.startswith("="):
        yield rows, []
        return
    by_source: dict[str, list[StagedRowView]] = {}
    for row in rows:
        by_source.setdefault(f"{row.number}" if keep_all else row.source, []).append(row)
    for same in by_source.values():
        yield same[:1], same[1:]


def _mark_conflicts(rows: list[StagedRowView]) -> None:
    """Header values that differ under one reference are an error on every row but the first."""
    if all(row.header_text == rows[0].header_text for row in rows[1:]):
        return
    first = rows[0].header
    flat = dict(flatten_header(first))
    for row in rows[1:]:
        own = dict(flatten_header(row.header))
        differing = [path for path in flat.keys() | own.keys() if flat.get(path) != own.get(path)]
        if differing:
            problems = read_json(row.problems or "[]")
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
