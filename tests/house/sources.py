"""The program's own files, each parsed once for all rules that look at every file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from tests.conftest import PROJECT

HOUSE = PROJECT / "tidewaiter"
SOURCES = [path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    """What the file says."""
    return ast.parse(path.read_text(encoding="utf-8"))


def of_each_file(holds: Callable[[Path], None], paths: Iterable[Path] = SOURCES) -> None:
    """Asks a rule of every file, and tells all that break it: a thousand tests of a thousand files take longer to begin
    and end than the rule takes to look.
    """
    faults = []
    for path in paths:
        try:
            holds(path)
        except AssertionError as fault:
            faults.append(f"{path.relative_to(HOUSE)}: {fault}")
    assert not faults, "\n".join(faults)
