"""Facts of a fraudulent mail, read in a child process that survives what strangers send."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response.mails.reading import facts_of

FRAUD = b"""Return-Path: <bounce@bulk.example>
Received: from mail.bulk.example (198.51.100.24) by mx.northlight.example; Thu, 26 Nov 2026 19:00:01 +0300
Received: from [10.0.0.7] by mail.bulk.example; Thu, 26 Nov 2026 18:59:00 +0300
From: Lomond Mburu Advocates <closing@lomondmburu.example>
Reply-To: closing@lomondrnburu.example
To: Accounts <accounts@northlight-pumps.example>
Subject: =?utf-8?q?Re=3A_Closing_payment=2C_changed_bank_details?=
Date: Thu, 26 Nov 2026 09:04:00 -0500
Authentication-Results: mx.northlight.example; spf=softfail; dkim=none
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain; charset=utf-8

Kindly settle USD 1,240,000.00 today to Baltic Trade Escrow UAB, LT12 1000 0111 0100 1000, BIC: AGBLLT2X.
--B
Content-Type: text/html; charset=utf-8

<p>See <a href="http://198.51.100.9/login">portal.northlight-pumps.example</a></p>
--B
Content-Type: application/pdf
Content-Disposition: attachment; filename="invoice-4471.pdf.exe"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--B--
"""


def kept(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(content)
    return path


def test_the_facts_of_a_mail_stand_as_it_says_them(tmp_path: Path) -> None:
    facts = facts_of(kept(tmp_path, FRAUD))
    assert facts["subject"] == "Re: Closing payment, changed bank details"
    assert facts["from"] == {"name": "Lomond Mburu Advocates", "address": "closing@lomondmburu.example"}
    assert [one["address"] for one in facts["reply_to"]] == ["closing@lomondrnburu.example"]
    assert facts["date"] == "2026-11-26T09:04:00-05:00"
    assert [hop["by"] for hop in facts["received"]] == ["mail.bulk.example", "mx.northlight.example"]
    assert facts["accounts"] == [{"kind": "iban", "value": "LT121000011101001000"}]
    assert facts["links"] == ["http://198.51.100.9/login"]
    [attachment] = facts["attachments"]
    assert (attachment["name"], attachment["type"], attachment["size"]) == (
        "invoice-4471.pdf.exe",
        "application/pdf",
        9,
    )
    assert attachment["sha256"] == "e5c62df5dab5c87b6a015ef3d43597074d1eec433b15f51aec63b8582d0e4ab4"


def test_what_to_doubt_is_said_with_what_was_seen(tmp_path: Path) -> None:
    signs = {one["sign"]: one for one in facts_of(kept(tmp_path, FRAUD))["signs"]}
    assert set(signs) == {
        "reply_to_differs",
        "return_path_differs",
        "domain_looks_like",
        "authentication_failed",
        "link_leads_elsewhere",
        "attachment_runs",
        "attachment_two_endings",
    }
    alike = signs["domain_looks_like"]
    assert (alike["seen"], alike["like"], alike["how"]) == ("lomondrnburu.example", "lomondmburu.example", "confusable")
    assert "".join(piece for piece, _differs in alike["marked"]) == "lomondrnburu.example"
    assert alike["text"] == "lomondrnburu.example looks like lomondmburu.example, and is another domain."
    assert signs["authentication_failed"]["seen"] == "spf=softfail"


def test_an_honest_mail_gives_no_sign(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"] = "Wanjiku <wanjiku@northlight.example>"
    mail["To"] = "clerk@northlight.example"
    mail["Subject"] = "Lunch"
    mail.set_content("At one? https://www.northlight.example/canteen")
    facts = facts_of(kept(tmp_path, mail.as_bytes()))
    assert facts["signs"] == []
    assert facts["accounts"] == []


def nested(depth: int) -> bytes:
    content = b"From: a@a.example\r\nSubject: x\r\n\r\nhello"
    for _turn in range(depth):
        content = b"From: a@a.example\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\r\n" + content
    return content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello, this is no mail at all", "no mail"),
        (b"\x00" * 5000, "no mail"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "damaged"),
        (nested(3000), "other mails too many times"),
        (
            b"From: a@a.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 700,
            "more than 500 parts",
        ),
    ],
    ids=["empty", "text", "zeros", "broken-msg", "nested", "parts"],
)
def test_what_is_no_mail_or_meant_to_harm_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        facts_of(kept(tmp_path, content))
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    "content",
    [
        b"From: =?utf-8?b?////?= <a@b.example>\r\nSubject: =?x-unknown?q?caf=E9?=\r\nDate: yesterday\r\n\r\n\xff\xfe",
        b"From: a@b.example\r\nContent-Type: text/plain; charset=no-such\r\n\r\ncaf\xe9",
        b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"Received: from\r\nReceived: ;;;;\r\nFrom: <<>>\r\nReply-To: ,,,\r\n\r\n",
        b"From: " + b"a" * 60_000 + b"@b.example\r\n\r\n" + b"<a href=" * 20_000,
    ],
)
def test_a_clumsy_mail_is_read_as_far_as_it_goes(tmp_path: Path, content: bytes) -> None:
    assert set(facts_of(kept(tmp_path, content))) >= {"subject", "from", "signs", "accounts", "received"}
