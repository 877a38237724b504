"""The national demo: a registry with something of everything, loaded as anybody would, and again without a change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Program, prepared_for

pytestmark = pytest.mark.long


def test_the_national_demo_has_people_firms_suspects_agencies_and_a_list(tmp_path: Path) -> None:
    shutil.copytree(prepared_for("national"), tmp_path / "home")
    node = Program(tmp_path / "home", "national")
    first = node.json("load_demo")
    assert first["records"] == 64
    assert first["screened"] == {"rows": 13, "hits": 5, "too_common": 0, "without_name": 1}
    assert (tmp_path / "home" / "demo-people.json").stat().st_mode & 0o077 == 0
    assert {"w.barasa", "dci.kamau", "s.otieno"} <= set(
        json.loads((tmp_path / "home" / "demo-people.json").read_text())
    )
    by = ("--by", "w.barasa", "--purpose", "looking at the demo")
    states = [one["state"] for one in node.json("list_suspects", *by)]
    assert sorted(set(states)) == ["assessed", "handed_over", "investigated", "signalled", "watched"]
    agencies = node.json("list_agencies", "--by", "s.otieno")
    assert [one["databases"] for one in agencies] == [["companies"], ["seizures"], ["suspects", "companies"]]
    firm = next(one for one in node.json("screen", "Harbour Gate Clearing Agents", "--kind", "company", *by))
    owners = node.json("show_owners", firm["ref"], *by)
    assert {one["caption"] for one in owners["in_the_end"]} >= {"Omar Bin Said Al Riyami", "Grace Nyambura Kimani"}
    assert node.json("statistics", "--by", "country")[0]["country"] == "KE"
    assert node.json("verify_ledger")["intact"] is True
    again = node.json("load_demo")
    assert "records" not in again
