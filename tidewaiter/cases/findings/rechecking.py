"""The whole battery of checks over cases that are here already: what it says now, beside what was kept.

Rows are read as plain columns and documents decoded at once; what has changed is written in as many statements as there
are different outcomes, whatever the number of cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from tidewaiter.cases.models import Case, CaseFinding, Line
from tidewaiter.cases.queries import context_for, functions_of
from tidewaiter.cases.rows import gravest
from tidewaiter.checks.checks import run_checks
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import DUPLICATE_PROBABLE, Finding
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.bulk import among, insert_rows

BATCH = 2_000
type _Kind = tuple[str, int, str]
"""Form, its version, administration: what the cases of one context have in common."""
type _Said = tuple[str, str, str]
"""Code, severity and path of a finding."""
TOGETHER = ("duplicate_in_file", DUPLICATE_PROBABLE)
"""What several cases told together when they came; a single case cannot tell it again."""
_document = msgspec.json.Decoder(dict[str, Any])


class _Case(NamedTuple):
    """A case as the checks need it; its header as text."""

    pk: int
    form: str
    form_version: int
    administration: str
    place: str
    header: str

    @property
    def kind(self) -> _Kind:
        return self.form, self.form_version, self.administration


def rechecked(cases: QuerySet[Case]) -> tuple[int, int, Counter[str]]:
    """Brings the findings of cases up to date, some thousand a transaction: (looked at, changed, findings by code)."""
    contexts: dict[_Kind, Context] = {}
    found: Counter[str] = Counter()
    looked_at = changed = 0
    for batch in _batches(cases):
        looked_at += len(batch)
        with transaction.atomic():
            changed += _batch(batch, contexts, found)
    return looked_at, changed, found


def _batches(cases: QuerySet[Case]) -> Iterator[list[_Case]]:
    last = 0
    wanted = (
        cases.order_by("pk")
        .annotate(header_text=Cast("header", TextField()))
        .values_list("pk", "form", "form_version", "administration", "place", "header_text")
    )
    while batch := [_Case(*row) for row in wanted.filter(pk__gt=last)[:BATCH]]:
        last = batch[-1].pk
        yield batch


def _batch(batch: list[_Case], contexts: dict[_Kind, Context], found: Counter[str]) -> int:
    keys = [case.pk for case in batch]
    lines, before, together = _lines_of(keys), _said_before(keys), _told_together(keys)
    _know_places(batch, contexts)
    fresh: list[tuple[int, list[Finding]]] = []
    codes: list[str] = []
    decode, nothing = _document.decode, ()
    for case in batch:
        now = run_checks(decode(case.header), lines.get(case.pk, []), contexts[case.kind])
        now += together.get(case.pk, nothing)
        codes += [finding.code for finding in now]
        said = before.get(case.pk, nothing)
        if (now or said) and sorted((one.code, one.severity, one.path) for one in now) != sorted(said):
            fresh.append((case.pk, now))
    found.update(codes)
    _rewrite(fresh)
    return len(fresh)


def _lines_of(keys: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The documents of the lines of cases, in order."""
    decode = _document.decode
    found: dict[int, list[dict[str, Any]]] = {}
    rows = Line.objects.filter(case_id__in=among(keys)).annotate(text=Cast("document", TextField()))
    for case, text in rows.order_by("case_id", "number").values_list("case_id", "text"):
        found.setdefault(case, []).append(decode(text))
    return found


def _said_before(keys: Sequence[int]) -> dict[int, list[_Said]]:
    found: dict[int, list[_Said]] = {}
    rows = CaseFinding.objects.filter(case_id__in=among(keys))
    for case, *said in rows.values_list("case_id", "code", "severity", "path"):
        found.setdefault(case, []).append((said[0], said[1], said[2]))
    return found


def _told_together(keys: Sequence[int]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = {}
    rows = CaseFinding.objects.filter(case_id__in=among(keys), code__in=TOGETHER)
    for case, *said in rows.values_list("case_id", "code", "severity", "path", "says"):
        found.setdefault(case, []).append(Finding(*said))
    return found


def _know_places(batch: list[_Case], contexts: dict[_Kind, Context]) -> None:
    places: dict[_Kind, set[str]] = {}
    for case in batch:
        places.setdefault(case.kind, set()).update([case.place] if case.place else [])
    for key, found in places.items():
        form, version, administration = key
        if key not in contexts:
            contexts[key] = context_for(form_named(form, version), found, administration=administration)
        elif unknown := found - contexts[key].place_functions.keys():
            contexts[key].place_functions |= functions_of(unknown)


def _rewrite(fresh: list[tuple[int, list[Finding]]]) -> None:
    """Findings of cases as they are now, and what the cases say of them."""
    if not fresh:
        return
    CaseFinding.objects.filter(case_id__in=among([case for case, _ in fresh])).delete()
    rows = (
        (case, finding.code, finding.severity, finding.path, finding.says_text())
        for case, findings in fresh
        for finding in findings
    )
    insert_rows(CaseFinding, ("case_id", "code", "severity", "path", "says"), rows)
    outcomes: dict[tuple[str, int], list[int]] = {}
    for case, findings in fresh:
        outcomes.setdefault(gravest(findings), []).append(case)
    for (worst, number), keys in outcomes.items():
        Case.objects.filter(pk__in=among(keys)).update(worst=worst, findings_count=number)
