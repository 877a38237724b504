"""The share that must be opened is the share that is drawn, not the share that passes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.review.actions import set_sampling, validate_together
from tidewaiter.review.queries import is_drawn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("rate", "least", "most"), [(0.05, 20, 100), (0.3, 240, 360), (0.9, 850, 950)])
def test_of_a_thousand_cases_as_many_are_drawn_as_the_share_says(rate: float, least: int, most: int) -> None:
    drawn = sum(is_drawn(f"TW-{n}", 1, rate) for n in range(1000))
    assert least < drawn < most, "six standard deviations and more to either side"


def test_what_is_drawn_at_a_small_share_is_drawn_at_a_larger_one() -> None:
    small, large = ({n for n in range(500) if is_drawn(f"TW-{n}", 2, rate)} for rate in (0.1, 0.5))
    assert small < large


@pytest.mark.both_databases
@pytest.mark.parametrize(("rate", "passes"), [(0.01, True), (0.99, False)])
def test_at_one_in_a_hundred_nearly_all_pass_unopened_and_at_ninety_nine_hardly_any(
    people: SimpleNamespace, rate: float, passes: bool
) -> None:
    cases = [case_in(national_ref=f"S-{n}", date=f"2026-0{1 + n % 9}-1{n % 7}") for n in range(60)]
    refs = draft(cases=cases, by=people.contact, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs), by=people.contact)
    set_sampling(administration="KE", rate=rate, by=people.steward)
    done, left = validate_together(cases=refs, by=people.reviewer)
    assert done + left["drawn"] == 60 if left else done == 60
    assert (done > 45) if passes else (done < 15)
    unopened = Case.objects.filter(status="validated", opened_by="").count()
    assert unopened == done
