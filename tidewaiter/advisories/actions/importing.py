"""Deeds of what comes from outside: objects of STIX are kept as they came, reports among them become warnings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy, states
from tidewaiter.advisories.actions.reaching import told_of
from tidewaiter.advisories.actions.storing import ADDED, DIFFERS, add_objects
from tidewaiter.advisories.actions.warnings import keep_version, next_number
from tidewaiter.advisories.marks import TLP
from tidewaiter.advisories.models import Advisory, Collection, Indicator, Sighting, StixObject
from tidewaiter.advisories.stix.checking import check_objects, objects_in
from tidewaiter.advisories.stix.fixed import Stix
from tidewaiter.advisories.stix.misp import is_misp, objects_of_misp
from tidewaiter.advisories.stix.reading import Sighted, Warned, sightings_in, texts, warnings_in
from tidewaiter.advisories.stix.writing import Written
from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.ledger.actions import record

MOST_ERRORS = 1000
AT_ONCE = 2000


@dataclass(slots=True)
class Brought:
    """What became of a bundle, an event, or a page of a collection."""

    objects: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: list[str] = field(default_factory=list)
    """Refs of warnings that are new or say something new."""
    lost: Counter[str] = field(default_factory=Counter)
    errors: list[dict[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    """(id, version) of objects that are there now."""

    def answer(self) -> dict[str, Any]:
        """As `import_stix` answers."""
        return {
            "objects": self.objects,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "lost": dict(sorted(self.lost.items())),
            "errors": self.errors[:MOST_ERRORS],
        }


def bring(*, collection: Collection, document: Any, by: Actor, default: str = "AMBER") -> Brought:
    """Takes a bundle of STIX 2.1 or events of MISP, by what they are. Under `default` stands what says no mark.

    Raises `BadInput` for what is neither, a refusal.
    """
    lost: Counter[str] = Counter()
    objects = objects_of_misp(document, lost) if is_misp(document) else objects_in(document)
    made = take_objects(collection=collection, objects=objects, by=by, default=default)
    made.lost += lost
    return made


def take_objects(
    *, collection: Collection, objects: Sequence[Any], by: Actor, default: str = "AMBER", source: str = ""
) -> Brought:
    """Keeps objects of STIX 2.1 under their own ids and versions, and makes warnings of reports and sightings.

    `source` is the subscription that they came by; a person brings them only where they publish.
    """
    narrowest = _narrowest(collection, by)
    checked = check_objects(objects, default)
    made = Brought(objects=len(objects), rejected=len(checked.wrong), lost=checked.lost, errors=checked.wrong)
    changed: list[str] = []
    for start in range(0, len(checked.taken), AT_ONCE):
        changed += _keep(collection, checked.taken[start : start + AT_ONCE], narrowest, by, made)
    with transaction.atomic():
        _settle_warnings(collection, changed, made, by, source)
        _settle_sightings(collection, changed, made, by, source)
        record(
            by=by,
            deed="advisories.brought",
            ref=str(collection.pk),
            detail={"objects": made.objects, "accepted": made.accepted, "rejected": made.rejected},
        )
    return made


def _narrowest(collection: Collection, by: Actor) -> int:
    """The rank of the narrowest mark that the person may bring. Raises `NotAllowed`."""
    if is_node(by) or by.door.startswith("exchange:"):  # the agreement has said up to which mark
        return len(TLP) - 1
    may = policy.access(by).get(collection.pk)
    if may is None or not may.writes:
        raise NotAllowed("collection", _("This collection is not yours to write in."))
    return may.rank


def _keep(
    collection: Collection, taken: Sequence[tuple[Stix, Written]], narrowest: int, by: Actor, made: Brought
) -> list[str]:
    """Adds what may be added; gives the ids of what is new."""
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        there = _there(collection, [one["id"] for one, _row in taken])
        allowed: list[Written] = []
        for one, row in taken:
            code, sentence = _refused(one, row, there.get(one["id"]), narrowest)
            if code:
                made.rejected += 1
                made.errors.append({"id": row.stix_id, "code": code, "message": sentence})
            else:
                allowed.append(row)
        outcomes = add_objects(collection=collection, objects=allowed, by=by, came=True)
    changed = []
    for row, outcome in zip(allowed, outcomes, strict=True):
        if outcome == DIFFERS:
            made.rejected += 1
            said = _("The same version is here and says something else.")
            made.errors.append({"id": row.stix_id, "code": "same_version", "message": said})
            continue
        made.kept.append((row.stix_id, row.version_said))
        if outcome == ADDED:
            made.accepted += 1
            changed.append(row.stix_id)
        else:
            made.unchanged += 1
    return changed


@dataclass(frozen=True, slots=True)
class _There:
    """The newest version of an object that is here."""

    came: bool
    digest: str
    creator: Any


def _there(collection: Collection, ids: Sequence[str]) -> dict[str, _There]:
    rows = StixObject.objects.filter(collection=collection, stix_id__in=ids, is_last=True)
    return {
        stix_id: _There(came, digest, json.loads(body).get("created_by_ref"))
        for stix_id, came, digest, body in rows.values_list("stix_id", "came", "digest", "body")
    }


def _refused(one: Stix, row: Written, there: _There | None, narrowest: int) -> tuple[str, str]:
    """Why an object is not taken; nothing where it is."""
    if row.rank > narrowest:
        return "tlp", _("You see nothing under TLP:%(mark)s in this collection.") % {"mark": TLP[row.rank]}
    if there is None or there.digest == row.digest:
        return "", ""
    if not there.came:
        return "ours", _("This node wrote this object: it is changed here alone.")
    if there.creator != one.get("created_by_ref"):
        return "creator", _("A new version is its creator's to make (created_by_ref).")
    return "", ""


def _stored(collection: Collection, ids: Iterable[str]) -> list[tuple[Stix, Written]]:
    """The newest versions of objects as they are kept."""
    found = []
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        for row in StixObject.objects.filter(collection=collection, stix_id__in=some, is_last=True):
            kept = Written(
                row.stix_id,
                row.type,
                row.spec_version,
                row.version,
                row.version_said,
                row.rank,
                row.body,
                row.digest,
            )
            found.append((json.loads(row.body), kept))
    return found


def _touched(collection: Collection, changed: Sequence[str]) -> set[str]:
    """The reports of warnings from outside that have one of these indicators."""
    found: set[str] = set()
    for start in range(0, len(changed), AT_ONCE):
        rows = Indicator.objects.filter(stix_id__in=changed[start : start + AT_ONCE])
        rows = rows.filter(advisory__ours=False, advisory__collection=collection)
        found |= set(rows.values_list("advisory__report_id", flat=True))
    return found


def _settle_warnings(collection: Collection, changed: Sequence[str], made: Brought, by: Actor, source: str) -> None:
    """Makes warnings of reports that are new, and of those whose indicators changed."""
    touched = _touched(collection, changed)
    ids = list(dict.fromkeys([*[one for one in changed if one.startswith("report--")], *sorted(touched)]))
    reports = _stored(collection, ids)
    refs = [ref for report, _row in reports for ref in texts(report.get("object_refs"))]
    known = {one.report_id: one for one in Advisory.objects.filter(report_id__in=ids)}
    for said in warnings_in([*reports, *_stored(collection, refs)], made.lost):
        if said.report_id not in ids:
            continue
        there = known.get(said.report_id)
        if there is not None and (there.ours or there.collection_id != collection.pk):
            made.lost["report that is a warning here already"] += 1
            continue
        if there is None and said.revoked:
            made.lost["revoked report of which nothing was here"] += 1
            continue
        made.warnings.append(_settle(collection, said, there, by, source).ref)


def _settle(collection: Collection, said: Warned, there: Advisory | None, by: Actor, source: str) -> Advisory:
    moment = now()
    mark = {"tlp": TLP[said.rank], "rank": said.rank}
    if there is None:
        one = Advisory.objects.create(
            ref=new_ref("EW"),
            collection=collection,
            number=next_number(collection),
            administration=by.administration_code,
            node=source,
            report_id=said.report_id,
            ours=False,
            state=states.PUBLISHED,
            version=1,
            made_by=by.username,
            made_at=moment,
            changed_at=moment,
            published_by=by.username,
            published_at=moment,
            **said.fields,
            **mark,
        )
        record(by=by, deed="advisories.arrived", ref=one.ref)
        deed, word = "publish", "advisories.published"
    else:
        one = Advisory.objects.select_for_update().get(pk=there.pk)
        for name, value in {**said.fields, **mark}.items():
            setattr(one, name, value)
        one.version, one.draft, one.changed_at = one.version + 1, one.draft + 1, moment
        deed, word = "revise", "advisories.revised"
        if said.revoked:
            one.state, deed, word = states.REVOKED, "revoke", "advisories.revoked"
        one.save()
    _keep_indicators(one, said)
    keep_version(one, deed, "", by)
    record(by=by, deed=word, ref=one.ref, version=one.version, detail={"tlp": one.tlp})
    told_of(advisory=one, deed=word, by=by)
    return one


def _keep_indicators(one: Advisory, said: Warned) -> None:
    """Makes the indicators of a warning those of its report; those that are named no more are revoked."""
    moment = now()
    there = {(row.kind, row.value): row for row in one.indicators.all()}
    last = max((row.number for row in there.values()), default=0)
    wanted: set[tuple[str, str]] = set()
    made: list[Indicator] = []
    for read, confidence, stix_id in said.indicators:
        key = (read.kind, read.value)
        if key in wanted:
            continue
        wanted.add(key)
        if key in there:
            continue
        last += 1
        made.append(
            Indicator(
                advisory=one,
                number=last,
                kind=read.kind,
                value=read.value,
                checked=read.check,
                confidence=confidence,
                stix_id=stix_id,
                added_at=moment,
            )
        )
    Indicator.objects.bulk_create(made)
    back = [row.pk for key, row in there.items() if key in wanted]
    one.indicators.filter(pk__in=back).update(revoked_at=None, reason="")
    gone = [row.pk for key, row in there.items() if key not in wanted]
    one.indicators.filter(pk__in=gone, revoked_at=None).update(revoked_at=moment)


def _settle_sightings(collection: Collection, changed: Sequence[str], made: Brought, by: Actor, source: str) -> None:
    """Keeps sightings of warnings that are here, and takes back those that were taken back."""
    ids = [one for one in changed if one.startswith("sighting--")]
    if not ids:
        return
    stored = _stored(collection, ids)
    places = [ref for one, _row in stored for ref in texts(one.get("where_sighted_refs"))]
    for said in sightings_in([*stored, *_stored(collection, places)], made.lost):
        _settle_sighting(collection, said, made, by, source)


def _settle_sighting(collection: Collection, said: Sighted, made: Brought, by: Actor, source: str) -> None:
    held = Sighting.objects.filter(stix_id=said.stix_id).first()
    if held is not None:
        if said.revoked and held.withdrawn_at is None:
            held.withdrawn_by, held.withdrawn_at = by.username, now()
            held.save(update_fields=["withdrawn_by", "withdrawn_at"])
            record(by=by, deed="advisories.sighting_withdrawn", ref=held.ref)
        return
    indicator = Indicator.objects.filter(stix_id=said.of, advisory__collection=collection).first()
    advisory = (
        indicator.advisory if indicator else Advisory.objects.filter(report_id=said.of, collection=collection).first()
    )
    if advisory is None or said.revoked:
        made.lost["sighting of what is no warning here: kept as STIX"] += 1
        return
    row = Sighting.objects.create(
        ref=new_ref("SG"),
        advisory=advisory,
        indicator=indicator,
        stix_id=said.stix_id,
        node=source,
        administration=(said.countries or (by.administration_code,))[0][:3],
        sector="partners" if source or said.countries else "customs",
        seen_from=said.since,
        seen_until=said.until,
        times=said.times,
        note=said.note,
        by=by.username,
        at=now(),
    )
    record(by=by, deed="advisories.sighted", ref=row.ref, detail={"times": row.times})
