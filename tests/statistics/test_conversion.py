"""Quantities in one unit: this period and the one before are brought to it by the
same factor, or the change is nonsense.
"""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.statistics.conversion import in_common
from tidewaiter.statistics.dashboard.goods_seized import Amount
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html

pytestmark = pytest.mark.django_db
WHO = {"KE": (1, 1)}


@pytest.mark.parametrize(
    ("unit", "now", "was", "common_now", "common_was", "change"),
    [
        ("GRM", "500", "2000", "0.5", "2", -75.0),
        ("TNE", "3", "1", "3000", "1000", 200.0),
        ("KGM", "3", "4", "3", "4", -25.0),
        ("GRM", "500", None, "0.5", "0", None),
        ("GRM", None, "250", "0", "0.25", -100.0),
    ],
)
def test_both_periods_are_brought_to_kilograms(
    unit: str, now: str | None, was: str | None, common_now: str, common_was: str, change: float | None
) -> None:
    (found,) = in_common([Amount("DRG", "cocaine", unit, now, was, 1, WHO, now, was, 30)])
    assert (found.unit, found.now_text, found.was) == ("KGM", common_now, Decimal(common_was))
    assert found.change == change


def test_of_fewer_than_thirty_seizures_the_quantities_are_said_and_no_percentage() -> None:
    (found,) = in_common([Amount("DRG", "cocaine", "GRM", "500", "2000", 1, WHO, "400", "1000", 29)])
    assert found.change is None
    assert found.same == ("1", "0.4"), "of months that were reported in both periods"


def test_units_of_the_period_before_are_added_to_those_of_the_same_goods() -> None:
    amounts = [
        Amount("DRG", "cocaine", "KGM", "2", "1", 1, WHO, "2", "1", 12),
        Amount("DRG", "cocaine", "GRM", "500", "3000", 1, WHO, "500", "3000", 18),
    ]
    (found,) = in_common(amounts)
    assert (found.now_text, found.was, found.change) == ("2.5", Decimal(4), -37.5)


def test_the_report_says_the_change_of_what_was_reported_in_grams_and_then_in_kilograms(
    people: SimpleNamespace,
) -> None:
    """A kilogram in 2025 after 4,000 grams in 2024 is from 4 to 1; with grams taken for kilograms, from 4,000."""
    for year, quantity, unit in ((2024, "4000", "GRM"), (2025, "1", "KGM")):
        line = {"subtype": "cocaine", "quantity": quantity, "unit": unit}
        case = case_in(form="DRG", national_ref=f"C-{year}", date=f"{year}-05-05", lines=[line])
        draft(cases=[case], by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="x")
    frozen = freeze(name="", since="2025-01", until="2025-12", audience="members", by=people.analyst)
    html = unindented(as_html(frozen, "en"))
    chapter = html[html.index('<section class="chapter" id="drugs"') :]
    row = chapter[chapter.index("<td>Cocaine") :].split("</tr>")[0]
    assert "from 4 to 1" in row
