"""Writes the documents that the program can draw itself; with --check says which differ and fails.

docs/states/<room>.md from each room's states.py; docs/lists.md from codes/lists.toml; docs/limits.md from the table
of limits; docs/asvs.md from docs/asvs.toml; docs/text_columns.md from the models of each shape; docs/rooms.md,
docs/rights.md and docs/wire/*.schema.json from the room cards of each shape; docs/pictures/house.svg from these and the
import contract; NOTICE from what is shipped (tools/notices.py).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from house_picture import floors_of, picture
from notices import notice
from prune_styles import served
from room_documents import cards_of, rights_document, rooms_document, wire_documents

from tidewaiter.drawing.world import CENTRES, outlines, outlines_name
from tidewaiter.foundation.limits import LIMITS, amount

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


def limits() -> str:
    """The table of everybody's budget."""
    text = (
        f"{MADE}\n# Limits\n\nWhat one person, file or request may take. A row is set otherwise by the environment:"
        " `TIDEWAITER_LIMIT_` and its name in capitals, a whole number.\n\n| name | most | unit | what is said"
        " |\n|---|---:|---|---|\n"
    )
    for limit in LIMITS.values():
        text += f"| `{limit.name}` | {limit.most:,} | {limit.unit} | {limit.says % {'most': amount(limit.name)}} |\n"
    return text


CHAPTERS = (
    "Encoding",
    "Validation and business logic",
    "Browsers",
    "Programs",
    "Files",
    "Who somebody is",
    "Sessions",
    "Rights",
    "Tokens that say themselves",
    "OAuth and OIDC",
    "Cryptography",
    "Transport",
    "Configuration",
    "Data",
    "Coding",
    "Logs and errors",
    "WebRTC",
)
"""Short names of ours for the chapters of ASVS 5.0, V1 to V17."""
VERDICTS = ("met", "not met", "not applicable")


def asvs() -> str:
    """What of OWASP ASVS is met, by chapter."""
    judged = tomllib.loads((PROJECT / "docs" / "asvs.toml").read_text())
    by_chapter: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for name, one in judged.items():
        by_chapter.setdefault(int(name[1:].split(".")[0]), []).append((name, one))
    text = (
        f"{MADE}\n# OWASP ASVS 5.0, level 2\n\nEach requirement of levels 1 and 2 of the [Application Security"
        " Verification Standard](https://owasp.org/www-project-application-security-verification-standard/) by its"
        " number (theirs, CC BY-SA 4.0), in words of ours. *Met* names tests that would fail otherwise; *not met* says"
        " why and what would do. Judged by ourselves, not by an auditor; data in `docs/asvs.toml`.\n\n| chapter | "
        + " | ".join(VERDICTS)
        + " | all |\n|---|---:|---:|---:|---:|\n"
    )

    def counted(rows: list[tuple[str, dict[str, Any]]]) -> str:
        return " | ".join(str(sum(one["verdict"] == verdict for _name, one in rows)) for verdict in VERDICTS)

    for chapter, rows in by_chapter.items():
        text += f"| V{chapter} {CHAPTERS[chapter - 1]} | {counted(rows)} | {len(rows)} |\n"
    text += f"| **all** | {counted(list(judged.items()))} | {len(judged)} |\n"
    for chapter, rows in by_chapter.items():
        text += (
            f"\n## V{chapter} {CHAPTERS[chapter - 1]}\n\n| id | level | what | verdict | shown by, or why"
            " |\n|---|---|---|---|---|\n"
        )
        for name, one in rows:
            shown = one.get("why") or ", ".join(f"`{test.removeprefix('tests/')}`" for test in one["tests"])
            text += f"| {name} | {one['level']} | {one['words']} | {one['verdict']} | {shown} |\n"
    return text


MARKS = {
    "free": (
        "anything may stand in it: what looks like a person, a plate, a document, a telephone, a mail or an account is"
        " masked"
    ),
    "place": "names of places: plates, documents, telephones, mails and a name with an age are masked",
    "office": "names of offices: likewise",
    "brand": "makes and brands: likewise",
    "firm": "names of firms: likewise",
    "code": "codes and references that people give: likewise",
    "person": "accounts of the node's own users: they have agreed to it, and it is kept as it is",
    "indicator": "published on purpose: kept as it is",
    "system": "written by the program alone: codes, references, digests, states",
}
"""What each mark of `privacy.columns` means on a node that holds no names."""


def text_columns() -> str:
    """Every text column of every room, with its mark."""
    text = (
        f"{MADE}\n# What may stand in which text\n\nEvery column of a table that holds text, in every shape of the"
        " program. "
    )
    text += (
        "On a node that holds no names the column itself masks what is written into it, by its mark.\n\n| mark | what"
        " |\n|---|---|\n"
    )
    text += "".join(f"| {mark} | {what} |\n" for mark, what in MARKS.items())
    text += "\n*By* names the room that judges value by value before a record is put together.\n"
    text += "\n| column | mark | built as | by |\n|---|---|---|---|\n"
    found = set().union(*(_columns_of(shape) for shape in ("central", "national", "operation")))
    return text + "".join(f"| `{name}` | {about} | {built} | {by} |\n" for name, about, built, by in sorted(found))


_COLUMNS = """
import django, json
django.setup()
from django.apps import apps
from tidewaiter.privacy.columns import Marked
print(json.dumps([
    [f"{model._meta.label}.{field.name}", field.about, field.shape, field.judged_by]
    for model in apps.get_models() for field in model._meta.concrete_fields if isinstance(field, Marked)
]))
"""


def _columns_of(shape: str) -> set[tuple[str, ...]]:
    """(column, mark, how it is built, who judges) of all text columns of a shape, told by a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "TIDEWAITER_SHAPE": shape, "TIDEWAITER_HOME": home}
        environment |= {"DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings", "PYTHONPATH": str(PROJECT)}
        done = subprocess.run(
            [sys.executable, "-c", _COLUMNS], env=environment, capture_output=True, text=True, check=True
        )
    return {tuple(one) for one in json.loads(done.stdout)}


def main() -> int:
    """Writes or checks."""
    cards = cards_of(PROJECT)
    rooms = sorted(path.parent.name for path in (PROJECT / "tidewaiter").glob("*/states.py"))
    wanted = {f"docs/states/{room}.md": states(room) for room in rooms} | {
        "docs/lists.md": lists(),
        "docs/limits.md": limits(),
        "docs/asvs.md": asvs(),
        "docs/text_columns.md": text_columns(),
        "docs/rooms.md": MADE + rooms_document(cards),
        "docs/rights.md": MADE + rights_document(cards),
        **wire_documents(cards),
        "docs/pictures/house.svg": picture(floors_of(PROJECT), cards),
        "NOTICE": notice(PROJECT),
        **served(),
        **{f"tidewaiter/site/static/{outlines_name(centre)}": outlines(centre) for centre in CENTRES},
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
