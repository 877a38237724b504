"""Deeds with meetings: convening, agenda, who comes and came, decisions, action points, reminding."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.experts import policy, states
from tidewaiter.experts.models import ActionPoint, AgendaItem, Attendance, Decision, Group, Meeting, Member
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import next_number, owner_named
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.library.models import Item
from tidewaiter.notices.actions import tell

TASK = "experts_reminded"
MEETING_SOON, ACTION_SOON, AGAIN = timedelta(days=7), timedelta(days=7), timedelta(days=7)
LONGEST = timedelta(days=14)


def convene(
    *, seat: Seat, title: str, begins_at: datetime, ends_at: datetime, place: str, for_private: bool, agenda: list[str]
) -> Meeting:
    """Calls the members to a meeting; each is told and says whether they come. Raises a refusal."""
    policy.may_manage(seat)
    if not timedelta(0) < ends_at - begins_at <= LONGEST:
        raise BadInput("ends_at", _("A meeting ends after it begins, within a fortnight."))
    moment = now()
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=seat.group.pk)
        meeting = Meeting.objects.create(
            ref=new_ref("EM"),
            group=group,
            number=next_number(group.meetings.all()),
            title=title,
            begins_at=begins_at,
            ends_at=ends_at,
            place=place,
            for_private=for_private,
            convened_by=seat.by.username,
            convened_at=moment,
        )
        AgendaItem.objects.bulk_create(
            [
                AgendaItem(meeting=meeting, number=n, title=one[:300], put_by=seat.by.username, put_at=moment)
                for n, one in enumerate(agenda, 1)
            ]
        )
        called = _called_to(meeting)
        Attendance.objects.bulk_create([Attendance(meeting=meeting, username=name) for name in called])
        record(by=seat.by, deed="experts.meeting_convened", ref=meeting.ref, detail={"called": len(called)})
        tell(to=[(name, meeting.ref, 1) for name in called], deed="experts.meeting_convened", by=seat.by)
    return meeting


def _called_to(meeting: Meeting) -> list[str]:
    members = Member.objects.filter(group=meeting.group_id, ended_at=None)
    if not meeting.for_private:
        members = members.exclude(standing=policy.PRIVATE)
    return sorted(members.values_list("username", flat=True))


def put_item(*, seat: Seat, meeting: Meeting, title: str, paper: str = "") -> AgendaItem:
    """Puts a point on the agenda, with an item of the library as its paper. Raises a refusal."""
    policy.may_work(seat)
    with transaction.atomic():
        held = _held(meeting)
        _must_be(held, states.PLANNED)
        if paper and not Item.objects.filter(pk=paper).exists():
            raise BadInput("paper", _("There is no such item in the library."))
        made = AgendaItem.objects.create(
            meeting=held,
            number=next_number(held.agenda.all()),
            title=title,
            paper=paper,
            put_by=seat.by.username,
            put_at=now(),
        )
        record(by=seat.by, deed="experts.meeting_item_put", ref=held.ref, detail={"number": made.number})
    return made


def answer_call(*, seat: Seat, meeting: Meeting, comes: bool) -> Attendance:
    """Says whether one comes. Raises a refusal."""
    policy.may_take_part(seat)
    with transaction.atomic():
        held = _held(meeting)
        _must_be(held, states.PLANNED)
        made, _new = Attendance.objects.update_or_create(
            meeting=held, username=seat.by.username, defaults={"comes": comes, "answered_at": now()}
        )
        record(by=seat.by, deed="experts.meeting_answered", ref=held.ref, detail={"comes": comes})
    return made


def note_attendance(*, seat: Seat, meeting: Meeting, came: list[str]) -> int:
    """Writes down who came, of all that were called; gives how many. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = _held(meeting)
        moment = now()
        known = set(_called_to(held))
        if unknown := sorted(set(came) - known):
            raise BadInput("came", _("«%(name)s» has no seat in this group.") % {"name": unknown[0][:60]})
        noted = {"noted_by": seat.by.username, "noted_at": moment}
        missing = known - set(held.attendance.values_list("username", flat=True))
        Attendance.objects.bulk_create([Attendance(meeting=held, username=name) for name in sorted(missing)])
        held.attendance.filter(username__in=came).update(came=True, **noted)
        held.attendance.exclude(username__in=came).update(came=False, **noted)
        record(by=seat.by, deed="experts.meeting_attended", ref=held.ref, detail={"came": len(came)})
    return len(came)


def decide(*, seat: Seat, meeting: Meeting, text: str) -> Decision:
    """Writes down what the meeting decided. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = _held(meeting)
        if held.state == states.CALLED_OFF:
            raise Refusal("state", _("This meeting was called off."))
        made = Decision.objects.create(
            meeting=held, number=next_number(held.decisions.all()), text=text, by=seat.by.username, at=now()
        )
        record(by=seat.by, deed="experts.meeting_decided", ref=held.ref, detail={"number": made.number})
    return made


def move_meeting(*, seat: Seat, meeting: Meeting, deed: str) -> Meeting:
    """Says that it was held, or calls it off; then whoever was called is told. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = _held(meeting)
        after = states.MEETING_MOVES[deed].get(held.state)
        if after is None:
            raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))
        held.state = after
        held.save(update_fields=["state"])
        done = "experts.meeting_held" if after == states.HELD else "experts.meeting_called_off"
        record(by=seat.by, deed=done, ref=held.ref)
        if after == states.CALLED_OFF:
            tell(to=[(name, held.ref, 1) for name in _called_to(held)], deed=done, by=seat.by)
    return held


def set_action(*, seat: Seat, text: str, owner: str, due_on: Any, meeting: Meeting | None = None) -> ActionPoint:
    """Gives somebody something to do until a day; they are told. Raises a refusal."""
    policy.may_manage(seat)
    name = owner_named(seat, owner)
    moment = now()
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=seat.group.pk)
        made = ActionPoint.objects.create(
            ref=new_ref("AP"),
            group=group,
            meeting=meeting,
            year=moment.year,
            number=next_number(group.action_points.filter(year=moment.year)),
            text=text,
            owner=name,
            due_on=due_on,
            set_by=seat.by.username,
            set_at=moment,
        )
        record(by=seat.by, deed="experts.action_set", ref=made.ref)
        tell(to=[(name, group.pk, 1)], deed="experts.action_set", by=seat.by)
    return made


def answer_action(*, seat: Seat, point: ActionPoint, text: str) -> ActionPoint:
    """Says what was done: the point is done. Raises a refusal."""
    policy.may_do_own(seat, point.owner)
    with transaction.atomic():
        held = ActionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
        if held.done_at is not None:
            raise Refusal("done", _("This is done already."))
        held.answer, held.done_by, held.done_at = text, seat.by.username, now()
        held.save(update_fields=["answer", "done_by", "done_at"])
        record(by=seat.by, deed="experts.action_done", ref=held.ref)
        tell(to=[(held.set_by, held.group_id, 1)], deed="experts.action_done", by=seat.by)
    return held


def remind() -> int:
    """The clock's part: meetings within a week, action points due within a week and again each week they are late."""
    moment = now()
    soon = Meeting.objects.filter(
        state=states.PLANNED, reminded_at=None, begins_at__gt=moment, begins_at__lte=moment + MEETING_SOON
    )
    done = len(run_each(soon, _remind_of_meeting, deed=TASK, ref_of=lambda one: one.ref).done)
    due = ActionPoint.objects.filter(
        Q(reminded_at=None) | Q(reminded_at__lte=moment - AGAIN),
        done_at=None,
        due_on__lte=(moment + ACTION_SOON).date(),
        group__closed_at=None,
    )
    return done + len(run_each(due, _remind_of_action, deed=TASK, ref_of=lambda one: one.ref).done)


def _remind_of_meeting(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(reminded_at=now())
    record(by=NODE, deed="experts.meeting_near", ref=meeting.ref)
    absent = set(meeting.attendance.filter(comes=False).values_list("username", flat=True))
    names = [name for name in _called_to(meeting) if name not in absent]
    tell(to=[(name, meeting.ref, 1) for name in names], deed="experts.meeting_near", by=NODE)


def _remind_of_action(point: ActionPoint) -> None:
    ActionPoint.objects.filter(pk=point.pk).update(reminded_at=now())
    record(by=NODE, deed="experts.action_due", ref=point.ref)
    tell(to=[(point.owner, point.group_id, 1)], deed="experts.action_due", by=NODE)


def _held(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _must_be(meeting: Meeting, state: str) -> None:
    if meeting.state != state:
        raise NotAllowed("state", _("This meeting is over."))
