"""What a person typed of an exhibit, read field by field: each value understood, or said why not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tidewaiter.codelists.currencies import read_currency
from tidewaiter.codelists.units import read_unit
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.readings.numbers import read_number
from tidewaiter.foundation.refusals import BadInput

LONGEST_TEXT, LONGEST_LINE = 10_000, 300
LARGEST = Decimal("1e15")


def read_line(said: str) -> str:
    """A short text on one line. Raises `BadInput`."""
    return _clean(said, LONGEST_LINE)


def read_code(said: str) -> str:
    """A number of a seal, of a shelf. Raises `BadInput`."""
    return _clean(said, 60)


def read_text(said: str) -> str:
    """A longer text. Raises `BadInput`."""
    return _clean(said, LONGEST_TEXT, lines=True)


def _clean(said: str, longest: int, *, lines: bool = False) -> str:
    text = unicodedata.normalize("NFC", said.replace("\r\n", "\n")).strip()
    if len(text) > longest:
        raise BadInput("text", _("At most %(n)s signs stand here.") % {"n": longest})
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(sign) in ("Cs", "Cc") and sign not in allowed for sign in text):
        raise BadInput("text", _("There are signs in it that nobody can read: write it anew."))
    return text


def read_quantity(said: str) -> Decimal:
    """A quantity of nothing or more, as people write it. Raises `BadInput`."""
    reading = read_number(said)
    if reading.several:
        both = " / ".join(f"{one:,}" for one in reading.several)
        raise BadInput(
            "quantity", _("«%(said)s» can be %(both)s: write it without grouping.") % {"said": said[:30], "both": both}
        )
    if reading.value is None:
        raise BadInput("quantity", _("«%(said)s» is no quantity: write 62 or 62.5.") % {"said": said[:30]})
    if not 0 <= reading.value <= LARGEST:
        raise BadInput("quantity", _("A quantity is nothing or more, and below a million milliards."))
    if -int(reading.value.as_tuple().exponent) > 6:
        raise BadInput("quantity", _("A quantity has at most six places."))
    return reading.value


def read_signed(said: str) -> Decimal:
    """A figure that may lie below nothing (carbon saved). Raises `BadInput`."""
    text = said.replace("−", "-").strip()
    return -read_quantity(text[1:]) if text.startswith("-") else read_quantity(text)


def read_unit_code(said: str) -> str:
    """A unit of Recommendation 20. Raises `BadInput`."""
    reading = read_unit(said)
    if reading.several:
        raise BadInput(
            "unit",
            _("«%(said)s» is of several: %(codes)s. Which?")
            % {"said": said[:30], "codes": ", ".join(reading.several[:8])},
        )
    if reading.value is None:
        raise BadInput("unit", _("«%(said)s» is no unit: write pieces, pairs, kg, l.") % {"said": said[:30]})
    return reading.value


def read_currency_code(said: str) -> str:
    """A currency of ISO 4217. Raises `BadInput`."""
    reading = read_currency(said)
    if reading.several or reading.value is None:
        raise BadInput("currency", _("«%(said)s» is no currency: write USD, EUR, KES.") % {"said": said[:30]})
    return reading.value


def reader_of_moments(zone: str, *, ahead: bool = False) -> Callable[[str], datetime]:
    """Reads moments; one without an offset is the wall-clock time of `zone`. Of the past, or (`ahead`) to come."""

    def read(said: str) -> datetime:
        try:
            moment = datetime.fromisoformat(said.strip())
        except ValueError as error:
            raise BadInput(
                "moment", _("«%(said)s» is no moment: write 2026-11-26 19:12.") % {"said": said[:40]}
            ) from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        moment = moment.astimezone(UTC)
        if ahead and moment <= now():
            raise BadInput("moment", _("«%(said)s» is over already.") % {"said": said[:40]})
        if not ahead and not now() - timedelta(days=3650) < moment <= now() + timedelta(minutes=5):
            raise BadInput(
                "moment", _("«%(said)s» lies ahead, or long ago: look at day and hour.") % {"said": said[:40]}
            )
        return moment

    return read


def read_day(said: str) -> date:
    """A day. Raises `BadInput`."""
    reading = read_date(said)
    if reading.value is None or len(reading.value.iso) != 10:
        raise BadInput("day", _("«%(said)s» is no day: write 2026-12-09.") % {"said": said[:40]})
    return date.fromisoformat(reading.value.iso)


def read_degrees(said: str) -> int:
    """Whole degrees Celsius. Raises `BadInput`."""
    text = said.replace("−", "-").removesuffix("°C").removesuffix("°").strip()
    if not text.removeprefix("-").isdecimal() or not -200 <= int(text) <= 200:
        raise BadInput("degrees", _("«%(said)s» are no degrees: write -18 or 4.") % {"said": said[:20]})
    return int(text)


def one_of(allowed: Any) -> Callable[[str], str]:
    """Reads one of some codes."""

    def read(said: str) -> str:
        if said not in allowed:
            raise BadInput(
                "choice", _("«%(said)s» is none of %(all)s.") % {"said": said[:40], "all": ", ".join(sorted(allowed))}
            )
        return said

    return read


def decimal_text(value: Decimal | None) -> str:
    """A number as one text however it was typed: what is digested has one form."""
    if value is None:
        return ""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text
