"""What is usual among several administrations: nobody carries it away."""

from __future__ import annotations

import math

import pytest

from tidewaiter.checks import norms


def lines_of(**quantities: list[float]) -> list[tuple[str, str, str, float]]:
    """What each administration reported."""
    return [(who, "pistol", "H87", one) for who, of in quantities.items() for one in of]


KIND = ("pistol", "H87")


def test_three_administrations_and_thirty_lines_make_a_norm_together() -> None:
    for numbers, made in (((10, 10, 10), True), ((10, 10, 9), False), ((15, 15, 0), False), ((28, 1, 1), True)):
        many = {who: [2.0] * number for who, number in zip(("KE", "UG", "TZ"), numbers, strict=True)}
        found = norms.norms_together(lines_of(**many))
        assert set(found) == ({KIND} if made else set()), numbers
    [norm] = found.values()
    assert (norm.lines, norm.reporters, norm.spread) == (30, 3, 0.7)
    assert norm.middle == pytest.approx(math.log(2))
    assert norms.norms_together(lines_of(KE=[0.0] * 10, UG=[2.0] * 10, TZ=[2.0] * 10)) == {}, "nought says nothing"
    assert set(norms.norms_together(lines_of(KE=[0.5] * 10, UG=[2.0] * 10, TZ=[2.0] * 10))) == {KIND}


def test_goods_that_few_reported_do_not_end_the_others() -> None:
    rare = [("KE", "rifle", "H87", 1.0)]
    assert set(norms.norms_together(rare + lines_of(KE=[2.0] * 10, UG=[2.0] * 10, TZ=[2.0] * 10))) == {KIND}


@pytest.mark.parametrize(
    ("numbers", "most"),
    [
        ([10, 10, 10], 10.0),  # nobody has more than two fifths: each weighs as it reported
        ([4, 3, 3], 4.0),
        ([1000, 10, 10], 40 / 3),  # 2/5 of (20 + m) is m
        ([10, 1000, 10], 40 / 3),
        ([50, 30, 20], 100 / 3),
        ([1000, 1000, 10], 20.0),  # two of them: 2/5 of (10 + 2 m) is m
        ([100, 1, 1, 1], 2.0),
    ],
)
def test_nobody_weighs_more_than_two_fifths(numbers: list[int], most: float) -> None:
    assert norms._most_weight(numbers) == pytest.approx(most)


def test_a_norm_of_several_is_not_carried_away_by_one() -> None:
    many = lines_of(KE=[1000.0] * 1000, UG=[1.0] * 10, TZ=[math.e] * 10)
    [norm] = norms.norms_together(many).values()
    assert norm.middle == pytest.approx(1.0), "KE weighs 13.3 of 33.3: half is reached among those of TZ"
    # deviations from 1: UG 1 (weight 10), TZ 0 (weight 10), KE 5.9 (weight 13.3): half, 16.7, is reached at 1
    assert norm.spread == pytest.approx(1.4826)
    assert norm.lines == 1020


@pytest.mark.parametrize(
    ("weighed", "middle"),
    [
        ([(1, 1), (2, 1), (3, 1)], 2),
        ([(3, 1), (1, 1), (2, 1)], 2),
        ([(1, 1), (2, 1), (3, 1), (4, 1)], 2.5),
        ([(1, 3), (2, 1), (4, 2)], 1.5),
        ([(1, 3), (2, 1), (4, 1)], 1),
        ([(1, 1), (2, 1), (4, 3)], 4),
        ([(1, 0.1), (2, 0.1), (3, 0.1), (4, 0.3)], 3.5),
        ([(7, 2)], 7),
        ([(7, 0), (7, 0)], 7),
        ([(7, 0)], 7),
    ],
)
def test_the_middle_has_half_of_the_weight_below_it(weighed: list[tuple[float, float]], middle: float) -> None:
    assert norms.weighted_median(weighed) == pytest.approx(middle)


def test_what_is_usual_of_own_lines_says_how_many_reported() -> None:
    [norm] = norms.norms_of([("pistol", "H87", 2.0)] * 30, 1).values()
    assert (norm.lines, norm.reporters) == (30, 1)
    [norm] = norms.norms_of([("pistol", "H87", 2.0)] * 30).values()
    assert norm.reporters == 0
