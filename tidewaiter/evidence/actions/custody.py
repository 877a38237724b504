"""Deeds of two hands: giving, taking, declining; and moves by whoever has the thing. A box goes with all in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.files import kept_files
from tidewaiter.evidence.hands import AWAITING, HOLDING, Taker, giver_of, must_fit, outside, set_holder, taker_named
from tidewaiter.evidence.keeping import entry_of, event_of, held_all, keep_party, told, write_all
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Store
from tidewaiter.evidence.queries import contents_of
from tidewaiter.evidence.typed import one_of, read_code, read_line, read_text, reader_of_moments
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import zone_of

type _Rule = Callable[[Actor, Exhibit, CustodyEvent], None]


def hand_over(*, exhibits: Sequence[Exhibit], said: Mapping[str, Any], by: Actor) -> list[CustodyEvent]:
    """Gives exhibits into another hand. It stands when the taker has confirmed it by their own sign-in; somebody
    without an account signs on the giver's device (`signature`), and it stands at once. Gives the events of what was
    named.

    Raises `WrongFields`, `BadInput` for a taker who is none, a refusal for what is not with the giver.
    """
    fields = _read(said, by)
    if not exhibits:
        raise BadInput("exhibits", _("Scan or type what is handed over."))
    signs = str(said.get("to", "")).strip() == "outside"
    with transaction.atomic():
        named = held_all([one.pk for one in exhibits])
        for one in named:
            policy.may_handle(by, one)
        every = [*named, *held_all([one.pk for one in contents_of(named)])]
        taker, party = _outside(said, by) if signs else (taker_named(str(said.get("to", "")), by), {})
        if taker.store is not None:
            must_fit(taker.store, every)
        events = _given(every, taker, fields, party, by)
        if signs:
            _take(every, events, taker, fields | {"files": kept_files(said, ("signature",), by)}, party, by)
        else:
            _tell(taker, named, by)
    names = {one.pk for one in named}
    return [event for event in events if event.exhibit_id in names]


def _read(said: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    typed = TypedFields(said)
    zone = zone_of(by.administration_code)
    made = {
        "at": typed.read("at", reader_of_moments(zone), None),
        "purpose": typed.read("purpose", one_of(states.PURPOSES), "store"),
        "authority": typed.read("authority", read_line, ""),
        "place": typed.read("place", read_line, ""),
        "condition": typed.read("condition", read_text, ""),
        "note": typed.read("note", read_text, ""),
        "due_at": typed.read("due_at", reader_of_moments(zone, ahead=True), None),
        "shelf": typed.read("shelf", read_code, ""),
        "seal_whole": typed.read("seal_whole", read_yes, None),
    }
    typed.done()
    return made


def read_yes(said: str) -> bool:
    """Yes or no. Raises `BadInput`."""
    word = said.lower()
    if word not in ("true", "false", "yes", "no", "1", "0", "on", "off"):
        raise BadInput("choice", _("Say yes or no."))
    return word in ("true", "yes", "1", "on")


def _outside(said: Mapping[str, Any], by: Actor) -> tuple[Taker, dict[str, str]]:
    """A taker without an account: a name for the annex, and a signature."""
    if not said.get("signature"):
        raise BadInput("signature", _("Who has no account signs on the device: hand it over to them."))
    party, digest = keep_party(
        name=str(said.get("name", "")),
        organisation=str(said.get("organisation", "")),
        document=str(said.get("document", "")),
        by=by,
    )
    return outside(party), {"party": party.ref, "party_digest": digest}


def _given(
    every: Sequence[Exhibit], taker: Taker, fields: Mapping[str, Any], party: Mapping[str, str], by: Actor
) -> list[CustodyEvent]:
    """The giver's hand on each, and what waits for the taker."""
    batch = new_ref("BA")
    due = fields["due_at"]
    names = ("at", "purpose", "authority", "place", "condition", "note")
    detail = {"due_at": due.isoformat() if due else "", "taker_kind": taker.kind, **party}
    made = []
    for one in every:
        event = event_of(
            one,
            states.HAND_OVER,
            by,
            giver=giver_of(one, by),
            taker=taker.hand,
            seal_before=one.seal,
            seal_after=one.seal,
            seal_whole=fields["seal_whole"] if one.seal else None,
            detail=detail | ({"box": one.box_id} if one.box_id else {}),
            batch=batch,
            **{name: fields[name] for name in names},
        )
        one.awaits, one.awaits_whom, one.due_at, one.due_told = event.ref, taker.hand, due, False
        made.append(event)
    write_all(every, made, [*AWAITING, "due_at", "due_told"])
    _record(made, "evidence.handed_over", by)
    return made


def _tell(taker: Taker, named: Sequence[Exhibit], by: Actor) -> None:
    """Tells who is to take: the account, or all custodians of a store's administration."""
    to = [taker.hand]
    if taker.kind == "store":
        keepers = Officer.objects.filter(administration_id=by.administration_code, is_active=True)
        to = list(keepers.filter(grants__role="custodian").values_list("username", flat=True))
    tell(to=[(name, named[0].ref, len(named)) for name in to], deed="evidence.handed_over", by=by)


def take(*, event: CustodyEvent, said: Mapping[str, Any], by: Actor) -> list[CustodyEvent]:
    """Takes what a hand-over names, with all that lies in it. Raises a refusal for whoever is not to take it."""
    return take_all(events=[event], said=said, by=by)


def take_all(*, events: Sequence[CustodyEvent], said: Mapping[str, Any], by: Actor) -> list[CustodyEvent]:
    """The same for several at once: each must be for this taker."""
    fields = _read(said, by)
    with transaction.atomic():
        every, answered = _awaited(events, by)
        given = answered[0]
        store = _store_of(given)
        taker = Taker(
            "store" if store else "person", given.taker, custodian=bool(store) or policy.keeps(by), store=store
        )
        if store is not None:
            must_fit(store, every)
        return _take(every, answered, taker, fields | {"files": []}, {}, by)


def _awaited(
    events: Sequence[CustodyEvent], by: Actor, rule: _Rule = policy.may_answer
) -> tuple[list[Exhibit], list[CustodyEvent]]:
    """What waits by these hand-overs, with what lies in it, held, each beside its own hand-over."""
    if len({one.taker for one in events}) != 1:
        raise BadInput("events", _("Take what goes into one hand at once."))
    named = held_all([one.exhibit_id for one in events])
    by_ref = {one.ref: one for one in events}
    for one in named:
        event = by_ref.get(one.awaits) or next(each for each in events if each.exhibit_id == one.pk)
        rule(by, one, event)
    every = [*named, *held_all([one.pk for one in contents_of(named)])]
    found = CustodyEvent.objects.in_bulk([one.awaits for one in every])
    return every, [found[one.awaits] for one in every]


def _store_of(event: CustodyEvent) -> Store | None:
    if not event.taker.startswith("store:"):
        return None
    return Store.objects.get(pk=event.taker.removeprefix("store:"))


def _take(
    every: Sequence[Exhibit],
    given: Sequence[CustodyEvent],
    taker: Taker,
    fields: Mapping[str, Any],
    party: Mapping[str, str],
    by: Actor,
) -> list[CustodyEvent]:
    """The taker's hand on each: now it is with them."""
    made = []
    batch = given[0].batch
    for one, event in zip(every, given, strict=True):
        shelf = fields["shelf"] if one.box_id is None else ""
        set_holder(one, taker, event.purpose, shelf)
        one.awaits, one.awaits_whom = "", ""
        if fields["seal_whole"] is not None and one.seal:
            one.seal_whole = fields["seal_whole"]
        taken = event_of(
            one,
            states.TAKE,
            by,
            at=fields["at"],
            giver=event.giver,
            taker=event.taker,
            place=fields["place"] or event.place,
            purpose=event.purpose,
            condition=fields["condition"],
            note=fields["note"],
            seal_before=one.seal,
            seal_after=one.seal,
            seal_whole=fields["seal_whole"] if one.seal else None,
            detail={"shelf": shelf, "signed": "drawn" if party else "account", **party},
            files=fields["files"],
            answers=event,
            batch=batch,
        )
        made.append(taken)
    write_all(every, made, [*AWAITING, *HOLDING, "seal_whole"])
    _record(made, "evidence.taken", by)
    return made


def decline(*, event: CustodyEvent, reason: str, by: Actor) -> CustodyEvent:
    """Ends a hand-over that was not taken: the taker declines, or the giver takes it back. It stays with whoever gave
    it. Raises a refusal.
    """
    if not reason.strip():
        raise BadInput("reason", _("Say why you do not take it."))
    with transaction.atomic():
        every, answered = _awaited([event], by, policy.may_decline)
        made = []
        for one, given in zip(every, answered, strict=True):
            one.awaits, one.awaits_whom, one.due_at = "", "", None
            words = read_text(reason)
            said = event_of(one, states.DECLINE, by, giver=given.giver, taker=given.taker, note=words, answers=given)
            made.append(said)
        write_all(every, made, [*AWAITING, "due_at"])
        _record(made, "evidence.declined", by)
        if every[0].holder_kind == "person":
            tell(to=[(every[0].holder, every[0].ref, len(every))], deed="evidence.declined", by=by)
    return made[0]


def move(*, exhibits: Sequence[Exhibit], said: Mapping[str, Any], by: Actor) -> list[CustodyEvent]:
    """Moves exhibits in one's own keeping: a custodian into a store or onto another shelf, others to another place.

    Raises a refusal where a store does not take them, or they are not with the person.
    """
    typed = TypedFields(said)
    shelf, note = typed.read("shelf", read_code, ""), typed.read("note", read_text, "")
    to, at = typed.read("to", read_line, ""), typed.read("at", reader_of_moments(zone_of(by.administration_code)), None)
    typed.done()
    with transaction.atomic():
        named = held_all([one.pk for one in exhibits])
        for one in named:
            policy.may_handle(by, one)
        every = [*named, *held_all([one.pk for one in contents_of(named)])]
        before = {one.pk: one.store.code if one.store else one.place for one in every}
        store = _store_to(to, named, by)
        made = []
        if store is not None:
            must_fit(store, every)
        for one in every:
            if store is not None:
                shelf_of = shelf if one.box_id is None else ""
                set_holder(one, Taker("store", f"store:{store.ref}", custodian=True, store=store), "store", shelf_of)
            detail = {"from": before[one.pk], "to": store.code if store else to, "shelf": shelf}
            place = store.name if store else to
            made.append(event_of(one, states.MOVE, by, at=at, place=place, note=note, detail=detail))
        write_all(every, made, HOLDING)
        _record(made, "evidence.moved", by)
    return made[: len(named)]


def _store_to(to: str, named: Sequence[Exhibit], by: Actor) -> Store | None:
    """The store that something moves to; nothing where a place was said. Raises `BadInput`."""
    own = named[0].store if named and named[0].holder_kind == "store" else None
    if not to:
        if own is None:
            raise BadInput("to", _("Say where it goes: the code of a store, or a place."))
        return own
    found = Store.objects.filter(administration=by.administration_code, code=to.upper(), closed=False).first()
    if found is not None and not policy.keeps(by):
        raise Refusal("two_hands", _("Hand it over to the store: a custodian takes it there."))
    if found is None and own is not None:
        raise Missing("no_store", _("There is no such store for you."))
    return found


def _record(events: Sequence[CustodyEvent], deed: str, by: Actor) -> None:
    """Writes an entry for each event, under its exhibit and its number, with its digest."""
    record_many(by=by, deed=deed, things=map(entry_of, events), details=map(told, events))
