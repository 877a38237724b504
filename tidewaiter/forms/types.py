"""The value types: each cleans a text into the one way its value is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import like_units, read_unit
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.readings.numbers import read_number
from tidewaiter.foundation.readings.reading import Reading

type Value = str | bool | list[str]
type Cleaned = tuple[Value | None, Problem | None]

_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_cut_short = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,}", re.IGNORECASE)
_NO_REFERENCE = frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "?",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "#n/a",
        "nan",
        "nil",
        "none",
        "null",
        "unknown",
        "s/n",
        "sn",
        "s/nº",
        "n/d",
        "nd",
        "inconnu",
        "desconocido",
        "desconhecido",
        "б/н",
        "нет",
        "无",
        "不详",
        "0",
        "0.0",
        "00",
    ]
)
_YES = frozenset({"yes", "true", "1", "y", "oui", "sí", "si", "sim", "да", "نعم", "是", "ndiyo", "ya"})
_NO = frozenset({"no", "false", "0", "n", "non", "não", "нет", "لا", "否", "hapana", "tidak"})


def clean_text(path: str, said: str, largest: int) -> Cleaned:
    """Text in NFC without signs that cannot be printed; line breaks stay."""
    text = unicodedata.normalize("NFC", said).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _control.search(text):
        return None, Problem(path, "control_characters", _control.sub("�", text)[:80])
    if len(text) > largest:
        return None, Problem(path, "too_long", text[:80])
    return text, None


def clean_reference(path: str, said: str, largest: int) -> Cleaned:
    """A reference; none is a word for none («N/A», «-»), which would make one case of strangers' rows, nor a number
    that a spreadsheet has cut short («2.02E+11»).
    """
    if said.strip().casefold() in _NO_REFERENCE:
        return None, Problem(path, "no_reference", said[:80])
    if _cut_short.fullmatch(said.strip()):
        return None, Problem(path, "reference_rounded", said[:80])
    return clean_text(path, said, largest)


def clean_code(path: str, said: str, list_name: str) -> Cleaned:
    """The code that the text is or names in any language."""
    answer = list_view(list_name).resolve(said[:200])
    if answer.code is not None:
        return answer.code, None
    if answer.doubted:
        code = "doubted"
    else:
        code = "several_countries" if answer.listed else "ambiguous_code" if answer.several else "unknown_code"
    return None, Problem(path, code, said[:80], tuple(answer.proposals))


def clean_open_code(path: str, said: str, list_name: str, largest: int) -> Cleaned:
    """The code that the text is or names; text that is none is kept as said."""
    code = list_view(list_name).resolve(said[:200]).code
    return (code, None) if code is not None else clean_text(path, said, largest)


def clean_codes(path: str, said: str, list_name: str) -> Cleaned:
    """Several codes, separated by semicolons; each is kept once, in the order given."""
    codes: list[str] = []
    for part in said.split(";"):
        if not part.strip():
            continue
        value, problem = clean_code(path, part, list_name)
        if problem:
            return None, problem
        if isinstance(value, str) and value not in codes:
            codes.append(value)
    return codes, None


_NUMBER = {
    "about": "number_about",
    "between": "number_between",
    "times": "number_times",
    "grouping": "number_grouping",
    "too_long": "number_too_long",
}


def clean_decimal(path: str, said: str, decimal_mark: str = "", *, money: bool = False, point: bool = True) -> Cleaned:
    """A number without exponent or trailing zeros, as text; marks and `point` as
    `readings.numbers.read_number` has them.
    """
    reading = read_number(said, decimal_mark, money=money, point=point)
    if reading.value is not None:
        return plain(reading.value), None
    return None, number_problem(path, said, reading)


def number_problem(path: str, said: str, reading: Reading[Decimal]) -> Problem:
    """What is wrong with a text that is several numbers, or none."""
    if reading.several:
        both = tuple(plain(number) for number in reading.several)
        return Problem(path, "number_ambiguous", said[:80], tuple((one, one) for one in both))
    return Problem(path, _NUMBER.get(reading.why, "not_a_number"), said[:80])


def clean_integer(path: str, said: str, decimal_mark: str = "", *, point: bool = True) -> Cleaned:
    """A whole number, as text."""
    value, problem = clean_decimal(path, said, decimal_mark, point=point)
    if problem is None and "." in str(value):
        return None, Problem(path, "not_a_whole_number", said[:80])
    return value, problem


def clean_unit(path: str, said: str, allowed: tuple[str, ...]) -> Cleaned:
    """The unit that a text means in a field that takes these; one that it does not take is left to the checks."""
    reading = read_unit(said[:200], allowed)
    if reading.value is not None:
        return reading.value, None
    return None, unit_problem(path, said, reading.several, allowed)


def unit_problem(path: str, said: str, several: tuple[str, ...], allowed: tuple[str, ...]) -> Problem:
    """What is wrong with a text that is several units, or none, and which units the field takes."""
    labels = list_view("unit").codes
    if several:
        return Problem(path, "ambiguous_code", said[:80], tuple((code, labels[code].label("en")) for code in several))
    takes = ", ".join(f"{code} ({labels[code].label('en')})" for code in allowed[:12] if code in labels)
    return Problem(path, "unknown_unit", said[:80], tuple(like_units(said[:80], allowed)), {"takes": takes})


def clean_boolean(path: str, said: str) -> Cleaned:
    """Yes or no in any of the nine languages."""
    word = said.strip().casefold()
    if word in _YES:
        return True, None
    if word in _NO:
        return False, None
    return None, Problem(path, "not_yes_or_no", said[:80])


def _hs_meant(digits: str) -> list[str]:
    """What may have been meant by digits that are no code of 2, 4 or 6: the six that a longer one begins with; with
    the zero that a spreadsheet has dropped from before three or five digits.
    """
    if re.fullmatch(r"\d{7,10}", digits):
        whole = digits if len(digits) % 2 == 0 else f"0{digits}"
        return [whole[:6]] if len(digits) % 2 == 0 or whole[:6] in list_view("hs").codes else [digits[:6]]
    return [f"0{digits}"] if re.fullmatch(r"\d{3}|\d{5}", digits) and f"0{digits}" in list_view("hs").codes else []


def clean_hs(path: str, said: str) -> Cleaned:
    """2, 4 or 6 digits of the Harmonized System; points and spaces between them are dropped."""
    digits = re.sub(r"[.\s]", "", said)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}", digits):
        return None, Problem(path, "hs_unreadable", said[:80], tuple((code, code) for code in _hs_meant(digits)))
    if digits not in list_view("hs").codes:
        near = [view.code for view in list_view("hs").children(digits[:-2])][:3] if len(digits) > 2 else []
        return None, Problem(path, "hs_unknown", digits, tuple((code, code) for code in near))
    return digits, None


def clean_date(
    path: str, said: str, formats: tuple[str, ...] = (), *, days_from_1904: bool = False, pairs: str = ""
) -> tuple[str | None, str, Problem | None]:
    """A day as ISO 8601 and its precision (`day`, `month`, `year`), as `readings.dates.read_date` reads it.

    A date that can be read two ways is an error, not a guess.
    """
    reading = read_date(said, formats, days_from_1904=days_from_1904, pairs=pairs)
    if reading.value is not None:
        return reading.value.iso, reading.value.precision, None
    if reading.several:
        both = tuple((day.iso, day.iso) for day in reading.several)
        return None, "", Problem(path, "date_ambiguous", said[:80], both)
    return None, "", Problem(path, reading.why, said[:80], (), reading.facts)


def cleaner(path: str, kind: str, list_name: str, largest: int, *, is_open: bool = False) -> Callable[[str], Cleaned]:
    """The cleaning of one column, compiled; places and dates are cleaned by the
    validator, which knows their context.
    """
    match kind:
        case "code" if is_open:
            return lambda said: clean_open_code(path, said, list_name, largest)
        case "code":
            return lambda said: clean_code(path, said, list_name)
        case "codes":
            return lambda said: clean_codes(path, said, list_name)
        case "decimal":
            return lambda said: clean_decimal(path, said)
        case "integer":
            return lambda said: clean_integer(path, said)
        case "boolean":
            return lambda said: clean_boolean(path, said)
        case "hs":
            return lambda said: clean_hs(path, said)
        case "date":
            return lambda said: _clean_plain_date(path, said)
        case _ if path == "national_ref":
            return lambda said: clean_reference(path, said, largest)
        case _:
            return lambda said: clean_text(path, said, largest)


def _clean_plain_date(path: str, said: str) -> Cleaned:
    value, _, problem = clean_date(path, said)
    return value, problem
