"""Maps and charts: the projection is the one the land is drawn in, great circles
are the shortest way, edges are cut.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import cos, hypot, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tidewaiter.cases.route_maps import position
from tidewaiter.drawing import charts, maps
from tidewaiter.drawing.world import CENTRES
from tidewaiter.statistics.dashboard.route_legs import Drawn
from tidewaiter.statistics.presenters import left_out_words

LON, LAT = st.floats(-180, 180), st.floats(-85, 85)


def _vector(at: tuple[float, float]) -> tuple[float, float, float]:
    lon, lat = radians(at[0]), radians(at[1])
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def test_points_lie_in_the_country_that_was_drawn_by_another_program() -> None:
    for view in maps.world()["views"].values():
        for code in ("KE", "CL", "BR", "AU", "CN"):
            numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", view["countries"][code])]
            xs, ys = numbers[::2], numbers[1::2]
            x, y = maps.projected(tuple(maps.world()["anchors"][code]), view)
            assert min(xs) - 1 < x < max(xs) + 1, (code, view["centre"])
            assert min(ys) - 1 < y < max(ys) + 1, (code, view["centre"])


@given(st.tuples(LON, LAT), st.tuples(LON, LAT))
def test_a_great_circle_is_flat_and_joins_its_ends(start: tuple[float, float], end: tuple[float, float]) -> None:
    points = maps.great_circle(start, end)
    a, b = _vector(start), _vector(end)
    normal = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    for at in points:
        here = _vector(at)
        assert abs(sum(n * h for n, h in zip(normal, here, strict=True))) < 1e-6
    for one, said in ((points[0], start), (points[-1], end)):
        assert hypot(*(p - q for p, q in zip(_vector(one), _vector(said), strict=True))) < 1e-6


@given(st.tuples(LON, LAT), st.tuples(LON, LAT), st.sampled_from(CENTRES))
def test_no_stroke_runs_across_the_whole_map(start: tuple[float, float], end: tuple[float, float], centre: str) -> None:
    view = maps.world()["views"][centre]
    for stroke in maps.strokes(maps.great_circle(start, end), view):
        assert all(abs(q[0] - p[0]) <= maps.world()["width"] / 2 for p, q in pairwise(stroke))


def test_a_map_says_what_it_shows_and_lets_no_words_in() -> None:
    drawn = maps.flow_map(
        label='<b>"x"',
        flows=[maps.Flow("CL", "KE", 9, "<i>")],
        counts={"KE": 3, "SG": 1},
        names={"KE": "K<"},
        spots=[maps.Spot((39.7, -4.0), 2, "Mombasa")],
    )
    tree = etree.fromstring(drawn)
    assert tree.get("aria-label") == '<b>"x"'
    assert tree.xpath("//*[local-name()='title']")[0].text == "<i>"
    assert "style=" not in drawn


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=40))
def test_a_chart_begins_at_nothing_and_stays_within_its_frame(values: list[int | None]) -> None:
    tree = etree.fromstring(charts.lines(label="x", ticks=[str(n) for n in range(len(values))], now=values, was=[]))
    for dot in tree.xpath("//*[local-name()='circle']"):
        assert 0 <= float(dot.get("cx")) <= 440
        assert 10 <= float(dot.get("cy")) <= 152.1


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (2, ["0", "1", "2"]),
        (3, ["0", "1", "2", "3"]),
        (6, ["0", "2", "4", "6"]),
        (8, ["0", "2", "4", "6", "8"]),
        (9, ["0", "2", "4", "6", "8", "10"]),
        (30, ["0", "10", "20", "30"]),
        (45, ["0", "10", "20", "30", "40", "50"]),
    ],
)
def test_the_numbers_at_an_axis_are_whole_and_stand_where_they_are(most: int, said: list[str]) -> None:
    tree = etree.fromstring(charts.lines(label="x", ticks=["a", "b"], now=[0, most], was=[]))
    shown = [one for one in tree.xpath("//*[@class='ax']") if one.get("text-anchor") == "end" and one.get("x") == "40"]
    assert [one.text for one in shown] == said
    lines = [float(one.get("y1")) for one in tree.xpath("//*[@class='rule']")]
    steps = {round(above - below, 0) for above, below in pairwise(lines)}
    assert len(steps) == 1, "equally far from each other"


@given(st.floats(1e-3, 1e12))
def test_an_axis_ends_at_a_round_number_above(number: float) -> None:
    top = charts.round_up(number)
    assert number <= top * (1 + 1e-9) <= number * 2.01 or top <= 1


@pytest.mark.parametrize(
    ("said", "at"),
    [("0400S 03940E", (39 + 40 / 60, -4.0)), ("4230N 00131W", (-(1 + 31 / 60), 42.5)), ("", None), ("x", None)],
)
def test_positions_of_places(said: str, at: tuple[float, float] | None) -> None:
    assert position(said) == (pytest.approx(at) if at else None)


def test_shades_hold_three_times_as_much_each() -> None:
    assert [maps.level(n, 810) for n in (0, 1, 9, 10, 30, 90, 100, 270, 271, 810)] == [
        0,
        1,
        1,
        2,
        3,
        4,
        4,
        5,
        5,
        5,
    ]


def test_what_a_map_leaves_out_is_said_in_numbers_that_add_up() -> None:
    assert left_out_words(Drawn(80, 76, 3, 0, 1)) == (
        "76 of 80 cases are drawn; left out: 3 with an unknown end, 1 on smaller legs"
    )
    assert left_out_words(Drawn(4, 4, 0, 0, 0)) == "all 4 cases are drawn"
    assert left_out_words(Drawn(14_925, 0, 14_900, 25, 0)) == (
        "0 of 14,925 cases are drawn; left out: 14,900 with an unknown end, 25 within one country"
    )


@pytest.mark.parametrize("centre", ["atlantic", "indian", "pacific"])
@pytest.mark.parametrize(("start", "end"), [("CL", "AU"), ("AU", "CL"), ("ZA", "NZ"), ("AR", "AU"), ("CA", "RU")])
def test_a_way_over_a_pole_stays_on_the_map_and_joins_its_ends(start: str, end: str, centre: str) -> None:
    way = maps._way(centre, start, end)
    assert way is not None
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", way[0])]
    assert all(0 <= y <= 400 for y in numbers[1::2]), "nothing runs off at the top or at the bottom"
    view = maps.world()["views"][centre]
    for at, code in ((0, start), (-2, end)):
        assert numbers[at] == pytest.approx(maps.projected(maps.world()["anchors"][code], view)[0], abs=0.1)


def test_a_map_is_centred_where_it_cuts_the_fewest_flows() -> None:
    def flows(*legs: tuple[str, str, int]) -> list[maps.Flow]:
        return [maps.Flow(*one) for one in legs]

    assert maps.best_centre(flows(("CL", "KR", 9), ("AU", "CL", 4))) == "pacific"
    assert maps.best_centre(flows(("CO", "NL", 9), ("BR", "ES", 4))) == "atlantic"
    assert maps.best_centre(flows(("CN", "KE", 9), ("VN", "AE", 4))) == "indian"
    drawn = maps.flow_map(label="x", flows=flows(("CO", "NL", 900), ("BR", "ES", 4)))
    widths = etree.fromstring(drawn).xpath("//*[@class='scale']/*[local-name()='text']/text()")
    assert widths == ["900", "200", "40"], "what a width means, the widest first"


def test_a_chart_has_a_gap_where_nothing_is_known() -> None:
    drawn = charts.lines(
        label="x", ticks=list("abcdef"), now=[3, 4, None, 6, 7, None], was=[1, None, 2, 0, None, 5], open_from=None
    )
    tree = etree.fromstring(drawn)
    (now,) = tree.xpath("//*[@class='ln now']/@d")
    assert now.count("M") == 2, "two strokes, with the gap between them"
    (was,) = tree.xpath("//*[@class='ln was']/@d")
    assert was.count("L") == 1
    assert len(tree.xpath("//*[@class='dotw']")) == 2, "what stands alone is a dot"
    bars = etree.fromstring(charts.bars([None, 0, 5], 5))
    assert len(bars.xpath("//*[local-name()='rect']")) == 2, "a zero stands on the ground, a gap is nothing"
