"""Roles, and who may manage which account (DESIGN.md §1: contacts look after their own administration)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.actors import is_steward as is_steward
from tidewaiter.foundation.actors import must_be_steward as must_be_steward
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.people.models import Officer

ROLES = (
    "officer", "contact", "investigator", "reviewer", "analyst", "editor", "partner", "expert", "duty",
    "coordinator", "participant", "steward",
)  # fmt: skip

CUSTOMS_ROLES = frozenset({"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"})
"""Roles that see validated cases of all countries; a partner or an expert sees the library alone (CONTRACT.md)."""

CONTACT_GRANTS = frozenset({"officer", "investigator", "analyst", "duty", "participant"})
"""Roles that a contact point gives to colleagues; all others are a steward's to give."""

PROTECTED = frozenset({"contact", "steward"})
"""Accounts with these roles are a steward's business alone."""


def is_customs(actor: Actor) -> bool:
    """Whether the person works for a customs administration or the secretariat."""
    return bool(CUSTOMS_ROLES & actor.role_codes)


def may_manage_people(actor: Actor) -> bool:
    """Whether the person manages any accounts at all."""
    return is_steward(actor) or ("contact" in actor.role_codes and not actor.door.startswith("token:"))


def may_invite(actor: Actor, administration: str, role: str) -> None:
    """Stewards invite anybody; contacts colleagues of their own administration for everyday roles. Raises `NotAllowed`."""
    if is_steward(actor):
        return
    if not may_manage_people(actor):
        raise NotAllowed("role", _("Contact points and stewards manage accounts."))
    if administration != actor.administration_code:
        raise NotAllowed("other_administration", _("A contact point manages accounts of their own administration."))
    if role not in CONTACT_GRANTS:
        raise NotAllowed("role_of_steward", _("A steward gives this role."))


def may_manage(actor: Actor, officer: Officer) -> None:
    """Suspending, opening again, resetting, signing out. Raises `NotAllowed`."""
    if officer.username == actor.username:
        raise NotAllowed("own_account", _("Nobody does this to their own account."))
    if is_steward(actor):
        return
    if not may_manage_people(actor) or officer.administration_id != actor.administration_code:
        raise NotAllowed("other_administration", _("A contact point manages accounts of their own administration."))
    if officer.role_codes & PROTECTED:
        raise NotAllowed("protected", _("A steward looks after the accounts of contact points and stewards."))


def may_grant(actor: Actor, officer: Officer, role: str) -> None:
    """Giving or taking one role. Raises a refusal."""
    may_manage(actor, officer)
    if not is_steward(actor) and role not in CONTACT_GRANTS:
        raise NotAllowed("role_of_steward", _("A steward gives this role."))


def may_steward(actor: Actor, officer: Officer) -> None:
    """Deeds on an account that are a steward's alone. Raises `NotAllowed`."""
    must_be_steward(actor)
    may_manage(actor, officer)


def may_suspend(actor: Actor, officer: Officer) -> None:
    """An account that is open. Raises a refusal."""
    may_manage(actor, officer)
    if not officer.is_active:
        raise Refusal("closed", _("The account is closed already."))


def may_resume(actor: Actor, officer: Officer) -> None:
    """An account that is closed. Raises a refusal."""
    may_manage(actor, officer)
    if officer.is_active:
        raise Refusal("open", _("The account is open."))


def may_reset(actor: Actor, officer: Officer) -> None:
    """An account that is open. Raises a refusal."""
    may_manage(actor, officer)
    if not officer.is_active:
        raise Refusal("closed", _("Open the account first."))


MAY: dict[str, Callable[[Actor, Officer], None]] = {
    "suspend": may_suspend,
    "resume": may_resume,
    "reset": may_reset,
    "sign_out": may_manage,
    "drop_second_factor": may_steward,
    "cover": may_steward,
}


def allowed(deed: str, officer: Officer, actor: Actor) -> bool:
    """Whether the deed would be refused; derived from the rules above."""
    try:
        MAY[deed](actor, officer)
    except Refusal:
        return False
    return True
