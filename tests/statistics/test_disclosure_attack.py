"""Public tables under attack: of random reports, what is shown of counts, quantities and
values lets nobody work out what is hidden.

The attacker has pencil and paper: every shown number, and that a total is the sum of its parts.
Equations are solved exactly, in fractions.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.test_disclosure_control import _found_out, added, all_but_told
from tidewaiter.statistics.tables.cross_tables import Sum, Table, sums, table

WHO = ("KE", "US", "CL", "UG", "TZ")
LINE = st.tuples(
    st.sampled_from(WHO),
    st.sampled_from(["pistol", "rifle", "magazine", "knife"]),
    st.sampled_from(["1", "3", "4", None]),
    st.sampled_from(["H87", "H87", "H87", "KGM"]),
    st.integers(1, 90),
    st.booleans(),
)
LINES = st.lists(LINE, min_size=1, max_size=60)
Line = tuple[str, str, str | None, str, int, bool]


def _asked(lines: list[Line]) -> duckdb.DuckDBPyConnection:
    """What the figures are asked of: a line of goods a case, of this period or the one before."""
    connection = duckdb.connect()
    connection.execute(
        """CREATE TEMP TABLE chosen (
        ref VARCHAR, administration VARCHAR, subtype VARCHAR, mode VARCHAR, unit VARCHAR, quantity DECIMAL(38,12),
        currency VARCHAR, value DECIMAL(38,12), head BOOLEAN, line INTEGER, goods INTEGER, events BIGINT, now BOOLEAN,
        same BOOLEAN)"""
    )
    rows = [
        (f"R{n}", who, goods, mode, unit, amount, unit, 10 * amount, True, 1, 1, 1, now, True)
        for n, (who, goods, mode, unit, amount, now) in enumerate(lines)
    ]
    connection.executemany("INSERT INTO chosen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return connection


def _behind(lines: list[Line]) -> dict[tuple[Any, Any, str], set[str]]:
    found: dict[tuple[Any, Any, str], set[str]] = defaultdict(set)
    for who, goods, mode, unit, _amount, now in lines:
        if now:
            found[goods, mode, unit].add(who)
    return found


def _hide(made: Table) -> list[list[bool]]:
    return [[cell.hidden for cell in (*line.cells, line.total)] for line in made.lines] + [
        [cell.hidden for cell in (*made.totals, made.grand)]
    ]


@settings(max_examples=120, deadline=None)
@given(LINES)
def test_no_hidden_count_follows_from_what_the_public_table_shows(lines: list[Line]) -> None:
    with _asked(lines) as connection:
        made = table(connection, "subtype", "mode", "seizures", public=True)
    hide = _hide(made)
    every = [*(cell for line in made.lines for cell in (*line.cells, line.total)), *made.totals, made.grand]
    for cell in every:
        assert cell.was == 0, "nothing of the period before"
        assert cell.change is None
        if 0 < len(cell.reporters) < 3:
            assert cell.hidden
        if cell.hidden:
            assert cell.now == 0, "what is hidden is not there"
    few = {
        (i, j)
        for i, line in enumerate(made.lines)
        for j, cell in enumerate((*line.cells, line.total))
        if 0 < len(cell.reporters) < 3
    }
    assert not _found_out(hide) & few


def _as_places(rows: list[Sum]) -> dict[tuple[Any, ...], bool]:
    return {one.keys: one.hidden for one in rows}


@settings(max_examples=120, deadline=None)
@given(LINES, st.sampled_from(["quantity", "value"]))
def test_quantities_and_values_hide_in_each_unit_what_few_or_nearly_one_reported(
    lines: list[Line], measure: str
) -> None:
    """Of one unit the sums stand behind the same reporters as the number of lines:
    what few reported is hidden by either.
    """
    with _asked(lines) as connection:
        found = sums(connection, "subtype", "mode", measure, public=True)
    for unit in {line[3] for line in lines}:
        own = [line for line in lines if line[3] == unit]
        with _asked(own) as connection:
            made = table(connection, "subtype", "mode", "seizures", public=True)
        counted = {
            (line.key, column): cell.hidden
            for line in made.lines
            for column, cell in zip(made.columns, line.cells, strict=True)
            if cell.reporters
        }
        places = _as_places([one for one in found if one.unit == unit])
        assert set(places) == set(counted)
        few = {place for place in places if len(_behind(own)[(*place, unit)]) < 3}
        assert all(places[place] and counted[place] for place in few)
        for place, hide in places.items():
            here = [(who, amount) for who, goods, mode, _unit, amount, now in own if now and (goods, mode) == place]
            if all_but_told(added([{who: amount} for who, amount in here])) or all_but_told(
                added([{who: 1} for who, _amount in here])
            ):
                assert hide, "one country's amount, or number, would be all but told"


@settings(max_examples=120, deadline=None)
@given(LINES, st.sampled_from(["quantity", "value"]))
def test_no_hidden_sum_follows_from_the_sum_of_all(lines: list[Line], measure: str) -> None:
    """The attacker knows of each unit what all of it comes to, and the years before from an earlier edition."""
    with _asked(lines) as connection:
        found = sums(connection, "subtype", "", measure, public=True)
    times = 10 if measure == "value" else 1
    for unit in {line[3] for line in lines}:
        behind: dict[str, set[str]] = defaultdict(set)
        amounts: dict[str, int] = defaultdict(int)
        for who, goods, _mode, own, amount, now in lines:
            if now and own == unit:
                behind[goods].add(who)
                amounts[goods] += amount * times
        rows = {one.keys[0]: one for one in found if one.unit == unit}
        assert set(rows) == set(behind)
        for goods, one in rows.items():
            assert one.was is None, "nothing of the period before"
            if one.hidden:
                assert (one.now, one.seizures) == (None, 0)
            else:
                assert len(behind[goods]) >= 3
                assert Decimal(str(one.now)) == amounts[goods]
        hidden = [goods for goods, one in rows.items() if one.hidden]
        whole = added([{who: amount} for who, _goods, _mode, own, amount, now in lines if now and own == unit])
        number = added([{who: 1} for who, _goods, _mode, own, _amount, now in lines if now and own == unit])
        if hidden and len(whole) >= 3 and not all_but_told(whole) and not all_but_told(number):
            assert len(hidden) > 1, "the sum of all less what is shown would be it"
            assert len(set().union(*(behind[goods] for goods in hidden))) >= 3, "their sum is one of three countries"


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_the_place_of_a_hidden_row_tells_nothing_of_its_size(lines: list[Line]) -> None:
    with _asked(lines) as connection:
        rows = sums(connection, "subtype", "", "quantity", public=True)
        made = table(connection, "subtype", "mode", "seizures", public=True)
    hidden = [one for one in rows if one.hidden]
    assert rows[len(rows) - len(hidden) :] == hidden
    assert [one.keys for one in hidden] == sorted(one.keys for one in hidden)
    closed = [line.key for line in made.lines if line.total.hidden]
    assert [line.key for line in made.lines[len(made.lines) - len(closed) :]] == sorted(closed)
    order = [cell.hidden for cell in made.totals]
    assert order == sorted(order)
