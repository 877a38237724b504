"""The value types: each cleans a text into the one way its value is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.numbers import NumberRefused, plain, read_decimal

type Value = str | bool | list[str]
type Cleaned = tuple[Value | None, Problem | None]

_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YES = frozenset({"yes", "true", "1", "y", "oui", "sí", "si", "sim", "да", "نعم", "是", "ndiyo", "ya"})
_NO = frozenset({"no", "false", "0", "n", "non", "não", "нет", "لا", "否", "hapana", "tidak"})
_MONTHS = {
    name: at
    for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}


def clean_text(path: str, said: str, largest: int) -> Cleaned:
    """Text in NFC without signs that cannot be printed; line breaks stay."""
    text = unicodedata.normalize("NFC", said).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _control.search(text):
        return None, Problem(path, "control_characters", _control.sub("�", text)[:80])
    if len(text) > largest:
        return None, Problem(path, "too_long", text[:80])
    return text, None


def clean_code(path: str, said: str, list_name: str) -> Cleaned:
    """The code that the text is or names in any language."""
    answer = list_view(list_name).resolve(said[:200])
    if answer.code is not None:
        return answer.code, None
    exact = list(answer.proposals)
    several = len(exact) > 1 and len(list_view(list_name).by_label.get(said.strip().casefold(), [])) > 1
    return None, Problem(path, "ambiguous_code" if several else "unknown_code", said[:80], tuple(exact))


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


def clean_decimal(path: str, said: str, decimal_mark: str = "") -> Cleaned:
    """A number without exponent or trailing zeros, as text."""
    try:
        return plain(read_decimal(said, decimal_mark=decimal_mark)), None
    except NumberRefused as refusal:
        proposals = ((refusal.proposal, refusal.proposal),) if refusal.proposal else ()
        code = "number_too_long" if "digits" in str(refusal) else "not_a_number"
        return None, Problem(path, code, said[:80], proposals)


def clean_integer(path: str, said: str) -> Cleaned:
    """A whole number, as text."""
    value, problem = clean_decimal(path, said)
    if problem is None and "." in str(value):
        return None, Problem(path, "not_a_whole_number", said[:80])
    return value, problem


def clean_boolean(path: str, said: str) -> Cleaned:
    """Yes or no in any of the nine languages."""
    word = said.strip().casefold()
    if word in _YES:
        return True, None
    if word in _NO:
        return False, None
    return None, Problem(path, "not_yes_or_no", said[:80])


def clean_hs(path: str, said: str) -> Cleaned:
    """2, 4 or 6 digits of the Harmonized System; points and spaces between them are dropped."""
    digits = re.sub(r"[.\s]", "", said)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}", digits):
        longer = digits[:6] if re.fullmatch(r"\d{7,10}", digits) else ""
        return None, Problem(path, "hs_unreadable", said[:80], ((longer, longer),) if longer else ())
    if digits not in list_view("hs").codes:
        near = [view.code for view in list_view("hs").children(digits[:-2])][:3] if len(digits) > 2 else []
        return None, Problem(path, "hs_unknown", digits, tuple((code, code) for code in near))
    return digits, None


def clean_date(
    path: str, said: str, formats: tuple[str, ...] = (), *, days_from_1904: bool = False
) -> tuple[str | None, str, Problem | None]:
    """A day as ISO 8601 and its precision (`day`, `month`, `year`).

    Tried in order: the source's own formats, ISO, an Excel serial number, then day and month only where they
    cannot be confused. A date that can be read two ways is an error, not a guess.
    """
    text = _ascii_digits(said.strip())
    for pattern in formats:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 -- a calendar day has no zone
        except ValueError:
            continue
        return found.date().isoformat(), _precision(pattern), None
    if match := re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?)?", text):
        year, month, day = (int(part) if part else 0 for part in match.groups())
        return _day(path, text, year, month or 1, day or 1, "day" if day else "month" if month else "year")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        from_day = date(1904, 1, 1) if days_from_1904 else date(1899, 12, 30)
        return (from_day + timedelta(days=int(float(text)))).isoformat(), "day", None
    if match := re.fullmatch(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})", text):
        first, second, year = (int(part) for part in match.groups())
        if first > 12 or first == second:
            return _day(path, text, year, second, first, "day")
        if second > 12:
            return _day(path, text, year, first, second, "day")
        both = tuple((f"{year}-{m:02}-{d:02}",) * 2 for m, d in ((second, first), (first, second)))
        return None, "", Problem(path, "date_ambiguous", text, both)
    if match := re.fullmatch(r"(\d{1,2})[ .-]([A-Za-z]{3})[a-z]*[ .,-]+(\d{4})", text):
        month = _MONTHS.get(match[2].lower(), 0)
        return _day(path, text, int(match[3]), month, int(match[1]), "day")
    return None, "", Problem(path, "date_unreadable", text[:80])


def _ascii_digits(text: str) -> str:
    """Decimal digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign for sign in text
    )


def _precision(pattern: str) -> str:
    if any(mark in pattern for mark in ("%d", "%j", "%x", "%c")):
        return "day"
    return "month" if any(mark in pattern for mark in ("%b", "%B", "%m")) else "year"


def _day(
    path: str, text: str, year: int, month: int, day: int, precision: str
) -> tuple[str | None, str, Problem | None]:
    try:
        return date(year, month, day).isoformat(), precision, None
    except ValueError:
        return None, "", Problem(path, "date_unreadable", text[:80])


def cleaner(path: str, kind: str, list_name: str, largest: int, *, is_open: bool = False) -> Callable[[str], Cleaned]:
    """The cleaning of one column, compiled; places and dates are cleaned by the validator, which knows their context."""
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
        case _:
            return lambda said: clean_text(path, said, largest)


def _clean_plain_date(path: str, said: str) -> Cleaned:
    value, _, problem = clean_date(path, said)
    return value, problem
