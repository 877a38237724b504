"""Deeds with groups: opening, mandate, terms, admission, who leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories.actions import let_read, no_longer_read, open_collection
from tidewaiter.advisories.models import Collection
from tidewaiter.cases.policy import INT
from tidewaiter.experts import policy
from tidewaiter.experts.models import Group, Member, Paragraph, Term
from tidewaiter.experts.policy import EVERYBODYS, TERMS, Seat
from tidewaiter.experts.words import SECTORS, STANDINGS
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

TASK = "terms_of_office_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What a group is opened for."""

    begins_on: date
    ends_on: date | None = None
    reports_to: str = ""
    purpose: str = ""
    confirmed_on: date | None = None
    updated_on: date | None = None
    paragraphs: Sequence[tuple[str, str]] = ()
    terms: str = TERMS


def open_group(*, code: str, title: str, mandate: Mandate, by: Actor, parent: Group | None = None) -> Group:
    """Opens a group, or a sub-group, with the paragraphs of its mandate. Raises a refusal."""
    policy.must_open_groups(by)
    if mandate.ends_on is not None and mandate.ends_on <= mandate.begins_on:
        raise BadInput("ends_on", _("A mandate ends after it begins."))
    moment = now()
    with transaction.atomic():
        if Group.objects.filter(pk=code).exists():
            raise Refusal("taken", _("There is a group of this code already."))
        if parent is not None and parent.parent_id:
            raise BadInput("parent", _("A sub-group has no sub-groups."))
        group = Group.objects.create(
            code=code,
            title=title,
            parent=parent,
            purpose=mandate.purpose,
            reports_to=mandate.reports_to,
            confirmed_on=mandate.confirmed_on,
            updated_on=mandate.updated_on,
            begins_on=mandate.begins_on,
            ends_on=mandate.ends_on,
            terms=mandate.terms,
            opened_by=by.username,
            opened_at=moment,
        )
        Paragraph.objects.bulk_create(
            [
                Paragraph(group=group, number=n, title=head, text=text)
                for n, (head, text) in enumerate(mandate.paragraphs, 1)
            ]
        )
        record(by=by, deed="experts.group_opened", ref=code)
        collection = open_collection(code=code, title=title, by=by)
        let_read(collection=collection, kind="administration", value=INT, ceiling="RED", writes=True, by=by)
    return group


def open_group_of_all(*, by: Actor = NODE) -> Group:
    """The group of all experts, which a central node begins with; said again it changes nothing."""
    with transaction.atomic():
        group, new = Group.objects.get_or_create(
            pk=EVERYBODYS,
            defaults={
                "title": "Experts",
                "reports_to": "Enforcement Committee",
                "begins_on": now().date(),
                "terms": TERMS,
                "opened_by": by.username,
                "opened_at": now(),
            },
        )
        if new:
            record(by=by, deed="experts.group_opened", ref=group.pk)
    return group


def mend_group(*, seat: Seat, changes: dict[str, Any]) -> Group:
    """Confirms or updates the mandate, or writes the terms anew: then every member accepts them again."""
    policy.may_manage(seat)
    with transaction.atomic():
        group = _held(seat.group)
        if changes.get("terms", group.terms) != group.terms:
            changes = {**changes, "terms_version": group.terms_version + 1}
            for member in group.members.filter(ended_at=None):
                _reads_no_more(group=group, username=member.username, by=seat.by)
        for name, value in changes.items():
            setattr(group, name, value)
        if group.ends_on is not None and group.ends_on <= group.begins_on:
            raise BadInput("ends_on", _("A mandate ends after it begins."))
        group.save()
        record(by=seat.by, deed="experts.mandate_updated", ref=group.pk, detail={"fields": sorted(changes)})
    return group


def write_paragraph(*, seat: Seat, number: int, title: str, text: str) -> Paragraph:
    """Writes a paragraph of the mandate, or writes it anew; numbers have no holes."""
    policy.may_manage(seat)
    with transaction.atomic():
        group = _held(seat.group)
        if number > group.paragraphs.count() + 1:
            raise BadInput("number", _("Paragraphs are numbered without holes."))
        made, _new = Paragraph.objects.update_or_create(
            group=group, number=number, defaults={"title": title, "text": text}
        )
        group.updated_on = now().date()
        group.save(update_fields=["updated_on"])
        record(by=seat.by, deed="experts.mandate_updated", ref=group.pk, detail={"paragraph": number})
    return made


def close_group(*, seat: Seat) -> Group:
    """Ends a group: what it made stays to be read by its members."""
    policy.may_manage(seat)
    with transaction.atomic():
        group = _held(seat.group)
        group.closed_by, group.closed_at = seat.by.username, now()
        group.save(update_fields=["closed_by", "closed_at"])
        record(by=seat.by, deed="experts.group_closed", ref=group.pk)
    return group


def accept_terms(*, seat: Seat, version: int) -> Member:
    """Promises what the group's terms say, as they were read: nothing of the group is seen before."""
    if seat.group.closed_at is not None:
        raise Refusal("closed", _("The group is closed: what it made stays to be read."))
    moment = now()
    with transaction.atomic():
        group = _held(seat.group)
        if version != group.terms_version:
            raise Refusal("terms_changed", _("The terms were written anew meanwhile: read them again."))
        member = seat.member
        if member is None:
            if seat.secretariat:
                raise Refusal("secretariat", _("The secretariat keeps the terms by its office."))
            member = _seated(group=group, officer=seat.by, sector="customs", standing=policy.OBSERVER, by=NODE)
        Member.objects.filter(pk=member.pk).update(accepted_at=moment, accepted_version=version)
        record(by=seat.by, deed="experts.terms_accepted", ref=group.pk, detail={"version": version})
        member.refresh_from_db()
        _reads_now(member=member, by=seat.by)
    return member


def _reads_now(*, member: Member, by: Actor) -> None:
    """The warnings of the group: nothing of it is read before its terms were accepted."""
    collection = Collection.objects.filter(code=member.group_id).first()
    if collection is not None:
        ceiling = "AMBER" if member.standing == policy.PRIVATE else "AMBER+STRICT"
        writes = member.standing == policy.EXPERT
        let_read(collection=collection, kind="person", value=member.username, ceiling=ceiling, writes=writes, by=by)


def _reads_no_more(*, group: Group, username: str, by: Actor) -> None:
    collection = Collection.objects.filter(code=group.pk).first()
    if collection is not None:
        no_longer_read(collection=collection, kind="person", value=username, by=by)


def admit_member(*, seat: Seat, officer: Officer, sector: str, standing: str, agency: str = "") -> Member:
    """Gives somebody a seat; private people have the narrower standing. Raises a refusal."""
    policy.may_manage(seat)
    if sector not in SECTORS or standing not in STANDINGS:
        raise BadInput("sector", _("Choose a sector and a standing."))
    if (sector == "private") != (standing == policy.PRIVATE):
        raise BadInput("standing", _("The private sector has the narrower view, and nobody else."))
    with transaction.atomic():
        group = _held(seat.group)
        if group.members.filter(username=officer.username, ended_at=None).exists():
            raise Refusal("seated", _("This person has a seat in the group already."))
        member = _seated(group=group, officer=officer, sector=sector, standing=standing, by=seat.by, agency=agency)
        tell(to=[(officer.username, group.pk, 1)], deed="experts.admitted", by=seat.by)
    return member


def _seated(*, group: Group, officer: Actor, sector: str, standing: str, by: Actor, agency: str = "") -> Member:
    member = Member.objects.create(
        group=group,
        username=officer.username,
        country=officer.administration_code,
        agency=agency,
        sector=sector,
        standing=standing,
        admitted_by=by.username,
        admitted_at=now(),
    )
    record(by=by, deed="experts.admitted", ref=group.pk, detail={"sector": sector, "standing": standing})
    return member


def end_membership(*, seat: Seat, member: Member, reason: str = "") -> Member:
    """Ends a seat: one's own, or another's for those who look after the group; an office ends with it."""
    if member.username != seat.by.username:
        policy.may_manage(seat)
    with transaction.atomic():
        group = _held(seat.group)
        held = Member.objects.select_for_update().get(pk=member.pk)
        if held.ended_at is not None:
            raise Refusal("ended", _("This seat has ended already."))
        held.ended_by, held.ended_at, held.reason = seat.by.username, now(), reason
        held.save(update_fields=["ended_by", "ended_at", "reason"])
        Term.objects.filter(member=held, left_on=None).update(left_on=now().date())
        _reads_no_more(group=group, username=held.username, by=seat.by)
        record(by=seat.by, deed="experts.seat_ended", ref=group.pk)
        tell(to=[(held.username, group.pk, 1)], deed="experts.seat_ended", by=seat.by)
    return held


def appoint(*, seat: Seat, member: Member, office: str, ends_on: date) -> Term:
    """Makes a member chair or vice-chair from today; whoever was it before has left. Raises a refusal."""
    policy.may_manage(seat)
    today = now().date()
    if ends_on <= today:
        raise BadInput("ends_on", _("A term ends after today."))
    if member.standing != policy.EXPERT:
        raise Refusal("standing", _("An expert leads the group: observers and private members do not."))
    with transaction.atomic():
        group = _held(seat.group)
        before = Term.objects.filter(group=group, left_on=None)
        for one in before.filter(office=office) | before.filter(member=member):
            one.left_on = max(today, one.begins_on)
            one.save(update_fields=["left_on"])
        made = Term.objects.create(
            group=group,
            member=member,
            office=office,
            begins_on=today,
            ends_on=ends_on,
            appointed_by=seat.by.username,
            appointed_at=now(),
        )
        record(by=seat.by, deed="experts.appointed", ref=group.pk, detail={"office": office})
        tell(to=[(member.username, group.pk, 1)], deed="experts.appointed", by=seat.by)
    return made


def call_for_elections() -> int:
    """The clock's part: 30 days before a term ends those who look after the group are told. Gives how many."""
    last = date.fromordinal(now().date().toordinal() + 30)
    ending = Term.objects.filter(left_on=None, reminded_at=None, ends_on__lte=last).select_related("group", "member")
    return len(run_each(ending, _call, deed=TASK, ref_of=lambda one: f"term:{one.pk}").done)


def _call(term: Term) -> None:
    Term.objects.filter(pk=term.pk).update(reminded_at=now())
    names = {one.member.username for one in term.group.terms_of_office.filter(left_on=None).select_related("member")}
    record(by=NODE, deed="experts.term_ends", ref=term.group_id, detail={"office": term.office})
    tell(to=[(name, term.group_id, 1) for name in sorted(names)], deed="experts.term_ends", by=NODE)


def _held(group: Group) -> Group:
    return Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
