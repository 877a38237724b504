"""The story of the warnings on a demo node: false duty pages, told by one expert, seen and answered by others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory, Collection
from tidewaiter.advisories.policy import access
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer

_SUMMARY = (
    "A text message says that a parcel is held for duty and gives a short link. The page copies an administration's"
    " colours, asks a small sum, then the card and its one-time code. In two countries the same page asked traders for"
    " their declaration account."
)
_TOOL = (
    "A tool tries passwords that were stolen elsewhere at the log-in of traders, a few each hour from many addresses,"
    " and sells what opens. It leaves the same name of a browser everywhere."
)


def _duty_pages() -> dict[str, Any]:
    return {
        "title": "False customs-duty pages take card data of parcel receivers",
        "summary": _SUMMARY,
        "kind": "fraud_scheme",
        "fraud": "ecommerce_fraud",
        "tlp": "AMBER+STRICT",
        "pap": "AMBER",
        "confidence": "high",
        "countries": ["KE", "GH", "PT"],
        "likely": ["SN", "ES"],
        "systems": ["parcel", "trader_login"],
        "indicators": [
            {"value": "hxxps://parcel-duty[.]example/ke/pay", "confidence": "high"},
            {"value": "parcel-duty[.]example", "confidence": "high"},
            {"value": "customs-fee[.]example", "confidence": "medium"},
            {"value": "203.0.113[.]45", "confidence": "low"},
            {"value": "198.51.100[.]7", "confidence": "low"},
            {"value": "info[@]customs-fee[.]example", "confidence": "medium"},
            {"value": "41d28c07b3a95e6f" * 4, "confidence": "high"},
        ],
        "countermeasures": [
            "Block the two domains at the mail and message gateways",
            "Tell parcel receivers where your real page is; the text is ready in nine languages",
            "Second factor for trader log-in; reset accounts that visited",
        ],
        "techniques": ["T1566.002", "T1656", "smishing"],
        "valid_until": (now() + timedelta(days=28)).date().isoformat(),
    }


def fill_advisories(say: Callable[[str], None]) -> dict[str, Any] | None:
    """A warning in two versions with sightings and answers, another one, and a draft that waits."""
    collection = Collection.objects.filter(code="experts").first()
    writers = [one for one in Officer.objects.filter(is_active=True).order_by("pk") if _publishes(one, collection)]
    if collection is None or not writers or Advisory.objects.exists():
        return None
    say("An early warning: false customs-duty pages.")
    author, others = writers[0], [one for one in writers[1:] if one.administration_id != writers[0].administration_id]
    made = actions.warn(collection=collection, said=_duty_pages(), by=author)
    said = {**_duty_pages(), "countries": ["KE", "GH", "PT", "CL"]}
    said["indicators"] = [one for one in said["indicators"] if one["value"] != "198.51.100[.]7"]
    for other in others[:3]:
        actions.read_warning_of(advisory=made, by=other)
    made = actions.revise(advisory=made, said=said, note="Chile added; one indicator was an innocent host", by=author)
    for number, other in enumerate(others[:2]):
        actions.acknowledge(
            advisory=made,
            state="handled" if number else "concerned",
            note="domains blocked" if number else "works on it",
            by=other,
        )
        seen = actions.Seen(times=2140 - 2000 * number, how="gateway_log", note="messages with the link in one night")
        actions.sight(advisory=made, indicator=made.indicators.get(number=2 - number), seen=seen, by=other)
    tool = {
        "title": "Stolen passwords are tried at the log-in of traders",
        "summary": _TOOL,
        "kind": "tool",
        "fraud": "identity_fraud",
        "tlp": "GREEN",
        "pap": "GREEN",
        "systems": ["trader_login"],
        "techniques": ["T1110"],
        "countermeasures": ["Slow down tries over all accounts together, not account by account"],
    }
    actions.warn(collection=collection, said=tool, by=others[0] if others else author)
    actions.draft_warning(
        collection=collection,
        said={
            "title": "Invoices with a new account come from a trader's own mailbox",
            "summary": "The mailbox was opened weeks before; the account belongs to a person who lets others use it.",
            "kind": "modus_operandi",
            "fraud": "payment_diversion",
            "tlp": "AMBER",
            "techniques": ["business-email-compromise"],
        },
        by=others[-1] if others else author,
    )
    return {"warnings": 2, "drafts": 1}


def _publishes(officer: Officer, collection: Collection | None) -> bool:
    may = access(officer).get(collection.pk) if collection else None
    return may is not None and may.writes
