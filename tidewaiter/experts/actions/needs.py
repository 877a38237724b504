"""Deeds of needs assessment: loading a questionnaire, opening a round, answering, handing in, planning what follows."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.experts import needs_policy, policy, states
from tidewaiter.experts.models import Answer, Evidence, Member, PlanLine, Questionnaire, Response, Round, Share
from tidewaiter.experts.needs.questionnaire import Definition, kept_definition, read_definition
from tidewaiter.experts.policy import Seat
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Administration

SHIPPED = Path(__file__).parent.parent / "questionnaires"
SOON = timedelta(days=7)


def define_questionnaire(*, text: str, by: Actor) -> Definition:
    """Takes a version of a questionnaire into use: the same again changes nothing, another content needs a higher
    version. Rounds that run keep theirs. Raises a refusal.
    """
    policy.must_open_groups(by)
    definition = read_definition(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        known = Questionnaire.objects.filter(code=definition.code, version=definition.version).first()
        if known is not None:
            if known.sha256 != sha256:
                raise BadInput("version_taken", _("This version is here with other content: give it a higher version."))
            return definition
        Questionnaire.objects.create(
            code=definition.code,
            version=definition.version,
            text=text,
            sha256=sha256,
            loaded_by=by.username,
            loaded_at=now(),
        )
        ref = f"questionnaire:{definition.code}"
        record(by=by, deed="experts.questionnaire_defined", ref=ref, version=definition.version)
    return definition


def define_shipped_questionnaires(*, by: Actor = NODE) -> int:
    """Takes the questionnaires that come with the program into use; gives how many there are."""
    paths = sorted(SHIPPED.glob("*.toml"))
    for path in paths:
        define_questionnaire(text=path.read_text(encoding="utf-8"), by=by)
    return len(paths)


def open_round(
    *, seat: Seat, code: str, title: str, countries: list[str], closes_on: date, after: Round | None = None
) -> Round:
    """Asks countries, each through a member of its own; the questionnaire's newest version is frozen into the round."""
    policy.may_manage(seat)
    newest = Questionnaire.objects.filter(code=code).order_by("-version").first()
    if newest is None:
        raise BadInput("questionnaire", _("There is no questionnaire «%(code)s».") % {"code": code[:40]})
    if closes_on <= now().date():
        raise BadInput("closes_on", _("It closes after today."))
    with transaction.atomic():
        leads = _leads_of(seat, countries)
        made = Round.objects.create(
            ref=new_ref("EN"),
            group=seat.group,
            title=title,
            code=code,
            version=newest.version,
            frozen=newest.text,
            after=after,
            closes_on=closes_on,
            opened_by=seat.by.username,
            opened_at=now(),
        )
        regions = dict(Administration.objects.filter(code__in=leads).values_list("code", "region_id"))
        Response.objects.bulk_create(
            [
                Response(
                    ref=new_ref("EA"),
                    round=made,
                    country=country,
                    region=regions.get(country) or "",
                    lead=lead,
                    changed_at=now(),
                )
                for country, lead in leads.items()
            ]
        )
        record(by=seat.by, deed="experts.round_opened", ref=made.ref, detail={"invited": len(leads)})
        tell(to=[(name, made.ref, 1) for name in leads.values()], deed="experts.round_opened", by=seat.by)
    return made


def _leads_of(seat: Seat, countries: list[str]) -> dict[str, str]:
    """By country the member who answers for it: experts before observers, who came first before others."""
    members = Member.objects.filter(group=seat.group, ended_at=None, accepted_version=seat.group.terms_version)
    members = members.exclude(standing=policy.PRIVATE)
    found: dict[str, str] = {}
    for country, username in members.order_by("standing", "admitted_at").values_list("country", "username"):
        found.setdefault(country, username)
    wanted = list(dict.fromkeys(one.upper() for one in countries)) or sorted(found)
    if lacking := [one for one in wanted if one not in found]:
        raise BadInput("countries", _("«%(code)s» has no member in this group.") % {"code": lacking[0][:20]})
    if not wanted:
        raise BadInput("countries", _("Name the countries that are asked."))
    return {country: found[country] for country in wanted}


def answer_question(*, by: Actor, response: Response, question: str, value: str, lang: str) -> Answer | None:
    """Keeps one answer as its field is left: nothing is lost when a page is. An empty one takes the answer back.

    Several people answer at once, each their sections; the same question answered by two is the later one's.
    """
    with transaction.atomic():
        held = _held(response)
        asked = kept_definition(held.round.frozen).question(question)
        needs_policy.may_answer(by, held, asked.domain)
        clean = asked.clean(value.strip()) if value.strip() else None
        text = ";".join(clean) if isinstance(clean, list) else "" if clean is None else str(clean)
        held.state = states.RESPONSE_MOVES["answer"][held.state]
        held.changed_at = now()
        held.save(update_fields=["state", "changed_at"])
        if not text:
            held.answers.filter(question=question).delete()
            made = None
        else:
            made, _new = Answer.objects.update_or_create(
                response=held,
                question=question,
                defaults={"value": text, "lang": lang, "by": by.username, "at": now()},
            )
        record(by=by, deed="experts.round_answered", ref=held.ref, detail={"question": question})
    return made


def give_share(*, by: Actor, response: Response, domain: str, username: str) -> Share | None:
    """Gives a section to a colleague of the same country, or takes it back (nobody named). They are told."""
    with transaction.atomic():
        held = _held(response)
        needs_policy.may_lead(by, held)
        definition = kept_definition(held.round.frozen)
        if domain not in {one.code for one in definition.domains}:
            raise BadInput("domain", _("The questionnaire has no such section."))
        if not username:
            held.shares.filter(domain=domain).delete()
            record(by=by, deed="experts.round_shared", ref=held.ref, detail={"domain": domain})
            return None
        needs_policy.must_be_colleague(held, username)
        made, _new = Share.objects.update_or_create(
            response=held, domain=domain, defaults={"username": username, "given_by": by.username, "given_at": now()}
        )
        record(by=by, deed="experts.round_shared", ref=held.ref, detail={"domain": domain})
        tell(to=[(username, held.round_id, 1)], deed="experts.round_shared", by=by)
    return made


def attach_evidence(*, by: Actor, response: Response, question: str, title: str, where: str) -> Evidence:
    """Names a paper that an answer rests on; the paper itself stays with the country."""
    with transaction.atomic():
        held = _held(response)
        asked = kept_definition(held.round.frozen).question(question)
        needs_policy.may_answer(by, held, asked.domain)
        made = Evidence.objects.create(
            response=held, question=question, title=title, where=where, by=by.username, at=now()
        )
        record(by=by, deed="experts.round_evidence", ref=held.ref, detail={"question": question})
    return made


def submit_answers(*, by: Actor, response: Response) -> Response:
    """Hands the country's answers in: all levels are answered. Raises a refusal that counts what is missing."""
    with transaction.atomic():
        held = _held(response)
        needs_policy.may_lead(by, held)
        after = states.RESPONSE_MOVES["submit"].get(held.state)
        if after is None:
            raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))
        definition = kept_definition(held.round.frozen)
        known = set(held.answers.values_list("question", flat=True))
        lacking = [one.name for one in definition.questions if one.scored and one.name not in known]
        if lacking:
            raise Refusal("lacking", _("%(n)s questions of level are not answered yet.") % {"n": len(lacking)})
        held.state, held.submitted_by, held.submitted_at = after, by.username, now()
        held.save(update_fields=["state", "submitted_by", "submitted_at"])
        record(by=by, deed="experts.round_submitted", ref=held.ref)
        tell(to=[(held.round.opened_by, held.round_id, 1)], deed="experts.round_submitted", by=by)
    return held


def close_round(*, seat: Seat, one: Round) -> Round:
    """Closes a round: its answers change no more, and the picture of regions is drawn. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = Round.objects.select_for_update(of=("self",)).get(pk=one.pk)
        if held.closed_at is not None:
            raise Refusal("closed", _("This round is closed already."))
        held.closed_by, held.closed_at = seat.by.username, now()
        held.save(update_fields=["closed_by", "closed_at"])
        record(by=seat.by, deed="experts.round_closed", ref=held.ref)
        names = set(held.responses.values_list("lead", flat=True))
        tell(to=[(name, held.ref, 1) for name in sorted(names)], deed="experts.round_closed", by=seat.by)
    return held


def plan_gap(*, by: Actor, response: Response, said: dict[str, Any]) -> PlanLine:
    """Proposes what is done about a gap: training, equipment or an operation. Raises a refusal."""
    with transaction.atomic():
        held = _held(response)
        needs_policy.may_plan(by, held)
        if said["domain"] not in {one.code for one in kept_definition(held.round.frozen).domains}:
            raise BadInput("domain", _("The questionnaire has no such section."))
        made = PlanLine.objects.create(ref=new_ref("EG"), response=held, by=by.username, at=now(), **said)
        record(by=by, deed="experts.round_gap_planned", ref=held.ref, detail={"kind": made.kind})
    return made


def move_plan(*, by: Actor, line: PlanLine, deed: str, donor: str = "") -> PlanLine:
    """Agrees a line of the plan, or says that it was carried out; whoever proposed it does not agree it alone."""
    with transaction.atomic():
        held = PlanLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        needs_policy.may_plan(by, held.response)
        after = states.PLAN_MOVES[deed].get(held.state)
        if after is None:
            raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))
        if deed == "agree":
            needs_policy.must_be_other_side(by, held)
            held.agreed_by, held.agreed_at = by.username, now()
        held.state, held.donor = after, donor or held.donor
        held.save()
        record(by=by, deed="experts.round_plan_moved", ref=held.response_id, detail={"state": after})
    return held


def remind_of_rounds() -> int:
    """The clock's part: a week before a round closes whoever has not handed in is told, once."""
    last = (now() + SOON).date()
    due = Round.objects.filter(closed_at=None, reminded_at=None, closes_on__lte=last)
    return len(run_each(due, _remind, deed="rounds_reminded", ref_of=lambda one: one.ref).done)


def _remind(one: Round) -> None:
    Round.objects.filter(pk=one.pk).update(reminded_at=now())
    record(by=NODE, deed="experts.round_closes", ref=one.ref)
    waiting = one.responses.filter(submitted_at=None).values_list("lead", flat=True)
    tell(to=[(name, one.ref, 1) for name in sorted(set(waiting))], deed="experts.round_closes", by=NODE)


def _held(response: Response) -> Response:
    return Response.objects.select_related("round").select_for_update(of=("self",)).get(pk=response.pk)
