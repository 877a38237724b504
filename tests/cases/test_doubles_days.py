"""Probable doubles lie a day apart at most: the day before and the day after are
asked about, two days are two seizures.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import CaseFinding

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAYS = (date(2026, 3, 4), date(2026, 3, 5))
"""One even and one odd in the calendar's count: they lie in different halves of a pair of days."""


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(("apart", "asked"), [(0, 1), (1, 1), (-1, 1), (2, 0), (-2, 0), (3, 0)])
@pytest.mark.parametrize("together", [True, False], ids=["in one file", "one after the other"])
def test_doubles_are_a_day_apart_at_most(
    people: SimpleNamespace, day: date, apart: int, asked: int, together: bool
) -> None:
    first = case_in(national_ref="A-1", date=day.isoformat())
    second = case_in(national_ref="A-2", date=(day + timedelta(days=apart)).isoformat())
    for cases in ([first, second],) if together else ([first], [second]):
        draft(cases=cases, by=people.contact, channel="csv")
    assert CaseFinding.objects.filter(code="duplicate_probable").count() == asked


@pytest.mark.parametrize(("quantity", "asked"), [("100", 1), ("101.9", 1), ("102.1", 0), ("98.1", 1), ("97.9", 0)])
def test_quantities_of_doubles_differ_by_two_in_a_hundred_at_most(
    people: SimpleNamespace, quantity: str, asked: int
) -> None:
    line = {"subtype": "ammunition", "unit": "KGM"}
    first = case_in(national_ref="A-1", lines=[{**line, "quantity": "100"}])
    second = case_in(national_ref="A-2", lines=[{**line, "quantity": quantity}])
    draft(cases=[first, second], by=people.contact, channel="csv")
    assert CaseFinding.objects.filter(code="duplicate_probable").count() == asked
