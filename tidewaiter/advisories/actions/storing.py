"""The store of STIX objects of a collection: what is added gets its own, later moment, and older versions stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tidewaiter.advisories.models import Advisory, Collection, Sighting, StixObject
from tidewaiter.advisories.stix.writing import Written, objects_of, sighting_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record

ADDED, UNCHANGED, DIFFERS = "added", "unchanged", "differs"
AT_ONCE = 400
_STEP = timedelta(microseconds=1)


@dataclass(slots=True)
class _Known:
    """What is known of one object's versions, while a batch is added."""

    digests: dict[datetime, str]
    newest: datetime | None
    oldest: datetime | None


def add_objects(*, collection: Collection, objects: Sequence[Written], by: Actor, came: bool = False) -> list[str]:
    """Adds versions of objects; gives for each `added`, `unchanged` (the same version is here) or `differs` (the same
    version is here with another content, which stays).

    Each gets a moment of its own, later than all before, while the collection is held: whoever asks for what came
    after the last one they saw misses none and gets none twice.
    """
    outcomes: list[str] = []
    with transaction.atomic():
        held = Collection.objects.select_for_update().get(pk=collection.pk)
        moment = now()
        for start in range(0, len(objects), AT_ONCE):
            some = objects[start : start + AT_ONCE]
            words, moment = _add(held, some, moment, by, came)
            outcomes += words
        if added := outcomes.count(ADDED):
            record(by=by, deed="advisories.objects_added", ref=str(held.pk), detail={"objects": added})
    return outcomes


def _add(
    collection: Collection, some: Sequence[Written], moment: datetime, by: Actor, came: bool
) -> tuple[list[str], datetime]:
    known = _known(collection, some)
    outcomes: list[str] = []
    made: dict[str, list[StixObject]] = {}
    last = collection.last_added
    for one in some:
        there = known.setdefault(one.stix_id, _Known({}, None, None))
        if (word := _known_as(one, there)) is not None:
            outcomes.append(word)
            continue
        last = max(moment, last + _STEP) if last else moment
        row = StixObject(
            collection=collection,
            stix_id=one.stix_id,
            type=one.type,
            spec_version=one.spec_version,
            version=one.version,
            version_said=one.version_said,
            date_added=last,
            rank=one.rank,
            body=one.body,
            digest=one.digest,
            by=by.username,
            came=came,
            is_first=there.oldest is None or one.version < there.oldest,
            is_last=there.newest is None or one.version > there.newest,
        )
        _others_are_not(made.setdefault(one.stix_id, []), row)
        there.digests[one.version] = one.digest
        there.newest = max(one.version, there.newest or one.version)
        there.oldest = min(one.version, there.oldest or one.version)
        outcomes.append(ADDED)
    rows = [row for found in made.values() for row in found]
    _older_are_not(collection, rows)
    StixObject.objects.bulk_create(rows)
    if last != collection.last_added:
        collection.last_added = last
        collection.save(update_fields=["last_added"])
    return outcomes, moment


def _known_as(one: Written, there: _Known) -> str | None:
    """The outcome for what is here already; what names no version is known by what it says."""
    if not one.versioned and one.digest in there.digests.values():
        return UNCHANGED
    digest = there.digests.get(one.version)
    return None if digest is None else UNCHANGED if digest == one.digest else DIFFERS


def _known(collection: Collection, some: Sequence[Written]) -> dict[str, _Known]:
    rows = StixObject.objects.filter(collection=collection, stix_id__in={one.stix_id for one in some})
    found: dict[str, _Known] = {}
    for stix_id, version, digest in rows.values_list("stix_id", "version", "digest"):
        one = found.setdefault(stix_id, _Known({}, None, None))
        one.digests[version] = digest
        one.newest = max(version, one.newest or version)
        one.oldest = min(version, one.oldest or version)
    return found


def _others_are_not(rows: list[StixObject], row: StixObject) -> None:
    """Of one object's versions in one batch, one alone is the newest and one the oldest."""
    for other in rows:
        other.is_last = other.is_last and not row.is_last
        other.is_first = other.is_first and not row.is_first
    rows.append(row)


def _older_are_not(collection: Collection, rows: Sequence[StixObject]) -> None:
    there = StixObject.objects.filter(collection=collection)
    there.filter(stix_id__in=[row.stix_id for row in rows if row.is_last], is_last=True).update(is_last=False)
    there.filter(stix_id__in=[row.stix_id for row in rows if row.is_first], is_first=True).update(is_first=False)


def publish_objects(*, advisory: Advisory, by: Actor) -> None:
    """Puts the objects of a version into its collection: those that are new or changed."""
    if advisory.ours:
        add_objects(collection=advisory.collection, objects=objects_of(advisory), by=by)


def sighting_objects(*, sighting: Sighting, by: Actor) -> None:
    """Puts a sighting, or its being taken back, into the collection of its warning."""
    add_objects(collection=sighting.advisory.collection, objects=sighting_of(sighting), by=by)


def delete_object(*, collection: Collection, stix_id: str, versions: Sequence[datetime], by: Actor) -> int:
    """Deletes versions of an object that the person has sent; gives how many. What is left is the newest again."""
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        there = StixObject.objects.filter(collection=collection, stix_id=stix_id, came=True, by=by.username)
        gone, _which = there.filter(version__in=versions).delete()
        left = StixObject.objects.filter(collection=collection, stix_id=stix_id).order_by("version")
        if gone and (newest := left.last()) is not None and (oldest := left.first()) is not None:
            left.update(is_last=False, is_first=False)
            StixObject.objects.filter(pk=newest.pk).update(is_last=True)
            StixObject.objects.filter(pk=oldest.pk).update(is_first=True)
        if gone:
            record(by=by, deed="advisories.objects_deleted", ref=str(collection.pk), detail={"objects": gone})
    return gone
