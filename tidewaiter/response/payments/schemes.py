"""By which scheme a payment may be stopped: each condition with its answer, and what would make it one.

The rules are data with dates (`schemes.toml`); what is judged is a plain record of facts, so that the same rule serves
pages, programs and tests. `None` of a fact means nobody has said: the condition is open then, neither met nor failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_toml

RULES = Path(__file__).with_name("schemes.toml")
MET, NOT_MET, OPEN = "met", "not_met", "open"
CAN, NOT_NOW, TO_SETTLE = "can", "not_now", "to_settle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an alarm. Countries are ISO 3166-1 codes."""

    home: str
    """Of the authority that asks."""
    victim_country: str
    currency: str
    amount: Decimal | None
    dollars: Decimal | None
    """What the amount is in US dollars, where somebody has said, or it is in dollars."""
    transferred_at: datetime | None
    recall_at: datetime | None
    moment: datetime
    countries: frozenset[str]
    """Of all banks in the chain."""
    origin: str
    """Country of the victim's bank."""
    first: str
    """Country of the bank that the first payment went to."""
    accounts: int
    """Legs whose beneficiary account or wallet is known."""
    cash: bool = False
    suspicion: bool = False
    counterparts: frozenset[str] = field(default_factory=frozenset)
    """Countries for which a contact point is kept."""
    order: bool | None = None
    """Whether a court has ordered it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a scheme."""

    code: str
    label: str
    state: str
    """`met`, `not_met` or `open`."""
    seen: str
    mend: str = ""
    """What would make it met, where something would."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A scheme, and how the facts stand to it."""

    code: str
    name: str
    short: str
    source: str
    since: date
    state: str
    """`can`, `not_now` (a condition failed) or `to_settle` (a condition is open)."""
    conditions: tuple[Condition, ...]


@cache
def rules() -> tuple[dict[str, Any], ...]:
    """All rules of the file, in its order."""
    found = read_toml(RULES.read_text(encoding="utf-8"))["scheme"]
    for rule in found:
        if beyond := set(rule["conditions"]) - set(_CONDITIONS):
            raise ValueError(f"schemes.toml: {rule['code']} has conditions nobody knows: {sorted(beyond)}")
    return tuple(found)


def scheme_names() -> dict[str, str]:
    """What the schemes are called."""
    return {rule["code"]: rule["name"] for rule in rules()}


def eligible(facts: Facts) -> list[Eligibility]:
    """How the facts stand to each scheme that is in force on the day of `facts.moment`."""
    today = facts.moment.date()
    made = []
    for rule in rules():
        if not rule["since"] <= today <= rule.get("until", date.max):
            continue
        conditions = tuple(_CONDITIONS[code](rule, facts) for code in rule["conditions"])
        states = {one.state for one in conditions}
        state = NOT_NOW if NOT_MET in states else TO_SETTLE if OPEN in states else CAN
        made.append(
            Eligibility(rule["code"], rule["name"], rule["short"], rule["source"], rule["since"], state, conditions)
        )
    return made


def _said(code: str, label: str, holds: bool | None, seen: str, mend: str = "") -> Condition:
    state = OPEN if holds is None else MET if holds else NOT_MET
    return Condition(code, label, state, seen, mend if state == OPEN or code in _MENDED else "")


_MENDED = ("chain_touches", "victims_country")
"""Conditions that may fail today and hold tomorrow, when more is known."""


def _amount_from(rule: dict[str, Any], facts: Facts) -> Condition:
    least = Decimal(rule["amount"])
    label = _("%(currency)s %(amount)s or more") % {"currency": rule["currency"], "amount": f"{least:,}"}
    seen = f"{facts.currency} {facts.amount.normalize():,f}" if facts.amount is not None else _("no amount")
    holds = None if facts.dollars is None else facts.dollars >= least
    return _said("amount_from", label, holds, seen, _("Say what the amount is in US dollars."))


def _international(_rule: dict[str, Any], facts: Facts) -> Condition:
    known = facts.origin and facts.first
    seen = f"{facts.origin or '?'} → {facts.first or '?'}"
    holds = facts.origin != facts.first if known else None
    return _said("international", _("The payment left the country"), holds, seen, _("Name both banks' countries."))


def _domestic(_rule: dict[str, Any], facts: Facts) -> Condition:
    known = facts.origin and facts.first
    seen = f"{facts.origin or '?'} → {facts.first or '?'}"
    holds = facts.origin == facts.first if known else None
    return _said("domestic", _("The payment stayed in the country"), holds, seen, _("Name both banks' countries."))


def _recall_started(_rule: dict[str, Any], facts: Facts) -> Condition:
    seen = f"{facts.recall_at:%d %b %H:%M} UTC" if facts.recall_at else _("not said")
    mend = _("Ask the victim's bank to send its recall now, and write down when it went.")
    return _said("recall_started", _("A recall by SWIFT was started"), True if facts.recall_at else None, seen, mend)


def _within_hours(rule: dict[str, Any], facts: Facts) -> Condition:
    label = _("Within %(hours)s hours of the transfer") % {"hours": rule["hours"]}
    if facts.transferred_at is None:
        return _said("within_hours", label, None, _("not said"), _("Say when the payment went."))
    hours = (facts.moment - facts.transferred_at).total_seconds() / 3600
    return _said("within_hours", label, hours <= rule["hours"], _("%(hours)s h") % {"hours": f"{hours:.1f}"})


def _chain_touches(rule: dict[str, Any], facts: Facts) -> Condition:
    countries = ", ".join(rule["countries"])  # codes: the list may be long
    label = _("A bank in %(countries)s is in the chain") % {"countries": countries}
    there = sorted(facts.countries & set(rule["countries"]))
    mend = _("It would be open if an intermediary bank there is named: ask the victim's bank for the whole way.")
    return _said("chain_touches", label, bool(there), ", ".join(there) or _("none"), mend)


def _between(rule: dict[str, Any], facts: Facts) -> Condition:
    label = _("Both states take part")
    members = set(rule["countries"])
    others = facts.countries - {facts.home}
    seen = ", ".join(sorted({facts.home, *others}))
    holds = (facts.home in members and bool(others & members)) if facts.countries else None
    return _said("between", label, holds, seen)


def _account_known(_rule: dict[str, Any], facts: Facts) -> Condition:
    seen = _("%(n)s known") % {"n": facts.accounts}
    mend = _("Give the account or the wallet that the money went to.")
    return _said("account_known", _("Account or wallet known"), facts.accounts > 0 or None, seen, mend)


def _victims_country(_rule: dict[str, Any], facts: Facts) -> Condition:
    label = _("The police of the victim's country ask")
    if not facts.victim_country:
        return _said("victims_country", label, None, _("not said"), _("Say where the victim is."))
    mend = _("Pass the alarm to the authority of the victim's country: it starts there.")
    return _said("victims_country", label, facts.victim_country == facts.home, facts.victim_country, mend)


def _suspicion(_rule: dict[str, Any], facts: Facts) -> Condition:
    mend = _("Write in a sentence or two why it is fraud.")
    seen = _("yes") if facts.suspicion else _("not written")
    return _said("suspicion_stated", _("Suspicion stated"), facts.suspicion or None, seen, mend)


def _not_cash(_rule: dict[str, Any], facts: Facts) -> Condition:
    return _said("not_cash", _("Paid through a bank"), not facts.cash, _("cash") if facts.cash else _("yes"))


def _counterpart(_rule: dict[str, Any], facts: Facts) -> Condition:
    there = sorted((facts.countries - {facts.home}) & facts.counterparts)
    mend = _("Enter a contact point of the other country.")
    return _said("counterpart_known", _("A contact point there is known"), bool(there) or None, ", ".join(there), mend)


def _order(_rule: dict[str, Any], facts: Facts) -> Condition:
    seen = _("not asked") if facts.order is None else _("yes") if facts.order else _("refused")
    return _said("order_of_a_court", _("A court has ordered it"), facts.order, seen, _("Ask the prosecutor."))


_CONDITIONS: dict[str, Callable[[dict[str, Any], Facts], Condition]] = {
    "amount_from": _amount_from,
    "international": _international,
    "domestic": _domestic,
    "recall_started": _recall_started,
    "within_hours": _within_hours,
    "chain_touches": _chain_touches,
    "between": _between,
    "account_known": _account_known,
    "victims_country": _victims_country,
    "suspicion_stated": _suspicion,
    "not_cash": _not_cash,
    "counterpart_known": _counterpart,
    "order_of_a_court": _order,
}
