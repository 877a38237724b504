"""From where guesses come: a network is one source, an account is tried slowly over all, a proxy is no person."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.moments import now
from tidewaiter.people import backoff
from tidewaiter.people.models import Attempts, Officer, SignIn
from tidewaiter.people.sources import proxy_undeclared

pytestmark = pytest.mark.django_db


def _try(name: str, source: str, password: str = "wrong") -> str:
    answer = Client(REMOTE_ADDR=source).post("/accounts/login/", {"login": name, "password": password})
    return (
        "in" if answer.status_code == 302 else "waits" if "Too many wrong tries" in answer.content.decode() else "wrong"
    )


@pytest.mark.both_databases
def test_a_network_of_64_bits_is_one_source(people: SimpleNamespace) -> None:
    name = people.officer.username
    said = [_try(name, f"2001:db8:7:1::{n:x}") for n in range(1, 9)]
    assert said[:5] == ["wrong"] * 5
    assert said[6:] == ["waits"] * 2
    assert _try(name, "2001:db8:8:1::1", PASSWORD) == "in", "another network"


@pytest.mark.parametrize(("step", "free"), [(1, 20), (0x100, 80)])
def test_wider_networks_of_ipv6_have_bounds_of_their_own(people: SimpleNamespace, step: int, free: int) -> None:
    name = people.officer.username
    for n in range(free + 3):  # one try from each network of 64 bits: within one of 56, or across many of one of 48
        backoff.failed(name, f"2001:db8:7:{n * step if step == 1 else (n * step) & 0xFFFF:x}::1")
    assert backoff.seconds_to_wait(name, "2001:db8:7:ff::1" if step == 1 else "2001:db8:7:ffff::1") > 0
    assert backoff.seconds_to_wait(name, "2001:db8:9:1::1") == 0


def test_an_ipv4_address_in_the_clothes_of_ipv6_is_that_address(people: SimpleNamespace) -> None:
    for _ in range(7):
        backoff.failed(people.officer.username, "203.0.113.9")
    assert backoff.seconds_to_wait(people.officer.username, "::ffff:203.0.113.9") > 0
    assert backoff.seconds_to_wait(people.officer.username, "::ffff:203.0.113.10") == 0


def test_a_stranger_of_one_network_begins_no_more_passkey_sign_ins_than_one_desk() -> None:
    asks = {"HTTP_ACCEPT": "application/json"}
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:9:9::{n:x}", **asks).get("/accounts/passkey/").status_code for n in range(1, 126)
    ]
    assert answers.count(200) == 120
    assert answers[-1] == 429


def test_an_account_is_tried_slowly_from_everywhere_and_its_own_browser_and_desk_do_not_wait(
    people: SimpleNamespace,
) -> None:
    name = people.officer.username
    known = Client(REMOTE_ADDR="198.51.100.1")
    assert known.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
    known.post("/accounts/logout/")
    for n in range(99):
        backoff.failed(name, f"10.{n}.0.1")
    assert backoff.seconds_to_wait(name, "192.0.2.1") == 0
    for n in range(20):
        backoff.failed(name, f"10.{n}.1.1")
    assert 50 <= backoff.seconds_to_wait(name, "192.0.2.1") <= 60, "a minute and no more"
    assert _try(name, "192.0.2.1", PASSWORD) == "waits"
    assert _try(name, "198.51.100.1", PASSWORD) == "in", "a desk it knows, without any cookie"
    known.defaults["REMOTE_ADDR"] = "192.0.2.200"
    assert known.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302, "its own browser"
    assert backoff.seconds_to_wait(people.contact.username, "192.0.2.1") == 0
    Attempts.objects.update(last_at=now() - timedelta(seconds=61))
    assert backoff.seconds_to_wait(name, "192.0.2.1") == 0


@pytest.fixture
def behind(settings: Any, tmp_path: Path) -> Any:
    """A node that is reached by https through a proxy, with TIDEWAITER_PROXIES left at 0."""
    settings.TIDEWAITER_HOME = tmp_path
    settings.TIDEWAITER_URL = "https://tide.example"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    return settings


def _asked(source: str) -> Client:
    return Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=source)


def test_behind_a_proxy_nobody_declared_one_guesser_keeps_nobody_else_out(people: SimpleNamespace, behind: Any) -> None:
    name = people.officer.username
    for n in range(9):
        _asked("198.51.100.66").post("/accounts/login/", {"login": name, "password": f"wrong-{n}"})
    Attempts.objects.filter(failures__gte=4).update(failures=30, last_at=now())
    right = _asked("203.0.113.5").post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert right.status_code == 302
    assert "203.0.113.0/24" in set(SignIn.objects.values_list("network", flat=True))
    assert backoff.seconds_to_wait(name, "198.51.100.66") <= 5, "seconds, as nobody vouches for the address"


def test_behind_a_proxy_nobody_declared_an_account_is_tried_as_slowly_as_elsewhere(
    people: SimpleNamespace, behind: Any
) -> None:
    name = people.officer.username
    _asked("198.51.100.66").get("/accounts/login/")
    assert proxy_undeclared(), "whoever may send a header brings that about"
    for n in range(120):
        backoff.failed(name, f"10.{n}.0.1")
    assert 50 <= backoff.seconds_to_wait(name, "192.0.2.1") <= 60
    assert backoff.seconds_to_wait(people.contact.username, "192.0.2.1") == 0


def test_a_proxy_nobody_declared_is_told_once_in_the_log_and_by_readyz_and_stops_nothing(
    people: SimpleNamespace, behind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="tidewaiter.people")
    assert not proxy_undeclared()
    Client().get("/accounts/login/")
    assert not proxy_undeclared(), "no proxy spoke"
    for n in range(3):
        _asked(f"203.0.113.{n}").get("/accounts/login/")
    assert proxy_undeclared()
    assert [one.message for one in caplog.records if "TIDEWAITER_PROXIES" in one.message] == [
        "Requests come through a proxy, and TIDEWAITER_PROXIES is 0: "
        "set it to the number of proxies, or all people seem to be one."
    ]
    answer = _asked("203.0.113.9").get("/readyz")
    assert "notice proxy_undeclared" in answer.content.decode().splitlines()
    assert answer.status_code == 200, "whoever may send a header does not take the node out of service"
    behind.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert not proxy_undeclared()
    assert "proxy_undeclared" not in _asked("203.0.113.9").get("/readyz").content.decode()


def test_on_a_node_without_https_the_header_is_nothing(people: SimpleNamespace, settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = tmp_path
    name = people.officer.username
    for n in range(7):
        _asked(f"198.51.100.{n}").post("/accounts/login/", {"login": name, "password": "wrong"})
    assert backoff.seconds_to_wait(name, "127.0.0.1") > 0
    assert not proxy_undeclared()
    assert Officer.objects.get(username=name).is_active
