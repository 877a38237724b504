"""Finding rounds, answers and profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.experts import needs_policy, states
from tidewaiter.experts.models import Answer, PlanLine, Response, Round
from tidewaiter.experts.needs.maturity import Score, regional, same_questions, score
from tidewaiter.experts.needs.questionnaire import Definition, kept_definition
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import visible_groups
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing


def rounds_of(seat: Seat) -> QuerySet[Round]:
    """The rounds of a group, the newest first; private members have none."""
    found = seat.group.rounds.order_by("-opened_at")
    return found.none() if seat.private else found


def visible_responses(actor: Actor) -> QuerySet[Response]:
    """The answers a person sees."""
    groups = visible_groups(actor).values("pk")
    shared = Response.objects.filter(shares__username=actor.username)
    found = Response.objects.filter(needs_policy.visible_responses(actor), round__group__in=groups)
    return (found | shared).distinct().select_related("round__group", "round__after").order_by("country")


def response_named(actor: Actor, ref: str) -> Response:
    """A country's answers. Raises `Missing` for absent and unseen alike."""
    found = visible_responses(actor).filter(pk=ref).first()
    if found is None:
        raise Missing("no_answers", _("There are no such answers for you."))
    return found


def response_of(actor: Actor, one: Round) -> Response | None:
    """The answers to a round in which the person has a part, as lead or by a section."""
    found = visible_responses(actor).filter(round=one)
    mine = found.filter(lead=actor.username).first()
    return mine or found.filter(shares__username=actor.username).first()


def plan_line_named(actor: Actor, ref: str) -> PlanLine:
    """A line of a plan one sees. Raises `Missing`."""
    seen = visible_responses(actor).values("pk")
    found = PlanLine.objects.filter(pk=ref, response__in=seen).select_related("response__round").first()
    if found is None:
        raise Missing("missing", _("There is no such thing in this group."))
    return found


def answers_of(responses: Iterable[Response]) -> dict[str, dict[str, str]]:
    """The answers of several responses by question, by the ref of each."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Answer.objects.filter(response__in=[one.ref for one in responses])
    for ref, question, value in rows.values_list("response_id", "question", "value"):
        found[ref][question] = value
    return found


def profile_of(response: Response) -> list[Score]:
    """A country's maturity by domain: beside the round before, and its region where enough have answered."""
    one = response.round
    definition = kept_definition(one.frozen)
    before = None
    if one.after is not None:
        before = (
            Response.objects.filter(round=one.after, country=response.country, state=states.SUBMITTED)
            .select_related("round")
            .first()
        )
    answers = answers_of([response, *([before] if before else [])])
    among = same_questions(definition, kept_definition(before.round.frozen)) if before else frozenset[str]()
    regions = _regions(one, definition).get(response.region, {})
    papers = dict(response.evidence.values_list("question").annotate(n=Count("pk")).order_by())
    mine = answers[response.ref]
    return [
        Score(
            domain=domain.code,
            now=score(definition, domain.code, mine),
            was=score(definition, domain.code, answers[before.ref], among) if before else None,
            region=regions.get(domain.code, (None, 0))[0],
            papers=sum(papers.get(q.name, 0) for q in definition.of_domain(domain.code)),
            asked=len(definition.of_domain(domain.code)),
            answered=sum(1 for q in definition.of_domain(domain.code) if q.name in mine),
        )
        for domain in definition.domains
    ]


def _regions(one: Round, definition: Definition) -> dict[str, dict[str, tuple[Decimal | None, int]]]:
    """By region and domain the mean and how many stand behind it; nothing while the round runs."""
    if one.closed_at is None:
        return {}
    handed_in = list(one.responses.filter(state=states.SUBMITTED))
    answers = answers_of(handed_in)
    regions: dict[str, list[Response]] = defaultdict(list)
    for response in handed_in:
        regions[response.region].append(response)
    return {
        region: {
            domain.code: regional({some.ref: score(definition, domain.code, answers[some.ref]) for some in responses})
            for domain in definition.domains
        }
        for region, responses in regions.items()
        if region
    }


def regional_picture(one: Round) -> list[dict[str, Any]]:
    """The picture of a closed round without a country: by region and domain, what too few stand behind is missing."""
    definition = kept_definition(one.frozen)
    made = []
    for region, domains in sorted(_regions(one, definition).items()):
        shown = {code: value for code, (value, _behind) in domains.items()}
        made.append({"region": region, "domains": shown, "shown": any(value is not None for value in shown.values())})
    return made


def results_of(one: Round) -> dict[str, Any]:
    """Answers of a round by country and question, for whoever keeps the node."""
    definition = kept_definition(one.frozen)
    responses = list(one.responses.order_by("country"))
    answers = answers_of(responses)
    return {
        "round": one.ref,
        "questionnaire": one.code,
        "version": one.version,
        "invited": len(responses),
        "answered": sum(1 for some in responses if some.state == states.SUBMITTED),
        "questions": [some.name for some in definition.questions],
        "countries": {some.country: {"state": some.state, "answers": answers[some.ref]} for some in responses},
    }
