"""What is read is short: lines, files and functions have ceilings, and no line is kept from the formatter.

`make check` holds the shape of Python (ruff format) and of templates (djhtml); ceilings that they do not know are here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.conftest import PROJECT

LINE, FILE, FUNCTION = 120, 400, 60
"""The longest line in characters, the longest file and the longest function in lines."""
FOLDERS = ("tidewaiter", "tests", "bench", "tools")
_kept_from_the_formatter = re.compile(r"#\s*fmt:\s*(?:skip|off)")


def _sources() -> Iterator[tuple[str, str]]:
    """(name, text) of all Python of the house but migrations, which the framework writes."""
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(PROJECT)), path.read_text()


def _functions(text: str) -> Iterator[tuple[str, int]]:
    """(name, lines) of every function, those inside others too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def _long_lines(name: str, text: str) -> list[str]:
    """The places of lines that are too long: every character counts, those of a comment at the end too."""
    return [f"{name}:{at}" for at, line in enumerate(text.splitlines(), 1) if len(line) > LINE]


def test_no_line_of_python_is_too_long() -> None:
    assert [place for name, text in _sources() for place in _long_lines(name, text)] == []


def test_no_line_of_a_template_is_too_long() -> None:
    templates = sorted((PROJECT / "tidewaiter").rglob("*.html"))
    assert len(templates) > 100
    found = [_long_lines(str(path.relative_to(PROJECT)), path.read_text()) for path in templates]
    assert [place for places in found for place in places] == []


def test_no_file_and_no_function_is_too_long() -> None:
    assert [(name, n) for name, text in _sources() if (n := text.count("\n")) > FILE] == []
    assert [(name, *one) for name, text in _sources() for one in _functions(text) if one[1] > FUNCTION] == []


def test_no_line_is_kept_from_the_formatter() -> None:
    assert [name for name, text in _sources() if _kept_from_the_formatter.search(text)] == []
