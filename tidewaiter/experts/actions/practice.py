"""Deeds of the library of practice: offering, saying that it was used, sessions of courses and who completed them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.experts import policy
from tidewaiter.experts.models import Enrolment, Practice, Session, Use
from tidewaiter.experts.policy import Seat
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell

MOST_MATERIALS = 40


def offer_practice(*, seat: Seat, said: dict[str, Any], practice: Practice | None = None) -> Practice:
    """Puts something that works into the library of practice, or writes it anew as the next version."""
    policy.may_take_part(seat)
    if len(said["materials"]) > MOST_MATERIALS:
        raise BadInput("materials", _("Name forty materials at most."))
    changed = {"changed_by": seat.by.username, "changed_at": now()}
    with transaction.atomic():
        if practice is None:
            practice = Practice.objects.create(
                ref=new_ref("EB"),
                group=seat.group,
                offered_by=seat.by.username,
                offered_at=now(),
                **{**said, "for_private": said["for_private"] or seat.private},
                **changed,
            )
        else:
            practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
            policy.may_do_own(seat, practice.offered_by)
            for name, value in {**said, **changed, "version": practice.version + 1}.items():
                setattr(practice, name, value)
            practice.save()
        record(by=seat.by, deed="experts.practice_offered", ref=practice.ref, version=practice.version)
    return practice


def use_practice(*, seat: Seat, practice: Practice, note: str) -> Use:
    """Says that one's country has used it, and how it went."""
    policy.may_take_part(seat)
    with transaction.atomic():
        made, _new = Use.objects.update_or_create(
            practice=practice,
            country=seat.by.administration_code,
            defaults={"version": practice.version, "note": note, "by": seat.by.username, "at": now()},
        )
        record(by=seat.by, deed="experts.practice_used", ref=practice.ref, version=practice.version)
        tell(to=[(practice.offered_by, practice.group_id, 1)], deed="experts.practice_used", by=seat.by)
    return made


def plan_session(
    *, seat: Seat, course: Practice, begins_on: date, ends_on: date, place: str, language: str, seats: int
) -> Session:
    """Holds a course at a place on some days. Raises a refusal."""
    policy.may_manage(seat)
    if course.kind != "course":
        raise BadInput("course", _("Only a training course has sessions."))
    if ends_on < begins_on:
        raise BadInput("ends_on", _("A session ends after it begins."))
    with transaction.atomic():
        made = Session.objects.create(
            ref=new_ref("ES"),
            course=course,
            begins_on=begins_on,
            ends_on=ends_on,
            place=place,
            language=language,
            seats=seats,
            by=seat.by.username,
            at=now(),
        )
        record(by=seat.by, deed="experts.session_planned", ref=made.ref, detail={"seats": seats})
    return made


def enrol(*, seat: Seat, session: Session) -> Enrolment:
    """Takes a seat in a session, while there is one. Raises a refusal."""
    policy.may_take_part(seat)
    with transaction.atomic():
        held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        known = held.enrolments.filter(username=seat.by.username).first()
        if known is not None:
            return known
        if held.ends_on < now().date():
            raise Refusal("over", _("This session is over."))
        if held.enrolments.count() >= held.seats:
            raise Refusal("full", _("All seats of this session are taken."))
        made = Enrolment.objects.create(ref=new_ref("EC"), session=held, username=seat.by.username, enrolled_at=now())
        record(by=seat.by, deed="experts.enrolled", ref=held.ref)
    return made


def complete(*, seat: Seat, session: Session, usernames: list[str]) -> int:
    """Says who has completed a session: each may print a certificate. Gives how many. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if held.begins_on > now().date():
            raise Refusal("early", _("This session has not begun."))
        waiting = {one.username: one for one in held.enrolments.filter(completed_at=None)}
        if unknown := sorted(set(usernames) - set(waiting)):
            raise BadInput("completed", _("«%(name)s» waits for no certificate.") % {"name": unknown[0][:60]})
        found = held.enrolments.filter(username__in=usernames, completed_at=None)
        done = found.update(completed_by=seat.by.username, completed_at=now())
        record(by=seat.by, deed="experts.completed", ref=held.ref, detail={"completed": done})
        tell(to=[(name, seat.group.pk, 1) for name in usernames], deed="experts.completed", by=seat.by)
    return done
