"""Hidden figures stay hidden: no total, and no sum over what is shown, gives one away."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.statistics.disclosure import disclosure_control

Reporters = frozenset[str]
WHO = st.frozensets(st.sampled_from(["KE", "TZ", "UG", "CL", "US", "KR"]), max_size=5)


def hidden(table: list[list[Reporters]]) -> list[list[bool]]:
    """What is hidden for the number of reporters alone."""
    return disclosure_control.hidden([[dict.fromkeys(cell, ()) for cell in row] for row in table])


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
    few = {(i, j) for i, row in enumerate(who) for j, cell in enumerate(row) if 0 < len(cell) < 3}
    assert all(hide[i][j] for i, j in few)
    assert not _found_out(hide) & few
    for line in _lines(len(who), len(who[0])):
        parts = [cell for cell in line[:-1] if hide[cell[0]][cell[1]]]
        if parts and not hide[line[-1][0]][line[-1][1]]:
            behind = frozenset[str]().union(*(who[i][j] for i, j in parts))
            assert len(behind) >= 3, "what is hidden along a line sums to something of fewer than three"


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


Amounts = dict[str, int]
AMOUNTS = st.dictionaries(st.sampled_from(["KE", "TZ", "UG", "CL", "US", "KR"]), st.integers(0, 500), max_size=5)


@st.composite
def amounts(draw: st.DrawFn) -> list[list[Amounts]]:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(AMOUNTS, min_size=width, max_size=width), min_size=1, max_size=5))


def added(cells: list[Amounts]) -> Amounts:
    found: Amounts = {}
    for cell in cells:
        for who, amount in cell.items():
            found[who] = found.get(who, 0) + amount
    return found


def all_but_told(cell: Amounts) -> bool:
    """Whether the second largest contributor, who takes its own away, comes within a
    tenth of the largest one's contribution.
    """
    first, second, *_rest = [*sorted(cell.values(), reverse=True), 0, 0]
    return bool(first) and Fraction(sum(cell.values()) - second - first, first) < Fraction(1, 10)


@settings(max_examples=250, deadline=None)
@given(amounts())
def test_nobodys_contribution_is_told_within_a_tenth_nor_follows(table: list[list[Amounts]]) -> None:
    hide = disclosure_control.hidden(
        [[{who: (amount,) for who, amount in cell.items()} for cell in row] for row in table]
    )
    every = [[*row, added(row)] for row in table]
    every.append([added([row[j] for row in table]) for j in range(len(table[0]))])
    every[-1].append(added(every[-1]))
    told = {(i, j) for i, row in enumerate(every) for j, cell in enumerate(row) if all_but_told(cell)}
    assert all(hide[i][j] for i, j in told)
    assert not _found_out(hide) & told
    for line in _lines(len(every), len(every[0])):
        parts = [cell for cell in line[:-1] if hide[cell[0]][cell[1]]]
        if parts and not hide[line[-1][0]][line[-1][1]]:
            assert not all_but_told(added([every[i][j] for i, j in parts])), "what is hidden along a line sums to it"


def test_one_large_contributor_among_three_is_hidden_and_at_a_tenth_shown() -> None:
    def shown(*parts: int) -> bool:
        return not disclosure_control.hidden([[{who: (n,) for who, n in zip(("KE", "TZ", "UG"), parts, strict=True)}]])[
            0
        ][0]

    assert not shown(100, 50, 9)
    assert shown(100, 50, 10)
    assert shown(1, 1, 1)
    assert not shown(1000, 1, 1)
    assert shown(0, 0, 0), "of nothing nobody has a share"


def test_a_figure_is_hidden_where_any_of_its_numbers_is_nearly_one_countrys() -> None:
    """Three countries with as many seizures each, of which one has nearly all the weight."""
    behind = {"KE": (9_000, 4), "TZ": (10, 4), "UG": (10, 4)}
    assert disclosure_control.hidden([[behind]])[0][0]
