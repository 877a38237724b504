"""Who sees an exhibit and who does what with it: people of the administration that holds it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Set

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.evidence import states
from tidewaiter.evidence.models import CustodyEvent, Disposal, Exhibit
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal, passes
from tidewaiter.people.models import Officer

READERS = frozenset({"officer", "contact", "investigator", "custodian"})
WRITERS = frozenset({"officer", "contact", "investigator", "custodian"})
KEEPERS = frozenset({"custodian"})
ORDERERS = frozenset({"contact", "investigator", "custodian"})
INT = "INT"


def _roles(actor: Actor) -> Set[str]:
    """The roles that the account itself has: a steward's token acts as an officer elsewhere (docs/decisions/0010)."""
    if not actor.door.startswith("token:"):
        return actor.role_codes
    own = Officer.objects.filter(username=actor.username).first()
    return actor.role_codes & own.role_codes if own is not None else frozenset()


def reads(actor: Actor) -> bool:
    """Whether the person has to do with exhibits: in an administration of a country."""
    return actor.administration_code != INT and bool(_roles(actor) & READERS)


def keeps(actor: Actor) -> bool:
    """Whether the person looks after a store."""
    return actor.administration_code != INT and bool(_roles(actor) & KEEPERS)


def orders(actor: Actor) -> bool:
    """Whether the person puts under hold, marks, and prepares disposals."""
    return actor.administration_code != INT and bool(_roles(actor) & ORDERERS)


def stewards(actor: Actor) -> bool:
    """Whether the person edits checklists: a steward of an administration, not through a token."""
    return "steward" in _roles(actor) and not actor.door.startswith("token:") and actor.administration_code != INT


def must_read(actor: Actor) -> None:
    """Raises `Missing`: for whoever has nothing to do with exhibits there is no such room."""
    if not reads(actor):
        raise Missing("missing", _("There is no such page."))


def must_keep(actor: Actor) -> None:
    """Looking after stores and counting them. Raises a refusal."""
    must_read(actor)
    if not keeps(actor):
        raise NotAllowed("role", _("Custodians look after stores."))


def must_order(actor: Actor) -> None:
    """Holds, marks and disposals. Raises a refusal."""
    must_read(actor)
    if not orders(actor):
        raise NotAllowed("role", _("Investigators, contact points and custodians do this."))


def must_be_steward_of_checklists(actor: Actor) -> None:
    """Raises `Missing` for everybody else."""
    if not stewards(actor):
        raise Missing("missing", _("There is no such page."))


def visible(actor: Actor, before: str = "") -> Q:
    """Of exhibits: those of one's administration; RED ones for investigators and custodians, for who found it and for
    who has it. `before`: the path to the exhibit (`exhibit__`).
    """
    if not reads(actor):
        return Q(pk__in=[])
    home = Q(**{f"{before}administration": actor.administration_code})
    if _roles(actor) & {"investigator", "custodian"}:
        return home
    mine = (
        Q(**{f"{before}found_by": actor.username})
        | Q(**{f"{before}holder": actor.username})
        | Q(**{f"{before}awaits_whom": actor.username})
    )
    return home & (~Q(**{f"{before}handling": "RED"}) | mine)


def must_be_open(exhibit: Exhibit) -> None:
    """Raises a refusal for what is not there any more."""
    if exhibit.state == states.ENDED:
        raise Refusal("disposed_of", _("%(ref)s is not there any more: it was disposed of.") % _called(exhibit))


def _called(exhibit: Exhibit) -> dict[str, str]:
    return {"ref": exhibit.reference}


def has(actor: Actor, exhibit: Exhibit) -> bool:
    """Whether the person has it: in their hands, or in a store that they look after."""
    if exhibit.holder_kind == "store":
        return keeps(actor)
    return exhibit.holder_kind == "person" and exhibit.holder == actor.username


def may_handle(actor: Actor, exhibit: Exhibit) -> None:
    """Sealing, opening, measuring, sampling, moving, handing over: whoever has it. Raises a refusal."""
    must_read(actor)
    must_be_open(exhibit)
    if exhibit.awaits:
        raise Refusal(
            "awaited", _("%(ref)s waits for its taker: nothing is done with it until then.") % _called(exhibit)
        )
    if exhibit.box_id:
        raise Refusal(
            "in_box", _("%(ref)s lies in a box: do it with the box, or take it out first.") % _called(exhibit)
        )
    if not has(actor, exhibit):
        raise NotAllowed("not_with_you", _("%(ref)s is not with you: whoever has it does this.") % _called(exhibit))


def may_test(actor: Actor, exhibit: Exhibit) -> None:
    """Writing down a test: whoever has it, or an investigator with a laboratory's report. Raises a refusal."""
    must_read(actor)
    must_be_open(exhibit)
    if not (has(actor, exhibit) or orders(actor)):
        raise NotAllowed("not_with_you", _("%(ref)s is not with you: whoever has it does this.") % _called(exhibit))


def may_correct(actor: Actor, exhibit: Exhibit) -> None:
    """Setting something right beside what was written: whoever writes here. Raises a refusal."""
    must_read(actor)


def may_answer(actor: Actor, exhibit: Exhibit, event: CustodyEvent) -> None:
    """Taking, or declining to take: the account that the hand-over names, or, of a store, one of its custodians; never
    who gives. Raises a refusal.
    """
    must_read(actor)
    if exhibit.awaits != event.ref:
        raise Refusal("answered", _("This hand-over waits for nobody any more."))
    if actor.username == event.by or actor.username == event.giver:
        raise NotAllowed("same_hand", _("Two hands: whoever gives cannot take as well."))
    to_store = event.taker.startswith("store:")
    if to_store and not keeps(actor):
        raise NotAllowed("role", _("A custodian takes what comes into a store."))
    if not to_store and event.taker != actor.username:
        raise NotAllowed("not_you", _("Somebody else is to take this."))


def may_decline(actor: Actor, exhibit: Exhibit, event: CustodyEvent) -> None:
    """Ending a hand-over that was not taken: whoever was to take it, or whoever gave it. Raises a refusal."""
    gave = event.kind == states.HAND_OVER and event.by == actor.username
    if not (gave and exhibit.awaits == event.ref):
        may_answer(actor, exhibit, event)


def may_withdraw(actor: Actor, exhibit: Exhibit) -> bool:
    """Whether the person gave what waits for its taker."""
    found = CustodyEvent.objects.filter(pk=exhibit.awaits, by=actor.username) if exhibit.awaits else None
    return found is not None and found.filter(kind=states.HAND_OVER).exists()


def is_taker(actor: Actor, exhibit: Exhibit) -> bool:
    """Whether something waits for this person's hand."""
    whom = exhibit.awaits_whom
    return bool(exhibit.awaits) and (whom == actor.username or (whom.startswith("store:") and keeps(actor)))


def may_hold(actor: Actor, exhibit: Exhibit) -> None:
    """Putting under hold and lifting it. Raises a refusal."""
    must_order(actor)
    must_be_open(exhibit)


def may_dispose(actor: Actor, exhibit: Exhibit, within: Disposal | None = None) -> None:
    """Disposal: never under hold, not while it waits for a hand, not twice. Raises a refusal."""
    must_order(actor)
    must_be_open(exhibit)
    said = _called(exhibit)
    if exhibit.hold:
        raise Refusal("hold", _("%(ref)s is under hold: nothing of it is disposed of.") % said)
    if exhibit.awaits:
        sentence = _("%(ref)s waits for its taker: nothing is done with it until then.")
        raise Refusal("awaited", sentence % said)
    if exhibit.box_id:
        raise Refusal("in_box", _("%(ref)s lies in a box: do it with the box, or take it out first.") % said)
    if exhibit.state == states.MISSING:
        raise Refusal("missing", _("%(ref)s is missing: what is not there cannot be disposed of.") % said)
    inside = Exhibit.objects.filter(box=exhibit, hold=True) if exhibit.kind == "box" else None
    if inside is not None and inside.exists():
        raise Refusal("hold", _("In %(ref)s lies something under hold: take it out first.") % said)
    open_ = exhibit.disposals.filter(disposal__state__in=(states.ORDERED, states.FIXED, states.WITNESSING))
    if open_.exclude(disposal=within).exists():
        raise Refusal("ordered", _("%(ref)s is part of another disposal already.") % said)


def may_undo(actor: Actor, disposal: Disposal) -> bool:
    """Whether the person takes back that a disposal was carried out: who orders, or a witness who has not signed."""
    named = any(each["hand"] == actor.username and not each["signed"] for each in disposal.witnesses)
    return disposal.state == states.WITNESSING and reads(actor) and (orders(actor) or named)


MAY: dict[str, Callable[[Actor, Exhibit], None]] = {
    "handle": may_handle,
    "test": may_test,
    "correct": may_correct,
    "hold": may_hold,
}


def allowed(deed: str, exhibit: Exhibit, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, exhibit)


def must_have_purpose(said: str) -> str:
    """What names are read for, as the ledger keeps it. Raises `BadInput` where it is not said."""
    purpose = " ".join(said.split())
    if len(purpose) < 3:
        raise BadInput("purpose", _("Say what you read names for: a case, a control, an inquiry."))
    return purpose[:200]
