"""A table by one or two dimensions, cell by cell: what is shown one by one, what is added up as the rest, what is
hidden, and in which order; and sums of quantities, unit by unit.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.tables import cross_tables
from tidewaiter.statistics.tables.cross_tables import Sum, Table, checked, must_be_public, sums, table

THREE = ("KE", "UG", "TZ")


def asked(*lines: tuple[Any, ...]) -> duckdb.DuckDBPyConnection:
    """Lines of goods, each of a case of its own: who, goods, mode, year, how many seizures, quantity; then what else is
    said of it.
    """
    connection = duckdb.connect()
    connection.execute(
        """CREATE TEMP TABLE chosen (
        ref VARCHAR, administration VARCHAR, subtype VARCHAR, mode VARCHAR, year VARCHAR, unit VARCHAR,
        quantity DECIMAL(38,12), currency VARCHAR, value DECIMAL(38,12), head BOOLEAN, line INTEGER, goods BIGINT,
        events BIGINT, now BOOLEAN, same BOOLEAN)"""
    )
    values: list[Any] = []
    for n, line in enumerate(lines):
        who, goods, mode, year, events, quantity = line[:6]
        more = {"unit": "H87", "now": True, "same": True, "value": None, "currency": None, "ref": f"R{n}", "head": True}
        more |= line[6] if len(line) > 6 else {}
        values += [more["ref"], who, goods, mode, year, more["unit"], quantity, more["currency"], more["value"]]
        values += [more["head"], 1, events, events, more["now"], more["same"]]
    if values:
        marks = ", ".join("(" + ", ".join("?" * 15) + ")" for _line in lines)
        connection.execute(f"INSERT INTO chosen VALUES {marks}", values)
    return connection


def each(*groups: tuple[Any, ...], who: tuple[str, ...] = THREE) -> list[tuple[Any, ...]]:
    """Of each group (goods, mode, year, how many cases of each administration) the lines."""
    return [(one, goods, mode, year, 1, 1) for goods, mode, year, n in groups for one in who for _n in range(n)]


def shown(made: Table) -> list[tuple[Any, ...]]:
    """A table as people read it: rows with their total, then the totals; «#» for what is hidden, «…» for the rest."""
    found: list[tuple[Any, ...]] = [
        ("…" if line.rest else line.key, *(_number(cell) for cell in (*line.cells, line.total))) for line in made.lines
    ]
    return [*found, ("=", *(_number(cell) for cell in (*made.totals, made.grand)))]


def _number(cell: Any) -> Any:
    assert not (cell.hidden and cell.now), "what is hidden is not there"
    return "#" if cell.hidden else cell.now


BASE = each(
    ("pistol", "1", "2025", 3), ("rifle", "1", "2025", 2), ("rifle", "4", "2024", 4), ("knife", None, "2025", 1)
)


@pytest.mark.parametrize(
    ("by", "across", "columns", "rows"),
    [
        ("mode", "", [], [("1", 15), ("4", 12), (None, 3), ("=", 30)]),
        ("subtype", "", [], [("rifle", 18), ("pistol", 9), ("knife", 3), ("=", 30)]),
        ("year", "", [], [("2024", 12), ("2025", 18), ("=", 30)]),
        (
            "mode",
            "year",
            ["2024", "2025"],
            [("1", 0, 15, 15), ("4", 12, 0, 12), (None, 0, 3, 3), ("=", 12, 18, 30)],
        ),
        (
            "year",
            "mode",
            ["1", "4", None],
            [("2024", 0, 12, 0, 12), ("2025", 15, 0, 3, 18), ("=", 15, 12, 3, 30)],
        ),
    ],
)
@pytest.mark.parametrize("public", [False, True])
def test_a_table_is_counted_largest_first_and_of_years_in_their_order(
    by: str, across: str, columns: list[Any], rows: list[Any], public: bool
) -> None:
    made = table(asked(*BASE), by, across, public=public)
    assert (made.columns, shown(made)) == (columns, rows)
    assert (made.left_out, made.rest_column) == (0, False)


def test_cases_and_seizures_are_counted_apart_and_the_period_before_beside() -> None:
    lines = [
        ("KE", "pistol", "1", "2025", 5, 1),
        ("UG", "pistol", "1", "2025", 1, 1),
        ("KE", "pistol", "1", "2024", 7, 1, {"now": False}),
        ("KE", "pistol", "1", "2024", 2, 1, {"now": False, "same": False}),
        ("KE", "rifle", "1", "2024", 1, 1, {"now": False}),
    ]
    made = table(asked(*lines), "subtype")
    assert [(line.key, line.total.now, line.total.was) for line in made.lines] == [("pistol", 2, 2)]
    assert (made.grand.now, made.grand.was, made.grand.same.was) == (2, 3, 2)
    made = table(asked(*lines), "subtype", measure="seizures")
    assert [(line.key, line.total.now, line.total.was) for line in made.lines] == [("pistol", 6, 9)]
    assert (made.grand.now, made.grand.was) == (6, 10)
    assert (made.grand.same.now, made.grand.same.was) == (6, 8)
    assert made.grand.behind == {"KE": (5,), "UG": (1,)}
    assert made.lines[0].total.behind == {"KE": (5,), "UG": (1,)}
    assert made.grand.reporters == {"KE", "UG"}
    assert made.grand.few
    assert not table(asked(*BASE), "mode").grand.few
    assert table(asked(*lines), "mode", measure="seizures", public=True).grand.was == 0, "no period before is told"


def test_a_change_is_told_in_per_cent_of_thirty_and_more() -> None:
    lines = [("KE", "pistol", "1", "2025", 45, 1), ("KE", "pistol", "1", "2024", 30, 1, {"now": False})]
    assert table(asked(*lines), "mode", measure="seizures").grand.change == 50.0
    assert table(asked(*lines), "mode").grand.change is None
    hidden = table(asked(*lines), "mode", measure="seizures", public=True)
    assert (hidden.grand.hidden, hidden.grand.now, hidden.grand.change) == (True, 0, None)


def test_a_case_with_two_kinds_of_goods_is_counted_once_in_all() -> None:
    lines = [
        ("KE", "pistol", "1", "2025", 1, 1, {"ref": "R"}),
        ("KE", "rifle", "1", "2025", 1, 1, {"ref": "R", "head": False}),
    ]
    assert shown(table(asked(*lines), "subtype")) == [("pistol", 1), ("rifle", 1), ("=", 1)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of two rows and two columns."""
    assert (cross_tables.MOST_ROWS, cross_tables.MOST_COLUMNS) == (40, 12)
    assert (cross_tables.PUBLIC_ROWS, cross_tables.MOST_SUMS) == (25, 200)
    for name in ("MOST_ROWS", "PUBLIC_ROWS", "MOST_COLUMNS"):
        monkeypatch.setattr(cross_tables, name, 2)


MANY = each(
    ("a", "1", "2025", 5),
    ("b", "1", "2024", 4),
    ("c", "4", "2023", 3),
    ("d", "3", "2022", 2),
    ("e", "2", "2021", 1),
)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("public", [False, True])
def test_what_is_not_among_the_largest_is_one_row_and_one_column(public: bool) -> None:
    made = table(asked(*MANY), "mode", "year", public=public)
    assert made.columns == ["2024", "2025"]
    assert made.rest_column
    assert made.left_out == 2
    assert shown(made) == [("1", 12, 15, 0, 27), ("4", 0, 0, 9, 9), ("…", 0, 0, 9, 9), ("=", 12, 15, 18, 45)]
    assert [line.rest for line in made.lines] == [False, False, True]
    assert shown(table(asked(*MANY), "year", public=public)) == [("2024", 12), ("2025", 15), ("…", 18), ("=", 45)]


@pytest.mark.usefixtures("small")
def test_cases_of_several_goods_have_no_rest_and_seizures_have() -> None:
    made = table(asked(*MANY), "subtype", "mode")
    assert (made.columns, made.left_out, made.rest_column) == (["1", "4"], 3, False)
    assert shown(made) == [("a", 15, 0, 15), ("b", 12, 0, 12), ("=", 27, 9, 45)]
    made = table(asked(*MANY), "subtype", "mode", "seizures")
    assert made.rest_column
    assert shown(made) == [("a", 15, 0, 0, 15), ("b", 12, 0, 0, 12), ("…", 0, 9, 9, 18), ("=", 27, 9, 9, 45)]
    made = table(asked(*MANY), "mode", "subtype")
    assert (made.columns, made.rest_column) == (["a", "b"], False)


def test_years_are_the_latest_and_what_has_none_is_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_tables, "MOST_COLUMNS", 2)
    lines = each(("a", "1", "2023", 9), ("a", "1", "2024", 1), ("a", "1", "2025", 1), ("a", "1", None, 5))
    assert table(asked(*lines), "mode", "year").columns == ["2024", "2025", None]


def test_a_total_of_few_is_hidden_and_goes_to_the_end_by_its_key() -> None:
    lines = [
        *each(("z", "9", "2025", 4), who=("KE",)),
        *each(("y", "8", "2025", 7), who=("KE",)),
        *each(("a", "1", "2025", 2), ("b", "2", "2025", 3)),
    ]
    made = table(asked(*lines), "mode", public=True)
    assert shown(made) == [("1", 6), ("2", "#"), ("8", "#"), ("9", "#"), ("=", 26)]
    members = table(asked(*lines), "mode")
    assert shown(members) == [("2", 9), ("8", 7), ("1", 6), ("9", 4), ("=", 26)]
    assert [line.total.few for line in members.lines] == [False, True, False, True]
    across = table(asked(*lines), "year", "mode", public=True)
    assert across.columns == ["1", "2", "8", "9"]
    assert shown(across) == [("2025", 6, "#", "#", "#", 26), ("=", 6, "#", "#", "#", 26)]


@pytest.mark.usefixtures("small")
def test_the_rest_stands_last_though_what_is_hidden_stands_late() -> None:
    lines = [*each(("y", "8", "2025", 20), who=("KE",)), *MANY]
    made = table(asked(*lines), "mode", public=True)
    assert [("…" if line.rest else line.key, line.total.hidden) for line in made.lines] == [
        ("1", True),
        ("8", True),
        ("…", False),
    ]


def test_the_totals_of_columns_are_hidden_each_by_itself() -> None:
    lines = [
        *each(("a", "1", "2024", 2), ("a", "1", "2025", 3), ("a", "2", "2024", 3), ("a", "2", "2025", 3)),
        *each(("a", "3", "2024", 4)),
        *each(("a", "3", "2023", 1), who=("KE", "UG")),
    ]
    made = table(asked(*lines), "mode", "year", public=True)
    assert made.columns == ["2023", "2024", "2025"]
    assert [cell.hidden for cell in made.totals] == [True, True, False]
    assert [[cell.hidden for cell in line.cells] for line in made.lines if line.key == "1"] == [[False, False, False]]


def test_a_case_that_is_no_seizure_is_a_case() -> None:
    lines = [("KE", "pistol", "5", "2025", 0, 1), *each(("a", "1", "2025", 1))]
    made = table(asked(*lines), "mode")
    assert (shown(made), made.left_out) == ([("1", 3), ("5", 1), ("=", 4)], 0)


def test_nothing_makes_an_empty_table_and_one_alone_is_hidden_whole() -> None:
    made = table(asked(), "mode", public=True)
    assert (made.lines, made.columns, made.grand.now, made.grand.hidden) == ([], [], 0, False)
    alone = table(asked(*each(("a", "1", "2025", 2), who=("KE",))), "mode", "year", public=True)
    assert shown(alone) == [("1", "#", "#"), ("=", "#", "#")]


def test_what_an_edition_said_before_hides_what_would_be_worked_out_of_both() -> None:
    lines = each(("a", "1", "2025", 2), ("b", "2", "2025", 3), ("c", "3", "2025", 4))
    former = {
        "1": dict.fromkeys(THREE, (2,)),
        "2": dict.fromkeys(THREE, (3,)) | {"KE": (2,)},
        "3": dict.fromkeys(THREE, (4,)),
    }
    same = {**former, "2": dict.fromkeys(THREE, (3,))}
    made = table(asked(*lines), "mode", public=True, before=[former])
    assert shown(made) == [("3", 12), ("1", 6), ("2", "#"), ("=", "#")], "the total has changed by Kenya's alone too"
    made = table(asked(*lines), "mode", public=True, before=[same])
    assert not [line.key for line in made.lines if line.total.hidden]


@pytest.mark.usefixtures("small")
def test_of_the_rest_an_edition_said_the_sum_of_what_is_not_shown() -> None:
    former = {mode: dict.fromkeys(THREE, (n,)) for mode, n in (("1", 9), ("4", 3), ("3", 2), ("2", 1))}
    made = table(asked(*MANY), "mode", public=True, before=[former])
    assert shown(made) == [("1", 27), ("4", 9), ("…", 9), ("=", 45)]
    former["3"] = {**former["3"], "KE": (1,)}
    made = table(asked(*MANY), "mode", public=True, before=[former])
    assert shown(made) == [("1", 27), ("4", 9), ("…", "#"), ("=", "#")]


@pytest.mark.parametrize(
    ("by", "across", "keys"),
    [
        ("mode", "", ("mode",)),
        ("mode", "year", ("mode", "year")),
        ("", "", None),
        ("", "mode", None),
        ("mode", "mode", None),
        ("status", "", None),
        ("mode", "status", None),
        ("nothing", "", None),
    ],
)
def test_a_table_has_one_dimension_or_two(by: str, across: str, keys: tuple[str, ...] | None) -> None:
    if keys is None:
        with pytest.raises(BadInput) as refused:
            checked(by, across)
        assert refused.value.code == "dimension"
    else:
        assert checked(by, across) == keys


def test_the_public_is_not_told_who_reported() -> None:
    must_be_public(["mode", "year"], "mode", "subtype")
    must_be_public([], "country", "region")
    for where, by, across, name in (
        (["mode", "administration"], "mode", "", "administration"),
        (["country"], "mode", "", "country"),
        (["region"], "mode", "", "region"),
        (["place"], "mode", "", "place"),
        ([], "administration", "", "administration"),
        ([], "mode", "administration", "administration"),
        (["place"], "administration", "", "place"),
    ):
        with pytest.raises(BadInput, match=f"«{name}»") as refused:
            must_be_public(where, by, across)
        assert refused.value.code == "public_narrowing"


def said(found: list[Sum]) -> list[tuple[Any, ...]]:
    """Keys, unit, the sum («#» where it is hidden), how many seizures."""
    assert not [one for one in found if one.hidden and (one.now or one.was or one.seizures)]
    return [(*one.keys, one.unit, "#" if one.hidden else one.now, one.seizures) for one in found]


AMOUNTS = [
    *[(who, "rifle", "1", "2025", 2, 10) for who in THREE],
    *[(who, "pistol", "1", "2025", 1, "2.5") for who in THREE],
    *[(who, "pistol", "4", "2025", 1, 7, {"unit": "KGM"}) for who in ("KE", "UG")],
    ("KE", "pistol", "1", "2024", 4, 9, {"now": False}),
    ("KE", "knife", "1", "2024", 4, 9, {"now": False}),
    ("KE", "knife", "1", "2025", 4, None),
]


def test_quantities_are_added_by_unit_the_largest_groups_first() -> None:
    found = sums(asked(*AMOUNTS), "subtype", "", "quantity")
    assert said(found) == [("rifle", "H87", "30", 6), ("pistol", "H87", "7.5", 3), ("pistol", "KGM", "14", 2)]
    assert [one.was for one in found] == [None, "9", None]
    assert [(one.few, len(one.reporters)) for one in found] == [(False, 3), (False, 3), (True, 2)]
    behind: dict[str, Any] = dict(found[1].behind)
    assert {who: (str(part.normalize()), n) for who, (part, n) in behind.items()} == dict.fromkeys(THREE, ("2.5", 1))
    assert said(sums(asked(*AMOUNTS), "subtype", "", "quantity", most=1)) == [("rifle", "H87", "30", 6)]
    assert said(sums(asked(*AMOUNTS), "subtype", "mode", "quantity"))[2] == ("pistol", "4", "KGM", "14", 2)
    assert sums(asked(*AMOUNTS), "subtype", "", "value") == []


def test_values_are_added_by_currency() -> None:
    lines = [(who, "rifle", "1", "2025", 1, 1, {"value": 100, "currency": "USD"}) for who in THREE]
    lines += [(who, "rifle", "1", "2025", 1, 1, {"value": 5}) for who in THREE]
    found = sums(asked(*lines), "subtype", "", "value")
    assert sorted(said(found)) == [("rifle", "", "15", 3), ("rifle", "USD", "300", 3)]


def test_public_sums_hide_few_by_unit_and_put_them_last() -> None:
    lines = [*AMOUNTS, *[(who, "axe", "1", "2025", 3, 7, {"unit": "KGM"}) for who in THREE]]
    lines += [("KE", "bow", "1", "2025", 10, 7)]
    found = sums(asked(*lines), "subtype", "", "quantity", public=True)
    assert [one.was for one in found] == [None] * len(found)
    assert said(found)[0] == ("pistol", "H87", "7.5", 3)
    assert [(one.keys[0], one.unit, one.hidden) for one in found] == [
        ("pistol", "H87", False),
        ("axe", "KGM", True),
        ("bow", "H87", True),
        ("pistol", "KGM", True),
        ("rifle", "H87", True),
    ]


@pytest.mark.usefixtures("small")
def test_public_sums_beyond_the_largest_are_not_shown_and_stand_in_the_totals() -> None:
    lines = [(who, goods, "1", "2025", n, 1) for who in THREE for goods, n in (("a", 5), ("b", 4), ("c", 3), ("d", 2))]
    assert said(sums(asked(*lines), "subtype", "", "quantity", public=True)) == [
        ("a", "H87", "3", 15),
        ("b", "H87", "3", 12),
    ]
    across = [(who, "a", mode, "2025", n, 1) for who in THREE for mode, n in (("1", 5), ("2", 4), ("3", 3))]
    assert [one.keys for one in sums(asked(*across), "subtype", "mode", "quantity", public=True)] == [
        ("a", "1"),
        ("a", "2"),
    ]
