"""Breaking the glass: fifteen minutes of what investigators alone read, told at once and judged by another."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.actions.glass import break_glass, judge_glass
from tidewaiter.registry.actions.reading import export_entities
from tidewaiter.registry.models import BrokenGlass, Entity
from tidewaiter.registry.queries import listed_entities
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
WHY = "At the gate now, the supervisor is not reached."


def _red(staff: SimpleNamespace) -> Entity:
    return enter(
        said=SaidThing(key="a", kind="person", values=[("name", "Yusuf Kassarani")], source="x", handling="RED"),
        by=staff.investigator,
    )


def test_an_officer_reads_red_for_a_quarter_of_an_hour_and_others_hear_of_it(staff: SimpleNamespace) -> None:
    one = _red(staff)
    page = page_of(staff.officer)
    assert (
        "Kassarani"
        not in page.post("/registry/screening/", {"name": "Yusuf Kassarani"})
        .content.decode()
        .split("Nobody of this name is known")[1]
    )
    assert page.get(f"/registry/{one.ref}/").status_code == 404
    assert page.post("/registry/glass/", {"reason": WHY}).status_code == 302
    text = page.post("/registry/screening/", {"name": "Yusuf Kassarani"}).content.decode()
    assert f"/registry/{one.ref}/" in text
    assert "What investigators alone read is shown to you now" in text
    assert "Yusuf Kassarani" in page.get(f"/registry/{one.ref}/").content.decode()
    assert Entry.objects.filter(deed="registry.read", ref=one.ref, by="officer.ke").exists()
    told = set(Notice.objects.filter(deed="registry.glass_broken").values_list("to", flat=True))
    assert told == {"investigator.ke", "protection.ke", "steward.ke"}
    BrokenGlass.objects.update(until=now() - timedelta(seconds=1))
    assert page.get(f"/registry/{one.ref}/").status_code == 404


def test_what_is_taken_away_stays_without_red(staff: SimpleNamespace) -> None:
    _red(staff)
    break_glass(reason=WHY, by=staff.officer)
    assert [one.caption for one in listed_entities(staff.officer)] == ["Yusuf Kassarani"]
    written = io.StringIO()
    assert export_entities(to=written, by=staff.officer, purpose="a letter") == 0
    assert "Kassarani" not in written.getvalue()


def test_it_needs_a_sentence_is_not_needed_by_investigators_and_not_every_hour(staff: SimpleNamespace) -> None:
    with pytest.raises(BadInput):
        break_glass(reason="urgent", by=staff.officer)
    with pytest.raises(Refusal):
        break_glass(reason=WHY, by=staff.investigator)
    for outsider in (staff.steward, staff.analyst, staff.partner, staff.protection):
        with pytest.raises(Missing):
            break_glass(reason=WHY, by=outsider)
    for _time in range(3):
        break_glass(reason=WHY, by=staff.officer)
        BrokenGlass.objects.update(until=now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed) as often:
        break_glass(reason=WHY, by=staff.officer)
    assert often.value.code == "too_often"


def test_another_judges_it_once(staff: SimpleNamespace) -> None:
    made = break_glass(reason=WHY, by=staff.officer)
    with pytest.raises(Missing):
        judge_glass(ref=made.ref, verdict="justified", note="", by=staff.officer)
    with pytest.raises(Missing):
        judge_glass(ref=made.ref, verdict="justified", note="", by=staff.foreign)
    page = page_of(staff.protection)
    assert WHY in page.get("/registry/glass/").content.decode()
    page.post(f"/registry/glass/{made.ref}/judge/", {"verdict": "justified", "note": "the line was down"})
    assert "the line was down" in page_of(staff.investigator).get("/registry/glass/").content.decode()
    assert Notice.objects.filter(to="officer.ke", deed="registry.glass_judged").count() == 1
    with pytest.raises(Refusal):
        judge_glass(ref=made.ref, verdict="unjustified", note="", by=staff.investigator)
    assert page_of(staff.steward).get("/registry/glass/").status_code == 404


def test_by_program_and_command(staff: SimpleNamespace, capsys: Any) -> None:
    one = _red(staff)
    token = make_token(officer=staff.officer, scope="write", by=staff.officer)[1]
    told: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": "a control at the gate"}
    assert Client().get(f"/api/v1/registry/entities/{one.ref}", **told).status_code == 404
    made = Client().post("/api/v1/registry/glass", json.dumps({"reason": WHY}), content_type="application/json", **told)
    assert made.status_code == 201
    assert Client().get(f"/api/v1/registry/entities/{one.ref}", **told).json()["caption"] == "Yusuf Kassarani"
    other = make_token(officer=staff.protection, scope="write", by=staff.protection)[1]
    judged = Client().post(
        f"/api/v1/registry/glass/{made.json()['ref']}/verdict",
        json.dumps({"verdict": "unjustified", "note": "an investigator sat beside"}),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {other}",
    )
    assert judged.json()["verdict"] == "unjustified"
    BrokenGlass.objects.update(until=now() - timedelta(seconds=1))
    capsys.readouterr()
    call_command("break_glass", by="contact.ke", reason=WHY, format="json")
    assert json.loads(capsys.readouterr().out)["ref"].startswith("BG-")
