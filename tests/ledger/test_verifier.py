"""What an auditor's shell is told by verify.py of an export that is whole, and of one with which somebody has meddled.

The export is made here, by arithmetic of its own: chain and signatures as CONTRACT.md describes them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tidewaiter.ledger import verifier

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (7, 8))
COLUMNS = ("seq", "at", "by", "deed", "ref", "version", "detail")


def _hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _head(seq: int, hash_: str, day: str = "2026-03-04", key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    said = f"tidewaiter head 1\n{day}\n{seq}\n{hash_}\n".encode()
    return {"day": day, "seq": seq, "hash": hash_, "public_key": _hex(key), "signature": key.sign(said).hex()}


def _entries() -> list[dict[str, str]]:
    made = []
    before = hashlib.sha256(b"tidewaiter ledger 1\x1fa-node").hexdigest()
    for n, (by, deed) in enumerate((("node", "made"), ("zoë", "cases.drafted"), ("zoë", "cases.submitted")), start=1):
        values = (str(n), f"2026-03-04T05:06:0{n}Z", by, deed, "KE-1", "1", '{"n": 1}')
        step = before.encode()
        for value in values:
            step += len(value.encode()).to_bytes(4, "big") + value.encode()
        before = hashlib.sha256(step).hexdigest()
        made.append({**dict(zip(COLUMNS, values, strict=True)), "hash": before})
    return made


class Export:
    """An export in a folder, and what is said of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = _entries()
        self.heads = [_head(2, self.entries[1]["hash"])]
        self.node: dict[str, Any] = {"node": "a-node", "head": _head(3, self.entries[2]["hash"], "2026-03-05")}

    def written(self) -> None:
        """Its files."""
        lines = "".join(json.dumps(one) + "\n" for one in self.entries)
        (self.folder / "entries.ndjson").write_text(lines)
        (self.folder / "heads.json").write_text(json.dumps(self.heads))
        (self.folder / "node.json").write_text(json.dumps(self.node))

    def kept(self, name: str, head: Any) -> str:
        """A file with a head that somebody kept."""
        (self.folder / name).write_text(json.dumps(head))
        return str(self.folder / name)


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """A whole one of three entries, one head a day and one of the export."""
    return Export(tmp_path)


@pytest.fixture
def said(export: Export, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """(exit code, lines) for an export as it now is."""

    def ask(*more: str) -> tuple[int, list[str]]:
        export.written()
        monkeypatch.setattr(sys, "argv", ["verify.py", str(export.folder), *more])
        code = verifier.main()
        return code, capsys.readouterr().out.splitlines()

    return ask


def test_a_whole_export_is_intact_and_what_that_does_not_prove_is_said(export: Export, said: Any) -> None:
    assert export.entries[-1]["hash"][:12] == "8f01dc9b0a48", "the same arithmetic for good"
    code, lines = said()
    assert (code, lines[0]) == (0, "INTACT: 3 entries, 2 signed heads")
    assert lines[1:] == [
        "Proven: that no entry was changed, taken out, put in or moved since the heads were signed.",
        "Not proven: that the node did not rewrite everything and sign anew:"
        " give --head with a head that you have kept.",
        "Not proven: that the key is this node's: give --key with the public key as you know it from elsewhere.",
        "Not proven: that the node did not rewrite what came after the last head that left it.",
        "Not proven: that every record of the node has its entry: this file holds none of them"
        " (the node's verify_ledger asks that).",
        "Not proven: that what was recorded is true, or that everything that happened was recorded.",
    ]


def test_a_head_and_a_key_that_were_kept_prove_more(export: Export, said: Any) -> None:
    first = export.kept("first.json", _head(1, export.entries[0]["hash"]))
    second = export.kept("second.json", _head(2, export.entries[1]["hash"]))
    code, lines = said("--head", second, "--head", first, "--key", _hex(OTHER), "--key", _hex(KEY))
    assert (code, lines[0]) == (0, "INTACT: 3 entries, 4 signed heads")
    assert "Proven: that the ledger continues the heads that you gave (up to entry 2)." in lines
    assert not [line for line in lines if "--head" in line or "--key" in line]
    assert len(lines) == 6


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_a_changed_column_names_its_entry(export: Export, said: Any, column: str) -> None:
    export.entries[1][column] += "x"
    assert said() == (1, ["NOT INTACT: entry 2: its content does not fit its hash"])


def test_an_entry_that_is_gone_moved_or_numbered_anew_is_named(export: Export, said: Any) -> None:
    whole = export.entries
    for entries, number in (
        (whole[1:], 1),
        ([whole[0], whole[2]], 2),
        ([whole[1], whole[0], whole[2]], 1),
        ([{**whole[0], "seq": "01"}, *whole[1:]], 1),
        ([whole[0], whole[0], *whole[1:]], 2),
    ):
        export.entries = entries
        assert said() == (1, [f"NOT INTACT: entry {number}: it is missing, or its number was changed"])


def test_a_cut_end_does_not_reach_the_signed_head(export: Export, said: Any) -> None:
    export.entries.pop()
    assert said() == (1, ["NOT INTACT: signed head of 2026-03-05 (entry 3): the chain does not continue it"])
    export.entries.pop()
    assert said() == (1, ["NOT INTACT: signed head of 2026-03-04 (entry 2): the chain does not continue it"])


def test_a_history_of_another_node_is_not_this_ones(export: Export, said: Any) -> None:
    export.node["node"] = "b-node"
    assert said() == (1, ["NOT INTACT: entry 1: its content does not fit its hash"])


@pytest.mark.parametrize(
    ("part", "value"), [("day", "2026-03-03"), ("seq", 1), ("hash", "0" * 64), ("signature", "00" * 64)]
)
def test_a_head_is_signed_for_its_day_its_number_and_its_hash(export: Export, said: Any, part: str, value: Any) -> None:
    export.heads[0][part] = value
    code, [line] = said()
    assert code == 1
    assert line.endswith("the signature does not fit")
    assert line.startswith("NOT INTACT: signed head of 2026-03-0")


@pytest.mark.parametrize(("part", "value"), [("public_key", "00"), ("public_key", "zz"), ("signature", "zz")])
def test_what_is_no_key_and_no_signature_signs_nothing(export: Export, said: Any, part: str, value: str) -> None:
    export.heads[0][part] = value
    assert said() == (1, ["NOT INTACT: signed head of 2026-03-04 (entry 2): the signature does not fit"])


def test_another_key_signs_what_nobody_has_asked_for_and_no_more(export: Export, said: Any) -> None:
    export.node["head"] = _head(3, export.entries[2]["hash"], "2026-03-05", OTHER)
    assert said()[0] == 0, "who knows no key is told so"
    wrong = (1, ["NOT INTACT: signed head of 2026-03-05 (entry 3): the signature does not fit"])
    assert said("--key", _hex(KEY)) == wrong
    assert said("--key", _hex(KEY), "--key", _hex(OTHER))[0] == 0


def test_a_head_that_was_kept_is_not_continued_by_what_was_rewritten(export: Export, said: Any) -> None:
    old = export.kept("old.json", _head(2, "ab" * 32))
    assert said("--head", old) == (1, ["NOT INTACT: kept head (entry 2): the chain does not continue it"])
    late = export.kept("late.json", _head(4, export.entries[2]["hash"]))
    assert said("--head", late) == (1, ["NOT INTACT: kept head (entry 4): the chain does not continue it"])
    forged = export.kept("forged.json", _head(2, export.entries[1]["hash"]) | {"day": "2026-03-01"})
    assert said("--head", forged) == (1, ["NOT INTACT: kept head (entry 2): the signature does not fit"])


def test_a_ledger_of_no_entry_continues_its_beginning(export: Export, said: Any) -> None:
    start = hashlib.sha256(b"tidewaiter ledger 1\x1fa-node").hexdigest()
    export.entries, export.heads, export.node["head"] = [], [], _head(0, start)
    assert said()[1][0] == "INTACT: 0 entries, 1 signed heads"
    export.node["head"] = _head(0, "0" * 64)
    assert said()[0] == 1


def test_text_that_is_no_text_is_hashed_as_its_bytes(export: Export, said: Any) -> None:
    first = export.entries[0]
    first["by"] = "\udcff"
    step = hashlib.sha256(b"tidewaiter ledger 1\x1fa-node").hexdigest().encode()
    for name in COLUMNS:
        value = first[name].encode("utf-8", "surrogateescape")
        step += len(value).to_bytes(4, "big") + value
    first["hash"] = hashlib.sha256(step).hexdigest()
    export.entries, export.heads = [first], []
    export.node["head"] = _head(1, first["hash"])
    assert said()[1][0] == "INTACT: 1 entries, 1 signed heads"


def test_what_cannot_be_read_ends_with_two(export: Export, said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("--head", str(export.folder / "nowhere.json"))[0] == 2
    for text in ("{", '{"node": "a-node"}', "[]", '{"node": 7, "head": {}}'):
        export.written()
        broken = export.kept("broken.json", {})
        Path(broken).write_text(text)
        code, [line] = said("--head", broken)
        assert code == 2
        assert line.startswith("cannot be read: ")
    monkeypatch.setattr(verifier, "LONGEST", 800)
    export.node["more"] = ""
    export.node["more"] = "x" * (800 - len(json.dumps(export.node)))
    assert said()[0] == 0, "as long as may be"
    export.node["more"] += "x"
    assert said() == (2, ["cannot be read: ValueError('node.json is too long')"])


def test_a_check_says_how_far_it_came(export: Export) -> None:
    """(what is wrong, how many entries were read, how many heads hold)."""
    export.written()
    assert verifier.check(export.folder, [export.heads[0]], []) == ("", 3, 3)
    export.node["head"]["hash"] = "0" * 64
    export.written()
    assert verifier.check(export.folder, [], [])[1:] == (3, 0)
    export.node["head"] = _head(3, "0" * 64)
    export.written()
    assert verifier.check(export.folder, [], [])[1:] == (3, 0)
    for column in ("by", "seq"):
        export.entries[1][column] += "x"
        export.written()
        assert verifier.check(export.folder, [], [])[1:] == (2, 0)
        export.entries = _entries()


def test_in_its_own_folder_it_needs_no_word(
    export: Export, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export.written()
    monkeypatch.setattr(verifier, "__file__", str(export.folder / "verify.py"))
    monkeypatch.setattr(sys, "argv", ["verify.py"])
    assert verifier.main() == 0
    assert capsys.readouterr().out.startswith("INTACT: 3 entries")
    monkeypatch.setattr(sys, "argv", ["verify.py", "--help"])
    with pytest.raises(SystemExit) as asked:
        verifier.main()
    assert asked.value.code == 0
    assert "Checks an exported Tidewaiter ledger." in capsys.readouterr().out


def test_sixty_four_million_bytes_may_stand_in_a_file() -> None:
    assert verifier.LONGEST == 67_108_864
