"""What pages show to be corrected: the head of an alarm, and each payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tidewaiter.response.actions.mending import head_said, leg_said
from tidewaiter.response.models import Alarm, Leg
from tidewaiter.response.words import ENTRY

HEAD = {
    "victim": ENTRY["victim"],
    "victim_country": ENTRY["victim_country"],
    "victim_contact": ENTRY["victim_contact"],
    "amount": ENTRY["amount"],
    "currency": ENTRY["currency"],
    "dollars": _("In US dollars, where rules ask for them"),
}
PAYMENT = {
    "from_bank": ENTRY["from_bank"],
    "from_bic": ENTRY["from_bic"],
    "from_country": _("Country of the victim's bank"),
    "via_bic": _("BIC of a bank between"),
    "to_bank": ENTRY["to_bank"],
    "to_bic": ENTRY["to_bic"],
    "to_country": _("Country of that bank"),
    "to_account": ENTRY["to_account"],
    "amount": ENTRY["amount"],
    "sent_at": ENTRY["transferred_at"],
    "uetr": ENTRY["uetr"],
}
MOST = 40


def head_mended(alarm: Alarm, typed: Mapping[str, str]) -> dict[str, Any]:
    """The head as a form; what was typed and could not be kept stands there again."""
    again = typed if "victim" in typed and "version" in typed else {}
    said = head_said(alarm) | {name: again[name] for name in ("kind", "summary", *HEAD) if name in again}
    fields = [{"name": name, "word": word, "value": said[name]} for name, word in HEAD.items()]
    return {"fields": fields, "kind": said["kind"], "summary": said["summary"], "typed": bool(again)}


def payments_mended(alarm: Alarm, legs: Sequence[Leg], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each payment as a form, its time as the clock on the wall of the alarm's zone showed it."""
    return [_payment(alarm, leg, typed if typed.get("leg") == str(leg.number) else {}) for leg in legs[:MOST]]


def _payment(alarm: Alarm, leg: Leg, typed: Mapping[str, str]) -> dict[str, Any]:
    again = typed if "version" in typed else {}
    said = leg_said(leg)
    if leg.sent_at:
        said["sent_at"] = leg.sent_at.astimezone(ZoneInfo(alarm.zone)).isoformat(" ", "minutes")
    said |= {name: again[name] for name in PAYMENT if name in again}
    fields = [{"name": name, "word": word, "value": said[name]} for name, word in PAYMENT.items()]
    return {"leg": leg, "fields": fields, "typed": bool(again)}
