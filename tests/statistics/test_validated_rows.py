"""One rule of sight: what figures are made of is what the list of validated cases shows."""

from __future__ import annotations

from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tidewaiter.cases.policy import SEEN_BY, any_version_rule, validated_rule
from tidewaiter.foundation.rules import Is
from tidewaiter.foundation.sql import Where, composed
from tidewaiter.statistics.dashboard.scope import validated_rows
from tidewaiter.statistics.queries import executed

TRUTHS, PLACES, REGIONS = (True, False), ("KE", "US", "INT"), ("ESA", "NA", "", None)
STATES = ("submitted", "validated", "")
EVERY = list(product(TRUTHS, TRUTHS, TRUTHS, PLACES, REGIONS, STATES, ("submitted", "validated", "draft")))
PEOPLE = [
    SimpleNamespace(administration_code=country, reviewed_regions=frozenset(regions), role_codes=frozenset({role}))
    for country, regions, role in product(PLACES, ((), ("ESA",), ("ESA", "NA")), ("officer", "reviewer", "partner"))
]


@cache
def _store() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    kinds = ", ".join(f"{name} {'BOOLEAN' if at < 3 else 'VARCHAR'}" for at, name in enumerate(SEEN_BY))
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(EVERY))
    connection.execute(f"CREATE TABLE lines ({kinds})")
    connection.execute(f"INSERT INTO lines VALUES {marks}", [value for row in EVERY for value in row])
    return connection


def _chosen(where: Where) -> set[tuple[Any, ...]]:
    return set(executed(_store(), composed("SELECT * FROM lines WHERE {where}", where=where)).fetchall())


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: f"{one.administration_code} {sorted(one.reviewed_regions)}")
def test_figures_count_what_the_rule_of_validated_cases_shows(person: Any) -> None:
    shown = validated_rule(person).predicate(SEEN_BY)
    found = _chosen(validated_rows(person))
    assert found == {row for row in EVERY if shown(row)}
    # said by two rules together before: the versions a person may ask for, of which the counted ones
    assert found == _chosen(Is("counted").where() & any_version_rule(person).where())


def test_the_node_counts_every_validated_case() -> None:
    assert _chosen(validated_rows(None)) == {row for row in EVERY if row[1]}
