"""The end of a room: what owners take, sealing, opening again by two, waiting, hold, destruction, the certificate."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from tests.home import HOME
from tests.operations.conftest import page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.operations.actions.chasing import remind
from tidewaiter.operations.actions.drafting import keep_draft
from tidewaiter.operations.actions.ending import close, destroy, open_again, take_share
from tidewaiter.operations.actions.messages import Written, correct, send, withdraw
from tidewaiter.operations.actions.opening import hold, open_operation
from tidewaiter.operations.actions.wording_files import read_files
from tidewaiter.operations.certificates import verify_file, verify_signed
from tidewaiter.operations.models import Draft, Event, Membership, Message, Operation, Receipt, Share
from tidewaiter.operations.opened import opened
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import room_of
from tidewaiter.operations.room_files import folder_of
from tidewaiter.operations.room_keys import path_of
from tidewaiter.operations.shares import joined, split

pytestmark = pytest.mark.django_db
MARKERS = (b"markertext", b"markerperson", b"markercontent", b"markername", b"markerdraft", b"markergoods")


def _say(room: Any, person: Any, text: str, **more: Any) -> Message:
    return send(
        room=room(person),
        said=Written(template="instruction", data={"text": text, "lang": "en", **more}),
        by=person,
    )


def _files() -> Iterator[Path]:
    """Every file of the node: its folder, and the folder of its keys."""
    import os

    for folder in (HOME, Path(os.environ["TIDEWAITER_KEYS"])):
        yield from (path for path in folder.rglob("*") if path.is_file())


def test_any_two_of_three_shares_make_the_key_and_one_is_noise() -> None:
    key = bytes(range(32))
    shares = split(key, 3)
    for one, other in ((0, 1), (1, 2), (0, 2), (2, 1)):
        assert joined(shares[one], shares[other]) == key
    with pytest.raises(BadInput):
        joined(shares[0], shares[0])
    with pytest.raises(BadInput):
        joined(shares[0], ("B" if shares[1][0] == "A" else "A") + shares[1][1:])
    again = split(key, 3)
    assert not set(shares) & set(again)
    assert joined(*split(key, 2)) == key


def test_a_sealed_room_is_read_by_nobody_and_its_key_is_gone(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    _say(room, staff.kenya, "markertext")
    ref = room(staff.ocu).ref
    with pytest.raises(NotAllowed):
        close(operation=room(staff.kenya).operation, by=staff.kenya)
    done = close(operation=room(staff.ocu).operation, by=staff.ocu)
    assert not path_of(ref).exists()
    for person in (staff.ocu, staff.kenya, staff.steward):
        for rest in ("", "board/", "messages/1/", "cards/?since=0", "stream/"):
            answer = page_of(person).get(f"/operations/{ref}/{rest}", follow=True)
            assert "markertext" not in answer.content.decode(), (person.username, rest)
        answer = program_of(person).get(f"/api/v1/operations/{ref}/messages")
        assert answer.status_code in (404, 409), answer.content
    assert done.holders == [staff.ocu.username, staff.second.username, staff.steward.username]
    with pytest.raises(Refusal, match="sealed"):
        _say(room, staff.kenya, "again")
    report = json.loads(done.report.read_text())
    assert report["messages_by_template"] == {"instruction": 1}
    assert "markertext" not in done.report.read_text()


def test_two_holders_open_it_again_with_their_shares_and_one_alone_does_not(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    _say(room, staff.kenya, "markertext")
    done = close(operation=room(staff.ocu).operation, by=staff.ocu)
    operation = done.operation
    theirs = take_share(operation=operation, by=staff.second)
    with pytest.raises(Refusal, match="already"):
        take_share(operation=operation, by=staff.second)
    assert not Share.objects.get(holder=staff.second.username).waiting
    wrong = [
        (staff.ocu, {staff.ocu.username: done.share}),
        (staff.ocu, {staff.ocu.username: done.share, staff.second.username: done.share}),
        (staff.ocu, {}),
    ]
    for by, shares in wrong:
        with pytest.raises(BadInput):
            open_again(operation=operation, by=by, second=staff.second.username, shares=shares)
    with pytest.raises(Refusal):
        open_again(operation=operation, by=staff.ocu, second=staff.ocu.username, shares={})
    open_again(
        operation=operation,
        by=staff.second,
        second=staff.ocu.username,
        shares={staff.ocu.username: done.share, staff.second.username: theirs},
    )
    assert opened(room(staff.kenya).operation).messages[1].content.text == "markertext"
    assert room(staff.kenya).operation.phase == "consolidation"


def test_it_is_destroyed_by_two_after_its_days_and_never_by_the_clock(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    operation = room(staff.ocu).operation
    with pytest.raises(Refusal, match="not sealed"):
        destroy(operation=operation, by=staff.ocu, second=staff.second)
    close(operation=operation, by=staff.ocu)
    with pytest.raises(Refusal, match="waits until"):
        destroy(operation=operation, by=staff.ocu, second=staff.second)
    Operation.objects.update(sealed_at=now() - timedelta(days=400))
    remind()
    assert Operation.objects.get().phase == "sealed", "the clock destroys nothing"
    with pytest.raises(Refusal, match="Two people"):
        destroy(operation=operation, by=staff.ocu, second=staff.ocu)
    with pytest.raises(NotAllowed):
        destroy(operation=operation, by=staff.ocu, second=staff.kenya)
    hold(operation=operation, on=True, by=staff.second)
    with pytest.raises(Refusal, match="legal hold"):
        destroy(operation=operation, by=staff.ocu, second=staff.second)
    hold(operation=operation, on=False, by=staff.second)
    ref = operation.ref
    one, other = page_of(staff.ocu), page_of(staff.second)
    assert one.post(f"/operations/{ref}/closing/destroy/").status_code in (409, 422), "nobody has asked yet"
    assert one.post(f"/operations/{ref}/closing/ask/").status_code == 302
    assert one.post(f"/operations/{ref}/closing/destroy/").status_code in (409, 422), "the same person"
    assert Operation.objects.get().phase == "sealed"
    assert other.post(f"/operations/{ref}/closing/destroy/").status_code == 302
    assert Operation.objects.get().phase == "destroyed"
    assert "is destroyed" in other.get(f"/operations/{ref}/closing/").content.decode()


def test_waiting_no_days_is_for_tests_alone() -> None:
    for said, words in (
        ({"waiting_days": 0}, "from 1 to"),
        ({"waiting_days": 400}, "from 1 to"),
        ({"waiting_days": "0", "test": True}, "whole number"),
        ({"test": "yes"}, "true or false"),
        ({"countries": ["Atlantis"]}, "no country"),
        ({"ends": "2026-01-01", "starts": "2026-02-01"}, "before it starts"),
        ({"bogus": 1}, "has no «bogus»"),
    ):
        with pytest.raises(BadInput, match=words):
            read_planned({"title": "x", **said})
    assert read_planned({"title": "x", "waiting_days": 0, "test": True}).waiting_days == 0


def test_a_project_that_nobody_renews_is_sealed_and_not_destroyed(staff: SimpleNamespace) -> None:
    project = open_operation(said=read_planned({"title": "Long watch"}), by=staff.ocu)
    remind()
    project.refresh_from_db()
    assert project.phase == "planned"
    room = room_of(staff.ocu, project.ref)
    from tidewaiter.operations.actions.opening import ask_renewal

    ask_renewal(room=room, by=staff.ocu)
    with pytest.raises(Refusal, match="Two people"):
        ask_renewal(room=room, by=staff.ocu)
    Operation.objects.update(renew_by=now().date() - timedelta(days=1), reminded_at=None)
    remind()
    project.refresh_from_db()
    assert project.phase == "sealed"
    assert [one.holder for one in Share.objects.order_by("pk")] == [staff.ocu.username, staff.steward.username]


def test_an_owner_takes_signed_data_that_tell_edits_deletions_replies_and_reads_apart(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    _say(room, staff.kenya, "first")
    _say(room, staff.kenya, "second")
    correct(room=room(staff.kenya), number=1, data={"text": "first, mended", "lang": "en"}, by=staff.kenya)
    withdraw(room=room(staff.kenya), number=2, by=staff.kenya)
    send(
        room=room(staff.spain),
        said=Written(template="reply", data={"text": "yes", "lang": "en"}, reply_to=1),
        by=staff.spain,
    )
    ref = room(staff.kenya).ref
    program_of(staff.jordan).get(f"/api/v1/operations/{ref}/messages")
    answer = page_of(staff.kenya).post(f"/operations/{ref}/closing/data/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        document = json.loads(pack.read("messages.json"))
    assert verify_signed(document) == (True, "")
    first, second, reply = document["said"]["messages"]
    assert [edit["said"]["text"] for edit in first["edits"]] == ["first"]
    assert first["data"]["text"] == "first, mended"
    assert first["deleted"] is None
    assert second["deleted"]["by"] == staff.kenya.username
    assert reply["reply_to"] == 1
    assert {read["who"] for read in first["reads"]} >= {staff.kenya.username, staff.jordan.username}
    document["said"]["messages"][0]["data"]["text"] = "forged"
    assert verify_signed(document)[0] is False
    page = page_of(staff.ocu).get(f"/operations/{ref}/closing/").content.decode()
    assert "Took" in page
    assert page_of(staff.watcher).post(f"/operations/{ref}/closing/data/").status_code == 403


def test_a_certificate_that_was_changed_or_signed_by_another_is_none(
    room: Callable[..., Any], staff: SimpleNamespace, tmp_path: Path
) -> None:
    operation = room(staff.ocu).operation
    close(operation=operation, by=staff.ocu)
    Operation.objects.update(sealed_at=now() - timedelta(days=15))
    path = destroy(operation=operation, by=staff.ocu, second=staff.second)
    found = verify_file(path)
    assert (found["valid"], found["operation"], found["counts"]["members"]) == (True, operation.ref, 7)
    document = json.loads(path.read_text())
    document["said"]["counts"]["messages"] = 9
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document))
    assert verify_file(changed)["valid"] is False
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tidewaiter.foundation.canonical import canonical

    forger = Ed25519PrivateKey.generate()
    document["public_key"] = forger.public_key().public_bytes_raw().hex()
    document["signature"] = forger.sign(canonical(document["said"])).hex()
    changed.write_text(json.dumps(document))
    assert verify_file(changed)["valid"] is False
    assert verify_file(changed, trusted=document["public_key"])["valid"] is True, "off line, to who trusts that key"
    changed.write_text("[1]")
    assert verify_file(changed)["valid"] is False
    with pytest.raises(SystemExit):
        call_command("verify_certificate", str(changed), format="json")


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_written_is_in_any_file_before_or_after(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    """Markers in text, names, file contents and names, drafts: read through the doors, found in no file of the node,
    neither while the room lives (it is sealed as it is written) nor after its destruction.
    """
    _say(room, staff.kenya, "markertext", annex=[{"name": "markerperson"}])
    ref = room(staff.kenya).ref
    page_of(staff.jordan).post(
        f"/operations/{ref}/write/warning/",
        {"goods": "markergoods", "files": [SimpleUploadedFile("markername.txt", b"markercontent")]},
    )
    assert read_files() == 1
    found_by = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages?q=rkercont").json()
    assert len(found_by) == 1, "what the file says is searched, and lies under the same key"
    keep_draft(room=room(staff.kenya), template="warning", said={"goods": "markerdraft"}, by=staff.kenya)
    told = json.dumps(program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json())
    for marker in ("markertext", "markerperson", "markergoods", "markername"):
        assert marker in told, f"the control: {marker} is there to be found"
    assert program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages?q=markerg").json()
    assert "markerdraft" in page_of(staff.kenya).get(f"/operations/{ref}/write/warning/").content.decode()
    assert any(folder_of(ref).iterdir())

    def found() -> list[tuple[str, bytes]]:
        return [(str(path), marker) for path in _files() for marker in MARKERS if marker in path.read_bytes()]

    assert found() == []
    kept_key = path_of(ref).read_bytes()
    assert len(kept_key) == 64
    close(operation=room(staff.ocu).operation, by=staff.ocu)
    assert found() == []
    Operation.objects.update(sealed_at=now() - timedelta(days=15))
    destroy(operation=Operation.objects.get(ref=ref), by=staff.ocu, second=staff.second)
    assert found() == []
    assert not folder_of(ref).exists()
    assert not path_of(ref).exists()
    for model in (Message, Draft, Receipt, Event, Share, Membership):
        assert not model.objects.exists(), model
    for path in _files():
        assert kept_key not in path.read_bytes(), "the key itself is in no file"
