"""Who releases what leaves, who sees the exchange, who looks after peers and agreements."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.refusals import Missing, NotAllowed, passes

RELEASERS = frozenset({"contact", "steward"})


def sees(by: Actor) -> bool:
    """Whether the person finds the exchange at all: contact points and stewards."""
    return bool(by.role_codes & RELEASERS)


def must_see(by: Actor) -> None:
    """What one may not see is missing. Raises `Missing`."""
    if not sees(by):
        raise Missing("missing", _("There is no such page."))


def may_release(by: Actor) -> None:
    """Contact points release what leaves their node, and hold it; stewards too. Raises `NotAllowed`."""
    if not sees(by):
        raise NotAllowed("role", _("Releasing is a contact point's to do, or a steward's."))


def may_recall(by: Actor) -> None:
    """As releasing. Raises `NotAllowed`."""
    may_release(by)


def reads_names(by: Actor) -> bool:
    """Whether the person reads whom an envelope names: contact points, who release it under its agreement. A steward
    looks after the line and has no purpose for names (docs/decisions/0047).
    """
    return "contact" in by.role_codes


ASKERS = frozenset({"contact", "investigator"})


def may_ask(by: Actor) -> None:
    """Investigators and contact points ask other nodes. Raises `NotAllowed`."""
    if not (by.role_codes & ASKERS or is_node(by)):
        raise NotAllowed("role", _("Asking another node is an investigator's to do, or a contact point's."))


_MAY = {"release": may_release, "hold": may_release, "recall": may_recall}


def allowed(deed: str, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(_MAY[deed], by)
