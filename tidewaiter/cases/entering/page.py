"""The entry page: its sections, of which the simple form opens some and the long form all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tidewaiter.cases.entering.echoes import Echo
from tidewaiter.cases.entering.fields import (
    Field,
    Shown,
    header_fields,
    legs_shown,
    line_fields,
    people_shown,
    shown_for,
)
from tidewaiter.cases.entering.pictures import pictures_here
from tidewaiter.cases.entering.route_drawn import drawn
from tidewaiter.cases.entering.rows import is_row
from tidewaiter.cases.entry import Entry
from tidewaiter.cases.returning import path_title
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.engine import Form
from tidewaiter.forms.labels import block_title
from tidewaiter.people.models import Office

LONGEST_READ = 300
"""Signs of a text that is read while it is typed."""
FIRST = ("case", "goods", "route")
"""Sections that are open when the simple form opens; photos stand after the goods."""


def entry_shown(
    entry: Entry, lang: str, *, focus: str = "", administration: str = "", readonly: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What the entry page shows of an entry; `focus`: the field that the cursor goes to."""
    shown = shown_for(entry, lang, focus, readonly)
    header, lines = header_fields(shown), line_fields(shown)
    legs, persons = legs_shown(shown), people_shown(shown)
    sections = _sections(shown, header, lines, legs, persons)
    return {
        "sections": sections,
        "closed": [one for one in sections if not one["open"]],
        "lines": [_line(fields, n, entry) for n, fields in enumerate(lines, 1)],
        "legs": legs,
        "persons": persons,
        "route_drawn": drawn(entry.header, lang, legs, shown.place()),
        "has_origin": any(leg["row"] == "route.origin" for leg in legs),
        "photos": _photos(entry),
        "shows": list_view("photo_shows").current(),
        "offices": _offices(administration),
        "beyond": [] if entry.long else _beyond(header, lines),
        "focus": focus,
    }


def field_read(form: Form, texts: Mapping[str, str], key: str, lang: str) -> tuple[Echo, SafeString | None]:
    """What the text of one field became, and the map of the route where the field is of it. `texts`: the field's and
    those beside it, by key.
    """
    header = {path: text for path, text in texts.items() if is_row(path) or path in ("place", "country")}
    entry = Entry(form, False, header, [{}])
    shown = shown_for(entry, lang, "")
    if key.startswith("lines."):
        before, name = key.rsplit(".", 1)
        row = {path.removeprefix(f"{before}."): text for path, text in texts.items() if path.startswith(f"{before}.")}
        return shown.echoes.of(name, texts.get(key, ""), row), None
    echo = shown.echoes.of(key, texts.get(key, ""))
    on_route = key == "place" or key.startswith("route.")
    return echo, drawn(header, lang, legs_shown(shown), shown.place()) if on_route else None


def titles_of(entry: Entry, lang: str) -> dict[str, str]:
    """The title of each field in which something was typed or is wrong: «Quantity, line 1»."""
    paths = [*entry.header, *(problem.path for problem in entry.problems)]
    paths += [f"lines.{n}.{name}" for n, row in enumerate(entry.lines, 1) for name in row]
    return {path: path_title(entry.form, path, lang) for path in paths}


def _sections(
    shown: Shown,
    header: list[Field],
    lines: list[list[Field]],
    legs: list[dict[str, Any]],
    persons: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    entry = shown.entry
    rows = {
        "goods": [field for line in lines for field in line],
        "route": [field for leg in legs for field in (leg["box"], *leg["parts"])],
        "persons": [field for one in persons for field in one["parts"]],
    }
    found = []
    for name in entry.form.common.blocks:
        fields = rows.get(name) or [field for field in header if field["block"] == name]
        if not fields and name not in rows:
            continue
        touched = any(map(_is_touched, fields))
        bad = sum(field["bad"] for field in fields)
        some = [field for field in fields if field["simple"]] or fields
        rest = [field for field in fields if field not in some]
        opened = entry.long or name in FIRST or touched
        found.append(
            {
                "name": name,
                "title": block_title(entry.form.common.blocks, name, shown.lang),
                "simple": some,
                "rest": rest,
                "rest_open": entry.long or any(map(_is_touched, rest)),
                "rest_asks": _names(rest),
                "asks": _names(fields) if name != "persons" else _("role, nationality, age; no names"),
                "open": opened,
                "bad": bad,
                "filled": any(field["filled"] for field in fields if field["key"] not in ("country", "kind")),
            }
        )
        if name == "goods":
            found.append(_photo_section(entry))
    return found


def _photo_section(entry: Entry) -> dict[str, Any]:
    return {"name": "photos", "title": _("Photos"), "open": True, "bad": 0, "filled": bool(entry.photos), "asks": ""}


def _is_touched(field: Field) -> bool:
    """Whether a section stays open for this field: something stands in it, is said of it, or is looked for there."""
    if field["key"] in ("kind", "country"):
        return bool(field["bad"] or field["back"] or field["focus"])
    return bool(field["filled"] or field["says"] or field["back"] or field["focus"])


def _names(fields: list[Field]) -> str:
    """The first titles of fields, as a closed section names what it asks."""
    titles = list(dict.fromkeys(field["title"] for field in fields))
    return ", ".join([*titles[:3], "…"] if len(titles) > 3 else titles)


def _line(fields: list[Field], number: int, entry: Entry) -> dict[str, Any]:
    rest = [field for field in fields if not field["simple"]]
    return {
        "number": number,
        "simple": [field for field in fields if field["simple"]],
        "rest": rest,
        "rest_open": entry.long or any(map(_is_touched, rest)),
        "asks": _names(rest),
    }


def _photos(entry: Entry) -> list[dict[str, Any]]:
    here = pictures_here(entry.photos)
    return [
        {
            "number": n,
            "caption": "",
            "shows": "",
            **photo,
            "picture": photo["file"] in here,
            "key": f"photos.{n}.caption",
        }
        for n, photo in enumerate(entry.photos, 1)
    ]


def _offices(administration: str) -> list[str]:
    names = Office.objects.filter(administration_id=administration).order_by("name").values_list("name", flat=True)
    return list(names[:200])


def _beyond(header: list[Field], lines: list[list[Field]]) -> list[tuple[str, str]]:
    """What is filled though the simple form does not ask it: key and title."""
    fields = [*header, *(field for line in lines for field in line)]
    return [
        (field["key"], field["title"])
        for field in fields
        if field["filled"] and not field["simple"] and field["key"] != "kind"
    ]
