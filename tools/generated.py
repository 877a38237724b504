"""Writes the documents that the program can draw itself; with --check says which differ and fails.

docs/states/<room>.md from each room's states.py; docs/lists.md from codes/lists.toml.
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MADE = "<!-- Made by tools/generated.py (make generated). -->\n"


def states(room: str) -> str:
    """The diagram of a room's states."""
    module = importlib.import_module(f"tidewaiter.{room}.states")
    text = f"{MADE}\n# States: {room}\n\n```mermaid\nstateDiagram-v2\n"
    for name, moves in module.MOVES.items():
        pairs = (
            [(before, after, name) for before, after in moves.items()]
            if isinstance(moves, dict)
            else [(name, after, "") for after in moves]
        )
        for before, after, deed in pairs:
            text += f"    {before} --> {after}{': ' + deed if deed else ''}\n"
    text += "".join(f"    {end} --> [*]\n" for end in module.ENDS) + "```\n\n| state | owner |\n|---|---|\n"
    return (
        text
        + "".join(f"| {state} | {owner} |\n" for state, owner in module.OWNERS.items())
        + "".join(f"| {end} | an end |\n" for end in module.ENDS)
    )


def lists() -> str:
    """The table of reference lists."""
    text = f"{MADE}\n# Reference lists\n\n| list | what | edition | source | licence |\n|---|---|---|---|---|\n"
    for name, meta in sorted(tomllib.loads((PROJECT / "codes" / "lists.toml").read_text()).items()):
        text += f"| `{name}` | {meta['title']} | {meta['version']} | {meta['source']} | {meta['licence']} |\n"
    return text


def main() -> int:
    """Writes or checks."""
    wanted = {f"docs/states/{room}.md": states(room) for room in ("cases", "intake", "jobs", "review")} | {
        "docs/lists.md": lists()
    }
    differing = [
        name for name, text in wanted.items() if not (PROJECT / name).exists() or (PROJECT / name).read_text() != text
    ]
    if "--check" in sys.argv:
        for name in differing:
            print(f"{name} is not what the program would draw: run `make generated`.")
        return 1 if differing else 0
    for name in differing:
        (PROJECT / name).parent.mkdir(parents=True, exist_ok=True)
        (PROJECT / name).write_text(wanted[name])
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
