"""The ledger is held against the records of every room: emptied, cut, replaced, or
a record beside it, it is not intact.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.making import case_in, record
from tidewaiter.cases.actions import draft, return_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.intake.models import Receipt
from tidewaiter.ledger.models import ChainEnd, Entry
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item, Text
from tidewaiter.people.actions import grant, make_token, resume, revoke, suspend
from tidewaiter.people.models import Grant, Officer, Token
from tidewaiter.site.proof import proof
from tidewaiter.statistics.models import Snapshot
from tidewaiter.trade.models import TradeRun

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def filled(people: SimpleNamespace) -> SimpleNamespace:
    """Cases in every state, one amended, an item, a token, a role taken and given."""
    cases = [case_in(national_ref=f"R-{n}") for n in range(6)]
    refs = draft(cases=cases, by=people.contact, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=refs[1:]), by=people.contact)
    validate(cases=Case.objects.filter(ref__in=refs[2:4]), by=people.reviewer, unopened="x")
    return_case(case=Case.objects.get(ref=refs[4]), reason="why", by=people.reviewer)
    withdraw(case=Case.objects.get(ref=refs[5]), reason="why", by=people.contact)
    draft(cases=[case_in(national_ref="R-2", place="KENBO")], by=people.contact, channel="csv")
    draft(cases=[case_in(national_ref="R-0", place="KENBO")], by=people.contact, channel="csv")
    item = write(said=Written(kind="alert", topic="modus_operandi", texts={"en": ("A", "b")}), by=people.contact)
    move(item=item, deed="submit", by=people.contact)
    make_token(officer=people.contact, scope="read", by=people.contact)
    for role in ("contact", "analyst"):
        grant(officer=people.officer, role=role, by=people.steward)
    revoke(officer=people.officer, role="contact", by=people.steward)
    suspend(officer=people.officer, by=people.steward)
    resume(officer=people.officer, by=people.steward)
    return SimpleNamespace(refs=refs, item=item.ref, **vars(people))


def _rewritten(entries: list[Entry], node: str) -> None:
    """As whoever is root can: these entries alone, numbered and chained anew, with an end that fits."""
    before = hashlib.sha256(b"tidewaiter ledger 1\x1f" + node.encode()).hexdigest()
    Entry.objects.all().delete()
    for seq, entry in enumerate(entries, 1):
        entry.seq = seq
        step = [before.encode()]
        for name in ("seq", "at", "by", "deed", "ref", "version", "detail"):
            value = str(getattr(entry, name)).encode()
            step += (len(value).to_bytes(4, "big"), value)
        entry.hash = before = hashlib.sha256(b"".join(step)).hexdigest()
    Entry.objects.bulk_create(entries, batch_size=500)
    ChainEnd.objects.update(seq=len(entries), hash=before, node=node)


def test_an_honest_ledger_says_what_it_proves_and_what_not(filled: SimpleNamespace) -> None:
    answer = proof()
    assert answer["intact"], answer
    assert answer["records"] > 20
    assert any("entry of its making" in sentence for sentence in answer["proven"])
    assert any("has not rewritten everything" in sentence for sentence in answer["not_proven"])
    assert any("what was recorded is true" in sentence for sentence in answer["not_proven"])


def test_an_emptied_ledger_beside_records_is_not_intact(filled: SimpleNamespace, settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = tmp_path  # a folder without a mark: the records alone must tell
    Entry.objects.all().delete()
    ChainEnd.objects.all().delete()
    answer = proof()
    assert not answer["intact"]
    assert answer["wrong_record"]["ref"]
    assert answer["proven"] == []
    assert answer["not_proven"]


@pytest.mark.parametrize("kind", ["cut", "taken out", "replaced"])
def test_a_ledger_cut_thinned_or_replaced_and_chained_anew_names_the_first_record(
    filled: SimpleNamespace, kind: str
) -> None:
    entries, node = list(Entry.objects.order_by("seq")), ChainEnd.objects.get().node
    assert [entry.deed for entry in entries].count("cases.validated") == 2
    first = next(at for at, entry in enumerate(entries) if entry.deed == "cases.validated")
    if kind == "cut":
        _rewritten(entries[:first], node)
    elif kind == "taken out":
        _rewritten([*entries[:first], *entries[first + 1 :]], node)
    else:
        _rewritten(entries[-1:], "NODE-ANOTHER")
    answer = proof()
    assert not answer["intact"]
    assert answer.get("wrong_record") or answer["wrong_entry"] == 1
    if kind == "taken out":
        assert answer["wrong_record"]["ref"] == filled.refs[2]
        assert filled.refs[2] in answer["why"]


def _a_case(refs: list[str]) -> str:
    one = Case.objects.get(ref=refs[3])
    one.pk, one.ref, one.national_ref = None, "TW-SLIPPED-IN", "X-1"
    one.save()
    return one.ref


def _a_state(refs: list[str]) -> str:
    Case.objects.filter(ref=refs[1]).update(status="validated", counted=True)
    return refs[1]


def _a_withdrawal_undone(refs: list[str]) -> str:
    Case.objects.filter(ref=refs[5]).update(status="submitted")
    return refs[5]


def _a_role(_refs: list[str]) -> str:
    officer = Officer.objects.get(username="officer.ke")
    Grant.objects.create(officer=officer, role="steward", granted_by="nobody", granted_at=now())
    return "officer:officer.ke"


def _a_role_taken_before(_refs: list[str]) -> str:
    officer = Officer.objects.get(username="officer.ke")
    Grant.objects.create(officer=officer, role="contact", granted_by="nobody", granted_at=now())
    return "officer:officer.ke"


def _an_account(_refs: list[str]) -> str:
    officer = Officer.objects.get(username="officer.ke")
    officer.pk, officer.username = None, "back.door"
    officer.save()
    return "officer:back.door"


def _a_closed_account(_refs: list[str]) -> str:
    Officer.objects.filter(username="analyst.int").update(is_active=False)
    return "officer:analyst.int"


def _a_token(_refs: list[str]) -> str:
    one = Token.objects.first()
    assert one is not None
    one.pk, one.ref, one.digest = None, "TK-SLIPPED", "0" * 64
    one.save()
    return one.ref


def _an_item(_refs: list[str]) -> str:
    ref = Item.objects.get().ref
    Item.objects.update(status="published", published_by="x", published_at=now())
    return ref


def _a_receipt(_refs: list[str]) -> str:
    Receipt.objects.create(
        ref="RC-X", key="k", file_name="f", file_sha256="0", brought_by="x", administration="KE", brought_at=now()
    )
    return "RC-X"


def _a_snapshot(_refs: list[str]) -> str:
    Snapshot.objects.create(
        ref="SN-X",
        name="n",
        since="2026-01",
        until="2026-02",
        audience="public",
        digest="d",
        file="f",
        cases=1,
        lines=1,
        frozen_by="x",
        frozen_at=now(),
    )
    return "SN-X"


def _an_analysis(_refs: list[str]) -> str:
    TradeRun.objects.create(
        ref="TA-X", analysis="mirror", name="n", source="s", administration="KE", started_by="x", started_at=now()
    )
    return "TA-X"


def _a_wider_scope(_refs: list[str]) -> str:
    Token.objects.update(scope="write")
    return Token.objects.get().ref


def _anothers_token(_refs: list[str]) -> str:
    Token.objects.update(officer=Officer.objects.get(username="steward.int"))
    return Token.objects.get().ref


def _another_administration(_refs: list[str]) -> str:
    Officer.objects.filter(username="partner.int").update(administration_id="US")
    return "officer:partner.int"


def _another_author(refs: list[str]) -> str:
    Case.objects.filter(ref=refs[1]).update(made_by="reviewer.ug")
    return refs[1]


def _a_latest_put_out(refs: list[str]) -> str:
    Case.objects.filter(ref=refs[3]).update(latest=False)
    return refs[3]


def _an_old_one_put_first(refs: list[str]) -> str:
    Case.objects.filter(ref=refs[2], version=2).update(latest=False)
    Case.objects.filter(ref=refs[2], version=1).update(latest=True)
    return refs[2]


SLIPPED = [
    _a_wider_scope,
    _anothers_token,
    _another_administration,
    _another_author,
    _a_latest_put_out,
    _an_old_one_put_first,
    _a_case,
    _a_state,
    _a_withdrawal_undone,
    _a_role,
    _a_role_taken_before,
    _an_account,
    _a_closed_account,
    _a_token,
    _an_item,
    _a_receipt,
    _a_snapshot,
    _an_analysis,
]


@pytest.mark.parametrize("slip", SLIPPED, ids=lambda slip: slip.__name__.strip("_"))
def test_what_stands_in_the_database_without_its_deed_is_named(
    filled: SimpleNamespace, slip: Callable[[list[str]], str]
) -> None:
    with transaction.atomic():
        ref = slip(filled.refs)
    answer = proof()
    assert not answer["intact"]
    assert answer["wrong_record"]["ref"] == ref
    assert ref in answer["why"]


@pytest.mark.parametrize("how", ["deleted", "made another"])
def test_a_role_that_is_gone_without_a_deed_is_named_by_the_entry_that_gave_it(
    filled: SimpleNamespace, how: str
) -> None:
    given = Grant.objects.filter(officer__username="own-reviewer.ke", role="reviewer")
    if how == "deleted":
        given.delete()
    else:
        given.update(role="steward")
    answer = proof()
    assert not answer["intact"]
    if how == "deleted":
        entry = Entry.objects.get(seq=answer["wrong_entry"])
        assert (entry.ref, entry.deed) == ("officer:own-reviewer.ke", "people.granted")
        assert "role of an account" in answer["why"]
    else:
        assert answer["wrong_record"]["ref"] == "officer:own-reviewer.ke"


def test_what_the_ledger_cannot_tell_is_said(filled: SimpleNamespace) -> None:
    Text.objects.update(body="other words")
    Officer.objects.update(password="another")
    answer = proof()
    assert answer["intact"], "content is none of the ledger's"
    said = " ".join(answer["not_proven"])
    for word in ("passwords", "second factors", "marks of handling", "texts of the library"):
        assert word in said


def test_the_records_are_held_against_the_ledger_by_ref_and_not_by_deed(filled: SimpleNamespace) -> None:
    """By deed each of a hundred thousand cases would be sought among the hundred thousand entries of its deed."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps figures of its tables and chooses by them")
    for claim in (claim for room in rooms_of_node() for claim in room.claims):
        sql, values = claim.wrong.order_by("pk").values("claimed_ref")[:1].query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plan = [row[3] for row in cursor.fetchall()]
        inner = [step for step in plan if " U0 " in step or " V0 " in step]
        assert not [step for step in inner if step == "SCAN U0" or "ledger" in step.partition("SCAN")[2]], plan
        assert not [step for step in inner if "(deed=?" in step or "(by=?" in step], (claim.what, claim.deed, plan)


def test_what_the_ledger_tells_of_and_is_not_there_any_more_is_named_by_its_entry(filled: SimpleNamespace) -> None:
    with transaction.atomic():
        Case.objects.filter(ref=filled.refs[3]).delete()
    answer = proof()
    assert not answer["intact"]
    entry = Entry.objects.get(seq=answer["wrong_entry"])
    assert (entry.ref, entry.deed) == (filled.refs[3], "cases.drafted")
    client = Client()
    assert client.login(username=filled.steward.username, password=PASSWORD)
    page = client.post("/ledger/check/").content.decode()
    assert "The ledger is not intact" in page
    assert "The first entry that is wrong" in page
    assert "Not proven" in page


@pytest.mark.long
def test_a_database_rolled_back_to_an_older_copy_is_found_by_the_heads_that_were_kept(
    small_node: Program, tmp_path: Path
) -> None:
    database = small_node.home / "tidewaiter.sqlite3"
    heads = tmp_path / "heads"
    heads.mkdir()
    small_node.person("a.contact", "KE", "contact")
    small_node.json("ledger_head", "-o", str(heads / "head-2026-01-01-1.json"))
    with sqlite3.connect(database) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(database, tmp_path / "older")
    (tmp_path / "cases.ndjson").write_text(json.dumps(record(national_ref="B-1", place="", route=[])))
    small_node.json("import_cases", str(tmp_path / "cases.ndjson"), "--by", "a.contact", "--submit")
    head = small_node.json("ledger_head", "-o", str(heads / "head-2026-01-02-2.json"))
    good = small_node.json("verify_ledger", "--heads", str(heads))
    assert good["intact"]
    assert any("continues the 2 heads" in sentence for sentence in good["proven"])
    for left in small_node.home.glob("tidewaiter.sqlite3*"):
        left.unlink()
    shutil.copyfile(tmp_path / "older", database)
    assert small_node.json("verify_ledger")["intact"], "from inside nobody can tell: that is what heads are for"
    found = small_node.json("verify_ledger", "--heads", str(heads), code=1)
    assert found["wrong_entry"] == head["seq"]
    assert "older copy" in found["why"]
    assert small_node.json("verify_ledger", "--head", str(heads / "head-2026-01-02-2.json"), code=1)["proven"] == []
    assert small_node.run("verify_ledger", "--heads", str(tmp_path / "nowhere")).returncode == 2
    said = small_node.run("verify_ledger").stdout
    assert "Not proven:" in said


def test_an_emptied_ledger_fails_the_command_with_the_first_record(small_node: Program) -> None:
    with sqlite3.connect(small_node.home / "tidewaiter.sqlite3") as link:
        link.execute("DELETE FROM ledger_entry")
        link.execute("DELETE FROM ledger_head")
        link.execute("DELETE FROM ledger_chain_end")
    said = small_node.json("verify_ledger", code=1)
    assert not said["intact"]
    assert said["why"]
