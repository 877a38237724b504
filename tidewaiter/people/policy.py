"""Roles, and who may manage which account (DESIGN.md §1: contacts look after their own administration)."""

from __future__ import annotations

from collections.abc import Callable, Set

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.actors import is_steward as is_steward
from tidewaiter.foundation.actors import must_be_steward as must_be_steward
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.people.models import Officer

ROLES = (
    "officer",
    "contact",
    "investigator",
    "custodian",
    "protection",
    "reviewer",
    "analyst",
    "editor",
    "partner",
    "expert",
    "duty",
    "coordinator",
    "participant",
    "observer",
    "steward",
)

CUSTOMS_ROLES = frozenset({"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"})
"""Roles that see validated cases of all countries; a partner or an expert sees the library alone (CONTRACT.md)."""

CONTACT_GRANTS = frozenset({"officer", "investigator", "analyst", "duty", "participant"})
"""Roles that a contact point gives to colleagues; all others are a steward's to give."""


def is_customs(actor: Actor) -> bool:
    """Whether the person works for a customs administration or the secretariat."""
    return bool(CUSTOMS_ROLES & actor.role_codes)


def reads_library_alone(actor: Actor) -> bool:
    """Whether the person is a partner or an expert and nothing else: they see what is published."""
    return actor.role_codes <= {"partner", "expert"}


def may_manage_people(actor: Actor) -> bool:
    """Whether the person manages any accounts at all."""
    return is_steward(actor) or ("contact" in actor.role_codes and not actor.door.startswith("token:"))


def grantable(actor: Actor) -> frozenset[str]:
    """The roles that the person gives; whoever has another role beside is beyond their reach (`may_manage`)."""
    if is_steward(actor):
        return frozenset(ROLES)
    return CONTACT_GRANTS if may_manage_people(actor) else frozenset()


def _within_reach(actor: Actor, administration: str, roles: Set[str]) -> None:
    """The one rule of every deed with an account: each role it has, or would have, is one that the actor gives.

    A reset is a way of becoming somebody: who resets an account holds all of its roles
    in their hands. Raises `NotAllowed`.
    """
    if not may_manage_people(actor):
        raise NotAllowed("role", _("Contact points and stewards manage accounts."))
    if not is_steward(actor) and administration != actor.administration_code:
        raise NotAllowed("other_administration", _("A contact point manages accounts of their own administration."))
    beyond = sorted(roles - grantable(actor))
    if beyond:
        raise NotAllowed(
            "role_of_steward",
            _("The role «%(role)s» is a steward's to give: a steward looks after whoever has it.")
            % {"role": beyond[0]},
        )


def must_go_together(roles: Set[str]) -> None:
    """A partner organisation reads what is published for it: its accounts have no customs role. Raises `Refusal`."""
    beside = sorted(roles & CUSTOMS_ROLES)
    if "partner" in roles and beside:
        raise Refusal(
            "partner_beside_customs",
            _("A partner organisation's account has no customs role («%(role)s»): make another account.")
            % {"role": beside[0]},
        )


def may_invite(actor: Actor, administration: str, role: str) -> None:
    """Stewards invite anybody; contacts colleagues of their own administration for
    everyday roles. Raises `NotAllowed`.
    """
    _within_reach(actor, administration, {role})


def may_plan(actor: Actor, administration: str) -> None:
    """The duty rota: stewards plan every one, contact points their own administration's. Raises `NotAllowed`."""
    _within_reach(actor, administration, {"duty"})


def may_see_rota(actor: Actor, administration: str) -> None:
    """The rota of one's own administration; stewards see every one. Raises `Missing`."""
    own = administration == actor.administration_code and not reads_library_alone(actor)
    if not (own or is_steward(actor)):
        raise Missing("no_administration", _("There is no such administration."))


def must_see_contacts(actor: Actor) -> None:
    """Whoever works with others reads the list of contact points. Raises `Missing` for partners and experts."""
    if reads_library_alone(actor):
        raise Missing("missing", _("There is no such page."))


def may_keep_contacts(actor: Actor) -> None:
    """Who keeps the list of contact points: contact points and stewards. Raises `NotAllowed`."""
    if not actor.role_codes & {"contact", "steward", "coordinator"}:
        raise NotAllowed("role", _("Contact points, co-ordinators and stewards keep this list."))


def may_test_contacts(actor: Actor) -> None:
    """Who tries a contact point: they, and whoever has duty. Raises `NotAllowed`."""
    if not actor.role_codes & {"contact", "steward", "coordinator", "duty"}:
        raise NotAllowed("role", _("Contact points, co-ordinators, stewards and people on duty try contact points."))


def may_manage(actor: Actor, officer: Officer) -> None:
    """What every deed with somebody else's account asks first. Raises `NotAllowed`."""
    if officer.username == actor.username:
        raise NotAllowed("own_account", _("Nobody does this to their own account."))
    _within_reach(actor, officer.administration_id, officer.role_codes)


def may_grant(actor: Actor, officer: Officer, role: str) -> None:
    """Giving one role: what the account has and what it would have must be the actor's to give. Raises a refusal."""
    may_manage(actor, officer)
    _within_reach(actor, officer.administration_id, {role})
    must_go_together(officer.role_codes | {role})


def may_revoke(actor: Actor, officer: Officer, role: str) -> None:
    """Taking one role. The last one goes by suspending the account. Raises a refusal."""
    may_manage(actor, officer)
    if role not in officer.role_codes:
        raise Missing("no_role", _("The account does not have this role."))
    if len(officer.role_codes) == 1:
        raise Refusal("last_role", _("This is the only role of the account: suspend it instead."))
    if role == "steward":
        not_the_last_steward(officer)


def not_the_last_steward(officer: Officer) -> None:
    """A node keeps somebody who looks after it. Raises `Refusal`."""
    others = Officer.objects.filter(is_active=True, grants__role="steward").exclude(pk=officer.pk)
    if officer.is_active and not others.exists():
        raise Refusal("last_steward", _("This is the last steward of the node: name another one first."))


def may_steward(actor: Actor, officer: Officer) -> None:
    """Deeds on an account that are a steward's alone. Raises `NotAllowed`."""
    must_be_steward(actor)
    may_manage(actor, officer)


def may_suspend(actor: Actor, officer: Officer) -> None:
    """An account that is open, and not the last steward's. Raises a refusal."""
    may_manage(actor, officer)
    if not officer.is_active:
        raise Refusal("closed", _("The account is closed already."))
    if "steward" in officer.role_codes:
        not_the_last_steward(officer)


def may_resume(actor: Actor, officer: Officer) -> None:
    """An account that is closed. Raises a refusal."""
    may_manage(actor, officer)
    if officer.is_active:
        raise Refusal("open", _("The account is open."))
    if officer.username == NODE.username:
        raise Refusal("reserved", _("Its name is the node's own: invite the person by another."))


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
MAY_WITH_ROLE: dict[str, Callable[[Actor, Officer, str], None]] = {"grant": may_grant, "revoke": may_revoke}


def refusal_of(deed: str, officer: Officer, actor: Actor, role: str = "") -> Refusal | None:
    """What the deed would be refused with, or nothing; derived from the rules above."""
    try:
        if deed in MAY_WITH_ROLE:
            MAY_WITH_ROLE[deed](actor, officer, role)
        else:
            MAY[deed](actor, officer)
    except Refusal as refusal:
        return refusal
    return None


def why_not(deed: str, officer: Officer, actor: Actor, role: str = "") -> str:
    """The sentence with which the deed would be refused, or nothing."""
    refusal = refusal_of(deed, officer, actor, role)
    return refusal.sentence if refusal else ""


def allowed(deed: str, officer: Officer, by: Actor, role: str = "") -> bool:
    """Whether the deed would be done."""
    return refusal_of(deed, officer, by, role) is None
