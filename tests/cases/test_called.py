"""Cases are called as people call them: short references where none was given, and any that one sees can be typed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, open_case, submit, validate
from tidewaiter.cases.called import case_called, cases_called
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import narrowed
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.library.fields import read_written

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _signed(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _kept(by: Any, **changes: Any) -> Case:
    outcome = draft(cases=[case_in(**changes)], by=by, channel="page")
    return Case.objects.get(ref=outcome.refs[0], latest=True)


def _unnamed(by: Any, quantity: str, **changes: Any) -> Case:
    lines = [{"subtype": "magazine", "quantity": quantity, "unit": "H87"}]
    return _kept(by, **{"national_ref": "", "lines": lines, **changes})


def _validated(case: Case, people: SimpleNamespace, by: Any) -> Case:
    one = Case.objects.filter(pk=case.pk)
    submit(cases=one, by=by)
    case.refresh_from_db()
    open_case(case=case, by=people.secretariat)
    assert validate(cases=one, by=people.secretariat) == (1, {})
    case.refresh_from_db()
    return case


def test_a_case_without_a_reference_gets_country_year_and_number(people: SimpleNamespace) -> None:
    assert _unnamed(people.contact, "1").reference == "KE/2026/0001"
    assert _unnamed(people.officer, "2").reference == "KE/2026/0002"
    assert _unnamed(people.contact, "3", date="2025-11-30").reference == "KE/2025/0001"
    assert _unnamed(people.american, "4", country="US", place="USJFK").reference == "US/2026/0001"
    assert _kept(people.contact).reference == "KE-1"


def test_many_at_once_are_numbered_in_their_order_and_the_same_again_takes_no_number(people: SimpleNamespace) -> None:
    many = [
        case_in(national_ref="", lines=[{"subtype": "magazine", "quantity": str(n), "unit": "H87"}])
        for n in range(1, 13)
    ]
    first = draft(cases=many, by=people.contact, channel="csv")
    again = draft(cases=many, by=people.contact, channel="csv")
    assert again.refs == first.refs
    called = dict(Case.objects.filter(ref__in=first.refs).values_list("ref", "given_ref"))
    assert [called[ref] for ref in first.refs] == [f"KE/2026/{n:04}" for n in range(1, 13)]
    assert _unnamed(people.contact, "99").reference == "KE/2026/0013"


def test_a_case_keeps_its_reference_when_it_is_mended_and_when_it_grows(people: SimpleNamespace) -> None:
    case = _unnamed(people.contact, "1")
    mended = case_in(national_ref=case.national_ref, lines=[{"subtype": "magazine", "quantity": "2", "unit": "H87"}])
    draft(cases=[mended], by=people.contact, channel="page")
    assert Case.objects.get(ref=case.ref).reference == "KE/2026/0001"
    _validated(Case.objects.get(ref=case.ref), people, people.contact)
    grown = case_in(national_ref=case.national_ref, lines=[{"subtype": "magazine", "quantity": "3", "unit": "H87"}])
    draft(cases=[grown], by=people.contact, channel="page")
    both = Case.objects.filter(ref=case.ref).order_by("version").values_list("version", "given_ref")
    assert list(both) == [(1, "KE/2026/0001"), (2, "KE/2026/0001")]


def test_any_reference_that_one_sees_can_be_typed_and_none_that_one_does_not(people: SimpleNamespace) -> None:
    named = _kept(people.contact, national_ref="KE-2026-0391")
    short = _unnamed(people.contact, "1")
    for said in ("KE-2026-0391", " ke-2026-0391 ", "KE 2026 0391", named.ref, named.ref.lower()):
        assert case_called(people.officer, said).ref == named.ref, said
    for said in ("KE/2026/0001", "ke/2026/1", " KE / 2026 / 01 ", short.ref):
        assert case_called(people.officer, said).ref == short.ref, said
    for said in ("KE-2026-0391", "KE/2026/0001", named.ref, "", "nothing"):
        with pytest.raises(Missing):
            case_called(people.american, said)
    assert [case.ref for case in narrowed(people.officer, {"national_ref": ["KE/2026/0001"]})] == [short.ref]


def test_a_reference_that_two_countries_use_is_asked_about(people: SimpleNamespace) -> None:
    mine = _kept(people.contact, national_ref="33/26")
    theirs = _kept(people.american, national_ref="33/26", country="US", place="USJFK")
    assert case_called(people.officer, "33/26").ref == mine.ref
    with pytest.raises(BadInput) as refused:
        case_called(people.secretariat, "33/26")
    assert refused.value.sentence == (
        "Several cases are called «33/26»: write the country's letters before it (KE, US)."
    )
    assert case_called(people.secretariat, "KE 33/26").ref == mine.ref
    assert case_called(people.secretariat, "us 33/26").ref == theirs.ref


def test_many_references_are_looked_up_together(people: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    for n in range(6):
        _kept(people.contact, national_ref=f"KE-7-{n}")
    with django_assert_max_num_queries(4):
        found = cases_called(people.officer, [f"KE-7-{n}" for n in range(8)])
    assert [len(found[f"KE-7-{n}"]) for n in range(8)] == [1, 1, 1, 1, 1, 1, 0, 0]


def test_a_short_reference_leads_to_the_case_from_compare_search_and_library(people: SimpleNamespace) -> None:
    one, other = _kept(people.contact, national_ref="KE-2026-0391"), _unnamed(people.contact, "1")
    client = _signed(people.contact)
    page = client.get("/search/compare/", {"one": "KE-2026-0391", "other": "KE/2026/0001"}).content.decode()
    assert "KE-2026-0391" in page
    assert "KE/2026/0001" in page
    asked = {"one": one.ref, "other": "ke/2026/1", "kind": "same_seizure", "reason": "one day"}
    kinds = client.get("/search/compare/", {"one": one.ref, "other": other.ref}).context["kinds"]
    assert client.post("/search/link/", asked | {"kind": kinds[0]}).status_code == 302
    assert "KE/2026/0001" in client.get(f"/cases/{one.ref}/").content.decode()
    assert "KE/2026/0001" in client.get("/search/", {"q": "KE/2026/0001"}).content.decode()
    said = {"title.en": "Magazines", "kind": "bulletin", "audience": "members", "handling": "GREEN"}
    kept = client.post("/library/new/", said | {"cases": "KE/2026/0001\nKE-2026-0391"})
    page = client.get(kept["Location"]).content.decode()
    assert "KE/2026/0001" in page
    edited = client.get(f"{kept['Location']}edit/").content.decode()
    assert "KE/2026/0001" in edited
    assert other.ref not in edited.split("<textarea", 2)[-1]


def test_references_of_an_item_stand_one_a_line_or_between_commas() -> None:
    post = QueryDict(mutable=True)
    post["cases"] = "KE-1, KE 33/26;US/2026/0001\nTW-1 TW-2\n\n"
    assert read_written(post).cases == ["KE-1", "KE 33/26", "US/2026/0001", "TW-1", "TW-2"]


LINES = [
    {"subtype": "pistol", "quantity": "14", "unit": "H87"},
    {"subtype": "magazine", "quantity": "1062", "unit": "H87"},
]


@pytest.mark.parametrize(
    ("lang", "changes", "title"),
    [
        ("en", {}, "14 pistols and 1,062 magazines, Mombasa"),
        ("es", {"lines": LINES[1:]}, "1\xa0062 cargadores, Mombasa"),
        (
            "en",
            {
                "cover_load": {"description": "Pump housings"},
                "concealment": {"place": "cargo", "method": "hidden_in_goods"},
            },
            "14 pistols and 1,062 magazines in pump housings, Mombasa",
        ),
        ("en", {"lines": [*LINES[:1], {**LINES[0], "quantity": "1"}]}, "15 pistols, Mombasa"),
        (
            "en",
            {
                "form": "CIT",
                "lines": [
                    {
                        "subtype": "TUS",
                        "quantity": "37.50",
                        "unit": "KGM",
                        "fields": {"species": "loxodonta_africana"},
                    }
                ],
            },
            "37.5 kg tusks (Loxodonta africana), Mombasa",
        ),
        (
            "en",
            {"form": "DRG", "lines": [{"subtype": "heroin", "quantity": "2.4", "unit": "KGM"}], "place": ""},
            "2.4 kg heroin",
        ),
        ("en", {"lines": [*LINES, *LINES]}, "28 pistols and 2,124 magazines, Mombasa"),
        (
            "en",
            {
                "lines": [
                    *LINES,
                    {"subtype": "ammunition", "quantity": "5", "unit": "H87"},
                    {"subtype": "magazine", "quantity": "2", "unit": "KGM"},
                    {"subtype": "slide_barrel", "quantity": "3", "unit": "H87"},
                ]
            },
            "14 pistols, 1,062 magazines, 5 rounds of ammunition and 2 more, Mombasa",
        ),
    ],
)
def test_a_case_is_called_as_an_officer_would_say_it(
    people: SimpleNamespace, lang: str, changes: dict[str, Any], title: str
) -> None:
    case = _kept(people.contact, **{"lines": LINES, **changes})
    type(people.officer).objects.filter(pk=people.officer.pk).update(language=lang)
    page = _signed(people.officer).get(f"/cases/{case.ref}/")
    assert page.context["title"] == title
