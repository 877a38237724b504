"""A docstring or a comment that names, in backticks, a module or what lies in it names one that exists."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

HOUSE = Path(__file__).parents[2] / "tidewaiter"
DOTTED = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?`")
FILES = ("csv", "css", "html", "json", "md", "parquet", "py", "toml", "xlsx", "xml", "zip")
NOT_NAMES = {"cases.validate", "do.X.DEED", "lines.quantity", "n.achieng", "route.transit.place", "see.X"}
"""Purposes of steps, rights, fields and people."""


def defined(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """What a body binds, each with its statement; of a class what its methods bind too."""
    for at in (at for line in body for at in ast.walk(line)):
        match at:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, at
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((one.asname or one.name, at) for one in names)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, ast.Pass()


@cache
def modules() -> dict[str, dict[str, ast.stmt]]:
    """What each module holds, by its dotted name."""
    named = {".".join(path.relative_to(HOUSE).with_suffix("").parts): path for path in HOUSE.rglob("*.py")}
    return {
        name.removesuffix(".__init__"): dict(defined(ast.parse(path.read_text()).body)) for name, path in named.items()
    }


def inside(held: dict[str, ast.stmt], rest: list[str]) -> bool:
    """Whether a module or a class holds what the rest of a name says."""
    if not rest or rest[0] not in held:
        return not rest
    kept = held[rest[0]]
    return inside(dict(defined(kept.body)), rest[1:]) if isinstance(kept, ast.ClassDef) else True


def resolves(name: str) -> bool:
    """Whether a module ends as the name begins and holds the rest, or some module holds it all."""
    parts = name.removeprefix("tidewaiter.").split(".")
    for cut in range(len(parts) + 1):
        head = "." + ".".join(parts[:cut])
        if any((f".{at}".endswith(head) or not cut) and inside(held, parts[cut:]) for at, held in modules().items()):
            return True
    try:
        return resolve_name(name) is not None
    except (ImportError, AttributeError):
        return False


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The comments and the strings of three quotes, each with the line where it begins."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.string.startswith('"""')):
            yield token.start[0], token.string


def test_what_a_docstring_names_is_there() -> None:
    named = [
        (name, f"{path.relative_to(HOUSE)}:{line}")
        for path in sorted(HOUSE.rglob("*.py"))
        for line, words in prose(path)
        for name in DOTTED.findall(words)
        if not name.endswith(FILES) and name not in NOT_NAMES
    ]
    assert [(name, place) for name, place in named if not resolves(name)] == []
    assert len(named) > 50
