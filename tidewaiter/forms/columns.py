"""The columns of a form: the record laid flat, as a row of a sheet, a page or a table sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tidewaiter.forms.definitions import About, Common, Definition, FieldDefinition
from tidewaiter.forms.labels import with_labels
from tidewaiter.forms.shapes import has_shape
from tidewaiter.foundation.isolation import in_language, spoken

ROLES_IN_ORDER = ("origin", "departure", "transit", "seizure", "destination")
_leg = re.compile(
    r"route\.(origin|departure|transit|seizure|destination)(?:\.(\d{1,2}))?\.(country|place|date|certainty)"
)
_photo = re.compile(r"photos\.(\d{1,3})\.(file|caption|shows|tags|blurred)")
BESIDE = ("photos", "links", "judged", "long", "form_version")
"""Columns that every file may have beside the form's: photos, links and words that were judged to be nobody by `;`, the
long form, the version it was filed with.
"""
ONCE_OWN = frozenset({"events"})
"""Fields of every form that some forms had as their own before; there they stay so."""
_of_line = re.compile(r"lines\.\d+\.")
_person = re.compile(r"persons\.(\d{1,2})\.(role|nationality|sex|age_band|arrested)")


@dataclass(frozen=True, slots=True)
class Column:
    """One field of the record with the dotted path by which files name it."""

    path: str
    type: str
    list: str
    label: dict[str, str]
    help: dict[str, str]
    needed: str
    block: str
    simple: bool
    largest: int
    subtypes: tuple[str, ...]
    nominal: bool
    scope: str
    """`header`, `line`, or `fields`: the form's own, kept in the line's document."""
    example: str
    open: bool
    when: dict[str, tuple[str, ...]]
    shape: str
    about: About

    def title(self, lang: str) -> str:
        """The label in `lang`, else in English."""
        return in_language(self.label, lang)

    def hint(self, lang: str) -> str:
        """The help in `lang`, else in English; may be empty."""
        return in_language(self.help, lang)

    def spoken(self, lang: str) -> str:
        """The label on a page in `lang`: one in English stands isolated where the page is in another language."""
        return spoken(self.label, lang)

    def spoken_hint(self, lang: str) -> str:
        """The help on a page in `lang`, in the same way; may be empty."""
        return spoken(self.help, lang)

    def may_name(self, text: str) -> bool:
        """Whether a value of this column could name somebody: a free text that is not of an identifier's shape."""
        free = self.open or self.type in ("text", "long_text")
        return free and not has_shape(self.shape, text)

    @property
    def per_cent(self) -> bool:
        """Whether its numbers are per cent: its English label says so."""
        return any(word in self.label.get("en", "").casefold() for word in ("per cent", "percent", "%"))

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit(".", 1)[-1]


def _column(field: FieldDefinition, scope: str, form: Definition) -> Column:
    return Column(
        path=field.name,
        type=field.type,
        list=form.list_of_subtypes if field.list == "@subtypes" else field.list,
        label=with_labels(field.label),
        help=with_labels(field.help),
        needed=field.needed,
        block=field.block,
        simple=field.simple,
        largest=field.largest,
        subtypes=field.subtypes,
        nominal=field.nominal,
        scope=scope,
        example=field.example,
        open=field.open,
        when=field.when,
        shape=field.shape,
        about="place" if field.type == "place" else field.about,
    )


def columns_of(form: Definition, common: Common) -> list[Column]:
    """All columns of a form in the order of its page: header, line, the form's own fields."""
    own = {field.name for field in form.fields} & ONCE_OWN
    return [
        *(_column(field, "header", form) for field in common.header),
        *(_column(field, "line", form) for field in common.line if field.name not in own),
        *(_column(field, "fields", form) for field in form.fields),
    ]


@lru_cache(maxsize=8192)
def normal_path(path: str) -> tuple[str, str]:
    """A path as written in a file, and the path of the column that describes it.

    `route.transit.place` is `route.transit.1.place`; `persons.7.sex` is described by `persons.1.sex`.
    """
    path = path.removeprefix("fields.")
    if match := _leg.fullmatch(path):
        role, number, name = match.groups()
        if role == "transit":
            return f"route.transit.{int(number or 1)}.{name}", f"route.transit.1.{name}"
        return f"route.{role}.{name}", f"route.{'departure' if role == 'seizure' else role}.{name}"
    if match := _person.fullmatch(path):
        return f"persons.{int(match[1])}.{match[2]}", f"persons.1.{match[2]}"
    return path, path


def about_in(columns: Mapping[str, Column], path: str) -> About:
    """What a value at a path means, by the column that describes it; without one, anything."""
    column = columns.get(normal_path(_of_line.sub("", path))[1])
    return column.about if column is not None else "free"


def is_beside(path: str) -> bool:
    """Whether a path names something of a case that no form defines."""
    return path in BESIDE or _photo.fullmatch(path) is not None


def attached(row: dict[str, str]) -> dict[str, Any]:
    """Photos and links from texts by path: `photos` and `links` with names by `;`, or
    `photos.1.file`, `photos.1.caption`, …
    """
    photos: dict[int, dict[str, str]] = {}
    for path in [path for path in row if path[:7] == "photos."]:
        if match := _photo.fullmatch(path):
            photos.setdefault(int(match[1]), {})[match[2]] = row[path]
    if not photos and "photos" not in row and "links" not in row:
        return {}
    named = [name.strip() for name in row.get("photos", "").split(";") if name.strip()]
    listed = [{"file": name} for name in named] + [photos[number] for number in sorted(photos)]
    links = [ref.strip() for ref in row.get("links", "").split(";") if ref.strip()]
    return {name: value for name, value in (("photos", listed), ("links", links)) if value}


@lru_cache(maxsize=8192)
def _home_of(path: str) -> tuple[str, tuple[int, int], str]:
    """Where a path's value lies in the record: its block, its place in the block
    where that is a list, its name there.
    """
    if match := _leg.fullmatch(path):
        return "route", (ROLES_IN_ORDER.index(match[1]), int(match[2] or 0)), match[3]
    if match := _person.fullmatch(path):
        return "persons", (int(match[1]), 0), match[2]
    block, point, name = path.partition(".")
    return (block, (0, 0), name) if point else ("", (0, 0), path)


def nest_header(flat: dict[str, Any]) -> dict[str, Any]:
    """Values by path become the record's header: blocks as objects, route and persons as ordered lists."""
    header: dict[str, Any] = {}
    legs: dict[tuple[int, int], dict[str, Any]] = {}
    persons: dict[tuple[int, int], dict[str, Any]] = {}
    for path, value in flat.items():
        block, place, name = _home_of(path)
        if not block:
            header[name] = value
        elif block == "route":
            if place not in legs:
                legs[place] = {"role": ROLES_IN_ORDER[place[0]]}
            legs[place][name] = value
        elif block == "persons":
            persons.setdefault(place, {})[name] = value
        elif block in header:
            header[block][name] = value
        else:
            header[block] = {name: value}
    if legs:
        header["route"] = [legs[place] for place in sorted(legs)]
    if persons:
        header["persons"] = [persons[place] for place in sorted(persons)]
    return header


def flatten_header(header: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a header by path: the inverse of `nest_header`, for records that came as JSON too."""
    transits = 0
    for name, value in header.items():
        if name in ("photos", "links", "judged"):
            continue  # no values of the form
        if name == "route" and isinstance(value, list):
            for leg in value:
                if not isinstance(leg, dict):
                    continue
                role = str(leg.get("role", ""))
                transits += role == "transit"
                place = f"route.transit.{transits}" if role == "transit" else f"route.{role}"
                yield from ((f"{place}.{key}", part) for key, part in leg.items() if key != "role")
        elif name == "persons" and isinstance(value, list):
            for number, person in enumerate(value, 1):
                if isinstance(person, dict):
                    yield from ((f"persons.{number}.{key}", part) for key, part in person.items())
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", part) for key, part in value.items())
        else:
            yield name, value


def laid_flat(header: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything a header holds by path, photos, links and judgements too: what a row of a file says of a case."""
    yield from flatten_header(header)
    for number, photo in enumerate(header.get("photos", []), 1):
        yield from ((f"photos.{number}.{name}", part) for name, part in photo.items())
    for name in ("links", "judged"):
        if header.get(name):
            yield name, header[name]


def _one_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def as_text(value: Any) -> str:
    """A value as a cell holds it: lists by semicolons, truth as yes and no, whole floats without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ";".join(_one_text(item) for item in _leaves(value))
    return _one_text(value)


def _leaves(values: list[Any]) -> Iterator[Any]:
    """What stands in a list, and in lists inside it, in order; a file says how deep they lie."""
    waiting = values[::-1]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one[::-1]
        else:
            yield one
