"""The demo's mail: who has duty, whom one calls, and letters about the story. All of it is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from tidewaiter.mail.actions import open_letters, send_mail
from tidewaiter.mail.models import Thread
from tidewaiter.mail.written import Written
from tidewaiter.people.actions import give_shift, keep_contact_point
from tidewaiter.people.actions.contact_points import Point
from tidewaiter.people.models import ContactPoint, Officer, Shift
from tidewaiter.people.queries import officer_named
from tidewaiter.people.rules import Rule

STORY = ("t.kiplagat", "a.wanjiru", "k.boateng", "g.mensah")
"""Officer and contact point at home, one abroad, and who has duty abroad."""
AT_HOME = ("t.kiplagat", "a.wanjiru", "n.achieng", "g.atieno")
"""The same among the people of a national node's demo."""
WEEK = list(range(7))
POINTS = (
    Point("FR", "Permanence (invented)", "+33 1 5550 0100", languages=["fr", "en"], time_zone="Europe/Paris"),
    Point(
        "UG",
        "Risk desk (invented)",
        "+256 41 555 0100",
        languages=["en"],
        opens=time(8),
        closes=time(17),
        weekdays=[0, 1, 2, 3, 4],
        time_zone="Africa/Kampala",
    ),
    Point("KR", "Night desk (invented)", "+82 2 5550 0100", opens=time(18), closes=time(8), time_zone="Asia/Seoul"),
)


def fill_mail_at_home(say: Callable[[str], None]) -> None:
    """The same on a national node."""
    fill_mail(say, AT_HOME)


def fill_mail(_say: Callable[[str], None], story: tuple[str, str, str, str] = STORY) -> None:
    """A rota, contact points and three threads, one of them waiting for an answer. Nothing where there is any already,
    or where the people of the story are not.
    """
    if Officer.objects.filter(username__in=story, is_active=True).count() < len(story):
        return
    officer, contact, abroad, duty = map(officer_named, story)
    at_home = duty.administration == contact.administration
    head, desk = (contact, duty.username) if at_home else (abroad, f"administration:{abroad.administration.code}")
    if not Shift.objects.exists():
        rule = Rule(in_turn=[officer.username])
        night: dict[str, Any] = {"starts": time(18), "ends": time(6), "time_zone": "Africa/Nairobi"}
        day: dict[str, Any] = {"starts": time(6), "ends": time(18), "time_zone": "Africa/Nairobi"}
        give_shift(officer=contact, weekdays=WEEK, by=contact, rule=rule, **day)
        give_shift(officer=officer, weekdays=[0, 1, 2, 3, 4, 5], by=contact, **night)
        give_shift(officer=duty, weekdays=WEEK, starts=time(0), ends=time(0), time_zone="Africa/Accra", by=head)
    if not ContactPoint.objects.exists():
        for point in POINTS:
            keep_contact_point(said=point, by=contact)
    if Thread.objects.exists():
        return
    first = send_mail(
        said=Written(
            to=[contact.username],
            subject="Pump housings of the same maker again",
            text="Two more crates stand at the yard. The weight is off by eight per cent. Do we scan or open?",
            due="+4",
        ),
        by=officer,
    )
    open_letters(letters=[first], by=contact)
    send_mail(
        said=Written(text="Scan first, with a scale beside it. I ask for the papers.", read_up_to=first.pk),
        by=contact,
        answers=first,
    )
    send_mail(
        said=Written(
            to=[desk],
            subject="Consignee of the housings has an address in Tema",
            text="Do you know this warehouse? The bill of lading names it as second consignee.",
            handling="AMBER",
            due="+72",
        ),
        by=contact,
    )
    send_mail(
        said=Written(
            to=["administration:KE"],
            subject="Vessel is due tonight",
            text="The ship with the third crate berths at 23:40. Somebody should be there.",
            urgent=True,
        ),
        by=abroad,
    )
