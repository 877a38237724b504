"""The same deeds by page, by program and at the shell."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.advisories.conftest import TYPED, WARNING, page_of, program_of
from tests.making import case_in
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory, Reach, Reader, Sighting
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.notices.models import Ringing
from tidewaiter.people.actions import grant
from tidewaiter.people.models import Officer

pytestmark = pytest.mark.django_db
JSON = "application/json"


ECRIME: dict[str, Any] = {
    "form": "ECR",
    "date": "2026-11-16",
    "location_type": "mail_centre",
    "place": "KENBO",
    "detection": {"method": "risk_profile"},
    "conveyance": {"mode": "5"},
    "narrative": "John Smith of Nairobi (passport A1234567) sold jammers.",
    "lines": [
        {
            "subtype": "jammer",
            "hs": "854370",
            "quantity": "40",
            "unit": "H87",
            "fields": {"offence": "import_prohibited_device", "platform_kind": "marketplace"},
        }
    ],
}


def _command(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    call_command(*words, "--format", "json")
    return json.loads(capsys.readouterr().out)


def test_an_expert_writes_a_warning_on_the_page_and_another_country_answers(staff: SimpleNamespace, eceg: Any) -> None:
    page = page_of(staff.expert)
    assert page.get("/advisories/new/").status_code == 200
    typed = {**TYPED, "collection": "eceg", "deed": "warn"}
    wrong = page.post("/advisories/new/", {**typed, "title": "", "countries": "Narnia"})
    assert wrong.status_code == 400
    assert "Narnia" in wrong.content.decode()
    done = page.post("/advisories/new/", typed, follow=True)
    assert done.status_code == 200
    one = Advisory.objects.get()
    text = done.content.decode()
    assert "hxxps://parcel-duty[.]example/ke/pay" in text
    assert "https://parcel-duty.example" not in text
    assert "TLP:AMBER" in text
    other = page_of(staff.ghana)
    assert "One warning waits for your answer" in other.get("/advisories/").content.decode()
    seen = other.get(f"/advisories/{one.ref}/").content.decode()
    assert "You say whether it concerns you" in seen
    assert "Not reached" in seen
    other.post(f"/advisories/{one.ref}/do/acknowledge/", {"state": "concerned"})
    other.post(f"/advisories/{one.ref}/do/sight/", {"indicator": "2", "times": "2,140", "how": "gateway_log"})
    assert Reach.objects.get(advisory=one, party="GH").state == "concerned"
    sighting = Sighting.objects.get()
    assert (sighting.times, sighting.administration) == (2140, "GH")
    assert "2,140" in page.get(f"/advisories/{one.ref}/").content.decode()
    other.post(f"/advisories/{one.ref}/do/unsight/", {"sighting": sighting.ref})
    assert Sighting.objects.get().withdrawn_by == staff.ghana.username
    csv = b"".join(page.get(f"/advisories/{one.ref}/indicators.csv"))
    assert b"parcel-duty[.]example" in csv
    bundle = json.loads(page.get(f"/advisories/{one.ref}/bundle.json").content)
    assert bundle["type"] == "bundle"
    assert page_of(staff.stranger).get(f"/advisories/{one.ref}/").status_code == 404
    assert page_of(staff.officer).get("/advisories/").status_code == 404


def test_a_private_member_proposes_and_an_expert_publishes_revises_and_revokes(
    staff: SimpleNamespace, eceg: Any
) -> None:
    bank, expert = page_of(staff.bank), page_of(staff.editor)
    typed = {**TYPED, "collection": "eceg", "deed": "warn"}
    assert "looked at first" in bank.post("/advisories/new/", typed).content.decode()
    bank.post("/advisories/new/", {**typed, "deed": "draft"})
    one = Advisory.objects.get()
    bank.post(f"/advisories/{one.ref}/edit/", {**typed, "title": "Better said", "draft": "1"})
    stale = expert.post(f"/advisories/{one.ref}/do/publish/", {"draft": "1"})
    assert stale.status_code == 400
    expert.post(f"/advisories/{one.ref}/do/publish/", {"draft": "2"})
    one.refresh_from_db()
    assert (one.state, one.title) == ("warning_published", "Better said")
    assert expert.get(f"/advisories/{one.ref}/edit/").status_code == 200
    expert.post(f"/advisories/{one.ref}/edit/", {**TYPED, "title": "Said again", "note": "title", "draft": one.draft})
    one.refresh_from_db()
    assert (one.version, one.title) == (2, "Said again")
    expert.post(f"/advisories/{one.ref}/do/revoke/", {"reason": "innocent host"})
    shown = bank.get(f"/advisories/{one.ref}/").content.decode()
    assert "innocent host" in shown
    assert bank.post(f"/advisories/{one.ref}/do/revoke/", {"reason": "x"}).status_code == 400


def test_programs_warn_read_answer_sight_and_take_back(staff: SimpleNamespace, eceg: Any) -> None:
    program, other = program_of(staff.expert), program_of(staff.ghana)
    body = {
        "collection": "eceg",
        "title": "A tool scans log-ins of traders",
        "summary": "It tries passwords of other sites.",
        "kind": "tool",
        "tlp": "GREEN",
        "countries": ["KE", "Ghana"],
        "indicators": [{"value": "198.51.100[.]7", "confidence": "high"}],
    }
    made = program.post("/api/v1/advisories", body, content_type="application/json")
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    got = other.get(f"/api/v1/advisories/{made.json()['number']}").json()
    assert (got["tlp"], got["indicators"][0]["value"]) == ("GREEN", "198.51.100.7")
    assert {one["party"]: one["state"] for one in got["reach"]}["GH"] == "read"
    said = other.post(
        f"/api/v1/advisories/{ref}/acknowledge",
        {"state": "handled", "note": "blocked"},
        content_type="application/json",
    )
    assert said.json()["state"] == "handled"
    seen = other.post(
        f"/api/v1/advisories/{ref}/sightings", {"indicator": 1, "times": 3}, content_type="application/json"
    ).json()
    back = other.post(f"/api/v1/advisories/sightings/{seen['ref']}/withdraw")
    assert back.json()["withdrawn"] is True
    new = program.post(
        f"/api/v1/advisories/{ref}/revise",
        {"said": {"countries": ["KE", "GH", "CL"]}, "note": "Chile"},
        content_type="application/json",
    )
    assert (new.status_code, new.json()["version"]) == (200, 2)
    stale = program.post(
        f"/api/v1/advisories/{ref}/revise", {"said": {"title": "x"}, "draft": 1}, content_type="application/json"
    )
    assert stale.status_code == 409
    assert program.get(f"/api/v1/advisories/{ref}/bundle").json()["type"] == "bundle"
    gone = program.post(f"/api/v1/advisories/{ref}/revoke", {"reason": "wrong"}, content_type="application/json")
    assert gone.json()["state"] == "warning_revoked"
    assert [one["ref"] for one in other.get("/api/v1/advisories", {"box": "revoked"}).json()] == [ref]
    assert {one["code"] for one in other.get("/api/v1/advisories/collections").json()} >= {"eceg"}
    assert program_of(staff.stranger).get(f"/api/v1/advisories/{ref}").status_code == 404
    assert program_of(staff.bank).post("/api/v1/advisories", body, content_type="application/json").status_code == 403
    drafted = program_of(staff.bank).post("/api/v1/advisories/drafts", body, content_type="application/json")
    assert drafted.status_code == 201
    declined = program.post(
        f"/api/v1/advisories/{drafted.json()['ref']}/decline", {"reason": "known"}, content_type="application/json"
    )
    assert declined.json()["state"] == "warning_declined"


def test_the_same_at_the_shell(
    staff: SimpleNamespace, eceg: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "warning.json"
    file.write_text(json.dumps({**WARNING, "indicators": [{"value": "parcel-duty[.]example"}]}))
    made = _command(capsys, "advisory", "warn", str(file), "--collection", "eceg", "--by", "expert.ke")
    ref = made["ref"]
    assert made["state"] == "warning_published"
    assert [one["ref"] for one in _command(capsys, "advisory", "list", "--by", "ghana.gh")] == [ref]
    _command(capsys, "advisory", "acknowledge", ref, "--state", "concerned", "--by", "ghana.gh")
    seen = _command(capsys, "advisory", "sight", ref, "--indicator", "1", "--times", "5", "--by", "ghana.gh")
    assert seen["times"] == 5
    assert _command(capsys, "advisory", "unsight", seen["ref"], "--by", "ghana.gh")["withdrawn"] is True
    change = tmp_path / "change.json"
    change.write_text(json.dumps({"title": "Said again"}))
    assert _command(capsys, "advisory", "revise", ref, "--data", str(change), "--by", "expert.ke")["version"] == 2
    gone = _command(capsys, "advisory", "revoke", ref, "--reason", "wrong", "--by", "expert.ke")
    assert gone["state"] == "warning_revoked"
    shown = _command(capsys, "advisory", "show", ref, "--by", "portugal.pt")
    assert shown["title"] == "Said again"


def test_a_steward_opens_collections_and_says_whom_they_are_for(
    staff: SimpleNamespace, eceg: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    page = page_of(staff.steward)
    page.post("/advisories/collections/", {"deed": "open", "code": "gceg", "title": "Global Cybercrime Expert Group"})
    said = {"deed": "let", "collection": "gceg", "kind": "person", "value": "bank.int", "ceiling": "GREEN"}
    page.post("/advisories/collections/", said)
    assert "bank.int" in page.get("/advisories/collections/").content.decode()
    assert Reader.objects.get(collection__code="gceg").ceiling == "GREEN"
    page.post("/advisories/collections/", {**said, "deed": "end"})
    assert not Reader.objects.filter(collection__code="gceg").exists()
    assert page_of(staff.expert).post("/advisories/collections/", said).status_code == 403
    said_so = ("--administration", "KE", "--ceiling", "AMBER", "--writes", "--by", "steward.int")
    named = _command(capsys, "collection", "let", "gceg", *said_so)
    assert named["ceiling"] == "AMBER"
    assert {one["code"] for one in _command(capsys, "collection", "list", "--by", "steward.int")} >= {"gceg", "eceg"}


def test_a_warning_is_begun_from_a_case_of_electronic_crime_without_names(staff: SimpleNamespace, eceg: Any) -> None:
    grant(officer=staff.expert, role="contact", by=staff.steward)
    person = Officer.objects.get(pk=staff.expert.pk)
    done = draft(cases=[case_in(**ECRIME)], by=person, channel="page")
    case = Case.objects.get(ref=done.refs[0])
    page = page_of(person)
    assert "Write a warning of this case" in page.get(f"/cases/{case.ref}/").content.decode()
    form = page.get(f"/advisories/new/?case={case.ref}").content.decode()
    assert "Import of a prohibited device" in form
    assert "A1234567" not in form
    typed = {**TYPED, "collection": "eceg", "deed": "warn", "origin": case.ref}
    page.post("/advisories/new/", typed)
    one = Advisory.objects.get()
    assert one.origin == case.ref
    assert case.ref not in page_of(staff.ghana).get(f"/advisories/{one.ref}/").content.decode()
    assert case.ref not in json.dumps(json.loads(page.get(f"/advisories/{one.ref}/bundle.json").content))


def test_an_urgent_warning_rings_whoever_is_on_duty_until_it_is_read(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said={**WARNING, "urgent": "1"}, by=staff.expert)
    rings = Ringing.objects.filter(about=one.ref, ended_at=None)
    assert set(rings.values_list("administration", flat=True)) == {"GH", "PT", "INT"}
    page_of(staff.ghana).get(f"/advisories/{one.ref}/")
    assert set(rings.values_list("administration", flat=True)) == {"PT", "INT"}
    actions.revoke(advisory=one, reason="false alarm", by=staff.expert)
    assert not rings.exists()
