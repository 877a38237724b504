"""The whole battery of checks over cases that are here already: what it says now, beside what was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tidewaiter.cases.models import Case, CaseFinding, Line
from tidewaiter.cases.queries import context_for, functions_of
from tidewaiter.cases.rows import gravest
from tidewaiter.checks.checks import run_checks
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import Finding
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.bulk import in_batches, insert_rows

BATCH = 2_000
type _Kind = tuple[str, int, str]
"""Form, its version, administration: what the cases of one context have in common."""
TOGETHER = ("duplicate_in_file", "duplicate_probable")
"""What several cases told together when they came; a single case cannot tell it again."""


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


def _batches(cases: QuerySet[Case]) -> Iterator[list[Case]]:
    last = 0
    wanted = cases.order_by("pk").only(
        "pk", "form", "form_version", "administration", "header", "worst", "findings_count", "place"
    )
    while batch := list(wanted.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield batch


def _batch(batch: list[Case], contexts: dict[_Kind, Context], found: Counter[str]) -> int:
    keys = [case.pk for case in batch]
    lines: dict[int, list[dict[str, Any]]] = {}
    kept: dict[int, list[Finding]] = {}
    for some in in_batches(keys, 500):
        for case_id, document in (
            Line.objects.filter(case_id__in=some).order_by("case_id", "number").values_list("case_id", "document")
        ):
            lines.setdefault(case_id, []).append(document)
        for row in CaseFinding.objects.filter(case_id__in=some):
            kept.setdefault(row.case_id, []).append(Finding(row.code, row.severity, row.path, row.says))
    _know_places(batch, contexts)
    fresh: list[tuple[Case, list[Finding]]] = []
    for case in batch:
        context = contexts[_kind(case)]
        before = kept.get(case.pk, [])
        together = [finding for finding in before if finding.code in TOGETHER]
        now = run_checks(case.header, lines.get(case.pk, []), context) + together
        found.update(finding.code for finding in now)
        if _as_rows(now) != _as_rows(before):
            fresh.append((case, now))
    _rewrite(fresh)
    return len(fresh)


def _know_places(batch: list[Case], contexts: dict[_Kind, Context]) -> None:
    places: dict[_Kind, set[str]] = {}
    for case in batch:
        places.setdefault(_kind(case), set()).update([case.place] if case.place else [])
    for key, found in places.items():
        form, version, administration = key
        if key not in contexts:
            contexts[key] = context_for(form_named(form, version), found, administration=administration)
        elif unknown := found - contexts[key].place_functions.keys():
            contexts[key].place_functions |= functions_of(unknown)


def _kind(case: Case) -> _Kind:
    return case.form, case.form_version, case.administration


def _as_rows(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return sorted((finding.code, finding.severity, finding.path) for finding in findings)


def _rewrite(fresh: list[tuple[Case, list[Finding]]]) -> None:
    for some in in_batches([case.pk for case, _ in fresh], 500):
        CaseFinding.objects.filter(case_id__in=some).delete()
    rows = (
        (case.pk, finding.code, finding.severity, finding.path, finding.says_text())
        for case, findings in fresh
        for finding in findings
    )
    insert_rows(CaseFinding, ("case_id", "code", "severity", "path", "says"), rows)
    for case, findings in fresh:
        case.worst, case.findings_count = gravest(findings)
    Case.objects.bulk_update([case for case, _ in fresh], ["worst", "findings_count"], batch_size=300)
