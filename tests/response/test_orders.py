"""What courts order, the register of providers, success by hours; and who read what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.response.conftest import ALARM, LEG, page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Ringing
from tidewaiter.response.models import Alarm, FreezingOrder, Preservation

pytestmark = pytest.mark.django_db


def order(**changes: Any) -> dict[str, Any]:
    said = {"authority": "Vilnius District Court", "mla_by": (now().date() + timedelta(days=20)).isoformat()}
    return {"kind": "national", "country": "LT", **said, **changes}


def test_an_order_has_a_deadline_and_assistance_ends_its_warnings(
    staff: SimpleNamespace, alarm: Alarm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tidewaiter.response.actions import warn_of_orders

    desk = page_of(staff.desk)
    done = desk.post(f"/response/{alarm.ref}/order/", {**order(), "leg": ["1"]})
    assert done.status_code == 302, done.content.decode()[:500]
    kept = FreezingOrder.objects.get()
    assert (kept.country, kept.authority, [leg.number for leg in kept.legs.all()]) == (
        "LT",
        "Vilnius District Court",
        [1],
    )
    alarm.refresh_from_db()
    assert alarm.ordered is True
    page = desk.get(f"/response/{alarm.ref}/").content.decode()
    assert "in 20 days" in page
    assert "or the freeze ends" in page
    assert warn_of_orders() == 0
    FreezingOrder.objects.update(mla_by=now().date() + timedelta(days=7))
    assert warn_of_orders() == 1
    assert Ringing.objects.filter(about=alarm.ref, deed="response.order_due", ended_at=None).exists()
    assert warn_of_orders() == 0
    assert Entry.objects.filter(deed="response.order_due").count() == 1
    words = ("--by", staff.desk.username, "--order", kept.ref, "--reason", "MLA-KE-44")
    call_command("alarm", "follow", alarm.ref, *words, "--format", "json")
    assert json.loads(capsys.readouterr().out)["mla_reference"] == "MLA-KE-44"
    assert warn_of_orders() == 0
    assert "Mutual assistance asked for" in desk.get(f"/response/{alarm.ref}/").content.decode()


def test_an_order_without_assistance_ends_the_day_after_its_deadline(staff: SimpleNamespace, alarm: Alarm) -> None:
    from tidewaiter.response.actions import warn_of_orders

    program = program_of(staff.desk)
    address = f"/api/v1/response/alarms/{alarm.ref}/orders"
    made = program.post(address, {**order(kind="eu"), "legs": [1]}, content_type="application/json")
    assert made.status_code == 201, made.content
    yesterday = now().date() - timedelta(days=1)
    FreezingOrder.objects.update(mla_by=yesterday, ordered_on=yesterday)
    assert warn_of_orders() == 1
    [told] = program.get(address).json()
    assert told["ended_on"] is not None
    follow = program.post(f"{address}/{told['ref']}/follow", {"reference": "X"}, content_type="application/json")
    assert follow.status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"authority": ""}, "court or authority"),
        ({"mla_by": ""}, "By which day"),
        ({"mla_by": "2020-01-01"}, "deadline lies before"),
        ({"mla_by": "soon"}, "no day"),
        ({"ordered_on": "2099-01-01"}, "lies ahead"),
        ({"kind": "papal"}, "national, eu"),
        ({"country": "Congo"}, "which?"),
        ({"leg": []}, "Choose the payments"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(
    staff: SimpleNamespace, alarm: Alarm, changes: dict[str, Any], words: str
) -> None:
    done = page_of(staff.desk).post(f"/response/{alarm.ref}/order/", {**order(), "leg": ["1"], **changes})
    assert done.status_code == 400
    assert words in done.content.decode()
    assert not FreezingOrder.objects.exists()


def test_the_register_of_providers_says_where_and_when_an_address_was_found(
    staff: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = page_of(staff.desk)
    page = desk.get("/response/providers/").content.decode()
    assert "lers.google.com" in page
    said = {"code": "faro", "name": "Faro Mail", "country": "PT", "address": "le@faro.example", "source": "their page"}
    assert desk.post("/response/providers/", {**said, "code": "Fa ro"}).status_code == 400
    assert desk.post("/response/providers/", said).status_code == 302
    listed = program_of(staff.desk, "read").get("/api/v1/response/providers").json()
    [faro] = [one for one in listed if one["code"] == "faro"]
    assert (faro["address"], faro["seen"], faro["shipped"]) == ("le@faro.example", now().date().isoformat(), False)
    assert Entry.objects.filter(deed="response.provider_kept", ref="provider:faro").exists()
    (tmp_path / "own.json").write_text(json.dumps({**said, "code": "google", "name": "Google", "country": "US"}))
    by = ("--by", staff.desk.username, "--format", "json")
    call_command("providers", "keep", str(tmp_path / "own.json"), *by)
    assert json.loads(capsys.readouterr().out)["address"] == "le@faro.example"
    call_command("providers", "list", *by)
    told = json.loads(capsys.readouterr().out)
    assert [one["address"] for one in told if one["code"] == "google"] == ["le@faro.example"]
    assert page_of(staff.officer).get("/response/providers/").status_code == 404


def test_success_is_drawn_by_hours_where_three_alarms_stand(staff: SimpleNamespace) -> None:
    from tidewaiter.response.actions import AnswerSaid, answer_request, raise_alarm, request_freeze

    for hours, frozen in ((0.5, "1000000"), (5, "500000")):
        for _number in range(3):
            went = (now() - timedelta(hours=hours)).isoformat()
            said = {**ALARM, "amount": "1000000", "transferred_at": went}
            one = raise_alarm(said=said, legs=[{**LEG, "uetr": ""}], by=staff.desk)
            asked, _secret, _code = request_freeze(
                alarm=one, legs=[1], scheme="bank_recall", to_kind="bank", to="Amber Bank", by=staff.desk
            )
            answer_request(request=asked, said=AnswerSaid(leg=1, kind="frozen_part", amount=frozen), by=staff.desk)
    page = page_of(staff.desk).get("/response/outcome/").content.decode()
    assert "USD frozen or returned, by hours until the report: 1 h 100 %, 6 h 50 %" in page
    assert '<svg class="chart"' in page


@pytest.fixture
def preservation(staff: SimpleNamespace) -> Any:
    from tidewaiter.response.actions import draft_preservation

    said = {"basis": "budapest_29", "offence": "A false mail.", "custodian": "Mailhaven", "to_country": "LT"}
    return draft_preservation(said=said, by=staff.desk)


READS: list[tuple[str, Callable[[Alarm, Preservation], str], str]] = [
    ("alarm page", lambda alarm, _one: f"/response/{alarm.ref}/", "response.read"),
    ("recall", lambda alarm, _one: f"/response/{alarm.ref}/recall/1.xml", "response.read"),
    ("alarm by program", lambda alarm, _one: f"/api/v1/response/alarms/{alarm.ref}", "response.read"),
    ("orders by program", lambda alarm, _one: f"/api/v1/response/alarms/{alarm.ref}/orders", "response.read"),
    ("recall by program", lambda alarm, _one: f"/api/v1/response/alarms/{alarm.ref}/recall/1", "response.read"),
    ("preservation page", lambda _alarm, one: f"/response/preservations/{one.ref}/", "response.preservation_read"),
    ("its form", lambda _alarm, one: f"/response/preservations/{one.ref}/mend/", "response.preservation_read"),
    ("its paper", lambda _alarm, one: f"/response/preservations/{one.ref}/paper.pdf", "response.preservation_read"),
    (
        "preservation by program",
        lambda _alarm, one: f"/api/v1/response/preservations/{one.ref}",
        "response.preservation_read",
    ),
]


@pytest.mark.parametrize(("_what", "address", "deed"), READS, ids=[one[0] for one in READS])
def test_each_look_at_names_is_in_the_ledger_with_its_purpose_and_hidden_from_outsiders(
    staff: SimpleNamespace,
    alarm: Alarm,
    preservation: Preservation,
    _what: str,
    address: Callable[[Alarm, Preservation], str],
    deed: str,
) -> None:
    where = address(alarm, preservation)
    client = program_of if where.startswith("/api/") else page_of
    assert client(staff.foreign).get(where).status_code == 404
    assert client(staff.steward).get(where).status_code == 404
    assert not Entry.objects.filter(deed=deed).exists()
    assert client(staff.desk).get(where).status_code == 200
    entry = Entry.objects.get(deed=deed)
    assert entry.by == staff.desk.username
    assert "purpose" in json.dumps(entry.detail)
