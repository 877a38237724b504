"""A group as somebody describes it in a form, a body or a file, read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.experts.actions import Mandate
from tidewaiter.experts.policy import TERMS
from tidewaiter.experts.queries import seat_in
from tidewaiter.experts.said import Fields, day, line, several, the_day, words
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput

_code = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]", re.ASCII)
TAKEN = frozenset({"new", "meeting", "thread", "report", "round", "answers", "certificate", "questionnaires"})
"""Words of addresses."""


def read_group(by: Actor, said: Fields) -> dict[str, Any]:
    """The arguments of `open_group`. Raises `BadInput`."""
    code = line(said, "code", 32).lower()
    if not _code.fullmatch(code) or code in TAKEN:
        raise BadInput("code", _("A code has 2 to 32 small letters, digits and hyphens."))
    parent = line(said, "parent", 32, needed=False)
    mandate = Mandate(
        begins_on=the_day(said, "begins_on"),
        ends_on=day(said, "ends_on", needed=False),
        reports_to=line(said, "reports_to", needed=False),
        purpose=words(said, "purpose"),
        confirmed_on=day(said, "confirmed_on", needed=False),
        updated_on=day(said, "updated_on", needed=False),
        paragraphs=[_paragraph(one) for one in _listed(said)],
        terms=words(said, "terms") or TERMS,
    )
    group = seat_in(by, parent).group if parent else None
    return {"code": code, "title": line(said, "title"), "mandate": mandate, "parent": group}


def _listed(said: Fields) -> list[Any]:
    value = said.get("paragraphs")
    return value if isinstance(value, list) else several(said, "paragraphs")


def _paragraph(said: Any) -> tuple[str, str]:
    """A paragraph: `{"title", "text"}`, or `title: text` on a line."""
    if isinstance(said, Mapping):
        return line(said, "title"), words(said, "text")
    title, _colon, text = str(said).partition(":")
    return line({"title": title}, "title"), text.strip()
