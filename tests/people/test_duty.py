"""The rota by page, program and command: offices, rounds, swaps, handing over, what is to come; contact points."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar

from tests.conftest import PASSWORD
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import add_office, give_shift, make_token, remind_of_tests
from tidewaiter.people.models import ContactPoint, Handover, Shift

pytestmark = pytest.mark.django_db
ZONE = "Africa/Nairobi"


def browser(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def around_the_clock(officer: Any, by: Any) -> list[Shift]:
    return give_shift(officer=officer, weekdays=list(range(7)), starts=time(0), ends=time(0), time_zone=ZONE, by=by)


def test_an_office_has_a_rota_of_its_own_with_people_in_turn(people: SimpleNamespace) -> None:
    office = add_office(administration="KE", name="Kilindini", by=people.steward)
    page = browser(people.contact)
    said = {
        "officer": people.officer.username,
        "weekday": ["0", "1", "2", "3", "4", "5", "6"],
        "starts": "00:00",
        "ends": "00:00",
        "time_zone": ZONE,
        "office": str(office.pk),
        "in_turn": [people.contact.username],
        "since": (datetime.now(UTC) - timedelta(days=7)).date().isoformat(),
    }
    assert page.post("/people/duty/give/", said)["Location"] == f"/people/duty/?administration=KE&office={office.pk}"
    shown = page.get(f"/people/duty/?office={office.pk}").content.decode()
    assert "in turn:" in shown
    assert "Nobody is on duty now" not in shown
    assert "Nobody is on duty now" in page.get("/people/duty/").content.decode()
    answer = program(people.officer).get("/api/v1/people/duty?office=Kilindini").json()
    assert answer["now"][0]["username"] == people.contact.username  # the second week of the round
    assert (answer["gaps"], answer["overlaps"]) == ([], [])
    assert browser(people.american).get(f"/people/duty/?office={office.pk}").status_code == 404
    assert program(people.american).get("/api/v1/people/duty?office=Kilindini").status_code == 404
    assert page.post("/people/duty/give/", {**said, "in_turn": [people.american.username]}).status_code == 400
    assert page.post("/people/duty/give/", {**said, "until": "2020-01-01"}).status_code == 400
    assert page.post("/people/duty/give/", {**said, "every": "0"}).status_code == 400


def test_a_turn_of_one_day_is_swapped_and_what_was_is_not_changed(people: SimpleNamespace) -> None:
    shifts = around_the_clock(people.officer, people.contact)
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    shift = next(one for one in shifts if one.weekday == tomorrow.weekday())
    said = {"shift": str(shift.pk), "day": tomorrow.isoformat(), "officer": people.contact.username}
    assert browser(people.officer).post("/people/duty/swap/", said).status_code == 302  # one's own, to a colleague
    assert browser(people.officer).post("/people/duty/swap/", {**said, "officer": ""}).status_code == 403
    assert browser(people.american).post("/people/duty/swap/", said).status_code == 404
    watches = program(people.officer).get("/api/v1/people/duty").json()["watches"]
    assert [one["username"] for one in watches if one["swapped"]] == [people.contact.username]
    contact = browser(people.contact)
    assert contact.post("/people/duty/swap/", {**said, "officer": ""}).status_code == 302
    gaps = program(people.officer).get("/api/v1/people/duty").json()["gaps"]
    assert len(gaps) == 1
    begins, ends = (datetime.fromisoformat(gaps[0][name]) for name in ("begins", "ends"))
    assert ends - begins == timedelta(hours=24)
    assert "Nobody is there" in contact.get("/people/duty/").content.decode()
    past = {**said, "day": (tomorrow - timedelta(days=7)).isoformat()}
    assert contact.post("/people/duty/swap/", past).status_code == 400
    assert contact.post("/people/duty/swap/", {**said, "day": "2020-02-30"}).status_code == 400


def test_two_at_once_are_named_and_what_lies_behind_is_no_gap(people: SimpleNamespace) -> None:
    around_the_clock(people.officer, people.contact)
    give_shift(officer=people.contact, weekdays=[2], starts=time(8), ends=time(10), time_zone=ZONE, by=people.contact)
    answer = program(people.officer).get("/api/v1/people/duty?days=14").json()
    assert {one["who"][0] for one in answer["overlaps"]} <= {people.officer.username, people.contact.username}
    assert 2 <= len(answer["overlaps"]) <= 3
    assert "Two are there" in browser(people.officer).get("/people/duty/").content.decode()
    Shift.objects.exclude(weekday=2).delete()
    now = datetime.now(UTC)
    gaps = program(people.officer).get("/api/v1/people/duty").json()["gaps"]
    assert min(datetime.fromisoformat(one["begins"]) for one in gaps) >= now - timedelta(seconds=1)


def test_whether_it_is_night_where_the_person_is_is_said(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    around_the_clock(people.officer, people.contact)
    people.officer.administration.time_zone = "Asia/Seoul"
    people.officer.administration.save()
    for moment, says in (
        (datetime(2026, 11, 30, 15, 5, tzinfo=UTC), "00:05"),
        (datetime(2026, 11, 30, 3, tzinfo=UTC), ""),
    ):
        for module in ("people.duty", "people.views.duty"):
            monkeypatch.setattr(f"tidewaiter.{module}.now", lambda moment=moment: moment)
        page = " ".join(browser(people.contact).get("/people/duty/").content.decode().split())
        assert (f"it is night where {people.officer.username} is ({says})" in page) == bool(says)
        assert ("12:00 now in Asia/Seoul" in page) != bool(says)


def test_a_closed_account_leaves_a_gap_that_is_seen(people: SimpleNamespace) -> None:
    around_the_clock(people.officer, people.contact)
    assert program(people.contact).get("/api/v1/people/duty").json()["gaps"] == []
    people.officer.is_active = False
    people.officer.save()
    assert "Nobody is on duty now" in browser(people.contact).get("/people/duty/").content.decode()


def test_one_leaves_a_note_for_the_next(people: SimpleNamespace) -> None:
    page = browser(people.officer)
    assert page.post("/people/duty/hand_over/", {"text": "Lorry KBA at gate 4, wait for the seal."}).status_code == 302
    assert "Lorry KBA at gate 4" in browser(people.contact).get("/people/duty/").content.decode()
    assert page.post("/people/duty/hand_over/", {"text": " "}).status_code == 400
    assert "Lorry" not in browser(people.american).get("/people/duty/").content.decode()
    assert Handover.objects.count() == 1
    assert Entry.objects.filter(deed="people.handed_over").count() == 1


def test_the_rota_is_taken_as_a_calendar(people: SimpleNamespace, tmp_path: Path) -> None:
    around_the_clock(people.officer, people.contact)
    answer = browser(people.officer).get("/people/duty.ics?mine=1")
    assert answer["Content-Type"].startswith("text/calendar")
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert 90 <= len(events) <= 92
    first = events[1].decoded("dtstart")
    assert (first.utcoffset(), first.hour) == (timedelta(0), 21)  # midnight in Nairobi
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert not Calendar.from_ical(browser(people.contact).get("/people/duty.ics?mine=1").content).walk("VEVENT")
    file = tmp_path / "duty.ics"
    call_command("duty", "--by", people.officer.username, "--ics", str(file), "--format", "json")
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_turns_are_given_and_read_at_the_shell(people: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    give = ("--give", people.officer.username, "--weekdays", "0,1,2,3,4,5,6", "--from", "00:00", "--to", "00:00")
    call_command("duty", "--by", people.contact.username, *give, "--zone", ZONE, "--format", "json")
    assert json.loads(capsys.readouterr().out) == {"shifts": 7}
    call_command("duty", "--by", people.officer.username, "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["now"][0]["username"] == people.officer.username
    assert len(answer["watches"]) in (7, 8)


POINT = {
    "country": "KE",
    "name": "National Focal Point",
    "phone": "+254 20 5550100",
    "opens": "08:00",
    "closes": "17:00",
    "weekday": ["0", "1", "2", "3", "4"],
    "time_zone": ZONE,
    "languages": "en, sw",
}


def test_a_contact_point_is_kept_and_tried_once_a_month(people: SimpleNamespace) -> None:
    page = browser(people.contact)
    assert page.post("/people/contacts/keep/", POINT).status_code == 302
    point = ContactPoint.objects.get()
    shown = page.get("/people/contacts/").content.decode()
    assert "+254 20 5550100" in shown
    assert "One contact point was not tried for a month" in shown
    assert browser(people.officer).post("/people/contacts/keep/", POINT).status_code == 403
    tried = {"point": point.ref, "outcome": "no_answer"}
    assert browser(people.officer).post("/people/contacts/try/", tried).status_code == 403
    assert page.post("/people/contacts/try/", {**tried, "outcome": "perhaps"}).status_code == 400
    assert page.post("/people/contacts/try/", tried).status_code == 302
    assert "no answer" in page.get("/people/contacts/").content.decode()
    ContactPoint.objects.update(tested_at=datetime.now(UTC) - timedelta(days=32), kept_at="2026-01-01T00:00Z")
    assert (remind_of_tests(), remind_of_tests()) == (1, 0)
    tell_about_people()
    assert Notice.objects.filter(deed="people.contact_test_due", to=people.contact.username).count() == 1
    answered = program(people.contact).post(
        f"/api/v1/people/contact-points/{point.ref}/try",
        json.dumps({"outcome": "answered"}),
        content_type="application/json",
    )
    assert (answered.status_code, answered.json()["outcome"]) == (200, "answered")
    assert page.post("/people/contacts/drop/", {"point": point.ref}).status_code == 302
    assert page.post("/people/contacts/drop/", {"point": point.ref}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": "XX9"},
        {"name": " "},
        {"phone": "", "email": ""},
        {"phone": "call me"},
        {"time_zone": "Mars/Base"},
        {"closes": ""},
        {"opens": "25:00"},
    ],
)
def test_what_is_wrong_with_a_contact_point_is_said(people: SimpleNamespace, wrong: dict[str, str]) -> None:
    assert browser(people.contact).post("/people/contacts/keep/", {**POINT, **wrong}).status_code == 400
    assert not ContactPoint.objects.exists()


def test_contact_points_are_loaded_from_a_table(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "points.csv"
    table.write_text(
        "country,name,phone,opens,closes,weekdays,time_zone\n"
        "FR,Cellule 24/7,+33 1 5550100,,,,Europe/Paris\n"
        "UG,Desk,+256 41 5550100,08:00,17:00,0;1;2;3;4,Africa/Kampala\n"
        "UG,Night desk,none,08:00,17:00,,Africa/Kampala\n"
    )
    with pytest.raises(SystemExit):  # done in part
        call_command("contact_points", "--by", people.contact.username, "--load", str(table), "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rows"], answer["kept"], answer["refused"][0]["row"]) == (3, 2, 4)
    listed = program(people.officer).get("/api/v1/people/contact-points").json()
    assert [(one["country"], one["opens"], one["weekdays"]) for one in listed] == [
        ("FR", None, []),
        ("UG", "08:00:00", [0, 1, 2, 3, 4]),
    ]
    assert listed[0]["open"] is True
