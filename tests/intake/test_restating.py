"""Totals that come again with other figures, and no key: the receipt says «restates», of which months, and the key."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
KEYLESS = """form = "DRG"
[constants]
country = "KE"
unit = "KGM"
[columns]
date = "Month"
office = "Region"
subtype = "Drug"
quantity = "Kg"
events = "Seizures"
[formats]
decimal = "."
"""
FIRST = (
    "Month,Region,Drug,Kg,Seizures\n"
    "2024-01,North,Cocaine,120.5,49\n"
    "2024-01,South,Cocaine,3,2\n"
    "2024-02,North,Heroin,80,31\n"
)
LATER = FIRST.replace("120.5,49", "125,51") + "2024-03,North,Heroin,8,1\n"


def brought(people: SimpleNamespace, folder: Path, body: str, capsys: Any, mapping: str = KEYLESS) -> dict[str, Any]:
    """What the command says of a file of the Kenyan contact."""
    file, by = folder / "release.csv", folder / "map.toml"
    file.write_text(body)
    by.write_text(mapping)
    capsys.readouterr()
    call_command("import_cases", str(file), "--by", people.contact.username, "--mapping", str(by), "--format", "json")
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_release_with_other_figures_says_what_it_restates_at_every_door(
    people: SimpleNamespace, client: Client, tmp_path: Path, capsys: Any
) -> None:
    first = brought(people, tmp_path, FIRST, capsys)
    assert (first["accepted"], "restates" in first["notes"]) == (3, False)
    said = brought(people, tmp_path, LATER, capsys)
    assert [said[name] for name in ("rows", "accepted", "unchanged")] == [4, 2, 2]
    restates = said["notes"]["restates"]
    assert (restates["totals"], restates["months"]) == (1, ["2024-01"])
    assert restates["key"] == ["Month", "Region", "Drug"]
    assert len(restates["of"]) == 1
    _token, text = make_token(officer=people.contact, scope="read", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.get(f"/api/v1/receipts/{said['receipt']}").json()
    assert answer["notes"]["restates"] == restates
    client.login(username=people.contact.username, password=PASSWORD)
    page = client.get(f"/intake/{said['receipt']}/").content.decode()
    assert "Restates" in page
    assert f"1 total of 2024-01 is here already with other figures, and both are counted: {restates['of'][0]}" in page
    assert "key = [&quot;Month&quot;,&quot;Region&quot;,&quot;Drug&quot;]" in page


def test_the_same_figures_to_twelve_digits_and_new_months_restate_nothing(
    people: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    brought(people, tmp_path, FIRST, capsys)
    again = brought(
        people, tmp_path, FIRST.replace("120.5,", "120.50000000000004,") + "2024-04,North,Heroin,1,1\n", capsys
    )
    assert [again[name] for name in ("unchanged", "accepted")] == [3, 1]
    assert "restates" not in again["notes"]


def test_two_rows_of_one_file_about_the_same_restate_nothing(
    people: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    twice = brought(people, tmp_path, FIRST + "2024-01,North,Cocaine,7,1\n", capsys)
    assert (twice["accepted"], "restates" in twice["notes"]) == (4, False)
    assert "restates" not in brought(people, tmp_path, FIRST + "2024-01,North,Cocaine,7,1\n", capsys)["notes"]


def test_single_seizures_of_a_day_are_no_totals(people: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    mapping = KEYLESS.replace('events = "Seizures"\n', "")
    days = "Month,Region,Drug,Kg\n2024-01-05,North,Cocaine,2\n2024-01-05,North,Cocaine,3\n"
    brought(people, tmp_path, days, capsys, mapping)
    later = brought(people, tmp_path, days + "2024-01-05,North,Cocaine,4\n", capsys, mapping)
    assert (later["accepted"], "restates" in later["notes"]) == (1, False)
    months = days.replace("2024-01-05", "2024-01")
    brought(people, tmp_path, months, capsys, mapping)
    said = brought(people, tmp_path, months.replace(",2\n", ",9\n"), capsys, mapping)
    assert said["notes"]["restates"]["totals"] == 1


def test_with_a_key_a_release_changes_what_is_here(people: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    mapping = KEYLESS.replace('form = "DRG"\n', 'form = "DRG"\nkey = ["Month", "Region", "Drug"]\n')
    brought(people, tmp_path, FIRST, capsys, mapping)
    said = brought(people, tmp_path, LATER, capsys, mapping)
    assert [said[name] for name in ("accepted", "changed", "unchanged")] == [1, 1, 2]
    assert "restates" not in said["notes"]
