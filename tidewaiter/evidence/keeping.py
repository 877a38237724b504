"""How an event is written and its exhibit kept in step: deeds call this inside their transaction, and record it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.evidence.chain import digest_of
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Party
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import read_name

STEP = ("events_count", "head")
"""What of an exhibit every event moves on."""


def held(exhibit: Exhibit) -> Exhibit:
    """The exhibit's row, held until the transaction ends."""
    return Exhibit.objects.select_for_update().get(pk=exhibit.pk)


def held_all(refs: Sequence[str]) -> list[Exhibit]:
    """Several rows, held in one order so that two batches never wait for each other. Raises `Missing`."""
    rows = list(Exhibit.objects.select_for_update().filter(pk__in=set(refs)).order_by("pk"))
    if len(rows) != len(set(refs)):
        raise Missing("no_exhibit", _("There is no such exhibit for you."))
    return rows


def event_of(exhibit: Exhibit, kind: str, by: Actor, *, at: datetime | None = None, **said: Any) -> CustodyEvent:
    """The next event of a held exhibit, linked to the one before; it is not written yet."""
    moment = now()
    if at is not None and at > moment:
        at = moment
    event = CustodyEvent(
        ref=new_ref("CE"),
        exhibit=exhibit,
        sequence=exhibit.events_count + 1,
        kind=kind,
        at=at or moment,
        recorded_at=moment,
        by=by.username,
        door=by.door,
        previous=exhibit.head,
        **said,
    )
    event.digest = digest_of(event)
    exhibit.events_count, exhibit.head = event.sequence, event.digest
    return event


def append(
    exhibit: Exhibit, kind: str, by: Actor, *, at: datetime | None = None, changed: Sequence[str] = (), **said: Any
) -> CustodyEvent:
    """Writes the next event of a held exhibit, and what of the exhibit `changed` with it."""
    event = event_of(exhibit, kind, by, at=at, **said)
    event.save(force_insert=True)
    exhibit.save(update_fields=[*STEP, *changed])
    return event


def append_all(
    exhibits: Sequence[Exhibit], kind: str, by: Actor, *, changed: Sequence[str] = (), **said: Any
) -> list[CustodyEvent]:
    """The same event for each of many held exhibits, in two statements."""
    events = [event_of(one, kind, by, **said) for one in exhibits]
    CustodyEvent.objects.bulk_create(events, batch_size=500)
    Exhibit.objects.bulk_update(exhibits, [*STEP, *changed], batch_size=200)
    return events


def write_all(exhibits: Sequence[Exhibit], events: Sequence[CustodyEvent], changed: Sequence[str] = ()) -> None:
    """Writes events that were made one by one (`event_of`), and what of their held exhibits changed, in two statements.

    One exhibit may stand there several times: its row is written once, as it is at last.
    """
    CustodyEvent.objects.bulk_create(events, batch_size=500)
    rows = list({one.pk: one for one in exhibits}.values())
    Exhibit.objects.bulk_update(rows, [*STEP, *changed], batch_size=200)


def told(event: CustodyEvent, **more: Any) -> dict[str, Any]:
    """What the ledger says of an event: which one, and its digest; never content."""
    return {"event": event.ref, "digest": event.digest, **more}


def entry_of(event: CustodyEvent) -> tuple[str, int]:
    """Where the ledger writes of an event: under its exhibit and its number."""
    return str(event.exhibit_id), event.sequence


def keep_party(
    *, name: str, by: Actor, organisation: str = "", document: str = "", language: str = "en"
) -> tuple[Party, str]:
    """Somebody without an account, in the annex of names, and the digest by which an event binds the name."""
    named = read_name(name, 200)
    if not named:
        raise BadInput("name", _("Say who it is: a name."))
    party = Party.objects.create(
        ref=new_ref("PA"),
        administration=by.administration_code,
        name=named,
        organisation=read_name(organisation, 200),
        document=document.strip()[:100],
        language=language,
        salt=secrets.token_hex(16),
        made_by=by.username,
        made_at=now(),
    )
    return party, party_digest(party)


def party_digest(party: Party) -> str:
    """What binds a name to an event without telling it: under a salt that goes when the name goes."""
    return digest([party.ref, party.name, party.organisation, party.document, party.salt])
