"""Who reads and writes nominal data: investigators, contact points and officers of the administration that owns it.

Doors are closed by default: a steward who looks after the node reads no names by that.
"""

from __future__ import annotations

from collections.abc import Set

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, passes
from tidewaiter.people.models import Officer
from tidewaiter.registry.agreements import ROLE, agreed_entities, agreed_marks, agreed_purpose, agreements_of
from tidewaiter.registry.models import AgencyAgreement, BrokenGlass, Entity

READERS = frozenset({"officer", "contact", "investigator"})
WRITERS = frozenset({"contact", "investigator"})
INT = "INT"
LEAST_PURPOSE, LONGEST_PURPOSE = 3, 200


def _roles(actor: Actor) -> Set[str]:
    """The roles that count here. A steward's token acts as an officer elsewhere (docs/decisions/0010): names are read
    by roles that the account itself has.
    """
    if not actor.door.startswith("token:"):
        return actor.role_codes
    own = Officer.objects.filter(username=actor.username).first()
    return actor.role_codes & own.role_codes if own is not None else frozenset()


def reads(actor: Actor) -> bool:
    """Whether the person reads names at all."""
    return bool(_roles(actor) & READERS)


def writes(actor: Actor) -> bool:
    """Whether the person enters and decides."""
    return bool(_roles(actor) & WRITERS)


def answers(actor: Actor) -> bool:
    """Whether the person answers for the administration what is held on somebody: its data-protection officer."""
    return "protection" in _roles(actor)


def may_answer(actor: Actor) -> None:
    """Raises `Missing` for everybody but a data-protection officer."""
    if not answers(actor):
        raise Missing("no_registry", _("There is no such page."))


def may_read(actor: Actor) -> None:
    """Raises `Missing`: for whoever reads no names there is no registry."""
    if not reads(actor):
        raise Missing("no_registry", _("There is no such page."))


def may_write(actor: Actor) -> None:
    """Entering, linking, deciding. Raises a refusal."""
    may_read(actor)
    if not writes(actor):
        raise NotAllowed("role", _("Investigators and contact points write into the registry."))


def may_annex(actor: Actor, administration: str) -> None:
    """Naming who has part in a case: whoever reads names, in cases of their own administration. Raises a refusal."""
    may_read(actor)
    if administration != actor.administration_code:
        raise NotAllowed("not_yours", _("Who has part in another administration's case is theirs to say."))


def must_be_own(entity: Entity, by: Actor) -> None:
    """Statements are added by the administration whose entity it is. Raises `NotAllowed`."""
    may_write(by)
    if entity.administration != by.administration_code or entity.listed:
        raise NotAllowed("not_yours", _("What another administration or a published list says is not changed here."))


def visible(actor: Actor, before: str = "", *, lasting: bool = False) -> Q:
    """The entities a person sees: their administration's own and those on published lists; RED ones with a role that
    investigates, or answers for what is held, alone. `before`: the path to the entity (`left__`), where something
    else is asked for; `lasting`: without what a broken glass shows.
    """
    if not reads(actor) and not answers(actor):
        return agreed_entities(agreed, before) if (agreed := lets_in(actor)) else Q(pk__in=[])
    on_list = ~Q(**{f"{before}listed": ""})
    home = Q(**{f"{before}administration": actor.administration_code})
    seen = on_list if actor.administration_code == INT else home | on_list
    return seen if answers(actor) or sees_red(actor, lasting=lasting) else seen & ~Q(**{f"{before}handling": "RED"})


def visible_statements(actor: Actor) -> Q:
    """Statements about entities that a person sees, of those whose mark goes to them."""
    if agreed := lets_in(actor):
        return Q(handling__in=agreed_marks(agreed))
    return Q() if sees_red(actor) else ~Q(handling="RED")


def visible_links(actor: Actor) -> Q:
    """Links a person sees, where they see both ends: their administration's own, and those of published lists; another
    administration's word on two who stand on a list is that administration's.
    """
    listed = ~Q(listed="")
    if agreed := lets_in(actor):
        return Q(administration__in={one.administration for one in agreed}, listed="")
    return listed if actor.administration_code == INT else Q(administration=actor.administration_code) | listed


def lets_in(actor: Actor) -> list[AgencyAgreement]:
    """The agreements by which somebody of another agency is let in today; none for the administration's own people."""
    return agreements_of(actor) if ROLE in _roles(actor) and not reads(actor) else []


def may_consult(actor: Actor) -> None:
    """Lists, records and screening: whoever reads names, or is let in by an agreement. Raises `Missing`."""
    if not reads(actor) and not lets_in(actor):
        raise Missing("no_registry", _("There is no such page."))


def consults(actor: Actor) -> bool:
    """Whether the person finds the registry by an agreement alone."""
    return bool(lets_in(actor))


def purpose_for(actor: Actor, said: str) -> str:
    """What names are read for, as the ledger keeps it: of an agency's people one that was agreed. Raises `BadInput`."""
    purpose = must_have_purpose(said)
    agreed = lets_in(actor)
    return agreed_purpose(agreed, purpose) if agreed else purpose


def purpose_kept(actor: Actor, purpose: str) -> dict[str, str]:
    """What of a purpose stands in the ledger; with the agreement, where somebody reads by one."""
    agreed = [one.ref for one in lets_in(actor) if purpose in one.purposes]
    return {"purpose": purpose, "agreement": agreed[0]} if agreed else {"purpose": purpose}


def sees_agreements(actor: Actor) -> bool:
    """Whether the person sees who is let in: stewards and data-protection officers of an administration."""
    return bool(_roles(actor) & {"steward", "protection"}) and actor.administration_code != INT


def may_agree(actor: Actor) -> None:
    """Letting an agency in, and ending it. Raises `Missing`, `NotAllowed`."""
    if not sees_agreements(actor):
        raise Missing("no_registry", _("There is no such page."))
    if "steward" not in _roles(actor):
        raise NotAllowed("role", _("A steward of the administration makes and ends agreements."))


def may_see_thresholds(actor: Actor) -> None:
    """What thresholds do: whoever reads names or looks after the node for an administration. Raises `Missing`."""
    if not reads(actor) and not sees_agreements(actor):
        raise Missing("no_registry", _("There is no such page."))


def may_set_thresholds(actor: Actor) -> None:
    """Setting them: a steward of the administration. Raises a refusal."""
    may_see_thresholds(actor)
    if "steward" not in _roles(actor) or not sees_agreements(actor):
        raise NotAllowed("role", _("A steward of the administration sets the thresholds."))


def sees_red(actor: Actor, *, lasting: bool = False) -> bool:
    """Whether the person reads what is marked RED: investigators, and whoever has broken the glass, for its time;
    `lasting`: for good.
    """
    if "investigator" in _roles(actor):
        return True
    return not lasting and reads(actor) and open_glass(actor) is not None


def open_glass(actor: Actor) -> BrokenGlass | None:
    """What the person has broken that is open still."""
    return BrokenGlass.objects.filter(by=actor.username, until__gt=now()).order_by("-until").first()


def judges_glass(actor: Actor) -> bool:
    """Whether the person judges what others broke."""
    return bool(_roles(actor) & {"investigator", "protection"})


def must_have_purpose(said: str) -> str:
    """What names are read for, as the ledger keeps it. Raises `BadInput` where it is not said."""
    purpose = " ".join(said.split())
    if len(purpose) < LEAST_PURPOSE:
        raise BadInput("purpose", _("Say what you read names for: a case, a control, an inquiry."))
    return purpose[:LONGEST_PURPOSE]


def must_have_reason(said: str) -> str:
    """Why something is decided. Raises `BadInput` where it is not said."""
    reason = " ".join(said.split())
    if len(reason) < LEAST_PURPOSE:
        raise BadInput("reason", _("Say why: it is kept with the decision."))
    return reason[:1000]


def allowed(deed: str, by: Actor) -> bool:
    """Whether a deed would be done; derived from the rules above."""
    return passes({"read": may_read, "write": may_write, "answer": may_answer}[deed], by)


def must_be_writer(username: str, by: Actor) -> str:
    """An account of one's administration that investigates. Raises `BadInput`."""
    found = Officer.objects.filter(
        username=username.strip(),
        is_active=True,
        administration_id=by.administration_code,
        grants__role__in=sorted(WRITERS),
    ).exists()
    if not found:
        raise BadInput(
            "owner",
            _("«%(name)s» is no investigator or contact point of your administration.") % {"name": username[:60]},
        )
    return username.strip()
