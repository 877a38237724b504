"""Hidden figures stay hidden: no total, and no sum over what is shown, gives one away."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.statistics.honest import LEAST, Reporters, hidden

WHO = st.frozensets(st.sampled_from(["KE", "TZ", "UG", "CL", "US", "KR"]), max_size=5)


@st.composite
def tables(draw: st.DrawFn) -> list[list[Reporters]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(WHO, min_size=width, max_size=width), min_size=1, max_size=6))


def _lines(height: int, width: int) -> list[list[tuple[int, int]]]:
    rows = [[(i, j) for j in range(width)] for i in range(height)]
    return rows + [[(i, j) for i in range(height)] for j in range(width)]


def _found_out(hide: list[list[bool]]) -> set[tuple[int, int]]:
    """The hidden cells that follow from the sums, by exact elimination: an attacker with pencil and paper."""
    height, width = len(hide), len(hide[0])
    unknown = [(i, j) for i in range(height) for j in range(width) if hide[i][j]]
    rows = []
    for line in _lines(height, width):
        row = [Fraction(0)] * len(unknown)
        for cell in line:
            if cell in unknown:
                row[unknown.index(cell)] = Fraction(-1 if cell == line[-1] else 1)
        rows.append(row)
    at = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for n, row in enumerate(rows):
            if n != at and row[column]:
                rows[n] = [a - row[column] * b for a, b in zip(row, rows[at], strict=True)]
        at += 1
    return {unknown[row.index(1)] for row in rows[:at] if sum(bool(value) for value in row) == 1}


@settings(max_examples=250, deadline=None)
@given(tables())
def test_nothing_of_few_reporters_is_shown_or_follows(table: list[list[Reporters]]) -> None:
    hide = hidden(table)
    who = [[*row, frozenset[str]().union(*row)] for row in table]
    who.append([frozenset[str]().union(*(row[j] for row in table)) for j in range(len(table[0]))])
    who[-1].append(frozenset[str]().union(*who[-1]))
    few = {(i, j) for i, row in enumerate(who) for j, cell in enumerate(row) if 0 < len(cell) < LEAST}
    assert all(hide[i][j] for i, j in few)
    assert not _found_out(hide) & few
    for line in _lines(len(who), len(who[0])):
        parts = [cell for cell in line[:-1] if hide[cell[0]][cell[1]]]
        if parts and not hide[line[-1][0]][line[-1][1]]:
            behind = frozenset[str]().union(*(who[i][j] for i, j in parts))
            assert len(behind) >= LEAST, "what is hidden along a line sums to something of fewer than three"


def test_a_table_that_three_stand_behind_everywhere_is_shown_whole() -> None:
    three = frozenset({"KE", "TZ", "UG"})
    assert not any(any(row) for row in hidden([[three, three], [three, three]]))


def test_one_cell_of_one_country_takes_three_others_with_it() -> None:
    three, one = frozenset({"KE", "TZ", "UG"}), frozenset({"KE"})
    hide = hidden([[one, three, three], [three, three, three], [three, three, three]])
    assert hide[0][0]
    assert sum(map(sum, hide)) == 4, "a second in its row, one in its column, and the one where they meet"


def test_cells_in_which_nothing_was_reported_are_no_secret() -> None:
    three, none = frozenset({"KE", "TZ", "UG"}), frozenset[str]()
    assert not any(any(row) for row in hidden([[three, none], [none, three]]))
