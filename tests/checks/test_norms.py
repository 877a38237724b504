"""What is unusual: five spreads from the middle, a spread being 1.4826 times the
median absolute deviation of ln(quantity).

1.4826 makes the median absolute deviation of normal data its standard deviation (Iglewicz and Hoaglin 1993); the
numbers below were worked out by hand and stand here, not in the code under test.
"""

from __future__ import annotations

from math import e, exp, log
from types import SimpleNamespace

import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.validate_record import with_findings
from tidewaiter.checks.norms import norms_of
from tidewaiter.forms.queries import form_named

GOODS = ("pistol", "H87")


def _norms(quantities: list[float]) -> dict[tuple[str, str], object]:
    return dict(norms_of((*GOODS, one) for one in quantities))


def test_a_spread_is_1_4826_median_deviations_of_the_logarithm() -> None:
    """ln lies 1 below, at or 1 above that of a hundred: the deviations are eleven times 0 and twenty times 1."""
    (norm,) = norms_of((*GOODS, one) for one in [100 / e] * 10 + [100.0] * 11 + [100 * e] * 10).values()
    assert norm.lines == 31
    assert norm.middle == pytest.approx(4.60517, abs=1e-5)
    assert norm.spread == pytest.approx(1.4826, abs=1e-9)
    assert not norm.is_unusual(165_000), "1,650 times the middle one: ln is 7.41, five spreads are 7.413"
    assert norm.is_unusual(166_000)
    assert not norm.is_unusual(100 / 1650)
    assert norm.is_unusual(100 / 1660), "too little is as unusual as too much"


def test_a_line_of_nothing_says_nothing_of_what_is_usual() -> None:
    """Nought has no logarithm: such lines are passed over, and are no finding."""
    (norm,) = norms_of((*GOODS, one) for one in [0.0] * 40 + [0.5] * 30).values()
    assert norm.lines == 30
    assert not norm.is_unusual(0.0)
    assert not norm.is_unusual(0.5)


def test_goods_that_come_singly_have_a_spread_of_0_7_so_that_a_dozen_is_no_finding() -> None:
    (norm,) = norms_of((*GOODS, 1.0) for _n in range(30)).values()
    assert norm.spread == 0.7
    assert not norm.is_unusual(33), "ln 33 is 3.497, five spreads are 3.5"
    assert norm.is_unusual(34)
    assert exp(3.5) == pytest.approx(33.115, abs=0.001)
    assert log(33) < 3.5 < log(34)


def test_twenty_nine_lines_say_nothing_of_what_is_usual_and_thirty_do() -> None:
    assert _norms([1.0] * 29) == {}
    assert set(_norms([1.0] * 30)) == {GOODS}


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize(("quantity", "unusual"), [("1650", False), ("1660", True)])
def test_the_lines_of_a_node_say_what_is_usual_on_it(people: SimpleNamespace, quantity: str, unusual: bool) -> None:
    """Thirty-one kinds of ammunition lines whose logarithms lie 1 apart: 0.367879, 1 and 2.718282 kilograms."""
    said = ["0.367879441171442"] * 10 + ["1"] * 11 + ["2.71828182845905"] * 10
    lines = [{"subtype": "ammunition", "quantity": one, "unit": "KGM"} for one in said]
    draft(
        cases=[case_in(national_ref=f"N-{n}", lines=[line]) for n, line in enumerate(lines)],
        by=people.contact,
        channel="csv",
    )
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="a load")
    fresh = case_in(national_ref="N-X", lines=[{"subtype": "ammunition", "quantity": quantity, "unit": "KGM"}])
    found = [one.code for one in with_findings(form_named("WPN"), fresh).findings]
    assert ("quantity_outlier" in found) == unusual
