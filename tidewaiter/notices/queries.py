"""What rings, for those who hear it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.notices.models import Ringing
from tidewaiter.notices.policy import heard_by


def heard(actor: Actor) -> QuerySet[Ringing]:
    """What a person hears, what still rings first, then the newest."""
    return Ringing.objects.filter(heard_by(actor)).order_by("-at", "-pk").prefetch_related("rung")


def ringing_named(actor: Actor, ref: str) -> Ringing:
    """One of them. Raises `Missing` for absent and unheard alike."""
    found = heard(actor).filter(pk=ref).first()
    if found is None:
        raise Missing("no_ringing", _("Nothing of that kind rings for you."))
    return found


def still_ringing(actor: Actor) -> QuerySet[Ringing]:
    """What nobody has yet, of what others began."""
    return heard(actor).filter(ended_at=None).exclude(by=actor.username)
