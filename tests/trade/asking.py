"""Small tables through the commands of the trade room, and what they say."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command


def said_by(command: str, folder: Path, table: str, *options: str, name: str = "in.csv") -> dict[str, Any]:
    """The JSON document of a command about a table; `exit` is its exit code where it is not 0."""
    path, out = folder / name, io.StringIO()
    path.write_text(table, encoding="utf-8")
    code = 0
    try:
        call_command(
            command,
            str(path),
            "-o",
            str(folder / "out.csv"),
            *options,
            "--format",
            "json",
            stdout=out,
            stderr=io.StringIO(),
        )
    except CommandError as error:
        code = error.returncode
    assert "NaN" not in out.getvalue()
    assert "Infinity" not in out.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found | ({"exit": code} if code else {})


def declared(rows: int, line: str, *, heads: str = "date,hs,origin,net_weight,customs_value", last: str = "") -> str:
    """A table of declarations: of each row the number stands for `{n}`, a value that rises by one for `{value}`."""
    lines = [line.format(n=n, value=1000 + n, day=f"{1 + n % 28:02}") for n in range(rows - bool(last))]
    return "\n".join([heads, *lines, *([last] if last else [])]) + "\n"
