"""What banks write: answers to a recall, statements; and payer and payee of a payment."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from lxml import etree

from tests.response.conftest import page_of, program_of
from tidewaiter.ledger.models import Entry
from tidewaiter.response.models import Alarm, Leg, Request

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
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.10">
  <PmtRtr>
    <GrpHdr>
      <MsgId>AMBER-RTR-1</MsgId><CreDtTm>2026-11-27T08:00:00+00:00</CreDtTm><NbOfTxs>1</NbOfTxs>
      <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
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


def partly() -> bytes:
    """A recall that was carried out in part: the group says so, the payment nothing of its own."""
    return resolution("PECR", "PECR", "FRAD").replace(b"<TxCxlSts>PECR</TxCxlSts>", b"")


def returned(amount: str = "820000", currency: str = "USD", uetr: str = UETR) -> bytes:
    return RETURN.format(amount=amount, currency=currency, uetr=uetr).encode()


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("camt.029.001.14", resolution()),
        ("camt.029.001.14", partly()),
        ("pacs.004.001.10", returned()),
    ],
)
def test_the_samples_are_valid_by_their_schemas(schema: str, message: bytes) -> None:
    etree.XMLSchema(etree.parse(Path(__file__).parent / f"{schema}.xsd")).assertValid(etree.fromstring(message))


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


def test_a_partly_executed_recall_says_not_how_much(staff: SimpleNamespace, alarm: Alarm) -> None:
    """Neither the group nor the payment says of how much: the desk asks, and nothing is called frozen."""
    address = f"/api/v1/response/alarms/{alarm.ref}/bank_messages?name=answer.xml"
    done = program_of(staff.desk).post(address, partly(), content_type="application/xml")
    assert done.status_code == 201, done.content
    assert Request.objects.get().state == "acknowledged"
    assert Leg.objects.get().frozen == 0


def test_a_message_counts_once(staff: SimpleNamespace, alarm: Alarm) -> None:
    address = f"/api/v1/response/alarms/{alarm.ref}/bank_messages?name=return.xml"
    program = program_of(staff.desk)
    assert program.post(address, returned("300000"), content_type="application/xml").status_code == 201
    again = program.post(address, returned("300000"), content_type="application/xml")
    assert again.status_code == 422
    assert "counts once" in again.content.decode()
    assert Leg.objects.get().returned == Decimal(300000)


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


def test_the_recall_names_payer_and_payee_and_stays_valid(staff: SimpleNamespace, alarm: Alarm) -> None:
    from tidewaiter.response.actions import name_parties

    name_parties(alarm=alarm, number=1, said=PARTIES, by=staff.desk)
    content = page_of(staff.desk).get(f"/response/{alarm.ref}/recall/1.xml").content
    document = etree.fromstring(content)
    etree.XMLSchema(etree.parse(Path(__file__).parent / "camt.056.001.12.xsd")).assertValid(document)
    assert [one.text for one in document.iter("{*}Nm") if one.getparent().tag.endswith("Pty")] == [
        "Northlight Pumps Ltd",
        "Baltic Trade Escrow UAB",
    ]
    assert [one.text for one in document.iter("{*}LEI")] == ["5493001KJTIIGC8Y1R12"]
