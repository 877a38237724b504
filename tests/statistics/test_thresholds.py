"""What must stand behind a figure, and which cells are hidden with it: number by number, cell by cell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.disclosure import disclosure_control, thresholds

WHO = ("KE", "TZ", "UG", "CL", "US", "KR")


def behind(*numbers: int | Decimal) -> dict[str, tuple[int | Decimal, ...]]:
    """So many countries, each with one number."""
    return {who: (number,) for who, number in zip(WHO, numbers, strict=False)}


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        ("2025-01", "2025-12", True),
        ("2025-01", "2026-12", False),
        ("2024-01", "2025-12", False),
        ("2025-02", "2025-12", False),
        ("2025-01", "2025-11", False),
        ("2025-12", "2025-01", False),
        ("2025-11", "2025-12", False),
        ("", "", False),
    ],
)
def test_the_public_reads_calendar_years(since: str, until: str, whole: bool) -> None:
    if whole:
        thresholds.must_be_a_year(since, until)
        return
    with pytest.raises(BadInput) as refused:
        thresholds.must_be_a_year(since, until)
    assert refused.value.code == "public_period"


def test_three_must_have_reported_and_nobody_hides_nobody() -> None:
    assert [thresholds.too_few(WHO[:n]) for n in range(5)] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("contributions", "told"),
    [
        ([], False),
        ([0, 0, 0], False),
        ([5], True),
        ([5, 5], True),
        ([0, 0, 1], True),
        ([100, 50, 9], True),
        ([100, 50, 10], False),
        ([100, 100, 10], False),
        ([9, 50, 100], True),
        ([100, 50, 5, 4], True),
        ([10_000, 5_000, 999], True),
        ([10_000, 5_000, 1_000], False),
        ([100, 50, 5, 5], False),
        ([100, 1, 1, 1], True),
        ([100, 90, 90, 90], False),
        ([Decimal("1.0"), Decimal("0.5"), Decimal("0.099")], True),
        ([Decimal("1.0"), Decimal("0.5"), Decimal("0.1")], False),
    ],
)
def test_a_tenth_of_the_largest_must_be_left_beside_the_two_largest(contributions: list[Any], told: bool) -> None:
    assert thresholds.dominated(contributions) is told


def test_a_figure_is_sensitive_by_any_of_its_numbers() -> None:
    even = dict.fromkeys(WHO[:3], (10, 10))
    assert not thresholds.sensitive(even)
    assert not thresholds.sensitive(dict.fromkeys(WHO[:3], ())), "where no number is shown, three are enough"
    assert thresholds.sensitive(dict.fromkeys(WHO[:2], ()))
    assert thresholds.sensitive({**even, "KE": (10, 1000)})
    assert thresholds.sensitive({**even, "KE": (1000, 10)})
    assert not thresholds.sensitive({})


def test_figures_together_are_the_sum_for_each() -> None:
    parts: list[thresholds.Behind] = [{"KE": (1, 2), "UG": (3, 4)}, {}, {"KE": (10, 20), "TZ": (5, 6)}]
    assert thresholds.together(parts) == {"KE": (11, 22), "UG": (3, 4), "TZ": (5, 6)}
    assert thresholds.together([]) == {}


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        # nothing has changed
        (behind(10, 10, 10), behind(10, 10, 10), False),
        # one has changed, two, three
        (behind(11, 10, 10), behind(10, 10, 10), True),
        (behind(11, 11, 10), behind(10, 10, 10), True),
        (behind(11, 11, 11), behind(10, 10, 10), False),
        # taken away counts as what came
        (behind(10, 10, 10), behind(11, 11, 11), False),
        (behind(9, 11, 11), behind(10, 10, 10), False),
        # three have changed, one of them by nearly all
        (behind(20, 11, 11), behind(10, 10, 10), False),
        (behind(21, 11, 11), behind(10, 10, 10), True),
        (behind(10, 10, 10), behind(1010, 11, 11), True),
        # one has come or gone, and three
        (behind(10, 10, 10, 10), behind(10, 10, 10), True),
        (behind(10, 10, 10), behind(10, 10, 10, 10), True),
        (behind(10, 10, 10, 10, 10, 10), behind(10, 10, 10), False),
        # three have come: what they have now is all theirs
        (behind(10, 10, 10, 100, 100, 10), behind(10, 10, 10), False),
        (behind(10, 10, 10, 19, 19, 1), behind(10, 10, 10), True),
        # one has come with nothing: that it came is told
        (behind(10, 10, 10, 0), behind(10, 10, 10), True),
        # what was hidden before tells nothing now; nothing at all was told
        (behind(11, 10, 10), behind(10, 10), False),
        (behind(10, 10, 10), behind(10), False),
        (behind(10), {}, True),
        (behind(10, 10, 10), {}, False),
        ({}, behind(10, 10, 10), False),
        ({}, {}, False),
        # no numbers are shown: who came or went
        ({"KE": (), "UG": (), "TZ": (), "CL": ()}, {"KE": (), "UG": (), "TZ": ()}, True),
        ({"KE": (), "UG": (), "TZ": ()}, {"KE": (), "UG": (), "TZ": ()}, False),
    ],
)
def test_what_changed_between_two_figures_comes_from_three_and_not_nearly_from_one(
    now: thresholds.Behind, before: thresholds.Behind, told: bool
) -> None:
    assert thresholds.changed_by_few(now, before) is told


def test_figures_have_as_many_numbers_for_each_behind_them() -> None:
    odd: thresholds.Behind = {"KE": (1,), "UG": (1, 2), "TZ": (1,)}
    for ask in (
        lambda: thresholds.sensitive(odd),
        lambda: thresholds.together([{"KE": (1,)}, {"KE": (1, 2)}]),
        lambda: thresholds.changed_by_few({"KE": (1, 2), "UG": (1, 2), "TZ": (1, 2)}, behind(1, 1, 1)),
    ):
        with pytest.raises(ValueError, match="zip"):
            ask()


CELLS: dict[str, thresholds.Behind] = {
    ".": {},
    "1": behind(10),
    "2": behind(10, 10),
    "3": behind(10, 10, 10),
    "4": behind(10, 10, 10, 10),
    "5": behind(10, 10, 10, 10, 10),
    "6": behind(10, 10, 10, 10, 10, 10),
    "x": behind(1000, 10, 10),
    "y": {"CL": (10,), "US": (10,), "KR": (10,)},
    "u": {"US": (10,)},
    "k": {"KR": (10,)},
}
"""How many stand behind a cell; `x`: three, of whom one nearly alone; `y`, `u`, `k`: others."""

HIDDEN = {
    # nothing to hide
    "33 33": "ooo ooo ooo",
    "3": "oo oo",
    "..  3.": "ooo ooo ooo",
    # a list of one: its column of totals repeats the rows
    "1": "## ##",
    "3 1": "## ## oo",
    "1 3 4": "## ## oo oo",
    "1 4 3": "## oo ## oo",
    "1 3 3": "## ## oo oo",
    "x 4 5 3": "## oo oo oo ##",  # the total too is nearly one's alone
    "1 u k 4": "## ## ## oo oo",
    "1 u 4": "## ## ## oo",
    # a second in its row, one in its column, and where they meet: those behind which fewest stand
    "133 333 333": "##oo ##oo oooo oooo",
    "155 535 553": "##oo ##oo oooo oooo",
    "535 155 553": "##oo ##oo oooo oooo",
    "134 335 456": "##oo ##oo oooo oooo",
    "443 434 341": "#o#o oooo #o#o oooo",
    # nearly alone, in its totals too, but not in the total of all
    "x44 434 443": "#### o#o# oo## ####",
    "44x 434 344": "#### o#o# #oo# ####",
    "xy yx": "#o# o## ###",
    # few everywhere
    "11 11": "### ### ###",
    "1. .1": "#o# o## ###",
    ".1 3.": "o## #o# ##o",
    "12": "### ###",
}


@pytest.mark.parametrize("table", HIDDEN)
def test_which_cells_are_hidden(table: str) -> None:
    cells = [[CELLS[cell] for cell in row] for row in table.split()]
    hide = disclosure_control.hidden(cells)
    assert " ".join("".join("#" if one else "o" for one in row) for row in hide) == HIDDEN[table]


def test_what_is_hidden_for_another_reason_stays_hidden_and_takes_others_with_it() -> None:
    table = [[CELLS["3"], CELLS["4"], CELLS["5"]], [CELLS["3"], CELLS["."], CELLS["4"]]]
    none = [[False] * 4 for _row in range(3)]
    also = [list(row) for row in none]
    assert disclosure_control.hidden(table, none) == none
    also[1][1] = True
    assert disclosure_control.hidden(table, also) == none, "where nothing is, nothing is hidden"
    also[0][1] = True
    hide = disclosure_control.hidden(table, also)
    assert " ".join("".join("#" if one else "o" for one in row) for row in hide) == "###o #o#o ##oo"


def test_marks_stand_for_each_cell_of_the_larger_table() -> None:
    with pytest.raises(ValueError, match="zip"):
        disclosure_control.hidden([[CELLS["3"], CELLS["4"]]], [[True, False]])


def test_a_table_of_nothing_hides_nothing() -> None:
    assert disclosure_control.hidden([]) == [[False]]
    assert disclosure_control.hidden([[{}]]) == [[False, False], [False, False]]
