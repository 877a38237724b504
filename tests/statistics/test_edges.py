"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from typing import Any


def test_no_row_hides_behind_the_rest() -> None:
    from tests.statistics.test_disclosure_attack import _asked
    from tidewaiter.statistics.tables.cross_tables import sums

    lines: list[Any] = []
    for n in range(24):
        for who in ("KE", "US", "CL"):
            lines += [(who, f"g{n:02}", "1", "H87", 5, True)] * 2
    lines += [("KE", "g24", "1", "H87", 7, True)] * 3
    for who in ("US", "CL", "UG"):
        lines += [(who, "g25", "1", "H87", 7, True)]
    with _asked(lines) as connection:
        found = sums(connection, "subtype", "", "quantity", public=True)
    (one,) = [row for row in found if row.keys == ("g24",)]
    assert one.hidden
    assert one.now is None


def test_the_row_of_others_is_judged_as_any_row() -> None:
    from tests.statistics.test_disclosure_attack import _asked
    from tidewaiter.statistics.tables.cross_tables import table

    lines: list[Any] = []
    for n in range(25):
        for who in ("KE", "US", "CL"):
            lines += [(who, f"g{n:02}", "1", "H87", 5, True)] * 2
    lines += [("KE", "g25", "1", "H87", 7, True)] * 3
    with _asked(lines) as connection:
        made = table(connection, "subtype", "mode", "seizures", public=True)
    (rest,) = [line for line in made.lines if line.rest]
    assert rest.total.hidden
    assert rest.total.now == 0
    assert all(cell.hidden for cell in rest.cells)
