"""What verify_ledger asks of the response holds after alarms, requests, answers, preservations and what came in."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.response.conftest import program_of
from tests.response.test_preservations import drafted, move
from tidewaiter.response.claims import CLAIMS
from tidewaiter.response.models import Alarm

pytestmark = pytest.mark.django_db


def test_each_record_has_its_entry_and_each_entry_its_record(staff: SimpleNamespace, alarm: Alarm) -> None:
    program = program_of(staff.desk)
    asked = {"legs": [1], "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank"}
    address = f"/api/v1/response/alarms/{alarm.ref}/"
    ref = program.post(f"{address}requests", asked, content_type="application/json").json()["ref"]
    said = {"leg": 1, "kind": "frozen_part", "amount": "820000"}
    assert program.post(f"/api/v1/response/requests/{ref}/answers", said, content_type="application/json").status_code
    assert program.post(f"{address}close", {"outcome": "lost"}, content_type="application/json").status_code == 200
    move(staff, drafted(staff), deed="send")
    assert [claim.every.count() for claim in CLAIMS[:4]] == [1, 1, 1, 1]
    assert [(claim.deed, claim.first_fault()) for claim in CLAIMS if claim.first_fault()] == []
    Alarm.objects.filter(pk=alarm.pk).delete()
    faults = [claim.deed for claim in CLAIMS if claim.first_fault()]
    assert faults == ["response.alarmed"], "an alarm that is gone is told"
