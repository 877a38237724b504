"""From an officer's alarm to money that comes back: by page, by program and at a bank's own door."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from lxml import etree

from tests.conftest import PROJECT
from tests.response.conftest import ALARM, LEG, page_of, program_of
from tests.response.test_bank_door import ask_bank
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Ringing
from tidewaiter.response.models import Alarm, Leg

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parent / "camt.056.001.12.xsd"


def test_an_officer_writes_an_alarm_and_the_desk_is_rung(staff: SimpleNamespace) -> None:
    typed = {**ALARM, **{name: said for name, said in LEG.items() if name != "from_account"}}
    typed |= {"transferred_at": "2026-11-26T19:12", "deed": "submit"}
    done = page_of(staff.officer).post("/response/new/", typed, follow=True)
    assert done.status_code == 200
    one = Alarm.objects.get()
    assert one.reference == f"KE/AL/{one.made_at.year}/0001"
    assert one.transferred_at is not None
    assert one.transferred_at.isoformat() == "2026-11-26T16:12:00+00:00"
    assert one.amount == Decimal(1240000)
    [leg] = one.legs.all()
    assert (leg.to_account, leg.to_kind, leg.to_country) == ("LT121000011101001000", "iban", "LT")
    assert leg.sent_at == one.transferred_at
    assert Ringing.objects.get(about=one.ref, deed="response.alarmed", ended_at=None)
    assert "1,240,000 USD" in done.content.decode()


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ("to_account", "LT13 1000 0111 0100 1000", "check digits"),
        ("amount", "1.240", "can be"),
        ("amount", "-5", "above nothing"),
        ("currency", "$", "Which?"),
        ("victim_country", "Congo", "which?"),
        ("transferred_at", "2026-02-30T10:00", "no moment"),
        ("transferred_at", "2099-01-01T10:00", "lies ahead"),
        ("zone", "Nairobi", "no time zone"),
        ("uetr", "12", "no UETR"),
        ("to_bic", "DEUTDEFF", "one of the two"),
        ("victim", "", "Who lost the money"),
        ("recall_at", "2026-11-26T18:00", "before the payment went"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_lost(
    staff: SimpleNamespace, field: str, said: str, words: str
) -> None:
    typed = {**ALARM, **LEG, "transferred_at": "2026-11-26T19:12", "deed": "submit", field: said}
    page = page_of(staff.officer).post("/response/new/", typed)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "Amber Bank" in page.content.decode()
    assert not Alarm.objects.exists()


def test_an_hour_that_came_twice_is_asked_about(staff: SimpleNamespace) -> None:
    typed = {**ALARM, **LEG, "zone": "Europe/Vilnius", "transferred_at": "2026-10-25T03:30", "deed": "submit"}
    page = page_of(staff.officer).post("/response/new/", typed).content.decode()
    assert "came twice in Europe/Vilnius" in page
    assert "2026-10-25T03:30+03:00, 2026-10-25T03:30+02:00" in page
    typed["transferred_at"] = "2026-03-29T03:30"
    page = page_of(staff.officer).post("/response/new/", typed).content.decode()
    assert "was no time in Europe/Vilnius" in page


def test_a_list_of_accounts_and_wallets_is_one_alarm(staff: SimpleNamespace) -> None:
    listed = "GE29NB0000000101904917; 360,000.00\nbc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq; 0.75; BTC\n"
    typed = {**ALARM, **LEG, "deed": "submit", "list": listed}
    assert page_of(staff.officer).post("/response/new/", typed).status_code == 302
    legs = Alarm.objects.get().legs.order_by("number")
    assert [(leg.to_kind, leg.currency, leg.amount) for leg in legs] == [
        ("iban", "USD", Decimal(1240000)),
        ("iban", "USD", Decimal(360000)),
        ("wallet", "BTC", Decimal("0.75")),
    ]


def test_a_mail_fills_the_form_and_stays_with_the_alarm(staff: SimpleNamespace, tmp_path: Path) -> None:
    from tests.response.test_mails import FRAUD

    path = tmp_path / "re-closing.eml"
    path.write_bytes(FRAUD)
    browser = page_of(staff.officer)
    with path.open("rb") as mail:
        page = browser.post("/response/new/", {"mail": mail}).content.decode()
    assert "lomondrnburu.example looks like lomondmburu.example" in page
    assert 'value="LT121000011101001000"' in page
    assert "from the mail" in page
    [file] = re.findall(r'name="file" value="(EF-[0-9A-Z]+)"', page)
    typed = {**ALARM, **LEG, "file": file, "deed": "submit"}
    assert browser.post("/response/new/", typed).status_code == 302
    assert Alarm.objects.get().files.get().ref == file
    assert browser.get(f"/response/files/{file}/").content == FRAUD
    assert page_of(staff.other).get(f"/response/files/{file}/").status_code == 404


def test_who_sees_an_alarm_and_who_does_not(staff: SimpleNamespace, alarm: Alarm) -> None:
    address = f"/response/{alarm.ref}/"
    seen = {
        key: page_of(getattr(staff, key)).get(address).status_code
        for key in ("officer", "desk", "chief", "other", "steward", "analyst", "foreign", "partner")
    }
    assert seen == {
        "officer": 200,
        "desk": 200,
        "chief": 200,
        "other": 404,
        "steward": 404,
        "analyst": 404,
        "foreign": 404,
        "partner": 404,
    }
    assert Entry.objects.filter(deed="response.read", ref=alarm.ref).count() == 3
    for deed in ("take", "when", "legs", "request", "close", "reopen"):
        assert page_of(staff.other).post(f"{address}{deed}/").status_code == 404
    assert page_of(staff.officer).post(f"{address}take/").status_code == 400
    alarm.refresh_from_db()
    assert alarm.state == "alarm_new"


def test_money_goes_on_comes_back_and_the_figures_say_so(staff: SimpleNamespace, alarm: Alarm) -> None:
    desk = program_of(staff.desk)
    ref, _link, _code = ask_bank(staff, alarm, [1])
    answers = f"/api/v1/response/requests/{ref}/answers"
    for said in (
        {"leg": 1, "kind": "frozen_part", "amount": "820000"},
        {"leg": 1, "kind": "credited_onward", "amount": "60000"},
        {"leg": 1, "kind": "credited_onward", "amount": "360000", "onward": {"to_account": "GE29NB0000000101904917"}},
    ):
        assert desk.post(answers, said, content_type="application/json").status_code == 200
    second, _link, _code = ask_bank(staff, alarm, [2])
    money = desk.get(f"/api/v1/response/alarms/{alarm.ref}").json()["money"]
    assert {name: Decimal(said) for name, said in money.items()} == {
        "lost": 1240000,
        "frozen": 820000,
        "asked": 360000,
        "gone": 60000,
        "returned": 0,
        "changed": 0,
    }
    answers = f"/api/v1/response/requests/{second}/answers"
    assert desk.post(answers, {"leg": 2, "kind": "frozen_full"}, content_type="application/json").status_code == 200
    assert desk.post(answers, {"leg": 2, "kind": "returned"}, content_type="application/json").status_code == 200
    money = desk.get(f"/api/v1/response/alarms/{alarm.ref}").json()["money"]
    assert (Decimal(money["frozen"]), Decimal(money["returned"])) == (820000, 360000)
    wrong = desk.post(answers, {"leg": 2, "kind": "returned", "amount": "1"}, content_type="application/json")
    assert wrong.status_code == 422
    brought = page_of(staff.desk).get("/response/outcome/?format=csv")
    assert isinstance(brought, StreamingHttpResponse)
    table = brought.getvalue().decode("utf-8-sig").splitlines()
    assert table == [
        "currency,hours,alarms,lost,frozen_or_returned,returned",
        "USD,3,1,1240000,1180000,360000",
    ]
    closed = desk.post(
        f"/api/v1/response/alarms/{alarm.ref}/close", {"outcome": "returned_in_part"}, content_type="application/json"
    )
    assert closed.json()["state"] == "alarm_closed"
    again = desk.post(f"/api/v1/response/alarms/{alarm.ref}/reopen")
    assert again.json()["state"] == "triaged"


def test_another_administrations_desk_answers_what_it_was_asked_and_sees_no_alarm(
    staff: SimpleNamespace, alarm: Alarm
) -> None:
    said = {"leg": "1", "to": "administration:UG", "scheme": "bilateral"}
    done = page_of(staff.desk).post(f"/response/{alarm.ref}/request/", said)
    assert done.status_code == 302
    ref = alarm.requests.get().ref
    address = f"/response/requests/{ref}/"
    seen = {
        key: page_of(getattr(staff, key)).get(address).status_code
        for key in ("desk", "officer", "foreign", "foreign_officer", "third", "steward", "other")
    }
    assert seen == {
        "desk": 200,
        "officer": 200,
        "foreign": 200,
        "foreign_officer": 404,
        "third": 404,
        "steward": 404,
        "other": 404,
    }
    assert page_of(staff.foreign).get(f"/response/{alarm.ref}/").status_code == 404
    assert Ringing.objects.get(about=ref, administration="UG", ended_at=None)
    assert page_of(staff.foreign).post(address, {"deed": "acknowledge"}).status_code == 302
    assert Ringing.objects.get(about=ref).ended_at is not None
    assert page_of(staff.officer).post(address, {"deed": "answer", "leg": "1", "kind": "not_found"}).status_code == 400
    said = {"deed": "answer", "leg": "1", "kind": "refused", "reason": ""}
    assert page_of(staff.foreign).post(address, said).status_code == 400
    said["reason"] = "a court must order it"
    assert page_of(staff.foreign).post(address, said).status_code == 302
    assert alarm.requests.get().answers.get().reason == "a court must order it"
    assert "a court must order it" in page_of(staff.desk).get(address).content.decode()


def test_the_same_account_in_another_alarm_is_told_as_a_count_alone(staff: SimpleNamespace, alarm: Alarm) -> None:
    from tidewaiter.response.actions import raise_alarm

    theirs = raise_alarm(said={**ALARM, "victim": "Secret Victim Ltd"}, legs=[LEG], by=staff.foreign_officer)
    page = page_of(staff.desk).get(f"/response/{alarm.ref}/").content.decode()
    assert "in 1 other alarm" in page
    assert "Secret Victim" not in page
    assert theirs.reference not in page


def test_the_recall_is_valid_by_its_schema(staff: SimpleNamespace, alarm: Alarm) -> None:
    Leg.objects.filter(alarm=alarm).update(from_bic="SVTBKENA", amount=Decimal("1240000.5"))
    Alarm.objects.filter(pk=alarm.pk).update(amount=Decimal("1240000.5"))
    content = page_of(staff.desk).get(f"/response/{alarm.ref}/recall/1.xml").content
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    document = etree.fromstring(content)
    schema.assertValid(document)
    names = {"n": "urn:iso:std:iso:20022:tech:xsd:camt.056.001.12"}
    assert document.findtext(".//n:OrgnlUETR", namespaces=names) == "97ed4827-7b6f-4491-a06f-b548d5a7512d"
    amount = document.find(".//n:OrgnlIntrBkSttlmAmt", namespaces=names)
    assert amount is not None
    assert (amount.text, amount.get("Ccy")) == ("1240000.50", "USD")
    assert document.findtext(".//n:Rsn/n:Cd", namespaces=names) == "FRAD"
    assert page_of(staff.other).get(f"/response/{alarm.ref}/recall/1.xml").status_code == 404


def test_markup_in_every_text_stays_text(staff: SimpleNamespace) -> None:
    from tidewaiter.response.actions import raise_alarm

    bad = "<img src=x onerror=alert(1)>"
    said = {**ALARM, "victim": bad, "summary": bad * 3, "victim_contact": bad}
    made = raise_alarm(said=said, legs=[{**LEG, "to_bank": bad, "to_name": bad, "from_bank": bad}], by=staff.officer)
    page = page_of(staff.desk).get(f"/response/{made.ref}/").content.decode()
    assert bad not in page
    assert "&lt;img" in page


def test_the_ledger_holds_no_name_and_no_account(staff: SimpleNamespace, alarm: Alarm) -> None:
    ask_bank(staff, alarm, [1])
    page_of(staff.desk).get(f"/response/{alarm.ref}/")
    entries = json.dumps(list(Entry.objects.values("deed", "ref", "detail")), default=str)
    for word in ("Northlight", "LT1210", "Amber", "Savanna"):
        assert word not in entries


def test_programs_get_what_pages_show(staff: SimpleNamespace) -> None:
    program = program_of(staff.officer)
    said: dict[str, Any] = {**ALARM, "legs": [LEG]}
    made = program.post("/api/v1/response/alarms", said, content_type="application/json")
    assert made.status_code == 201
    ref = made.json()["ref"]
    found = program.get(f"/api/v1/response/alarms/{ref}").json()
    assert (found["victim"], found["legs"][0]["to_country"]) == ("Northlight Pumps Ltd", "LT")
    assert {one["code"]: one["state"] for one in found["schemes"]}["i_grip"] == "can"
    rows = program.get("/api/v1/response/alarms?box=open").json()
    assert [row["ref"] for row in rows] == [ref]
    assert "victim" not in rows[0]
    assert program_of(staff.other).get(f"/api/v1/response/alarms/{ref}").status_code == 404
    assert program_of(staff.officer, "read").post(f"/api/v1/response/alarms/{ref}/take").status_code == 403
    wrong = program.post("/api/v1/response/alarms", {**said, "amount": "much"}, content_type="application/json")
    assert wrong.status_code == 422
    assert "no amount" in wrong.content.decode()


def test_a_budget_of_alarms_an_hour(staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from tidewaiter.response.actions import raise_alarm

    monkeypatch.setenv("TIDEWAITER_LIMIT_RESPONSE_ALARMS_HOUR", "2")
    for _turn in range(2):
        raise_alarm(said=ALARM, legs=[LEG], by=staff.officer)
    page = page_of(staff.officer).post("/response/new/", {**ALARM, **LEG, "deed": "submit"})
    assert Alarm.objects.count() in (2, 3)
    assert page.status_code in (302, 400)


def test_the_board_the_start_page_and_the_outcome_show_what_waits(staff: SimpleNamespace, alarm: Alarm) -> None:
    desk = page_of(staff.desk)
    start = desk.get("/").content.decode()
    assert "nobody has taken it" in start
    board = desk.get("/response/").content.decode()
    assert "One alarm nobody has taken" in board
    assert "2 h 30" in board
    assert page_of(staff.desk).get("/response/?box=nothing").status_code == 400
    assert "1,240,000" in desk.get("/response/outcome/").content.decode()
    assert "nobody has taken it" not in page_of(staff.officer).get("/").content.decode()


@pytest.mark.parametrize(
    ("language", "said", "kind"),
    [
        ("ar", "فاتورة مزيفة", "invoice_fraud"),
        ("es", "Factura falsa", "invoice_fraud"),
        ("fr", "Fausse facture", "invoice_fraud"),
        ("id", "Faktur palsu", "invoice_fraud"),
        ("pt", "Fatura falsa", "invoice_fraud"),
        ("ru", "Ложный счет", "invoice_fraud"),
        ("sw", "Ankara bandia", "invoice_fraud"),
        ("zh-hans", "假发票", "invoice_fraud"),
        ("en", "false invoice", "invoice_fraud"),
    ],
)
def test_codes_of_an_alarm_speak_nine_languages(staff: SimpleNamespace, language: str, said: str, kind: str) -> None:
    from tidewaiter.people.models import Officer

    done = program_of(staff.officer).post(
        "/api/v1/response/alarms", {**ALARM, "kind": said, "legs": [LEG]}, content_type="application/json"
    )
    assert done.status_code == 201, done.content
    assert Alarm.objects.get().kind == kind
    Officer.objects.filter(pk=staff.officer.pk).update(language=language)
    shown = page_of(Officer.objects.get(pk=staff.officer.pk)).get("/response/new/").content.decode()
    assert f"{said[0].upper()}{said[1:]}" in shown
    for column in ("fr", "es", "pt", "ru", "ar", "zh", "sw", "id"):
        for name in ("alarm_kind", "payment_method", "freeze_answer", "alarm_outcome", "preservation_ground"):
            heads, *rows = (PROJECT / "codes" / f"{name}.csv").read_text().splitlines()
            assert column in heads.split(",")
            assert len(rows) >= 5


def test_an_answer_that_is_sent_twice_is_written_once(staff: SimpleNamespace, alarm: Alarm) -> None:
    """A finger that strikes twice, a page that was left open: the second one is told, and nothing is added up."""
    desk = page_of(staff.desk)
    asked = {"leg": ["1"], "to": "bank:", "bank": "Amber Bank", "scheme": "bank_recall"}
    link = re.search(r"/response/bank/[^/<]+/", desk.post(f"/response/{alarm.ref}/request/", asked).content.decode())
    assert link is not None
    shown = desk.get(f"/response/{alarm.ref}/").content.decode()
    of = re.search(r'name="of" value="([^"]+)"', shown)
    assert of is not None
    said = {"of": of.group(1), "kind": "frozen_part", "amount": "300000"}
    assert desk.post(f"/response/{alarm.ref}/answer/", said).status_code == 302
    again = desk.post(f"/response/{alarm.ref}/answer/", said)
    assert "look whether it was this one" in again.content.decode()
    assert Leg.objects.get(alarm=alarm).frozen == Decimal(300000)


def test_a_bank_cannot_name_payments_without_end(
    staff: SimpleNamespace, alarm: Alarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tidewaiter.foundation import limits

    program = program_of(staff.desk)
    asked = {"legs": [1], "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank"}
    made = program.post(f"/api/v1/response/alarms/{alarm.ref}/requests", asked, content_type="application/json")
    address = f"/api/v1/response/requests/{made.json()['ref']}/answers"
    said = {"leg": 1, "kind": "credited_onward", "amount": "0.01", "onward": {"to_account": "GE29NB0000000101904917"}}
    assert program.post(address, said, content_type="application/json").status_code == 200
    whole = limits.most
    monkeypatch.setattr(
        "tidewaiter.response.actions.requests.most", lambda name: 2 if name == "response_legs" else whole(name)
    )
    assert program.post(address, said, content_type="application/json").status_code in (413, 422, 429)
    assert Leg.objects.filter(alarm=alarm).count() == 2
