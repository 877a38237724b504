"""The desk's scripts as they lie in the room: no circle among them, no line or file too long, none nobody loads."""

from __future__ import annotations

import re

from tests.conftest import PROJECT

APP = PROJECT / "tidewaiter" / "offline" / "app"
_import = re.compile(r'(?:from|import) "\./([\w-]+\.js)"')


def _uses() -> dict[str, list[str]]:
    return {path.name: _import.findall(path.read_text()) for path in sorted(APP.glob("*.js"))}


def test_no_script_needs_one_that_needs_it() -> None:
    uses = _uses()
    assert len(uses) > 20
    below: set[str] = set()
    while rest := {name for name in uses if name not in below}:
        found = {name for name in rest if below.issuperset(uses[name])}
        assert found, f"a circle among {sorted(rest)}"
        below |= found


def test_every_script_is_loaded_by_the_desk_or_is_the_worker() -> None:
    uses, reached, waiting = _uses(), {"worker.js"}, ["desk.js"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [one for one in uses[name] if one not in reached]
    assert reached == set(uses)


def test_no_line_and_no_file_of_the_desk_is_too_long() -> None:
    files = [*APP.glob("*.js"), *APP.glob("*.css")]
    lines = [
        (path.name, at) for path in files for at, line in enumerate(path.read_text().splitlines(), 1) if len(line) > 120
    ]
    assert lines == []
    assert [(path.name, n) for path in files if (n := path.read_text().count("\n")) > 400] == []
