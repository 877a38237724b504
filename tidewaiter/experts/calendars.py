"""Meetings and action points as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event

from tidewaiter.experts import states
from tidewaiter.experts.models import ActionPoint, Group, Meeting
from tidewaiter.foundation.moments import now


def calendar_of(group: Group, meetings: Iterable[Meeting], points: Iterable[ActionPoint] = ()) -> bytes:
    """Meetings as events with their agenda, open action points as to-dos of a day; what was called off says so."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tidewaiter//expert groups//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", group.title)
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting.ref}@{settings.NODE_NAME}")
        event.add("dtstamp", now())
        event.add("dtstart", meeting.begins_at)
        event.add("dtend", meeting.ends_at)
        event.add("summary", f"{group.title}: {meeting.title}")
        event.add("location", meeting.place or gettext("on line"))
        event.add("status", "CANCELLED" if meeting.state == states.CALLED_OFF else "CONFIRMED")
        agenda = [f"{one.number}. {one.title}" for one in sorted(meeting.agenda.all(), key=lambda one: one.number)]
        event.add("description", "\n".join(agenda))
        calendar.add_component(event)
    for point in points:
        event = Event()
        event.add("uid", f"{point.ref}@{settings.NODE_NAME}")
        event.add("dtstamp", now())
        event.add("dtstart", point.due_on)
        event.add("summary", f"{point.reference}: {point.text[:200]}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
