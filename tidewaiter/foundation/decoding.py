"""The one reader of JSON and TOML that somebody sent or stored: bytes and nesting are bounded before any parser runs.

A parser that calls itself for each level runs out of stack on `[[[[…` and takes its process along. The
scan here does not call itself, knows strings and escapes, and costs about what copying the text does. A
house test forbids parsers elsewhere.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, cast, overload

import msgspec
from django.utils.translation import gettext as _

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.nesting import NO_BRACKET, deeper, nests_deeper
from tidewaiter.foundation.refusals import BadInput

NUL = "\x00"
"""The one sign that no text of the node holds: PostgreSQL cannot keep it."""
_toml_strings = re.compile(
    r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{0,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{0,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)


class NotJson(BadInput):
    """What was given is no JSON document; `why` is what the parser says, in English."""

    def __init__(self, why: str) -> None:
        super().__init__("not_json", _("This is not JSON: %(why)s.") % {"why": why[:200]})
        self.why = why[:200]


class NotToml(BadInput):
    """What was given is no TOML document; `why` is what the parser says, in English."""

    def __init__(self, why: str) -> None:
        super().__init__("not_toml", _("This is not TOML: %(why)s.") % {"why": why[:200]})
        self.why = why[:200]


@overload
def read_json(data: bytes | str, *, limit: str = ..., nan: bool = ...) -> Any: ...
@overload
def read_json[T](data: bytes | str, kind: type[T], *, limit: str = ..., nan: bool = ...) -> T: ...
def read_json(data: bytes | str, kind: Any = Any, *, limit: str = "json_body_bytes", nan: bool = False) -> Any:
    """The document that `data` holds, of that kind where one is given;
    with `nan` the numbers `NaN` and `Infinity` pass.

    Raises `OverLimit` for more bytes than the row `limit` allows, or deeper nesting than
    `json_depth`, before anything is parsed; `NotJson` for what is no JSON, of another kind, or
    holds the sign U+0000, which no database of ours keeps.
    """
    raw = _bytes_of(data)
    if len(raw) > most(limit):
        raise over(limit)
    if nests_deeper(raw, most("json_depth")):
        raise over("json_depth")
    try:
        document = msgspec.convert(json.loads(raw), kind) if nan else msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise NotJson(str(error)) from error
    if b"\\u0000" in raw and _holds_nul(msgspec.to_builtins(document)):
        raise NotJson(_("a text holds the sign U+0000"))
    return document


def read_toml(text: str, *, limit: str = "toml_bytes") -> dict[str, Any]:
    """The document that `text` holds.

    Raises `OverLimit` for more bytes than the row `limit` allows, or deeper nesting than `toml_depth`, before
    anything is parsed; `NotToml` for what is no TOML.
    """
    bound = most("toml_depth")
    if len(_bytes_of(text)) > most(limit):
        raise over(limit)
    bare = _toml_strings.sub("_", text)
    if deeper([bare.encode("utf-8", "replace").translate(None, NO_BRACKET)], bound):
        raise over("toml_depth")
    if re.search(rf"(?:\.[^.,=\[\]{{}}\n]*+){{{bound}}}", bare):  # a.a.a.a… = 1 nests too
        raise over("toml_depth")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise NotToml(str(error)) from error
    if _deeper_than(document, bound):
        raise over("toml_depth")
    if _holds_nul(document):
        raise NotToml(_("a text holds the sign U+0000"))
    return document


def _bytes_of(data: bytes | str) -> bytes:
    try:
        return data.encode() if isinstance(data, str) else data
    except UnicodeEncodeError as error:  # half of a pair of surrogates
        raise NotJson(str(error)) from error


def _deeper_than(document: Any, bound: int) -> bool:
    """Whether a parsed document nests deeper, looked at level by level."""
    level = [document]
    for _level in range(bound + 1):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _holds_nul(document: Any) -> bool:
    """Whether any text of a parsed document, a name too, holds U+0000."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if NUL in one:
                return True
        elif isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()
        else:
            waiting += _inside(one)
    return False


def _inside(one: Any) -> list[Any]:
    if isinstance(one, dict):
        return list(one.values())
    return cast("list[Any]", one) if isinstance(one, list | tuple) else []
