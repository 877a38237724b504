"""People by a provider's file: made, changed, closed; each line that cannot be done is told and leaves nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import Program
from tests.people.provider import CLIENT_ID
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sign_on_file import Provider, read_providers
from tidewaiter.people.actions import bring_people, map_claim
from tidewaiter.people.models import Officer
from tidewaiter.people.people_file import read_people

HEAD = "subject,username,name,email,groups,active\n"


@pytest.fixture
def trusted(settings: Any, people: SimpleNamespace) -> None:
    settings.SIGN_ON = {"ministry": Provider("ministry", "Ministry", "https://login.example", CLIENT_ID)}
    map_claim(provider="ministry", value="officers", role="officer", administration="KE", by=NODE)


def _brought(text: str, *, whole: bool = False) -> tuple[int, int, int, int, list[tuple[int, str]]]:
    rows = read_people((HEAD + text).encode())
    said = bring_people(provider="ministry", rows=rows, whole=whole, by=NODE)
    return said.made, said.changed, said.same, said.closed, [(line, name) for line, name, _why in said.refused]


def test_a_file_makes_changes_and_ends_accounts(trusted: None) -> None:
    first = "s1,a.one,Ann One,a@example.org,officers,yes\ns2,b.two,Bob Two,,officers;cooks,yes\n"
    assert _brought(first) == (2, 0, 0, 0, [])
    assert _brought(first) == (0, 0, 2, 0, [])
    assert _brought("s1,a.one,Ann Uno,a@example.org,officers,yes\n") == (0, 1, 0, 0, [])
    assert Officer.objects.get(username="a.one").name == "Ann Uno"
    assert Officer.objects.get(username="b.two").is_active
    assert _brought("s1,a.one,Ann Uno,a@example.org,officers,yes\n", whole=True) == (0, 0, 1, 1, [])
    assert not Officer.objects.get(username="b.two").is_active
    assert _brought("s1,a.one,,,officers,no\n") == (0, 0, 0, 1, [])
    assert not Officer.objects.get(username="a.one").is_active


def test_a_line_that_cannot_be_done_is_told_and_the_others_are_done(trusted: None) -> None:
    text = (
        "s1,A One,x,,officers,yes\ns2,b.two,x,,gardeners,yes\ns3,officer.ke,x,,officers,yes\ns4,d.four,,,officers,yes\n"
    )
    assert _brought(text) == (1, 0, 0, 0, [(2, "a one"), (3, "b.two"), (4, "officer.ke")])
    assert set(Officer.objects.filter(password__startswith="!").values_list("username", flat=True)) == {"d.four"}


def test_a_whole_file_that_names_nobody_closes_nobody(trusted: None) -> None:
    _brought("s1,a.one,,,officers,yes\n")
    with pytest.raises(BadInput):
        _brought("", whole=True)
    assert Officer.objects.get(username="a.one").is_active


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("username,groups\n", "columns"),
        (HEAD + "s1,a.one,,,officers,perhaps\n", "active"),
        (HEAD + "s1,a.one,,officers,yes\n", "cells"),
        (HEAD + "s1,a.one,,,officers,yes\ns1,b.two,,,officers,yes\n", "twice"),
        (HEAD.replace("name", "nom"), "columns"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_whole(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_people(text.encode())
    assert refused.value.code == code


def test_a_file_of_providers_is_read_or_said_what_is_wrong(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    file = tmp_path / "sign-on.toml"
    good = f'[ministry]\nname="M"\nserver="https://login.example/"\nclient_id="t"\nclient_secret_file="{secret}"\n'
    file.write_text(good)
    read = read_providers(str(file))["ministry"]
    assert (read.server, read.client_secret, read.groups_claim) == ("https://login.example", "s3cret", "groups")
    assert read.origins == ("https://login.example",)
    for spoilt, said in (
        (good.replace("https:", "http:"), "is not encrypted"),
        (good.replace("client_id", "client"), "«client» is not known"),
        (good.replace('name="M"\n', ""), "«name» is missing"),
        (good + "usernames_are_its_own=1\n", "is not of its kind"),
        ("[ministry\n", "cannot be read"),
    ):
        file.write_text(spoilt)
        with pytest.raises(BadInput) as refused:
            read_providers(str(file))
        assert said in refused.value.sentence
    secret.chmod(0o644)
    file.write_text(good)
    with pytest.raises(BadInput):
        read_providers(str(file))


def test_by_command(small_node: Program, tmp_path: Path) -> None:
    file = tmp_path / "sign-on.toml"
    file.write_text('[ministry]\nname="M"\nserver="https://login.example"\nclient_id="t"\n')
    small_node.environment["TIDEWAITER_SIGN_ON"] = str(file)
    small_node.person("p.duval", "INT", "steward")
    said = ("--by", "p.duval", "--provider", "ministry")
    rules = small_node.json("sign_on", "map", *said, "--group", "g", "--role", "officer", "--administration", "KE")
    assert [(one["group"], one["role"], one["administration"]) for one in rules] == [("g", "officer", "KE")]
    people = tmp_path / "people.csv"
    people.write_text(HEAD + "s1,a.one,Ann,,g,yes\ns2,node,,,g,yes\n")
    brought = small_node.json("sign_on", "bring", *said, "--file", str(people), code=1)
    assert (brought["made"], brought["refused"][0]["line"]) == (1, 3)
    assert small_node.json("sign_on", "unmap", *said, "--rule", rules[0]["rule"]) == []


def test_the_stewards_page_maps_and_brings(trusted: None, people: SimpleNamespace) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": people.steward.username, "password": "a-long-passphrase-1"})
    page = browser.get("/people/sign-on/").content.decode()
    assert "http://testserver/accounts/with/ministry/back/" in page
    said = {"provider": "ministry", "value": "analysts", "role": "analyst", "administration": "KE"}
    assert browser.post("/people/sign-on/map/", said).status_code == 302
    assert "analysts" in browser.get("/people/sign-on/").content.decode()
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("people.csv", (HEAD + "s1,a.one,Ann,,analysts,yes\n").encode())
    answer = browser.post("/people/sign-on/bring/", {"provider": "ministry", "file": file})
    assert "What the file came to" in answer.content.decode()
    assert Officer.objects.get(username="a.one").role_codes == {"analyst"}
    other = Client()
    other.post("/accounts/login/", {"login": people.contact.username, "password": "a-long-passphrase-1"})
    assert other.get("/people/sign-on/").status_code == 404
    assert other.post("/people/sign-on/map/", said).status_code == 403
