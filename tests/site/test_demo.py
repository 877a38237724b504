"""The demo as `make demo` loads it: twelve invented countries, every form, every role, work for everybody."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tidewaiter.intake.invented.cases import Invented, cases_of, container_number
from tidewaiter.intake.invented.drawings import drawn
from tidewaiter.intake.invented.world import world
from tidewaiter.people.policy import ROLES
from tidewaiter.site.demo import PEOPLE

COUNTRIES = {"KE", "ZA", "GH", "MA", "AE", "KR", "VN", "CL", "BR", "NL", "TR", "KZ"}
DAY = date(2026, 11, 30)


def _all(day: date = DAY) -> list[Invented]:
    return [case for country in world().reporting() for case in cases_of(world(), country, day)]


def test_four_hundred_cases_of_twelve_countries_in_all_seventeen_forms() -> None:
    records = [case.record for case in _all()]
    assert len(records) == 412
    assert {record["country"] for record in records} == COUNTRIES
    assert len({record["form"] for record in records}) == 17
    assert len({record["national_ref"] for record in records}) == 412
    days = [date.fromisoformat(record["date"]) for record in records]
    assert (max(days), min(days)) <= (DAY, DAY)
    assert min(days) >= DAY - timedelta(days=1095)


def test_they_are_the_same_for_the_same_day_and_later_ones_on_a_later_day() -> None:
    assert [case.record for case in _all()] == [case.record for case in _all()]
    later = max(case.record["date"] for case in _all(date(2028, 2, 29)))
    assert later > "2028-02-01"


def test_some_sixty_pictures_are_drawn_alike_every_time() -> None:
    pictures = [(shape, file) for case in _all() for file, shape in case.pictures.items()]
    assert 50 <= len(pictures) <= 80
    shape, file = pictures[0]
    assert drawn(shape, file) == drawn(shape, file)
    assert drawn(shape, file)[:3] == b"\xff\xd8\xff"


def test_a_container_has_the_check_digit_of_iso_6346() -> None:
    assert container_number("CSQU", 305438) == "CSQU3054383"


@pytest.fixture(scope="module")
def demo(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A node with the demo."""
    home = tmp_path_factory.mktemp("demo") / "home"
    shutil.copytree(prepared_home, home)
    node = Program(home)
    done = node.run("load_demo", seconds=1200)  # a busy machine takes minutes
    assert done.returncode == 0, done.stderr[-2000:]
    return node


def _exported(demo: Program, who: str, folder: Path, *where: str) -> list[dict[str, Any]]:
    path = folder / f"{who}.ndjson"
    demo.json("export_cases", "--by", who, "-o", str(path), *(["--where", *where] if where else []))
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.long
def test_all_came_in_and_everybody_has_work(demo: Program, tmp_path: Path) -> None:
    of_names = {"protection"}  # answers for names: there are none here
    assert {role for _name, _country, role, _said in PEOPLE} == set(ROLES) - of_names
    mine = {
        by: Counter(case["status"] for case in _exported(demo, by, tmp_path, f"administration={country}"))
        for by, country in (("m.dewit", "NL"), ("z.mokoena", "ZA"), ("h.almansoori", "AE"))
    }
    assert mine == {
        "m.dewit": {"validated": 50, "submitted": 4, "returned": 1},
        "z.mokoena": {"validated": 35, "returned": 1},
        "h.almansoori": {"validated": 38, "submitted": 3},
    }
    kinds = Counter(item["status"] for item in demo.json("library", "--by", "r.lindgren"))
    assert kinds == {"published": 7, "submitted": 1, "draft": 1}


@pytest.mark.long
def test_an_early_signal_is_in_the_data(demo: Program) -> None:
    found = demo.json("early_signals", "--as", "l.okafor")
    keys = [(one["commodity"], one.get("departure"), one.get("destination")) for one in found]
    assert ("NPS", "HK", "NL") in keys


@pytest.mark.long
def test_loaded_again_it_stays_as_it_is(demo: Program) -> None:
    before = demo.json("verify_ledger")["entries"]
    assert demo.run("load_demo").returncode == 0
    assert demo.json("verify_ledger")["entries"] == before
