"""Numbers as people write them, read without guessing."""

from __future__ import annotations

import re
from decimal import Context, Decimal

MAX_DIGITS = 18
"""Digits before the point that a quantity or a value may have."""
MAX_PLACES = 18
"""Digits after the point that are kept; more are rounded half to even."""

_plain = re.compile(r"[+-]?\d{1,40}(?:\.\d{0,400})?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d{1,400}")
_quantum = Decimal(1).scaleb(-MAX_PLACES)
_wide = Context(prec=MAX_DIGITS + MAX_PLACES + 4)


class NumberRefused(ValueError):
    """A text that is not one certain number; `proposal` is what may have been meant, or empty."""

    def __init__(self, sentence: str, proposal: str = "") -> None:
        super().__init__(sentence)
        self.proposal = proposal


def read_decimal(text: str, *, decimal_mark: str = "") -> Decimal:
    """The number that `text` states.

    `decimal_mark` is "." or "," where a source is known to use one; without it only a point is taken as the
    decimal mark, and a text that could be read two ways («1,250») is refused with a proposal.
    Digits of any script are read; a space between groups of three is taken as grouping.
    """
    raw = text.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("'", "").replace("’", "")
    raw = "".join(str(_digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in raw)
    raw = raw.replace("٫", ".").replace("٬", "")
    if re.fullmatch(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?", raw):
        raw = raw.replace(" ", "")
    if decimal_mark == ",":
        raw = raw.replace(".", "").replace(",", ".")
    elif decimal_mark == ".":
        raw = raw.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", raw) else raw
    if not _plain.fullmatch(raw):
        raise NumberRefused(*_why(raw))
    number = Decimal(raw)
    if number and number.adjusted() >= MAX_DIGITS:
        raise NumberRefused(f"More than {MAX_DIGITS} digits.")
    return number.quantize(_quantum, context=_wide).normalize(_wide) if number else Decimal(0)


def _digit(sign: str) -> int:
    try:
        return int(sign)
    except ValueError:
        raise NumberRefused("Not a number.") from None


def _why(raw: str) -> tuple[str, str]:
    if "," in raw:
        if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}", raw):
            return "Commas between the digits.", raw.replace(",", "")
        if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", raw):
            return "Comma and point are mixed.", raw.replace(".", "").replace(",", ".")
        if re.fullmatch(r"[+-]?\d+,\d+", raw):
            return "A comma: decimals take a point.", raw.replace(",", ".")
    if re.fullmatch(r"[+-]?\d[\d ]*\d", raw):
        return "A space inside the number.", raw.replace(" ", "")
    return "Not a number.", ""


def plain(number: Decimal) -> str:
    """`number` without exponent and without trailing zeros: `Decimal("9.0")` is `9`."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
