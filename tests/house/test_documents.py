"""What people read first says what is here: files, commands, targets, stairs and buttons that documents name exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.conftest import PROJECT

LINE = 120
GUIDE = sorted((PROJECT / "docs" / "guide").glob("*.md"))
FIRST = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"]
MADE = [path for path in sorted((PROJECT / "docs").glob("*.md")) if "Made by tools/generated.py" in path.read_text()]
WRITTEN = [*FIRST, *(path for path in sorted((PROJECT / "docs").glob("*.md")) if path not in MADE), *GUIDE]
"""Documents that people wrote. The made ones are held to the program by `tools/generated.py --check`."""
SOURCES = ("tidewaiter", "tests", "tools", "bench", "docs", "forms", "codes", "mappings", "demo", "LICENSES", ".ci")
_path = re.compile(
    r"`([A-Za-z_.][\w./-]*?(?:\.(?:py|md|toml|txt|sh|mjs|js|json|html|css|csv|svg|png|gz|in|lock)|/))(?:::\w+)?`"
)
_link = re.compile(r"\]\(([^)#:]+)(?:#[\w-]*)?\)")
_target = re.compile(r"\bmake ([a-z][a-z-]*)")
_command = re.compile(r"\btidewaiter ([a-z_]+)\b")
_bold = re.compile(r"\*\*([^*]+)\*\*")


def _name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def _code(text: str) -> str:
    """What stands in back ticks or in a block of code."""
    blocks = re.findall(r"^```.*?^```|^ {4}\S.*$", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("document", WRITTEN, ids=_name)
def test_what_a_document_names_is_here(document: Path) -> None:
    text = document.read_text()
    names = {found for found in _path.findall(text) if "/" in found.rstrip("/") or found.endswith("/")}
    roots = (PROJECT, PROJECT / "tidewaiter", document.parent)
    missing = [name for name in names if not any((root / name).exists() for root in roots)]
    assert [name for name in missing if name.split("/")[0] in (*SOURCES, *_rooms())] == []
    assert [link for link in _link.findall(text) if not (document.parent / link).exists()] == []
    targets = set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    code = _code(text)
    assert set(_target.findall(code)) - targets == set()
    assert set(_command.findall(code)) - set(get_commands()) == set()


def test_what_a_decision_names_is_here() -> None:
    """Files and folders of rooms; of what a decision did away with it speaks without back ticks."""
    roots = (PROJECT, PROJECT / "tidewaiter", PROJECT / "tests")
    gone = []
    for document in sorted((PROJECT / "docs" / "decisions").glob("*.md")):
        names = {name for name in _path.findall(document.read_text()) if name.split("/")[0] in (*SOURCES, *_rooms())}
        gone += [
            f"{document.name}: {name}" for name in sorted(names) if not any((root / name).exists() for root in roots)
        ]
    assert gone == []


def _rooms() -> list[str]:
    return [path.parent.name for path in (PROJECT / "tidewaiter").glob("*/__init__.py")]


def test_every_command_of_the_table_is_one_and_every_command_is_in_it() -> None:
    rows = [line.split("|")[1] for line in (PROJECT / "docs" / "commands.md").read_text().splitlines() if "|" in line]
    named = {word for row in rows for word in re.findall(r"`([a-z_]+)[ `]", row)}
    # of every shape, whichever the tests run in
    folders = (PROJECT / "tidewaiter").glob("*/management/commands/[a-z]*.py")
    ours = {path.stem for path in folders}
    assert {name for name, app in get_commands().items() if app.startswith("tidewaiter")} <= ours
    assert ours - named == set()
    assert named - ours == set()


def test_the_stairs_of_contributing_are_those_of_the_import_contract() -> None:
    contract = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    floors = [
        here
        for layer in contract["layers"]
        if (here := [name.strip() for name in layer.split("|") if not name.strip().startswith("(")])
    ]
    said = re.search(r"```stairs\n(.*?)```", (PROJECT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert said is not None
    assert [[name.strip() for name in line.split("|")] for line in said[1].splitlines()] == floors


def test_every_room_stands_in_the_table_of_the_readme() -> None:
    table = (PROJECT / "README.md").read_text().split("| room | what it does |")[1].split("\n\n")[0]
    named = {name.strip() for row in table.splitlines()[2:] for name in row.split("|")[1].split(",")}
    rooms = {path.parent.name for path in (PROJECT / "tidewaiter").glob("*/room.py")}
    assert rooms - named == set()
    assert named - set(_rooms()) == set()


def test_no_line_of_a_written_document_is_too_long() -> None:
    """A row of a table cannot be broken, and is left alone."""
    assert [
        f"{_name(path)}:{at}"
        for path in WRITTEN
        for at, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LINE and not line.startswith("|")
    ] == []


def test_a_guide_is_one_screen_with_one_picture() -> None:
    people = {"officer", "contact", "reviewer", "analyst", "editor", "steward"}
    beside = {"operation"}
    """Of the other shapes: no picture of the central node shows them."""
    assert {path.stem for path in GUIDE} == {*people, *beside, "README"}
    for path in GUIDE:
        text = path.read_text()
        assert text.count("\n") <= 60, path.name
        assert text.count("![") == (path.stem in people), path.name
        assert (f"]({path.name})" in (PROJECT / "docs" / "guide" / "README.md").read_text()) == (
            path.stem in people | beside
        )


def test_what_a_guide_says_in_bold_stands_on_a_page() -> None:
    """Bold are words of pages alone; one that is renamed there is renamed here."""
    sources = [*(PROJECT / "tidewaiter").rglob("*.html"), *(PROJECT / "tidewaiter").rglob("*.py")]
    pages = "\n".join(path.read_text() for path in sources) + (PROJECT / "codes" / "commodity.csv").read_text()
    said = {(path.name, " ".join(word.split())) for path in GUIDE for word in _bold.findall(path.read_text())}
    gone = [one for one in sorted(said) if not re.search(rf"""["'>,]{re.escape(one[1])}["'<,]""", pages)]
    assert gone == []


def test_pictures_are_small_and_each_is_shown() -> None:
    pictures = sorted((PROJECT / "docs" / "pictures").glob("*.png"))
    text = "".join(path.read_text() for path in WRITTEN)
    assert [path.name for path in pictures if f"pictures/{path.name})" not in text] == []
    assert [path.name for path in pictures if path.stat().st_size > 120_000] == []
    script = (PROJECT / "tools" / "guide_pictures.py").read_text()
    of_the_report = re.compile(r"report-[a-z]{2}-\d")  # tools/report_pictures.py draws them
    walked = [path for path in pictures if not of_the_report.fullmatch(path.stem)]
    assert [path.name for path in walked if f'"{path.stem}"' not in script] == []
