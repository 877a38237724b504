"""Heads of the ledger leave the node, each once; a ledger cut, emptied or rewritten is found against them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from tests.conftest import PASSWORD, Program
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.key_folder import write_key
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.ledger import chain
from tidewaiter.ledger.actions import record, sign_head
from tidewaiter.ledger.keys import new_private_key
from tidewaiter.ledger.models import ChainEnd, Entry, Head
from tidewaiter.site.clock import Clock, schedule
from tidewaiter.site.proof import proof, read_heads
from tidewaiter.site.running import ChildState, note_children


def _deed(ref: str) -> None:
    with transaction.atomic():
        record(by=NODE, deed="a.b", ref=ref)


def _signed_days(monkeypatch: Any, *days: str) -> None:
    for day in days:
        monkeypatch.setattr("tidewaiter.ledger.actions.stamp", lambda _now, day=day: f"{day}T12:00:00.000000Z")
        _deed(day)
        assert sign_head(day=day) is not None


def _clock_sends() -> str:
    return Clock(schedule()).do("heads_sent")


def _chained_anew(change: Callable[[list[Entry]], list[Entry]]) -> None:
    """As one with the node's root could: changes the entries, and computes everything anew."""
    entries = change(list(Entry.objects.order_by("seq")))
    before = chain.genesis(ChainEnd.objects.get().node)
    Entry.objects.all().delete()
    for seq, entry in enumerate(entries, 1):
        entry.seq = seq
        columns = (entry.seq, entry.at, entry.by, entry.deed, entry.ref, entry.version, entry.detail)
        before = entry.hash = chain.link(before, tuple(str(value).encode() for value in columns))
    Entry.objects.bulk_create(entries)
    ChainEnd.objects.update(seq=len(entries), hash=before)
    Head.objects.all().delete()


@pytest.mark.django_db
def test_every_head_is_written_once_to_the_folder_and_never_over_another(
    tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.HEADS_TO = str(tmp_path / "heads")
    _signed_days(monkeypatch, "2097-01-01", "2097-01-02")
    assert _clock_sends() == ""
    assert Head.objects.filter(sent_at=None).count() == 2, "there is no such folder yet"
    (tmp_path / "heads").mkdir()
    assert _clock_sends() == ""
    assert list((tmp_path / "heads").iterdir()) == [], "tried again after a minute, not at once"
    Head.objects.update(try_at=now())
    _clock_sends()
    assert sorted(path.name for path in (tmp_path / "heads").iterdir()) == [
        "head-2097-01-01.json",
        "head-2097-01-02.json",
    ]
    said = json.loads((tmp_path / "heads" / "head-2097-01-02.json").read_text())
    beside = {"ml_dsa_key", "ml_dsa_signature"}
    assert set(said) == {"day", "node", "seq", "hash", "signed_at", "public_key", "signature"} | beside
    (tmp_path / "heads" / "head-2097-01-01.json").unlink()
    _clock_sends()
    assert not (tmp_path / "heads" / "head-2097-01-01.json").exists(), "once is once"
    (tmp_path / "heads" / "head-2097-01-03.json").write_text("another's")
    _signed_days(monkeypatch, "2097-01-03")
    _clock_sends()
    assert (tmp_path / "heads" / "head-2097-01-03.json").read_text() == "another's"
    assert Head.objects.get(day="2097-01-03").error == "Refusal"


@pytest.mark.django_db
def test_failures_are_tried_again_more_and_more_slowly_for_ever(
    tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.HEADS_TO = str(tmp_path / "away")
    _signed_days(monkeypatch, "2097-01-01")
    pauses = []
    for _ in range(12):
        Head.objects.update(try_at=None)
        _clock_sends()
        pauses.append(round((Head.objects.get().try_at - now()).total_seconds()))  # type: ignore[operator]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600, 21600]


@pytest.mark.django_db
def test_a_head_is_sent_by_mail(settings: Any, monkeypatch: Any) -> None:
    settings.HEADS_TO, settings.MAIL_SERVER = "mailto:keeper@example.org", "mail.example.org"
    _signed_days(monkeypatch, "2097-01-01")
    _clock_sends()
    _clock_sends()
    (letter,) = mail.outbox
    assert letter.to == ["keeper@example.org"]
    assert "2097-01-01" in letter.subject
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == ("head-2097-01-01.json", "application/json")
    assert json.loads(content)["day"] == "2097-01-01"


@pytest.mark.django_db
def test_readyz_names_heads_that_have_not_left_for_a_day_and_serves_on(settings: Any, people: SimpleNamespace) -> None:
    settings.HEADS_TO = "/nowhere/at/all"
    _deed("X")
    head = sign_head(day=now().date().isoformat())
    assert head is not None
    for hours, told in ((23, False), (25, True)):
        Head.objects.update(signed_at=stamp(now() - timedelta(hours=hours)))
        _clock_sends()
        answer = Client().get("/readyz")
        lines = answer.content.decode().splitlines()
        assert (answer.status_code, lines[0]) == (200, "ok")
        assert ("notice heads_not_sent" in lines) == told
        assert any(line.startswith("heads not_sent=1 oldest=") and "FileNotFoundError" in line for line in lines)
    assert "tidewaiter_heads_not_sent 1.0" in Client().get("/metrics").content.decode()
    steward = Client()
    assert steward.login(username=people.steward.username, password=PASSWORD)
    assert "<b>heads_not_sent</b>" in steward.get("/clock/").content.decode()
    settings.HEADS_TO = ""
    assert "heads" not in Client().get("/readyz").content.decode().replace("heads_", "")


@pytest.mark.django_db
def test_readyz_counts_the_deaths_of_processes_and_names_who_is_held_back(settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = tmp_path
    moment = time.time()
    died = [moment - seconds for seconds in (4000, 3000, 60, 1)]
    note_children(
        tmp_path,
        [
            ChildState("web", 12, 0, 0.0, None, 0.0),
            ChildState("work", 0, 2, moment - 1, -9, moment + 30, died),
        ],
    )
    answer = Client().get("/readyz")
    lines = answer.content.decode().splitlines()
    assert answer.status_code == 200
    assert "notice held_back:work" in lines
    assert "child web deaths=0 held=0" in lines
    (work,) = [line for line in lines if line.startswith("child work ")]
    assert work in ("child work deaths=3 held=30", "child work deaths=3 held=29")


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["cut", "emptied", "rewritten with new keys"])
def test_a_ledger_cut_emptied_or_rewritten_is_found_against_the_folder(
    how: str, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.HEADS_TO = str(tmp_path / "heads")
    (tmp_path / "heads").mkdir()
    _signed_days(monkeypatch, "2097-01-01", "2097-01-02")
    _clock_sends()
    kept = read_heads(tmp_path / "heads")
    assert len(kept) == 2
    answer = proof(kept)
    assert answer["intact"], answer
    if how == "cut":
        _chained_anew(lambda entries: entries[:-2])
    elif how == "emptied":
        Entry.objects.all().delete()
        ChainEnd.objects.update(seq=0, hash=chain.genesis(ChainEnd.objects.get().node))
        Head.objects.all().delete()
    else:
        settings.TIDEWAITER_KEYS = tmp_path / "keys"
        write_key(tmp_path / "keys" / "node.ed25519", new_private_key())
        _chained_anew(lambda entries: [*entries[:-2], entries[-1]])
        _signed_days(monkeypatch, "2097-01-02", "2097-01-03")
    answer = proof(kept)
    assert not answer["intact"]
    assert answer["wrong_entry"] in {one["seq"] for one in kept}
    assert answer["why"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("heads", "heads_to"),
        ("mailto:", "heads_to"),
        ("mailto:a@b,c@d", "heads_to"),
        ("mailto:a@b?cc=c@d", "heads_to"),
        ("{home}", "heads_inside"),
        ("{home}/heads", "heads_inside"),
        ("{home}/../home/heads", "heads_inside"),
    ],
)
def test_a_place_that_is_none_is_refused_in_words(said: str, code: str, tmp_path: Path) -> None:
    node = Program(tmp_path / "home")
    node.environment["TIDEWAITER_HEADS_TO"] = said.format(home=node.home)
    refused = node.json("forms", code=2)
    assert refused["error"] == code
    assert "TIDEWAITER_HEADS_TO" in refused["message"]
