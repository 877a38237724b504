"""Dates and numbers as people write them: what each spelling gives, or why it gives nothing. No database is asked."""

from __future__ import annotations

from decimal import Decimal

from tidewaiter.foundation.readings.dates import looks_paired, month_of, order_of, pairs_of, quarter_of, read_date
from tidewaiter.foundation.readings.numbers import (
    Number,
    alike,
    either_way,
    mark_in,
    mark_of,
    read_number,
    significant,
    unclear,
)
from tidewaiter.foundation.readings.quantities import parts_of


def _day(text: str, **said: str | bool) -> str:
    """The day or days of a text, cut to their precision, or `!` and why there is none."""
    reading = read_date(text, **said)  # type: ignore[arg-type]
    days = [reading.value] if reading.value else list(reading.several)
    cut = {"day": 10, "month": 7, "year": 4}
    return "|".join(day.iso[: cut[day.precision]] for day in days) or f"!{reading.why}"


DATES = {
    "2024": "2024",
    "'2024": "2024",
    "1900": "1900",
    "2100": "2100",
    "1899": "!date_year",
    "2101": "!date_year",
    "2567": "!date_year",
    "202401": "2024-01",
    "202412": "2024-12",
    "202413": "!date_unreadable",
    "202400": "!date_unreadable",
    "189912": "!date_unreadable",
    "210012": "2100-12",
    "210101": "!date_unreadable",
    "20240113": "2024-01-13",
    "20240132": "!date_day",
    "20241": "!date_unreadable",  # no day of 1955
    "20999": "!date_unreadable",
    "21000": "1957-06-29",
    "45000": "2023-03-15",
    "45000.75": "2023-03-15",
    "73050": "2099-12-31",
    "73051": "!date_unreadable",
    "2024-02-29": "2024-02-29",
    "2023-02-29": "!date_day",
    "2024-1-5": "2024-01-05",
    "2024/01/05": "2024-01-05",
    "2024.01.05.": "2024-01-05",
    "2024-01": "2024-01",
    "2024-12": "2024-12",
    "2024-00": "!date_month",
    "2024-13": "!date_month",
    "2024-01-00": "!date_day",
    "2024-01-05T10:20:30Z": "2024-01-05",
    "2024-01-05 10:20": "2024-01-05",
    "13.01.2024 14:30 Uhr": "2024-01-13",
    "13/01/2024": "2024-01-13",
    "01/13/2024": "2024-01-13",
    "03/04/2024": "2024-04-03|2024-03-04",
    "04/04/2024": "2024-04-04",
    "13/13/2024": "!date_month",
    "31/02/2024": "!date_day",
    "3 - 4 - 2024": "2024-04-03|2024-03-04",
    "13.01.24": "2024-01-13",
    "13.01.69": "1969-01-13",
    "13.01.68": "2068-01-13|1968-01-13",
    "24-01-13": "2013-01-24|2024-01-13",
    "24-01-32": "2032-01-24|1932-01-24",
    "15/01/67": "2067-01-15|1967-01-15",
    "15 Jan 67": "2067-01-15|1967-01-15",
    "Jan 67": "2067-01|1967-01",
    "15.01.31": "2031-01-15",
    "32-01-24": "2032-01-24|1932-01-24",
    "32-01-32": "!date_day",
    "13-01-24": "2024-01-13|2013-01-24",
    "2024 1 5": "2024-01-05",
    "100/1/2024": "!date_unreadable",
    "1/2/123": "!date_unreadable",
    "1/2024": "2024-01",
    "12/2024": "2024-12",
    "13/2024": "!date_month",
    "2024年": "2024",
    "2024年3月": "2024-03",
    "2024年3月5日": "2024-03-05",
    "2010/11": "2010-11|2010",
    "2010-11": "2010-11",
    "2010/12": "2010-12",
    "2000/01": "2000-01|2000",
    "2012/13": "!date_span",
    "1999/00": "!date_span",
    "2010-2011": "!date_span",
    "2010-2012": "!date_unreadable",
    "2023-Q1": "!date_quarter",
    "5 March 2024": "2024-03-05",
    "March 5, 2024": "2024-03-05",
    "2024 March 5": "2024-03-05",
    "2024 March 15": "2024-03-15",
    "15 March": "!date_no_year",
    "555 March": "!date_unreadable",
    "1900-05": "1900-05",
    "2100-12-31": "2100-12-31",
    "2024-01-01": "2024-01-01",
    "2024 March 555": "!date_unreadable",
    "Tuesday, 5 March 2024": "2024-03-05",
    "5 de marzo de 2024": "2024-03-05",
    "5 марта 2024 г.": "2024-03-05",
    "05MAR24": "2024-03-05",
    "05MAR2024": "2024-03-05",
    "5-Mar-24": "2024-03-05",
    "March 2024": "2024-03",
    "Mar-24": "2024-03",
    "Mar-69": "1969-03",
    "March 24": "2024-03",
    "March": "!date_no_year",
    "5 March": "!date_no_year",
    "March 555": "!date_unreadable",
    "31 April 2024": "!date_day",
    "5 March April 2024": "!date_unreadable",
    "5 6 March 2024": "!date_unreadable",
    "5 Smarch 2024": "!date_unreadable",
    "2024 March": "2024-03",
    "": "!date_unreadable",
    "soon": "!date_unreadable",
    "x" * 81: "!date_unreadable",
    "5" + " " * 69 + "March 2024": "2024-03-05",
    "5" + " " * 70 + "March 2024": "!date_unreadable",
}


def test_each_spelling_of_a_date_gives_its_day_or_says_why_not() -> None:
    assert {said: _day(said) for said in DATES} == DATES


def test_what_a_source_says_of_its_dates_is_held() -> None:
    assert _day("03/04/2024", order="dmy") == "2024-04-03"
    assert _day("03/04/2024", order="mdy") == "2024-03-04"
    assert _day("13/01/2024", order="mdy") == "!date_month"
    assert _day("13-01-24", order="dmy") == "2024-01-13"
    assert _day("0", days_from_1904=True) == "!date_unreadable"
    assert _day("43538", days_from_1904=True) == "2023-03-15"
    assert _day("2010/11", pairs="years") == "!date_span"
    assert _day("2010/11", pairs="months") == "2010-11"
    assert _day("2010-11", pairs="years") == "!date_span"
    formats = {"%Y-%b": "month", "%d.%m.%y": "day", "%Y": "year", "%j/%Y": "day", "%B %Y": "month", "%m/%Y": "month"}
    said = ("2024-Mar", "05.03.24", "2024", "65/2024", "March 2024", "03/2024")
    read = [read_date(text, [layout]).value for text, layout in zip(said, formats, strict=True)]
    assert [day.precision for day in read if day] == list(formats.values())
    assert [day.iso[:7] for day in read if day] == ["2024-03", "2024-03", "2024-01", "2024-03", "2024-03", "2024-03"]
    assert read_date("1850-Mar", ["%Y-%b"]).value is None
    assert [day.iso for year in (1900, 2100) if (day := read_date(f"{year}-Mar", ["%Y-%b"]).value)] == [
        "1900-03-01",
        "2100-03-01",
    ]
    assert read_date("2024-03-05", ["%d", "%Y-%d-%m"]).value.iso == "2024-05-03"  # type: ignore[union-attr]


def test_why_a_day_is_none_is_told_with_its_numbers() -> None:
    table = {
        "2023-02-29": {"month": "2", "year": "2023", "days": "28"},
        "31/04/2024": {"month": "4", "year": "2024", "days": "30"},
        "2024-13": {"month_said": "13"},
        "1850": {"year": "1850"},
        "1850-02": {"year": "1850"},
        "1999/00": {"first": "1999"},
    }
    assert {said: read_date(said).facts for said in table} == table


def test_a_column_says_whether_days_come_first_and_whether_it_writes_two_years() -> None:
    orders: dict[tuple[str, ...], str] = {
        ("13/01/2024",): "dmy",
        ("12/13/2024",): "mdy",
        ("12/12/2024",): "",
        ("13/01/24", "01/13/24"): "?",
        ("13/13/2024", "2024-01-13", "13/01/124"): "",
        ("13.01.2024 10:30",): "dmy",
        ("13/12/2024",): "dmy",
    }
    assert {texts: order_of(texts) for texts in orders} == orders
    pairs: dict[tuple[str, ...], str] = {
        ("2010-11", "2012-13"): "years",
        ("2010-2011",): "years",
        ("2009-10", "2010-11"): "years",
        ("2010/11",): "",
        ("2010/11", "2010/11"): "",
        ("2010/05",): "months",
        ("2010/12",): "months",
        ("2010/00",): "years",
        ("2012/13", "2011/05"): "",
        (): "",
    }
    assert {texts: pairs_of(texts) for texts in pairs} == pairs
    paired = {
        "2010/11": True,
        "2010-2011": False,
        "2010": False,
        " 2010/11 ": True,
        "2010/11" + " " * 73: True,
        "2010/11" + " " * 74: False,
    }
    assert {said: looks_paired(said) for said in paired} == paired


def test_a_quarter_and_a_month_are_known_by_their_names() -> None:
    quarters = {
        "2023-Q1": (2023, 1),
        "Q4 2023": (2023, 4),
        "1T2023": (2023, 1),
        "1. Quartal 2023": (2023, 1),
        "I квартал 2023": (2023, 1),
        "II квартал 2023": (2023, 2),
        "III квартал 2023": (2023, 3),
        "IV квартал 2023": (2023, 4),
        "3º trimestre de 2023": (2023, 3),
        "2023年第2季度": (2023, 2),
        "Q5 2023": None,
        "Q1 1899": None,
        "Q1 1900": (1900, 1),
        "Q1 2100": (2100, 1),
        "Q1 2101": None,
        "2023": None,
        "": None,
    }
    assert {said: quarter_of(said) for said in quarters} == quarters
    months = {"March": 3, "mars": 3, "марта": 3, "Mär.": 3, "Smarch": 0, "": 0, "Dezember": 12, "january": 1}
    assert {said: month_of(said) for said in months} == months


def _number(text: str, mark: str = "", **said: bool) -> str:
    reading = read_number(text, mark, **said)
    numbers = [reading.value] if reading.value is not None else list(reading.several)
    return "|".join(format(number.normalize(), "f") for number in numbers) or f"!{reading.why}"


NUMBERS = {
    "7": "7",
    "0": "0",
    "-3": "-3",
    "+3": "3",
    ".5": "0.5",
    "1.": "1",
    "12.": "12",
    "-12.": "-12",
    "-1.250": "-1.25",
    "-5": "-5",
    "1,250٫5": "1250.5",
    "1.250٫5": "!not_a_number",
    "١٬٢٥٠": "1250",
    "0" * 400 + "." + "1" * 99: "0." + "1" * 18,
    "0" * 400 + "." + "1" * 100: "!not_a_number",
    "1,250": "1250|1.25",
    "1.250": "1.25",
    "12,50": "12.5",
    "0,250": "0.25",
    "1 250": "1250",
    "1 250,5": "1250.5",
    "1'250.5": "1250.5",
    "1,250.5": "1250.5",
    "1.250,5": "1250.5",
    "1,23,456": "123456",
    "1,2,3": "!grouping",
    "01,250": "1.25",
    "1250,000": "1250",
    "1,250,000": "1250000",
    "1.250.000": "1250000",
    "١٬٢٥٠٫٥": "1250.5",
    "１２": "12",
    "−5": "-5",
    "1e3": "1000",
    "1.5E-2": "0.015",
    "c. 5": "!about",
    "5+": "!about",
    "> 5": "!about",
    "5-7": "!between",
    "5 to 7": "!between",
    "2 x 5": "!times",
    "0x12": "!not_a_number",
    "five": "!not_a_number",
    "": "!not_a_number",
    "5 kg": "!not_a_number",
    "9" * 18: "9" * 18,
    "9" * 19: "!too_long",
    "9" * 501: "!too_long",
    "x" * 501: "!not_a_number",
}


def test_each_spelling_of_a_number_gives_it_or_says_why_not() -> None:
    assert {said: _number(said) for said in NUMBERS} == NUMBERS


def test_a_number_is_read_by_the_mark_of_its_column_and_beside_money() -> None:
    assert [_number("1.250", ","), _number("1.250", "."), _number("1,250", ","), _number("1,250", ".")] == [
        "1250",
        "1.25",
        "1.25",
        "1250",
    ]
    assert _number("1.250", point=False) == "1.25|1250"
    assert _number("$1,250.50", money=True) == "1250.5"
    assert _number("R$ 1.250,50", money=True) == "1250.5"
    assert [_number(one, money=True) for one in ("-$5", "- $5", "5 €", "-5€", "€ 5.50", "5")] == [
        "-5",
        "-5",
        "5",
        "-5",
        "5.5",
        "5",
    ]
    assert _number("-5", point=False) == "-5"
    assert _number("1.250", ".", point=False) == "1.25"
    assert _number("1e3", ",") == "!not_a_number"
    assert Number(" 5 ").strip("5 ") == ""
    assert _number("$5") == "!not_a_number"
    assert _number(Number("1.250"), ",") == "1.25"
    assert read_number("0." + "1" * 19).value == Decimal("0." + "1" * 18)
    assert read_number("0." + "0" * 17 + "15").value == Decimal("2E-18"), "half to even"
    assert alike(" 1\u202f250 ") == "1 250"


def test_a_column_of_numbers_tells_its_mark_and_what_is_unclear_is_known() -> None:
    assert [unclear(one) for one in ("1250", "1.25", "1,25", "١", Number("1.25"))] == [False, True, True, True, False]
    assert [either_way(one) for one in ("1,250", "1.250 kg", "1250", "0,250", "1,2500", "12,50", "١٬٢٥٠")] == [
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    assert [mark_in(one) for one in (["12,5 kg"], ["1.234,5 kg"], ["12.5"], ["5 kg"], ["12,5 kg", "12.5 kg"])] == [
        ",",
        ",",
        ".",
        "",
        "?",
    ]
    assert [mark_of([one]) for one in ("1e3", "1.", "1,23,456", Number("1.25"))] == ["", "", ".", ""]
    assert either_way("１,250")
    assert significant("0.1000000000") == "0.1000000000"
    assert significant("123456789012") == "123456789012"
    assert significant("1234567890123") == "1234567890120"
    assert significant("1234.5678901", 6) == "1234.57"


def test_a_quantity_of_five_hundred_signs_is_read_and_no_longer_one() -> None:
    assert parts_of("3 kg" + " " * 496).value is not None
    assert parts_of("3" * 501 + " kg").value is None
    assert parts_of("3 kg" + "x" * 496).value == ((Decimal(3), "kg" + "x" * 496),)
    assert parts_of("3 kg, 200 g").value == parts_of("3 kg 200 g").value
