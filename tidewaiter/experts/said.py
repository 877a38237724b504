"""What somebody said in a form, a body or a file, read field by field: each understood, or said why not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.readings.numbers import read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import is_no_sign, read_name
from tidewaiter.people.queries import zone_of

LONGEST = 20_000
type Fields = Mapping[str, Any]


def line(said: Fields, name: str, longest: int = 200, *, needed: bool = True) -> str:
    """A short text on one line. Raises `BadInput` where it is needed and missing."""
    text = read_name(_text(said, name), longest)
    if needed and not text:
        raise BadInput(name, _("«%(field)s» is needed.") % {"field": name})
    return text


def words(said: Fields, name: str, *, needed: bool = False) -> str:
    """A longer text."""
    text = _text(said, name).replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise BadInput(name, _("This text has more than %(most)s signs.") % {"most": f"{LONGEST:,}"})
    if any(is_no_sign(sign) and sign not in "\n\t" for sign in text):
        raise BadInput(name, _("This text holds signs that cannot be read."))
    if needed and not text:
        raise BadInput(name, _("«%(field)s» is needed.") % {"field": name})
    return text


def code(said: Fields, name: str, known: Collection[str], otherwise: str = "") -> str:
    """One of the codes. Raises `BadInput` that names them."""
    text = _text(said, name).strip() or otherwise
    if text not in known:
        raise BadInput(name, _("Choose one of: %(codes)s.") % {"codes": ", ".join(known)})
    return text


def day(said: Fields, name: str, *, needed: bool = True) -> date | None:
    """A day. Raises `BadInput`."""
    text = _text(said, name).strip()
    if not text:
        if needed:
            raise BadInput(name, _("«%(field)s»: say on which day.") % {"field": name})
        return None
    reading = read_date(text[:40])
    if reading.value is None or reading.value.precision != "day":
        raise BadInput(name, _("«%(text)s» is no day: write 2026-12-31.") % {"text": text[:40]})
    return date.fromisoformat(reading.value.iso)


def the_day(said: Fields, name: str) -> date:
    """A day that is needed."""
    found = day(said, name)
    if found is None:
        raise BadInput(name, _("«%(field)s»: say on which day.") % {"field": name})
    return found


def moment(said: Fields, name: str, zone: str = "UTC") -> datetime:
    """A moment, in the zone of whoever says it unless it brings its own. Raises `BadInput`."""
    text = _text(said, name).strip()
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError as error:
        sentence = _("«%(text)s» is no time: write 2026-12-31T14:30.") % {"text": text[:40]}
        raise BadInput(name, sentence) from error
    if not 1990 <= found.year <= 2200:
        raise BadInput(name, _("«%(text)s» is no time: write 2026-12-31T14:30.") % {"text": text[:40]})
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def moment_of(by: Actor, said: Fields, name: str) -> datetime:
    """A moment as somebody says it where they are. Raises `BadInput`."""
    return moment(said, name, zone_of(by.administration_code))


def number(said: Fields, name: str, least: int, most: int, otherwise: int | None = None) -> int:
    """A whole number. Raises `BadInput`."""
    text = _text(said, name).strip()
    if not text and otherwise is not None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
        raise BadInput(name, _("From %(least)s to %(most)s.") % {"least": least, "most": most})
    return int(text)


def money(said: Fields, name: str) -> Decimal | None:
    """An amount, or nothing. Raises `BadInput`."""
    text = _text(said, name).strip()
    if not text:
        return None
    reading = read_number(text[:40], money=True)
    if reading.value is None or not 0 <= Decimal(reading.value) < Decimal(10) ** 11:
        raise BadInput(name, _("«%(text)s» is no amount.") % {"text": text[:40]})
    return Decimal(reading.value).quantize(Decimal("0.01"))


def several(said: Fields, name: str) -> list[str]:
    """A list, or lines of a text."""
    value = said.get(name)
    parts = value if isinstance(value, list) else str(value or "").splitlines()
    return [text for one in parts if (text := str(one).strip())]


def yes(said: Fields, name: str) -> bool:
    """Whether it was ticked."""
    value = said.get(name)
    return value is True or str(value or "").strip().lower() in ("1", "true", "on", "yes")


def _text(said: Fields, name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise BadInput(name, _("«%(field)s» is one text.") % {"field": name})
    return str(value)
