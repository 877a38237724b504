"""What may leave a node without names, and the typed columns that analysis reads: derived, never written twice."""

from __future__ import annotations

from typing import Any

from tidewaiter.forms.engine import Form

ARROW = {
    "text": "string",
    "long_text": "string",
    "code": "string",
    "codes": "string",
    "decimal": "double",
    "integer": "int64",
    "boolean": "bool",
    "date": "date32",
    "place": "string",
    "hs": "string",
}


def typed_columns(form: Form) -> list[tuple[str, str]]:
    """(column name, Arrow type) of every field, for the analysis store; the form's own fields as `fields_<name>`."""
    return [
        (f"fields_{c.path}" if c.scope == "fields" else c.path.replace(".", "_"), ARROW[c.type]) for c in form.columns
    ]


def non_nominal(form: Form, record: dict[str, Any]) -> dict[str, Any]:
    """`record` less every nominal field and everything that the form does not define."""
    header = {c.path.split(".")[0] for c in form.columns if c.scope == "header" and not c.nominal}
    kept = {
        name: value
        for name, value in record.items()
        if name in header | {"form", "form_version", "long", "links", "photos", "lines"}
    }
    line = {c.path for c in form.columns if c.scope == "line" and not c.nominal}
    own = {c.path for c in form.columns if c.scope == "fields" and not c.nominal}
    kept["lines"] = [
        {
            **{name: value for name, value in given.items() if name in line},
            **(
                {"fields": fields} if (fields := {n: v for n, v in given.get("fields", {}).items() if n in own}) else {}
            ),
        }
        for given in record.get("lines", [])
    ]
    return kept
