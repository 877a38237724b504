"""The one reader of numbers, years, months and days in addresses and forms: it
gives a value in bounds or says what is wrong.

`isdigit` takes `²`, `int` takes five thousand digits, `float` takes `nan`, a year of 9999 has no
month after it: none of these reaches a query, a calendar or a header. A house test forbids reading
them otherwise where requests are read.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from tidewaiter.foundation.refusals import BadInput

FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST = 2**63 - 1
"""What a database keeps as a whole number."""
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Key = Annotated[int, Field(ge=0, le=LARGEST)]
"""Parameters of the JSON door."""
MONTH = r"^(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])$"
"""The pattern of a month there."""
_day = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_number = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{0,18})?|[+-]?[.,][0-9]{1,18}")


def whole(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """The whole number that plain digits say, if it lies in the bounds; else nothing: for keys
    and pages, where a wrong one is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    found = int(text)
    return found if least <= found <= most else None


def read_whole(text: str, *, least: int = 0, most: int = LARGEST) -> int:
    """The same. Raises `BadInput` that says what was given and the bounds."""
    found = whole(text.strip(), least=least, most=most)
    if found is None:
        sentence = _("«%(text)s» is not a whole number from %(least)s to %(most)s.")
        raise BadInput("number", sentence % {"text": text[:40], "least": least, "most": most})
    return found


def read_number(text: str, *, low: float = -1e18, high: float = 1e18) -> float:
    """The number that a text says, with a point or a comma before its decimals. Raises
    `BadInput`; `nan` and `inf` are none.
    """
    said = text.strip()
    found = float(said.replace(",", ".")) if _number.fullmatch(said) else math.nan
    if not low <= found <= high:  # nothing lies in bounds for `nan`
        raise BadInput("number", _("«%(text)s» is not a number.") % {"text": text[:40]})
    return found


def year_of(text: str) -> int | None:
    """The year that four digits say, from 1900 to 2200; else nothing."""
    return whole(text, least=FIRST_YEAR, most=LAST_YEAR)


def read_year(text: str) -> int:
    """The same. Raises `BadInput`."""
    found = year_of(text.strip())
    if found is None:
        raise BadInput("year", _("«%(text)s» is not a year.") % {"text": text[:40]})
    return found


def read_month(text: str) -> tuple[int, int]:
    """Year and month of `2026-03`. Raises `BadInput`."""
    said = text.strip()
    if not re.fullmatch(MONTH, said):
        raise BadInput("month", _("«%(text)s» is not a month. Write 2026-03.") % {"text": text[:40]})
    return int(said[:4]), int(said[5:])


def read_day(text: str) -> date:
    """The day of `2026-03-04`. Raises `BadInput`."""
    found = _day.fullmatch(text.strip())
    try:
        if found and year_of(found[1]) is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise BadInput("date", _("«%(text)s» is not a date (YYYY-MM-DD).") % {"text": text[:40]})
