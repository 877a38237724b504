"""At doors, numbers and dates are read by one reader, and names of files written by one writer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT

HOUSE = PROJECT / "tidewaiter"
DOORS = sorted(
    path
    for path in HOUSE.rglob("*.py")
    if "views" in path.stem
    or "views" in path.parts
    or path.name
    in (
        "api.py",
        "fields.py",
        "filters.py",
        "scope.py",
        "photo_wall.py",
        "entry.py",
        "tokens.py",
        "door.py",
    )
)
READERS = {"isdigit", "isdecimal", "isnumeric", "fromisoformat", "strptime"}
NUMBERS = {"int", "float", "Decimal"}
ALLOWED = {
    "cases/photos/photo_wall.py": {"int(unsealed('photos', before))"},
    "evidence/proof/tokens.py": {"datetime.strptime(whole, '%Y%m%d%H%M%S')", "int((share + '000000')[:6])"},
    "people/fields.py": {"int(time.time())"},
    "people/views/duty.py": {"time.fromisoformat(text)"},
    "people/views/passkeys.py": {"int(wait)"},
    "site/api.py": {"int(error.wait or 1)"},
    "site/door.py": {"said.isdigit()", "int(said[:19])"},
    "statistics/comparison_views.py": {"int(1000 * one.propensity)", "int(scope.since[:4])", "int(scope.until[:4])"},
    "statistics/dashboard/scope.py": {
        "int(found[1])",
        "int(found[2])",
        "int(self.before.since[:4])",
        "int(self.until[:4])",
        "int(self.since[:4])",
    },
    "statistics/views.py": {"int(known_span[0][:4])", "int(known_span[1][:4])"},
}
"""What was read already, or is read here and in no calendar."""


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_door_reads_numbers_and_dates_by_the_one_reader(path: Path) -> None:
    allowed = ALLOWED.get(str(path.relative_to(HOUSE)), set())
    found = {
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in READERS)
            or (isinstance(node.func, ast.Name) and node.func.id in NUMBERS)
        )
    }
    assert found <= allowed, f"{path.name}: {found - allowed}: use foundation.parameters"


def test_names_of_files_are_written_into_headers_in_one_place() -> None:
    for path in HOUSE.rglob("*.py"):
        if path.name != "attachments.py":
            text = path.read_text()
            assert "Content-Disposition" not in text, path.name
            assert "as_attachment=" not in text, path.name
