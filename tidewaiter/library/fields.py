"""What the page of an item posts, read."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from django.http import QueryDict

from tidewaiter.foundation.parameters import read_day
from tidewaiter.library.actions import Written

_figures = re.compile(r"\d")


def read_written(post: QueryDict) -> Written:
    """The item as posted. Raises `BadInput` for a date that is none; what belongs together `actions.write` checks."""
    texts = {
        code: (post.get(f"title.{code}", ""), post.get(f"body.{code}", "").replace("\r\n", "\n"))
        for code, _name in settings.LANGUAGES
    }
    kind, _colon, topic = post.get("kind", "").partition(":")
    return Written(
        kind=kind,
        texts=texts,
        topic=(topic or post.get("topic", "")) if kind == "alert" else "",
        commodity=post.get("commodity", ""),
        countries=post.getlist("countries"),
        valid_from=_day(post.get("valid_from", "")),
        valid_to=_day(post.get("valid_to", "")),
        audience=post.get("audience", ""),
        agencies=post.getlist("agencies") if post.get("audience") == "agencies" else [],
        partners=post.getlist("partners") if post.get("audience") == "agencies" else [],
        partner=post.get("partner", "").strip() if post.get("audience") == "partner" else "",
        handling=post.get("handling", ""),
        link=post.get("link", "").strip(),
        cases=_references(post.get("cases", "")),
    )


def _references(said: str) -> list[str]:
    """One a line, or between commas; on a line without any, each word that has a figure in it is one."""
    found: list[str] = []
    for part in (part.strip() for part in re.split(r"[\n,;]+", said)):
        words = part.split()
        found += words if len(words) > 1 and all(map(_figures.search, words)) else [part] if part else []
    return found


def _day(said: str) -> date | None:
    return read_day(said) if said.strip() else None
