"""Who may do what in the regional office."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.cases import states as case_states
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import INT, may_validate
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.refusals import Missing, NotAllowed, Outdated, Refusal, passes
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs
from tidewaiter.review import states
from tidewaiter.review.models import AnalysisRequest


def is_reviewer(actor: Actor) -> bool:
    """Whether the person reviews any region at all."""
    return "reviewer" in actor.role_codes and (actor.administration_code == INT or bool(actor.reviewed_regions))


def waiting_for(actor: Actor) -> Q:
    """The cases that wait for this person's office: submitted, of its regions, never of the person's own country."""
    if not is_reviewer(actor):
        return Q(pk__in=())
    submitted = Q(status=case_states.SUBMITTED, latest=True) & ~Q(administration=actor.administration_code)
    return submitted if actor.administration_code == INT else submitted & Q(region__in=sorted(actor.reviewed_regions))


def reviewers_page(actor: Actor) -> None:
    """The office's pages are missing for all but its reviewers and stewards. Raises `Missing`."""
    if not is_reviewer(actor) and not is_steward(actor):
        raise Missing("missing", _("There is no such page."))


def may_assign(actor: Actor, case: Case, to: Officer) -> None:
    """A reviewer of the region gives a waiting case to one who may judge it. Raises a refusal."""
    may_validate(actor, case)
    try:
        may_validate(to, case)
    except NotAllowed:
        raise NotAllowed("cannot_judge", _("%(name)s may not judge this case.") % {"name": to.display_name}) from None


def visible_requests(actor: Actor) -> Q:
    """Requests that a person sees: their administration's own, those to the regions
    they review, all for the secretariat.
    """
    if not is_customs(actor):
        return Q(pk__in=())
    if actor.administration_code == INT:
        return Q()
    own = Q(administration=actor.administration_code)
    return own | Q(region__in=sorted(actor.reviewed_regions)) if actor.reviewed_regions else own


def may_ask(actor: Actor) -> None:
    """Contacts, analysts and investigators of a country in a region. Raises `NotAllowed`."""
    if not actor.role_codes & {"contact", "analyst", "investigator"}:
        raise NotAllowed("role", _("Contact points, analysts and investigators ask the regional office."))
    if actor.administration_code == INT or not actor.region_code:
        raise NotAllowed("no_region", _("Your administration belongs to no region, so no office would be asked."))


def _office(actor: Actor, request: AnalysisRequest) -> None:
    if not is_reviewer(actor) and "analyst" not in actor.role_codes:
        raise NotAllowed("role", _("The regional office answers."))
    if actor.administration_code != INT and request.region not in actor.reviewed_regions:
        raise NotAllowed("other_region", _("The question was put to another office."))


def may_take(actor: Actor, request: AnalysisRequest) -> None:
    """Somebody of the office that was asked. Raises a refusal."""
    _office(actor, request)
    _move("take", request)


def may_answer(actor: Actor, request: AnalysisRequest) -> None:
    """Whoever has taken it. Raises a refusal."""
    _office(actor, request)
    _move("answer", request)
    if request.taken_by != actor.username:
        raise NotAllowed("not_yours", _("%(name)s has taken this question.") % {"name": request.taken_by})


def may_hand_back(actor: Actor, request: AnalysisRequest) -> None:
    """Anybody of the office. Raises a refusal."""
    _office(actor, request)
    _move("hand_back", request)


def may_ask_again(actor: Actor, request: AnalysisRequest) -> None:
    """The administration that asked. Raises a refusal."""
    _asker(actor, request)
    _move("ask_again", request)


def may_close(actor: Actor, request: AnalysisRequest) -> None:
    """The administration that asked. Raises a refusal."""
    _asker(actor, request)
    _move("close", request)


def _asker(actor: Actor, request: AnalysisRequest) -> None:
    may_ask(actor)
    if actor.administration_code != request.administration:
        raise NotAllowed("not_yours", _("Another administration asked this."))


def _move(deed: str, request: AnalysisRequest) -> None:
    if request.status not in states.MOVES[deed]:
        raise Refusal("state", _("This cannot be done with the question any more: somebody has moved it on."))


ABOUT_THE_ANSWER = ("ask_again", "close")
"""Deeds that judge an answer: the one that was read, and no other."""


def answer_mark(request: AnalysisRequest) -> str:
    """What a form says of the answer that its page shows; nothing where there is none yet."""
    return request.answered_at.isoformat() if request.answered_at else ""


def must_be_the_answer(request: AnalysisRequest, mark: str) -> None:
    """Raises `Outdated` to whoever judges an answer that is not the one they have read."""
    if mark != answer_mark(request):
        raise Outdated("another_answer", _("The question was answered meanwhile. Read the answer, then decide."))


MAY: dict[str, Callable[[Actor, AnalysisRequest], None]] = {
    "take": may_take,
    "hand_back": may_hand_back,
    "answer": may_answer,
    "ask_again": may_ask_again,
    "close": may_close,
}


def allowed(deed: str, request: AnalysisRequest, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, request)


def rail_shows_review(actor: Actor) -> bool:
    """Whether the person finds the office's queue in the rail: reviewers and stewards."""
    return "reviewer" in actor.role_codes or is_steward(actor)


def rail_shows_office(actor: Actor) -> bool:
    """Whether the person finds the questions put to the office in the rail: those who ask and do not review."""
    return bool({"contact", "analyst", "investigator"} & actor.role_codes) and not rail_shows_review(actor)
