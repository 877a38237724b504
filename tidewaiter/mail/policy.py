"""Who writes to whom, who sees a letter, and that a mark is never widened on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal, passes
from tidewaiter.mail.models import ADMINISTRATION, OFFICE, PERSON, Addressee, Letter
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import reads_library_alone

STRICTNESS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""The marks of TLP 2.0, the widest first."""
AT_HOME = ("AMBER", "AMBER+STRICT")
"""Marks under which what one was sent stays in one's own administration."""
DESK = frozenset({"contact", "duty", "coordinator"})
"""Roles that read the mail of their administration."""


def corresponds(actor: Actor) -> bool:
    """Whether the person has mail at all: everybody but those who read what is published and nothing else."""
    return bool(actor.role_codes) and not reads_library_alone(actor)


def must_correspond(actor: Actor) -> None:
    """Raises `NotAllowed` for whoever has no mail here."""
    if not corresponds(actor):
        raise NotAllowed("role", _("Your account reads what is published; it has no mail here."))


def for_me(actor: Actor) -> Q:
    """The addressees that are this person: by name, by their office, by what they do for their administration."""
    if not corresponds(actor):
        return Q(pk__in=[])
    home = actor.administration_code
    mine = Q(kind=PERSON, who=actor.username)
    office = Officer.objects.filter(username=actor.username).values_list("office_id", flat=True).first()
    if office is not None:
        mine |= Q(kind=OFFICE, who=str(office))
    if actor.role_codes & DESK:
        mine |= Q(kind=ADMINISTRATION, who=home)
    return mine & Q(administration=home)


def received(actor: Actor) -> Exists:
    """Of letters: those that were sent to this person."""
    return Exists(Addressee.objects.filter(for_me(actor), letter=OuterRef("pk")))


def visible(actor: Actor) -> Q:
    """Of letters: those that one wrote, or was sent. Nobody else sees one, no steward either."""
    return (Q(by=actor.username, administration=actor.administration_code) | Q(received(actor))) & _has_mail(actor)


def _has_mail(actor: Actor) -> Q:
    return Q() if corresponds(actor) else Q(pk__in=[])


def is_wider(mark: str, than: str) -> bool:
    """Whether a mark lets a text go further than another does."""
    return STRICTNESS.index(mark) < STRICTNESS.index(than)


def must_not_widen(mark: str, letter: Letter) -> None:
    """What answers or forwards a letter is under its mark, or a stricter one. Raises `BadInput`."""
    if is_wider(mark, letter.handling):
        raise BadInput(
            "handling",
            _("The letter is TLP:%(mark)s: what is sent on of it is under that mark or a stricter one.")
            % {"mark": letter.handling},
        )


def must_suit(mark: str, addressees: Sequence[Addressee], by: Actor) -> None:
    """RED is for people by name; AMBER+STRICT stays in its administration. Raises `BadInput`."""
    if mark == "RED" and any(one.kind != PERSON for one in addressees):
        raise BadInput("to", _("TLP:RED is for people by name: an office or an administration cannot be sent it."))
    if mark == "AMBER+STRICT" and any(one.administration != by.administration_code for one in addressees):
        raise BadInput("to", _("TLP:AMBER+STRICT stays in your administration: leave out those who are of another."))


def may_answer(actor: Actor, letter: Letter) -> None:
    """Whoever was sent it, or wrote it. Raises a refusal."""
    must_correspond(actor)


def may_forward(actor: Actor, letter: Letter) -> None:
    """Nobody sends RED on, not its writer either: that is another letter. Raises `NotAllowed`."""
    must_correspond(actor)
    if letter.handling == "RED":
        raise NotAllowed("handling", _("TLP:RED is for whom it was sent to alone: it is not forwarded."))


def must_stay(letter: Letter, addressees: Sequence[Addressee], by: Actor) -> None:
    """What one was sent under AMBER goes on within one's own administration alone. Raises `BadInput`."""
    away = any(one.administration != by.administration_code for one in addressees)
    if away and letter.handling in AT_HOME and letter.by != by.username:
        raise BadInput(
            "to",
            _("TLP:%(mark)s goes on within your administration alone: ask who wrote it to send it there.")
            % {"mark": letter.handling},
        )


def may_take_back(actor: Actor, letter: Letter) -> None:
    """Its writer, within a minute, while nobody has opened or answered it. Raises a refusal."""
    if letter.by != actor.username:
        raise NotAllowed("not_yours", _("A letter is taken back by who wrote it."))
    if not letter.can_be_taken_back():
        raise Refusal("too_late", _("A letter is taken back within a minute, and before anybody has opened it."))


def looks_after(actor: Actor) -> bool:
    """Whether the person says how long an administration's mail is kept: its stewards, in person."""
    return "steward" in actor.role_codes and not actor.door.startswith("token:")


def may_look_after(actor: Actor) -> None:
    """Raises `Missing` for everybody else."""
    if not looks_after(actor):
        raise Missing("missing", _("There is no such page."))


MAY: dict[str, Callable[[Actor, Letter], None]] = {
    "answer": may_answer,
    "forward": may_forward,
    "take_back": may_take_back,
}


def allowed(deed: str, letter: Letter, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, letter)
