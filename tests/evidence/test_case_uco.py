"""The export in CASE/UCO is valid by the ontology's own validator, and every action says what went in and came out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tidewaiter.evidence.proof.case_uco import jsonld

FILE = {"sha256": "ab" * 32, "size": 12, "type": "image/jpeg", "name": "crate «2».jpg", "role": "photo"}


def _event(number: int, **said: Any) -> dict[str, Any]:
    plain = dict.fromkeys(("giver", "taker", "place", "purpose", "authority", "condition", "note"), "")
    return {
        **plain,
        "ref": f"CE{number}",
        "sequence": number,
        "kind": "seize",
        "at": "2026-11-16T09:12:00.000000Z",
        "recorded_at": "2026-11-16T11:02:57.000000Z",
        "by": "t.kiplagat",
        "detail": {},
        "files": [],
        "digest": "cd" * 32,
        **said,
    }


def _document() -> str:
    exhibit = {"ref": "EX1", "reference": "EX-KEMBA-26-0007", "description": "62 pistol barrels, 9 × 19 mm"}
    events = [
        _event(1, files=[FILE], place="Mombasa, pump housing of crate 2"),
        _event(2, kind="hand_over", giver="t.kiplagat", taker="p.mwangi", purpose="store", authority="MC-221/26"),
        _event(3, kind="acquire", detail={"tool": "dc3dd", "version": "7.3"}, files=[FILE]),
    ]
    return b"".join(jsonld("kenya", "KE-2026-0418", [(exhibit, events)])).decode()


def test_the_validator_of_the_ontology_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonld"
    path.write_text(_document())
    program = Path(sys.executable).parent / "case_validate"
    done = subprocess.run([program, path], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout
    assert "not an IRI" not in done.stderr


def test_every_action_has_a_provenance_record_out_and_all_but_the_first_one_in() -> None:
    graph = json.loads(_document())["@graph"]
    records = {one["@id"] for one in graph if one["@type"] == "case-investigation:ProvenanceRecord"}
    actions = [one for one in graph if one["@type"] == "case-investigation:InvestigativeAction"]
    assert len(actions) == 3
    for at, one in enumerate(actions):
        going_in = {each["@id"] for each in one["uco-action:object"]} & records
        coming_out = {each["@id"] for each in one["uco-action:result"]} & records
        assert len(going_in) == min(at, 1)
        assert len(coming_out) == 1
    assert len({one["@id"] for one in graph}) == len(graph), "each thing is written once"
