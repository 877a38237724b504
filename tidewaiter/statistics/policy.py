"""Who freezes data sets and writes reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.models import Snapshot

WRITERS = frozenset({"analyst", "editor"})


def writes_reports(actor: Actor) -> bool:
    """Analysts and editors, and the secretariat's stewards."""
    roles = actor.role_codes
    return bool(WRITERS & roles) or ("steward" in roles and actor.administration_code == INT)


def may_freeze(actor: Actor, audience: str = "members") -> None:
    """Raises `NotAllowed` for all but those who write reports; what the public
    reads is frozen by the secretariat's alone.
    """
    if not writes_reports(actor):
        raise NotAllowed("role", _("Analysts and editors freeze data sets and write reports."))
    if audience == "public" and not _of_secretariat(actor):
        raise NotAllowed("public_edition", _("The secretariat's analysts and editors make what the public reads."))


def may_write_report(actor: Actor, snapshot: Snapshot) -> None:
    """An edition is written by the analysts and editors of the administration that froze it, one for the public by
    the secretariat's.

    Raises `NotAllowed`.
    """
    may_freeze(actor, snapshot.audience)
    if actor.administration_code != snapshot.administration:
        raise NotAllowed("not_your_edition", _("The administration that froze the data set writes its report."))


def writes(actor: Actor, snapshot: Snapshot) -> bool:
    """Whether `may_write_report` lets the person."""
    try:
        may_write_report(actor, snapshot)
    except NotAllowed:
        return False
    return True


def _of_secretariat(actor: Actor) -> bool:
    return actor.administration_code == INT and bool(WRITERS & actor.role_codes)


def reads_reports(actor: Actor) -> bool:
    """Everybody who works for customs reads them."""
    return is_customs(actor)
