"""What rings goes along the rota level by level, and is quiet only when somebody has it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice, Ringing
from tidewaiter.notices.ringing import acknowledge_for, ring, ring_on
from tidewaiter.people.actions import give_shift, grant, make_token, suspend

pytestmark = pytest.mark.django_db


def rings(people: SimpleNamespace, **said: Any) -> Ringing:
    words = {"ref": "XX-1", "deed": "threads.said", "administration": "KE", "by": people.american, **said}
    return ring(**words)


def on_duty(officer: Any, by: Any) -> None:
    give_shift(
        officer=officer, weekdays=list(range(7)), starts=time(0), ends=time(0), time_zone="Africa/Nairobi", by=by
    )


def next_level(one: Ringing) -> list[tuple[int, str, str]]:
    Ringing.objects.filter(pk=one.pk).update(next_at=datetime.now(UTC))
    ring_on()
    return list(one.rung.order_by("pk").values_list("level", "whom", "to"))


def browser(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def test_it_goes_on_level_by_level_and_never_stops_by_itself(people: SimpleNamespace) -> None:
    on_duty(people.officer, people.contact)
    one = rings(people, levels=(("duty", 10), ("contacts", 15)))
    assert [(row.level, row.whom, row.to) for row in one.rung.all()] == [(1, "duty", people.officer.username)]
    one.refresh_from_db()
    assert timedelta(minutes=9) < one.next_at - datetime.now(UTC) <= timedelta(minutes=10)
    assert ring_on() == 0
    assert next_level(one)[1:] == [(2, "contacts", people.contact.username)]
    for _again in range(30):
        told = next_level(one)
    assert len(told) == 32
    assert told[-1] == (2, "contacts", people.contact.username)
    assert Notice.objects.filter(to=people.contact.username, deed="notices.rung").count() == 31
    one.refresh_from_db()
    assert one.ended_at is None


def test_a_level_with_nobody_in_it_is_passed_over_at_once(people: SimpleNamespace) -> None:
    one = rings(people)  # there is no rota: neither on duty nor next
    assert [(row.level, row.whom) for row in one.rung.all()] == [(3, "contacts")]


def test_who_is_on_duty_is_asked_anew_at_each_level(people: SimpleNamespace) -> None:
    on_duty(people.officer, people.contact)
    one = rings(people, levels=(("duty", 5),))
    suspend(officer=people.officer, by=people.contact)
    on_duty(people.contact, people.steward)
    assert next_level(one)[-1] == (1, "duty", people.contact.username)


def test_the_same_thing_rings_once(people: SimpleNamespace) -> None:
    assert rings(people).pk == rings(people).pk
    assert Entry.objects.filter(deed="notices.rings").count() == 1
    assert rings(people, ref="XX-2").pk != rings(people).pk


@pytest.mark.parametrize("levels", [(), (("somebody", 5),), (("duty", 0),), (("duty", 1441),)])
def test_levels_that_are_none_are_refused(people: SimpleNamespace, levels: Any) -> None:
    with pytest.raises(BadInput):
        rings(people, levels=levels)


def test_who_hears_what_rings(people: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    grant(officer=people.officer, role="duty", by=people.steward)
    one = rings(people, levels=(("contacts", 15),))
    address = f"/notices/ringing/{one.ref}/"
    for hears in (people.contact, people.officer, people.american):
        assert browser(hears).get(address).status_code == 200
        assert one.ref in browser(hears).get("/notices/ringing/").content.decode()
    _token, text = make_token(officer=people.analyst, scope="write", by=people.analyst)
    stranger = Client(headers={"Authorization": f"Bearer {text}"})
    assert browser(people.analyst).get(address).status_code == 404
    assert browser(people.analyst).post(f"{address}acknowledge/").status_code == 404
    assert stranger.post(f"/api/v1/ringing/{one.ref}/acknowledge").status_code == 404
    assert stranger.get("/api/v1/ringing").json() == []
    assert browser(people.american).post(f"{address}acknowledge/").status_code == 422  # who began it knows
    assert "Rings until somebody has it" in browser(people.contact).get("/").content.decode()
    assert browser(people.contact).post(f"{address}acknowledge/").status_code == 302
    assert "has it" in browser(people.american).get(address).content.decode()
    call_command("ringing", "--by", people.contact.username, "--all", "--format", "json")
    [told] = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["ended_by"], told["next_at"]) == ("acknowledged", people.contact.username, None)
    assert next_level(one)[-1][0] == 1


def test_whoever_answers_the_thing_has_it(people: SimpleNamespace) -> None:
    one = rings(people)
    acknowledge_for(ref="XX-1", by=people.american)
    one.refresh_from_db()
    assert one.ended_at is None, "it rings for Kenya"
    acknowledge_for(ref="XX-1", by=people.officer)
    one.refresh_from_db()
    assert one.ended_by == people.officer.username


def test_it_is_acknowledged_at_the_shell_and_twice_is_refused(
    people: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = rings(people)
    call_command("ringing", "--by", people.contact.username, "--acknowledge", one.ref, "--format", "json")
    assert json.loads(capsys.readouterr().out)[0]["ended_by"] == people.contact.username
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    late = Client(headers={"Authorization": f"Bearer {text}"}).post(f"/api/v1/ringing/{one.ref}/acknowledge")
    assert (late.status_code, late.json()["code"]) == (409, "ended")
