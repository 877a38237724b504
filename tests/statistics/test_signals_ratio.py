"""A rise must be large as well as unlikely: half as much again, five cases at least, after a year's history."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.statistics.signals import signals

pytestmark = pytest.mark.django_db


def _months(people: SimpleNamespace, rows: dict[tuple[str, str], tuple[int, int]]) -> None:
    """36 months up to December 2025; by route so many cases in each of the first 33 months, so many in the last
    three.
    """
    cases = []
    for (start, end), (before, lately) in rows.items():
        legs = [{"role": "departure", "country": start}, {"role": "destination", "country": end}]
        for at in range(36):
            month = f"{2023 + at // 12}-{at % 12 + 1:02d}"
            for n in range(lately if at >= 33 else before):
                ref = f"S-{start}-{month}-{n}"
                cases.append(case_in(national_ref=ref, place="", date=f"{month}-{n % 28 + 1:02d}", route=legs))
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="x")


def test_a_certain_but_small_rise_is_no_signal_and_half_as_much_again_is(people: SimpleNamespace) -> None:
    """20 a month, then 28: hardly by chance, and yet only 1.4 times. 10 a month, then 17: 1.7 times."""
    _months(people, {("BR", "NL"): (20, 28), ("CL", "NL"): (10, 17)})
    found, _asked = signals(people.analyst, "2025-12")
    by_route = {(one.keys["departure"], one.keys["destination"]): one for one in found if "departure" in one.keys}
    assert ("CL", "NL") in by_route
    assert by_route["CL", "NL"].ratio == 1.7
    assert ("BR", "NL") not in by_route
    assert all(one.lately >= 1.5 * one.expected for one in found)
