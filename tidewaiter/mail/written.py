"""A letter as it is typed, read: every door says the same words and is refused by the same sentences."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.mail.policy import STRICTNESS

LONGEST_SUBJECT, LONGEST = 200, 40_000
FURTHEST = timedelta(days=366)
_HOURS = 24 * 366


@dataclass(slots=True)
class Written:
    """What a letter says. `due` is empty, a moment of ISO 8601, or hours from when it is sent (`+24`)."""

    to: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    handling: str = "AMBER"
    urgent: bool = False
    due: str = ""
    read_up_to: str = ""
    """The newest letter of the thread that its writer has seen, where they answer."""


def read_subject(said: str) -> str:
    """A subject on one line. Raises `BadInput`."""
    if len(said.strip()) > LONGEST_SUBJECT:
        raise BadInput("subject", _("A subject may have 200 signs: say the rest in the letter."))
    subject = read_name(said, LONGEST_SUBJECT)
    if not subject:
        raise BadInput("subject", _("Say in a few words what it is about."))
    return subject


def read_text(said: str) -> str:
    """What is written. Raises `BadInput` for nothing, and for more than a letter may hold."""
    text = said.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("text", _("Write something first."))
    if len(text) > LONGEST:
        raise BadInput("text", _("A letter may have 40,000 signs: put the rest into a file."))
    if any(unicodedata.category(sign) in ("Cs", "Cc") and sign not in "\n\t" for sign in text):
        raise BadInput("text", _("The letter holds signs that nobody can read: write it anew."))
    return text


def read_mark(said: str) -> str:
    """A handling mark. Raises `BadInput`."""
    if said not in STRICTNESS:
        raise BadInput(
            "handling",
            _("«%(mark)s» is no handling mark. There are: %(marks)s.") % {"mark": said[:20], "marks": _MARKS},
        )
    return said


_MARKS = ", ".join(STRICTNESS)


def read_due(said: str, zone: str = "UTC") -> datetime | None:
    """By when an answer is wanted; a moment without an offset is the wall-clock time of `zone`. Raises `BadInput`."""
    text = said.strip()
    if not text:
        return None
    if text.startswith("+"):
        hours = whole(text[1:], least=1, most=_HOURS)
        if hours is None:
            raise BadInput("due", _("«%(said)s» is no number of hours: write +4, +24, +72.") % {"said": text[:20]})
        return now() + timedelta(hours=hours)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "due", _("«%(said)s» is no moment: write 2026-12-04T16:00+03:00, or +24 for hours.") % {"said": text[:40]}
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    moment = moment.astimezone(UTC)
    if not now() < moment <= now() + FURTHEST:
        raise BadInput("due", _("An answer is wanted by a moment that is still to come, within a year."))
    return moment


def read_before(said: str) -> datetime | None:
    """The moment before which a page of a box goes on, with its offset. Raises `BadInput`."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput("before", _("«%(said)s» is no moment.") % {"said": said[:40]})
    return moment
