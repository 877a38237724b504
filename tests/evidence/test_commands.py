"""Exhibits at the shell: what the API answers, by command."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.evidence.conftest import SHOES
from tests.evidence.test_scenes import OWN
from tidewaiter.evidence.models import Checklist, Exhibit
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


def run(*words: str) -> Any:
    """What a command answers as JSON."""
    out = StringIO()
    call_command(*words, "--format", "json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_an_exhibit_goes_from_hand_to_hand_at_the_shell(staff: SimpleNamespace, case: Any, tmp_path: Path) -> None:
    data = tmp_path / "shoes.json"
    data.write_text(json.dumps({**SHOES, "case": case.ref}))
    made = run("exhibit", "seize", "--data", str(data), "--by", "officer.ke")
    data.write_text(json.dumps({"seal": "440703"}))
    sealed = run("exhibit", "event", made["reference"], "--kind", "seal", "--data", str(data), "--by", "officer.ke")
    assert sealed["seal_after"] == "440703"
    data.write_text(json.dumps({"kind": "hand_over", "to": "custodian.ke"}))
    given = run("exhibit", "event", made["ref"], "--data", str(data), "--by", "officer.ke")
    assert given["stands"] is False
    with pytest.raises(CommandError):
        run("exhibit", "confirm", made["ref"], "--by", "officer.ke")
    taken = run("exhibit", "confirm", made["ref"], "--event", given["ref"], "--by", "custodian.ke")
    assert taken["kind"] == "take"
    custody = run("exhibit", "custody", made["ref"], "--by", "investigator.ke", "--purpose", "case KE-2026-0233")
    assert [one["kind"] for one in custody] == ["seize", "seal", "hand_over", "take"]
    assert [one["ref"] for one in run("exhibit", "list", "--box", "store", "--by", "officer.ke")] == [made["ref"]]
    assert run("exhibit", "show", made["ref"], "--by", "officer.ke")["holder"]["name"] == "custodian.ke"
    with pytest.raises(CommandError, match="no such exhibit"):
        run("exhibit", "show", made["ref"], "--by", "foreign.ug")
    paper = tmp_path / "labels.pdf"
    assert run("exhibit", "labels", made["ref"], "-o", str(paper), "--by", "officer.ke")["labels"] == 1
    assert paper.read_bytes().startswith(b"%PDF-")
    entry = Entry.objects.filter(deed="evidence.read", by="investigator.ke").latest("seq")
    assert json.loads(entry.detail)["purpose"] == "case KE-2026-0233"
    assert Exhibit.objects.get().events_count == 4


def test_a_steward_brings_a_checklist_at_the_shell(staff: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "harbour.toml"
    path.write_text(OWN)
    assert run("evidence_checklist", str(path), "--by", "steward.ke") == {"code": "harbour", "version": 1, "steps": 1}
    assert Checklist.objects.get().current


def test_a_scene_is_worked_through_at_the_shell_step_by_step(staff: SimpleNamespace, case: Any, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (640, 480), "teal").save(tmp_path / "yard.jpg")
    Image.new("RGB", (300, 100), "white").save(tmp_path / "drawn.png")
    by = ("--by", "officer.ke")
    made = run("scene", "begin", "--set", "place=Pier 2", "--set", f"case={case.ref}", *by)
    ref = made["ref"]
    steps = [one["id"] for one in made["checklist_steps"]]
    assert steps == ["secure", "photograph", "search", "identify", "seal", "receipt"]
    with pytest.raises(CommandError, match="Still to be done: Secure"):
        run("scene", "leave", ref, *by)
    run("scene", "step", ref, "--step", "secure", "--set", "said=Two guards", *by)
    with pytest.raises(CommandError, match="cannot be read"):
        run("scene", "step", ref, "--step", "photograph", "--file", str(tmp_path / "none.jpg"), *by)
    run("scene", "step", ref, "--step", "photograph", "--file", str(tmp_path / "yard.jpg"), *by)
    run("scene", "step", ref, "--step", "search", "--set", "said=Left wall", *by)
    shoes = [f"--set={name}={SHOES[name]}" for name in ("description", "quantity", "unit", "material")]
    [number] = run("scene", "step", ref, "--step", "identify", *shoes, *by)["exhibits"]
    run("scene", "step", ref, "--step", "seal", "--set", f"exhibit={number}", "--set", "seal=440703", *by)
    signed = ("--set", "name=J. Otieno", "--set", "language=sw", "--signature", str(tmp_path / "drawn.png"))
    done = run("scene", "step", ref, "--step", "receipt", *signed, *by)
    assert done["open"] == []
    assert "J. Otieno" not in str(done), "the name stands in the annex alone"
    with pytest.raises(CommandError, match="no such scene"):
        run("scene", "show", ref, "--by", "foreign.ug")
    assert [one["ref"] for one in run("scene", "list", *by)] == [ref]
    assert run("scene", "leave", ref, *by)["state"] == "scene_left"
    exhibit = Exhibit.objects.get(reference=number)
    assert (exhibit.seal, exhibit.case) == ("440703", case.ref)
