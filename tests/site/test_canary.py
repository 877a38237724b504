"""The canary of DESIGN.md: fifty names planted at every door of a node that holds no names are in none of its bytes."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import PROJECT, Program
from tests.site.canary import NAMES
from tidewaiter.privacy.finding import find
from tidewaiter.privacy.masking import masked


def _planted(node: Program, *words: str) -> dict[str, Any]:
    """What the canary found on a node of its own; nor is any name in what it logged."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.site.canary",
            *words,
            *(["--demo"] if os.environ.get("TIDEWAITER_THOROUGH") else []),
        ],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings", "TIDEWAITER_API_RATE": "100000"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=560,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print({**answer, "found": len(answer["found"])})
    said = done.stderr + "".join(done.stdout.splitlines()[:-1])
    assert not [name for name in NAMES if name in said], "nor in the logs"
    return answer


def test_names_planted_at_every_door_of_a_central_node_are_in_none_of_its_bytes(node: Program) -> None:
    answer = _planted(node)
    assert answer["found"] == []
    assert answer["planted"] > 500
    assert answer["cases_with_a_mask"] > 20, "the names were masked, not the cases refused"


@pytest.mark.long
def test_names_planted_beside_the_cases_are_in_none_of_its_bytes(node: Program) -> None:
    answer = _planted(node, "--places")
    assert answer["not_taken"] == [], "what is refused proves nothing"
    assert answer["places"] >= 20
    assert answer["found"] == []


def test_goods_places_vessels_and_makes_are_no_people() -> None:
    for text in (
        "Container MSKU 1234567 from Puerto Montt to Busan via San Antonio",
        "Smith & Wesson revolver, Glock 19 frames",
        "Johnnie Walker Black Label 75 cl",
        "Loxodonta africana tusks",
        "Toyota Land Cruiser, fuel tank",
        "Jomo Kenyatta International Airport",
        "vessel MSC Alina",
        "Port of Santos, Brazil",
        "King Abdulaziz Port",
        "Ethiopian Airlines ET 302",
        "Hidden in washing machines; 12 boxes",
        "Bill of lading 1234567890",
        "HS 9305.99, 2 kg",
    ):
        assert not find(text), (text, masked(text))


def test_of_makes_brands_firms_and_places_hardly_one_is_taken_for_a_person() -> None:
    texts = (PROJECT / "tests" / "data" / "not_people.txt").read_text().splitlines()
    taken = [text for text in texts if find(text)]
    print(f"taken for a person: {len(taken)} of {len(texts)}: {taken}")
    assert len(taken) <= 3, taken


def test_what_is_called_so_or_checks_is_masked() -> None:
    for text in (
        "write to a.b@example.org",
        "+254 712 345 678",
        "tel. 0712 345678",
        "passport no A1234567",
        "born 12.03.1987",
        "4111 1111 1111 1111",
        "GB82 WEST 1234 5698 7654 32",
    ):
        assert find(text), text


def test_of_the_real_weapons_file_nothing_is_taken_for_a_person() -> None:
    with gzip.open(PROJECT / "demo" / "us_cbp_weapons_fy22_25.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    texts = {value for row in rows for value in row.values()} | {
        f"{row['Component']}, {row['Area of Responsibility']}" for row in rows
    }
    assert not [text for text in texts if find(text)]
