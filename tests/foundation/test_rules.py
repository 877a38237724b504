"""A rule of sight says the same as a predicate and as SQL; statements take checked names and bound values alone."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.foundation.rules import ALWAYS, NEVER, All, Among, Either, Is, Not, Rule
from tidewaiter.foundation.sql import Where, bound, composed, joined, names

FIELDS = ("latest", "counted", "country", "region")
ROWS = [
    (latest, counted, country, region)
    for latest in (True, False)
    for counted in (True, False)
    for country in ("KE", "US", "O'Neil")
    for region in ("ESA", "AMC")
]

leaves = st.one_of(
    st.builds(Is, st.sampled_from(("latest", "counted"))),
    st.builds(Is, st.just("country"), st.sampled_from(("KE", "US", "O'Neil", "?"))),
    st.builds(Among, st.just("region"), st.frozensets(st.sampled_from(("ESA", "AMC", "ZZ")))),
    st.sampled_from((ALWAYS, NEVER)),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def table() -> Any:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE row (latest, counted, country, region)")
    connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", ROWS)
    yield connection
    connection.close()


@given(rule=rules)
@settings(deadline=None)
def test_a_rule_is_the_same_of_values_and_in_sql(table: Any, rule: Rule) -> None:
    asked = composed("SELECT latest, counted, country, region FROM row WHERE {rule}", rule=rule.where())
    found = {tuple(row) for row in table.execute(asked.sql, asked.values)}
    holds = rule.predicate(FIELDS)
    assert found == {row for row in ROWS if holds(row)}


def test_rules_are_joined_as_words_are() -> None:
    own, near = Is("country", "KE"), Among("region", {"ESA", "AMC"})
    said = ((own & Is("latest")) | ~near).where()
    assert said.sql == '(("country" = ? AND "latest") OR NOT ("region" IN (?, ?)))'
    assert said.values == ("KE", "AMC", "ESA")
    assert (
        str((own & ~near).query("case__"))
        == "(AND: ('case__country', 'KE'), (NOT (AND: ('case__region__in', ['AMC', 'ESA']))))"
    )
    assert not NEVER.predicate(FIELDS)(ROWS[0])
    assert ALWAYS.predicate(FIELDS)(ROWS[0])


def test_values_stand_in_the_order_of_their_places() -> None:
    one, other = Where("a > ?", (1,)), Where("b < ? OR b > ?", (2, 3))
    made = composed(
        "SELECT {columns} FROM t WHERE {other} AND {one} LIMIT {most}",
        **{
            "columns": names("a", "b"),
            "one": one,
            "other": other,
            "most": 5,
        },
    )
    assert made == Where('SELECT "a", "b" FROM t WHERE b < ? OR b > ? AND a > ? LIMIT 5', (2, 3, 1))
    assert (one & bound(4)).values == (1, 4)
    assert joined(", ", [bound(1, 2), bound(3)]) == Where("?, ?, ?", (1, 2, 3))


@pytest.mark.parametrize("name", ['a"b', "a b", "1a", "", "a;--", "é"])
def test_what_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        names(name)


def test_a_place_without_a_part_and_a_part_without_a_place_are_refused() -> None:
    with pytest.raises(ValueError, match="no part for 'b'"):
        composed("{a} {b}", a=Where("x"))
    with pytest.raises(ValueError, match="no place"):
        composed("{a}", a=Where("x"), b=Where("y"))
