"""Texts of several shapes as a node that holds no names may keep them: masked inside, and still what they were.

A query of an address stays a query, a mapping stays TOML, a document stays JSON.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from tidewaiter.privacy.finding import About
from tidewaiter.privacy.masking import MASK, masked, masked_file_name

Shape = Literal["text", "query", "file_name", "json", "toml"]
"""How a text is built: plain words, `name=value&…` percent-encoded, a file's name, JSON, TOML."""
_ours = re.compile(r"[0-9a-f]{32,128}|(?:[A-Z0-9]{1,8}-)*[0-9A-HJKMNP-TV-Z]{26}")
"""A digest or a reference, made by the program; its letters name nobody, its digits are no account."""
_as_query = re.compile(r"[\w.:-]+=[^\s&=]*(?:&[\w.:-]+=[^\s&=]*)*")
_comment = re.compile(r"(?m)^\s*#.*$")
_bare = re.compile(r"[A-Za-z0-9_-]+")


def judged_text(text: str, about: About, shape: Shape = "text", longest: int | None = None) -> str:
    """`text` masked inside; the same text where nothing was found. What has become longer than `longest` is cut."""
    if _ours.fullmatch(text):
        return text
    match shape:
        case "query":
            return _query(text, about, longest)
        case "file_name":
            clean = masked_file_name(text)
        case "json":
            clean = _json(text, about)
        case "toml":
            clean = _toml(text, about)
        case _:
            clean = masked(text, about)[0]
    return clean[:longest] if clean != text and longest and shape in ("text", "file_name") else clean


def judged_json(value: Any, about: About) -> Any:
    """A document with its texts and keys masked; the same object where nothing was found.

    Keys that become alike are numbered, so that nothing stands for two.
    """
    if isinstance(value, str):
        return judged_text(value, about, "query" if _as_query.fullmatch(value) else "text") if value else value
    if isinstance(value, list | tuple):
        items = [judged_json(one, about) for one in value]
        return value if all(a is b or a == b for a, b in zip(items, value, strict=True)) else items
    if isinstance(value, Mapping):
        found: dict[Any, Any] = {}
        for key, one in value.items():
            name = judged_json(key, about) if isinstance(key, str) else key
            found[_apart(name, found) if name != key else name] = judged_json(one, about)
        return value if found == value else found
    return value


def _apart(name: str, taken: Mapping[Any, Any]) -> str:
    number = 2
    while name in taken:
        name = f"{name.rstrip('0123456789 ')} {number}"
        number += 1
    return name


def _query(text: str, about: About, longest: int | None) -> str:
    said = parse_qsl(text.lstrip("?"), keep_blank_values=True)
    clean = [(masked(name, about)[0], masked(value, about)[0]) for name, value in said]
    if clean == said:
        return text
    shorter = urlencode(clean)
    if longest and len(shorter) > longest:  # a bar takes more room than the name under it
        shorter = urlencode([pair for pair in clean if MASK not in "".join(pair)])
    return shorter


def _json(text: str, about: About) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return masked(text, about)[0]
    clean = judged_json(said, about)
    return text if clean is said else json.dumps(clean, ensure_ascii=False)


def _toml(text: str, about: About) -> str:
    try:
        said = tomllib.loads(text)
    except ValueError:
        return masked(text, about)[0]
    clean = judged_json(said, about)
    if clean is said:
        return _comment.sub(lambda line: masked(line.group(), about)[0], text)
    return "".join(_table(clean, ()))


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """A table of TOML: its own values, then the tables in it. Comments are gone."""
    tables = {name: one for name, one in table.items() if isinstance(one, dict)}
    lists = {
        name: one
        for name, one in table.items()
        if isinstance(one, list) and one and all(isinstance(part, dict) for part in one)
    }
    lines = [f"[{_path(path)}]\n"] if path else []
    lines += [f"{_key(name)} = {_value(one)}\n" for name, one in table.items() if name not in tables | lists]
    for name, one in tables.items():
        lines += _table(one, (*path, name))
    for name, some in lists.items():
        for one in some:
            lines.append(f"[[{_path((*path, name))}]]\n")
            lines += [f"{_key(key)} = {_value(part)}\n" for key, part in one.items()]
    return lines


def _path(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))


def _key(name: str) -> str:
    return name if _bare.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
