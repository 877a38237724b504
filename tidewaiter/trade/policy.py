"""Who analyses trade, and who sees what was found."""

from __future__ import annotations

from datetime import UTC

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed, Outdated, Refusal, passes
from tidewaiter.people.policy import is_customs
from tidewaiter.trade import states
from tidewaiter.trade.models import Referral

ANALYSTS = frozenset({"analyst", "investigator"})


REFERRERS = ANALYSTS | {"contact"}


def analyses_trade(actor: Actor) -> bool:
    """Analysts and investigators of customs."""
    return is_customs(actor) and bool(ANALYSTS & actor.role_codes)


def may_analyse(actor: Actor) -> None:
    """Raises `NotAllowed` for all but those."""
    if not analyses_trade(actor):
        raise NotAllowed("role", _("Analysts and investigators analyse trade."))


def own(actor: Actor) -> Q:
    """Declarations are a country's secret: files and runs are seen by those who
    analyse trade in the same administration.
    """
    return Q(administration=actor.administration_code) if analyses_trade(actor) else Q(pk__in=[])


def refers(actor: Actor) -> bool:
    """Those who analyse trade, and contact points of customs: they send findings to other agencies and follow them."""
    return is_customs(actor) and bool(REFERRERS & actor.role_codes)


def own_referrals(actor: Actor) -> Q:
    """Referrals are seen by those who make them in the same administration; for all others they are missing."""
    return Q(administration=actor.administration_code) if refers(actor) else Q(pk__in=[])


def may_move(actor: Actor, referral: Referral, deed: str) -> None:
    """Raises `NotAllowed` for whoever does not refer in its administration, a
    refusal where its state has no such move.
    """
    if not refers(actor) or actor.administration_code != referral.administration:
        raise NotAllowed("role", _("Analysts, investigators and contact points of the administration refer findings."))
    if referral.status not in states.MOVES[deed]:
        raise Refusal("state", _("This cannot be done with the referral any more: somebody has moved it on."))


def allowed(deed: str, referral: Referral, by: Actor) -> bool:
    """Whether the deed would be done; derived from `may_move`."""
    return passes(may_move, by, referral, deed)


def mark_of_referral(referral: Referral) -> str:
    """What a form says of the referral that its page shows: when it was changed, as precise as JSON says it."""
    return referral.changed_at.astimezone(UTC).isoformat(timespec="milliseconds")


def must_be_as_seen(referral: Referral, mark: str) -> None:
    """Raises `Outdated` where a referral is not the one that was read. A program may leave `mark` out."""
    if mark and mark != mark_of_referral(referral):
        raise Outdated("another_state", _("The referral was changed meanwhile. Read it, then decide."))


def rail_shows_trade(actor: Actor) -> bool:
    """Whether the person finds the analyses in the rail."""
    return bool(ANALYSTS & actor.role_codes)


def rail_shows_referrals(actor: Actor) -> bool:
    """Whether the person finds the referrals in the rail: contact points, who have no analyses from which to go on."""
    return "contact" in actor.role_codes and not rail_shows_trade(actor)
