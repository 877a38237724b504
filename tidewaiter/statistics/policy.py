"""Who freezes data sets and writes reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.policy import is_customs

WRITERS = frozenset({"analyst", "editor"})


def writes_reports(actor: Actor) -> bool:
    """Analysts and editors, and the secretariat's stewards."""
    roles = actor.role_codes
    return bool(WRITERS & roles) or ("steward" in roles and actor.administration_code == INT)


def may_freeze(actor: Actor) -> None:
    """Raises `NotAllowed` for all but those who write reports."""
    if not writes_reports(actor):
        raise NotAllowed("role", _("Analysts and editors freeze data sets and write reports."))


def reads_reports(actor: Actor) -> bool:
    """Everybody who works for customs reads them."""
    return is_customs(actor)
