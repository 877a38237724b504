"""Deeds with reports: beginning, writing, freezing the figures, agreeing, delivering to the library."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.experts import policy, states
from tidewaiter.experts.figures import figures_of
from tidewaiter.experts.models import Member, Report, Section
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import next_number, owner_named
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.library.actions import Written, hand_in
from tidewaiter.notices.actions import tell

_DONE = {
    "circulate": "experts.report_circulated",
    "take_back": "experts.report_taken_back",
    "agree": "experts.report_agreed",
    "drop": "experts.report_dropped",
    "deliver": "experts.report_delivered",
}
MARKS = ("CLEAR", "GREEN", "AMBER")
"""Unclassified: what goes into the library for others than the group."""


def begin_report(*, seat: Seat, kind: str, titles: dict[str, str], year: int, sections: list[str]) -> Report:
    """Begins a report with its chapters, each to be given to an author. Raises a refusal."""
    policy.may_manage(seat)
    with transaction.atomic():
        made = Report.objects.create(
            ref=new_ref("EO"),
            group=seat.group,
            kind=kind,
            titles=titles,
            year=year,
            begun_by=seat.by.username,
            begun_at=now(),
        )
        Section.objects.bulk_create(
            [
                Section(report=made, number=n, titles={"en": one[:200]}, author=seat.by.username)
                for n, one in enumerate(sections, 1)
            ]
        )
        record(by=seat.by, deed="experts.report_begun", ref=made.ref, detail={"kind": kind})
    return made


def give_section(*, seat: Seat, report: Report, number: int, titles: dict[str, str], author: str) -> Section:
    """Gives a chapter to an author, or adds one after the last; the author is told. Raises a refusal."""
    policy.may_manage(seat)
    name = owner_named(seat, author)
    with transaction.atomic():
        held = _held(report)
        _must_be_open(held)
        if number > held.sections.count() + 1:
            raise BadInput("number", _("Chapters are numbered without holes."))
        section = held.sections.filter(number=number).first()
        if section is None:
            section = Section.objects.create(report=held, number=next_number(held.sections.all()), author=name)
        section.titles, section.author = {**section.titles, **titles}, name
        section.save(update_fields=["titles", "author"])
        record(by=seat.by, deed="experts.report_section_given", ref=held.ref, detail={"number": section.number})
        tell(to=[(name, held.ref, 1)], deed="experts.report_section_given", by=seat.by)
    return section


def write_section(*, seat: Seat, report: Report, number: int, lang: str, title: str, text: str) -> Section:
    """Writes a chapter in a language; by its author, or whoever looks after the group. Raises a refusal."""
    policy.may_work(seat)
    with transaction.atomic():
        held = _held(report)
        _must_be_open(held)
        section = held.sections.select_for_update().filter(number=number).first()
        if section is None:
            raise BadInput("number", _("The report has no chapter %(n)s.") % {"n": number})
        policy.may_do_own(seat, section.author)
        if title:
            section.titles = {**section.titles, lang: title}
        section.texts = {**section.texts, lang: text}
        section.written_by, section.written_at = seat.by.username, now()
        section.save()
        record(by=seat.by, deed="experts.report_written", ref=held.ref, detail={"number": number, "lang": lang})
    return section


def freeze_figures(*, seat: Seat, report: Report) -> Report:
    """Takes the figures of the report's year as they stand now: they change no more unless they are frozen again."""
    policy.may_manage(seat)
    with transaction.atomic():
        held = _held(report)
        _must_be_open(held)
        held.figures = figures_of(seat.group, held.year)
        held.frozen_by, held.frozen_at = seat.by.username, now()
        held.save(update_fields=["figures", "frozen_by", "frozen_at"])
        record(by=seat.by, deed="experts.report_frozen", ref=held.ref, detail={"year": held.year})
    return held


def move_report(*, seat: Seat, report: Report, deed: str, handling: str = "AMBER", audience: str = "members") -> Report:
    """Circulates a report to the members, takes it back, agrees it, drops it, or delivers it: then it waits in the
    library for the approval that everything there has. Raises a refusal.
    """
    policy.may_manage(seat)
    with transaction.atomic():
        held = _held(report)
        after = states.MOVES[deed].get(held.state)
        if after is None:
            raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))
        if deed == "agree" and held.frozen_at is None:
            raise Refusal("figures", _("Freeze the figures first: what is agreed changes no more."))
        if deed == "deliver":
            held.item = _handed_in(seat, held, handling, audience)
        held.state, held.moved_by, held.moved_at = after, seat.by.username, now()
        held.save()
        record(by=seat.by, deed=_DONE[deed], ref=held.ref)
        tell(to=[(name, held.ref, 1) for name in _readers(held)], deed=_DONE[deed], by=seat.by)
    return held


def _readers(report: Report) -> list[str]:
    members = Member.objects.filter(group=report.group_id, ended_at=None)
    if report.state != states.DELIVERED:
        members = members.exclude(standing=policy.PRIVATE)
    return sorted(members.values_list("username", flat=True))


def _handed_in(seat: Seat, report: Report, handling: str, audience: str) -> str:
    if handling not in MARKS:
        raise BadInput("handling", _("What goes into the library is unclassified: CLEAR, GREEN or AMBER."))
    texts: dict[str, tuple[str, str]] = {}
    sections = list(report.sections.order_by("number"))
    for lang, title in report.titles.items():
        parts = [f"## {one.titles.get(lang, '')}\n\n{one.texts[lang]}" for one in sections if one.texts.get(lang)]
        texts[lang] = (title, "\n\n".join(parts))
    said = Written(kind="report", texts=texts, audience=audience, handling=handling)
    return hand_in(said=said, by=seat.by).ref


def _held(report: Report) -> Report:
    return Report.objects.select_for_update(of=("self",)).get(pk=report.pk)


def _must_be_open(report: Report) -> None:
    if report.state not in (states.BEGUN, states.CIRCULATED):
        raise Refusal("state", _("This report is written no more: take it back first."))
