"""What a definition would change, said before it is taken into use."""

from __future__ import annotations

from typing import Any

from tidewaiter.forms.definitions import Definition, read_definition
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Missing


def difference(text: str) -> tuple[Definition, dict[str, list[str]]]:
    """The definition, and by kind of change what it adds, changes and drops beside the version in use.

    Kinds: `new_form`, `fields_added`, `fields_changed`, `fields_dropped`, `units_added`,
    `units_dropped`, `subtypes_added`, `subtypes_dropped`; those without content are left out. Raises
    `BadInput` for a definition that is not valid.
    """
    fresh = read_definition(text)
    try:
        old = form_named(fresh.code).definition
    except Missing:
        return fresh, {"new_form": [fresh.code]}
    before: dict[str, Any] = {field.name: field for field in old.fields}
    after: dict[str, Any] = {field.name: field for field in fresh.fields}
    pairs = {
        "fields": (set(before), set(after)),
        "units": (set(old.units.allowed), set(fresh.units.allowed)),
        "subtypes": ({code.code for code in old.subtypes}, {code.code for code in fresh.subtypes}),
    }
    changes = {"fields_changed": [name for name in after if name in before and before[name] != after[name]]}
    for kind, (had, has) in pairs.items():
        changes[f"{kind}_added"] = sorted(has - had)
        changes[f"{kind}_dropped"] = sorted(had - has)
    return fresh, {kind: names for kind, names in sorted(changes.items()) if names}
