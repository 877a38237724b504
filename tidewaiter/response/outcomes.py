"""The outcome of alarms in money: lost, frozen, returned; by hours since the transfer, by scheme, by country."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response import states
from tidewaiter.response.models import Alarm, Answer, Leg, Request
from tidewaiter.response.queries import visible_alarms

CURVE = (1, 3, 6, 24, 72)
"""Hours since the transfer by which the success curve is cut."""
_NONE: dict[str, Decimal | int] = {"alarms": 0, "lost": Decimal(0), "frozen": Decimal(0), "returned": Decimal(0)}
_FOUND = (states.FROZEN_FULL, states.FROZEN_PART, states.RETURNED)


def _alarms(actor: Actor, since: datetime, until: datetime) -> QuerySet[Alarm]:
    return visible_alarms(actor).filter(reported_at__gte=since, reported_at__lt=until).exclude(outcome="no_fraud")


def by_hours(actor: Actor, since: datetime, until: datetime) -> list[dict[str, object]]:
    """Per currency and hours between transfer and report. The hours nobody said stand in a row of their own."""
    made: dict[tuple[str, str], dict[str, Decimal | int]] = {}
    sums = _alarms(actor, since, until).annotate(f=Sum("legs__frozen"), r=Sum("legs__returned"))
    for row in sums.values_list("currency", "transferred_at", "reported_at", "amount", "f", "r").iterator(2000):
        currency, sent, reported, amount, frozen, returned = row
        hours = (reported - sent) / timedelta(hours=1) if sent else None
        place = "unknown" if hours is None else next((f"{mark}" for mark in CURVE if hours <= mark), "later")
        into = made.setdefault((currency, place), dict(_NONE))
        into["alarms"] += 1
        into["lost"] += amount
        into["frozen"] += (frozen or 0) + (returned or 0)
        into["returned"] += returned or 0
    order = [f"{mark}" for mark in CURVE] + ["later", "unknown"]
    return _rows(made, lambda one: (one[0], order.index(one[1])))


def by_country(actor: Actor, since: datetime, until: datetime) -> list[dict[str, object]]:
    """Per currency and country that the money went to; what has moved on from there is counted where it is."""
    found = Leg.objects.filter(alarm__in=_alarms(actor, since, until)).values_list("currency", "to_country")
    rows = found.annotate(
        n=Count("alarm", distinct=True),
        lost=Sum(F("amount") - F("moved")),
        frozen=Sum(F("frozen") + F("returned")),
        back=Sum("returned"),
    ).order_by()
    made = {
        (currency, country or "unknown"): {"alarms": n, "lost": lost, "frozen": frozen, "returned": back}
        for currency, country, n, lost, frozen, back in rows
    }
    return _rows(made, lambda one: (one[0], one[1] == "unknown", one[1]))


def by_scheme(actor: Actor, since: datetime, until: datetime) -> list[dict[str, object]]:
    """Per currency and scheme by which the account was asked about: the one whose answer found money first, else the
    first; accounts that nobody was asked about stand in a row of their own.
    """
    legs = Leg.objects.filter(alarm__in=_alarms(actor, since, until))
    found = Answer.objects.filter(leg__in=legs, kind__in=_FOUND).order_by("-at").values_list("leg", "request__scheme")
    asked = Request.objects.filter(legs__in=legs).exclude(state=states.WITHDRAWN).order_by("-at")
    schemes = dict(asked.values_list("legs", "scheme")) | dict(found)
    made: dict[tuple[str, str], dict[str, Decimal | int]] = {}
    counted: dict[tuple[str, str], set[str]] = {}
    columns = ("pk", "alarm", "currency", "amount", "moved", "frozen", "returned")
    for pk, alarm, currency, amount, moved, frozen, returned in legs.values_list(*columns).iterator(2000):
        place = (currency, schemes.get(pk, "unknown"))
        into = made.setdefault(place, dict(_NONE))
        counted.setdefault(place, set()).add(alarm)
        into["lost"] += amount - moved
        into["frozen"] += frozen + returned
        into["returned"] += returned
    for place, alarms in counted.items():
        made[place]["alarms"] = len(alarms)
    return _rows(made, lambda one: (one[0], one[1] == "unknown", one[1]))


def _rows(
    made: Mapping[tuple[str, str], Mapping[str, Decimal | int]], order: Callable[[tuple[str, str]], object]
) -> list[dict[str, object]]:
    return [
        {"currency": place[0], "within": place[1], **made[place]}
        for place in sorted(made, key=order)  # type: ignore[arg-type]  # tuples of signs and numbers
    ]


SPLITS: dict[str, Callable[[Actor, datetime, datetime], list[dict[str, object]]]] = {
    "hours": by_hours,
    "scheme": by_scheme,
    "country": by_country,
}


def outcome_rows(actor: Actor, since: datetime, until: datetime, *, split: str = "hours") -> list[dict[str, object]]:
    """Alarms, lost, frozen or returned, returned, per currency and what they are split by. Raises `BadInput`."""
    if split not in SPLITS:
        raise BadInput("split", _("Say %(all)s.") % {"all": ", ".join(SPLITS)})
    return SPLITS[split](actor, since, until)


def minutes_taken(actor: Actor, since: datetime, until: datetime) -> dict[str, int | None]:
    """Median minutes from the transfer to the report, from there to the first request, from there to the first answer;
    nothing where there is none.
    """
    rows = _alarms(actor, since, until).annotate(
        first=Min("requests__at", filter=~Q(requests__state=states.WITHDRAWN)), answered=Min("requests__answered_at")
    )
    told = list(rows.values_list("transferred_at", "reported_at", "first", "answered"))
    return {
        "reported": _median((sent, reported) for sent, reported, _first, _answered in told),
        "asked": _median((reported, first) for _sent, reported, first, _answered in told),
        "answered": _median((first, answered) for _sent, _reported, first, answered in told),
    }


def _median(spans: Iterable[tuple[datetime | None, datetime | None]]) -> int | None:
    minutes = [(end - begin) / timedelta(minutes=1) for begin, end in spans if begin and end and end >= begin]
    return round(statistics.median(minutes)) if minutes else None
