"""Who sees the validated version alone is told nothing of the amendment that waits:
side tables follow the version one sees.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.making import case_in
from tests.outsiders import Outsider
from tidewaiter.cases.actions import draft, open_case, return_case, say_of_case, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import FieldReason
from tidewaiter.review.actions import assign

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

DEEDS = ("submit", "validate", "withdraw", "return_case")


@pytest.fixture
def ref(people: SimpleNamespace) -> str:
    """A validated case of Kenya, with what was said under it."""
    made = draft(cases=[case_in(national_ref="KE-1")], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=made), by=people.contact)
    case = Case.objects.get(ref=made)
    open_case(case=case, by=people.reviewer)
    say_of_case(case=case, text="Was the place not the other quay?", by=people.reviewer)
    validate(cases=Case.objects.filter(ref=made), by=people.reviewer)
    return made


def amended(people: SimpleNamespace, ref: str) -> None:
    """An amendment: proposed by another officer, given to a reviewer, sent back, spoken of, mended."""
    draft(cases=[case_in(national_ref="KE-1", narrative="It was under the floor")], by=people.officer, channel="page")
    case = Case.objects.get(ref=ref, latest=True)
    assign(cases=[case], to=people.reviewer.username, by=people.reviewer)
    open_case(case=case, by=people.reviewer)
    return_case(
        case=case,
        reason="Which floor was it",
        by=people.reviewer,
        fields=[FieldReason("place", "unclear", "Name the quay")],
    )
    case = Case.objects.get(ref=ref, latest=True)
    say_of_case(case=case, text="The lower one, says the crew", by=people.officer)
    draft(
        cases=[case_in(national_ref="KE-1", narrative="It was under the lower floor")],
        by=people.officer,
        channel="page",
    )


def told(person: Any, ref: str) -> list[tuple[int, bytes]]:
    """Everything about the case that a person can ask for, refusals of deeds too."""
    outsider = Outsider(person)
    addresses = [
        f"/cases/{ref}/",
        f"/api/v1/cases/{ref}",
        f"/api/v1/cases/{ref}/similar",
        f"/api/v1/cases/{ref}/links",
        "/cases/",
        "/api/v1/cases",
        "/cases/?status=submitted",
        "/cases/?status=validated",
        "/cases/export/?format=csv",
        "/cases/?q=floor",
        "/",
        f"/cases/{ref}/edit/",
    ]
    answers = [outsider.asks(address) for address in addresses]
    answers += [outsider.asks(f"/cases/{ref}/{deed}/", reason="x") for deed in DEEDS]
    answers += [outsider.asks(f"/api/v1/cases/{ref}/{deed}", reason="x") for deed in DEEDS]
    return [*answers, outsider.asks(f"/cases/{ref}/say/", text="x")]


@pytest.mark.parametrize("who", ["chilean", "american", "far_reviewer", "partner"])
def test_an_amendment_that_waits_changes_nothing_that_others_are_told(
    people: SimpleNamespace, ref: str, who: str
) -> None:
    before = told(getattr(people, who), ref)
    amended(people, ref)
    assert told(getattr(people, who), ref) == before


def test_others_read_the_history_as_far_as_the_validation_and_no_thread(people: SimpleNamespace, ref: str) -> None:
    say_of_case(case=Case.objects.get(ref=ref), text="Thank you for the photographs", by=people.reviewer)
    _status, shown = Outsider(people.chilean).asks(f"/cases/{ref}/")
    for said in (b"Validated", b"Opened for review", b"Submitted"):
        assert said in shown, said
    for hidden in (b"Said something", b"Given to a reviewer", b"other quay", b"photographs"):
        assert hidden not in shown, hidden


def test_the_office_reads_of_the_version_it_sees_and_the_administration_of_all(
    people: SimpleNamespace, ref: str
) -> None:
    amended(people, ref)
    _status, own = Outsider(people.contact).asks(f"/cases/{ref}/")
    for said in (b"lower floor", b"version 2", b"other quay", b"says the crew", b"Name the quay", b"officer.ke"):
        assert said in own, said
    _status, office = Outsider(people.reviewer).asks(f"/cases/{ref}/")
    assert b"other quay" in office, "what was said under the version that the office sees"
    for hidden in (b"lower floor", b"version 2", b"says the crew", b"Name the quay", b"officer.ke"):
        assert hidden not in office, hidden
    submit(cases=Case.objects.filter(ref=ref, latest=True), by=people.contact)
    _status, office = Outsider(people.reviewer).asks(f"/cases/{ref}/")
    for said in (b"lower floor", b"version 2", b"other quay", b"says the crew"):
        assert said in office, said
