"""Numbers as people write them: any digits, grouping held to its form, marks told by the column, nothing guessed.

Forms of grouping: a first group of one to three digits, not beginning with 0, then groups of exactly three by one and
the same sign; the Indian one by commas with groups of two before a last of three (CLDR, `decimalFormats` of `en_IN`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Context, Decimal
from functools import lru_cache

from tidewaiter.foundation.readings.reading import Reading, words_of

MAX_DIGITS = 18
"""Digits before the point that a quantity or a value may have."""
MAX_PLACES = 18
"""Digits after the point that are kept; more are rounded half to even."""
LONGEST = 500
"""Signs of a text that is looked at."""

_quantum = Decimal(1).scaleb(-MAX_PLACES)
_wide = Context(prec=MAX_DIGITS + MAX_PLACES + 4)
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_SIGNS = {
    ord("−"): "-",
    ord("﹣"): "-",
    ord("－"): "-",
    ord("＋"): "+",
    ord("’"): "'",
    ord("‘"): "'",
    ord("ʼ"): "'",
    ord("＇"): "'",
    ord("．"): ".",
    ord("，"): ",",
    ord("،"): ",",
    ord("\u200e"): None,
    ord("\u200f"): None,
    ord("\u061c"): None,
    ord("\u2066"): None,
    ord("\u2069"): None,
}
_ALIKE = str.maketrans(_SPACES | _SIGNS)
_simple = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")
_inside = re.compile(r"(?<![0-9.,])[0-9][0-9.,']*[0-9]")
_either = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}[.,][0-9]{3}(?![0-9])")
_exponent = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})[eE][+-]?[0-9]{1,3}")
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[1-9][0-9]{0,2}(?:'[0-9]{3})+"
_INDIAN = r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
_PART = r"(?:\.[0-9]{1,400})?|\.[0-9]{1,400}"
_by_point = re.compile(rf"[+-]?(?:(?:[0-9]{{1,400}}|{_GROUPED}|{_INDIAN}){_PART})")
_by_comma = re.compile(rf"[+-]?(?:(?:[0-9]{{1,400}}|{_GROUPED}){_PART})")
"""The same with point and comma exchanged: the Indian grouping goes with a decimal point alone."""
FORM_BY_POINT = rf"^{_by_point.pattern}$".replace("400", "40")
"""The same forms for an engine that reads millions of cells by the mark that their column tells (`mark_of`): RE2 and
Java have them too. With a decimal comma they hold once the two marks are exchanged, but for the Indian grouping.
"""
FORM_BY_COMMA = rf"^{_by_comma.pattern}$".replace("400", "40")
_money = re.compile(
    r"(?:US|R|S/|NT|HK|A|C|NZ|MX)?\s?\$|R\$|S/\.?|Rs\.?|[^\W\d_]?[$€£¥₹₽₺₦₱₫₩₴₵₡₲₪₭₮₸฿₾¢¤]", re.IGNORECASE
)
_ABOUT = words_of(
    "~ ≈ ∼ ± c ca c. ca. circa about approx approx. approximately around roughly nearly almost env env. environ aprox "
    "aprox. aproximadamente cerca unos unas около примерно прибл прибл. ок ок. حوالي تقريبا نحو 约 大约 约合 左右 余 "
    "kama takriban karibu sekitar kira-kira kurang lebih rund etwa ungefähr"
)
_BOUND = words_of(
    "> < ≥ ≤ >= <= over more than under less at least up to plus moins de más menos mais до более менее свыше من أكثر"
    " أقل 超过 以上 以下 不足 zaidi chini ya lebih dari über mehr als unter weniger bis min max minimum maximum"
)
_between = re.compile(r"[0-9]\s*(?:-|–|—|‒|\.\.\.?|…|~|至|to|à|a|до|bis|hingga|sampai|hadi|إلى)\s*[0-9]", re.IGNORECASE)
_times = re.compile(r"[0-9]\s*(?:[x×*@/⁄]|[х](?=\s*[0-9]))\s*[0-9]", re.IGNORECASE)


class Number(str):
    """The text of a cell that is a number in its file (a workbook's, JSON's): plain digits, a point, no grouping.

    Cutting spaces off keeps it what it is, so that it comes through a mapping as the number that it was.
    """

    __slots__ = ()

    def strip(self, signs: str | None = None, /) -> str:
        """Itself: there is nothing to cut."""
        return self if signs is None else str(self).strip(signs)


class NumberShown(Number):
    """A number of a workbook whose format shows a word beside it: 12 in the format `0 "kg"` is shown as «12 kg».

    It is the number that it is; who reads a quantity, or per cent, asks for `word` and for the `number` shown, which a
    format in thousands or in per cent shifts by some digits.
    """

    __slots__ = ("shift", "word")
    word: str
    shift: int

    @classmethod
    def of(cls, number: str, word: str, shift: int = 0) -> NumberShown:
        """A number with the word beside it."""
        shown = cls(number)
        shown.word, shown.shift = word, shift
        return shown

    @property
    def number(self) -> str:
        """The number as it is shown."""
        return format(Decimal(self).scaleb(self.shift).normalize(), "f") if self.shift else str(self)

    @property
    def text(self) -> str:
        """What a reader of the sheet sees."""
        return f"{self.number} {self.word}"


def alike(text: str) -> str:
    """`text` with digits of any script as 0 to 9, and every space, minus and apostrophe of Unicode as the plain one."""
    if text.isascii():
        return text.strip()
    plain = text.translate(_ALIKE)
    if not plain.isascii():
        plain = "".join(_digit(sign) for sign in plain)
    return plain.strip()


def _digit(sign: str) -> str:
    value = None if sign.isascii() else unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def read_number(text: str, mark: str = "", *, money: bool = False, point: bool = True) -> Reading[Decimal]:
    """The number that `text` states.

    `mark`: `.` or `,` where the source's decimal mark is known; without it a text is read where it can be read in one
    way only. `point`: a text with a point and nothing else that groups («1.250») has it as decimal mark, as in files
    of programs; without it that is two readings. `money`: signs of currencies beside the number are passed over.
    A `Number` is read as it stands. `why` is `not_a_number`, `about`, `between`, `times`, `grouping`, `too_long`.
    """
    if isinstance(text, Number):
        mark = "."
    if mark != "," and (point or mark) and _simple.fullmatch(text):
        return _bounded(Decimal(text))
    if len(text) > LONGEST:
        return Reading(why="too_long" if text.strip().isdigit() else "not_a_number")
    raw, mark = _with_marks(_without_money(alike(text)) if money else alike(text), mark)
    found = [number for one in (mark or ".,") if (number := _by(raw, one)) is not None]
    if len(found) > 1 and found[0] == found[1]:
        found = found[:1]
    if len(found) > 1 and point and "," not in raw:
        found = found[:1]
    if len(found) > 1:
        return Reading(several=tuple(found))
    return _bounded(found[0]) if found else Reading(why=_why(raw))


def _with_marks(raw: str, mark: str) -> tuple[str, str]:
    """Arabic has marks of its own, which say themselves what they are (U+066B, U+066C)."""
    if "٫" not in raw and "٬" not in raw:
        return raw, mark
    if "." in raw or ("," in raw and "٬" in raw):
        return raw, mark
    return raw.replace(",", "٬").replace("٬", ",").replace("٫", "."), "."


def _by(raw: str, mark: str) -> Decimal | None:
    """The number that a text is if `mark` is its decimal mark; nothing where its groups do not hold."""
    if _exponent.fullmatch(raw):
        return Decimal(raw) if mark == "." else None
    said = raw if mark == "." else raw.translate(_SWAPPED)
    if mark == "." and said.endswith(".") and said[:-1].lstrip("+-").isdigit():
        said = said[:-1]
    if (_by_point if mark == "." else _by_comma).fullmatch(said) is None:
        return None
    return Decimal(said.replace(",", "").replace(" ", "").replace("'", "").replace("+", ""))


_SWAPPED = str.maketrans(".,", ",.")


def _bounded(number: Decimal) -> Reading[Decimal]:
    if not number:
        return Reading(Decimal(0))
    if number.adjusted() >= MAX_DIGITS:
        return Reading(why="too_long")
    return Reading(number.quantize(_quantum, context=_wide).normalize(_wide))


def _without_money(raw: str) -> str:
    """Without the sign of a currency before or behind."""
    sign, rest = "", raw
    if rest[:1] in "+-":
        sign, rest = rest[:1], rest[1:].strip()
    place = _money_at(rest)
    return raw if place is None else sign + (rest[: place.start()] + rest[place.end() :]).strip()


def _money_at(rest: str) -> re.Match[str] | None:
    return _money.match(rest) or next((hit for hit in _money.finditer(rest) if hit.end() == len(rest)), None)


def money_sign(text: str) -> str:
    """The sign of a currency that stands before or behind a number; nothing where none does."""
    if text[:1].isdigit() and text[-1:].isdigit():
        return ""
    place = _money_at(alike(text[:LONGEST]).lstrip("+-").strip())
    return place[0].strip() if place else ""


def _why(raw: str) -> str:
    if not any(sign.isnumeric() for sign in raw):
        return "not_a_number"
    words = re.findall(r"[^\W\d_]+\.?|[~≈∼±<>≤≥]=?", raw.casefold())
    if _between.search(raw) and not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?", raw):
        return "between"
    if any(word in _ABOUT for word in words) or raw.endswith("+"):
        return "about"
    if any(word in _BOUND for word in words):
        return "about"
    if (_times.search(raw) and not raw.startswith("0x")) or "⁄" in unicodedata.normalize("NFKC", raw):
        return "times"
    return "grouping" if re.fullmatch(r"[+-]?[0-9][0-9 .,']*", raw) else "not_a_number"


def either_way(text: str) -> bool:
    """Whether a text holds a number whose one mark may be decimals' or thousands': «1,250», «1.250 kg»."""
    return _either.search(text if text.isascii() else alike(text)) is not None


def unclear(text: str) -> bool:
    """Whether a text has marks at all, so that its column must tell what they are: «12,5», «1.250», but not «1250»."""
    return not isinstance(text, Number) and ("," in text or "." in text or not text.isascii())


@lru_cache(maxsize=65536)
def _tells(text: str) -> str:
    """`.` or `,` where the text can be read with that decimal mark alone and would not be the same with the other."""
    raw, mark = _with_marks(_without_money(alike(text[:LONGEST])), "")
    if mark:
        return ""
    readings = {one: _by(raw, one) for one in ".,"}
    held = [one for one, number in readings.items() if number is not None]
    return held[0] if len(held) == 1 and not _exponent.fullmatch(raw) and raw[-1:] != "." else ""


def mark_of(texts: Iterable[str]) -> str:
    """The decimal mark of a column, told by all its cells: `.`, `,`; `?` where cells contradict each other; nothing
    where none tells.

    A cell tells where it can be read in one way only: «12,5», «0.250», «1.234,5», «1,23,456». Cells that are numbers
    (`Number`) and what is no number tell nothing.
    """
    told = {_tells(text[:LONGEST]) for text in texts if unclear(text)} - {""}
    return "?" if len(told) > 1 else next(iter(told), "")


def mark_in(texts: Iterable[str]) -> str:
    """As `mark_of`, of cells that may hold more than a number: of «12,5 kg» the number tells."""
    return mark_of(
        found for text in texts for found in ([text] if _tells(text) else _inside.findall(alike(text[:LONGEST])))
    )


def significant(number: str, digits: int = 12) -> str:
    """A plain number to so many significant digits, plain again: by which restated numbers are held to be the same."""
    if len(number) <= digits:
        return number
    rounded = Context(prec=digits).create_decimal(number)
    return format(rounded.normalize(), "f")
