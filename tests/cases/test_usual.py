"""What is usual is learnt from validated cases that everybody sees, and nobody moves it alone."""

from __future__ import annotations

import csv
import json
from math import exp
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.making import case_in, record
from tests.outsiders import Outsider
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.checks.norms import norms_of, norms_together
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.jobs.actions import Progress

ROUND_TEN = [8, 9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 12]


def filed(by: Any, quantities: list[int], name: str, **changes: Any) -> list[str]:
    """Drafts of pistols, a case for each quantity; their refs."""
    cases = [
        case_in(
            national_ref=f"{name}-{n}",
            country=by.administration_id,
            place="",
            route=[],
            lines=[{"subtype": "pistol", "quantity": str(one), "unit": "H87"}],
            **changes,
        )
        for n, one in enumerate(quantities)
    ]
    return draft(cases=cases, by=by, channel="csv").refs


def validated(people: SimpleNamespace, by: Any, quantities: list[int], name: str, **changes: Any) -> None:
    """The same, validated."""
    refs = filed(by, quantities, name, **changes)
    submit(cases=Case.objects.filter(ref__in=refs), by=by)
    validate(cases=Case.objects.filter(ref__in=refs), by=people.secretariat, unopened="made in a test")


def said_of(outsider: Outsider, quantity: str, name: str) -> list[dict[str, str]]:
    """What the JSON door finds unusual in a case of so many pistols."""
    line = {"subtype": "pistol", "quantity": quantity, "unit": "H87"}
    country = outsider.person.administration_id
    _status, content = outsider.asks(
        "/api/v1/cases", **record(national_ref=name, country=country, place="", route=[], lines=[line])
    )
    findings = json.loads(content.split(b"\n", 1)[1])["findings"]
    return [one["says"] for one in findings if one["code"] == "quantity_outlier"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_drafts_and_marked_cases_of_another_country_change_nothing_of_what_is_usual(people: SimpleNamespace) -> None:
    for by, name in ((people.contact, "KE"), (people.chilean, "CL"), (people.american, "US")):
        validated(people, by, ROUND_TEN, name)
    contact = Outsider(people.contact)
    [before] = said_of(contact, "4000", "X-1")
    assert (before["n"], before["median"]) == ("36", "10")
    filed(people.american, [1] * 400, "HIDDEN")
    validated(people, people.american, [1] * 400, "RED", handling="RED")
    assert said_of(contact, "4000", "X-2") == [before]
    assert said_of(contact, "10", "X-3") == []
    assert "three administrations and more" in before["whose"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_one_administration_moves_nothing_alone_however_much_of_it_is_validated(people: SimpleNamespace) -> None:
    for by, name in ((people.contact, "KE"), (people.chilean, "CL")):
        validated(people, by, ROUND_TEN, name)
    validated(people, people.american, [60_000] * 300, "US")
    [said] = said_of(Outsider(people.contact), "60000", "X-1")
    assert (said["n"], said["median"]) == ("324", "11")


@pytest.mark.both_databases
@pytest.mark.django_db
def test_where_few_reported_a_case_is_held_against_its_own_administration_and_the_finding_says_so(
    people: SimpleNamespace,
) -> None:
    validated(people, people.american, [60_000] * 300, "US")
    contact = Outsider(people.contact)
    assert said_of(contact, "60000", "X-1") == [], "what one other administration reported is no rule"
    validated(people, people.contact, ROUND_TEN * 3, "KE")
    [said] = said_of(contact, "60000", "X-2")
    assert (said["n"], said["median"]) == ("36", "10")
    assert "of the same administration" in said["whose"]
    assert said_of(Outsider(people.american), "60000", "X-3") == []


def test_the_weight_of_one_is_two_fifths_at_most_and_of_three_that_are_alike_a_third() -> None:
    others = [(who, "pistol", "H87", float(n)) for who in ("B", "C") for n in range(90, 110)]
    for number in (20, 30, 1_000, 100_000):
        (norm,) = norms_together([*others, *[("A", "pistol", "H87", 1.0)] * number]).values()
        assert 90 <= exp(norm.middle) <= 109, number
        assert norm.reporters == 3
    alike = [(who, "pistol", "H87", n / 10) for who in "ABCD" for n in range(5, 30)]
    (together,) = norms_together(alike).values()
    (plain,) = norms_of([line[1:] for line in alike]).values()
    assert (together.middle, together.spread) == pytest.approx((plain.middle, plain.spread))
    assert norms_together(others * 2) == {}, "two administrations are too few"
    assert norms_together([*others[:10], *others[20:29], *[("A", "pistol", "H87", 1.0)] * 10]) == {}, "29 lines are"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_figures_of_the_other_lines_of_a_file_are_told_to_its_own_administration_alone(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("form", "national_ref", "date", "country", "subtype", "quantity", "unit"))
        rows.writerows(("WPN", f"F-{n}", "2026-03-04", "KE", "pistol", q, "H87") for n, q in enumerate(ROUND_TEN * 4))
        rows.writerow(("WPN", "F-ODD", "2026-03-04", "KE", "pistol", 70_000, "H87"))
    receipt = receive(
        path=path, name="many.csv", mapping_text="", mapping_name="", options={"channel": "csv"}, by=people.contact
    )
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    odd = Case.objects.get(national_ref="F-ODD")
    submit(cases=Case.objects.filter(pk=odd.pk), by=people.contact)
    validate(cases=Case.objects.filter(pk=odd.pk), by=people.secretariat, unopened="made in a test")
    _status, own = Outsider(people.contact).asks(f"/cases/{odd.ref}/")
    assert b"of 49 lines of such goods the middle one holds 10" in own
    for person in (people.chilean, people.reviewer):
        outsider = Outsider(person)
        _status, page = outsider.asks(f"/cases/{odd.ref}/")
        assert b"Compared with the other lines of the same file" in page
        assert b"49 lines" not in page
        [finding] = json.loads(outsider.asks(f"/api/v1/cases/{odd.ref}")[1].split(b"\n", 1)[1])["findings"]
        assert finding["says"]["quantity"] == "70000"
        assert not {"n", "median"} & set(finding["says"])


@pytest.mark.both_databases
@pytest.mark.django_db
def test_that_a_case_may_repeat_another_is_told_neither_by_its_sign_nor_by_a_filter_to_who_sees_one_of_them(
    people: SimpleNamespace,
) -> None:
    def made(name: str, **changes: Any) -> None:
        line = {"subtype": "pistol", "quantity": "100", "unit": "H87"}
        refs = draft(
            cases=[case_in(national_ref=name, lines=[line], **changes)], by=people.contact, channel="page"
        ).refs
        submit(cases=Case.objects.filter(ref__in=refs), by=people.contact)
        validate(cases=Case.objects.filter(ref__in=refs), by=people.secretariat, unopened="made in a test")

    made("KE-RED", handling="RED")
    made("KE-1")
    stranger, own = Outsider(people.chilean), Outsider(people.contact)
    assert b"duplicate_probable" in own.asks("/api/v1/cases?national_ref=KE-1")[1]
    assert b'class="sev' in own.asks("/cases/?national_ref=KE-1")[1]
    for address in ("/cases/?national_ref=KE-1", "/search/?national_ref=KE-1", "/cases/"):
        status, page = stranger.asks(address)
        assert (status, b"KE-1" in page, b'class="sev' in page) == (200, True, False), address
    assert b"KE-1" not in stranger.asks("/api/v1/cases?worst=warn")[1]
    assert b"worst=warn" not in stranger.asks("/cases/")[1]
