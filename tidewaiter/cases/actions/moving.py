"""Moving cases from state to state (`states.MOVES`): submitting and validating many at once, the others one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.cases import policy, states
from tidewaiter.cases.actions.drafting import BATCH
from tidewaiter.cases.as_read import held_as_read
from tidewaiter.cases.findings.finding_outcomes import settle_validated
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import FieldReason, checked_reasons, keep_return
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.privacy.masking import mask_personal_data


def submit(*, cases: QuerySet[Case], by: Actor) -> tuple[int, dict[str, int]]:
    """Hands drafts and returned cases to the reviewer. Gives how many, and how many were refused for which reason."""
    return _move_many("submit", "cases.submitted", cases, by)


def validate(*, cases: QuerySet[Case], by: Actor, unopened: str = "") -> tuple[int, dict[str, int]]:
    """Takes submitted cases into the figures. Cases that no reviewer has opened
    only with a reason, which is recorded.
    """
    return _move_many("validate", "cases.validated", cases, by, unopened)


def move_one(*, deed: str, case: Case, by: Actor) -> None:
    """Submits or validates one case as it was read; validating opens it. Raises `Outdated` where another version
    stands, a refusal where it cannot be done (any more).
    """
    with transaction.atomic():
        held = held_as_read(case, by)
        if deed == "validate":
            open_case(case=held, by=by)
        one = Case.objects.filter(pk=held.pk)
        done, refused = submit(cases=one, by=by) if deed == "submit" else validate(cases=one, by=by)
        if not done:
            raise Refusal(next(iter(refused), "state"), _("Somebody was faster: the case is judged already."))


def _move_many(
    deed: str, name: str, cases: QuerySet[Case], by: Actor, unopened: str = ""
) -> tuple[int, dict[str, int]]:
    target = states.MOVES[deed]
    refused: Counter[str] = Counter()
    done = 0
    with transaction.atomic():
        rows = (
            cases.filter(status__in=target, latest=True)
            .only(
                "pk", "ref", "version", "status", "latest", "administration", "region", "worst", "opened_by", "made_by"
            )
            .select_for_update(of=("self",))  # of two who judge at once the second finds the case judged
        )
        movable: list[Case] = []
        verdicts: dict[tuple[str, str, str, bool], str] = {}
        for case in rows.order_by("pk").iterator(chunk_size=5000):
            key = (case.status, case.administration, case.region, case.worst == "stop")
            if key not in verdicts:
                verdicts[key] = _verdict(deed, case, by)
            verdict = verdicts[key]
            if not verdict and deed == "validate" and not case.opened_by and not unopened:
                verdict = "unopened"
            if verdict:
                refused[verdict] += 1
            else:
                movable.append(case)
        moment = now()
        after = next(iter(target.values()))
        change = {
            "status": after,
            "changed_by": by.username,
            "changed_at": moment,
            "reason": mask_personal_data(unopened),
        }
        for batch in in_batches(movable, 2000):
            keys = [case.pk for case in batch]
            if deed == "validate":
                refs = [case.ref for case in batch if case.version > 1]
                for some in in_batches(refs, BATCH):
                    Case.objects.filter(ref__in=some, counted=True).update(counted=False, pending="")
                Case.objects.filter(pk__in=keys).update(counted=True, **change)
                settle_validated([case.pk for case in batch if case.opened_by], by)
            else:
                Case.objects.filter(pk__in=keys).update(**change)
                _pend([case.ref for case in batch if case.version > 1], after)
        detail = {"unopened": "with a reason"} if unopened else None
        if deed == "validate":
            number = Counter(case.made_by for case in movable)
            one = {case.made_by: case.ref for case in movable}
            tell(to=[(who, one[who], number[who]) for who in number], deed=name, by=by)
        done = record_many(by=by, deed=name, things=[(case.ref, case.version) for case in movable], detail=detail)
    return done, dict(refused)


def _pend(refs: list[str], status: str) -> None:
    for some in in_batches(refs, BATCH):
        Case.objects.filter(ref__in=some, counted=True, latest=False).update(pending=status)


def _verdict(deed: str, case: Case, by: Actor) -> str:
    try:
        policy.MAY[deed](by, case)
    except Refusal as refusal:
        return refusal.code
    return ""


def open_case(*, case: Case, by: Actor) -> None:
    """Says that a reviewer has opened a submitted case; the first opening of a version is recorded."""
    if case.opened_by or not policy.allowed("validate", case, by):
        return
    with transaction.atomic():
        opened = Case.objects.filter(pk=case.pk, opened_by="").update(opened_by=by.username, opened_at=now())
        if opened:
            record(by=by, deed="cases.opened", ref=case.ref, version=case.version)


def return_case(*, case: Case, reason: str, by: Actor, fields: Sequence[FieldReason] = ()) -> None:
    """Sends a submitted case, as it was read, back to its administration: what must be mended field by field, or in
    words, or both.

    Raises `BadInput` for a field or a reason that is none, `Outdated` where another version stands, a
    refusal where nothing is said at all.
    """
    _move_one("return_case", "cases.returned", case, by, reason, checked_reasons(case, fields))


def withdraw(*, case: Case, reason: str, by: Actor) -> None:
    """Takes a case, as it was read, back with a reason. That is its end; it leaves the
    figures. Raises `Outdated`, or a refusal.
    """
    _move_one("withdraw", "cases.withdrawn", case, by, reason)


def _move_one(deed: str, name: str, case: Case, by: Actor, reason: str, fields: Sequence[FieldReason] = ()) -> None:
    if not reason.strip() and not fields:
        raise Refusal("reason", _("Say why: the colleagues on the other side need it."))
    with transaction.atomic():
        now_case = held_as_read(case, by)
        policy.MAY[deed](by, now_case)
        after = states.MOVES[deed][now_case.status]
        change = {
            "status": after,
            "changed_by": by.username,
            "changed_at": now(),
            "reason": mask_personal_data(reason.strip()[:4000]),
        }
        Case.objects.filter(pk=now_case.pk).update(**change)
        if deed == "return_case":
            keep_return(now_case, fields, str(change["reason"]), by)
        if after == states.WITHDRAWN:
            Case.objects.filter(ref=now_case.ref, counted=True).update(counted=False, pending="")
        else:
            _pend([now_case.ref] if now_case.version > 1 else [], after)
        record(by=by, deed=name, ref=now_case.ref, version=now_case.version)
        tell(to=[(now_case.made_by, now_case.ref, 1)], deed=name, by=by)
