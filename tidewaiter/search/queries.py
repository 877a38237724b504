"""Watches and what they have told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.search.models import Hit, Watch

LATELY = timedelta(days=7)
"""How long a case that a watch has told of is new."""


def watches_told_lately(by: Actor) -> list[Watch]:
    """One's own watches; `hits` of each is how many of the cases it told of in the last week its owner still sees."""
    return watches_of(by, since=now() - LATELY)


def watches_of(by: Actor, since: datetime | None = None) -> list[Watch]:
    """One's own watches by name; `hits` of each is how many of the cases it has told of its owner still sees."""
    rows = list(Watch.objects.filter(username=by.username).order_by("name"))
    told = Hit.objects.filter(watch__in=rows)
    told = told if since is None else told.filter(at__gte=since)
    seen = told.filter(ref__in=visible_cases(by).filter(ref__in=told.values("ref")).values("ref"))
    number = dict(seen.values_list("watch").annotate(n=Count("pk")).order_by())
    for row in rows:
        row.hits = number.get(row.pk, 0)
    return rows


def refs_told(watch_name: str, by: Actor) -> list[Case]:
    """The cases of which a watch has told, newest first, as far as its owner still sees them."""
    told = Hit.objects.filter(watch__username=by.username, watch__name=watch_name)
    seen = told.filter(ref__in=visible_cases(by).filter(ref__in=told.values("ref")).values("ref"))
    hits = list(seen.order_by("-at", "-pk").values_list("ref", flat=True)[:200])
    here = {case.ref: case for case in visible_cases(by).filter(ref__in=hits)}
    return [here[ref] for ref in hits if ref in here]
