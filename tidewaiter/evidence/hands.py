"""Whose hands an exhibit goes into: an account, a store, somebody without an account; and how it is with them after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.models import Exhibit, Party, Store
from tidewaiter.evidence.queries import plain_code
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.models import Officer

HOLDING = ("holder_kind", "holder", "store", "shelf", "since", "purpose", "due_at", "due_told", "state")
AWAITING = ("awaits", "awaits_whom")


@dataclass(frozen=True, slots=True)
class Taker:
    """Who is to take something."""

    kind: str
    """`person`, `store` or `outside`."""
    hand: str
    """As an event names it: the account, `store:REF`, the ref of the party."""
    custodian: bool = False
    store: Store | None = None


def taker_named(said: str, by: Actor) -> Taker:
    """An account or a store of one's administration by what was typed. Raises `BadInput`."""
    text = said.strip()
    if not text:
        raise BadInput("to", _("Say who takes it: an account, or the code of a store."))
    code = plain_code(text).removeprefix("STORE:")
    store = Store.objects.filter(administration=by.administration_code, code=code, closed=False).first()
    if store is None and text.startswith("store:"):
        store = Store.objects.filter(administration=by.administration_code, pk=code, closed=False).first()
    if store is not None:
        return Taker("store", f"store:{store.ref}", custodian=True, store=store)
    account = Officer.objects.filter(username=text, is_active=True, administration_id=by.administration_code)
    officer = account.filter(grants__role__in=sorted(policy.READERS)).distinct().first()
    if officer is None:
        raise BadInput(
            "to",
            _("«%(name)s» is no account of your administration that takes exhibits, and no store.")
            % {"name": text[:60]},
        )
    if officer.username == by.username:
        raise BadInput("to", _("Two hands: whoever gives cannot take as well."))
    return Taker("person", officer.username, custodian="custodian" in officer.role_codes)


def outside(party: Party) -> Taker:
    """Somebody without an account."""
    return Taker("outside", party.ref)


def giver_of(exhibit: Exhibit, by: Actor) -> str:
    """The hand that gives: the store it lies in, else who has it."""
    return f"store:{exhibit.store_id}" if exhibit.holder_kind == "store" else exhibit.holder or by.username


def set_holder(exhibit: Exhibit, taker: Taker, purpose: str, shelf: str = "") -> None:
    """Says of a held exhibit, that is saved after, that it is with the taker now."""
    stored = taker.kind == "store" or (taker.custodian and purpose in ("store", ""))
    move = "store" if stored else "hand_out"
    after = states.MOVES[move].get(exhibit.state)
    if after is None:
        raise Refusal("state", _("%(ref)s is not there any more: it was disposed of.") % {"ref": exhibit.reference})
    exhibit.state = after
    exhibit.holder_kind = taker.kind
    exhibit.holder = "" if taker.kind == "store" else taker.hand
    exhibit.store, exhibit.shelf = taker.store, shelf
    exhibit.since, exhibit.purpose = now(), purpose
    if stored:
        exhibit.due_at, exhibit.due_told = None, False


def must_fit(store: Store, exhibits: Sequence[Exhibit]) -> None:
    """Refuses what a store does not take: too much, dangerous goods, what must lie colder or warmer."""
    own = [one for one in exhibits if one.box_id is None]
    there = store.exhibits.filter(box=None, state=states.STORED).exclude(pk__in=[one.pk for one in own]).count()
    if store.capacity is not None and there + len(own) > store.capacity:
        raise Refusal(
            "full",
            _("%(store)s takes %(most)s, and has %(there)s: choose another store.")
            % {"store": store.code, "most": store.capacity, "there": there},
        )
    for one in exhibits:
        said = {"ref": one.reference, "store": store.code}
        if one.dangerous and one.dangerous not in store.dangerous:
            raise Refusal(
                "dangerous",
                _("%(ref)s is dangerous goods of class %(class)s, which %(store)s does not take.")
                % (said | {"class": one.dangerous}),
            )
        if not _warm_enough(one, store):
            raise Refusal("temperature", _("%(ref)s must lie at another temperature than %(store)s keeps.") % said)


def _warm_enough(exhibit: Exhibit, store: Store) -> bool:
    if exhibit.coldest is None and exhibit.warmest is None:
        return True
    if store.coldest is None or store.warmest is None:
        return False
    cold = exhibit.coldest is None or store.coldest >= exhibit.coldest
    return cold and (exhibit.warmest is None or store.warmest <= exhibit.warmest)
