"""Deeds of the duty rota."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.models import Officer, Shift


def give_shift(
    *, officer: Officer, weekdays: list[int], starts: time, ends: time, time_zone: str, by: Actor
) -> list[Shift]:
    """Gives a person weekly turns of duty, in the wall-clock time of a zone; an end
    at or before the start is the next day's.

    Contacts plan their own administration's rota, stewards everybody's. Raises a refusal.
    """
    policy.may_plan(by, officer.administration_id)
    if time_zone not in available_timezones():
        raise BadInput(
            "time_zone",
            _("«%(zone)s» is not a time zone; they are named like Africa/Nairobi.") % {"zone": time_zone[:60]},
        )
    if not weekdays or any(day not in range(7) for day in weekdays):
        raise BadInput("weekday", _("Choose at least one day of the week."))
    with transaction.atomic():
        if not officer.is_active:
            raise Refusal("closed", _("The account is closed."))
        shifts = [
            Shift(
                administration_id=officer.administration_id,
                officer=officer,
                weekday=day,
                starts=starts,
                ends=ends,
                time_zone=time_zone,
            )
            for day in sorted(set(weekdays))
        ]
        Shift.objects.bulk_create(shifts)
        record(by=by, deed="people.shift_given", ref=f"officer:{officer.username}", detail={"shifts": len(shifts)})
    return shifts


def end_shift(*, shift: Shift, by: Actor) -> None:
    """Takes a turn of duty off the rota. Raises a refusal."""
    policy.may_plan(by, shift.administration_id)
    with transaction.atomic():
        record(by=by, deed="people.shift_ended", ref=f"officer:{shift.officer.username}")
        Shift.objects.filter(pk=shift.pk).delete()
