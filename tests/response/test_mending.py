"""What was written wrongly is corrected: the head of an alarm, and a payment; by page, program and command."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.response.conftest import page_of, program_of
from tidewaiter.ledger.models import Entry
from tidewaiter.response.models import Alarm

pytestmark = pytest.mark.django_db


def mend(person: Any, alarm: Alarm, where: str = "mend", **said: Any) -> Any:
    return program_of(person).post(
        f"/api/v1/response/alarms/{alarm.ref}/{where}", said, content_type="application/json"
    )


def test_a_wrong_amount_is_corrected_and_times_stay(staff: SimpleNamespace, alarm: Alarm) -> None:
    went = alarm.transferred_at
    typed = {"version": alarm.version, "victim": alarm.victim, "kind": "ceo_fraud", "amount": "124,000.00"}
    typed |= {"currency": "USD", "dollars": "1240000", "victim_country": "Kenya", "summary": "As told by telephone."}
    done = page_of(staff.officer).post(f"/response/{alarm.ref}/mend/", typed)
    assert done.status_code == 302, done.content.decode()[:300]
    alarm.refresh_from_db()
    assert (alarm.amount, alarm.dollars, alarm.kind, alarm.transferred_at) == (
        Decimal(124000),
        Decimal(124000),
        "ceo_fraud",
        went,
    )
    assert alarm.legs.get().amount == Decimal(124000), "the payment that was written with it"
    again = page_of(staff.desk).post(f"/response/{alarm.ref}/mend/", typed)
    assert again.status_code in (400, 409)
    assert "meanwhile" in again.content.decode()
    assert Entry.objects.filter(deed="response.mended", ref=alarm.ref).count() == 1


def test_a_condition_that_says_what_is_missing_can_be_met(staff: SimpleNamespace, alarm: Alarm) -> None:
    """What the page asks for, it takes: the amount in dollars, the bank between, the victim's country."""
    Alarm.objects.filter(pk=alarm.pk).update(currency="EUR", dollars=None, victim_country="", summary="")
    alarm.legs.update(currency="EUR")

    def states() -> dict[str, str]:
        shown = program_of(staff.desk).get(f"/api/v1/response/alarms/{alarm.ref}").json()
        return {
            f"{scheme['code']}.{one['code']}": one["state"]
            for scheme in shown["schemes"]
            for one in scheme["conditions"]
        }

    before = states()
    assert before["ffkc_international.amount_from"] == "open"
    assert before["ffkc_international.chain_touches"] == "not_met"
    assert before["i_grip.victims_country"] == "open"
    said = {"dollars": "1,300,000", "victim_country": "KE", "summary": "A false mail of the law firm named it."}
    assert mend(staff.officer, alarm, **said).status_code == 200
    assert mend(staff.officer, alarm, "payments/1/mend", via_bic="CHASUS33").status_code == 200
    after = states()
    wanted = ("ffkc_international.amount_from", "ffkc_international.chain_touches", "i_grip.victims_country")
    assert {after[name] for name in (*wanted, "fiu.suspicion_stated")} == {"met"}
    assert mend(staff.officer, alarm, amount="900000").status_code == 200
    assert states()["ffkc_international.amount_from"] == "open", "dollars of another amount are no dollars of this one"


def test_an_account_is_corrected_until_somebody_was_asked_about_it(
    staff: SimpleNamespace, alarm: Alarm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "right.json"
    data.write_text(json.dumps({"to_account": "DE89 3704 0044 0532 0130 00"}))
    words = ("--by", staff.desk.username, "--data", str(data), "--format", "json")
    call_command("alarm", "mend_payment", alarm.ref, *words)
    told = json.loads(capsys.readouterr().out)
    assert (told["to_account"], told["to_country"]) == ("DE89370400440532013000", "DE")
    assert "Commerzbank" in told["to_bank"], "the old bank is not the new account's"
    wrong = mend(staff.desk, alarm, "payments/1/mend", to_account="DE88370400440532013000")
    assert wrong.status_code == 422
    asked = {"legs": [1], "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank"}
    assert mend(staff.desk, alarm, "requests", **asked).status_code == 201
    refused = mend(staff.desk, alarm, "payments/1/mend", to_account="LT121000011101001000")
    assert refused.status_code != 200
    assert "payment of its own" in refused.content.decode()
    assert mend(staff.desk, alarm, "payments/1/mend", to_bank="Commerzbank, Cologne").status_code == 200


def test_what_is_answered_for_cannot_be_corrected_away(staff: SimpleNamespace, alarm: Alarm) -> None:
    asked = {"legs": [1], "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank"}
    ref = mend(staff.desk, alarm, "requests", **asked).json()["ref"]
    program_of(staff.desk).post(
        f"/api/v1/response/requests/{ref}/answers",
        {"leg": 1, "kind": "frozen_part", "amount": "820000"},
        content_type="application/json",
    )
    refused = mend(staff.desk, alarm, "payments/1/mend", amount="800000")
    assert refused.status_code == 422
    assert "820,000 USD" in refused.content.decode()
    assert mend(staff.desk, alarm, amount="800000").status_code == 422
    assert mend(staff.desk, alarm, "payments/1/mend", amount="820000").status_code == 200


def test_nobody_else_corrects(staff: SimpleNamespace, alarm: Alarm) -> None:
    for key in ("other", "foreign", "steward", "analyst", "partner"):
        assert mend(getattr(staff, key), alarm, victim="X").status_code == 404
        assert mend(getattr(staff, key), alarm, "payments/1/mend", to_bank="X").status_code == 404
    program_of(staff.desk).post(
        f"/api/v1/response/alarms/{alarm.ref}/close", {"outcome": "lost"}, content_type="application/json"
    )
    assert mend(staff.desk, alarm, victim="X").status_code != 200
    alarm.refresh_from_db()
    assert alarm.victim == "Northlight Pumps Ltd"
