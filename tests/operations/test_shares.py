"""Shares of the key of a sealed room: nobody uses another's, and none is left in a backup for later."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Program, prepared_for
from tests.operations.conftest import page_of, program_of
from tidewaiter.operations.actions.ending import close
from tidewaiter.operations.models import Operation

TOML = 'title = "Grey Heron"\ncountries = ["KE"]\nwaiting_days = 0\ntest = true\n'


@pytest.mark.django_db
def test_one_holder_does_not_open_it_with_the_share_that_waits_for_another(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    done = close(operation=room(staff.ocu).operation, by=staff.ocu)
    said = {"share": done.share, "second": staff.second.username, "second_share": ""}
    assert page_of(staff.ocu).post(f"/operations/{ref}/closing/open_again/", said).status_code == 422
    by_program = {"second": staff.second.username, "shares": {staff.ocu.username: done.share}}
    address = f"/api/v1/operations/{ref}/reopen"
    assert program_of(staff.ocu).post(address, by_program, content_type="application/json").status_code == 422
    assert Operation.objects.get().phase == "sealed", "what waits for the second is theirs to bring"
    theirs = program_of(staff.second).post(f"/api/v1/operations/{ref}/take_share").json()["share"]
    by_program["shares"] = {staff.ocu.username: done.share, staff.second.username: theirs}
    assert program_of(staff.ocu).post(address, by_program, content_type="application/json").status_code == 200
    assert Operation.objects.get().phase == "consolidation"


@pytest.mark.long
def test_a_backup_of_the_days_when_a_room_was_sealed_opens_nothing_once_it_is_destroyed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for("operation"), home)
    node = Program(home, "operation")
    for name in ("o.cu", "s.u", "t.u"):
        node.person(name, "INT", "coordinator")
    (tmp_path / "op.toml").write_text(TOML)
    ref = node.json("open_operation", str(tmp_path / "op.toml"), "--by", "o.cu")["ref"]
    for name in ("s.u", "t.u"):
        node.json("admit", ref, name, "--as", "coordinator", "--by", "o.cu")
    (tmp_path / "said.json").write_text('{"text": "markertext", "lang": "en"}')
    node.json("send_message", ref, "--template", "instruction", "--data", str(tmp_path / "said.json"), "--by", "o.cu")
    node.json("close_operation", ref, "--by", "o.cu")
    backup = tmp_path / "sealed.backup"
    node.json("backup", str(backup), "--with-keys")
    reopened = node.json("reopen_operation", ref, "--by", "s.u", "--second", "t.u")
    assert reopened["phase"] == "consolidation", "at the shell, where both are named, shares that wait open it"
    node.json("close_operation", ref, "--by", "o.cu")
    node.json("destroy_operation", ref, "--by", "o.cu", "--second", "s.u")
    older = Program(tmp_path / "older", "operation")
    older.environment["XDG_CONFIG_HOME"] = node.environment["XDG_CONFIG_HOME"]
    older.run("restore", str(backup))
    refused = older.run("reopen_operation", ref, "--by", "s.u", "--second", "t.u", "--format", "json")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert '"no_share_key"' in refused.stdout
    keys = Path(node.environment["XDG_CONFIG_HOME"])
    assert not [path for path in keys.rglob("*") if ref in path.name], "nothing of the room is left among the keys"
