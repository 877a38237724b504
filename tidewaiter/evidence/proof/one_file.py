"""The verifier as one file that needs nothing of ours: its parts put one behind the other."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("tokens.py", "boxes.py", "verifier.py")
"""In the order in which they stand; the last one says what the file is, and is what is run."""


@lru_cache(maxsize=1)
def one_file() -> str:
    """Its text: the last part's docstring first, then every part without its own, and without imports of ours."""
    texts = [(HERE / name).read_text(encoding="utf-8") for name in PARTS]
    first = ast.parse(texts[-1]).body[0].end_lineno
    opening = "".join(texts[-1].splitlines(keepends=True)[:first])
    return "\n".join([opening, "from __future__ import annotations", *(_body(text) for text in texts)])


def _body(text: str) -> str:
    """A part without what only stands once, and without what it takes from the others."""
    lines = text.splitlines(keepends=True)
    for number, node in enumerate(ast.parse(text).body):
        ours = isinstance(node, ast.ImportFrom) and str(node.module).startswith(("__future__", "tidewaiter"))
        if ours or not number:
            for at in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[at] = ""
    return "".join(line for line in lines if not line.startswith("#!"))
