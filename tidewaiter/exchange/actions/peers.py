"""Deeds of keys and peers: making keys, taking a peer's card, letting a peer go at once."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import send_note
from tidewaiter.exchange.actions.setting_aside import drop_waiting
from tidewaiter.exchange.cards import Card, continues, own_card, own_node, read_card
from tidewaiter.exchange.keys import has_keys, make_keys, newest, own_names, say_names
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Parcel, Peer
from tidewaiter.exchange.peers import peer_named
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration, Officer

INT = "INT"


def make_node_keys(*, by: Actor, rotate: bool = False, names: dict[str, str] | None = None) -> bool:
    """Makes the keys of the exchange, or with `rotate` new ones beside them, and keeps what the node calls itself.

    Gives whether keys were made. Stewards alone. Raises a refusal.
    """
    must_be_steward(by)
    said = {name: value for name, value in (names or {}).items() if value}
    with transaction.atomic():
        if said or not has_keys():
            say_names(_names(said))
        made = make_keys(rotate=rotate)
        if made:
            record(by=by, deed="exchange.keys_made", ref=own_node(), detail={"key": newest("sig").kid})
            text = own_card()
            for peer in Peer.objects.filter(revoked_at=None):
                send_note(peer=peer, kind="card", record_ref=own_node(), body={"card": text}, by=by)
    return made


def _names(said: dict[str, str]) -> dict[str, str]:
    """What the node calls itself, as it was said now or before, or as it can be known. Raises `BadInput`."""
    before = own_names()
    central = settings.TIDEWAITER_SHAPE == "central"
    administration = said.get("administration") or before.get("administration") or (INT if central else _only_home())
    held = Administration.objects.filter(code=administration).first()
    if held is None:
        raise BadInput("administration", _("Say whose node this is: --administration, with the code of a country."))
    name = said.get("name") or before.get("name") or ("centre" if central else administration.lower())
    title = said.get("title") or before.get("title") or (_("Centre") if central else held.name)
    url = said.get("url") or before.get("url") or (settings.TIDEWAITER_URL if central else "")
    if len(name) > 40 or not name.replace("-", "").isalnum() or not name.isascii():
        raise BadInput("name", _("A node's name has 40 letters, digits and hyphens at most."))
    return {"name": name, "title": title[:100], "administration": administration, "url": url}


def _only_home() -> str:
    homes = set(Officer.objects.exclude(administration_id=INT).values_list("administration_id", flat=True))
    return homes.pop() if len(homes) == 1 else ""


def add_peer(*, text: str, by: Actor, fingerprint: str = "") -> Peer:
    """Takes the card of another node, or a newer card of one that is known; `fingerprint`, as it was told by telephone,
    must be that of the card. Stewards alone. Raises a refusal.
    """
    must_be_steward(by)
    card = read_card(text)
    if fingerprint and "".join(fingerprint.split()).upper() != card.fingerprint.replace(" ", ""):
        raise Refusal(
            "fingerprint", _("The card has another fingerprint than was told: it is not that node's. Do not use it.")
        )
    if not has_keys():
        make_node_keys(by=by)
    return take_card(card=card, by=by, told=bool(fingerprint))


def take_card(*, card: Card, by: Actor, told: bool = False) -> Peer:
    """Keeps a card. One that follows another must be signed by a key of the former, or its fingerprint told anew."""
    if card.node == own_node():
        raise Refusal("own_card", _("This is this node's own card."))
    with transaction.atomic():
        known = Peer.objects.select_for_update().filter(node=card.node).first()
        if known is not None and known.revoked_at is None and not (told or continues(card, known.card)):
            raise Refusal(
                "fingerprint",
                _("The card of «%(name)s» is signed by none of its former keys: say its fingerprint (--fingerprint).")
                % {"name": known.name},
            )
        if known is not None and known.revoked_at is not None and not told:
            raise Refusal(
                "fingerprint",
                _("«%(name)s» was revoked: take it again with its fingerprint (--fingerprint).") % {"name": known.name},
            )
        name = known.name if known else card.name  # what came from it is kept under that name, and called back by it
        if Peer.objects.filter(name=name).exclude(node=card.node).exists():
            raise Refusal("name", _("Another peer is called «%(name)s» already.") % {"name": card.name})
        said = {
            "name": name,
            "title": card.title,
            "shape": card.shape,
            "administration": card.administration,
            "url": card.url,
            "card": card.document,
            "card_token": card.token,
            "added_by": by.username,
            "added_at": now(),
            "revoked_by": "",
            "revoked_at": None,
        }
        if told:  # two people have spoken: what its ledger is from now on is what it shows next
            said |= {"head": {}, "history": ""}
        peer, _made = Peer.objects.update_or_create(node=card.node, defaults=said)
        record(by=by, deed="exchange.peer_added", ref=peer.node, detail={"fingerprint": card.fingerprint[:19]})
    return peer


def revoke_peer(*, name: str, by: Actor) -> Peer:
    """Lets a peer go at once: nothing is sent to it or taken from it any more, what lies here for it is deleted."""
    must_be_steward(by)
    with transaction.atomic():
        peer = Peer.objects.select_for_update().get(pk=peer_named(name).pk)
        if peer.revoked_at is None:
            peer.revoked_by, peer.revoked_at = by.username, now()
            peer.save(update_fields=["revoked_by", "revoked_at"])
            leaving = Outgoing.objects.filter(peer=peer, status__in=states.MOVES["lapse"])
            leaving.update(status=states.LAPSED, reason="revoked", body={}, answered_at=now())
            Parcel.objects.filter(recipient=peer).delete()
            Parcel.objects.filter(sender=peer).delete()
            drop_waiting(Incoming.objects.filter(peer=peer))
            for one in Agreement.objects.filter(status=states.AGREED):
                if peer.node in one.parties:
                    one.status, one.changed_by, one.changed_at = states.ENDED, by.username, now()
                    one.save(update_fields=["status", "changed_by", "changed_at"])
            record(by=by, deed="exchange.peer_revoked", ref=peer.node)
    return peer
