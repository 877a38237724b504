"""Dates as people write them: usual layouts, months in nine languages and German, a month or a year alone, serials.

A layout that can be read two ways gives both days; a day that does not exist says why («February 2024 has 29 days»).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from tidewaiter.foundation.readings.months import month_names, plain_word, weekdays_in, with_month_numbers
from tidewaiter.foundation.readings.numbers import alike
from tidewaiter.foundation.readings.reading import Reading, one_of

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that are read: others are of another calendar (Thailand's 2567, the Hijra's 1445) or mistyped."""
LONGEST = 80
EITHER = range(32, 69)
"""Years of two digits, and no days, that may be of either century."""
_SERIALS = range(21_000, 73_051)
"""Days of a workbook's calendar that are taken for a date where a text is a bare number: June 1957 to 2100. Those
before begin as a year does: «20241» is a date that was mistyped, and no day of 1955.
"""
_time = re.compile(
    r"[T ,]+(?:at |à |um"
    r" )?\d{1,2}[:hH.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:"
    r" Uhr)?$",
    re.IGNORECASE,
)
_iso = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?\.?")
_three = re.compile(r"(\d{1,4})\s?([./ \-–,])\s?(\d{1,2})\s?[./ \-–,]\s?(\d{1,4})\.?")
_month_year = re.compile(r"(\d{1,2})[./-](\d{4})")
_span = re.compile(r"(\d{4})\s?([/–-])\s?(\d{4}|\d{2})")
_serial = re.compile(r"\d{4,5}(?:\.\d+)?")
_chinese = re.compile(r"(\d{4})\s?年(?:\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?[日号號])?)?")
_compact = re.compile(r"(\d{4})(\d{2})(\d{2})")
_QUARTERS = "quarter|quartal|trimestre|trimester|trim|quart|квартал|кв|kwartał|çeyrek|kuartal|triwulan|季度"
_quarter = re.compile(
    rf"(?P<year>\d{{4}})\s?年?[-/. ]?\s?(?:[QT]|第)\s?(?P<quarter>[1-4])(?:季度)?|[QT]\s?(?P<quarter2>[1-4])\s?[-/."
    rf" ]?\s?(?P<year2>\d{{4}})"
    rf"|(?P<quarter3>[1-4])\s?[QT]\s?[-/. ]?\s?(?P<year3>\d{{4}})"
    rf"|(?P<quarter4>[1-4]|I|II|III|IV)\s?(?:\.|º|°|ª|er|re|e|ème|eme|st|nd|rd|th|to|do|-й|й)?\s?"
    rf"(?:{_QUARTERS})\.?,?\s?(?:de|of|del|do|-)?\s?(?P<year4>\d{{4}})",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_stuck = re.compile(r"(\d{1,2})([^\W\d_]{3,})(\d{2,4})")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day as ISO 8601 and how precise it is: `day`, `month` (the first of it), `year` (the first of it)."""

    iso: str
    precision: str


def read_date(
    text: str, formats: Iterable[str] = (), *, days_from_1904: bool = False, order: str = "", pairs: str = ""
) -> Reading[Day]:
    """The day that `text` states.

    Tried in order: the source's own `formats` (strptime's, English month names), ISO, a workbook's serial number
    (`days_from_1904`: of an old Macintosh's), then the usual layouts. `order`: `dmy` or `mdy` where the source is known
    to write so; `pairs`: what the source means by «2010-11» (`pairs_of`). Two days that fit are `several`, as are a
    month and a fiscal year: «2010/11». `why` is `date_unreadable`, `date_day` (with `year`, `month`, `days`),
    `date_month` (with `month`), `date_year` (with `year`), `date_no_year`, `date_span` (two
    years), `date_quarter` (`quarter_of` reads it), `date_weekday` (with `day` and its `weekday`, Monday as 0).
    """
    said = alike(text[: LONGEST + 1])
    if len(said) > LONGEST:
        return Reading(why="date_unreadable")
    for pattern in formats:
        found = _by_format(said, pattern)
        if found is not None:
            return Reading(found)
    bare = _time.sub("", said).strip(" ,")
    if re.fullmatch(r"['’`]?\d+", bare) or _serial.fullmatch(said):
        return _of_digits(bare.strip("'’`") if said.count(".") == 0 else said, days_from_1904)
    if (match := _span.fullmatch(bare)) and _follows(match):
        if pairs == "years" or not _may_be_month(match):
            return Reading(why="date_span", facts={"first": match[1]})
        if pairs != "months" and match[2] != "-":  # with a hyphen it is a month as ISO 8601 writes it
            both = (_whole(int(match[1]), month, None).value for month in (int(match[3]), None))
            return one_of([one for one in both if one is not None], "date_unreadable")
    if match := _iso.fullmatch(bare) or _chinese.fullmatch(bare):
        parts = [part for part in match.groups() if part is None or part.isdigit()]
        year, month, day = ([int(part) if part else None for part in parts] + [None, None])[:3]
        return _whole(year or 0, month, day)
    if match := _month_year.fullmatch(bare):
        return _whole(int(match[2]), int(match[1]), None)
    if match := _three.fullmatch(bare):
        return _three_numbers(match[1], match[3], match[4], match[2], order)
    if quarter_of(bare) is not None:
        return Reading(why="date_quarter")
    return _on_its_weekday(_with_words(bare), bare)


def _on_its_weekday(reading: Reading[Day], bare: str) -> Reading[Day]:
    """A day whose weekday is named must be one: of two that contradict each other nobody knows which is right."""
    if reading.value is None or reading.value.precision != "day":
        return reading
    on = date.fromisoformat(reading.value.iso).weekday()
    if all(on in days for days in weekdays_in(bare)):
        return reading
    return Reading(why="date_weekday", facts={"day": reading.value.iso, "weekday": str(on)})


def _follows(match: re.Match[str]) -> bool:
    """Whether a year stands before the next one: 2010/11, 1999/00, 2010-2011."""
    return int(match[3]) == (int(match[1]) + 1) % (10_000 if len(match[3]) == 4 else 100)


def _may_be_month(match: re.Match[str]) -> bool:
    return len(match[3]) == 2 and 1 <= int(match[3]) <= 12


def looks_paired(text: str) -> bool:
    """Whether a text is a year and two digits, which may be a month or the next year's: «2010/11»."""
    match = _span.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return match is not None and len(match[3]) == 2


def pairs_of(texts: Iterable[str]) -> str:
    """What a column means by a year and two digits: `years` where one can be no month («2012-13»), or several are
    all followed by the next year's («2009-10», «2010-11»); `months` where one is not («2010/05»); nothing where
    none tells, or cells contradict each other.
    """
    found = {said: match for text in texts if (match := _span.fullmatch(said := alike(text[:LONGEST])))}
    two = [match for match in found.values() if len(match[3]) == 2]
    months = any(_may_be_month(match) and not _follows(match) for match in two)
    years = any(not _may_be_month(match) for match in found.values()) or (len(two) > 1 and not months)
    return "" if months == years else "years" if years else "months"


def quarter_of(text: str) -> tuple[int, int] | None:
    """(year, quarter) of a text that states a quarter: «2023-Q1», «1T2023», «1.
    Quartal 2023»; nothing for any other.
    """
    match = _quarter.fullmatch(alike(text[:LONGEST]))
    if match is None:
        return None
    said = {name.rstrip("234"): found for name, found in match.groupdict().items() if found}
    year = int(said["year"])
    quarter = _ROMAN.get(said["quarter"].lower()) or int(said["quarter"])
    return (year, quarter) if FIRST_YEAR <= year <= LAST_YEAR else None


_YEARS = ("%Y", "%y", "%G", "%x", "%c")


def _by_format(said: str, pattern: str) -> Day | None:
    if not any(mark in pattern for mark in _YEARS):
        return None  # a day without its year is no day
    try:
        found = datetime.strptime(said, pattern).date()  # noqa: DTZ007 -- a calendar day has no zone
    except ValueError:
        return None
    if any(mark in pattern for mark in ("%d", "%j", "%x", "%c")):
        precision = "day"
    else:
        precision = "month" if any(mark in pattern for mark in ("%b", "%B", "%m")) else "year"
    return Day(found.isoformat(), precision) if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _of_digits(said: str, from_1904: bool) -> Reading[Day]:
    """A number alone: a year, a day written together (20240113), or a serial number."""
    if match := _compact.fullmatch(said):
        return _whole(int(match[1]), int(match[2]), int(match[3]))
    if len(said) == 6 and FIRST_YEAR <= int(said[:4]) <= LAST_YEAR and 1 <= int(said[4:]) <= 12:
        return _whole(int(said[:4]), int(said[4:]), None)
    if re.fullmatch(r"\d{4}", said):
        year = int(said)
        if FIRST_YEAR <= year <= LAST_YEAR:
            return Reading(Day(f"{year}-01-01", "year"))
        return Reading(why="date_year", facts={"year": said})
    if _serial.fullmatch(said) and int(float(said)) in _SERIALS:
        first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
        return Reading(Day((first + timedelta(days=int(float(said)))).isoformat(), "day"))
    return Reading(why="date_unreadable")


def _whole(year: int, month: int | None, day: int | None) -> Reading[Day]:
    """A year, a month or a day from its numbers, or why there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Reading(why="date_year", facts={"year": str(year)})
    if month is None:
        return Reading(Day(f"{year:04}-01-01", "year"))
    if not 1 <= month <= 12:
        return Reading(why="date_month", facts={"month_said": str(month)})
    if day is None:
        return Reading(Day(f"{year:04}-{month:02}-01", "month"))
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        return Reading(why="date_day", facts={"month": str(month), "year": str(year), "days": str(days)})
    return Reading(Day(f"{year:04}-{month:02}-{day:02}", "day"))


def _three_numbers(first: str, second: str, third: str, between: str, order: str) -> Reading[Day]:
    """Three numbers: every order in which people write them, as far as it gives a day."""
    tried: list[Reading[Day]] = []
    if len(third) in (2, 4) and len(first) <= 2:
        if order != "mdy":
            tried += [_whole(year, int(second), int(first)) for year in _years(third)]
        if order != "dmy":
            tried += [_whole(year, int(first), int(second)) for year in _years(third)]
    if (len(first) == 4 or (len(first) == len(third) == 2 and between in "-/" and not order)) and len(third) <= 2:
        tried += [_whole(year, int(second), int(third)) for year in _years(first)]
    found = [one.value for one in tried if one.value is not None]
    if found:
        return one_of(found, "date_unreadable")
    return next((one for one in tried if one.why == "date_day"), tried[0] if tried else Reading(why="date_unreadable"))


def _years(year: str) -> tuple[int, ...]:
    """A year as written; one of two digits up to 31 is of this century, from 69 on of the last, as `strptime` takes it
    (POSIX); between them it may be of either («15/01/67»: somebody's birth, or a validity), and is asked.
    """
    number = int(year)
    if len(year) == 4:
        return (number,)
    return (2000 + number,) if number < EITHER.start else (1900 + number,) if number >= EITHER.stop else _both(number)


def _both(number: int) -> tuple[int, int]:
    return 2000 + number, 1900 + number


def _of_either(year: str, month: int, day: int | None) -> Reading[Day]:
    """A month or a day of a year as written, or of the two that it may be."""
    tried = [_whole(one, month, day) for one in _years(year)]
    found = [one.value for one in tried if one.value is not None]
    return one_of(found, "date_unreadable") if found else tried[0]


@lru_cache(maxsize=16384)
def _with_words(bare: str) -> Reading[Day]:
    """A date with the name of its month: the day before or behind it, the year last or first."""
    if match := _stuck.fullmatch(bare):
        bare = " ".join(match.groups())
    words, named = with_month_numbers(bare)
    if not named:
        return Reading(why="date_unreadable")
    parts = words.split()
    months = [int(part[1:]) for part in parts if part[0] == "m"]
    numbers = [part for part in parts if part[0] != "m"]
    if len(months) != 1 or len(numbers) > 2 or not all(part.isdigit() for part in numbers):
        return Reading(why="date_unreadable")
    month = months[0]
    if not numbers or (len(numbers) == 1 and parts[0][0] != "m" and len(numbers[0]) <= 2):
        return Reading(why="date_no_year")
    if len(numbers) == 1:
        return _of_either(numbers[0], month, None) if len(numbers[0]) in (2, 4) else Reading(why="date_unreadable")
    first, second = numbers
    if len(first) == 4:
        return _whole(int(first), month, int(second)) if len(second) <= 2 else Reading(why="date_unreadable")
    if len(second) == 4 or (len(second) == 2 and parts[-1] == second):
        return _of_either(second, month, int(first))
    return Reading(why="date_unreadable")


def order_of(texts: Iterable[str]) -> str:
    """Whether a column writes days before months: `dmy`, `mdy`; `?` where cells contradict
    each other; nothing where none tells.
    """
    told = set()
    for text in texts:
        match = _three.fullmatch(_time.sub("", alike(text[:LONGEST])).strip(" ,"))
        if match and len(match[4]) in (2, 4) and len(match[1]) <= 2:
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                told.add("dmy")
            elif second > 12 >= first:
                told.add("mdy")
    return "?" if len(told) > 1 else next(iter(told), "")


def month_of(text: str) -> int:
    """The number of a month's name, in any of the languages; 0 for what is none."""
    return month_names().get(plain_word(text), 0)
