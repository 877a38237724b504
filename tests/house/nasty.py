"""Values that break what trusts them, and the names of the parameters that each page and operation reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import quote

from django.http import QueryDict
from django.urls import URLPattern, URLResolver, get_resolver

VALUES = (
    "²",
    "٢٠٢٥",
    "Ⅻ",
    "0",
    "-1",
    "1e400",
    "nan",
    "-inf",
    "1_000",
    "10000",
    "99999999999",
    "9223372036854775808",
    "9" * 5000,
    "0000-01",
    "9999-12",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01",
    "2026-13",
    "2026-02-30",
    "\x00",
    "a\x00b",
    "x\r\nSet-Cookie: a=b",
    "\u202egpj.exe",
    "\u200f\u2066",
    "\ud800",
    "\uffff",
    "\x1b[2J",
    "'\"\\",
    "%s%(x)s{0}",
    "../../etc/passwd",
    "a" * 3000,
    "[" * 3000,
    "javascript:alert(1)",
    "=1+1",
    "-",
    ",",
    "true",
    "x=y&z",
    "😀" * 200,
)
"""Forty of them."""
SINGLE = (
    "²",
    "-1",
    "1e400",
    "99999999999",
    "9223372036854775808",
    "9" * 5000,
    "9999-12",
    "10000-01-01",
    "a\x00b",
    "x\r\nSet-Cookie: a=b",
    "\u202egpj.exe",
    "\ud800",
    "[" * 3000,
)
"""Those thrown at each parameter alone; all are thrown at all parameters together."""
IN_TEMPLATES = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"{]+)"')
ALWAYS = ("q", "year", "since", "until", "cursor", "before", "page", "format", "year-of", "country", "is.year")


def quoted(text: str) -> str:
    """As an address says it; half of a pair of surrogates too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def query_of(said: dict[str, str]) -> str:
    """The query of an address, or the body of a form."""
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in said.items())


def pages() -> Iterator[tuple[str, str]]:
    """(name, route) of every page; what the JSON door has is asked by its document."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif not route.startswith("/api/v1/"):
                yield str(pattern.name), route

    return walk(get_resolver().url_patterns, "/")


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that are looked up in any query or form while the block runs."""
    found: set[str] = set()

    def watched(name: str) -> Any:
        former = getattr(QueryDict, name)

        def look(self: QueryDict, key: Any, *rest: Any, **more: Any) -> Any:
            if isinstance(key, str):
                found.add(key)
            return former(self, key, *rest, **more)

        return mock.patch.object(QueryDict, name, look)

    with watched("get"), watched("getlist"), watched("__getitem__"), watched("__contains__"):
        yield found
