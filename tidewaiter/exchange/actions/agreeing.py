"""Deeds of agreements: signing one, and taking into force what both have signed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import send_note
from tidewaiter.exchange.actions.queueing import queue_all
from tidewaiter.exchange.agreements import SIGNATURES, must_be_signed, nodes_of, own_signature, read_agreement
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.models import Agreement, Outgoing, Peer
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement as it stands here, and its file with all the signatures that are known."""

    agreement: Agreement
    text: str
    missing: tuple[str, ...]
    """Names of parties that have not signed yet."""


def agree(*, text: str, by: Actor) -> Agreed:
    """Signs an agreement for this node where it is a party, and takes it into force once both parties have signed; a
    node that is none (a relay) keeps it once both have. Stewards alone. Raises a refusal.
    """
    must_be_steward(by)
    terms, signatures = read_agreement(text)
    nodes = nodes_of(terms)
    own = own_node()
    for node in nodes:
        if node in signatures:
            must_be_signed(terms, node, signatures[node])
    signatures = {node: signatures[node] for node in nodes if node in signatures}
    if own in nodes and own not in signatures:
        signatures[own] = own_signature(terms)
        text = f'{text.rstrip()}\n\n[[{SIGNATURES}]]\nnode = "{own}"\njws = "{signatures[own]}"\n'
    missing = tuple(name for name, node in zip(terms.parties, nodes, strict=True) if node not in signatures)
    if own not in nodes and missing:
        raise Refusal("unsigned", _("This node is no party: it keeps the agreement once both parties have signed it."))
    with transaction.atomic():
        known = Agreement.objects.select_for_update().filter(code=terms.code).first()
        if known is not None and (
            known.epoch > terms.epoch or (known.epoch == terms.epoch and _other(known, terms.document))
        ):
            raise Refusal(
                "epoch",
                _("Epoch %(n)s of this agreement is known already, with other terms or later ones: count the epoch up.")
                % {"n": known.epoch},
            )
        agreed = not missing
        if known is not None and known.epoch < terms.epoch and not agreed and known.status == states.AGREED:
            return Agreed(known, text, missing)  # the former epoch holds until both have signed the next
        said = {
            "epoch": terms.epoch,
            "parties": list(nodes),
            "document": terms.document,
            "signatures": {**(known.signatures if known and known.epoch == terms.epoch else {}), **signatures},
            "starts": terms.starts,
            "ends": terms.ends,
            "filled": known.filled if known and known.epoch == terms.epoch else {},
            "ending": {},
            "status": states.AGREED if agreed else states.PROPOSED,
            "changed_by": by.username,
            "changed_at": now(),
        }
        fresh = known is None or known.status != said["status"] or known.epoch != terms.epoch
        agreement, _made = Agreement.objects.update_or_create(code=terms.code, defaults=said)
        if fresh:
            deed = "exchange.agreed" if agreed else "exchange.proposed"
            record(by=by, deed=deed, ref=f"agreement:{terms.code}"[:64], version=terms.epoch)
        if agreed and fresh:
            _settle(agreement, text, own, by)
    return Agreed(agreement, text, missing)


def _other(known: Agreement, document: object) -> bool:
    return bool(known.document != document)


def _settle(agreement: Agreement, text: str, own: str, by: Actor) -> None:
    """What waits under a former epoch waits under the new one, as far as that lets it go; the other party, and relays,
    are sent what both have signed.
    """
    waiting = Outgoing.objects.filter(agreement=agreement.code, status__in=(states.WAITS, states.HELD, states.READY))
    former = waiting.exclude(epoch=agreement.epoch)
    things = list(dict.fromkeys(former.values_list("kind", "record")))
    former.update(status=states.LAPSED, reason="epoch", body={}, answered_at=now())
    if own not in agreement.parties:
        return
    queue_all(items=things)
    relays = Peer.objects.filter(revoked_at=None, shape="central")
    others = Peer.objects.filter(revoked_at=None, node__in=agreement.parties)
    for peer in {one.node: one for one in (*others, *relays)}.values():
        send_note(peer=peer, kind="agreement", record_ref=agreement.code, body={"toml": text}, by=by)
