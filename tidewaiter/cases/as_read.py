"""Deciding about what was read: a decision names version and digest of the case, and holds for no other (CONTRACT.md).

A door holds what was named to the version that the person sees (`must_be_as_read`); the deed holds that version to the
one that stands, under its lock (`held_as_read`). Between the two nobody slips in.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Outdated
from tidewaiter.ledger.queries import history
from tidewaiter.people.called import person_called

_CHANGES = ("cases.drafted", "cases.mended", "cases.amended")


def must_be_as_read(case: Case, version: int, digest: str) -> None:
    """Raises `Outdated` unless the case, as its person sees it now, is the version that was named."""
    if (version, digest) != (case.version, case.digest):
        raise _outdated(case)


def held_as_read(case: Case, by: Actor) -> Case:
    """The version that stands, locked. Raises `Outdated` where it is not `case`, `Missing` where it is not seen any
    more.

    Call inside the deed's transaction, with the case as it was read.
    """
    held = Case.objects.select_for_update(of=("self",)).filter(ref=case.ref, latest=True).first()
    if held is None or (held.version, held.digest) != (case.version, case.digest):
        raise _outdated(case_by_ref(by, case.ref))
    return held


def overtaken_by(case: Case) -> str:
    """Who changed a case and when, and which version stands now, to whoever would write over it."""
    said = _("%(who)s changed this case at %(when)s; version %(n)s is current. Yours and theirs stand side by side.")
    return said % _last_change(case)


def _last_change(case: Case) -> dict[str, str | int]:
    changes = [one for one in history(case.ref) if one.deed in _CHANGES and one.version == case.version]
    who, at = (changes[-1].by, changes[-1].at) if changes else (case.changed_by, case.changed_at.isoformat())
    return {"who": person_called(who), "when": f"{at[:10]} {at[11:16]}", "n": case.version}


def _outdated(case: Case) -> Outdated:
    """Who changed the case and when, and which version stands now; `case` is the one that its person sees."""
    said = _("%(who)s changed this case at %(when)s; version %(n)s is current. Look at it again, then decide.")
    return Outdated("another_version", said % _last_change(case), case.version)
