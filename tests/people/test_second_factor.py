"""The second factor is demanded by default; a code counts once over all processes; throttles stand in the database."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.people.conftest import AtOnce
from tidewaiter.foundation.moments import now
from tidewaiter.people import backoff, pace
from tidewaiter.people.actions import demand_second_factor, make_token
from tidewaiter.people.models import Attempts, Officer, RoleRule

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _code(steps: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def _with_app(officer: Officer) -> Officer:
    TOTP.activate(officer, SECRET)
    return officer


def _second_step(officer: Officer, **more: str) -> Client:
    client = Client(**more)
    answer = client.post("/accounts/login/", {"login": officer.username, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/second/")
    return client


@pytest.mark.django_db
def test_a_new_node_demands_it_of_contacts_reviewers_editors_and_stewards(tmp_path: Path) -> None:
    node = Program(tmp_path / "home")
    node.run("migrate")
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        rows = database.execute("SELECT role, second_factor FROM people_role_rule ORDER BY role").fetchall()
    assert rows == [("contact", 1), ("editor", 1), ("reviewer", 1), ("steward", 1)]


@pytest.mark.django_db
def test_a_former_release_gets_the_rule_and_nobody_is_locked_out(people: SimpleNamespace) -> None:
    executor = MigrationExecutor(connection)
    migration = executor.loader.get_migration("people", "0003_second_factor_by_default")
    demand = migration.operations[0].code
    demand(executor.loader.project_state().apps, None)
    assert set(RoleRule.objects.filter(second_factor=True).values_list("role", flat=True)) == {
        "contact",
        "reviewer",
        "editor",
        "steward",
    }
    client = Client()
    signed = client.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    assert signed.status_code == 302
    assert client.get("/cases/")["Location"] == "/accounts/second/app/"
    assert "Is it still you?" in client.get("/accounts/second/app/", follow=True).content.decode()
    client.post("/accounts/again/?next=/accounts/second/app/", {"password": PASSWORD})
    page = client.get("/accounts/second/app/").content.decode()
    found = re.search(r"data-secret>([^<]+)<", page)
    assert found
    code = format_hotp_value(hotp_value(found.group(1), int(time.time()) // 30))
    assert client.post("/accounts/second/app/", {"code": code}).status_code == 302
    assert client.get("/cases/").status_code == 200
    officer = Client()
    officer.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert officer.get("/cases/").status_code == 200, "officers are not asked"
    again = Client()
    again.post("/accounts/login/", {"login": people.contact.username, "password": PASSWORD})
    again.post("/accounts/second/", {"code": code})
    assert again.get("/cases/").status_code == 302, "the code that set it up is used up"


@pytest.mark.django_db
def test_the_demo_says_plainly_that_it_demands_none(people: SimpleNamespace) -> None:
    assert "No second factor is demanded on this node" in Client().get("/accounts/login/").content.decode()
    demand_second_factor(roles=["steward"], by=people.steward)
    assert "No second factor is demanded" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_token_of_the_shell_stands_for_itself_and_one_of_the_page_needs_the_second_factor(
    people: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    _token, of_page = make_token(officer=people.contact, scope="read", by=people.contact)
    demand_second_factor(roles=["contact"], by=people.steward)
    call_command("make_token", people.contact.username, format="json")
    of_shell = json.loads(capsys.readouterr().out)["token"]
    assert Client(headers={"Authorization": f"Bearer {of_shell}"}).get("/api/v1/forms").status_code == 200
    assert Client(headers={"Authorization": f"Bearer {of_page}"}).get("/api/v1/forms").status_code == 401


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_code_of_the_app_counts_once_whatever_process_takes_it(people: SimpleNamespace) -> None:
    person = _with_app(people.officer)
    code = _code()
    first = _second_step(person)
    assert first.post("/accounts/second/", {"code": code}).status_code == 302
    assert first.get("/cases/").status_code == 200
    cache.clear()  # another process has none of this one's memory
    second = _second_step(person)
    assert second.post("/accounts/second/", {"code": code}).status_code == 200
    assert second.get("/cases/").status_code == 302
    assert second.post("/accounts/second/", {"code": _code(-1)}).status_code == 200, "nor does an older one"
    assert second.post("/accounts/second/", {"code": _code(1)}).status_code == 302, "the next one does"


@pytest.mark.both_databases
def test_two_processes_take_the_same_code_once(both_node: Program, at_once: AtOnce) -> None:
    both_node.person("a.officer", "KE", "officer")
    for kind in ("app", "recovery"):
        said = at_once(("spend", "a.officer", kind), ("spend", "a.officer", kind))
        assert sorted(said) == ["refused", "taken"], kind


@pytest.mark.both_databases
@pytest.mark.django_db
def test_guessing_codes_is_slowed_down_over_all_processes_and_sources(people: SimpleNamespace) -> None:
    person = _with_app(people.officer)
    for n in range(5):
        cache.clear()
        guesser = _second_step(person, REMOTE_ADDR=f"10.0.{n}.1")
        assert guesser.post("/accounts/second/", {"code": "000000"}).status_code == 200
    cache.clear()
    late = _second_step(person, REMOTE_ADDR="10.0.9.1")
    said = late.post("/accounts/second/", {"code": _code()})
    assert said.status_code == 200
    assert "Too many wrong tries" in said.content.decode()


@pytest.mark.django_db
def test_a_known_browser_is_not_kept_out_by_guesses_of_codes_from_elsewhere(people: SimpleNamespace) -> None:
    person = _with_app(people.officer)
    known = _second_step(person, REMOTE_ADDR="10.7.7.7")
    assert known.post("/accounts/second/", {"code": _code(-1)}).status_code == 302
    known.post("/accounts/logout/")
    for _ in range(8):
        stranger = _second_step(person, REMOTE_ADDR="10.8.8.8")
        stranger.post("/accounts/second/", {"code": "000000"})
    known.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert known.post("/accounts/second/", {"code": _code(0)}).status_code == 302


@pytest.mark.django_db
def test_one_desk_does_not_keep_an_office_out(people: SimpleNamespace) -> None:
    office = "198.51.100.7"
    colleague, newcomer = people.contact, people.own_reviewer
    assert (
        Client(REMOTE_ADDR=office)
        .post("/accounts/login/", {"login": colleague.username, "password": PASSWORD})
        .status_code
        == 302
    )
    desk = Client(REMOTE_ADDR=office)
    for n in range(45):
        desk.post("/accounts/login/", {"login": f"nobody.{n}", "password": "wrong"})
        if n > 39:  # the desk waits its pause out
            Attempts.objects.update(last_at=now() - timedelta(minutes=30))
    desk.post("/accounts/login/", {"login": "nobody.99", "password": "wrong"})
    fresh = Client(REMOTE_ADDR=office)
    answer = fresh.post("/accounts/login/", {"login": colleague.username, "password": PASSWORD})
    assert answer.status_code == 302, "one who has signed in from here is not kept waiting, without any cookie"
    said = Client(REMOTE_ADDR=office).post("/accounts/login/", {"login": newcomer.username, "password": PASSWORD})
    waits = re.search(r"Wait (\d+) second", said.content.decode())
    assert waits
    assert int(waits.group(1)) <= 5, "a newcomer waits seconds"


@pytest.mark.django_db
def test_a_source_nobody_has_signed_in_from_waits_long(people: SimpleNamespace) -> None:
    for n in range(46):
        backoff.failed(f"nobody.{n}", "203.0.113.9")
    assert 60 <= backoff.seconds_to_wait(people.officer.username, "203.0.113.9") <= 128


def test_the_pace_counts_over_processes_and_costs_less_than_a_millisecond(both_node: Program, at_once: AtOnce) -> None:
    said = at_once(*[("pace", "token one", "50", "40")] * 3)
    assert sum(int(one) for one in said) == 50


@pytest.mark.django_db
def test_the_pace_lets_through_what_the_minute_may_have() -> None:
    start = 1_800_000_000.0 - 1_800_000_000.0 % 60
    assert [pace.seconds_to_wait("a", 3, moment=start + n) > 0 for n in range(5)] == [False, False, False, True, True]
    assert pace.seconds_to_wait("b", 3, moment=start + 5) == 0
    assert pace.seconds_to_wait("a", 3, moment=start + 61) == 0
    assert pace.seconds_to_wait("a", 3, moment=start + 62) > 0, "the minute before still weighs"
    assert pace.seconds_to_wait("a", 3, moment=start + 85) == 0
    assert pace.seconds_to_wait("a", 3, moment=start + 300) == 0
    began = time.perf_counter()
    for _ in range(1000):
        pace.seconds_to_wait("c", 100_000)
    assert time.perf_counter() - began < 1, "1,000 counts in a second, on a busy machine"


@pytest.mark.django_db
def test_setting_it_up_uses_the_code_up(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    client.post("/accounts/again/?next=/accounts/second/app/", {"password": PASSWORD})
    found = re.search(r"data-secret>([^<]+)<", client.get("/accounts/second/app/").content.decode())
    assert found
    code = format_hotp_value(hotp_value(found.group(1), int(time.time()) // 30))
    assert client.post("/accounts/second/app/", {"code": code}).status_code == 302
    assert Authenticator.objects.get(user=people.officer, type="totp").data["last_step"] >= int(time.time()) // 30 - 2
