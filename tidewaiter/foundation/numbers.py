"""Numbers written plainly, and the strict reading of one for callers that refuse (`readings.numbers` is the reader)."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format

from tidewaiter.foundation.readings.numbers import MAX_DIGITS, read_number

_WORDS = {
    "about": "It says «about», or a bound: a number is needed.",
    "between": "It says from … to: a number is needed.",
    "times": "It says so many times, or a fraction: a number is needed.",
    "grouping": "The marks between the digits are not those of thousands.",
    "too_long": f"More than {MAX_DIGITS} digits.",
}


class NumberRefused(ValueError):
    """A text that is not one certain number; `proposal` is what may have been meant, or empty."""

    def __init__(self, sentence: str, proposal: str = "") -> None:
        super().__init__(sentence)
        self.proposal = proposal


def read_decimal(text: str, *, decimal_mark: str = "") -> Decimal:
    """The number that `text` states, as `readings.numbers.read_number` reads it.

    Raises `NumberRefused` for several readings and for none.
    """
    reading = read_number(text, decimal_mark)
    if reading.value is not None:
        return reading.value
    if reading.several:
        raise NumberRefused("A mark that may be decimals' or thousands'.", plain(reading.several[-1]))
    raise NumberRefused(_WORDS.get(reading.why, "Not a number."))


def plain(number: Decimal) -> str:
    """`number` without exponent and without trailing zeros: `Decimal("9.0")` is `9`."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(text: str) -> str:
    """A plain number with the reader's separators and no needless zeros: «1,250.5»."""
    value = Decimal(text).normalize()
    places = max(0, -int(value.as_tuple().exponent))
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
