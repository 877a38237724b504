"""What becomes of findings, and how often each check was right.

A finding ends as `mended` (its administration changed the case and the check was content), `returned` (a reviewer sent
the case back for that field), `dismissed` (somebody who may judge said that the value is right) or `validated` (the
case was validated with it). The first two say that the check was right, the others that the value was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from tidewaiter.cases.models import Case, CaseFinding, FindingOutcome
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.shares import interval

RIGHT, OVERRULED = ("mended", "returned"), ("dismissed", "validated")
_UNIQUE = ["ref", "version", "code", "path"]


def settle(rows: Iterable[tuple[str, int, str, str, str]], how: str, by: Actor, reason: str = "") -> None:
    """Says how findings ended: (ref, version, code, severity, path) each. What was said of one before is replaced."""
    moment = now()
    made = [
        FindingOutcome(
            ref=ref,
            version=version,
            code=code,
            severity=severity,
            path=path,
            how=how,
            by=by.username,
            at=moment,
            reason=reason,
        )
        for ref, version, code, severity, path in dict.fromkeys(rows)
    ]
    FindingOutcome.objects.bulk_create(
        made, batch_size=500, update_conflicts=True, unique_fields=_UNIQUE, update_fields=["how", "by", "at", "reason"]
    )


def settle_mended(old: Sequence[int], new: dict[str, set[tuple[str, str]]], by: Actor) -> None:
    """Findings of the versions `old` that the versions in their place (code and path, by ref) no longer have."""
    rows = _open_findings(old)
    settle((row for row in rows if (row[2], row[4]) not in new.get(row[0], set())), "mended", by)


def settle_returned(case: Case, paths: set[str], by: Actor) -> None:
    """Findings at the fields for which a case goes back."""
    settle((row for row in _open_findings([case.pk]) if row[4] in paths), "returned", by)


def settle_validated(keys: Sequence[int], by: Actor) -> None:
    """Findings with which opened cases are validated, but for those that were dismissed."""
    rows = _open_findings(keys)
    said = (
        FindingOutcome.objects.filter(ref__in=among({row[0] for row in rows}), how="dismissed")
        if rows
        else FindingOutcome.objects.none()
    )
    dismissed = set(said.values_list(*_UNIQUE))
    settle((row for row in rows if (row[0], row[1], row[2], row[4]) not in dismissed), "validated", by)


def unsettle(case: Case, *, since: datetime) -> None:
    """Findings that a decision on this version has settled are open again: the decision was taken back."""
    ended = FindingOutcome.objects.filter(ref=case.ref, version=case.version, how__in=("returned", "validated"))
    ended.filter(at__gte=since).delete()


def _open_findings(keys: Sequence[int]) -> list[tuple[str, int, str, str, str]]:
    found = CaseFinding.objects.filter(case_id__in=among(keys))
    return list(found.values_list("case__ref", "case__version", "code", "severity", "path"))


def dismissed_of(case: Case) -> dict[tuple[str, str], FindingOutcome]:
    """The findings of this version that somebody has dismissed, by code and path."""
    rows = FindingOutcome.objects.filter(ref=case.ref, version=case.version, how="dismissed")
    return {(row.code, row.path): row for row in rows}


def precision_of_checks(seen: QuerySet[Case] | None = None, regions: Sequence[str] = ()) -> list[dict[str, Any]]:
    """How often each check fired and was right: over the whole node, or as an office knows it.

    `[{"code", "fired", "open", "mended", "returned", "dismissed", "validated", "precision", "low", "high"}]`, most
    often fired first. `fired` counts findings that are open and those that were settled; `precision` is the share
    of the settled that were mended or returned, with its 95 % interval (Wilson 1927); none where nothing was
    settled yet. An office knows the findings of the versions in `seen`, what reviewers settled of its `regions`,
    and what was mended in what it sees.
    """
    findings = CaseFinding.objects.all()
    settled = FindingOutcome.objects.all()
    judged = settled.exclude(how="mended")
    still_here = judged
    mended = settled.filter(how="mended")
    if seen is not None:
        findings = findings.filter(case__in=seen)
        of_case = seen.filter(ref=OuterRef("ref"))
        judged = judged.filter(ref__in=Case.objects.filter(region__in=regions).values("ref"))
        still_here = judged.filter(Exists(of_case.filter(version=OuterRef("version"))))
        mended = mended.filter(Exists(of_case.filter(version__gte=OuterRef("version"))))
    here = dict(findings.values_list("code").annotate(n=Count("pk")).order_by())
    done = dict(still_here.values_list("code").annotate(n=Count("pk")).order_by())
    ends: dict[str, Counter[str]] = {}
    for rows in (judged, mended):
        for code, how, number in rows.values_list("code", "how").annotate(n=Count("pk")).order_by():
            ends.setdefault(code, Counter())[how] = number
    answer = []
    for code in {*here, *ends}:
        end = ends.get(code, Counter())
        right, all_of_them = sum(end[how] for how in RIGHT), end.total()
        low, high = interval(right, all_of_them)
        unsettled = max(0, here.get(code, 0) - done.get(code, 0))
        answer.append(
            {
                "code": code,
                "fired": unsettled + all_of_them,
                "open": unsettled,
                **{how: end[how] for how in (*RIGHT, *OVERRULED)},
                "precision": round(right / all_of_them, 3) if all_of_them else None,
                "low": round(low, 3) if all_of_them else None,
                "high": round(high, 3) if all_of_them else None,
            }
        )
    return sorted(answer, key=lambda row: (-row["fired"], row["code"]))
