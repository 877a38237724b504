"""Finding alarms, requests and preservations; what one may not see is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import ContactPoint
from tidewaiter.people.queries import zone_of
from tidewaiter.response import policy, states
from tidewaiter.response.models import Alarm, EvidenceFile, FreezingOrder, Leg, Preservation, Request
from tidewaiter.response.payments.schemes import Facts

BOXES = ("open", "new", "asked", "recovery", "closed", "all")
_IN_BOX = {
    "open": Q(state__in=states.OPEN),
    "new": Q(state=states.NEW),
    "asked": Q(state=states.SENT),
    "recovery": Q(state=states.RECOVERY),
    "closed": Q(state=states.CLOSED),
    "all": Q(),
}
PAGE = 50


def visible_alarms(actor: Actor) -> QuerySet[Alarm]:
    """The alarms that the person sees."""
    return Alarm.objects.filter(policy.visible(actor))


def alarms_in(box: str, actor: Actor, *, before: datetime | None = None, most: int = PAGE) -> list[Alarm]:
    """Those of a box, the last reported first. Raises `BadInput` for a box that is none."""
    if box not in BOXES:
        raise BadInput(
            "box",
            _("There is no box «%(name)s». There are: %(names)s.") % {"name": box[:40], "names": ", ".join(BOXES)},
        )
    found = visible_alarms(actor).filter(_IN_BOX[box])
    if before is not None:
        found = found.filter(reported_at__lt=before)
    sums = {name: Sum(f"legs__{name}") for name in ("frozen", "returned", "gone")}
    return list(
        found.annotate(**{f"sum_{name}": one for name, one in sums.items()}).order_by("-reported_at", "-pk")[:most]
    )


def counted(actor: Actor) -> dict[str, int]:
    """How many alarms are in each box."""
    sees = visible_alarms(actor)
    return sees.aggregate(**{box: Count("pk", filter=_IN_BOX[box] or Q(pk__isnull=False)) for box in BOXES})


def alarm_named(actor: Actor, ref: str) -> Alarm:
    """An alarm by its ref, or by what people call it (`KE/AL/2026/0093`). Raises `Missing` for absent and unseen."""
    found = visible_alarms(actor).filter(_called(ref)).first()
    if found is None:
        raise Missing("no_alarm", _("There is no such alarm for you."))
    return found


def _called(ref: str) -> Q:
    parts = ref.strip().upper().split("/")
    if len(parts) == 4 and parts[1] in ("AL", "PR") and parts[2].isdigit() and parts[3].isdigit():
        numbers = [int(one) for one in parts[2:] if len(one) <= 6]
        if len(numbers) == 2:
            return Q(administration=parts[0], year=numbers[0], number=numbers[1])
    return Q(pk=ref)


def legs_of(alarm: Alarm) -> list[Leg]:
    """Its payments, in the order in which they were named."""
    return list(alarm.legs.order_by("number"))


def leg_named(alarm: Alarm, number: int) -> Leg:
    """A payment by its number. Raises `BadInput`."""
    found = alarm.legs.filter(number=number).first()
    if found is None:
        raise BadInput("leg", _("The alarm has no payment %(n)s.") % {"n": number})
    return found


def requests_of(alarm: Alarm) -> list[Request]:
    """What was asked, the first request first."""
    return list(alarm.requests.prefetch_related("legs", "answers__leg", "answers__onward").order_by("at", "pk"))


def order_named(alarm: Alarm, ref: str) -> FreezingOrder:
    """A freezing order of an alarm. Raises `Missing`."""
    found = alarm.orders.filter(pk=ref).first()
    if found is None:
        raise Missing("no_order", _("The alarm has no such order."))
    return found


def request_named(actor: Actor, ref: str) -> Request:
    """A request of an alarm that one sees, or that one's administration was asked. Raises `Missing`."""
    sees = Q(alarm__in=visible_alarms(actor)) | policy.asked(actor)
    found = Request.objects.filter(sees, pk=ref).select_related("alarm").first()
    if found is None:
        raise Missing("no_request", _("There is no such request for you."))
    return found


def requests_asked_of(actor: Actor) -> list[Request]:
    """What other administrations of this node wait for from the person's desk, the longest waiting first."""
    waiting = Request.objects.filter(policy.asked(actor), state__in=states.WAITING)
    return list(waiting.select_related("alarm").prefetch_related("legs").order_by("at")[:PAGE])


def requests_answered_by(actor: Actor) -> list[Request]:
    """What the person's desk has answered to others, the last answered first: it can still be said that money went
    back.
    """
    done = Request.objects.filter(policy.asked(actor), state=states.ANSWERED)
    return list(done.select_related("alarm").prefetch_related("legs").order_by("-answered_at")[:PAGE])


def file_named(actor: Actor, ref: str) -> EvidenceFile:
    """A file of an alarm that one sees, or one that one has brought oneself. Raises `Missing`."""
    sees = Q(alarm__in=visible_alarms(actor)) | Q(alarm=None, by=actor.username)
    found = EvidenceFile.objects.filter(sees, pk=ref).first()
    if found is None:
        raise Missing("no_file", _("There is no such file for you."))
    return found


def next_number(model: type[Alarm] | type[Preservation], administration: str, year: int) -> int:
    """The number after the last one of an administration and a year, for a caller who holds its row."""
    own: Q = Q(node="") if model is Alarm else Q()
    last = model.objects.filter(own, administration=administration, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def digest_of(account: str) -> str:
    """An account under the node's key: the same account gives the same digest, and the digest tells nothing else."""
    return salted_hmac("tidewaiter.response.account", account, algorithm="sha256").hexdigest() if account else ""


def seen_before(alarm: Alarm) -> dict[int, int]:
    """By the number of a payment: in how many other alarms of the node its account stands. No more is told of them."""
    digests = {leg.digest: leg.number for leg in alarm.legs.all() if leg.digest}
    rows = (
        Leg.objects.filter(digest__in=digests)
        .exclude(alarm=alarm)
        .values("digest")
        .annotate(n=Count("alarm", distinct=True))
        .values_list("digest", "n")
    )
    return {digests[digest]: n for digest, n in rows}


@dataclass(frozen=True, slots=True)
class Money:
    """Where the money of an alarm is, in its currency."""

    lost: Decimal
    frozen: Decimal
    asked: Decimal
    gone: Decimal
    returned: Decimal
    changed: Decimal
    """What became another currency, or a coin: it is followed there, and its figures are not added to these."""

    def share(self, part: Decimal) -> int:
        """A part in whole per cent of what was sent."""
        return round(100 * part / self.lost) if self.lost else 0


def money_of(alarm: Alarm, legs: Sequence[Leg]) -> Money:
    """What was sent first, and what of it is frozen, asked for, gone, returned. Currencies are never added."""
    own = [leg for leg in legs if leg.currency == alarm.currency]
    foreign = {leg.after_id for leg in legs if leg.currency != alarm.currency and leg.after_id}
    going = Request.objects.filter(alarm=alarm, state__in=states.WAITING)
    wanted = set(going.values_list("legs", flat=True))
    return Money(
        lost=alarm.amount,
        frozen=sum((leg.frozen for leg in own), Decimal(0)),
        asked=sum((leg.rest for leg in own if leg.pk in wanted), Decimal(0)),
        gone=sum((leg.gone for leg in own), Decimal(0)),
        returned=sum((leg.returned for leg in own), Decimal(0)),
        changed=sum((leg.moved for leg in own if leg.pk in foreign), Decimal(0)),
    )


def facts_of_alarm(alarm: Alarm, legs: Sequence[Leg]) -> Facts:
    """What the rules of schemes look at."""
    first = legs[0] if legs else None
    named = [(leg.from_country, leg.to_country, leg.via_bic[4:6]) for leg in legs]
    countries = frozenset(code for row in named for code in row if code)
    return Facts(
        home=alarm.administration,
        victim_country=alarm.victim_country,
        currency=alarm.currency,
        amount=alarm.amount,
        dollars=alarm.dollars,
        transferred_at=alarm.transferred_at,
        recall_at=alarm.recall_at,
        moment=now(),
        countries=countries,
        origin=first.from_country if first else "",
        first=first.to_country if first else "",
        accounts=sum(1 for leg in legs if leg.to_account),
        cash=any(leg.method == "cash" for leg in legs),
        suspicion=len(alarm.summary.split()) >= 5,
        counterparts=frozenset(ContactPoint.objects.filter(country__in=countries).values_list("country", flat=True)),
        order=alarm.ordered,
    )


def titles(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the alarms of these refs are called, of those that one sees."""
    return {one.ref: one.reference for one in visible_alarms(actor).filter(pk__in=list(refs))}


def visible_preservations(actor: Actor) -> QuerySet[Preservation]:
    """The preservations that the person sees."""
    return Preservation.objects.filter(policy.visible_preservations(actor))


def preservation_named(actor: Actor, ref: str) -> Preservation:
    """A preservation, by its ref or by what people call it. Raises `Missing`."""
    found = visible_preservations(actor).filter(_called(ref)).select_related("parent", "alarm").first()
    if found is None:
        raise Missing("no_preservation", _("There is no such preservation for you."))
    return found


def today_of(administration: str) -> date:
    """The day on the calendar of an administration's desk: its papers carry it, and no right ends before it is over."""
    return now().astimezone(ZoneInfo(zone_of(administration))).date()


def due_for_warning(day: str) -> Q:
    """Of what has a day at which it ends (`day` its column): what has come nearer than a mark it has not warned at.

    What was warned already is not among them: a batch that is cut holds nothing but what is due.
    """
    today, due = now().date(), Q(pk__in=[])
    for passed, days in enumerate(states.WARNED_DAYS, start=1):
        due |= Q(warned__lt=passed, **{f"{day}__lte": today + timedelta(days=days)})
    return due
