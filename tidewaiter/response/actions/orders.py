"""Deeds of freezing orders: writing one down, and the request for mutual assistance that must follow it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.response import policy, states
from tidewaiter.response.actions.alarms import acted, happens, held, leg_of
from tidewaiter.response.models import Alarm, FreezingOrder
from tidewaiter.response.queries import due_for_warning, today_of
from tidewaiter.response.written import Reader, read_country, read_money, read_text

ORDER_KINDS = ("national", "eu")
LONGEST_DAYS, AT_ONCE = 730, 200
TASK = "response_orders"


def order_freeze(*, alarm: Alarm, said: Mapping[str, Any], by: Actor) -> FreezingOrder:
    """Writes down that an authority has ordered a freeze, of which payments, and by when mutual assistance must be
    asked for. Raises `WrongFields`, a refusal.
    """
    fields = _read(said, today_of(by.administration_code))
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_act(by, alarm)
        numbers = said.get("legs") or []
        legs = [leg_of(alarm, one) for one in (numbers if isinstance(numbers, list) else [numbers])]
        if not legs:
            raise BadInput("legs", _("Choose the payments that the order freezes."))
        made = FreezingOrder.objects.create(ref=new_ref("FO"), alarm=alarm, by=by.username, at=now(), **fields)
        made.legs.set(legs)
        alarm.ordered = True
        acted(alarm, by, "ordered")
        happens(alarm=alarm, what="ordered", by=by, note=made.authority)
        detail = {"kind": made.kind, "mla_by": made.mla_by.isoformat()}
        record(by=by, deed="response.order_kept", ref=alarm.ref, version=alarm.version, detail=detail)
    return made


def _read(said: Mapping[str, Any], today: date) -> dict[str, Any]:
    reader = Reader(said, "UTC")
    reader.needed("authority", _("Which court or authority has ordered it."))
    reader.needed("mla_by", _("By which day mutual assistance must be asked for: the order says it, or its law."))
    kind = reader.text("kind") or "national"
    if kind not in ORDER_KINDS:
        reader.wrong["kind"] = _("Say %(all)s.") % {"all": ", ".join(ORDER_KINDS)}
    ordered = reader.read("ordered_on", _day, today)
    deadline = reader.read("mla_by", _day, today)
    if ordered > today:
        reader.wrong.setdefault("ordered_on", _("This day lies ahead."))
    if not ordered <= deadline <= ordered + timedelta(days=LONGEST_DAYS):
        reader.wrong.setdefault("mla_by", _("The deadline lies before the order, or years after: look at both days."))
    made = {
        "kind": kind,
        "country": reader.read("country", read_country, ""),
        "authority": reader.read("authority", read_text, "")[:200],
        "reference": reader.read("reference", read_text, "")[:100],
        "amount": reader.read("amount", read_money, None),
        "ordered_on": ordered,
        "mla_by": deadline,
    }
    reader.done()
    return made


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise BadInput("day", _("«%(said)s» is no day: write 2026-11-26.") % {"said": said[:20]}) from error


def follow_order(*, order: FreezingOrder, reference: str, by: Actor) -> FreezingOrder:
    """The request for mutual assistance went: its deadline warns no more. Raises a refusal."""
    said = read_text(reference)[:100]
    if not said:
        raise BadInput("reference", _("Give the reference of the request for mutual legal assistance."))
    with transaction.atomic():
        alarm = held(order.alarm)
        policy.may_act(by, alarm)
        order = FreezingOrder.objects.select_for_update().get(pk=order.pk)
        if order.mla_on is not None or order.ended_on is not None:
            raise Refusal("state", _("This cannot be done with it as it stands: look at it again."))
        order.mla_reference, order.mla_on = said, today_of(alarm.administration)
        order.save(update_fields=["mla_reference", "mla_on"])
        acted(alarm, by)
        acknowledge_for(ref=order.ref, by=by)
        record(by=by, deed="response.order_followed", ref=alarm.ref, version=alarm.version)
    return order


def warn_of_orders() -> int:
    """Warns 14, 7 and 2 days before the deadline of an order with no request for assistance; on the day after it the
    order has ended. Gives how many.
    """
    open_ones = FreezingOrder.objects.filter(mla_on=None, ended_on=None)
    due = open_ones.filter(due_for_warning("mla_by") | Q(mla_by__lt=now().date())).order_by("mla_by")[:AT_ONCE]
    return len(run_each(due, _warn, deed=TASK, ref_of=lambda one: one.ref).done)


def _warn(order: FreezingOrder) -> None:
    with transaction.atomic():
        one = FreezingOrder.objects.select_for_update(of=("self",)).select_related("alarm").get(pk=order.pk)
        if one.mla_on is not None or one.ended_on is not None:
            return
        today = today_of(one.alarm.administration)
        left = (one.mla_by - today).days
        if left < 0:
            one.ended_on = today
            one.save(update_fields=["ended_on"])
            ring(ref=one.alarm_id, deed="response.order_ended", administration=one.alarm.administration, by=NODE)
            record(by=NODE, deed="response.order_ended", ref=one.alarm_id)
            return
        passed = sum(1 for days in states.WARNED_DAYS if left <= days)
        if passed <= one.warned:
            return
        one.warned = passed
        one.save(update_fields=["warned"])
        ring(ref=one.alarm_id, deed="response.order_due", administration=one.alarm.administration, by=NODE)
        record(by=NODE, deed="response.order_due", ref=one.alarm_id, detail={"days": left})
