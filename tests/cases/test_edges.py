"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import Refusal

DAY = [{"subtype": "magazine", "quantity": "19", "unit": "H87"}]


@pytest.mark.django_db
def test_a_sample_of_what_is_usual_takes_as_many_of_each_administration(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cases.test_usual import validated
    from tidewaiter.cases.findings import usual_quantities

    monkeypatch.setattr(usual_quantities, "SAMPLE", 30)
    monkeypatch.setattr(usual_quantities, "FIRST_LOOK", 10)
    for by, name, n in ((people.contact, "KE", 12), (people.chilean, "CL", 12), (people.american, "US", 40)):
        validated(people, by, [5] * n, name)
    taken = usual_quantities._rows("WPN")
    assert {who: sum(row[0] == who for row in taken) for who in ("KE", "CL", "US")} == {"KE": 10, "CL": 10, "US": 10}


@pytest.mark.django_db
def test_a_case_that_its_second_version_marks_is_no_part_of_what_is_usual(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cases.test_usual import ROUND_TEN, validated
    from tidewaiter.cases.actions import draft, submit, validate
    from tidewaiter.cases.findings import usual_quantities
    from tidewaiter.cases.models import Case

    monkeypatch.setattr(usual_quantities, "FEW", -1)
    for by, name in ((people.contact, "KE"), (people.chilean, "CL"), (people.american, "US")):
        validated(people, by, ROUND_TEN, name)
    assert usual_quantities.usual_of("WPN").lines == 36
    again = case_in(
        national_ref="US-0",
        country="US",
        place="",
        route=[],
        lines=[{"subtype": "pistol", "quantity": "8", "unit": "H87"}],
        handling="RED",
    )
    ref = draft(cases=[again], by=people.american, channel="csv").refs[0]
    submit(cases=Case.objects.filter(ref=ref, latest=True), by=people.american)
    validate(cases=Case.objects.filter(ref=ref, latest=True), by=people.secretariat, unopened="x")
    assert usual_quantities.usual_of("WPN").lines == 35


@pytest.mark.django_db
def test_a_deed_holds_the_content_too_and_not_the_number_of_the_version_alone(people: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, move_one, withdraw
    from tidewaiter.cases.models import Case

    ref = draft(cases=[case_in()], by=people.contact, channel="page").refs[0]
    read = Case.objects.get(ref=ref)
    draft(cases=[case_in(lines=DAY)], by=people.officer, channel="page")
    for deed in (
        lambda: move_one(deed="submit", case=read, by=people.contact),
        lambda: withdraw(case=read, reason="x", by=people.contact),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.code == "another_version"


@pytest.mark.django_db
def test_counts_of_two_colleagues_with_other_regions_are_apart(people: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, submit
    from tidewaiter.cases.facets import facets_of
    from tidewaiter.cases.models import Case
    from tidewaiter.cases.queries import visible_cases
    from tidewaiter.people.actions import add_officer, cover

    second = add_officer(
        username="second-reviewer.ug", administration="UG", role="reviewer", password=PASSWORD, by=NODE
    )
    cover(officer=second, regions=["SAM"], by=NODE) if False else None
    region = Case  # noqa
    from tidewaiter.people.models import Administration, Cover

    Cover.objects.create(officer=second, region_id=Administration.objects.get(code="CL").region_id)
    from tidewaiter.people.models import Officer

    second = Officer.objects.get(pk=second.pk)
    ref = draft(cases=[case_in(national_ref="F-1")], by=people.contact, channel="csv").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    assert facets_of(people.reviewer, {})[0] == visible_cases(people.reviewer).count() == 1
    assert facets_of(second, {})[0] == visible_cases(second).count() == 0


@pytest.mark.django_db
def test_words_find_the_validated_version_while_its_amendment_waits(people: SimpleNamespace) -> None:
    from tests.cases.test_sight import by_program, validated
    from tidewaiter.cases.actions import draft

    [ref] = validated(people, "KE-1", narrative="behind the manifold")
    draft(
        cases=[case_in(national_ref="KE-1", place="KEMBA", route=[], narrative="under the floor")],
        by=people.contact,
        channel="page",
    )
    for person in (people.contact, people.reviewer, people.secretariat, people.chilean):
        found = by_program(person, "/api/v1/cases?q=manifold&status=validated")["cases"]
        assert [(one["ref"], one["version"]) for one in found] == [(ref, 1)], person.username
