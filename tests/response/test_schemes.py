"""By which scheme a payment may be stopped: rules as dated data, judged on plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tidewaiter.response.payments.schemes import Facts, eligible

MOMENT = datetime(2026, 11, 26, 18, 43, tzinfo=UTC)
FACTS = Facts(
    home="KE",
    victim_country="KE",
    currency="USD",
    amount=Decimal(1240000),
    dollars=Decimal(1240000),
    transferred_at=MOMENT - timedelta(hours=2, minutes=31),
    recall_at=MOMENT - timedelta(minutes=53),
    moment=MOMENT,
    countries=frozenset({"KE", "LT", "US"}),
    origin="KE",
    first="LT",
    accounts=2,
    suspicion=True,
)


def states(facts: Facts) -> dict[str, str]:
    return {one.code: one.state for one in eligible(facts)}


def condition(facts: Facts, scheme: str, code: str) -> str:
    [found] = [one for one in eligible(facts) if one.code == scheme]
    return next(one.state for one in found.conditions if one.code == code)


def test_the_four_conditions_of_the_kill_chain_bind_its_international_variant() -> None:
    assert states(FACTS)["ffkc_international"] == "can"
    assert states(replace(FACTS, dollars=Decimal(49999)))["ffkc_international"] == "not_now"
    assert condition(replace(FACTS, dollars=Decimal(50000)), "ffkc_international", "amount_from") == "met"
    assert states(replace(FACTS, recall_at=None))["ffkc_international"] == "to_settle"
    late = replace(FACTS, transferred_at=MOMENT - timedelta(hours=72, minutes=1))
    assert condition(late, "ffkc_international", "within_hours") == "not_met"
    exact = replace(FACTS, transferred_at=MOMENT - timedelta(hours=72))
    assert condition(exact, "ffkc_international", "within_hours") == "met"
    assert states(replace(FACTS, countries=frozenset({"KE", "LT"})))["ffkc_international"] == "not_now"


def test_what_nobody_has_said_is_open_and_neither_met_nor_failed() -> None:
    euros = replace(FACTS, currency="EUR", dollars=None)
    assert condition(euros, "ffkc_international", "amount_from") == "open"
    assert condition(replace(FACTS, transferred_at=None), "ffkc_international", "within_hours") == "open"
    assert condition(replace(FACTS, order=None), "eu_freezing_order", "order_of_a_court") == "open"
    assert condition(replace(FACTS, order=False), "eu_freezing_order", "order_of_a_court") == "not_met"


def test_the_victims_country_starts_igrip() -> None:
    assert states(FACTS)["i_grip"] == "can"
    assert states(replace(FACTS, victim_country="UG"))["i_grip"] == "not_now"
    assert states(replace(FACTS, victim_country=""))["i_grip"] == "to_settle"
    assert states(replace(FACTS, first="KE"))["i_grip"] == "not_now"


def test_a_scheme_is_there_from_its_day_on() -> None:
    before = replace(FACTS, moment=datetime(2021, 12, 31, tzinfo=UTC))
    assert "i_grip" not in states(before)
    assert "i_grip" in states(replace(FACTS, moment=datetime(2022, 1, 1, tzinfo=UTC)))


def test_a_condition_that_fails_says_what_would_mend_it() -> None:
    [found] = [one for one in eligible(replace(FACTS, countries=frozenset())) if one.code == "ffkc_international"]
    [failed] = [one for one in found.conditions if one.state == "not_met"]
    assert (failed.code, failed.seen) == ("chain_touches", "none")
    assert "ask the victim's bank" in failed.mend
