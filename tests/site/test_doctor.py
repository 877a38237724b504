"""The doctor says what is wrong with a node and what to do, and nothing where all is well."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.conftest import Program
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.jobs.models import FailedItem, ScheduledDeed
from tidewaiter.ledger.actions import record, sign_head
from tidewaiter.ledger.models import Head
from tidewaiter.people.actions import demand_second_factor
from tidewaiter.site.checkup import check_up
from tidewaiter.site.running import serving

CHECKS = [
    "folder",
    "disk",
    "database",
    "shape",
    "migrations",
    "address",
    "encryption",
    "keys",
    "lists",
    "clock",
    "set_aside",
    "second_factor",
    "mail",
    "heads",
    "backup",
]


@pytest.fixture
def well(db: None, settings: Any, tmp_path: Path) -> None:
    """The tests' own node with everything in order."""
    (tmp_path / "heads").mkdir()
    settings.HEADS_TO = str(tmp_path / "heads")
    demand_second_factor(roles=["steward"], by=NODE)
    with transaction.atomic():
        record(by=NODE, deed="site.backed_up", ref="node")


def _wrong() -> dict[str, str]:
    found = check_up()
    assert [one["check"] for one in found] == CHECKS
    assert all(bool(one["advice"]) != one["ok"] for one in found), "what is well needs no advice, and all else has one"
    return {one["check"]: one["advice"] for one in found if not one["ok"]}


def test_a_node_in_order_has_nothing_wrong(well: None, capsys: Any) -> None:
    assert _wrong() == {}
    call_command("doctor")
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said] == [["ok", name] for name in CHECKS]


@pytest.mark.parametrize(
    ("check", "words", "change"),
    [
        ("address", "TLS", {"TIDEWAITER_URL": "http://node.example.org"}),
        ("address", "TIDEWAITER_PROXIES", {"TIDEWAITER_URL": "https://node.example.org"}),
        ("heads", "TIDEWAITER_HEADS_TO", {"HEADS_TO": ""}),
        ("heads", "/nowhere/at/all", {"HEADS_TO": "/nowhere/at/all"}),
        ("mail", "TIDEWAITER_EMAIL", {"HEADS_TO": "mailto:a@example.org"}),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    well: None, settings: Any, check: str, words: str, change: dict[str, str]
) -> None:
    for name, said in change.items():
        setattr(settings, name, said)
    wrong = _wrong()
    assert list(wrong) == [check]
    assert words in wrong[check]


def test_what_the_tables_tell_is_told(well: None, settings: Any, monkeypatch: Any, tmp_path: Path) -> None:
    demand_second_factor(roles=[], by=NODE)
    FailedItem.objects.create(deed="digests", ref="officer:x", state="set_aside", error="Odd", since=now(), tries=5)
    sign_head(day=now().date().isoformat())
    Head.objects.update(signed_at=stamp(now() - timedelta(days=2)), error="TimeoutError")
    moment = now() + timedelta(days=9)
    monkeypatch.setattr("tidewaiter.site.checkup.now", lambda: moment)
    wrong = _wrong()
    assert sorted(wrong) == ["backup", "heads", "second_factor", "set_aside"]
    assert "9 days old" in wrong["backup"]
    assert "TimeoutError" in wrong["heads"]
    assert "demand_second_factor" in wrong["second_factor"]
    assert "set_aside --retry-all" in wrong["set_aside"]


def test_the_clock_is_late_only_while_the_node_runs(well: None, settings: Any) -> None:
    settings.NODE_STARTED = time.time()
    ScheduledDeed.objects.create(name="clock", every=10, succeeded_at=now() - timedelta(hours=1))
    assert _wrong() == {}
    with serving(Path(settings.TIDEWAITER_HOME)):
        assert "clock_stopped" in _wrong()["clock"]


def test_what_is_wrong_with_folder_shape_keys_or_database_is_told_and_stops_no_other_check(
    small_node: Program, tmp_path: Path
) -> None:
    node = small_node
    shutil.copytree(os.environ["XDG_CONFIG_HOME"], tmp_path / "config")
    node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")

    def wrong() -> dict[str, str]:
        return {one["check"]: one["advice"] for one in node.json("doctor", code=1) if not one["ok"]}

    before = wrong()
    assert {"folder", "keys", "shape", "database", "migrations"} & set(before) == set()
    name = json.loads((node.home / "node.json").read_text())["node"]
    keys = tmp_path / "config" / "tidewaiter" / name
    (keys / "node.ed25519").write_bytes(bytes(range(32)))
    node.home.chmod(0o755)
    found = wrong()
    assert set(found) - set(before) == {"folder", "keys"}
    assert f"chmod -R go= {node.home}" in found["folder"]
    assert "node.ed25519" in found["keys"]
    node.home.chmod(0o700)
    (keys / "node.ed25519").unlink()
    assert "init --new-keys" in wrong()["keys"]
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'ledger' AND name LIKE '0005%'")
    assert "run init" in wrong()["migrations"]
    fresh = Program(tmp_path / "fresh")
    told = {one["check"]: one["advice"] for one in fresh.json("doctor", code=1)}
    assert list(told) == CHECKS
    assert "run init" in told["shape"]
    away = Program(tmp_path / "away")
    away.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"
    told = {one["check"]: one["advice"] for one in away.json("doctor", code=1)}
    assert "DATABASE_URL" in told["database"]
