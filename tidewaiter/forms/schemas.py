"""The JSON Schema of a form."""

from __future__ import annotations

from typing import Any

from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form
from tidewaiter.forms.xml import codes_of

_JSON: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "long_text": {"type": "string"},
    "decimal": {"type": ["string", "number"], "pattern": r"^-?\d+(\.\d+)?$"},
    "integer": {"type": ["string", "integer"], "pattern": r"^\d+$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    "place": {"type": "string", "pattern": "^[A-Z]{2}[A-Z2-9]{3}$"},
    "hs": {"type": "string", "pattern": r"^(\d{2}|\d{4}|\d{6})$"},
    "code": {"type": "string"},
    "codes": {"type": "array"},
}


def json_schema(form: Form) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case record of this form. Codes are written as codes, not as labels."""
    root = _object({})
    for column in form.columns:
        if column.scope != "header" or column.path.startswith(("route.", "persons.")):
            continue
        target, *rest = column.path.split(".")
        if rest:
            root["properties"].setdefault(target, _object({}))["properties"][rest[0]] = _json(column)
        else:
            root["properties"][target] = _json(column)
            if column.needed == "always":
                root["required"].append(target)
    line = _object(
        {c.path: _json(c) for c in form.columns if c.scope == "line"},
        [c.path for c in form.columns if c.scope == "line" and c.needed == "always" and c.path != "unit"],
    )
    judged = {"type": "array", "items": {"type": "string"}, "description": "field=words: what is no person"}
    line["properties"]["judged"] = judged
    line["properties"]["fields"] = _object({c.path: _json(c) for c in form.columns if c.scope == "fields"})
    route = {c.name: _json(c) for c in form.columns if c.path.startswith("route.origin.")}
    route["role"] = {"enum": ["origin", "departure", "transit", "seizure", "destination"]}
    person = {c.name: _json(c) for c in form.columns if c.path.startswith("persons.1.")}
    root["properties"] |= {
        "form": {"const": form.code},
        "form_version": {"type": "integer"},
        "long": {"type": "boolean"},
        "lines": {"type": "array", "items": line},
        "route": {"type": "array", "items": _object(route, ["role"])},
        "persons": {"type": "array", "items": _object(person)},
        "links": {"type": "array", "items": {"type": "string"}},
        "judged": judged,
        "photos": {
            "type": "array",
            "items": _object({name: {"type": "string"} for name in ("file", "caption", "shows", "tags", "blurred")}),
        },
    }
    root["required"] += ["form"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{form.code} version {form.version}",
        **root,
    }


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": required or [],
    }


def _json(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {**_JSON[column.type], "title": column.title("en")}
    if column.hint("en"):
        said["description"] = column.hint("en")
    codes = codes_of(column)
    if column.type == "codes":
        said["items"] = {"enum": codes} if codes else {"type": "string"}
    elif column.type == "code" and codes:
        said["enum"] = codes
    elif column.type in ("text", "long_text"):
        said["maxLength"] = column.largest
    return said
