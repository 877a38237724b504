"""Deeds of the work of a group: plan, polls, threads, watch, procedures, liaison, recommendations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.experts import policy, states
from tidewaiter.experts.models import (
    Group,
    Liaison,
    Member,
    Paragraph,
    Poll,
    Procedure,
    Recommendation,
    Report,
    Thread,
    Topic,
    Vote,
    WorkLine,
)
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import next_number, owner_named
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.threads.actions import say

MOST_OPTIONS, MOST_STEPS = 12, 40


def plan_work(*, seat: Seat, title: str, paragraph: Paragraph, owner: str, due_on: date, year: int) -> WorkLine:
    """Puts a line into the work plan; it rests on a paragraph of the mandate. Raises a refusal."""
    policy.may_manage(seat)
    name = owner_named(seat, owner)
    with transaction.atomic():
        made = WorkLine.objects.create(
            ref=new_ref("EW"),
            group=seat.group,
            year=year,
            title=title,
            paragraph=paragraph,
            owner=name,
            due_on=due_on,
            by=seat.by.username,
            at=now(),
        )
        record(by=seat.by, deed="experts.work_planned", ref=made.ref, detail={"paragraph": paragraph.number})
        tell(to=[(name, seat.group.pk, 1)], deed="experts.work_planned", by=seat.by)
    return made


def move_work(*, seat: Seat, line: WorkLine, state: str) -> WorkLine:
    """Says how far a line of the plan is. Raises a refusal."""
    policy.may_do_own(seat, line.owner)
    with transaction.atomic():
        held = WorkLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        held.state, held.by, held.at = state, seat.by.username, now()
        held.save(update_fields=["state", "by", "at"])
        record(by=seat.by, deed="experts.work_moved", ref=held.ref, detail={"state": state})
    return held


def ask_poll(
    *, seat: Seat, kind: str, title: str, text: str, options: list[str], closes_at: datetime, for_private: bool
) -> Poll:
    """Asks the members something, or for their position on a paper. Raises a refusal."""
    policy.may_manage(seat)
    different = list(dict.fromkeys(one[:200] for one in options))
    if not 2 <= len(different) <= MOST_OPTIONS:
        raise BadInput("options", _("Give two to twelve options, each on a line."))
    if closes_at <= now():
        raise BadInput("closes_at", _("It closes after now."))
    with transaction.atomic():
        made = Poll.objects.create(
            ref=new_ref("EP"),
            group=seat.group,
            kind=kind,
            title=title,
            text=text,
            options=different,
            for_private=for_private,
            closes_at=closes_at,
            asked_by=seat.by.username,
            asked_at=now(),
        )
        record(by=seat.by, deed="experts.poll_asked", ref=made.ref, detail={"kind": kind})
        tell(to=[(name, seat.group.pk, 1) for name in _voters(made)], deed="experts.poll_asked", by=seat.by)
    return made


def _voters(poll: Poll) -> list[str]:
    members = Member.objects.filter(group=poll.group_id, ended_at=None).exclude(standing=policy.OBSERVER)
    if not poll.for_private:
        members = members.exclude(standing=policy.PRIVATE)
    return sorted(members.values_list("username", flat=True))


def vote(*, seat: Seat, poll: Poll, choice: int) -> Vote:
    """Chooses; again before it closes: anew. Raises a refusal."""
    policy.may_vote(seat)
    with transaction.atomic():
        held = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        if held.closed_at is not None or held.closes_at <= now():
            raise Refusal("closed", _("This is closed: nobody votes any more."))
        if not 1 <= choice <= len(held.options):
            raise BadInput("choice", _("Choose one of the options."))
        made, _new = Vote.objects.update_or_create(
            poll=held, username=seat.by.username, defaults={"choice": choice, "at": now()}
        )
        record(by=seat.by, deed="experts.voted", ref=held.ref)
    return made


def close_poll(*, seat: Seat, poll: Poll) -> Poll:
    """Closes it before its time. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
        if held.closed_at is not None:
            raise Refusal("closed", _("It is closed already."))
        held.closed_by, held.closed_at = seat.by.username, now()
        held.save(update_fields=["closed_by", "closed_at"])
        record(by=seat.by, deed="experts.poll_closed", ref=held.ref)
    return held


def open_thread(*, seat: Seat, title: str, text: str, for_private: bool) -> Thread:
    """Begins a conversation; a private member's is open to the private sector. Raises a refusal."""
    policy.may_take_part(seat)
    moment = now()
    with transaction.atomic():
        made = Thread.objects.create(
            ref=new_ref("ET"),
            group=seat.group,
            title=title,
            for_private=for_private or seat.private,
            opened_by=seat.by.username,
            opened_at=moment,
            said_at=moment,
        )
        record(by=seat.by, deed="experts.thread_opened", ref=made.ref)
        say(ref=made.ref, text=text, by=seat.by)
    return made


def say_in_thread(*, seat: Seat, thread: Thread, text: str) -> Thread:
    """Says something; whoever began it is told. Raises a refusal."""
    policy.may_take_part(seat)
    with transaction.atomic():
        held = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
        say(ref=held.ref, text=text, by=seat.by)
        held.said_at = now()
        held.save(update_fields=["said_at"])
        tell(to=[(held.opened_by, held.ref, 1)], deed="experts.thread_said", by=seat.by)
    return held


def watch_topic(
    *, seat: Seat, title: str, owner: str, horizon: str, means: str, review_on: date, topic: Topic | None = None
) -> Topic:
    """Writes a topic of the technology watch, or looks at it again with a new day of review. Raises a refusal."""
    policy.may_work(seat)
    if review_on <= now().date():
        raise BadInput("review_on", _("It is looked at again after today."))
    said = {"title": title, "owner": owner_named(seat, owner), "horizon": horizon, "means": means}
    kept = {**said, "review_on": review_on, "by": seat.by.username, "at": now(), "reminded_at": None}
    with transaction.atomic():
        if topic is None:
            topic = Topic.objects.create(ref=new_ref("EY"), group=seat.group, **kept)
        else:
            Topic.objects.filter(pk=topic.pk).update(**kept)
        record(by=seat.by, deed="experts.topic_watched", ref=topic.ref)
    topic.refresh_from_db()
    return topic


def remind_of_topics() -> int:
    """The clock's part: whoever owns a topic whose day of review has come is told."""
    due = Topic.objects.filter(reminded_at=None, review_on__lte=now().date(), group__closed_at=None)
    return len(run_each(due, _remind, deed="topics_reviewed", ref_of=lambda one: one.ref).done)


def _remind(topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(reminded_at=now())
    record(by=NODE, deed="experts.topic_due", ref=topic.ref)
    tell(to=[(topic.owner, topic.group_id, 1)], deed="experts.topic_due", by=NODE)


def write_procedure(*, seat: Seat, incident: str, title: str, steps: list[dict[str, Any]]) -> Procedure:
    """Writes what is done at once when something happens: a new version beside the former. Raises a refusal."""
    policy.may_work(seat)
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadInput("steps", _("Give one to forty steps, each on a line."))
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=seat.group.pk)
        former = group.procedures.filter(incident=incident).order_by("-version").first()
        made = Procedure.objects.create(
            ref=new_ref("EI"),
            group=group,
            incident=incident,
            version=former.version + 1 if former else 1,
            title=title,
            steps=steps,
            by=seat.by.username,
            at=now(),
        )
        record(by=seat.by, deed="experts.procedure_written", ref=made.ref, version=made.version)
    return made


def keep_liaison(*, seat: Seat, name: str, about: str, owner: str, last_on: date | None) -> Liaison:
    """Says which other group this one is in contact with, who keeps it, and when they last spoke."""
    policy.may_work(seat)
    keeper = owner_named(seat, owner)
    with transaction.atomic():
        made, _new = Liaison.objects.update_or_create(
            group=seat.group,
            name=name,
            defaults={"about": about, "owner": keeper, "last_on": last_on, "by": seat.by.username, "at": now()},
            create_defaults={
                "ref": new_ref("EL"),
                "about": about,
                "owner": keeper,
                "last_on": last_on,
                "by": seat.by.username,
                "at": now(),
            },
        )
        record(by=seat.by, deed="experts.liaison_kept", ref=made.ref)
    return made


def recommend(*, seat: Seat, text: str, paragraph: Paragraph, report: Report | None = None) -> Recommendation:
    """Drafts a recommendation to the committee. Raises a refusal."""
    policy.may_work(seat)
    moment = now()
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=seat.group.pk)
        made = Recommendation.objects.create(
            ref=new_ref("ER"),
            group=group,
            report=report,
            year=moment.year,
            number=next_number(group.recommendations.filter(year=moment.year)),
            text=text,
            paragraph=paragraph,
            by=seat.by.username,
            at=moment,
        )
        record(by=seat.by, deed="experts.recommended", ref=made.ref)
    return made


def move_recommendation(
    *, seat: Seat, one: Recommendation, deed: str, on: date | None, note: str, text: str = ""
) -> Recommendation:
    """Sends it to the committee, or writes down what the committee said: adopted, sent back, declined."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = Recommendation.objects.select_for_update(of=("self",)).get(pk=one.pk)
        after = states.RECOMMENDATION_MOVES[deed].get(held.state)
        if after is None:
            raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))
        held.state, held.note, held.by, held.at = after, note, seat.by.username, now()
        held.on = on or held.on
        held.text = text or held.text
        held.save()
        record(by=seat.by, deed="experts.recommendation_moved", ref=held.ref, detail={"state": after})
    return held
