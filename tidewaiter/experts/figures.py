"""The figures of a report, as they stand when they are frozen: numbers and codes alone, nothing that anybody wrote."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from statistics import median
from typing import Any

from tidewaiter.advisories.models import Advisory, Reach, Sighting
from tidewaiter.cases.policy import INT
from tidewaiter.experts import states
from tidewaiter.experts.models import Enrolment, Group, Response


def figures_of(group: Group, year: int) -> dict[str, Any]:
    """What happened in a group in a year."""
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    members = list(group.members.filter(admitted_at__lt=ends, ended_at=None).values_list("sector", "country"))
    points = group.action_points.filter(set_at__gte=begins, set_at__lt=ends)
    completed = Enrolment.objects.filter(session__course__group=group, completed_at__gte=begins, completed_at__lt=ends)
    needs = Response.objects.filter(round__group=group, round__opened_at__gte=begins, round__opened_at__lt=ends)
    return {
        "year": year,
        "members": dict(sorted(Counter(sector for sector, _country in members).items())),
        "countries": len({country for _sector, country in members} - {INT}),
        "meetings": group.meetings.filter(state=states.HELD, begins_at__gte=begins, begins_at__lt=ends).count(),
        "action_points": points.count(),
        "action_points_done": points.exclude(done_at=None).count(),
        "work": dict(sorted(Counter(group.work.filter(year=year).values_list("state", flat=True)).items())),
        "recommendations": dict(
            sorted(Counter(group.recommendations.filter(year=year).values_list("state", flat=True)).items())
        ),
        "trained": completed.count(),
        "needs_asked": needs.count(),
        "needs_answered": needs.filter(state=states.SUBMITTED).count(),
        **_of_warnings(group, begins, ends),
    }


def _of_warnings(group: Group, begins: datetime, ends: datetime) -> dict[str, Any]:
    """Warnings of the group's collection: by kind and month, minutes until half of the readers had them, sightings."""
    found = Advisory.objects.filter(collection__code=group.pk, published_at__gte=begins, published_at__lt=ends).exclude(
        version=0
    )
    rows = list(found.values_list("kind", "published_at"))
    reached = Reach.objects.filter(advisory__in=found.values("pk")).exclude(read_at=None)
    minutes = [
        (read - told).total_seconds() / 60
        for told, read in reached.values_list("told_at", "read_at")
        if read is not None
    ]
    sightings = Sighting.objects.filter(
        advisory__collection__code=group.pk, withdrawn_at=None, at__gte=begins, at__lt=ends
    )
    months = Counter(published.month for _kind, published in rows if published is not None)
    return {
        "warnings": len(rows),
        "warnings_by_kind": dict(sorted(Counter(kind for kind, _at in rows).items())),
        "warnings_by_month": [months[month] for month in range(1, 13)],
        "minutes_to_read": round(median(minutes)) if minutes else None,
        "readers": len(minutes),
        "sightings": sum(sightings.values_list("times", flat=True)),
        "sighting_countries": sightings.values("administration").distinct().count(),
    }
