"""What was typed into the form of a message, and a message as that form shows it, to be corrected.

The form shows a part of what a message may hold (programs write more): a correction keeps what it does not show.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tidewaiter.operations.content import ANNEX, VICTIM, Content
from tidewaiter.operations.definitions import Template

LEAST_LINES, MOST_LINES = 3, 60
LEAST_NAMED, MOST_TYPED_NAMES = 3, 100
HEADER = ("form", "date", "country", "place")
LINE = ("subtype", "quantity", "unit")
SHOWN_OF_PERSON = ("name", "role", "document")
MODE = "conveyance.mode"


def typed_in(request: HttpRequest, template: Template) -> dict[str, Any]:
    """What was typed, as it was: also what a draft keeps."""
    typed: dict[str, Any] = {}
    for one in template.fields:
        values = [value for value in request.POST.getlist(one.name) if value.strip()]
        if values:
            typed[one.name] = values if one.type == "codes" else values[0].strip()
    names = ["text", "lang", "reply_to", "reply_minutes", *((*HEADER, MODE) if template.record else ())]
    names += [f"annex.{number}.{name}" for number in range(1, MOST_TYPED_NAMES + 1) for name in ANNEX]
    if template.record:
        names += [f"lines.{number}.{name}" for number in range(1, MOST_LINES + 1) for name in LINE]
    typed |= {name: said for name in names if (said := request.POST.get(name, "").strip())}
    typed["to"] = request.POST.getlist("to")
    typed["urgent"] = "urgent" in request.POST
    return typed


def data_of(typed: dict[str, Any], template: Template, before: Content | None = None) -> dict[str, Any]:
    """The fields of what was typed, as a message has them; `before` is what the message says that is corrected."""
    own = {one.name for one in template.fields} | {"text", "lang"}
    data = {name: value for name, value in typed.items() if name in own}
    if template.record:
        record = dict(before.data.get("record", {})) if before is not None else {}
        lines = _rows(typed, "lines", LINE, record.pop("lines", []))
        for name in HEADER:
            record.pop(name, None)
        record |= {name: typed[name] for name in HEADER if name in typed}
        conveyance = {name: value for name, value in record.pop("conveyance", {}).items() if name != "mode"}
        if mode := typed.get(MODE, ""):
            conveyance["mode"] = mode
        data |= record | ({"conveyance": conveyance} if conveyance else {}) | {"lines": lines}
    annex = _rows(typed, "annex", SHOWN_OF_PERSON, before.annex if before is not None else [])
    return data | ({"annex": annex} if annex else {})


def _rows(typed: dict[str, Any], of: str, shown: tuple[str, ...], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they were typed, each with what it held before and the form does not show; an emptied row is none."""
    found: dict[int, dict[str, Any]] = {}
    for name, value in typed.items():
        begin, _dot, rest = name.partition(".")
        number, _dot, part = rest.partition(".")
        if begin == of and part and number.isascii() and number.isdigit():
            found.setdefault(int(number), {})[part] = value
    rows = []
    for at in sorted(found):
        kept = before[at - 1] if at <= len(before) else {}
        if kept.get("role") == VICTIM == found[at].get("role") and not found[at].get("name"):
            rows.append(kept)  # the form does not show whom it is
            continue
        rows.append({name: value for name, value in kept.items() if name not in shown} | found[at])
    return rows


def as_typed(content: Content, *, to: list[str], urgent: bool) -> dict[str, Any]:
    """What a message says as the form shows it."""
    typed: dict[str, Any] = {name: value for name, value in content.data.items() if name != "record"}
    typed = {name: ("yes" if value else "no") if isinstance(value, bool) else value for name, value in typed.items()}
    record = content.data.get("record", {})
    typed |= {name: record[name] for name in HEADER if record.get(name)}
    for at, line in enumerate(record.get("lines", [])[:MOST_LINES], 1):
        typed |= {f"lines.{at}.{name}": line[name] for name in LINE if line.get(name)}
    if mode := record.get("conveyance", {}).get("mode"):
        typed[MODE] = mode
    for at, person in enumerate(content.annex, 1):
        shown = ("role",) if person.get("role") == VICTIM else SHOWN_OF_PERSON
        typed |= {f"annex.{at}.{name}": person[name] for name in shown if person.get(name)}
    return typed | {"text": content.text, "lang": content.lang, "to": to, "urgent": urgent}


def rows_shown(typed: dict[str, Any], of: str) -> range:
    """The numbers of the rows that the form offers: those that are filled, one that is not, three at least."""
    last = max((int(name.split(".")[1]) for name in typed if name.startswith(f"{of}.")), default=0)
    least, most = (LEAST_LINES, MOST_LINES) if of == "lines" else (LEAST_NAMED, MOST_TYPED_NAMES)
    return range(1, max(least, min(last + 1, most)) + 1)
