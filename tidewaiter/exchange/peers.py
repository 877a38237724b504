"""A peer as somebody who acts here: for its administration, by what it was sent and nothing else."""

from __future__ import annotations

from collections.abc import Set

from django.utils.translation import gettext as _

from tidewaiter.exchange.models import Peer
from tidewaiter.foundation.refusals import Missing

ROLES: dict[str, Set[str]] = {
    "central": frozenset({"reviewer"}),
    "national": frozenset({"contact", "investigator"}),
    "operation": frozenset(),
}
"""What a node of that shape may do here: the centre decides about cases, a nation files its own."""


class PeerActor:
    """Another node, acting on this one for its administration."""

    region_code = ""
    reviewed_regions: Set[str] = frozenset()

    def __init__(self, peer: Peer) -> None:
        self.username = f"node:{peer.name}"
        self.display_name = peer.title
        self.administration_code = peer.administration
        self.role_codes = ROLES[peer.shape]
        self.door = f"exchange:{peer.node}"


def peer_named(name: str) -> Peer:
    """The peer of that name, or of that ref. Raises `Missing`."""
    found = Peer.objects.filter(name=name).first() or Peer.objects.filter(node=name).first()
    if found is None:
        raise Missing("no_peer", _("There is no peer called «%(name)s».") % {"name": name[:64]})
    return found
