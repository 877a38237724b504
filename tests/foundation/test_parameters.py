"""Numbers, years, months and days of addresses: a value in bounds, or a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse

from tidewaiter.foundation.attachments import attached, clean_name
from tidewaiter.foundation.parameters import read_day, read_month, read_number, read_whole, read_year, whole, year_of
from tidewaiter.foundation.refusals import BadInput


def test_what_is_right_is_read() -> None:
    assert whole("0") == 0
    assert whole("9223372036854775807") == 9223372036854775807
    assert read_whole(" 12 ", least=1, most=12) == 12
    assert (year_of("1900"), year_of("2200"), read_year("2026")) == (1900, 2200, 2026)
    assert read_month("2200-12") == (2200, 12)
    assert read_day("2024-02-29") == date(2024, 2, 29)
    assert [read_number(text) for text in ("5", "0,5", ".25", "-3.")] == [5, 0.5, 0.25, -3]


@pytest.mark.parametrize(
    "text", ["", "²", "٣", "-1", "+1", "1.0", "1e3", "1_0", "0x1", "9223372036854775808", "9" * 5000, "\x00", "1\n"]
)
def test_no_whole_number_is_none(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize("text", ["", "²", "nan", "inf", "1e400", "1e5", "1,000.5", "--1", ".", "9" * 40, "٣"])
def test_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match="is not a number"):
        read_number(text)


@pytest.mark.parametrize(
    "text", ["", "²²²²", "0", "0000", "1899", "2201", "10000", "99999999999", "20260", "٢٠٢٥", "-2026"]
)
def test_no_year_is_refused_in_words(text: str) -> None:
    assert year_of(text) is None
    with pytest.raises(BadInput, match="is not a year"):
        read_year(text)


@pytest.mark.parametrize(
    "text",
    ["", "9999-12", "0000-01", "2026-13", "2026-00", "2026-1", "10000-01", "2026-01-01", "٢٠٢٥-01", "2026-01\n\n"],
)
def test_no_month_is_refused_in_words(text: str) -> None:
    if text.strip() != "2026-01":
        with pytest.raises(BadInput, match="is not a month"):
            read_month(text)


@pytest.mark.parametrize(
    "text", ["", "9999-12-31", "0001-01-01", "2026-02-30", "20260304", "2026-W01-1", "2026-03-04T00:00", "²026-03-04"]
)
def test_no_day_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match="is not a date"):
        read_day(text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("report.csv", "report.csv"),
        ("../../etc/passwd", "etcpasswd"),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie a=b"),
        ("\u202egpj.exe", "gpj.exe"),
        ('a"b;c', "abc"),
        ("\x00\x1b[2J", "[2J"),
        ("", "file"),
        ("...", "file"),
        ("a" * 500 + ".csv", "a" * 146 + ".csv"),
        ("отчёт.csv", "отчёт.csv"),
    ],
)
def test_a_name_of_a_file_is_a_name_and_nothing_else(said: str, kept: str) -> None:
    assert clean_name(said) == kept
    header = attached(HttpResponse(), said)["Content-Disposition"]
    assert header.startswith("attachment")
    assert header.isprintable()
