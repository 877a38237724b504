"""What somebody with a part in a room tries: to end calls that are others' to answer, to take what is not theirs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.operations.conftest import page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.operations.actions.drafting import sweep_unsent
from tidewaiter.operations.actions.ending import close
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.models import Attachment, Operation, Owed, Taken
from tidewaiter.operations.room_files import folder_of

pytestmark = pytest.mark.django_db


def test_an_observer_and_whoever_asks_themselves_end_no_call(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.ocu).ref
    send(
        room=room(staff.jordan),
        said=Written(template="warning", data={"goods": "Pumps"}, urgent=True),
        by=staff.jordan,
    )
    open_ = Owed.objects.filter(met_at=None)
    assert set(open_.values_list("what", "administration")) == {("reply", ""), ("ack", "")}
    address = f"/api/v1/operations/{ref}/messages/1/acknowledge"
    assert program_of(staff.watcher).post(address).status_code == 403
    assert page_of(staff.watcher).post(f"/operations/{ref}/messages/1/acknowledge/").status_code == 403
    assert program_of(staff.jordan).post(address).status_code == 200
    send(
        room=room(staff.jordan),
        said=Written(template="feedback", data={"controlled": "yes", "result": "seized"}, reply_to=1),
        by=staff.jordan,
    )
    assert open_.count() == 2, "who asks all, and answers, has no answer yet"
    assert program_of(staff.kenya).post(address).status_code == 200
    assert set(open_.values_list("what", flat=True)) == {"reply"}


def test_a_private_partner_takes_and_gives_up_nothing_for_an_administration(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    partner = program_of(staff.private)
    assert partner.post(f"/api/v1/operations/{ref}/export").status_code == 403
    assert partner.post(f"/api/v1/operations/{ref}/give_up").status_code == 403
    assert "Take our data" not in page_of(staff.private).get(f"/operations/{ref}/closing/").content.decode()
    assert not Taken.objects.exists()
    assert program_of(staff.ocu).post(f"/api/v1/operations/{ref}/export").status_code == 200


def test_files_of_no_message_are_bounded_and_go(
    room: Callable[..., Any], staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = room(staff.kenya).ref
    wrong = {"goods": "", "files": [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]}
    assert page_of(staff.kenya).post(f"/operations/{ref}/write/warning/", wrong).status_code == 422
    assert not Attachment.objects.exists(), "a message that was refused leaves no file"
    assert not list(folder_of(ref).iterdir())
    monkeypatch.setenv("TIDEWAITER_LIMIT_ROOM_FILES_UNSENT", "2")
    program, address = program_of(staff.kenya), f"/api/v1/operations/{ref}/files?name=a.txt"
    statuses = [
        program.post(address, b"x", content_type="application/octet-stream").status_code for _number in range(3)
    ]
    assert statuses[:2] == [201, 201]
    assert statuses[2] in (413, 429)
    assert sweep_unsent() == 0
    Attachment.objects.update(at=now() - timedelta(days=2))
    assert sweep_unsent() == 2
    assert not list(folder_of(ref).iterdir())


def test_destruction_asks_for_the_second_factor_again(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.ocu).ref
    close(operation=room(staff.ocu).operation, by=staff.ocu)
    Operation.objects.update(sealed_at=now() - timedelta(days=15))
    Authenticator.objects.create(user=staff.ocu, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    browser = page_of(staff.ocu)
    for deed in ("ask", "destroy", "open_again"):
        answer = browser.post(f"/operations/{ref}/closing/{deed}/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/second/again/"), "the password alone is not enough"
    assert Operation.objects.get().asked_by == ""
    assert page_of(staff.kenya).post(f"/operations/{ref}/closing/ask/").status_code in (403, 404), "told so at once"
    session = browser.session
    shown = {"method": "mfa", "type": "totp", "at": time.time() - 301}
    session["account_authentication_methods"] = [shown]
    session.save()
    assert browser.post(f"/operations/{ref}/closing/ask/")["Location"].startswith("/accounts/second/again/")
    session = browser.session
    session["account_authentication_methods"] = [shown | {"at": time.time() - 10}]
    session.save()
    assert browser.post(f"/operations/{ref}/closing/ask/")["Location"] == f"/operations/{ref}/closing/"
    assert Operation.objects.get().asked_by == staff.ocu.username
