"""A mapping as the file that CONTRACT.md describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tidewaiter.intake.mapping.mapping_file import Mapping
from tidewaiter.intake.proposals.found import Question


def mapping_text(mapping: Mapping, questions: Iterable[Question] = ()) -> str:
    """The TOML of a mapping; what a person must still say stands above it as comments."""
    plain = msgspec.to_builtins(mapping)
    out = [f"# {' '.join(one.why.split())}" + _choices(one) for one in questions]
    out.append(f"form = {_quoted(plain['form'])}")
    if mapping.long:
        out.append("long = true")
    if mapping.key:
        out.append(f"key = {_quoted(plain['key'])}")
    for name in ("constants", "columns"):
        out += _table(name, plain[name])
    for path, values in plain["values"].items():
        out += _table(f"values.{_quoted(path)}", values)
    for name in ("clean", "empty"):
        out += _table(name, plain[name])
    out += _table("formats", {name: value for name, value in plain["formats"].items() if value})
    out += _table("skip", plain["skip"])
    for line in plain["lines"]:
        out += _table("[lines]", line)
    out += _table("reader", {name: value for name, value in plain["reader"].items() if value})
    return "\n".join(out) + "\n"


def _choices(question: Question) -> str:
    return f" ({'; '.join(' '.join(one.split()) for one in question.choices)})" if question.choices else ""


def _table(name: str, values: dict[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(key)} = {_quoted(value)}" for key, value in values.items())] if values else []


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _quoted(key)


def _quoted(value: Any) -> str:
    if isinstance(value, dict):  # a factor
        return "{ " + ", ".join(f"{name} = {_quoted(one)}" for name, one in value.items()) + " }"
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
