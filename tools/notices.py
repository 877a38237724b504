"""NOTICE: whose data and files are shipped, and under what licence (`tools/generated.py` writes and checks it)."""

from __future__ import annotations

import textwrap
import tomllib
from pathlib import Path
from typing import Any

_HEAD = """Tidewaiter
Copyright 2026 the authors of Tidewaiter

The program is licensed under the Apache License, Version 2.0 (LICENSE). What follows is not ours; it stays under the
licence that is named, in the file that is named. Texts of licences: LICENSES/. What is installed beside it, each with
its licence: `tidewaiter sbom -o sbom.json`.

Made by tools/notices.py (make generated) of codes/lists.toml, tidewaiter/site/static/vendor/ASSETS.toml and
LICENSES/holders.toml.
"""


def notice(house: Path) -> str:
    """The text. Raises `SystemExit` where something shipped has no holder in LICENSES/holders.toml, or the reverse."""
    holders = _read(house / "LICENSES" / "holders.toml")
    lists = {
        name: meta for name, meta in _read(house / "codes" / "lists.toml").items() if meta["licence"].strip() != "ours"
    }
    files = _read(house / "tidewaiter" / "site" / "static" / "vendor" / "ASSETS.toml")
    packages: dict[str, list[str]] = {}
    for name, meta in files.items():
        packages.setdefault(meta["package"].split(" ")[0], []).append(f"tidewaiter/site/static/{name}")
    for what, wanted in (("lists", set(lists)), ("vendored", set(packages))):
        if wanted != set(holders[what]):
            raise SystemExit(f"LICENSES/holders.toml [{what}]: {sorted(wanted ^ set(holders[what]))} have no match.")
    if missing := [name for name in holders["others"] if not (house / name).exists()]:
        raise SystemExit(f"LICENSES/holders.toml [others]: {missing} are not here.")
    parts = [_HEAD, _title("Reference lists")]
    parts += [_entry(f"codes/{meta['file']}: {meta['title']}", holders["lists"][name]) for name, meta in lists.items()]
    parts.append(_title("Files of the pages"))
    parts += [_entry("\n".join(sorted(paths)), holders["vendored"][name]) for name, paths in sorted(packages.items())]
    parts.append(_title("Other data"))
    parts += [_entry(name, said) for name, said in holders["others"].items()]
    return "\n".join(parts)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _title(words: str) -> str:
    return f"{words}\n{'-' * len(words)}\n"


def _entry(head: str, said: str) -> str:
    wrapper = textwrap.TextWrapper(116, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    body = wrapper.fill(said)
    return f"{head}\n{body}\n"
