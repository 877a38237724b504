"""Keeping cases as drafts: many at once, set-based inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from tidewaiter.cases import policy, search_index, states
from tidewaiter.cases.as_read import held_as_read
from tidewaiter.cases.findings.duplicates import mark_duplicates
from tidewaiter.cases.findings.finding_outcomes import settle_mended
from tidewaiter.cases.judging import holds_a_bar, judged_anew, judged_before, judged_in
from tidewaiter.cases.models import Case, CaseBatch, IdempotencyKey
from tidewaiter.cases.rows import CaseIn, Placing, insert_cases
from tidewaiter.cases.series import give_references
from tidewaiter.cases.stored_masking import mask_earlier
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_refs
from tidewaiter.ledger.actions import record_many
from tidewaiter.people.models import Administration

PREFIX = "TW"
BATCH = 500
"""References that one statement names."""
KEYS_KEPT = timedelta(days=7)
"""How long an Idempotency-Key is remembered."""


type _Placed = tuple[CaseIn, Placing]


class Origin(NamedTuple):
    """The node that cases came from, and under which refs: those of cases that are new here, in the order given."""

    node: str
    refs: Sequence[str]


@dataclass(slots=True)
class Outcome:
    """What became of each case given to `draft`, in the order given: its ref and one word."""

    refs: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """`accepted`, `unchanged`, `changed`, or `withdrawn` for one that cannot be taken because it was withdrawn."""


def draft(
    *,
    cases: Sequence[CaseIn],
    by: Actor,
    channel: str,
    source: str = "",
    read: Case | None = None,
    came: Origin | None = None,
) -> Outcome:
    """Keeps cases as drafts. One that is here already (same administration and national reference) is left when it is
    the same, mended when it is a draft or returned, and proposed as a new version when it was submitted or validated.

    `source`: the ref of the file that brought them, by which they are found again together. `read`: where one case is
    written over, the version that was read. `came`: where they came from another node, whose refs they keep.
    Raises `NotAllowed` when any case is for a country that is not the person's, `Outdated` where another version than
    the one that was read stands.
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
        fresh = iter(came.refs if came else new_refs(PREFIX, len(cases)))
        made: list[_Placed] = []
        mended: list[_Placed] = []
        grown: list[_Placed] = []
        replaced: list[int] = []
        for case in cases:
            administration = str(case.header["country"])
            old = known.get((administration, case.national_ref)) if known else None
            place = _drafted(case, regions.get(administration) or "", channel, by, moment)
            place.ref, place.version = (old.ref, old.version) if old else (next(fresh), 1)
            outcome.refs.append(place.ref)
            outcome.words.append(_word(old, place.digest))
            if old is None:
                made.append((case, place))
            elif outcome.words[-1] == "changed":
                place.status = states.MOVES["amend"][old.status]
                place.made_by, place.made_at, place.reason = old.made_by, old.made_at, old.reason
                place.given_ref, place.node = old.given_ref, old.node
                if old.status in (states.DRAFT, states.RETURNED):
                    mended.append((case, place))
                    replaced.append(old.pk)
                else:
                    place.version += 1
                    grown.append((case, place))
        give_references(made)
        before = judged_before(cases, {old.ref: old.pk for old in known.values()})
        _take_away(replaced, mended, by)
        _write(made, mended, grown, by, came.node if came else settings.NODE_NAME)
        for deed, placed in (("cases.drafted", made), ("cases.mended", mended), ("cases.amended", grown)):
            _record(deed, placed, before, channel, by)
        _take_back([*mended, *grown], by)
        if source:
            _keep_batch(source, outcome, by)
    return outcome


def _drafted(case: CaseIn, region: str, channel: str, by: Actor, moment: datetime) -> Placing:
    """Where a case stands that is new; its ref is still to be given."""
    return Placing(
        ref="",
        version=1,
        administration=str(case.header["country"]),
        region=region,
        status=states.DRAFT,
        channel=channel,
        by=by.username,
        at=moment,
        digest=case.digest(),
    )


def _word(old: _Known | None, digest: str) -> str:
    """What becomes of a case that says `digest` where `old` stands, as `Outcome.words` has it."""
    if old is None:
        return "accepted"
    if old.digest == digest:
        return "unchanged"
    return "withdrawn" if old.status == states.WITHDRAWN else "changed"


def _write(made: list[_Placed], mended: list[_Placed], grown: list[_Placed], by: Actor, node: str) -> None:
    """Puts versions into the record; of cases that grow by one, the version before waits behind it."""
    for refs in in_batches([place.ref for _case, place in grown], BATCH):
        Case.objects.filter(ref__in=refs, latest=True).update(latest=False, pending=states.SUBMITTED)
    mark_duplicates([(case, place.ref) for case, place in (*made, *mended, *grown)], by)
    insert_cases([*made, *mended, *grown], node)


def _record(
    deed: str, placed: Sequence[_Placed], before: Mapping[str, frozenset[str]], channel: str, by: Actor
) -> None:
    things = [(place.ref, place.version) for _, place in placed]
    record_many(by=by, deed=deed, things=things, detail={"channel": channel})
    for judged, some in judged_anew(placed, before):
        record_many(by=by, deed="cases.judged", things=some, detail=judged)


def _take_back(placed: Sequence[_Placed], by: Actor) -> None:
    """What is hidden of a case now is hidden in its earlier versions too, on a node that holds no names."""
    if settings.HOLDS_NAMES:
        return
    stands = {place.ref: judged_in(case.header, case.lines) for case, place in placed if holds_a_bar(case)}
    if stands and (things := mask_earlier(stands)):
        record_many(by=by, deed="cases.masked", things=things)


def _take_away(replaced: Sequence[int], mended: Sequence[tuple[CaseIn, Placing]], by: Actor) -> None:
    """What drafts and returned cases said before they were mended goes, their findings are settled."""
    fresh_findings = {place.ref: {(one.code, one.path) for one in case.findings} for case, place in mended}
    for batch in in_batches(replaced, BATCH):
        settle_mended(batch, fresh_findings, by)
        search_index.forget(batch)
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
    given_ref: str
    node: str


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


def forget_requests() -> None:
    """Forgets what keys the JSON door was asked with more than a week ago; the cases stay."""
    IdempotencyKey.objects.filter(at__lt=now() - KEYS_KEPT).delete()
