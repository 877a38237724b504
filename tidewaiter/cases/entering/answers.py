"""The page on which an officer reads what they answered before it is submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.cases.entering.echoes import day_in_words
from tidewaiter.cases.entering.pictures import pictures_here
from tidewaiter.cases.entering.rows import box
from tidewaiter.cases.entry import Entry
from tidewaiter.cases.leaving import text_without_names
from tidewaiter.cases.returning import path_title
from tidewaiter.cases.route_maps import drawn_route, with_seizure
from tidewaiter.cases.values import value_in_words
from tidewaiter.checks.findings import NOTE, STOP
from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.columns import ROLES_IN_ORDER, Column, flatten_header, normal_path
from tidewaiter.forms.labels import block_title
from tidewaiter.foundation.numbers import grouped

_LEFT = ("date_precision", "form", "form_version", "long", "kind")


def answers_shown(entry: Entry, lang: str, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every answer of a checked entry in words, by section, each with the field it is changed in; what was found.

    On a node that holds names each text comes with what others get of it (`leaves`); `names`: those that stand beside
    the case.
    """
    case = entry.case
    if case is None:
        raise ValueError("the entry was not checked")
    found = {box(finding.path): finding for finding in entry.findings}
    blocks = entry.form.common.blocks
    sections: dict[str, dict[str, Any]] = {
        name: {"name": name, "title": block_title(blocks, name, lang), "groups": []} for name in blocks
    }
    for name, title, answers in _groups(entry, lang):
        shown = [{**one, "finding": found.get(one["key"])} for one in answers]
        if settings.HOLDS_NAMES:
            for one in shown:
                _with_what_leaves(entry, one, names or {})
        sections[name]["groups"].append({"title": title, "answers": shown})
    for section in sections.values():
        section["masked"] = [one for group in section["groups"] for one in group["answers"] if "leaves" in one]
    here = pictures_here(entry.photos)
    legs = with_seizure(case.header.get("route", []), str(case.header["country"]), str(case.header.get("place", "")))
    return {
        "sections": [one for one in sections.values() if one["groups"]],
        "empty": _empty(entry, lang),
        "route_drawn": drawn_route(legs, lang, least=1),
        "photos": [{**photo, "picture": photo["file"] in here} for photo in entry.photos],
        "findings": [
            {"finding": one, "key": box(one.path), "title": path_title(entry.form, one.path, lang)}
            for one in sorted(entry.findings, key=lambda one: (one.severity != STOP, one.severity == NOTE))
        ],
        "stops": any(one.severity == STOP for one in entry.findings),
        "typed": list(_typed(entry)),
    }


def _with_what_leaves(entry: Entry, answer: dict[str, Any], names: Mapping[str, str]) -> None:
    """Says of a text that names somebody what others get instead."""
    key = answer["key"]
    line = key.startswith("lines.")
    columns = entry.form.line_columns if line else entry.form.header_columns
    column = columns.get(key.split(".", 2)[-1] if line else normal_path(key)[1])
    if column is not None and column.may_name(answer["words"]):
        leaves = text_without_names(answer["words"], names, column.about)
        if leaves != answer["words"]:
            answer["leaves"] = leaves


def _groups(entry: Entry, lang: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """(section, title of the group, its answers), in the order of the page."""
    case = entry.case
    if case is None:
        return
    header = dict(flatten_header(case.header))
    by_block: dict[str, list[dict[str, Any]]] = {}
    for path, value in header.items():
        column = entry.form.header_columns.get(normal_path(path)[1])
        if column is None or path in _LEFT or path.startswith(("route.", "persons.")):
            continue
        words = _words(column, value, lang)
        if path == "date":
            words = day_in_words(str(value), str(case.header.get("date_precision", "day")))
        by_block.setdefault(column.block, []).append(_answer(path, column.spoken(lang), words, _code(column, value)))
    for block, answers in by_block.items():
        yield block, "", answers
    for n, line in enumerate(case.lines, 1):
        title = _("Line %(n)s") % {"n": n} if len(case.lines) > 1 else ""
        yield "goods", title, list(_of_line(entry, line, n, lang))
    if legs := case.header.get("route"):
        yield "route", "", [_of_leg(leg, n, lang) for n, leg in _numbered(legs)]
    for n, person in enumerate(case.header.get("persons", ()), 1):
        said = [_words(entry.form.by_path[f"persons.1.{part}"], value, lang) for part, value in person.items()]
        if "arrested" in person:
            said[list(person).index("arrested")] = _("arrested") if person["arrested"] else _("not arrested")
        yield "persons", "", [_answer(f"persons.{n}.role", _("Person %(n)s") % {"n": n}, ", ".join(said))]


def _of_line(entry: Entry, line: dict[str, Any], number: int, lang: str) -> Iterator[dict[str, Any]]:
    own = {**line, **line.get("fields", {})}
    for column in entry.form.columns:
        if column.scope == "header" or column.path not in own or column.path in ("unit", "currency"):
            continue
        words = _words(column, own[column.path], lang)
        if column.path == "quantity":
            unit = code_view("unit", str(own.get("unit", "")))
            words = f"{words} {unit.spoken(lang) if unit else own.get('unit', '')}".strip()
        if column.path == "value":
            words = f"{words} {own.get('currency', '')}".strip()
        key = f"lines.{number}.{column.path}"
        yield _answer(key, column.spoken(lang), words, _code(column, own[column.path]))


def _numbered(legs: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    transits = 0
    for leg in sorted(legs, key=lambda one: ROLES_IN_ORDER.index(one["role"])):
        transits += leg["role"] == "transit"
        yield transits, leg


def _of_leg(leg: dict[str, Any], number: int, lang: str) -> dict[str, Any]:
    role = code_view("route_role", leg["role"])
    title = role.spoken(lang) if role else leg["role"]
    row = f"route.transit.{number}" if leg["role"] == "transit" else f"route.{leg['role']}"
    place = code_view("unlocode", leg.get("place", "")) if leg.get("place") else None
    country = code_view("country", leg.get("country", ""))
    sure = code_view("certainty", leg.get("certainty", "")) if leg.get("certainty") else None
    said = [place.spoken(lang) if place else "", country.spoken(lang) if country else leg.get("country", "")]
    said += [str(leg.get("date", "")), sure.spoken(lang) if sure else ""]
    words = ", ".join(part for part in said if part)
    title = f"{title} {number}" if leg["role"] == "transit" else title
    return _answer(f"{row}.place", title, words, leg.get("place") or leg.get("country", ""))


def _answer(key: str, title: str, words: str, code: str = "") -> dict[str, Any]:
    return {"key": key, "title": title, "words": words, "code": code}


def _words(column: Column, value: Any, lang: str) -> str:
    if column.type in ("decimal", "integer"):
        return grouped(str(value))
    if column.type == "hs":
        view = code_view("hs", str(value))
        return view.spoken(lang) if view else str(value)
    return value_in_words(column, value, lang)


def _code(column: Column, value: Any) -> str:
    """The code that stands behind a name, where people use it too."""
    return str(value) if column.type in ("place", "hs") or column.list == "country" else ""


def _empty(entry: Entry, lang: str) -> list[dict[str, str]]:
    """What was left empty of what the form asks first: its key and title."""
    rows = [(column, column.path, entry.header) for column in entry.form.columns if column.scope == "header"]
    found = []
    for column, path, texts in rows:
        if column.simple and column.block not in ("route", "persons") and not texts.get(path, "").strip():
            found.append({"key": path, "title": column.spoken(lang)})
    if not any(text.strip() for path, text in entry.header.items() if path.startswith("route.")):
        found.append({"key": "route.departure.place", "title": block_title(entry.form.common.blocks, "route", lang)})
    return found


def _typed(entry: Entry) -> Iterator[tuple[str, str]]:
    """Name and text of everything typed, for the fields that are not seen."""
    for path, text in entry.header.items():
        column = entry.form.header_columns.get(normal_path(path)[1])
        many = column is not None and column.type == "codes"
        for part in text.split(";") if many else [text]:
            yield path, part
    for n, row in enumerate(entry.lines, 1):
        for name, text in row.items():
            many = name in entry.form.line_columns and entry.form.line_columns[name].type == "codes"
            yield from ((f"lines.{n}.{name}", part) for part in (text.split(";") if many else [text]))
    yield "lines", str(len(entry.lines))
    yield "length", "long" if entry.long else "simple"
    yield "photos.said", "1"
    for n, photo in enumerate(entry.photos, 1):
        yield from ((f"photos.{n}.{name}", text) for name, text in photo.items())
