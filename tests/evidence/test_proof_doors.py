"""Exports, receipts and checks by page and program; and two who hold the database cannot hide a swap from a third."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_exports import authority as authority
from tests.evidence.test_exports import run
from tests.evidence.test_exports import two as two
from tests.making import done_by_worker
from tidewaiter.evidence.actions import hand_over, seal, take
from tidewaiter.evidence.actions.stamps import stamp_by_clock
from tidewaiter.evidence.append_only import _SQLITE, _UNDONE
from tidewaiter.evidence.chain import digest_of
from tidewaiter.evidence.models import Exhibit, StampLeaf
from tidewaiter.ledger import chain as ledger_chain
from tidewaiter.ledger.models import ChainEnd, Entry

pytestmark = pytest.mark.django_db


def test_a_case_is_exported_from_its_page_and_what_left_is_listed(
    staff: SimpleNamespace, two: list[Any], authority: Any, tmp_path: Path
) -> None:
    page, case = page_of(staff.investigator), two[0].case
    assert f"/evidence/export/{case}/" in page.get(f"/evidence/case/{case}/").content.decode()
    assert "2 exhibits with 2 events" in page.get(f"/evidence/export/{case}/").content.decode()
    assert page.post(f"/evidence/export/{case}/", {"purpose": "x"}).status_code == 400
    answer = page.post(f"/evidence/export/{case}/", {"purpose": "Hearing of 12 January"})
    job = answer["Location"].split("/")[2]
    done_by_worker(job)
    got = page.get(f"{answer['Location']}result/")
    assert got["Content-Disposition"].startswith("attachment")
    (tmp_path / "x.zip").write_bytes(b"".join(got.streaming_content))  # type: ignore[attr-defined]
    assert run("verify_evidence", tmp_path / "x.zip")["intact"]
    assert "Hearing of 12 January" in page.get(f"/evidence/case/{case}/").content.decode()
    assert page_of(staff.officer).get(f"/evidence/export/{case}/").status_code == 403
    assert page_of(staff.foreign).get(f"/evidence/export/{case}/").status_code == 404


def test_a_program_asks_for_the_export_and_takes_it(staff: SimpleNamespace, two: list[Any]) -> None:
    program = Program(staff.investigator)
    asked = program.post(f"cases/{two[0].case}/export", {"purpose": "Hearing of 12 January"})
    assert asked.status_code == 202, asked.content
    done_by_worker(asked.json()["ref"])
    assert program.client.get(asked.json()["result"]).status_code == 200
    assert Program(staff.officer).post(f"cases/{two[0].case}/export", {"purpose": "for me"}).status_code == 403
    assert Program(staff.foreign).post(f"cases/{two[0].case}/export", {"purpose": "for me"}).status_code == 404


def test_verify_now_says_what_holds_on_page_and_to_a_program(
    staff: SimpleNamespace, two: list[Any], authority: Any
) -> None:
    stamp_by_clock()
    page = page_of(staff.custodian)
    done = page.post(f"/evidence/{two[0].ref}/check/", follow=True).content.decode()
    assert "Chain unbroken, 1 events; stamps that hold cover 1 of them." in done
    assert "Harbour Time Authority (invented)" in done
    said = Program(staff.custodian).post(f"exhibits/{two[0].ref}/check", {}).json()
    assert (said["intact"], said["events"], said["stamped"]) == (True, 1, 1)
    [batch] = Program(staff.custodian).get("stamps").json()
    assert batch["number"] == 1
    assert "Harbour Time Authority" in page.get("/evidence/stamps/").content.decode()
    StampLeaf.objects.filter(exhibit=two[0]).update(digest="0" * 64)
    said = Program(staff.custodian).post(f"exhibits/{two[0].ref}/check", {}).json()
    assert (said["intact"], said["first_fault"]) == (False, "1: the event is not the one that was stamped")
    assert "A stamp does not hold" in page.post(f"/evidence/{two[0].ref}/check/", follow=True).content.decode()


def _rewritten(exhibit: Any) -> None:
    """What two hostile custodians do who hold database, triggers and the node's key: the seal was another, every later
    digest is made anew, and so is every entry of the ledger.
    """
    fresh: dict[str, str] = {}
    with connection.cursor() as cursor:
        for statement in _UNDONE["sqlite"]:
            cursor.execute(statement)
        before = ""
        for event in exhibit.events.order_by("sequence"):
            event.seal_after = "999999" if event.seal_after == "440703" else event.seal_after
            event.seal_before = "999999" if event.seal_before == "440703" else event.seal_before
            event.previous = before
            fresh[event.digest] = before = digest_of(event)
            event.digest = before
            event.save()
        Exhibit.objects.filter(pk=exhibit.pk).update(seal="999999", head=before)
        for statement in _SQLITE:
            cursor.execute(statement)
    last = ledger_chain.genesis(ChainEnd.objects.get().node)
    for entry in Entry.objects.order_by("seq"):
        for old, new in fresh.items():
            entry.detail = entry.detail.replace(old, new)
        names = ("seq", "at", "by", "deed", "ref", "version", "detail")
        last = ledger_chain.link(last, tuple(str(getattr(entry, name)).encode() for name in names))
        Entry.objects.filter(pk=entry.pk).update(detail=entry.detail, hash=last)
    ChainEnd.objects.update(hash=last)


@pytest.fixture
def handed(staff: SimpleNamespace, two: list[Any]) -> Any:
    """The shoes, sealed, and handed over to a custodian who took them."""
    seal(exhibit=two[0], said={"seal": "440703"}, by=staff.officer)
    said = {"to": "custodian.ke", "purpose": "examination", "authority": "MC-221/26", "seal_whole": "yes"}
    [event] = hand_over(exhibits=[Exhibit.objects.get(pk=two[0].pk)], said=said, by=staff.officer)
    take(event=event, said={"seal": "440703", "seal_whole": "yes"}, by=staff.custodian)
    return Exhibit.objects.get(pk=two[0].pk)


def test_a_receipt_is_given_of_every_event_by_page_and_program(staff: SimpleNamespace, handed: Any) -> None:
    got = page_of(staff.custodian).get(f"/evidence/{handed.ref}/receipt/{handed.events_count}/")
    said = json.loads(got.content)
    assert (said["digest"], said["sequence"], said["given_to"]) == (handed.head, handed.events_count, "custodian.ke")
    program = Program(staff.custodian).get(f"exhibits/{handed.ref}/events/1/receipt").json()
    assert program["sequence"] == 1
    assert page_of(staff.foreign).get(f"/evidence/{handed.ref}/receipt/1/").status_code == 404


def test_two_hostile_custodians_cannot_hide_a_swap_from_who_has_a_receipt(
    staff: SimpleNamespace, handed: Any, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(page_of(staff.custodian).get(f"/evidence/{handed.ref}/receipt/{handed.events_count}/").content)
    _rewritten(handed)
    zip_ = tmp_path / "case.zip"
    run("export_evidence", handed.case, "-o", zip_, "--by", "investigator.ke", "--purpose", "for the court")
    assert run("verify_evidence", zip_)["intact"], "they did their work well"
    said = _refused("verify_evidence", zip_, "--receipt", receipt)
    assert said["intact"] is False
    assert f"exhibit {handed.ref}, event {handed.events_count}: it is not the one of the receipt" in said["first_fault"]


def test_two_hostile_custodians_cannot_hide_a_swap_from_the_stamps(
    staff: SimpleNamespace, handed: Any, authority: Any, tmp_path: Path
) -> None:
    assert stamp_by_clock() == 1
    head = tmp_path / "head.json"
    run("ledger_head", "-o", head)
    _rewritten(handed)
    zip_ = tmp_path / "case.zip"
    run("export_evidence", handed.case, "-o", zip_, "--by", "investigator.ke", "--purpose", "for the court")
    said = _refused("verify_evidence", zip_)
    assert "it is not the one of the stamp of batch 1: it was changed since" in said["first_fault"]
    assert "history was rewritten" in _refused("verify_ledger", "--head", head)["why"]


def _refused(command: str, *words: Any) -> dict[str, Any]:
    from io import StringIO

    from django.core.management import call_command

    out = StringIO()
    with pytest.raises(SystemExit):
        call_command(command, *map(str, words), "--format", "json", stdout=out, stderr=StringIO())
    return dict(json.loads(out.getvalue()))
