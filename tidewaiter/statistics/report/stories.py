"""Cases that a report tells of: case studies between the figures, and success stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case, CasePhoto
from tidewaiter.cases.policy import PUBLIC_RULE
from tidewaiter.codelists.queries import code_view
from tidewaiter.drawing.reports import paragraphs, picture
from tidewaiter.vault.actions import read

_FACTS = (
    ("detection_method", ("detection", "method")),
    ("technique", ("detection", "techniques")),
    ("concealment_place", ("concealment", "place")),
    ("concealment_method", ("concealment", "method")),
)
"""What a success rests on: lists, and where the case says their codes."""


def stories(chosen_refs: Sequence[Sequence[str]], lang: str) -> list[dict[str, Any]]:
    """Cases as they stand now in the record, with what an editor wrote; one that was withdrawn or marked since is left
    out. `chosen_refs` are (reference, text).
    """
    refs = [ref for ref, _text in chosen_refs]
    cases = {case.ref: case for case in Case.objects.filter(PUBLIC_RULE.query(), ref__in=refs)}
    photos: dict[int, list[CasePhoto]] = {}
    for photo in CasePhoto.objects.filter(case__in=cases.values()).exclude(blurred="").order_by("case_id", "number"):
        photos.setdefault(photo.case_id, []).append(photo)
    return [
        {
            "case": cases[ref],
            "text": paragraphs(text),
            "photos": [_drawn(one) for one in photos.get(cases[ref].pk, [])[:2]],
            "facts": _facts(cases[ref], lang),
            "stops": _stops(cases[ref], lang),
        }
        for ref, text in chosen_refs
        if ref in cases
    ]


def _drawn(photo: CasePhoto) -> dict[str, str]:
    """The copy in which parts are hidden; photos without one stay with their administration."""
    return picture(read(photo.blurred), photo.caption or _("Photo of the case"))


def _facts(case: Case, lang: str) -> list[tuple[str, str]]:
    """Why it was selected, how it was found, where and how it was hidden: titles and words, of what the case says."""
    titles = (_("Why selected"), _("How found"), _("Where hidden"), _("How hidden"))
    found = []
    for title, (name, path) in zip(titles, _FACTS, strict=True):
        said: Any = case.header
        for part in path:
            said = said.get(part) if isinstance(said, dict) else None
        words = [_word(name, str(code), lang) for code in (said if isinstance(said, list) else [said]) if code]
        if words:
            found.append((title, ", ".join(words)))
    return found


def _stops(case: Case, lang: str) -> list[str]:
    """The countries of the route in their order."""
    codes = [leg.get("country") for leg in case.header.get("route", []) if isinstance(leg, dict)]
    return [_word("country", str(code), lang) for code in codes if code]


def _word(name: str, code: str, lang: str) -> str:
    view = code_view(name, code)
    return view.label(lang) if view else code
