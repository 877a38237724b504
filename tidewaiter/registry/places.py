"""Where a record was: addresses that sources give, where it was met, where the seizures were in which it has part.

A text is placed by the reader of places alone (`codelists.places`): by a code or a name within the country that the
text names, else the one that the record's sources name, else one's own. What it does not know for sure stands in the
table without a point; what names a country alone stands in the middle of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.route_maps import position
from tidewaiter.codelists.places import resolve_places
from tidewaiter.codelists.queries import code_view, code_views, list_view
from tidewaiter.drawing.lines import Point
from tidewaiter.drawing.maps import place_of
from tidewaiter.drawing.marks import LIVED, SEEN, SEIZED, Mark, mark_map
from tidewaiter.drawing.sea import port
from tidewaiter.registry.queries import Said
from tidewaiter.registry.suspect_queries import Followed
from tidewaiter.registry.vocabulary import PART_WORDS

MOST = 60
"""Places of a record that are shown, the newest first; of more the table says how many there are."""
KIND_WORDS: dict[str, Promise] = {
    SEIZED: gettext_lazy("Seizure"),
    SEEN: gettext_lazy("Sighting"),
    LIVED: gettext_lazy("Address"),
}
ADDRESSES = ("address", "birthPlace")
_LIVES_IN = ("country", "jurisdiction")
"""Properties that say where somebody or something is; a nationality and a flag do not."""
_joints = re.compile(r"[,;\n/]+")
_numbers = re.compile(r"\bp\.? ?o\.? ?box\b|\b[\w-]*\d[\w-]*\b", re.IGNORECASE)
"""Post boxes, post codes, numbers of houses."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a record: of what kind, how it was said, on what day, by whom or for what; where it lies, if known."""

    kind: str
    said: str
    day: str = ""
    detail: str = ""
    ref: str = ""
    """The case that it leads to."""
    code: str = ""
    """UN/LOCODE, where the place is known."""
    country: str = ""
    at: Point | None = None
    exact: bool = False
    """Whether the point is the place's; else it is the middle of its country."""

    @property
    def word(self) -> Promise:
        """The kind in words."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Places:
    """All of a record's, the newest first, and the map of those that lie somewhere."""

    rows: list[Place]
    drawing: SafeString
    left: int
    """How many more there are than are shown."""

    @property
    def placed(self) -> int:
        """How many have a point."""
        return sum(one.at is not None for one in self.rows)


def places_of(
    *,
    said: Iterable[Said],
    cases: Iterable[tuple[Case, str]],
    suspects: Iterable[Followed],
    home: str,
    linked: bool = True,
) -> Places:
    """Of what a person sees of a record (`said`, `cases` and `suspects` are theirs already); `home`: the country of
    their administration, in which places are sought that name no country; `linked`: land is a file of the node.
    """
    groups = list(said)
    every = [
        *(_seizure(case, role) for case, role in cases),
        *(Place(SEEN, seen.place, seen.seen_on.isoformat(), seen.what) for one in suspects for seen in one.sightings),
        *_addresses(groups),
    ]
    rows = sorted(every, key=lambda one: one.day, reverse=True)[:MOST]
    rows = _placed(rows, _countries_of(groups), home if home in list_view("country").codes else "")
    return Places(rows, _drawn(rows, get_language() or "en", linked=linked), max(0, len(every) - MOST))


def _seizure(case: Case, role: str) -> Place:
    length = {"year": 4, "month": 7}.get(case.date_precision, 10)
    part = str(PART_WORDS.get(role, role))
    day = case.date.isoformat()[:length]
    return Place(SEIZED, case.reference, day, part, case.ref, code=case.place, country=case.country)


def _addresses(groups: Iterable[Said]) -> Iterator[Place]:
    for group in groups:
        if group.prop in ADDRESSES:
            for value, rows in group.values:
                days = sorted(str(row.said_on) for row in rows if row.said_on)
                sources = dict.fromkeys(row.source for row in rows if row.source)
                yield Place(LIVED, value, days[-1] if days else "", "; ".join(sources))


def _countries_of(groups: Iterable[Said]) -> list[str]:
    return [value for group in groups if group.prop in _LIVES_IN for value, _rows in group.values]


def _placed(rows: list[Place], said: list[str], home: str) -> list[Place]:
    """The same with codes, countries and points."""
    where = said[0].upper() if len(set(said)) == 1 else home
    parts = {one.said: _parts(one.said, where) for one in rows if one.kind != SEIZED}
    found = resolve_places({part for some in parts.values() for part in some[0]})
    codes = {said: next((code for part in some[0] if (code := found[part].code)), "") for said, some in parts.items()}
    views = code_views("unlocode", {*codes.values(), *(one.code for one in rows)} - {""})
    made = []
    for one in rows:
        code = one.code or codes.get(one.said, "")
        country = one.country or (code[:2] if code else parts.get(one.said, ([], ""))[1])
        at = (position(str(views[code].data.get("coordinates") or "")) or port(code)) if code in views else None
        made.append(replace(one, code=code, country=country, at=at or place_of(country), exact=at is not None))
    return made


def _parts(said: str, where: str) -> tuple[list[tuple[str, str]], str]:
    """(what of a text may be a place, with the country in which it is sought, the last part first; the country that the
    text names).
    """
    texts = [part.strip() for part in _joints.split(said) if part.strip()][:8]
    countries = list_view("country")
    named = next((code for part in texts[::-1] if len(part) > 3 and (code := countries.resolve(part).code)), "")
    country = named or where
    bare = [" ".join(_numbers.sub(" ", part).split()) for part in texts]
    sought = [text for part, short in zip(texts, bare) for text in dict.fromkeys((part, short)) if len(text) > 2]
    return [(text, country) for text in reversed(sought)], named


def _drawn(rows: list[Place], lang: str, *, linked: bool) -> SafeString:
    codes = {one.code for one in rows if one.code}
    towns = code_views("unlocode", codes)
    marks = []
    for one in rows:
        if one.at is None:
            continue
        view = towns.get(one.code) if one.exact else code_view("country", one.country)
        name = view.label(lang) if view else one.country
        words = (str(one.word), one.day, one.said)
        marks.append(Mark(one.at, one.kind, name, " · ".join(word for word in words if word), sure=one.exact))
    label = _("Map of %(n)s places: %(names)s") % {
        "n": len(marks),
        "names": ", ".join(list(dict.fromkeys(mark.name for mark in marks))[:12]),
    }
    return mark_map(marks, label=label, linked=linked)
