"""What is said of cases that changes none: findings looked for again or dismissed, words under a case."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.cases import policy, states
from tidewaiter.cases.as_read import held_as_read
from tidewaiter.cases.findings.finding_outcomes import settle
from tidewaiter.cases.findings.rechecking import rechecked
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import last_return
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.threads.actions import say


def recheck(*, cases: QuerySet[Case], by: Actor) -> tuple[int, int, dict[str, int]]:
    """Runs all checks over the working versions of cases again: (looked at, with other findings than before, findings
    by code).

    Only stewards and the node itself: what is found is kept, nobody's case is changed.
    """
    must_be_steward(by)
    looked_at, changed, found = rechecked(cases.filter(latest=True).exclude(status=states.WITHDRAWN))
    with transaction.atomic():
        record(by=by, deed="cases.rechecked", ref=new_ref("CK"), detail={"cases": looked_at, "changed": changed})
    return looked_at, changed, dict(found)


def dismiss(*, case: Case, code: str, path: str, reason: str, by: Actor) -> None:
    """Says that a finding of a case, as it was read, is none: the value is right. Who may validate the case may say so.

    Raises `Outdated` where another version stands, or a refusal.
    """
    with transaction.atomic():
        now_case = held_as_read(case, by)
        policy.may_validate(by, now_case)
        finding = now_case.findings.filter(code=code, path=path).first()
        if finding is None:
            raise Missing("no_finding", _("The case has no such finding."))
        row = (now_case.ref, now_case.version, finding.code, finding.severity, finding.path)
        settle([row], "dismissed", by, mask_personal_data(reason.strip()[:500]))
        record(by=by, deed="cases.dismissed", ref=now_case.ref, version=now_case.version, detail={"check": code})


def say_of_case(*, case: Case, text: str, by: Actor) -> None:
    """Says something under a case; whoever made it and the last reviewer are told. Raises a refusal."""
    policy.may_say(by, case)
    last = last_return(case.ref)
    to = [case.made_by, case.opened_by, last.by if last else ""]
    with transaction.atomic():
        say(ref=case.ref, version=case.version, text=text, by=by)
        tell(to=[(name, case.ref, 1) for name in dict.fromkeys(to) if name], deed="threads.said", by=by)
