"""Which cases are compared as doubles of each other: the numbers they share, and what is found among them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.making import case_in
from tidewaiter.cases.actions import draft, withdraw
from tidewaiter.cases.findings import duplicates
from tidewaiter.cases.findings.match_keys import blocks_of, ordinal
from tidewaiter.cases.models import Case, CaseFinding

HEADER = {"country": "KE", "form": "WPN", "place": "KEMBA", "date": "2026-03-04", "date_precision": "day"}
LINE = {"subtype": "pistol", "unit": "H87", "quantity": "100"}


def blocks(header: dict[str, Any] | None = None, line: dict[str, Any] | None = None) -> tuple[int, ...]:
    """Of the case above, with these changes."""
    return blocks_of({**HEADER, **(header or {})}, [{**LINE, **(line or {})}, {"subtype": "rifle"}])


def test_the_numbers_are_kept_in_the_database_and_are_the_same_for_good() -> None:
    assert ordinal("2026-03-04") == 739679
    assert blocks() == (-4504157967425772081, -86881260613240192, 6896556851897426404, -7132910514999593323)
    assert blocks({"date": "2026-03-05"}, {"quantity": "0.5"}) == (
        -6820369881800807558,
        7209097485096212169,
        225659372585545573,
        -4191617334226986316,
    )


def test_a_number_fits_what_a_database_keeps() -> None:
    for n in range(200):
        for one in blocks({"place": f"KE{n:03}"}, {"quantity": str(n + 0.5)}):
            assert -(2**63) <= one < 2**63


@pytest.mark.parametrize(
    "changes",
    [
        ({"country": "UG"}, {}),
        ({"form": "DRG"}, {}),
        ({"place": "KENBO"}, {}),
        ({"date": "2026-03-08"}, {}),
        ({"date": "2026-02-28"}, {}),
        ({}, {"subtype": "rifle"}),
        ({}, {"unit": "KGM"}),
        ({}, {"quantity": "110"}),
        ({}, {"quantity": "90"}),
    ],
)
def test_cases_of_other_goods_places_days_or_sizes_share_nothing(
    changes: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    assert not set(blocks()) & set(blocks(*changes))


@pytest.mark.parametrize("day", ["2026-03-04", "2026-03-05"])
def test_whatever_is_near_has_its_own_block_among_those_that_are_asked(day: str) -> None:
    near_days = {"2026-03-04": ("2026-03-03", "2026-03-05"), "2026-03-05": ("2026-03-04", "2026-03-06")}[day]
    for hundredths in range(1, 4000, 7):
        quantity = hundredths / 100
        asked = blocks({"date": day}, {"quantity": str(quantity)})
        assert len(set(asked)) == 4
        for times in (0.9805, 1.0, 1.0195):
            for other in (day, *near_days):
                own = blocks({"date": other}, {"quantity": str(quantity * times)})[0]
                assert own in asked, (quantity, times, other)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ({"place": ""}, {}),
        ({"place": None}, {}),
        ({"date_precision": "month"}, {}),
        ({"date_precision": "year"}, {}),
    ],
)
def test_where_place_or_day_lack_nothing_is_asked(header: dict[str, Any], line: dict[str, Any]) -> None:
    assert blocks(header, line) == ()


def test_where_lines_or_the_quantity_lack_nothing_is_asked_and_a_day_is_a_day_unless_it_is_said() -> None:
    assert blocks_of(HEADER, []) == ()
    assert blocks_of(HEADER, [{"subtype": "pistol"}]) == ()
    assert blocks_of({name: said for name, said in HEADER.items() if name != "date_precision"}, [LINE]) == blocks()
    assert len(blocks_of(HEADER, [{"quantity": "1"}])) == 4, "goods that were not named are compared with their like"


def told() -> dict[str, str]:
    """Who is told of whom, by reference."""
    refs = dict(Case.objects.values_list("ref", "national_ref"))
    rows = CaseFinding.objects.filter(code="duplicate_probable", case__latest=True).select_related("case")
    return {row.case.national_ref: refs[row.says["other"]] for row in rows}


@pytest.mark.django_db
def test_each_case_is_told_of_the_one_that_it_probably_repeats(people: SimpleNamespace) -> None:
    def pistols(ref: str, quantity: str = "100", **changes: Any) -> Any:
        return case_in(national_ref=ref, lines=[{**LINE, "quantity": quantity}], **changes)

    first = [
        pistols("A"),
        pistols("B", "102"),
        pistols("C", "95"),
        pistols("D", "500"),
        pistols("E", "500", place=""),
        pistols("J", "98"),
    ]
    draft(cases=first, by=people.contact, channel="csv")
    assert told() == {"B": "A", "J": "A"}, "two in a hundred, and no more"
    assert Case.objects.get(national_ref="A").block == -4504157967425772081
    assert Case.objects.get(national_ref="E").block is None
    withdraw(case=Case.objects.get(national_ref="D"), reason="nothing", by=people.contact)
    draft(
        cases=[pistols("F", "500"), pistols("G", "500"), pistols("A", "101"), pistols("H", "510")],
        by=people.officer,
        channel="csv",
    )
    assert told() == {"B": "A", "J": "A", "G": "F", "A": "B", "H": "F"}


@pytest.mark.django_db
def test_of_very_many_that_are_alike_so_many_are_compared(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert duplicates.MOST_COMPARED == 100_000
    draft(cases=[case_in(national_ref=f"A-{n}") for n in range(3)], by=people.contact, channel="csv")
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 0)
    draft(cases=[case_in(national_ref="B")], by=people.contact, channel="csv")
    assert "B" not in told()
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 1)
    draft(cases=[case_in(national_ref="C")], by=people.contact, channel="csv")
    assert "C" in told()
