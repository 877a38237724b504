"""Deeds of contact points: keeping them, and the monthly call that shows whether somebody answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.models import ContactPoint

OUTCOMES = ("answered", "late", "no_answer", "wrong")
"""Of a test call: somebody answered; after a long wait; nobody; the number or address is another's."""
A_MONTH = timedelta(days=31)


@dataclass(slots=True)
class Point:
    """What is said of a contact point."""

    country: str
    name: str
    phone: str = ""
    email: str = ""
    languages: list[str] = field(default_factory=list)
    opens: time | None = None
    closes: time | None = None
    weekdays: list[int] = field(default_factory=list)
    time_zone: str = "UTC"


def keep_contact_point(*, said: Point, by: Actor) -> ContactPoint:
    """Keeps a contact point of a country, or what is said anew of one with that name. Contact points and stewards.

    Raises `BadInput`, or a refusal.
    """
    policy.may_keep_contacts(by)
    fields = _checked(said)
    with transaction.atomic():
        made, _new = ContactPoint.objects.update_or_create(
            country=said.country,
            name=read_name(said.name, 200),
            defaults={**fields, "kept_by": by.username, "kept_at": now()},
            create_defaults={**fields, "kept_by": by.username, "kept_at": now(), "ref": new_ref("CP")},
        )
        record(by=by, deed="people.contact_point_kept", ref=made.ref)
    return made


def _checked(said: Point) -> dict[str, object]:
    if said.country not in list_view("country").codes:
        raise BadInput("country", _("«%(code)s» is no country: give its two letters.") % {"code": said.country[:20]})
    if not read_name(said.name, 200):
        raise BadInput("name", _("Give the contact point a name."))
    phone, email = read_name(said.phone, 40), read_name(said.email, 200)
    if not phone and not email:
        raise BadInput("phone", _("Give a telephone number or a mail address."))
    if phone and not set(phone) <= set("+0123456789 ()-/."):
        raise BadInput("phone", _("«%(said)s» is no telephone number: write +254 20 123456.") % {"said": phone})
    if email and ("@" not in email or " " in email):
        raise BadInput("email", _("«%(said)s» is no mail address.") % {"said": email[:60]})
    if said.time_zone not in available_timezones():
        raise BadInput(
            "time_zone",
            _("«%(zone)s» is not a time zone; they are named like Africa/Nairobi.") % {"zone": said.time_zone[:60]},
        )
    if (said.opens is None) != (said.closes is None):
        raise BadInput("opens", _("Give both hours, or none for around the clock."))
    if any(day not in range(7) for day in said.weekdays):
        raise BadInput("weekday", _("Choose days of the week: Monday is 0, Sunday is 6."))
    languages = [one.strip().lower()[:8] for one in said.languages if one.strip()][:20]
    return {
        "phone": phone,
        "email": email,
        "languages": languages,
        "opens": said.opens,
        "closes": said.closes,
        "weekdays": sorted(set(said.weekdays)),
        "time_zone": said.time_zone,
    }


def try_contact_point(*, point: ContactPoint, outcome: str, by: Actor) -> ContactPoint:
    """Says what came of calling a contact point. Raises `BadInput`, or a refusal."""
    policy.may_test_contacts(by)
    if outcome not in OUTCOMES:
        raise BadInput(
            "outcome",
            _("«%(said)s» is no outcome. There are: %(all)s.") % {"said": outcome[:20], "all": ", ".join(OUTCOMES)},
        )
    with transaction.atomic():
        ContactPoint.objects.filter(pk=point.pk).update(
            tested_at=now(), tested_by=by.username, outcome=outcome, due_told_at=None
        )
        record(by=by, deed="people.contact_point_tried", ref=point.ref, detail={"outcome": outcome})
    point.refresh_from_db()
    return point


def drop_contact_point(*, point: ContactPoint, by: Actor) -> None:
    """Takes a contact point off the list. Contact points and stewards. Raises a refusal."""
    policy.may_keep_contacts(by)
    with transaction.atomic():
        record(by=by, deed="people.contact_point_dropped", ref=point.ref)
        ContactPoint.objects.filter(pk=point.pk).delete()


def remind_of_tests() -> int:
    """Reminds whoever keeps a contact point that it was not tried for a month; once, until it is. Gives how many."""
    untold = ContactPoint.objects.filter(due_told_at=None, kept_at__lt=now() - A_MONTH)
    due = untold.filter(tested_at=None) | untold.filter(tested_at__lt=now() - A_MONTH)
    points = list(due[:200])
    for point in points:
        with transaction.atomic():
            ContactPoint.objects.filter(pk=point.pk).update(due_told_at=now())
            record(by=NODE, deed="people.contact_test_due", ref=f"officer:{point.kept_by}")
    return len(points)
