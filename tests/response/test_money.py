"""What banks write and courts order: messages, statements, parties, orders; providers; and who read what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from lxml import etree

from tests.response.conftest import ALARM, LEG, page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Ringing
from tidewaiter.response.models import Alarm, FreezingOrder, Leg, Preservation, Request

pytestmark = pytest.mark.django_db
UETR = "97ed4827-7b6f-4491-a06f-b548d5a7512d"
RESOLUTION = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.14">
  <RsltnOfInvstgtn>
    <Assgnmt>
      <Id>AMBER-77</Id>
      <Assgnr><Agt><FinInstnId><BICFI>AGBLLT2X</BICFI></FinInstnId></Agt></Assgnr>
      <Assgne><Agt><FinInstnId><BICFI>SCBLKENX</BICFI></FinInstnId></Agt></Assgne>
      <CreDtTm>2026-11-26T19:31:00+00:00</CreDtTm>
    </Assgnmt>
    <Sts><Conf>{conf}</Conf></Sts>
    <CxlDtls>
      <TxInfAndSts>
        <OrgnlUETR>{uetr}</OrgnlUETR>
        <TxCxlSts>{status}</TxCxlSts>
        <CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>Customer was heard.</AddtlInf></CxlStsRsnInf>
        <OrgnlIntrBkSttlmAmt Ccy="USD">1240000</OrgnlIntrBkSttlmAmt>
      </TxInfAndSts>
    </CxlDtls>
  </RsltnOfInvstgtn>
</Document>
"""
RETURN = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.13">
  <PmtRtr>
    <GrpHdr>
      <MsgId>AMBER-RTR-1</MsgId><CreDtTm>2026-11-27T08:00:00+00:00</CreDtTm><NbOfTxs>1</NbOfTxs>
      <InstgAgt><FinInstnId><BICFI>AGBLLT2X</BICFI></FinInstnId></InstgAgt>
    </GrpHdr>
    <TxInf>
      <RtrId>R1</RtrId>
      <OrgnlUETR>{uetr}</OrgnlUETR>
      <OrgnlIntrBkSttlmAmt Ccy="USD">1240000</OrgnlIntrBkSttlmAmt>
      <RtrdIntrBkSttlmAmt Ccy="{currency}">{amount}</RtrdIntrBkSttlmAmt>
      <RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn></RtrRsnInf>
    </TxInf>
  </PmtRtr>
</Document>
"""


def resolution(conf: str = "RJCR", status: str = "RJCR", reason: str = "LEGL", uetr: str = UETR) -> bytes:
    return RESOLUTION.format(conf=conf, status=status, reason=reason, uetr=uetr).encode()


def returned(amount: str = "820000", currency: str = "USD", uetr: str = UETR) -> bytes:
    return RETURN.format(amount=amount, currency=currency, uetr=uetr).encode()


def test_the_sample_is_a_valid_resolution() -> None:
    schema = etree.XMLSchema(etree.parse(Path(__file__).parent / "camt.029.001.14.xsd"))
    schema.assertValid(etree.fromstring(resolution()))


def test_a_rejected_recall_is_written_down_with_the_banks_words(staff: SimpleNamespace, alarm: Alarm) -> None:
    upload = SimpleUploadedFile("answer.xml", resolution(), content_type="application/xml")
    done = page_of(staff.desk).post(f"/response/{alarm.ref}/message/", {"message": upload}, follow=True)
    assert done.status_code == 200, done.content.decode()[:600]
    [answer] = Request.objects.get().answers.all()
    assert (answer.kind, answer.leg.number) == ("refused", 1)
    assert answer.reason == "camt.029: LEGL (for legal reasons) Customer was heard."
    assert Request.objects.get().to_name == "AGBLLT2X"
    assert alarm.files.get().name == "answer.xml"
    assert Entry.objects.filter(deed="response.message_taken", ref=alarm.ref).exists()


@pytest.mark.parametrize(
    ("conf", "status", "reason", "kind"),
    [
        ("CNCL", "ACCR", "FRAD", "frozen_full"),
        ("RJCR", "RJCR", "NOOR", "not_found"),
        ("RJCR", "RJCR", "AM04", "not_found"),
    ],
)
def test_what_a_resolution_means(
    staff: SimpleNamespace, alarm: Alarm, conf: str, status: str, reason: str, kind: str
) -> None:
    program = program_of(staff.desk)
    address = f"/api/v1/response/alarms/{alarm.ref}/bank_messages?name=answer.xml"
    done = program.post(address, resolution(conf, status, reason), content_type="application/xml")
    assert done.status_code == 201, done.content
    assert [one["kind"] for one in done.json()[0]["answers"]] == [kind]


def test_a_pending_resolution_says_that_they_have_it(staff: SimpleNamespace, alarm: Alarm) -> None:
    program = program_of(staff.desk)
    address = f"/api/v1/response/alarms/{alarm.ref}/bank_messages?name=answer.xml"
    program.post(address, resolution("PDCR", "PDCR", "NOAS"), content_type="application/xml")
    assert Request.objects.get().state == "acknowledged"


def test_money_that_is_returned_by_message_is_reckoned(
    staff: SimpleNamespace, alarm: Alarm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "return.xml"
    path.write_bytes(returned())
    call_command("alarm", "message", alarm.ref, "--by", staff.desk.username, "--data", str(path), "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert told[0]["answers"][0]["kind"] == "returned"
    assert Leg.objects.get().returned == Decimal(820000)
    alarm.refresh_from_db()
    assert alarm.state == "recovery"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a", "not well-formed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"<a xmlns='urn:x'><b/></a>", "neither a camt.029 nor a pacs.004"),
        (returned(uetr="97ed4827-7b6f-4491-a06f-b548d5a75121"), "about no payment of this alarm"),
        (returned(currency="EUR"), "payment 1 is in USD"),
        (returned(amount="9999999"), "is open, not more"),
        (b"<a>" * 5000, "not well-formed"),
        (b"", "not well-formed"),
    ],
)
def test_what_is_no_answer_is_refused_in_words_and_nothing_is_kept(
    staff: SimpleNamespace, alarm: Alarm, content: bytes, words: str
) -> None:
    program = program_of(staff.desk)
    address = f"/api/v1/response/alarms/{alarm.ref}/bank_messages?name=answer.xml"
    done = program.post(address, content, content_type="application/xml")
    assert done.status_code in (400, 422), done.content
    assert words in json.dumps(done.json())
    assert not Request.objects.exists()
    assert not alarm.files.exists()


MT103 = """{4:
:20:SVT2611260042
:121:97ed4827-7b6f-4491-a06f-b548d5a7512d
:32A:261126USD1240000,00
:50K:/01104470417
NORTHLIGHT PUMPS LTD
:57A:AGBLLT2X
:59:/LT121000011101001000
BALTIC TRADE ESCROW UAB
:71A:SHA
-}"""
LINES = """Date        Text                                        Debit          Balance
2026-11-26  Transfer LT12 1000 0111 0100 1000 USD 1,240,000.00
2026-11-25  Rent                                            1,200.00      9,300.00
2026-11-26  To account no. 00112233445566 2,500.00 6,800.00
2026-11-27  GE29NB0000000101904917 EUR 40.50
"""


def test_a_swift_message_and_lines_are_offered_with_their_doubts() -> None:
    from tidewaiter.response.payments.statements import payments_in

    [one] = payments_in(MT103)
    assert (one.to_account, one.to_bic, one.to_name) == (
        "LT121000011101001000",
        "AGBLLT2X",
        "BALTIC TRADE ESCROW UAB",
    )
    assert (one.amount, one.currency, one.day, one.uetr) == ("1240000,00", "USD", "2026-11-26", UETR)
    assert one.doubts == []
    first, second, third = payments_in(LINES)
    assert (first.to_account, first.amount, first.currency, first.day) == (
        "LT121000011101001000",
        "1,240,000.00",
        "USD",
        "2026-11-26",
    )
    assert second.to_account == "00112233445566"
    assert len(second.doubts) == 2
    assert "balance" in second.doubts[0]
    assert (third.amount, third.currency) == ("40.50", "EUR")


def test_a_pasted_statement_fills_the_form_only_with_what_is_chosen(staff: SimpleNamespace) -> None:
    client = page_of(staff.officer)
    typed = {"victim": "Northlight Pumps Ltd", "statement": LINES, "deed": "statement"}
    page = client.post("/response/new/", typed).content.decode()
    assert "GE29NB0000000101904917" in page
    assert 'value="Northlight Pumps Ltd"' in page
    assert not Alarm.objects.exists()
    used = client.post("/response/new/", {**typed, "deed": "use", "use": ["0", "2"]}).content.decode()
    assert 'value="LT121000011101001000"' in used
    assert 'value="1,240,000.00"' in used
    assert "GE29NB0000000101904917; 40.50; EUR" in used
    assert client.post("/response/new/", {**typed, "deed": "use"}).status_code == 400
    nothing = client.post("/response/new/", {"statement": "Rent", "deed": "statement"})
    assert "No line names an account" in nothing.content.decode()


def test_a_statement_is_read_by_program_and_command(
    staff: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = program_of(staff.officer).post(
        "/api/v1/response/statements", {"text": MT103}, content_type="application/json"
    )
    assert done.json()[0]["to_account"] == "LT121000011101001000"
    (tmp_path / "mt103.txt").write_text(MT103)
    call_command("read_statement", str(tmp_path / "mt103.txt"), "--format", "json")
    assert json.loads(capsys.readouterr().out) == done.json()


PARTIES = {
    "from_name": "Northlight Pumps Ltd",
    "from_town": "Nairobi",
    "from_home": "KE",
    "from_lei": "5493001KJTIIGC8Y1R12",
    "to_name": "Baltic Trade Escrow UAB",
    "to_address": "Gedimino pr. 1, Vilnius",
}


def test_payer_and_payee_are_named_as_recommendation_16_asks(
    staff: SimpleNamespace, alarm: Alarm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = page_of(staff.desk)
    assert "3 are missing" not in desk.get(f"/response/{alarm.ref}/").content.decode()
    done = desk.post(f"/response/{alarm.ref}/parties/", {"leg": "1", **PARTIES})
    assert done.status_code == 302, done.content.decode()[:500]
    leg = Leg.objects.get()
    assert leg.from_party == {
        "name": "Northlight Pumps Ltd",
        "town": "Nairobi",
        "country": "KE",
        "lei": "5493001KJTIIGC8Y1R12",
    }
    page = desk.get(f"/response/{alarm.ref}/").content.decode()
    assert "birth of a person, or identifier of a firm" in page
    wrong = desk.post(f"/response/{alarm.ref}/parties/", {"leg": "1", **PARTIES, "from_lei": "123"})
    assert wrong.status_code == 400
    assert "no LEI" in wrong.content.decode()
    program = program_of(staff.desk)
    told = program.post(
        f"/api/v1/response/alarms/{alarm.ref}/payments/1/parties",
        {**PARTIES, "to_number": "304871213"},
        content_type="application/json",
    ).json()
    assert (told["payer_lacks"], told["payee_lacks"]) == ([], [])
    (tmp_path / "parties.json").write_text(json.dumps({"to_born": "1899"}))
    words = ("--by", staff.desk.username, "--data", str(tmp_path / "parties.json"))
    with pytest.raises(CommandError, match="no day of birth"):
        call_command("alarm", "parties", alarm.ref, *words)


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
    assert warn_of_orders() == 1
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
