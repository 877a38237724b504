"""A code holds from its first day to its last, both in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PROJECT
from tests.making import record
from tidewaiter.codelists.actions import load_list
from tidewaiter.codelists.queries import look_again
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.actions import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def _rail_of_march(tmp_path: Path) -> None:
    """The list of modes, in which rail held from the 2nd to the 4th of March 2026."""
    with (PROJECT / "codes" / "mode.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path = tmp_path / "mode.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "valid_from", "valid_to"])
        writer.writeheader()
        for row in rows:
            days = {"valid_from": "2026-03-02", "valid_to": "2026-03-04"} if row["code"] == "2" else {}
            writer.writerow({**row, **days})
    meta = {"title": "Modes", "version": "test", "source": "test", "licence": "ours"}
    load_list(name="mode", path=path, meta=meta, by=NODE)
    look_again()


@pytest.mark.usefixtures("_rail_of_march")
@pytest.mark.parametrize(
    ("day", "taken"),
    [("2026-03-01", False), ("2026-03-02", True), ("2026-03-04", True), ("2026-03-05", False)],
)
def test_a_code_is_taken_on_its_first_and_last_day_and_not_a_day_before_or_after(
    people: SimpleNamespace, day: str, taken: bool
) -> None:
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    said = record(date=day, conveyance={"mode": "2"}, place="", location_type="")
    answer = program.post("/api/v1/cases", json.dumps(said), content_type="application/json")
    assert answer.status_code == (201 if taken else 422), answer.content
    if not taken:
        assert "conveyance.mode" in answer.content.decode()
