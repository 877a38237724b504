"""Every check says what is wrong, and says nothing of what is right."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.making import case_in, record
from tidewaiter.checks.checks import CHECKS, run_checks
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import STOP, WORDS
from tidewaiter.checks.norms import Norm
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named

pytestmark = pytest.mark.django_db
FUNCTIONS = {"KEMBA": "1-3-5---", "KENBO": "-2345---", "USJFK": "---4----", "KEKIS": "1-3-----"}


def findings(form: str = "WPN", **changes: Any) -> list[tuple[str, str, str]]:
    """(code, gravity, path) that the checks say of a record."""
    document = record(**{"form": form, **changes})
    header, lines, problems = CaseReader(form_named(form)).record(document)
    assert not problems, problems
    norms = {
        ("pistol", "H87"): Norm(100, math.log(5), 0.7),
        ("cocaine", "KGM"): Norm(100, math.log(2), 0.7),
        ("cigarettes", "STC"): Norm(50, math.log(200_000), 1.0),
    }
    prices = {("pistol", "H87 USD"): Norm(60, math.log(400), 0.7)}
    context = Context(form_named(form), date(2026, 11, 22), norms, prices, FUNCTIONS)
    found = run_checks(header, lines, context)
    for finding in found:
        assert finding.title()
        assert finding.sentence()
        assert finding.why()
        assert "%(" not in finding.sentence()
    return [(finding.code, finding.severity, finding.path) for finding in found]


PISTOL = {"subtype": "pistol", "quantity": "5", "unit": "H87"}
ROUTE = [
    {"role": "departure", "country": "TR", "place": "TRIST"},
    {"role": "destination", "country": "KE", "place": "KEMBA"},
]
WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("date_in_future", {"date": "2027-01-01"}, {"date": "2026-11-22"}),
    ("date_impossible", {"date": "1900-01-01"}, {"date": "1950-01-01"}),
    ("unit_not_allowed", {"lines": [{**PISTOL, "unit": "KGM"}]}, {"lines": [PISTOL]}),
    ("quantity_outlier", {"lines": [{**PISTOL, "quantity": "50000"}]}, {"lines": [{**PISTOL, "quantity": "40"}]}),
    (
        "value_outlier",
        {"lines": [{**PISTOL, "value": "2000000", "currency": "USD"}]},
        {"lines": [{**PISTOL, "value": "2000", "currency": "USD"}]},
    ),
    ("hs_mismatch", {"lines": [{**PISTOL, "hs": "090111"}]}, {"lines": [{**PISTOL, "hs": "930200"}]}),
    ("place_mismatch", {"place": "USJFK"}, {"place": "KEMBA"}),
    (
        "place_mismatch",
        {"place": "KEMBA", "location_type": "airport", "conveyance": {"mode": "4"}},
        {"place": "KENBO", "location_type": "airport", "conveyance": {"mode": "4"}},
    ),
    (
        "place_mismatch",
        {"place": "KENBO", "location_type": "airport", "conveyance": {"mode": "1"}},
        {"place": "KENBO", "location_type": "airport", "conveyance": {"mode": "4"}},
    ),
    ("route_conflict", {"route": [{**ROUTE[1], "role": "departure"}, ROUTE[1]]}, {"route": ROUTE}),
    (
        "route_conflict",
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}]},
        {"route": [ROUTE[0], {"role": "transit", "country": "KE"}, {"role": "destination", "country": "UG"}]},
    ),
    (
        "route_conflict",
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}]},
        {"route": [ROUTE[0], {"role": "transit", "place": "KEMBA"}, {"role": "destination", "country": "UG"}]},
    ),
    (
        "route_conflict",
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}]},
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}], "direction": "transit"},
    ),
    (
        "route_conflict",
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}], "direction": "export"},
        {"route": [ROUTE[0], {"role": "destination", "country": "UG"}], "direction": None},
    ),
    (
        "route_conflict",
        {"route": [{**ROUTE[0], "date": "2026-04-01"}, ROUTE[1]]},
        {"route": [{**ROUTE[0], "date": "2026-02-01"}, ROUTE[1]]},
    ),
    (
        "route_conflict",
        {
            "route": [
                {**ROUTE[0], "date": "2026-02-03"},
                {"role": "transit", "country": "EG", "date": "2026-02-01"},
                ROUTE[1],
            ]
        },
        {
            "route": [
                {**ROUTE[0], "date": "2026-02-03"},
                {"role": "transit", "country": "EG", "date": "2026-02-04"},
                ROUTE[1],
            ]
        },
    ),
    ("carrier_mode", {"conveyance": {"mode": "1", "carrier": "KQ"}}, {"conveyance": {"mode": "4", "carrier": "KQ"}}),
    ("carrier_mode", {"conveyance": {"mode": "3", "imo": "9319466"}}, {"conveyance": {"mode": "1", "imo": "9319466"}}),
    (
        "check_digit",
        {"conveyance": {"mode": "1", "container": "CSQU3054384"}},
        {"conveyance": {"mode": "1", "container": "CSQU3054383"}},
    ),
    (
        "check_digit",
        {"conveyance": {"mode": "1", "imo": "9319467"}},
        {"conveyance": {"mode": "1", "imo": "IMO 9319466"}},
    ),
    (
        "check_digit",
        {"conveyance": {"mode": "4", "number": "172-12345676"}},
        {"conveyance": {"mode": "4", "number": "172-12345675"}},
    ),
    (
        "check_digit",
        {
            "form": "IPR",
            "lines": [{"subtype": "footwear", "quantity": "2", "unit": "PR", "fields": {"gtin": "4006381333932"}}],
        },
        {
            "form": "IPR",
            "lines": [{"subtype": "footwear", "quantity": "2", "unit": "PR", "fields": {"gtin": "4006381333931"}}],
        },
    ),
    (
        "check_digit",
        {
            "form": "PRE",
            "lines": [{"subtype": "ephedrine", "quantity": "2", "unit": "KGM", "fields": {"cas": "299-42-4"}}],
        },
        {
            "form": "PRE",
            "lines": [{"subtype": "ephedrine", "quantity": "2", "unit": "KGM", "fields": {"cas": "299-42-3"}}],
        },
    ),
    (
        "not_in_list",
        {
            "form": "CIT",
            "lines": [{"subtype": "SCA", "quantity": "2", "unit": "KGM", "fields": {"species": "Draco volans"}}],
        },
        {"form": "CIT", "lines": [{"subtype": "SCA", "quantity": "2", "unit": "KGM", "fields": {"species": "穿山甲"}}]},
    ),
    (
        "personal_data",
        {"narrative": "driver Mr John Mwangi, tel +254 712 345 678"},
        {"narrative": "hidden under sacks of maize"},
    ),
]


@pytest.mark.parametrize(("code", "wrong", "right"), WRONG)
def test_a_check_tells_what_is_wrong_and_not_its_twin(code: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    plain = {"conveyance": {"mode": "1"}, "lines": [PISTOL], "route": ROUTE}
    assert code in [found for found, _, _ in findings(**{**plain, **wrong})]
    assert code not in [found for found, _, _ in findings(**{**plain, **right})]


def test_every_code_has_words_a_gravity_and_a_test() -> None:
    tested = {code for code, _, _ in WRONG}
    for check in CHECKS:
        assert check.function.__doc__
        for code, _ in check.codes:
            assert code in WORDS
            assert code in tested
    graver = {code for check in CHECKS for code, severity in check.codes if severity == STOP}
    assert graver == {"date_in_future", "date_impossible", "unit_not_allowed"}


@pytest.mark.parametrize(
    ("form", "line", "slip"),
    [
        ("DRG", {"subtype": "cocaine", "quantity": "2500", "unit": "KGM"}, "grams"),
        ("TOB", {"subtype": "cigarettes", "quantity": "400", "unit": "STC"}, "cartons"),
        ("WPN", {"subtype": "pistol", "quantity": "0.005", "unit": "H87"}, "thousands"),
    ],
)
def test_a_slip_of_unit_is_named(form: str, line: dict[str, str], slip: str) -> None:
    header, lines, problems = CaseReader(form_named(form)).record(record(form=form, lines=[line]))
    assert not problems
    norms = {
        ("cocaine", "KGM"): Norm(100, math.log(2), 0.7),
        ("cigarettes", "STC"): Norm(50, math.log(80_000), 0.7),
        ("pistol", "H87"): Norm(100, math.log(5), 0.7),
    }
    [finding] = run_checks(header, lines, Context(form_named(form), date(2026, 11, 22), norms))
    assert slip in finding.sentence()


@pytest.mark.both_databases
def test_probable_doubles_are_found_within_a_file_and_across_files(people: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft
    from tidewaiter.cases.models import CaseFinding

    line = {"subtype": "pistol", "quantity": "100", "unit": "H87"}
    first = case_in(national_ref="D-1", lines=[line])
    same_file = case_in(national_ref="D-2", date="2026-03-05", lines=[{**line, "quantity": "101"}])
    others = [
        case_in(national_ref="D-3", date="2026-03-08", lines=[line]),
        case_in(national_ref="D-4", lines=[{**line, "quantity": "104"}]),
        case_in(national_ref="D-5", lines=[{**line, "subtype": "rifle"}]),
        case_in(national_ref="D-6", place="KENBO", lines=[line]),
        case_in(national_ref="D-7", date="2026-03", lines=[line]),
    ]
    draft(cases=[first, same_file, *others], by=people.contact, channel="csv")
    later = case_in(national_ref="D-8", date="2026-03-03", lines=[{**line, "quantity": "99"}])
    draft(cases=[later], by=people.officer, channel="csv")
    told = CaseFinding.objects.filter(code="duplicate_probable").values_list("case__national_ref", flat=True)
    assert sorted(told) == ["D-2", "D-8"]
    again = case_in(national_ref="D-1", lines=[{**line, "quantity": "100.5"}])
    draft(cases=[again], by=people.contact, channel="csv")
    assert (
        CaseFinding.objects.filter(code="duplicate_probable", case__national_ref="D-1", case__latest=True).count() == 1
    )


def test_people_in_free_text_are_found_and_goods_and_places_are_not() -> None:
    from tidewaiter.privacy.finding import find

    names = (PROJECT / "tests/data/people_in_text.txt").read_text().splitlines()
    goods = [line for line in (PROJECT / "tests/data/not_people.txt").read_text().splitlines() if line.strip()]
    honest = (PROJECT / "tests/data/nobody_in_text.txt").read_text().splitlines()
    found = sum(bool(find(line)) for line in names)
    wrong = [line for line in [*goods, *honest] if find(line)]
    recall, precision = found / len(names), found / (found + len(wrong))
    print(
        f"personal data in free text: {len(names)} texts with, {len(goods) + len(honest)} without: recall {recall:.2f},"
        f" precision {precision:.2f}"
    )
    assert recall >= 0.9
    assert precision >= 0.9


def test_a_double_is_told_to_those_who_see_it(people: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, submit
    from tidewaiter.cases.models import Case
    from tidewaiter.cases.queries import findings_for

    draft(cases=[case_in(national_ref="T-1")], by=people.contact, channel="csv")
    ref = draft(cases=[case_in(national_ref="T-2")], by=people.contact, channel="csv").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    case = Case.objects.get(ref=ref, latest=True)
    told = {
        name: [row.code for row in findings_for(getattr(people, name), [case])[case.pk]]
        for name in ("contact", "secretariat", "reviewer")
    }
    assert told == {"contact": ["duplicate_probable"], "secretariat": ["duplicate_probable"], "reviewer": []}, (
        "the other is a draft of its administration"
    )


def test_a_reference_that_the_node_made_is_nobodys_telephone() -> None:
    assert findings(national_ref="AUTO-9B249304704117842818", lines=[PISTOL], route=ROUTE) == []


@pytest.mark.both_databases
def test_cases_that_are_here_are_checked_again_and_only_findings_change(people: SimpleNamespace) -> None:
    from tidewaiter.cases.actions import draft, recheck
    from tidewaiter.cases.models import Case, CaseFinding
    from tidewaiter.foundation.refusals import NotAllowed

    draft(
        cases=[case_in(national_ref=f"C-{n}", conveyance={"mode": "1", "imo": f"931946{n}"}) for n in range(10)],
        by=people.contact,
        channel="csv",
    )
    assert CaseFinding.objects.filter(code="check_digit").count() == 0, "nobody has checked these"
    before = list(Case.objects.order_by("pk").values_list("digest", "status", "version"))
    looked_at, changed, found = recheck(cases=Case.objects.all(), by=people.steward)
    assert (looked_at, changed, found["check_digit"]) == (10, 9, 9)
    assert CaseFinding.objects.filter(code="check_digit").count() == 9
    assert recheck(cases=Case.objects.all(), by=people.steward)[1] == 0
    assert list(Case.objects.order_by("pk").values_list("digest", "status", "version")) == before
    with pytest.raises(NotAllowed):
        recheck(cases=Case.objects.all(), by=people.contact)
