"""The story of the response on a demo node: the seeds' case, with invented people, firms and accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer
from tidewaiter.response import actions
from tidewaiter.response.models import Alarm

_SUMMARY = (
    "The accountant received a mail in the name of the firm's lawyers with a new account for the closing payment. The"
    " address differed by one letter. The lawyers asked for their money an hour later."
)


def fill_response(say: Callable[[str], None]) -> dict[str, Any] | None:
    """An alarm two hours old, with its first freeze and an onward payment, and a preservation of it."""
    desk = Officer.objects.filter(grants__role="contact", is_active=True).order_by("pk").first()
    if desk is None:
        return None
    say("An alarm: USD 1,240,000 paid on a false law-firm mail.")
    went = now() - timedelta(hours=2, minutes=31)
    alarm = actions.raise_alarm(
        said={
            "kind": "payment_diversion",
            "victim": "Northlight Pumps Ltd",
            "victim_country": desk.administration_id,
            "victim_contact": "accounts@northlight-pumps.example",
            "summary": _SUMMARY,
            "currency": "USD",
            "amount": "1240000",
            "transferred_at": went.isoformat(),
            "detected_at": (went + timedelta(minutes=65)).isoformat(),
            "reported_at": (went + timedelta(minutes=82)).isoformat(),
            "recall_at": (went + timedelta(minutes=98)).isoformat(),
        },
        legs=[
            {
                "from_bank": "Savanna Trust Bank",
                "from_country": desk.administration_id,
                "from_account": "01104470417",
                "to_bank": "Amber Bank",
                "to_account": "LT121000011101001000",
                "to_name": "Baltic Trade Escrow UAB",
                "sent_at": went.isoformat(),
                "uetr": "97ed4827-7b6f-4491-a06f-b548d5a7512d",
            }
        ],
        by=desk,
    )
    actions.take_alarm(alarm=alarm, by=desk)
    asked, _secret, _code = actions.request_freeze(
        alarm=alarm, legs=[1], scheme="bank_recall", to_kind="bank", to="Amber Bank, fraud desk", by=desk
    )
    part = actions.AnswerSaid(leg=1, kind="frozen_part", amount="820000")
    actions.answer_request(request=asked, said=part, by=desk)
    onward = {"to_account": "GE29NB0000000101904917", "to_bank": "Kolkhi Bank", "amount": "360000"}
    moved = actions.AnswerSaid(leg=1, kind="credited_onward", amount="360000", onward=onward)
    actions.answer_request(request=asked, said=moved, by=desk)
    gone = actions.AnswerSaid(leg=1, kind="credited_onward", amount="60000", reason="cash machines in two towns")
    actions.answer_request(request=asked, said=gone, by=desk)
    _preserve(alarm, desk)
    return {"alarms": 1, "preservations": 1}


def _preserve(alarm: Alarm, desk: Officer) -> None:
    """Log files of the false mailbox, asked for in another country."""
    preservation = actions.draft_preservation(
        said={
            "basis": "budapest_29",
            "authority": "Stop-payment desk, Nairobi",
            "offence": _SUMMARY,
            "data": "Log-in addresses and headers of the mailbox closing@lomondrnburu.example since 1 November.",
            "custodian": "Mailhaven UAB, Vilnius",
            "necessity": "Log files there are deleted after thirty days.",
            "mla_intended": True,
            "to_country": "LT",
            "to_name": "24/7 contact point, Vilnius",
        },
        by=desk,
        alarm=alarm,
    )
    actions.send_preservation(one=preservation, by=desk)
