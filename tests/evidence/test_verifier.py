"""What an auditor's shell is told by the verifier of one file: of an export that is whole, and of one with which
somebody has meddled. The export is made here from invented events, with no node behind it.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from tests.evidence.authority import Authority
from tidewaiter.evidence.proof import signing, writing
from tidewaiter.evidence.proof.boxes import Wrong, canonical, leaf_of, levels_of, path_in
from tidewaiter.evidence.proof.one_file import one_file
from tidewaiter.evidence.proof.verifier import check, not_proven, proven

NODE = "NODE01"
PHOTO = b"\xff\xd8 a photograph of a crate"


def _event(exhibit: str, number: int, previous: str, **said: Any) -> dict[str, Any]:
    content = {"exhibit": exhibit, "sequence": number, "previous": previous, "kind": "seize", "files": [], **said}
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return {"exhibit": exhibit, "content": content, "digest": digest}


class Story:
    """Two exhibits, five events, one photograph here and one elsewhere, one stamp over the first four events."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.chains: dict[str, list[dict[str, Any]]] = {}
        photo = {"sha256": hashlib.sha256(PHOTO).hexdigest(), "name": "crate.jpg"}
        far = {"sha256": hashlib.sha256(b"100 GB").hexdigest(), "name": "disk.e01"}
        self.add("EX1", kind="seize", note="62 barrels, «sealed»", files=[photo])
        self.add("EX1", kind="seal", seal_after="440703")
        self.add("EX1", kind="hand_over", taker="m.odera")
        self.add("EX2", kind="seize", note="a telephone", files=[far])
        self.leaves = [self.leaf("EX1", 3), self.leaf("EX2", 1)]
        self.add("EX1", kind="take", taker="m.odera")

    def add(self, exhibit: str, **said: Any) -> None:
        """The next event of an exhibit."""
        chain = self.chains.setdefault(exhibit, [])
        chain.append(_event(exhibit, len(chain) + 1, chain[-1]["digest"] if chain else "", **said))

    def leaf(self, exhibit: str, number: int) -> dict[str, Any]:
        """What is stamped of an exhibit."""
        return {"exhibit": exhibit, "sequence": number, "digest": self.chains[exhibit][number - 1]["digest"]}

    def files(self) -> Iterator[dict[str, Any]]:
        """The lines about files."""
        for exhibit, chain in sorted(self.chains.items()):
            for event in chain:
                for one in event["content"]["files"]:
                    place = {"exhibit": exhibit, "sequence": event["content"]["sequence"]}
                    yield {**place, **one, "here": one["name"] == "crate.jpg"}

    def statement(self) -> dict[str, Any]:
        """What is stamped."""
        levels = levels_of([leaf_of(one) for one in self.leaves])
        ledger = {"seq": 9, "hash": "0" * 64}
        return {"batch": 1, "node": NODE, "previous": "", "root": levels[-1][0].hex(), "count": 2, "ledger": ledger}

    def write(self, to: writing.Writer) -> None:
        """The whole export."""
        chains = sorted(self.chains.items())
        exhibits = [{"ref": ref, "events": len(chain), "head": chain[-1]["digest"]} for ref, chain in chains]
        events = [event for _ref, chain in chains for event in chain]
        levels = levels_of([leaf_of(one) for one in self.leaves])
        statement = self.statement()
        token = self.authority.token(hashlib.sha256(canonical(statement)).digest())
        chain = self.authority.certificate.public_bytes(Encoding.PEM) + self.authority.root.public_bytes(Encoding.PEM)
        to.put_lines("events.ndjson", events)
        to.put_lines("exhibits.ndjson", exhibits)
        to.put_lines("files.ndjson", self.files())
        to.put(f"files/{hashlib.sha256(PHOTO).hexdigest()}", [PHOTO])
        paths = [{**one, "batch": 1, "place": at, "path": path_in(levels, at)} for at, one in enumerate(self.leaves)]
        to.put_lines("paths.ndjson", paths)
        to.put("stamps/000001.chain.pem", [chain])
        to.put("stamps/000001.json", [canonical(statement)])
        to.put("stamps/000001.tst", [token])
        to.put("verify_evidence.py", [one_file().encode()])
        to.seal({"node": NODE, "case": "C1", "exhibits": len(exhibits), "events": len(events)})


KEY, SECOND = Ed25519PrivateKey.from_private_bytes(b"\7" * 32), MLDSA65PrivateKey.from_seed_bytes(b"\7" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of an invented node."""
    monkeypatch.setattr(signing, "node_key", lambda: KEY)
    monkeypatch.setattr(signing, "public_key_hex", lambda: PUBLIC)
    monkeypatch.setattr(signing, "second_key", lambda: (SECOND, SECOND.public_key().public_bytes_raw().hex()))


@pytest.fixture
def story() -> Story:
    """The story, and an authority that stamps it."""
    return Story(Authority())


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """It, exported to a folder."""
    writing.to_folder(tmp_path / "export", story.write)
    return tmp_path / "export"


@pytest.fixture
def box(story: Story, tmp_path: Path) -> Path:
    """It, exported to a zip."""
    writing.to_zip(tmp_path / "export.zip", story.write)
    return tmp_path / "export.zip"


def _fault(path: Path, **more: Any) -> str:
    with pytest.raises(Wrong) as wrong:
        check(path, **more)
    return str(wrong.value)


def _again(story: Story, tmp_path: Path, meddle: Callable[[Story], None]) -> Path:
    """The export of somebody who has meddled, and holds the node's key."""
    meddle(story)
    writing.to_folder(tmp_path / "again", story.write)
    return tmp_path / "again"


def test_a_whole_export_is_said_to_be_recorded_and_stamped_and_never_true(folder: Path, story: Story) -> None:
    found = check(folder, roots=[story.authority.root])
    assert (found.exhibits, found.events, found.stamped, found.not_here) == (2, 5, 4, 1)
    said = " ".join(proven(found))
    assert "5 events of 2 exhibits were recorded by NODE01" in said
    assert "stamped at" in said
    assert "CN=Harbour Time Authority (invented)" in said
    missing = " ".join(not_proven(found, []))
    assert "when 1 of 5 events were recorded: no stamp covers them" in missing
    assert "the content of 1 files" in missing
    assert missing.endswith("that what was recorded is right, or that everything that happened was recorded")


def test_the_file_that_goes_along_needs_nothing_of_ours(box: Path, tmp_path: Path) -> None:
    program = tmp_path / "verify_evidence.py"
    program.write_text(one_file())
    done = subprocess.run([sys.executable, "-I", program, box], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("INTACT: 2 exhibits, 5 events, ")
    assert "tidewaiter." not in one_file()
    content = bytearray(box.read_bytes())
    content[len(content) // 2] ^= 1
    box.write_bytes(content)
    done = subprocess.run([sys.executable, "-I", program, box], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT INTACT: the zip is not as it was written")


def test_a_thousand_changes_of_one_byte_are_all_found_in_the_zip(box: Path) -> None:
    whole, dice = box.read_bytes(), random.Random(25)
    missed = []
    for _turn in range(1000):
        at, to = dice.randrange(len(whole)), dice.randrange(1, 256)
        box.write_bytes(whole[:at] + bytes([whole[at] ^ to]) + whole[at + 1 :])
        with suppress(Wrong):
            check(box)
            missed.append((at, to))
    assert missed == []


def test_a_thousand_changes_of_one_byte_are_all_found_in_the_folder(folder: Path) -> None:
    dice, missed = random.Random(27037), []
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    for _turn in range(1000):
        [path] = dice.choices(files, weights=[min(size, 2000) for size in sizes])
        whole = path.read_bytes()
        at, to = dice.randrange(len(whole)), dice.randrange(1, 256)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ to]) + whole[at + 1 :])
        with suppress(Wrong):
            check(folder)
            missed.append((path.name, at, to))
        path.write_bytes(whole)
    assert missed == []
    check(folder)


def test_bytes_put_behind_or_between_are_found(box: Path, folder: Path) -> None:
    whole = box.read_bytes()
    box.write_bytes(whole + b" ")
    assert "not as it was written" in _fault(box)
    box.write_bytes(whole[:-1])
    assert "not as it was written" in _fault(box)
    (folder / "more.txt").write_text("more")
    assert _fault(folder) == "the export holds what its manifest does not: more.txt"


def test_a_file_that_was_left_out_or_swapped_is_named(folder: Path) -> None:
    photo = folder / "files" / hashlib.sha256(PHOTO).hexdigest()
    photo.write_bytes(PHOTO[::-1])
    assert _fault(folder) == f"files/{photo.name} was changed or swapped"
    photo.unlink()
    assert _fault(folder) == f"files/{photo.name} is missing"


def test_who_holds_the_nodes_key_cannot_leave_out_what_was_stamped(story: Story, tmp_path: Path) -> None:
    def meddle(one: Story) -> None:
        one.chains["EX1"] = one.chains["EX1"][:2]

    export = _again(story, tmp_path, meddle)
    assert _fault(export) == "exhibit EX1, event 3: the stamp of batch 1 tells of it, and it is missing"


def test_who_holds_the_nodes_key_cannot_change_what_was_stamped(story: Story, tmp_path: Path) -> None:
    def meddle(one: Story) -> None:
        one.chains["EX1"] = []
        for said in ({"note": "61 barrels"}, {"kind": "seal"}, {"kind": "hand_over"}, {"kind": "take"}):
            one.add("EX1", **said)

    export = _again(story, tmp_path, meddle)
    fault = "exhibit EX1, event 3: it is not the one of the stamp of batch 1: it was changed since"
    assert _fault(export) == fault


def test_an_event_out_of_its_place_is_named(story: Story, tmp_path: Path) -> None:
    def meddle(one: Story) -> None:
        one.chains["EX1"][0], one.chains["EX1"][1] = one.chains["EX1"][1], one.chains["EX1"][0]

    assert _fault(_again(story, tmp_path, meddle)).startswith("exhibit EX1, event 1: it is missing, or stands in")


def test_a_receipt_shows_what_was_changed_before_any_stamp(story: Story, tmp_path: Path) -> None:
    last = story.leaf("EX1", 4)
    receipt = signing.signed({"node": NODE, "at": "2026-11-20", **last})

    def meddle(one: Story) -> None:
        one.chains["EX1"].pop()
        one.add("EX1", kind="take", taker="somebody else")

    export = _again(story, tmp_path, meddle)
    check(export)
    fault = "exhibit EX1, event 4: it is not the one of the receipt of 2026-11-20: it was changed since"
    assert _fault(export, receipts=[receipt]) == fault
    assert _fault(export, receipts=[{**receipt, "sequence": 3}]) == "the signature of the receipt does not fit"


def test_a_key_or_a_root_that_one_does_not_know_is_said(folder: Path, story: Story, tmp_path: Path) -> None:
    assert check(folder, keys=[PUBLIC]).events == 5
    assert _fault(folder, keys=["0" * 64]) == "the export is signed by another key than you know"
    fault = "stamps/000001.tst: the certificates do not lead to a root that is trusted"
    assert _fault(folder, roots=[Authority().root]) == fault
    shutil.rmtree(folder)
    assert _fault(tmp_path).startswith("seal.json is missing")


def test_lines_written_in_another_way_are_refused(folder: Path) -> None:
    seal = folder / "seal.json"
    seal.write_text(json.dumps(json.loads(seal.read_text())) + "\n")
    assert _fault(folder) == "seal.json, line 1 is not written as the node writes it"
