"""Figures: equal to a hand count, right after every change, seen only by those who may."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft, return_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics import store
from tidewaiter.statistics.queries import compute, connect


def _made(people: SimpleNamespace) -> list[dict[str, Any]]:
    rows = []
    cases = []
    for n in range(60):
        lines = [
            {
                "subtype": ("pistol", "magazine", "ammunition")[(n + m) % 3],
                "quantity": f"{n + m + 1}.5",
                "unit": "KGM" if (n + m) % 3 == 2 else "H87",
                "value": "10",
                "currency": "USD" if n % 2 else "KES",
            }
            for m in range(1 + n % 2)
        ]
        cases.append(
            case_in(
                national_ref=f"S-{n}",
                date=f"202{n % 5}-0{1 + n % 9}-10",
                conveyance={"mode": str(1 + n % 4)},
                lines=lines,
            )
        )
        rows += [{"case": n, "year": 2020 + n % 5, "mode": str(1 + n % 4), **line} for line in lines]
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.reviewer, unopened="test")
    return rows


@pytest.mark.both_databases
@pytest.mark.django_db
def test_figures_equal_a_hand_count(people: SimpleNamespace) -> None:
    rows = _made(people)
    for by in (["year"], ["subtype"], ["mode", "year"]):
        cases: dict[tuple[Any, ...], set[int]] = defaultdict(set)
        seizures: Counter[tuple[Any, ...]] = Counter()
        for row in rows:
            key = tuple(row[name] for name in by)
            cases[key].add(row["case"])
            seizures[key] += 1
        found = {tuple(row[name] for name in by): (row["cases"], row["seizures"]) for row in compute(by=by)}
        assert found == {key: (len(members), seizures[key]) for key, members in cases.items()}
    quantities: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        quantities[(row["year"], row["unit"])] += Decimal(row["quantity"])
    found = {(row["year"], row["unit"]): Decimal(row["quantity"]) for row in compute(by=["year"], measure="quantity")}
    assert found == quantities, "unlike units are never added"
    values = {(row["currency"]): row["value"] for row in compute(by=["commodity"], measure="value")}
    assert values == {
        "USD": str(10 * sum(r["currency"] == "USD" for r in rows)),
        "KES": str(10 * sum(r["currency"] == "KES" for r in rows)),
    }


def _all() -> list[dict[str, Any]]:
    return compute(by=["year", "subtype", "status"], measure="quantity", status="all")


@pytest.mark.both_databases
@pytest.mark.django_db
def test_following_gives_what_a_rebuild_gives_after_every_kind_of_change(people: SimpleNamespace) -> None:
    _made(people)
    before = compute(by=["year"])
    changed = case_in(
        national_ref="S-3", date="2025-01-10", lines=[{"subtype": "pistol", "quantity": "1000", "unit": "H87"}]
    )
    draft(cases=[changed], by=people.contact, channel="page")
    assert compute(by=["year"]) == before, "a proposed version does not count yet"
    submit(cases=Case.objects.filter(latest=True, status="draft"), by=people.contact)
    validate(cases=Case.objects.filter(latest=True, status="submitted"), by=people.reviewer, unopened="x")
    assert {row["year"]: row["cases"] for row in compute(by=["year"])}[2025] == 1, "a new date moves the case"
    withdraw(case=Case.objects.get(national_ref="S-9", latest=True), reason="double", by=people.contact)
    followed = (_all(), compute(by=["year"]))
    assert sum(row["cases"] for row in followed[1]) == 59
    store.rebuild()
    assert (_all(), compute(by=["year"])) == followed


@pytest.mark.django_db
def test_figures_keep_to_what_a_person_may_see(people: SimpleNamespace) -> None:
    draft(cases=[case_in(national_ref="D")], by=people.contact, channel="page")
    assert compute(by=["country"], status="all", actor=people.contact)[0]["cases"] == 1
    assert compute(by=["country"], status="all", actor=people.chilean) == []
    assert compute(by=["country"], actor=people.partner) == []
    submit(cases=Case.objects.all(), by=people.contact)
    assert compute(by=["country"], status="submitted", actor=people.reviewer)[0]["cases"] == 1
    assert compute(by=["country"], status="submitted", actor=people.far_reviewer) == []


@pytest.mark.both_databases
@pytest.mark.django_db
def test_figures_of_any_status_count_what_the_list_shows_to_each_person(people: SimpleNamespace) -> None:
    _made(people)
    for n in range(0, 60, 7):  # amendments waiting for review, one returned, one withdrawn, some narrow, some drafts
        draft(
            cases=[case_in(national_ref=f"S-{n}", handling="RED" if n % 2 else "AMBER")],
            by=people.contact,
            channel="page",
        )
    draft(cases=[case_in(national_ref="fresh")], by=people.contact, channel="page")
    waiting = Case.objects.filter(latest=True, status="submitted").order_by("pk")
    return_case(case=waiting[0], reason="Which?", by=people.reviewer)
    validate(cases=Case.objects.filter(pk=waiting[2].pk), by=people.reviewer, unopened="x")
    withdraw(case=waiting[1], reason="double", by=people.contact)
    for name, person in vars(people).items():
        found = sum(row["cases"] for row in compute(by=["status"], status="all", actor=person))
        assert found == visible_cases(person).exclude(status="withdrawn").count(), name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"by": []},
        {"by": ["nothing"]},
        {"by": ["year", "year"]},
        {"by": ["year"], "measure": "weight"},
        {"by": ["year"], "status": "new"},
        {"by": ["year"], "where": {"ref; DROP": ["1"]}},
    ],
)
def test_unknown_names_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        compute(**wrong)


@pytest.mark.django_db
def test_the_engine_reaches_no_other_file(people: SimpleNamespace, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    compute(by=["year"])
    with connect() as engine:
        for query in (
            f"SELECT * FROM '{secret}'",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(query)
    assert sorted(os.listdir(tmp_path)) == ["secret.csv"]
