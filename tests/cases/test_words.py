"""Words: goods in any language, accents and scripts folded, places by name, nothing that one may not see."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.making import case_in
from tidewaiter.cases import search_index
from tidewaiter.cases.actions import draft, submit, validate, withdraw
from tidewaiter.cases.facets import facets_of
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import filtered, page_of, sought, visible_cases
from tidewaiter.foundation.actors import Actor

LINE = {"subtype": "pistol", "quantity": "2", "unit": "H87"}


def found(by: Actor, said: str, **wanted: list[str]) -> list[str]:
    """References that the list shows."""
    looked = sought(by, {"q": [said], **wanted})
    return sorted(case.national_ref for case in page_of(looked.cases, few=looked.keys is not None).cases)


@pytest.fixture
def some(people: SimpleNamespace) -> SimpleNamespace:
    """Three drafts."""
    draft(
        cases=[
            case_in(
                national_ref="KE-2026-0001",
                narrative="Caché derrière le siège, près du moteur",
                lines=[LINE],
                place="KEMBA",
                route=[],
            ),
            case_in(
                national_ref="KE-2026-0002",
                narrative="Спрятано в контейнере",
                lines=[{**LINE, "subtype": "rifle"}],
                place="",
                route=[],
            ),
            case_in(
                national_ref="KE-2025-0003",
                narrative="",
                lines=[{**LINE, "subtype": "ammunition", "quantity": "90"}],
                date="2025-03-04",
                place="",
                route=[],
            ),
        ],
        by=people.contact,
        channel="csv",
    )
    return people


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "refs"),
    [
        ("derriere", ["KE-2026-0001"]),
        ("SIÈGE moteur", ["KE-2026-0001"]),
        ("spryatano", ["KE-2026-0002"]),
        ("контейнере", ["KE-2026-0002"]),
        ("pistola", ["KE-2026-0001"]),
        ("pistolet", ["KE-2026-0001"]),
        ("Mombasa", ["KE-2026-0001"]),
        ("kemba", ["KE-2026-0001"]),
        ("KE-2026-0002", ["KE-2026-0002"]),
        ("KE-2026", ["KE-2026-0001", "KE-2026-0002"]),
        ('"siege pres du"', ["KE-2026-0001"]),
        ('"moteur siege"', []),
        ("derriere rifle", []),
        ("nothing-of-the-kind", []),
        ("munición", ["KE-2025-0003"]),
        ("Kenya", ["KE-2025-0003", "KE-2026-0001", "KE-2026-0002"]),
        ('" OR NEAR(', []),
        ("* ^ :", []),
        ("a' OR 1=1", []),
    ],
)
def test_cases_are_found_by_words(some: SimpleNamespace, said: str, refs: list[str]) -> None:
    assert found(some.contact, said) == refs
    assert sorted(filtered(visible_cases(some.contact), {"q": [said]}).values_list("national_ref", flat=True)) == refs


@pytest.mark.both_databases
@pytest.mark.django_db
def test_nothing_is_found_that_one_may_not_see_and_what_changes_is_found_anew(some: SimpleNamespace) -> None:
    assert found(some.american, "derriere") == []
    assert facets_of(some.american, {"q": ["derriere"]}, sought(some.american, {"q": ["derriere"]}).keys)[0] == 0
    draft(
        cases=[case_in(national_ref="KE-2026-0001", narrative="dans le toit", lines=[LINE], place="KEMBA", route=[])],
        by=some.contact,
        channel="csv",
    )
    assert found(some.contact, "derriere") == [], "the draft was mended"
    assert found(some.contact, "toit") == ["KE-2026-0001"]
    submit(cases=Case.objects.filter(national_ref="KE-2026-0001"), by=some.contact)
    validate(cases=Case.objects.filter(national_ref="KE-2026-0001"), by=some.secretariat, unopened="made in a test")
    assert found(some.american, "toit") == ["KE-2026-0001"]
    draft(
        cases=[
            case_in(national_ref="KE-2026-0001", narrative="sous le plancher", lines=[LINE], place="KEMBA", route=[])
        ],
        by=some.contact,
        channel="csv",
    )
    assert (found(some.american, "toit"), found(some.american, "plancher")) == (["KE-2026-0001"], []), (
        "not before it is validated"
    )
    assert found(some.contact, "plancher") == ["KE-2026-0001"]
    withdraw(case=Case.objects.get(national_ref="KE-2026-0001", latest=True), reason="twice", by=some.contact)
    assert found(some.american, "toit") == []


@pytest.mark.both_databases
@pytest.mark.django_db
def test_filters_and_words_hold_together_and_the_facets_count_them(some: SimpleNamespace) -> None:
    assert found(some.contact, "Kenya", year=["2025"]) == ["KE-2025-0003"]
    looked = sought(some.contact, {"q": ["KE-2026"]})
    total, facets = facets_of(some.contact, {"q": ["KE-2026"]}, looked.keys)
    assert (total, dict(facets["year"])) == (2, {2026: 2})


@pytest.mark.both_databases
@pytest.mark.django_db
def test_of_very_common_words_the_latest_are_shown_and_it_is_said(
    some: SimpleNamespace, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "MOST", 2)
    assert found(some.contact, "Kenya") == ["KE-2025-0003", "KE-2026-0002"]
    assert found(some.contact, "Kenya", form=["WPN"], year=["2026"]) == ["KE-2026-0001", "KE-2026-0002"], (
        "filters look further"
    )
    client.login(username=some.contact.username, password=PASSWORD)
    assert "latest entered" in client.get("/cases/?q=Kenya").content.decode()
    assert "latest entered" not in client.get("/cases/?q=toit").content.decode()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_index_made_anew_is_the_same(some: SimpleNamespace) -> None:
    before = found(some.contact, "pistol"), found(some.contact, "KE")
    assert search_index.rebuild() == 3
    assert (found(some.contact, "pistol"), found(some.contact, "KE")) == before
    assert search_index.bring_up_to_date() == 0


def test_the_command_and_the_program_search_too(node: Program) -> None:
    assert node.json("rebuild_search") == {"cases": 0}


def test_ivory_in_spanish_finds_tusks(people: SimpleNamespace) -> None:
    tusks = {"subtype": "TUS", "quantity": "37", "unit": "KGM", "fields": {"species": "Loxodonta africana"}}
    draft(cases=[case_in(form="CIT", national_ref="KE-2026-0402", lines=[tusks])], by=people.officer, channel="csv")
    search_index.bring_up_to_date()
    assert found(people.officer, "marfil") == ["KE-2026-0402"]
    assert found(people.officer, "слоновая кость") == ["KE-2026-0402"]
    assert found(people.officer, "pistola") == []
