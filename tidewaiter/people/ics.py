"""A rota as a calendar file (RFC 5545), its turns as moments: swaps, rounds and changes of clocks are in it already."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event

from tidewaiter.foundation.moments import now
from tidewaiter.people.duty import rota_of
from tidewaiter.people.models import Administration, Office

DAYS = 90


def calendar_of(home: Administration, office: Office | None = None, *, only: str = "", days: int = DAYS) -> bytes:
    """The turns of the next days, each as an event in UTC; of one account alone where it is named."""
    moment = now()
    calendar = Calendar()
    calendar.add("prodid", "-//Tidewaiter//duty rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{office.name if office else home.name}")
    for watch in rota_of(home.code, office).watches(moment, moment + timedelta(days=days)):
        if only and watch.officer.username != only:
            continue
        event = Event()
        event.add("uid", f"{watch.shift.pk}-{watch.day}@{settings.NODE_NAME}")
        event.add("dtstamp", moment)
        event.add("dtstart", watch.begins)
        event.add("dtend", watch.ends)
        event.add("summary", gettext("On duty: %(name)s") % {"name": watch.officer.display_name})
        event.add("location", office.name if office else home.name)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
