"""What is said of an operation when it is opened, read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.operations.definitions import languages

MOST_COUNTRIES, MOST_WAITING = 250, 365


@dataclass(slots=True)
class Planned:
    """What is said of an operation when it is opened; clean."""

    title: str
    kind: str = ""
    countries: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    waiting_days: int = 14
    test: bool = False
    unit: str = ""


FIELDS = ("title", "type", "countries", "agencies", "languages", "starts", "ends", "waiting_days", "test", "unit")


def read_planned(said: dict[str, Any]) -> Planned:
    """What a file, a page or a program says of an operation. Raises `BadInput` that names the field."""
    if unknown := sorted(set(said) - set(FIELDS)):
        raise BadInput(
            "unknown_field",
            _("An operation has no «%(name)s». It has: %(names)s.")
            % {"name": str(unknown[0])[:40], "names": ", ".join(FIELDS)},
        )
    title = read_name(str(said.get("title") or ""), 200)
    if not title:
        raise BadInput("title", _("Give the operation a title."))
    waiting = said.get("waiting_days", 14)
    test = said.get("test", False)
    if not isinstance(test, bool):
        raise BadInput("test", _("`test` is true or false."))
    least = 0 if test else 1
    if isinstance(waiting, bool) or not isinstance(waiting, int) or not least <= waiting <= MOST_WAITING:
        raise BadInput(
            "waiting_days",
            _("`waiting_days` is a whole number from 1 to %(most)s; 0 only where the room is a test.")
            % {"most": MOST_WAITING},
        )
    starts, ends = _day(said, "starts"), _day(said, "ends")
    if starts and ends and ends < starts:
        raise BadInput("ends", _("It ends before it starts."))
    return Planned(
        title=title,
        kind=read_name(str(said.get("type") or ""), 80),
        countries=_codes(said, "countries", "country"),
        agencies=[read_name(str(one), 60) for one in _texts(said, "agencies")],
        languages=_languages(said),
        starts=starts,
        ends=ends,
        waiting_days=waiting,
        test=test,
        unit=read_name(str(said.get("unit") or ""), 120),
    )


def _texts(said: dict[str, Any], name: str) -> list[str]:
    value = said.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or len(value) > MOST_COUNTRIES:
        raise BadInput(name, _("`%(name)s` is a list of words.") % {"name": name})
    return value


def _codes(said: dict[str, Any], name: str, list_name: str) -> list[str]:
    found = []
    for text in _texts(said, name):
        answer = list_view(list_name).resolve(text[:200])
        if answer.code is None:
            near = ", ".join(f"{code} ({label})" for code, label in answer.proposals)
            raise BadInput(
                name,
                _("«%(said)s» is no country that is known. Nearest: %(codes)s.")
                % {"said": text[:40], "codes": near or "–"},
            )
        found.append(answer.code)
    return list(dict.fromkeys(found))


def _languages(said: dict[str, Any]) -> list[str]:
    known = {code.split("-")[0]: code for code in languages()}
    found = []
    for text in _texts(said, "languages"):
        code = known.get(text.strip().lower().split("-")[0])
        if code is None:
            raise BadInput(
                "languages",
                _("«%(said)s» is no language of this node. There are: %(names)s.")
                % {"said": text[:20], "names": ", ".join(sorted(known))},
            )
        found.append(code)
    return list(dict.fromkeys(found))


def _day(said: dict[str, Any], name: str) -> date | None:
    value = said.get(name)
    if value in (None, ""):
        return None
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(name, _("«%(text)s» is not a date (YYYY-MM-DD).") % {"text": str(value)[:40]}) from error
