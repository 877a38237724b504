"""The ledger: a chain that shows any change, heads that are signed, followers that miss nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PROJECT, Program
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger import chain, queries
from tidewaiter.ledger.actions import record, record_many, sign_head
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import advance, current_head, follow, verify


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_thousand_deeds_at_once_make_one_intact_chain() -> None:
    before = verify()["entries"]
    with transaction.atomic():
        assert record_many(by=NODE, deed="cases.drafted", things=[(f"TW-{n}", 1) for n in range(1000)]) == 1000
        record(by=NODE, deed="cases.submitted", ref="TW-1", version=1, detail={"channel": "page"})
    answer = verify()
    assert answer == {"entries": before + 1001, "heads": 0, "intact": True}


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize("column", ["at", "by", "deed", "ref", "version", "detail", "hash"])
def test_a_change_in_any_column_names_the_entry(column: str) -> None:
    with transaction.atomic():
        record_many(by=NODE, deed="cases.drafted", things=[(f"TW-{n}", 1) for n in range(50)], detail={"n": "1"})
    entry = Entry.objects.order_by("-seq")[20]
    value = getattr(entry, column)
    Entry.objects.filter(pk=entry.pk).update(
        **{column: value + 1 if isinstance(value, int) else ("x" if value[:1] != "x" else "y") + value[1:]}
    )
    answer = verify()
    assert not answer["intact"]
    assert answer["wrong_entry"] == entry.seq


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_missing_entry_and_a_cut_end_are_found() -> None:
    with transaction.atomic():
        record_many(by=NODE, deed="a.b", things=[(f"T-{n}", 1) for n in range(10)])
    last = Entry.objects.order_by("-seq").first()
    assert last is not None
    last.delete()
    assert not verify()["intact"]


@pytest.mark.django_db
def test_a_deed_outside_a_transaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidewaiter.ledger.actions.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(Refusal):
        record(by=NODE, deed="a.b", ref="X")


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_day_is_signed_once_by_its_last_entry_and_a_forged_head_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, moment in enumerate(("2099-01-01T23:59:59.9", "2099-01-02T00:00:00.1")):
        monkeypatch.setattr("tidewaiter.ledger.actions.stamp", lambda _now, moment=moment: f"{moment:0<26}Z")
        with transaction.atomic():
            record(by=NODE, deed="a.b", ref=f"X{number}")
    head = sign_head(day="2099-01-01")
    assert head is not None
    assert Entry.objects.get(seq=head.seq).ref == "X0", "what was done after midnight is the next day's"
    assert sign_head(day="2099-01-01") == head
    assert verify() | {"entries": 0} == {"entries": 0, "heads": 1, "intact": True}
    head.signature = head.signature[:-2] + ("00" if head.signature[-2:] != "00" else "11")
    head.save()
    assert not verify()["intact"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_history_rewritten_whole_does_not_continue_an_exported_head() -> None:
    with transaction.atomic():
        record_many(by=NODE, deed="a.b", things=[(f"T-{n}", 1) for n in range(5)])
    head = current_head()
    assert verify(head)["intact"]
    before = ""
    for entry in Entry.objects.order_by("seq"):  # as one with the node's root could: change, then recompute everything
        before = before or chain.genesis(head["node"])
        entry.by = "somebody.else"
        before = chain.link(
            before,
            tuple(
                str(getattr(entry, name)).encode() for name in ("seq", "at", "by", "deed", "ref", "version", "detail")
            ),
        )
        entry.hash = before
        entry.save()
    from tidewaiter.ledger.models import ChainEnd

    ChainEnd.objects.update(hash=before)
    assert verify()["intact"], "nobody can see a rewrite from inside: that is what the exported head is for"
    answer = verify(head)
    assert not answer["intact"]
    assert answer["wrong_entry"] == head["seq"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_follower_gets_each_thing_once_and_only_its_kinds() -> None:
    _, start = follow("tester", ("zz.",))
    with transaction.atomic():
        advance("tester", start)
        record_many(by=NODE, deed="zz.done", things=[("A", 1), ("B", 1), ("A", 1)])
        record(by=NODE, deed="other.done", ref="C")
    found, reached = follow("tester", ("zz.",))
    assert found == [("A", 1), ("B", 1)]
    with transaction.atomic():
        advance("tester", reached)
    assert follow("tester", ("zz.",)) == ([], reached)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=7), st.data())
def test_moving_a_byte_between_columns_changes_the_link(values: list[bytes], data: st.DataObject) -> None:
    linked = chain.link("00", tuple(values))
    at = data.draw(st.integers(0, len(values) - 1))
    changed = [*values]
    changed[at] += b"x"
    assert chain.link("00", tuple(changed)) != linked
    if len(values) > 1 and values[0]:
        moved = [values[0][:-1], values[0][-1:] + values[1], *values[2:]]
        assert chain.link("00", tuple(moved)) != linked


def test_one_flipped_byte_on_disk_is_found_by_the_command(node: Program, tmp_path: Path) -> None:
    for n in range(6):
        node.person(f"person{n}", "KE", "officer")
    head = tmp_path / "head.json"
    node.json("ledger_head", "-o", str(head))
    assert node.json("verify_ledger", "--head", str(head))["intact"]
    database = node.home / "tidewaiter.sqlite3"
    with sqlite3.connect(database) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = database.read_bytes()
    at = data.index(b"people.addedofficer:person3")
    flipped = bytearray(data)
    flipped[at + 20] ^= 0x02
    database.write_bytes(flipped)
    answer = node.json("verify_ledger", code=1)
    assert not answer["intact"]
    assert answer["wrong_entry"] > 0


def test_three_hundred_flipped_bits_in_ledger_rows_are_all_found(node: Program) -> None:
    for n in range(5):
        node.person(f"person{n}", "KE", "officer")
    flipped = subprocess.run(
        [sys.executable, "-m", "tests.ledger.flip", "300", "7"],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert flipped.returncode == 0, flipped.stderr[-2000:]
    answer = json.loads(flipped.stdout.splitlines()[-1])
    assert answer["rows"] >= 10
    assert answer["unseen"] == []
    assert answer["intact_after"]


def test_an_unreadable_head_is_wrong_usage(node: Program, tmp_path: Path) -> None:
    bad = tmp_path / "head.json"
    bad.write_text(json.dumps({"day": "x"}))
    assert node.run("verify_ledger", "--head", str(bad)).returncode == 2


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_node_that_writes_on_while_its_chain_is_checked_is_intact(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    read = queries._raw_entries

    def written_to() -> Iterator[tuple[bytes, ...]]:
        if when == "before":
            _one_more()
        yield from read()
        if when == "after":
            _one_more()

    def _one_more() -> None:
        with transaction.atomic():
            record(by=NODE, deed="people.added", ref="officer:somebody")

    _one_more()
    monkeypatch.setattr(queries, "_raw_entries", written_to)
    assert queries.verify()["intact"] is True
    monkeypatch.undo()
    last = Entry.objects.latest("seq")
    Entry.objects.filter(seq=last.seq).delete()
    assert queries.verify()["wrong_entry"] == last.seq, "an end without its entry is wrong as ever"
