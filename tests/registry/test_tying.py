"""Which pairs are compared as doubles: what births rule out is not, and nothing else is left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.models import Candidate, Entity
from tidewaiter.registry.names.bounds import births_at_best
from tidewaiter.registry.names.comparing import Known, compare
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.tying import Tied, possible, tied

BIRTHS = (
    ("", (0, 0, 0)),
    ("1987", (1987, 0, 0)),
    ("1988", (1988, 0, 0)),
    ("1989", (1989, 0, 0)),
    ("1987-03", (1987, 3, 0)),
    ("1987-04", (1987, 4, 0)),
    ("1987-03-14", (1987, 3, 14)),
    ("1987-03-15", (1987, 3, 15)),
    ("1987-04-14", (1987, 4, 14)),
    ("1987-05-06", (1987, 5, 6)),
    ("1987-06-05", (1987, 6, 5)),
    ("1988-03-14", (1988, 3, 14)),
    ("1997-03-14", (1997, 3, 14)),
    ("1978-03-14", (1978, 3, 14)),
    ("1990-11-02", (1990, 11, 2)),
)


@pytest.mark.parametrize(("birth", "row"), BIRTHS)
def test_no_pair_scores_higher_than_its_births_allow(birth: str, row: tuple[int, int, int]) -> None:
    here = frozenset({"KE"})
    for other, other_row in BIRTHS:
        found = compare(
            Known(name="Anna Nemo", kind="person", birth=birth, countries=here),
            Known(name="Anna Nemo", kind="person", birth=other, countries=here),
        )
        [most] = births_at_best(np.array([row]), np.array([other_row]))
        assert found.score <= most, (birth, other)
    [strangers] = births_at_best(np.array([(1987, 3, 14)]), np.array([(1990, 11, 2)]))
    assert strangers < 0.5


def test_whoever_has_no_birth_or_several_or_shares_a_number_is_compared() -> None:
    pairs = Tied(
        refs=["a", "b", "c", "d"],
        left=np.array([0, 0, 0, 0]),
        right=np.array([1, 2, 3, 1]),
        by_value=np.array([False, False, False, True]),
    )
    births = {"a": ["1987-03-14"], "b": ["1990-11-02"], "c": [], "d": ["1990-11-02", "1987"]}
    assert list(possible(pairs, births, 0.8)) == [("a", "c"), ("a", "d"), ("a", "b")]


def _entered(by: Any, key: str, name: str, *values: tuple[str, str], kind: str = "person") -> Entity:
    return enter(said=SaidThing(key=key, kind=kind, values=[("name", name), *values], source="s"), by=by)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_run_ties_by_names_and_numbers_of_one_kind(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one = _entered(by, "a", "Yusuf Kassarani", ("birthDate", "1987-03-14"))
    other = _entered(by, "b", "Youssef Kassarani", ("birthDate", "1987-03-14"))
    _entered(by, "c", "Yusuf Kassarani", ("birthDate", "1950-01-02"))
    _entered(by, "d", "Yusuf Kassarani", kind="company")
    run = look_for_doubles(by=by)
    assert (run.found, run.compared) == (1, 1), "the third was born in another year: it is not compared by name"
    [found] = Candidate.objects.all()
    assert {found.left_id, found.right_id} == {one.ref, other.ref}
    assert found.why
    assert all(isinstance(reason, str) for reason in found.why)
    kinds = dict.fromkeys(Entity.objects.values_list("ref", flat=True), 0)
    assert len(tied(kinds).left) >= 3
    assert len(tied({}).left) == 0
