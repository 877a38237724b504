"""The outcome in money by hours, scheme and country; the report for management; papers in their language."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.response.conftest import ALARM, LEG, page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.response.models import Alarm, FreezingOrder, Request

pytestmark = pytest.mark.django_db


def asked(staff: SimpleNamespace, alarm: Alarm, **said: Any) -> str:
    whole = {"legs": [1], "scheme": "bank_recall", "to_kind": "bank", "to": "Amber Bank", **said}
    done = program_of(staff.desk).post(
        f"/api/v1/response/alarms/{alarm.ref}/requests", whole, content_type="application/json"
    )
    assert done.status_code == 201, done.content
    return str(done.json()["ref"])


def answered(staff: SimpleNamespace, ref: str, **said: Any) -> None:
    done = program_of(staff.desk).post(
        f"/api/v1/response/requests/{ref}/answers", {"leg": 1, **said}, content_type="application/json"
    )
    assert done.status_code == 200, done.content


@pytest.fixture
def outcome(staff: SimpleNamespace, alarm: Alarm) -> Any:
    """USD 1,240,000: 820,000 frozen in Lithuania by I-GRIP, 360,000 moved on to Georgia and not asked for there."""
    asked(staff, alarm)
    ref = asked(staff, alarm, scheme="i_grip")
    answered(staff, ref, kind="frozen_part", amount="820000")
    onward = {"to_account": "GE29NB0000000101904917", "to_bank": "Kolkhi Bank"}
    answered(staff, ref, kind="credited_onward", amount="360000", onward=onward)

    def rows(split: str) -> list[tuple[str, str, int, Decimal, Decimal]]:
        told = program_of(staff.desk).get(f"/api/v1/response/outcome?split={split}").json()
        return [(r["currency"], r["within"], r["alarms"], Decimal(r["lost"]), Decimal(r["frozen"])) for r in told]

    return rows


def test_each_split_adds_up_to_what_was_sent(
    staff: SimpleNamespace, outcome: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome("hours") == [("USD", "3", 1, Decimal(1240000), Decimal(820000))]
    assert outcome("country") == [
        ("USD", "GE", 1, Decimal(360000), Decimal(0)),
        ("USD", "LT", 1, Decimal(880000), Decimal(820000)),
    ]
    assert outcome("scheme") == [
        ("USD", "i_grip", 1, Decimal(880000), Decimal(820000)),
        ("USD", "unknown", 1, Decimal(360000), Decimal(0)),
    ]
    assert program_of(staff.desk).get("/api/v1/response/outcome?split=weather").status_code == 422
    words = ("--by", staff.desk.username, "--split", "country", "--format", "json")
    call_command("alarm", "outcome", *words)
    assert [row["within"] for row in json.loads(capsys.readouterr().out)] == ["GE", "LT"]


def test_the_page_its_export_and_the_report_say_the_same(staff: SimpleNamespace, outcome: Any) -> None:
    page = page_of(staff.desk)
    shown = page.get("/response/outcome/?split=country").content.decode()
    assert "Lithuania" in shown
    assert "880,000" in shown
    assert "INTERPOL I-GRIP" in page.get("/response/outcome/?split=scheme").content.decode()
    assert page.get("/response/outcome/?split=weather").status_code == 400
    told = b"".join(page.get("/response/outcome/?split=country&format=csv")).decode()  # type: ignore[arg-type]
    table = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
    assert [(row["country"], row["frozen_or_returned"]) for row in table] == [("GE", "0"), ("LT", "820000")]
    from tidewaiter.response.outcome_views import report_html

    paper = report_html(staff.desk, "fr")
    assert "820" in paper
    for name in ("Northlight", "LT121000011101001000", "GE29NB"):
        assert name not in paper
    assert page.get("/response/outcome/report.pdf?lang=es").content[:5] == b"%PDF-"
    assert page.get("/response/outcome/report.pdf?lang=xx").status_code == 400
    assert page_of(staff.analyst).get("/response/outcome/report.pdf").status_code == 404


def test_what_others_stopped_is_not_in_ones_own_figures(staff: SimpleNamespace, outcome: Any) -> None:
    told = program_of(staff.foreign).get("/api/v1/response/outcome?split=country").json()
    assert told == []


def test_a_request_an_order_and_assistance_go_on_paper_in_their_language(staff: SimpleNamespace, alarm: Alarm) -> None:
    from tidewaiter.response.letters.papers import order_html, request_html

    page = page_of(staff.desk)
    ref = asked(staff, alarm, language="fr")
    sent = Request.objects.get(pk=ref)
    html = request_html(sent, "fr")
    for line in sent.text.splitlines()[:3]:
        assert line in html.replace("&#x27;", "'")
    assert "LT121000011101001000" in request_html(sent, "es")
    assert page.get(f"/response/requests/{ref}/paper.pdf").content[:5] == b"%PDF-"
    assert page.get(f"/response/requests/{ref}/paper.pdf?lang=de").status_code == 400
    said = {"authority": "Vilnius District Court", "mla_by": (now().date() + timedelta(days=30)).isoformat()}
    assert page.post(f"/response/{alarm.ref}/order/", {**said, "leg": ["1"], "kind": "eu"}).status_code == 302
    order = FreezingOrder.objects.get()
    english = order_html(order, "en", "mla")
    assert "mutual legal assistance" in english
    assert "LT121000011101001000" in english
    assert "2018/1805" in order_html(order, "en", "order")
    for words in ("?as=order&lang=fr", "?as=mla&lang=es"):
        paper = page.get(f"/response/{alarm.ref}/orders/{order.ref}/paper.pdf{words}")
        assert paper.content[:5] == b"%PDF-"
    assert page.get(f"/response/{alarm.ref}/orders/{order.ref}/paper.pdf?as=poem").status_code == 400
    assert page_of(staff.foreign).get(f"/response/{alarm.ref}/orders/{order.ref}/paper.pdf").status_code == 404
    assert page_of(staff.foreign).get(f"/response/requests/{ref}/paper.pdf").status_code == 404


def test_markup_of_an_alarm_stays_text_on_paper(staff: SimpleNamespace) -> None:
    from tidewaiter.response.letters.papers import request_html

    said = {**ALARM, "victim": "<img src=x>", "legs": [{**LEG, "to_name": "<script>1</script>"}]}
    made = program_of(staff.officer).post("/api/v1/response/alarms", said, content_type="application/json").json()
    sent = Request.objects.get(pk=asked(staff, Alarm.objects.get(pk=made["ref"])))
    assert "<script>" not in request_html(sent, "en")
