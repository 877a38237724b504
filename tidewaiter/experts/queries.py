"""Finding groups and what belongs to them; what one may not see is missing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.experts import policy, states
from tidewaiter.experts.models import (
    ActionPoint,
    Group,
    Meeting,
    Member,
    Paragraph,
    Poll,
    Practice,
    Recommendation,
    Report,
    Session,
    Term,
    Thread,
    WorkLine,
)
from tidewaiter.experts.policy import Seat
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Officer


def visible_groups(actor: Actor) -> QuerySet[Group]:
    """The groups a person has a seat in, by title."""
    return Group.objects.filter(policy.visible(actor)).distinct().order_by("title", "pk")


def seat_in(actor: Actor, code: str) -> Seat:
    """A person's seat in a group. Raises `Missing` for absent and unseen alike."""
    group = visible_groups(actor).filter(pk=code).first()
    if group is None:
        raise Missing("no_group", _("There is no such group for you."))
    if policy.is_secretariat(actor):
        return Seat(group, actor, secretariat=True)
    member = group.members.filter(username=actor.username, ended_at=None).first()
    leads = member is not None and member.terms.filter(left_on=None, ends_on__gte=now().date()).exists()
    return Seat(group, actor, member=member, leads=leads)


def seat_within(actor: Actor, code: str) -> Seat:
    """The same, of somebody who has accepted its terms. Raises `TermsFirst` too."""
    seat = seat_in(actor, code)
    policy.must_have_accepted(seat)
    return seat


def seats_of(actor: Actor) -> list[Seat]:
    """All seats of a person; of groups that run, then of closed ones."""
    groups = list(visible_groups(actor).select_related("parent"))
    if policy.is_secretariat(actor):
        return [Seat(group, actor, secretariat=True) for group in groups]
    members = {
        one.group_id: one
        for one in Member.objects.filter(username=actor.username, ended_at=None).prefetch_related("terms")
    }
    today = now().date()

    def leads(member: Member | None) -> bool:
        return member is not None and any(one.left_on is None and one.ends_on >= today for one in member.terms.all())

    return [Seat(group, actor, member=members.get(group.pk), leads=leads(members.get(group.pk))) for group in groups]


def members_seen(seat: Seat) -> list[Member]:
    """The members of a group, by country; for a private member oneself and those who lead it."""
    found = seat.group.members.filter(ended_at=None).prefetch_related("terms").order_by("country", "agency", "username")
    if seat.private:
        leading = Term.objects.filter(group=seat.group, left_on=None).values("member")
        found = found.filter(Q(username=seat.by.username) | Q(pk__in=leading))
    return list(found)


def by_sector(seat: Seat) -> list[dict[str, Any]]:
    """How many members of each sector, and with which standing; nothing for a private member."""
    if seat.private:
        return []
    rows = seat.group.members.filter(ended_at=None).values_list("sector", "standing", "country")
    counted = Counter(sector for sector, _standing, _country in rows)
    standings = Counter((sector, standing) for sector, standing, _country in rows)
    return [
        {
            "sector": sector,
            "number": number,
            "of": [
                (one, standings[sector, one]) for one in ("expert", "observer", "private") if standings[sector, one]
            ],
        }
        for sector, number in counted.most_common()
    ]


def leaders_of(group: Group) -> list[Term]:
    """Who leads it now, the chair first."""
    return list(group.terms_of_office.filter(left_on=None).select_related("member").order_by("office"))


def member_named(seat: Seat, username: str) -> Member:
    """A member of the group by account. Raises `BadInput`."""
    asked = username.strip()
    found = seat.group.members.filter(username=asked, ended_at=None).first()
    if found is None:
        raise BadInput("member", _("«%(name)s» has no seat in this group.") % {"name": asked[:60]})
    return found


def owner_named(seat: Seat, username: str) -> str:
    """Who is to do something: a member, or somebody of the secretariat; nobody named is the person who speaks."""
    name = username.strip() or seat.by.username
    if seat.group.members.filter(username=name, ended_at=None).exists():
        return name
    officer = Officer.objects.filter(username=name, is_active=True).first()
    if officer is not None and policy.is_secretariat(officer):
        return name
    raise BadInput("owner", _("«%(name)s» has no seat in this group.") % {"name": name[:60]})


def owners_of(seat: Seat) -> list[str]:
    """Whom something can be given to."""
    names = list(seat.group.members.filter(ended_at=None).order_by("username").values_list("username", flat=True))
    return names if seat.by.username in names else [seat.by.username, *names]


def paragraph_of(group: Group, said: str) -> Paragraph:
    """A paragraph of the mandate by its number, as `5` or `¶5`. Raises `BadInput`."""
    number = said.strip().lstrip("¶").strip()
    found = None
    if number.isascii() and number.isdigit() and len(number) < 5:
        found = group.paragraphs.filter(number=int(number)).first()
    if found is None:
        raise BadInput("paragraph", _("Say which paragraph of the mandate it rests on, as 5."))
    return found


def action_points_of(seat: Seat) -> QuerySet[ActionPoint]:
    """The action points of the group, what is open first; one's own alone for a private member."""
    found = seat.group.action_points.select_related("meeting").order_by("done_at", "due_on")
    return found.filter(owner=seat.by.username) if seat.private else found


def meetings_of(seat: Seat) -> QuerySet[Meeting]:
    """The meetings of the group, the last first; for a private member those to which they are called."""
    found = seat.group.meetings.order_by("-begins_at")
    return found.filter(for_private=True) if seat.private else found


def polls_of(seat: Seat) -> QuerySet[Poll]:
    """Its polls and position papers, the newest first."""
    found = seat.group.polls.prefetch_related("votes").order_by("-asked_at")
    return found.filter(for_private=True) if seat.private else found


def threads_of(seat: Seat) -> QuerySet[Thread]:
    """Its threads, the last spoken in first."""
    found = seat.group.threads.order_by("-said_at")
    return found.filter(for_private=True) if seat.private else found


def practice_of(seat: Seat) -> QuerySet[Practice]:
    """Its library of practice."""
    found = seat.group.practice.prefetch_related("uses", "sessions__enrolments").order_by("kind", "title")
    return found.filter(for_private=True) if seat.private else found


def sessions_of(seat: Seat) -> QuerySet[Session]:
    """The sessions of its courses, the next ones last."""
    return Session.objects.filter(course__in=practice_of(seat).values("pk")).order_by("begins_on")


def work_of(seat: Seat, year: int) -> list[WorkLine]:
    """The work plan of a year; private members have none."""
    if seat.private:
        return []
    return list(seat.group.work.filter(year=year).select_related("paragraph").order_by("due_on", "pk"))


def recommendations_of(seat: Seat) -> QuerySet[Recommendation]:
    """Its recommendations, the newest first."""
    found = seat.group.recommendations.select_related("paragraph").order_by("-year", "-number")
    return found.none() if seat.private else found


def reports_of(seat: Seat) -> QuerySet[Report]:
    """Its reports, the newest first; for a private member what was delivered."""
    found = seat.group.reports.order_by("-begun_at")
    return found.filter(state=states.DELIVERED) if seat.private else found


def thing_of(found: QuerySet[Any], ref: str, sentence: str = "") -> Any:
    """One of the things a seat sees. Raises `Missing`."""
    one = found.filter(pk=ref).first()
    if one is None:
        raise Missing("missing", sentence or _("There is no such thing in this group."))
    return one


def next_number(found: QuerySet[Any]) -> int:
    """The number after the highest; whoever counts holds the group."""
    return int(found.aggregate(most=Max("number"))["most"] or 0) + 1


def mandate_year(group: Group, today: date) -> tuple[int, int]:
    """In which year of how many a mandate is; of how many is 0 where its duration is unspecified."""
    year = (
        today.year - group.begins_on.year + ((today.month, today.day) >= (group.begins_on.month, group.begins_on.day))
    )
    if group.ends_on is None:
        return max(year, 1), 0
    days = (group.ends_on - group.begins_on).days + 1
    return max(year, 1), max(1, round(days / 365.25))
