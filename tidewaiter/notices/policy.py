"""Who hears what rings, and who stops it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal, passes
from tidewaiter.notices.models import Ringing, Rung
from tidewaiter.people.policy import reads_library_alone

DESK = frozenset({"contact", "duty", "coordinator"})
"""Roles that hear all that rings for their administration."""


def heard_by(actor: Actor) -> Q:
    """Of what rings: what a person was told of, what rings at their administration's desk, what they began."""
    if reads_library_alone(actor):
        return Q(pk__in=[])
    told = Q(Exists(Rung.objects.filter(ringing=OuterRef("pk"), to=actor.username)))
    desk = Q(administration=actor.administration_code) if actor.role_codes & DESK else Q(pk__in=[])
    return told | desk | Q(by=actor.username)


def may_acknowledge(actor: Actor, ringing: Ringing) -> None:
    """Whoever hears it, but not who began it: they know. Raises a refusal."""
    if ringing.ended_at is not None:
        raise Refusal("ended", _("Somebody has it already."))
    if ringing.by == actor.username and not ringing.rung.filter(to=actor.username).exists():
        raise Refusal("own", _("It rings until somebody else says that they have it."))


def allowed(deed: str, ringing: Ringing, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rule above."""
    return deed == "acknowledge" and passes(may_acknowledge, by, ringing)
