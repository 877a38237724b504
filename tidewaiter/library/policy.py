"""Who writes, approves and reads what."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed, Refusal, passes
from tidewaiter.library import states
from tidewaiter.library.models import Item
from tidewaiter.people.policy import is_customs, reads_library_alone

WRITERS = frozenset({"contact", "editor", "analyst", "reviewer"})
AUDIENCES = ("country", "region", "members", "partners", "partner")
OF_A_NATION = ("country", "agencies", "members")
"""Whom an item can be for on a node of one nation or operation: its own administration, agencies by name, everybody."""
APPROVERS = frozenset({"contact", "editor", "reviewer", "coordinator"})
"""Who approves there: another person than its author, of the administration that wrote it."""
FOR_PARTNERS = ("CLEAR", "GREEN", "AMBER")
"""Marks under which a partner organisation may be told."""


def visible(actor: Actor) -> Q:
    """The items a person sees: their own administration's in any state, what waits for their
    approval, and what is published for them.

    A partner sees published items that are for partners, or for that partner, under a mark that lets them out. RED
    stays with the administration that wrote it and those who approve it; AMBER+STRICT with customs.
    """
    published = Q(status=states.PUBLISHED)
    if is_of_a_nation():
        return _visible_in_a_nation(actor)
    if not is_customs(actor):
        if "partner" not in actor.role_codes:
            return Q(pk__in=[])
        mine = Q(audience="partners") | Q(audience="partner", partner=actor.username)
        return published & mine & Q(handling__in=FOR_PARTNERS)
    home = actor.administration_code
    if home == INT:
        return Q()
    own = Q(administration=home)
    approves = Q(region__in=sorted(actor.reviewed_regions), status__in=(states.SUBMITTED, states.PUBLISHED))
    open_to = Q(audience__in=("members", "partners", "partner")) | Q(audience="region", region=actor.region_code or "-")
    return own | approves | (published & open_to & ~Q(handling="RED"))


def is_of_a_nation() -> bool:
    """Whether this node is one nation's, or one operation's: there is no regional office that approves, and agencies
    stand beside each other.
    """
    return bool(settings.HOLDS_NAMES)


def audiences() -> tuple[str, ...]:
    """Whom an item can be for on this node."""
    return OF_A_NATION if is_of_a_nation() else AUDIENCES


def works_here(actor: Actor) -> bool:
    """Whether an item for all members is for this person: customs; within a nation or an operation whoever has a role
    in it, partners and experts aside.
    """
    return is_customs(actor) or (is_of_a_nation() and bool(actor.role_codes) and not reads_library_alone(actor))


def _visible_in_a_nation(actor: Actor) -> Q:
    """One's own administration's in any state; of others what is published for one. RED and AMBER+STRICT stay with the
    administration that wrote them. Another agency's account sees what names it.
    """
    if not works_here(actor):
        named = Q(audience="agencies", partners__contains=f";{actor.username};") & Q(handling__in=FOR_PARTNERS)
        return named & Q(status=states.PUBLISHED) if "partner" in actor.role_codes else Q(pk__in=[])
    home = actor.administration_code
    if home == INT:
        return Q()
    open_to = Q(audience="members") | Q(audience="agencies", agencies__contains=f";{home};")
    shared = Q(status=states.PUBLISHED) & open_to & ~Q(handling__in=("RED", "AMBER+STRICT"))
    return Q(administration=home) | shared


def writes(actor: Actor) -> bool:
    """Whether the person writes for the library at all."""
    of_a_nation = {"coordinator"} if is_of_a_nation() else set()
    return bool(actor.role_codes & (WRITERS | of_a_nation))


def approves(actor: Actor) -> bool:
    """Whether the person approves any items at all."""
    if is_of_a_nation():
        return bool(actor.role_codes & APPROVERS)
    if actor.administration_code == INT:
        return bool(actor.role_codes & {"reviewer", "editor"})
    return "reviewer" in actor.role_codes and bool(actor.reviewed_regions)


def may_write(actor: Actor) -> None:
    """Contact points, editors, analysts and reviewers write. Raises `NotAllowed`."""
    if not writes(actor):
        raise NotAllowed("role", _("Contact points, editors, analysts and reviewers write for the library."))


def _own(actor: Actor, item: Item) -> None:
    may_write(actor)
    if actor.administration_code not in (INT, item.administration):
        raise NotAllowed("not_your_country", _("The administration that wrote it changes it."))


def _approver(actor: Actor, item: Item) -> None:
    """Reviewers of the item's region, never of their own country; the secretariat's editors and reviewers anything.

    Within a nation or an operation another person than its author, of the administration that wrote it.
    """
    if is_of_a_nation():
        _approves_in_a_nation(actor, item)
        return
    if actor.administration_code == INT and actor.role_codes & {"reviewer", "editor"}:
        return
    if "reviewer" not in actor.role_codes or item.region not in actor.reviewed_regions:
        raise NotAllowed("role", _("The regional office approves what is published."))
    if actor.administration_code == item.administration:
        raise NotAllowed("own_country", _("Nobody approves what their own country has written."))


def _approves_in_a_nation(actor: Actor, item: Item) -> None:
    if not actor.role_codes & APPROVERS:
        raise NotAllowed("role", _("Contact points, editors, reviewers and co-ordinators approve what is published."))
    if actor.administration_code not in (INT, item.administration):
        raise NotAllowed("not_your_country", _("The administration that wrote it approves it."))
    if actor.username == item.made_by:
        raise NotAllowed("own_item", _("Nobody approves what they have written: ask a colleague."))


def _move(deed: str, item: Item) -> None:
    if item.status not in states.MOVES[deed]:
        raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))


def may_amend(actor: Actor, item: Item) -> None:
    """A draft, by the administration that wrote it. Raises a refusal."""
    _own(actor, item)
    _move("amend", item)


def may_submit(actor: Actor, item: Item) -> None:
    """Handing a draft to the regional office. Raises a refusal."""
    _own(actor, item)
    _move("submit", item)


def may_publish(actor: Actor, item: Item) -> None:
    """Approving it. Raises a refusal."""
    _approver(actor, item)
    _move("publish", item)


def may_send_back(actor: Actor, item: Item) -> None:
    """Giving it back to its author. Raises a refusal."""
    _approver(actor, item)
    _move("send_back", item)


def may_withdraw(actor: Actor, item: Item) -> None:
    """Its own administration, or who approves it. Raises a refusal."""
    if actor.administration_code == item.administration:
        _own(actor, item)
    else:
        _approver(actor, item)
    _move("withdraw", item)


def may_say(actor: Actor, item: Item) -> None:
    """Whoever sees it and works for customs speaks under it. Raises `NotAllowed`."""
    if not works_here(actor):
        raise NotAllowed("customs", _("Customs officers speak under an item."))


def is_close(actor: Actor, item: Item) -> bool:
    """Whether the person works on the item: its own administration, the regional
    office that approves it, the secretariat.
    """
    return works_here(actor) and (
        actor.administration_code in (INT, item.administration) or item.region in actor.reviewed_regions
    )


MAY = {
    "amend": may_amend,
    "submit": may_submit,
    "publish": may_publish,
    "send_back": may_send_back,
    "withdraw": may_withdraw,
}


def allowed(deed: str, item: Item, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, item)
