"""Deeds of cases. All but the single moves take many cases at once and are set-based inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.cases import policy, states, words
from tidewaiter.cases.as_read import held_as_read
from tidewaiter.cases.doubles import mark_doubles
from tidewaiter.cases.export import counted, noted, records_of, write_records
from tidewaiter.cases.judging import holds_a_bar, judged_anew, judged_before, judged_in
from tidewaiter.cases.models import AskedOnce, Case, CaseBatch
from tidewaiter.cases.rechecking import rechecked
from tidewaiter.cases.returning import FieldReason, checked_reasons, keep_return, last_return
from tidewaiter.cases.rows import CaseIn, Placing, insert_cases
from tidewaiter.cases.settling import settle, settle_mended, settle_validated
from tidewaiter.cases.stored import mask_earlier
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref, new_refs
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Administration
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.threads.actions import say

PREFIX = "TW"
_BATCH = 500
KEYS_KEPT = timedelta(days=7)
"""How long an Idempotency-Key is remembered."""


@dataclass(slots=True)
class Outcome:
    """What became of each case given to `draft`, in the order given: its ref and one word."""

    refs: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """`accepted`, `unchanged`, `changed`, or `withdrawn` for one that cannot be taken because it was withdrawn."""


def draft(*, cases: Sequence[CaseIn], by: Actor, channel: str, source: str = "", read: Case | None = None) -> Outcome:
    """Keeps cases as drafts. One that is here already (same administration and national reference) is left when it is
    the same, mended when it is a draft or returned, and proposed as a new version when it was submitted or validated.

    `source`: the ref of the file that brought them, by which they are found again together. `read`: where one case is
    written over, the version that was read. Raises `NotAllowed` when any case is for a country that is not the
    person's, `Outdated` where another version than the one that was read stands.
    """
    for country in {str(case.header["country"]) for case in cases}:
        policy.may_file(by, country)
    outcome = Outcome()
    moment = now()
    with transaction.atomic():
        if read is not None:
            held_as_read(read, by)
        regions = dict(Administration.objects.values_list("code", "region_id"))
        known = _known(cases)
        fresh = iter(new_refs(PREFIX, len(cases)))
        made: list[tuple[CaseIn, Placing]] = []
        mended: list[tuple[CaseIn, Placing]] = []
        grown: list[tuple[CaseIn, Placing]] = []
        replaced: list[int] = []
        for case in cases:
            administration = str(case.header["country"])
            old = known.get((administration, case.national_ref))
            place = Placing(
                ref=old.ref if old else next(fresh),
                version=old.version if old else 1,
                administration=administration,
                region=regions.get(administration) or "",
                status=states.DRAFT,
                channel=channel,
                by=by.username,
                at=moment,
                digest=case.digest(),
            )
            outcome.refs.append(place.ref)
            if old is None:
                made.append((case, place))
                outcome.words.append("accepted")
            elif old.digest == place.digest:
                outcome.words.append("unchanged")
            elif old.status == states.WITHDRAWN:
                outcome.words.append("withdrawn")
            else:
                outcome.words.append("changed")
                place.status = states.MOVES["amend"][old.status]
                place.made_by, place.made_at, place.reason = old.made_by, old.made_at, old.reason
                if old.status in (states.DRAFT, states.RETURNED):
                    mended.append((case, place))
                    replaced.append(old.pk)
                else:
                    place.version += 1
                    grown.append((case, place))
        before = judged_before(cases, {old.ref: old.pk for old in known.values()})
        _take_away(replaced, mended, by)
        for refs in in_batches([place.ref for _, place in grown], _BATCH):
            Case.objects.filter(ref__in=refs, latest=True).update(latest=False, pending=states.SUBMITTED)
        mark_doubles([(case, place.ref) for case, place in (*made, *mended, *grown)], by)
        insert_cases([*made, *mended, *grown], settings.NODE_NAME)
        for deed, placed in (("cases.drafted", made), ("cases.mended", mended), ("cases.amended", grown)):
            things = [(place.ref, place.version) for _, place in placed]
            record_many(by=by, deed=deed, things=things, detail={"channel": channel})
            _follow_judgements(placed, before, by, fresh=placed is made)
        if source:
            _keep_batch(source, outcome, by)
    return outcome


def _follow_judgements(
    placed: Sequence[tuple[CaseIn, Placing]], before: Mapping[str, frozenset[str]], by: Actor, *, fresh: bool
) -> None:
    """What was judged to be nobody is told; what is hidden of a case now is hidden in its earlier
    versions too, on a node that holds no names.
    """
    for judged, some in judged_anew(placed, before):
        record_many(by=by, deed="cases.judged", things=some, detail=judged)
    if settings.HOLDS_NAMES or fresh:
        return
    stands = {place.ref: judged_in(case.header, case.lines) for case, place in placed if holds_a_bar(case)}
    if stands and (things := mask_earlier(stands)):
        record_many(by=by, deed="cases.masked", things=things)


def _take_away(replaced: Sequence[int], mended: Sequence[tuple[CaseIn, Placing]], by: Actor) -> None:
    """What drafts and returned cases said before they were mended goes, their findings are settled."""
    fresh_findings = {place.ref: {(one.code, one.path) for one in case.findings} for case, place in mended}
    for batch in in_batches(replaced, _BATCH):
        settle_mended(batch, fresh_findings, by)
        words.forget(batch)
        Case.objects.filter(pk__in=batch).delete()


def _keep_batch(source: str, outcome: Outcome, by: Actor) -> None:
    refs = [ref for ref, word in zip(outcome.refs, outcome.words, strict=True) if word != "withdrawn"]
    CaseBatch.objects.create(source=source, administration=by.administration_code, refs=refs)


class _Known(NamedTuple):
    """What is known of a case that is here already."""

    administration: str
    national_ref: str
    pk: int
    ref: str
    version: int
    status: str
    digest: str
    made_by: str
    made_at: datetime
    reason: str


def _known(cases: Sequence[CaseIn]) -> dict[tuple[str, str], _Known]:
    found: dict[tuple[str, str], _Known] = {}
    wanted: dict[str, list[str]] = {}
    for case in cases:
        wanted.setdefault(str(case.header["country"]), []).append(case.national_ref)
    for administration, national_refs in wanted.items():
        rows = Case.objects.filter(administration=administration, national_ref__in=among(national_refs), latest=True)
        for row in map(_Known._make, rows.values_list(*_Known._fields)):
            found[row.administration, row.national_ref] = row
    return found


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
                for some in in_batches(refs, _BATCH):
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
    for some in in_batches(refs, _BATCH):
        Case.objects.filter(ref__in=some, counted=True, latest=False).update(pending=status)


def _verdict(deed: str, case: Case, by: Actor) -> str:
    try:
        policy.MAY[deed](by, case)
    except Refusal as refusal:
        return refusal.code
    return ""


def export_cases(
    *,
    cases: QuerySet[Case],
    to: Path,
    kind: str,
    by: Actor,
    told: Callable[[int], None] = lambda _done: None,
    named: Callable[[str], None] = lambda _ref: None,
) -> int:
    """Writes cases to a file (`cases.export.KINDS`) and records who took how many; gives how many. `told` hears how
    many are read, `named` the ref of each.

    Other cases are named in it as far as the person sees them.
    """
    with (
        whole(to) as part,
        closing(records_of(cases, by)) as records,
    ):  # its cursor ends here, whatever stops the writing
        done = write_records(counted(noted(records, named), told), part, kind)
    with transaction.atomic():
        record(by=by, deed="cases.exported", ref=new_ref("EX"), detail={"cases": done, "kind": kind})
    return done


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


def forget_requests() -> None:
    """Forgets what keys the JSON door was asked with more than a week ago; the cases stay."""
    AskedOnce.objects.filter(at__lt=now() - KEYS_KEPT).delete()


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
