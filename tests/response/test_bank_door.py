"""A bank's own door: a link and a code shown once, one request and nothing else behind it."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.response.conftest import page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.response.models import Alarm, BankDoor

pytestmark = pytest.mark.django_db


def ask_bank(staff: SimpleNamespace, alarm: Alarm, legs: list[int]) -> tuple[str, str, str]:
    """A request to a bank; gives its ref, the path of the link, the code."""
    answer = program_of(staff.desk).post(
        f"/api/v1/response/alarms/{alarm.ref}/requests",
        {"legs": legs, "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank, fraud desk"},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    said = answer.json()
    return said["ref"], said["link"], said["code"]


def test_the_link_of_a_bank_and_its_code_are_shown_once(staff: SimpleNamespace, alarm: Alarm) -> None:
    desk = page_of(staff.desk)
    asked = {"leg": ["1"], "scheme": "bank_recall", "to": "bank:", "bank": "Amber Bank, fraud desk"}
    shown = desk.post(f"/response/{alarm.ref}/request/", asked).content.decode()
    assert len(re.findall(r'class="code-once">\s*http://testserver/response/bank/[\w-]{40,}/', shown)) == 1
    assert len(re.findall(r'class="code-once">\s*\d{8}\s*<', shown)) == 1
    assert "code-once" not in desk.get(f"/response/{alarm.ref}/").content.decode()


def test_a_bank_freezes_by_its_own_door_and_sees_nothing_else(staff: SimpleNamespace, alarm: Alarm) -> None:
    assert page_of(staff.desk).post(f"/response/{alarm.ref}/take/").status_code == 302
    _ref, link, code = ask_bank(staff, alarm, [1])
    bank = Client()
    first = bank.get(link)
    assert first.status_code == 200
    assert first["Cache-Control"].startswith("no-store") or "no-store" in first["Cache-Control"]
    assert "LT12" not in first.content.decode()
    assert bank.post(link, {"kind": "frozen_full", "leg": "1"}).status_code == 400
    assert bank.post(link, {"code": "22222222", "desk": "Amber fraud desk"}).status_code == 400
    assert bank.post(link, {"code": code, "desk": "Amber fraud desk"}).status_code == 302
    inside = bank.get(link).content.decode()
    assert "LT121000011101001000" in inside
    assert "Northlight" not in inside
    assert bank.post(link, {"leg": "1", "kind": "frozen_part", "amount": "820,000.00"}).status_code == 302
    onward = {"onward_to_account": "GE29NB0000000101904917", "onward_to_bank": "Kolkhi Bank"}
    moved = {"leg": "1", "kind": "credited_onward", "amount": "360000", **onward}
    assert bank.post(link, moved).status_code == 302
    assert bank.post(link, {"leg": "1", "kind": "frozen_part", "amount": "60000.01"}).status_code == 400
    legs = {leg.number: leg for leg in alarm.legs.all()}
    assert (legs[1].frozen, legs[1].moved, legs[1].rest) == (820000, 360000, 60000)
    assert (legs[2].after_id, legs[2].amount, legs[2].from_account) == (legs[1].pk, 360000, "LT121000011101001000")
    alarm.refresh_from_db()
    assert alarm.state == "recovery"
    assert Client().get(link).status_code == 200
    assert "LT12" not in Client().get(link).content.decode()
    for address in ("/response/", f"/response/{alarm.ref}/"):
        assert bank.get(address).status_code == 302, "a bank has no account"


def test_a_link_ends_after_five_wrong_codes_by_time_and_by_withdrawal(staff: SimpleNamespace, alarm: Alarm) -> None:
    ref, link, code = ask_bank(staff, alarm, [1])
    for _turn in range(5):
        assert Client().post(link, {"code": "22222222", "desk": "somebody"}).status_code == 400
    assert Client().post(link, {"code": code, "desk": "somebody"}).status_code == 404
    assert Entry.objects.filter(deed="response.door_refused").count() == 5
    ref, link, code = ask_bank(staff, alarm, [1])
    BankDoor.objects.filter(request=ref).update(expires_at=now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    ref, link, code = ask_bank(staff, alarm, [1])
    done = program_of(staff.desk).post(f"/api/v1/response/requests/{ref}/withdraw")
    assert done.json()["state"] == "request_withdrawn"
    assert Client().get(link).status_code == 404
    assert Client().get("/response/bank/nonsense/").status_code == 404
