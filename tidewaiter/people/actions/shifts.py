"""Deeds of the duty rota."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy, rota
from tidewaiter.people.models import Administration, Handover, Office, Officer, Shift, Swap
from tidewaiter.people.rules import Rule

MOST_WEEKS, MOST_IN_TURN, LONGEST_NOTE = 52, 60, 4000


def give_shift(
    *,
    officer: Officer,
    weekdays: list[int],
    starts: time,
    ends: time,
    time_zone: str,
    by: Actor,
    rule: Rule | None = None,
) -> list[Shift]:
    """Gives a person weekly turns of duty, in the wall-clock time of a zone; an end at or before the start is the next
    day's. The `rule` says from when to when, every how many weeks, for which office, and who else takes it in turn.

    Contacts plan their own administration's rota, stewards everybody's. Raises a refusal.
    """
    policy.may_plan(by, officer.administration_id)
    rule = rule or Rule()
    if time_zone not in available_timezones():
        raise BadInput(
            "time_zone",
            _("«%(zone)s» is not a time zone; they are named like Africa/Nairobi.") % {"zone": time_zone[:60]},
        )
    if not weekdays or any(day not in range(7) for day in weekdays):
        raise BadInput("weekday", _("Choose at least one day of the week."))
    since, names = _checked(rule, officer, time_zone)
    with transaction.atomic():
        if not officer.is_active:
            raise Refusal("closed", _("The account is closed."))
        shifts = [
            Shift(
                administration_id=officer.administration_id,
                officer=officer,
                office=rule.office,
                weekday=day,
                starts=starts,
                ends=ends,
                time_zone=time_zone,
                since=since,
                until=rule.until,
                every=rule.every,
                in_turn=names,
            )
            for day in sorted(set(weekdays))
        ]
        Shift.objects.bulk_create(shifts)
        record(by=by, deed="people.shift_given", ref=f"officer:{officer.username}", detail={"shifts": len(shifts)})
    return shifts


def _checked(rule: Rule, officer: Officer, time_zone: str) -> tuple[date | None, list[str]]:
    """From which day a rule counts, and who takes the turn one after the other. Raises `BadInput`."""
    if rule.since and rule.until and rule.until < rule.since:
        raise BadInput("until", _("It ends before it begins."))
    if not 1 <= rule.every <= MOST_WEEKS:
        raise BadInput("every", _("A turn comes every week, or every few weeks up to 52."))
    if rule.office is not None and rule.office.administration_id != officer.administration_id:
        raise BadInput("office", _("The office is another administration's."))
    names = list(dict.fromkeys([officer.username, *rule.in_turn])) if rule.in_turn else []
    if len(names) > MOST_IN_TURN:
        raise BadInput("in_turn", _("Sixty people may take a turn one after the other."))
    known = Officer.objects.filter(username__in=names, is_active=True, administration=officer.administration_id)
    if unknown := sorted(set(names) - set(known.values_list("username", flat=True))):
        raise BadInput(
            "in_turn", _("«%(name)s» has no open account in this administration.") % {"name": unknown[0][:60]}
        )
    counted = bool(names) or rule.every > 1
    return rule.since or (now().astimezone(ZoneInfo(time_zone)).date() if counted else None), names


def end_shift(*, shift: Shift, by: Actor) -> None:
    """Takes a turn of duty off the rota. Raises a refusal."""
    policy.may_plan(by, shift.administration_id)
    with transaction.atomic():
        record(by=by, deed="people.shift_ended", ref=f"officer:{shift.officer.username}")
        Shift.objects.filter(pk=shift.pk).delete()


def swap_shift(*, shift: Shift, day: date, officer: Officer | None, by: Actor) -> Swap:
    """Gives one turn of one day to somebody else, or lets it fall away where nobody is named; said again, the last
    word holds. Whoever plans the rota, or has the turn and names a colleague. Raises a refusal.
    """
    begins = datetime.combine(day, shift.starts, ZoneInfo(shift.time_zone))
    if day.weekday() != shift.weekday or not rota.falls_on(shift, day):
        raise BadInput("day", _("The turn does not begin on %(day)s.") % {"day": day.isoformat()})
    if begins < now():
        raise BadInput("day", _("The turn of %(day)s has begun: what was is not changed.") % {"day": day.isoformat()})
    holder = rota.whose(shift, day) or shift.officer.username
    if holder != by.username or officer is None:
        policy.may_plan(by, shift.administration_id)
    if officer is not None and (not officer.is_active or officer.administration_id != shift.administration_id):
        raise BadInput("officer", _("Name somebody with an open account in this administration."))
    with transaction.atomic():
        made, _new = Swap.objects.update_or_create(
            shift=shift, day=day, defaults={"officer": officer, "by": by.username, "at": now()}
        )
        record(by=by, deed="people.shift_swapped", ref=f"officer:{officer.username if officer else holder}")
    return made


def hand_over(*, home: Administration, text: str, by: Actor, office: Office | None = None) -> Handover:
    """Leaves a note for whoever comes on duty next. Those of the administration. Raises a refusal."""
    policy.may_see_rota(by, home.code)
    said = text.replace("\r\n", "\n").strip()
    if not said or len(said) > LONGEST_NOTE:
        raise BadInput("text", _("Write something for the next, up to 4,000 signs."))
    with transaction.atomic():
        made = Handover.objects.create(administration=home, office=office, by=by.username, at=now(), text=said)
        record(by=by, deed="people.handed_over", ref=f"administration:{home.code}")
    return made
