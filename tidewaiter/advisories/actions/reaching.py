"""Deeds of readers: who is told, reads, sees it, says what it is to them; and what is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy, states
from tidewaiter.advisories.actions.storing import sighting_objects
from tidewaiter.advisories.models import Advisory, Indicator, Reach, Sighting
from tidewaiter.advisories.queries import parties_for
from tidewaiter.advisories.words import HOWS, SECTORS
from tidewaiter.advisories.written import shortened
from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.notices.ringing import CONTACTS, DUTY, FOLLOWING, acknowledge_for, ring

URGENT = ((DUTY, 10), (FOLLOWING, 10), (CONTACTS, 30))
"""Whom an urgent warning rings in each administration, and minutes until the next."""
MOST_TIMES = 1_000_000_000


def told_of(*, advisory: Advisory, deed: str, by: Actor) -> None:
    """Tells everybody whom a version is for; an urgent one rings in each administration until somebody reads it."""
    parties = parties_for(advisory.collection, advisory.rank)
    there = {one.party: one for one in advisory.reaches.all()}
    own = policy.speaks_as(by)[0]
    moment = now()
    Reach.objects.bulk_create(
        [
            Reach(advisory=advisory, party=party.name, is_person=party.is_person, told_at=moment)
            for party in parties
            if party.name not in there
        ]
    )
    tell(to=[(name, advisory.ref, 1) for party in parties for name in party.told], deed=deed, by=by)
    if not is_node(by):
        mine = advisory.reaches.filter(party=own)
        mine.filter(read_at=None).update(read_by=by.username, read_at=moment, state=states.READ)
        mine.update(version=advisory.version)
    if advisory.urgent and deed != "advisories.revoked":
        for party in parties:
            if not party.is_person and party.name != own:
                ring(ref=advisory.ref, deed=deed, administration=party.name, by=by, levels=URGENT)


def read_warning_of(*, advisory: Advisory, by: Actor) -> Reach | None:
    """Writes down that a country or an organisation has read the version that stands; said again it changes nothing."""
    if advisory.state not in (states.PUBLISHED, states.REVOKED):
        return None
    party, is_person = policy.speaks_as(by)
    reach = advisory.reaches.filter(party=party).first()
    if reach is not None and reach.version >= advisory.version:
        return reach
    moment = now()
    with transaction.atomic():
        reach, _new = Reach.objects.select_for_update().get_or_create(
            advisory=advisory, party=party, defaults={"is_person": is_person, "told_at": moment}
        )
        if reach.read_at is None:
            reach.read_by, reach.read_at = by.username, moment
        if reach.state == states.TOLD:
            reach.state = states.READ
        reach.version = advisory.version
        reach.save(update_fields=["read_by", "read_at", "state", "version"])
        record(by=by, deed="advisories.read", ref=advisory.ref, version=advisory.version)
        acknowledge_for(ref=advisory.ref, by=by)
    return reach


def acknowledge(*, advisory: Advisory, state: str, by: Actor, note: str = "") -> Reach:
    """Says what a warning is to one's country or organisation: `not_concerned`, `concerned`, `handled`."""
    if state not in states.SAID:
        raise BadInput("state", _("Say one of: %(all)s.") % {"all": ", ".join(states.SAID)})
    party, is_person = policy.speaks_as(by)
    moment = now()
    with transaction.atomic():
        policy.may_answer(by, advisory)
        reach, _new = Reach.objects.select_for_update().get_or_create(
            advisory=advisory, party=party, defaults={"is_person": is_person, "told_at": moment}
        )
        if reach.read_at is None:
            reach.read_by, reach.read_at = by.username, moment
        reach.state, reach.note, reach.version = state, shortened(note, 300), advisory.version
        reach.said_by, reach.said_at = by.username, moment
        reach.save()
        record(
            by=by, deed="advisories.acknowledged", ref=advisory.ref, version=advisory.version, detail={"state": state}
        )
        tell(to=[(advisory.published_by, advisory.ref, 1)], deed="advisories.acknowledged", by=by)
        acknowledge_for(ref=advisory.ref, by=by)
    return reach


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw: how often, how, and when; never at whom."""

    times: int = 1
    how: str = "other"
    note: str = ""
    sector: str = ""
    """The speaker's own where nothing is said."""
    since: datetime | None = None
    until: datetime | None = None


def sight(*, advisory: Advisory, seen: Seen, by: Actor, indicator: Indicator | None = None) -> Sighting:
    """Says that one has seen it. Raises `BadInput`, a refusal."""
    moment = now()
    last = seen.until or moment
    first = seen.since or last
    if not 1 <= seen.times <= MOST_TIMES:
        raise BadInput("times", _("It was seen once at least."))
    if seen.how not in HOWS:
        raise BadInput("how", _("Say one of: %(all)s.") % {"all": ", ".join(HOWS)})
    if first > last or last > moment + timedelta(minutes=5):
        raise BadInput("since", _("It was seen first before it was seen last, and not in the future."))
    _party, is_person = policy.speaks_as(by)
    kind = seen.sector or ("private" if is_person else "customs")
    if kind not in SECTORS:
        raise BadInput("sector", _("Say one of: %(all)s.") % {"all": ", ".join(SECTORS)})
    with transaction.atomic():
        policy.may_answer(by, advisory)
        if indicator is not None and indicator.advisory_id != advisory.pk:
            raise BadInput("indicator", _("This indicator is of another warning."))
        recent = Sighting.objects.filter(by=by.username, at__gt=moment - timedelta(hours=1)).count()
        if recent >= most("sightings_hour"):
            raise over("sightings_hour", waiting_helps=True)
        made = Sighting.objects.create(
            ref=new_ref("SG"),
            advisory=advisory,
            indicator=indicator,
            stix_id=f"sighting--{uuid4()}",
            administration=by.administration_code,
            sector=kind,
            seen_from=first,
            seen_until=last,
            times=seen.times,
            how=seen.how,
            note=shortened(seen.note, 300),
            by=by.username,
            at=moment,
        )
        record(by=by, deed="advisories.sighted", ref=made.ref, detail={"times": seen.times})
        sighting_objects(sighting=made, by=by)
        tell(to=[(advisory.published_by, advisory.ref, 1)], deed="advisories.seen", by=by)
    return made


def withdraw_sighting(*, sighting: Sighting, by: Actor) -> Sighting:
    """Takes a sighting back: it goes from the figures here, and machines get it revoked. Raises a refusal."""
    with transaction.atomic():
        held = (
            Sighting.objects.select_for_update(of=("self",)).select_related("advisory", "indicator").get(pk=sighting.pk)
        )
        policy.may_withdraw_sighting(by, held)
        held.withdrawn_by, held.withdrawn_at = by.username, now()
        held.save(update_fields=["withdrawn_by", "withdrawn_at"])
        record(by=by, deed="advisories.sighting_withdrawn", ref=held.ref)
        sighting_objects(sighting=held, by=by)
    return held
