"""Deeds that correct: what stands in the head of an alarm, and what stands of one of its payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Outdated, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.response import policy
from tidewaiter.response.actions.alarms import acted, held, leg_of
from tidewaiter.response.letters.text import plain
from tidewaiter.response.models import Alarm, Leg
from tidewaiter.response.queries import digest_of
from tidewaiter.response.written import read_alarm, read_leg

_WORDS = ("kind", "victim", "victim_kind", "victim_country", "victim_contact", "summary", "currency", "zone")
_MOMENTS = ("transferred_at", "detected_at", "reported_at", "recall_at")
_OF_LEG = (
    *("method", "from_bank", "from_bic", "from_country", "from_account", "via_bic"),
    *("to_bank", "to_bic", "to_country", "to_account", "currency", "uetr"),
)
_BY_ACCOUNT = {
    "to_account": ("to_bank", "to_bic", "to_country"),
    "from_account": ("from_bank", "from_bic", "from_country"),
}
"""What an account tells of itself: where it is another, that is asked of the new one."""


def head_said(alarm: Alarm) -> dict[str, str]:
    """The head of an alarm as somebody would type it."""
    said = {name: str(getattr(alarm, name)) for name in _WORDS}
    said |= {name: at.isoformat() if (at := getattr(alarm, name)) else "" for name in _MOMENTS}
    return said | {"amount": plain(alarm.amount), "dollars": plain(alarm.dollars) if alarm.dollars else ""}


def leg_said(leg: Leg) -> dict[str, str]:
    """A payment as somebody would type it."""
    said = {name: str(getattr(leg, name)) for name in _OF_LEG}
    return said | {"amount": plain(leg.amount), "sent_at": leg.sent_at.isoformat() if leg.sent_at else ""}


def _unless_stale(alarm: Alarm, version: int | None) -> None:
    if version is not None and version != alarm.version:
        raise Outdated("changed_meanwhile", _("Somebody changed the alarm meanwhile: look at it again."), alarm.version)


def mend_alarm(*, alarm: Alarm, said: Mapping[str, Any], by: Actor, version: int | None = None) -> Alarm:
    """Corrects what is said of the head of an alarm; the rest stays. Where it has one first payment of the same amount,
    that is corrected with it.

    Raises `Outdated` where somebody else was faster, `WrongFields`, a refusal.
    """
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_mend(by, alarm)
        _unless_stale(alarm, version)
        before = head_said(alarm)
        typed = {**before, **{name: str(value) for name, value in said.items() if name in before}}
        if "dollars" not in said and any(typed[name] != before[name] for name in ("amount", "currency")):
            typed["dollars"] = ""
        head = read_alarm(typed, alarm.zone)
        old, changed = alarm.amount, [name for name, value in head.items() if getattr(alarm, name) != value]
        for name in changed:
            setattr(alarm, name, head[name])
        if "amount" in changed:
            _first_payment_follows(alarm, old)
        acted(alarm, by, *changed)
        record(by=by, deed="response.mended", ref=alarm.ref, version=alarm.version, detail={"fields": sorted(changed)})
    return alarm


def _first_payment_follows(alarm: Alarm, old: Any) -> None:
    """The payment that was written with the alarm has its amount."""
    first = list(alarm.legs.filter(after=None))
    if len(first) == 1 and first[0].amount == old and first[0].currency == alarm.currency:
        _keep_amount(first[0], alarm.amount)
        first[0].save(update_fields=["amount"])


def _keep_amount(leg: Leg, amount: Any) -> None:
    answered = leg.amount - leg.rest
    if amount < answered:
        raise BadInput(
            "amount",
            _("Of payment %(n)s %(amount)s is answered for already: it cannot be less.")
            % {"n": leg.number, "amount": f"{answered.normalize():,f} {leg.currency}"},
        )
    leg.amount = amount


def mend_payment(*, alarm: Alarm, number: Any, said: Mapping[str, Any], by: Actor, version: int | None = None) -> Leg:
    """Corrects what is said of a payment: banks, the bank between, amount, time, reference; of one that nobody was
    asked about its account too. Raises `Outdated`, `WrongFields`, a refusal.
    """
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_mend(by, alarm)
        _unless_stale(alarm, version)
        leg = leg_of(alarm, number)
        before = leg_said(leg)
        typed = {**before, **{name: str(value) for name, value in said.items() if name in before}}
        for account, names in _BY_ACCOUNT.items():
            if typed[account] != before[account]:
                typed |= {name: "" for name in names if typed[name] == before[name]}
        fields = {
            name: value for name, value in read_leg(typed, alarm.zone, leg.currency).items() if "party" not in name
        }
        changed = [name for name, value in fields.items() if getattr(leg, name) != value]
        if {"to_account", "currency"} & set(changed) and leg.requests.exists():
            raise Refusal(
                "asked", _("Somebody was asked about this account: name the right one as a payment of its own.")
            )
        if "amount" in changed:
            _keep_amount(leg, fields["amount"])
        for name in changed:
            setattr(leg, name, fields[name])
        leg.digest = digest_of(leg.to_account)
        leg.save()
        acted(alarm, by)
        detail = {"leg": leg.number, "fields": sorted(changed)}
        record(by=by, deed="response.payment_mended", ref=alarm.ref, version=alarm.version, detail=detail)
    return leg
