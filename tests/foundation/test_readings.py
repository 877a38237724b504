"""The one reader: a corpus of spellings in nine languages is read right, asked about, or refused; nothing wrongly."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tidewaiter.foundation.readings.dates import order_of, pairs_of, read_date
from tidewaiter.foundation.readings.numbers import Number, mark_of, read_number, significant
from tidewaiter.foundation.readings.quantities import parts_of

SPELLINGS = PROJECT / "tests" / "data" / "spellings.csv"
UNITS = {
    "DRG": ("KGM", "GRM", "LBR", "TNE", "MGM", "ONZ", "LTR", "MLT", "U2", "H87"),
    "TOB": ("STC", "KGM", "GRM", "TNE", "LTR", "MLT", "H87"),
    "CIT": ("H87", "KGM", "GRM", "TNE", "LTR", "MLT", "MTQ", "MTK", "MTR", "PR"),
}


def spellings(*kinds: str) -> list[tuple[str, str, str, str]]:
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        return [(r["kind"], r["said"], r["given"], r["expected"]) for r in csv.DictReader(file) if r["kind"] in kinds]


def told(value: object, several: tuple[object, ...], why: str) -> str:
    if value is not None:
        return str(value)
    if several:
        return "several:" + "|".join(map(str, several))
    assert why
    return "refused"


def agrees(got: str, expected: str) -> bool:
    if expected.startswith("several:"):
        return got.startswith("several:") and set(got[8:].split("|")) == set(expected[8:].split("|"))
    return got.startswith("several:") if expected == "several" else got == expected


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def test_the_corpus_is_large_enough() -> None:
    assert len(spellings("number", "money", "date", "country", "unit", "flow", "currency")) >= 400


@pytest.mark.parametrize(("kind", "said", "given", "expected"), spellings("number", "money"))
def test_numbers_of_the_corpus(kind: str, said: str, given: str, expected: str) -> None:
    reading = read_number(said, given, money=kind == "money")
    got = told(
        None if reading.value is None else _plain(reading.value), tuple(map(_plain, reading.several)), reading.why
    )
    assert agrees(got, expected), got


@pytest.mark.parametrize(("kind", "said", "given", "expected"), spellings("date"))
def test_dates_of_the_corpus(kind: str, said: str, given: str, expected: str) -> None:
    reading = read_date(said, days_from_1904=given == "1904")
    whole = None
    if reading.value is not None:
        whole = reading.value.iso[: {"day": 10, "month": 7, "year": 4}[reading.value.precision]]
    assert agrees(told(whole, tuple(day.iso for day in reading.several), reading.why), expected)


@pytest.mark.django_db
def test_countries_units_flows_and_currencies_of_the_corpus() -> None:
    from tidewaiter.codelists.countries import Countries
    from tidewaiter.codelists.currencies import read_currency
    from tidewaiter.codelists.flows import read_flow
    from tidewaiter.codelists.units import read_unit

    countries = Countries()
    wrong = []
    for kind, said, given_, expected in spellings("country", "unit", "flow", "currency"):
        if kind == "country":
            reading = countries.reading(said)
        elif kind == "unit":
            reading = read_unit(said, UNITS[given_])
        else:
            reading = read_flow(said) if kind == "flow" else read_currency(said)
        got = told(reading.value, reading.several, reading.why)
        if not agrees(got, expected):
            wrong.append((kind, said, got, expected))
    assert wrong == []


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["12,5", "1.250", "3"], ","),
        (["12.5", "1,250"], "."),
        (["1,250", "2,500"], ""),
        (["12,5", "12.5"], "?"),
        (["1.234,5"], ","),
        (["1,23,456"], "."),
        (["5", "7"], ""),
        (["n/a", "c. 5", "0,250"], ","),
    ],
)
def test_a_column_tells_its_decimal_mark(cells: list[str], mark: str) -> None:
    assert mark_of(cells) == mark


def test_a_number_cell_is_a_number_whatever_the_mark() -> None:
    assert read_number(Number("1.125"), ",").value == Decimal("1.125")
    assert read_number("1.125", ",").value == Decimal("1125")
    assert isinstance(Number(" 5 ").strip(), Number)


def test_an_impossible_day_says_why() -> None:
    reading = read_date("2024-02-30")
    assert (reading.why, reading.facts) == ("date_day", {"month": "2", "year": "2024", "days": "29"})
    assert read_date("31/11/2023").facts["days"] == "30"
    assert read_date("2024-00-15").why == "date_month"


def test_a_column_tells_whether_days_come_first() -> None:
    assert order_of(["03/04/2024", "13/01/2024"]) == "dmy"
    assert order_of(["03/04/2024", "01/13/2024"]) == "mdy"
    assert order_of(["03/04/2024"]) == ""
    assert order_of(["13/01/2024", "01/13/2024"]) == "?"
    assert read_date("03/04/2024", order="dmy").value.iso == "2024-04-03"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "mark", "parts"),
    [
        ("3 kg 200 g", "", [("3", "kg"), ("200", "g")]),
        ("1,2 t", ",", [("1.2", "t")]),
        ("250 g", "", [("250", "g")]),
        ("3kg, 200g", "", [("3", "kg"), ("200", "g")]),
        ("1.234,5 kg", ",", [("1234.5", "kg")]),
        ("10 m3", "", [("10", "m3")]),
        ("3公斤200克", "", [("3", "公斤"), ("200", "克")]),
        ("7", "", [("7", "")]),
    ],
)
def test_a_quantity_carries_its_unit(said: str, mark: str, parts: list[tuple[str, str]]) -> None:
    reading = parts_of(said, mark)
    assert reading.value is not None
    assert [(_plain(number), unit) for number, unit in reading.value] == parts


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("c. 5 kg", "about"),
        ("5-7 kg", "between"),
        ("5 kg - 7 kg", "between"),
        ("2 x 5 kg", "times"),
        ("kg 5", "not_a_number"),
        ("> 5 kg", "about"),
    ],
)
def test_what_is_about_or_between_is_no_quantity(said: str, why: str) -> None:
    assert parts_of(said).why == why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("a3 kg", "not_a_number"),
        ("3 kg; ;", "not_a_number"),
        ("1,2,3", "grouping"),
        ("1.2.3 kg", "grouping"),
        ("1,250 kg 200 g", "grouping"),
        ("9" * 80, "too_long"),
    ],
)
def test_what_is_not_wholly_parts_says_why(said: str, why: str) -> None:
    reading = parts_of(said)
    assert (reading.value, reading.several, reading.why) == (None, (), why)


def test_a_quantity_of_two_readings_keeps_its_unit_in_both() -> None:
    reading = parts_of("1,250 kg")
    assert [(_plain(number), unit) for ((number, unit),) in reading.several] == [("1250", "kg"), ("1.25", "kg")]
    alone = parts_of("1,250")
    assert [(_plain(number), unit) for ((number, unit),) in alone.several] == [("1250", ""), ("1.25", "")]
    assert parts_of(Number("1.250")).value == ((Decimal("1.250"), ""),)


def test_restated_numbers_are_held_to_twelve_digits() -> None:
    assert significant("29.29707567359661") == significant("29.2970756735966") == "29.2970756736"
    assert significant("29.2970756") != significant("29.2970757")


_amounts = st.integers(0, 10**12), st.integers(0, 999)


@settings(max_examples=80, deadline=None)
@given(*_amounts)
def test_a_number_grouped_by_its_rules_is_read_back(whole: int, part: int) -> None:
    expected = Decimal(f"{whole}.{part:03}")
    for group, mark in ((",", "."), (".", ","), (" ", "."), ("\u202f", ","), ("'", ".")):
        said = f"{whole:,}".replace(",", group) + f"{mark}{part:03}"
        assert read_number(said, mark).value == expected


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_one_of_three(text: str) -> None:
    for reading in (read_number(text), read_number(text, ","), read_date(text), parts_of(text)):
        kinds = (reading.value is not None, bool(reading.several), bool(reading.why) and not reading.several)
        assert sum(kinds) == 1


@settings(max_examples=80, deadline=None)
@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1)))
def test_a_day_is_read_in_each_layout_or_asked(day: date) -> None:
    for layout in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%Y%m%d", "%d-%b-%Y", "%d/%m/%Y", "%m/%d/%Y"):
        reading = read_date(day.strftime(layout))
        days = [reading.value.iso] if reading.value else [one.iso for one in reading.several]
        assert str(day) in days
        assert len(days) == 1 or "/" in layout


def test_a_fiscal_year_is_no_month_and_what_may_be_either_is_asked() -> None:
    assert [day.iso[:7] for day in read_date("2010/11").several] == ["2010-11", "2010-01"]
    assert [read_date(said).why for said in ("2012/13", "1999/00", "2010-2011")] == ["date_span"] * 3
    read = [read_date(said).value for said in ("2010-11", "2010/12", "2010/05")]
    assert [value.iso[:7] for value in read if value] == ["2010-11", "2010-12", "2010-05"]
    assert read_date("2010-11", pairs="years").why == "date_span"
    assert read_date("2010/11", pairs="months").value.iso == "2010-11-01"  # type: ignore[union-attr]
    assert read_date("2010/11", ["%Y/%m"]).value.iso == "2010-11-01"  # type: ignore[union-attr]


def test_a_column_tells_whether_it_writes_two_years_or_months() -> None:
    assert pairs_of(["2010-11", "2012-13"]) == "years"
    assert pairs_of(["2010/11", "2011/12", "2009-10"]) == "years"
    assert pairs_of(["2010/11", "2011/12", "2011/05"]) == "months"
    assert pairs_of(["2010/11"]) == ""
    assert pairs_of(["2012/13", "2011/05"]) == ""
    assert pairs_of(["2010", "2011-01-02", ""]) == ""
