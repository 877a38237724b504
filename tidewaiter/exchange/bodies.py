"""Whether the body of an envelope is of the shape that its kind's published schema says, before a room reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda said: isinstance(said, dict),
    "array": lambda said: isinstance(said, list),
    "string": lambda said: isinstance(said, str),
    "integer": lambda said: type(said) is int,
    "number": lambda said: type(said) in (int, float),
    "boolean": lambda said: isinstance(said, bool),
    "null": lambda said: said is None,
}


def misshapen(said: Any, schema: Mapping[str, Any], path: str = "") -> str:
    """Where something is of another shape than the schema says: the first path, or `body`; nothing where all fits.

    What a body says beside its schema is the agreement's to judge (`over`), but within lists and objects of its own.
    """
    here = path or "body"
    types = schema.get("type")
    wanted = types if isinstance(types, list) else [types] if types else []
    if wanted and not any(_TYPES[name](said) for name in wanted):
        return here
    if "enum" in schema and said not in schema["enum"]:
        return here
    if isinstance(said, str):
        return here if _text_is_wrong(said, schema) else ""
    if isinstance(said, list):
        return _in_list(said, schema, here)
    if isinstance(said, dict):
        return _in_object(said, schema, path)
    return here if type(said) is int and said < schema.get("minimum", said) else ""


def _text_is_wrong(said: str, schema: Mapping[str, Any]) -> bool:
    pattern = schema.get("pattern")
    return len(said) > schema.get("maxLength", len(said)) or bool(pattern and re.search(pattern, said) is None)


def _in_list(said: list[Any], schema: Mapping[str, Any], path: str) -> str:
    if not schema.get("minItems", 0) <= len(said) <= schema.get("maxItems", len(said)):
        return path
    items = schema.get("items", {})
    return next((found for at, one in enumerate(said, 1) if (found := misshapen(one, items, f"{path}.{at}"))), "")


def _in_object(said: dict[str, Any], schema: Mapping[str, Any], path: str) -> str:
    prefix = f"{path}." if path else ""
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in said:
            return f"{prefix}{name}"
    if path and schema.get("additionalProperties") is False and (more := sorted(said.keys() - properties.keys())):
        return f"{prefix}{more[0]}"[:80]
    for name, value in said.items():
        if name in properties and (found := misshapen(value, properties[name], f"{prefix}{name}")):
            return found
    return ""
