"""Accounts by page: inviting, suspending, resetting, the second factor, back-off, accounts that nobody uses."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.making import code_of
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import history
from tidewaiter.people import backoff
from tidewaiter.people.actions import close_unused, cover, demand_second_factor, grant, invite, make_token
from tidewaiter.people.models import Attempts, Officer, Region

NEW = "another-long-passphrase"


def _signed(person: Officer) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


def _code_in(body: str) -> str:
    found = re.search(r"data-code>([^<]+)<", body)
    assert found, body[-800:]
    return found.group(1)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_invited_colleague_chooses_a_password_by_a_code_that_works_once(people: SimpleNamespace) -> None:
    contact = _signed(people.contact)
    answer = contact.post("/people/invite/", {"username": "New.Person", "name": "N. Person", "role": "officer"})
    assert answer.status_code == 200
    code = _code_in(answer.content.decode())
    assert "NEW.PERSON" not in [entry.ref for entry in Entry.objects.all()]
    assert code not in json.dumps([entry.detail for entry in Entry.objects.all()])
    stranger = Client()
    wrong = stranger.post(
        "/accounts/welcome/", {"username": "new.person", "code": "AAAA-BBBB-CCCC-DDDD", "password": NEW}
    )
    assert wrong.status_code == 422
    weak = stranger.post("/accounts/welcome/", {"username": "new.person", "code": code, "password": "short"})
    assert weak.status_code == 422
    good = stranger.post(
        "/accounts/welcome/", {"username": "new.person", "code": code.lower().replace("-", " "), "password": NEW}
    )
    assert good.status_code == 200
    again = stranger.post("/accounts/welcome/", {"username": "new.person", "code": code, "password": NEW + "2"})
    assert again.status_code == 422
    assert Client().login(username="new.person", password=NEW)
    assert [entry.deed for entry in history("officer:new.person")] == [
        "people.invited",
        "people.granted",
        "people.password_chosen",
    ]
    assert Officer.objects.get(username="new.person").administration_code == "KE"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "form"),
    [
        ("contact", {"username": "x.y", "role": "steward"}),
        ("contact", {"username": "x.y", "role": "contact"}),
        ("contact", {"username": "x.y", "role": "reviewer"}),
        ("officer", {"username": "x.y", "role": "officer"}),
        ("contact", {"username": "X Y", "role": "officer"}),
        ("contact", {"username": "officer.ke", "role": "officer"}),
    ],
)
def test_an_invitation_beyond_ones_reach_is_refused_and_makes_nothing(
    people: SimpleNamespace, who: str, form: dict[str, str]
) -> None:
    before = Officer.objects.count()
    answer = _signed(getattr(people, who)).post("/people/invite/", form)
    assert answer.status_code in (403, 422)
    assert Officer.objects.count() == before


@pytest.mark.django_db
def test_a_contact_manages_their_own_officers_never_contacts_stewards_or_other_countries(
    people: SimpleNamespace,
) -> None:
    client = _signed(people.contact)
    second = people.own_reviewer
    grant(officer=second, role="contact", by=people.steward)
    for deed in ("suspend", "reset", "sign_out", "grant"):
        assert client.post(f"/people/of/{second.username}/{deed}/", {"role": "officer"}).status_code == 403, deed
        assert client.post(f"/people/of/{people.american.username}/{deed}/").status_code == 404, deed
        if deed != "sign_out":
            assert (
                client.post(f"/people/of/{people.contact.username}/{deed}/", {"role": "officer"}).status_code == 403
            ), deed
    assert client.post(f"/people/of/{people.officer.username}/grant/", {"role": "contact"}).status_code == 403
    assert client.post(f"/people/of/{people.officer.username}/grant/", {"role": "analyst"}).status_code == 302
    assert client.post(f"/people/of/{people.officer.username}/drop_second_factor/").status_code == 403


@pytest.mark.django_db
def test_suspending_ends_sessions_and_tokens_at_once_and_opening_again_does_not_bring_tokens_back(
    people: SimpleNamespace,
) -> None:
    theirs = Client()
    theirs.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert theirs.get("/cases/").status_code == 200
    make_token(officer=people.officer, scope="read", by=people.officer)
    contact = _signed(people.contact)
    assert contact.post(f"/people/of/{people.officer.username}/suspend/").status_code == 302
    assert theirs.get("/cases/").status_code == 302
    assert not people.officer.tokens.filter(revoked_at=None).exists()
    assert contact.post(f"/people/of/{people.officer.username}/suspend/").status_code == 422
    assert contact.post(f"/people/of/{people.officer.username}/resume/").status_code == 302
    assert not people.officer.tokens.filter(revoked_at=None).exists()
    assert Client().login(username=people.officer.username, password=PASSWORD)


@pytest.mark.django_db
def test_a_reset_ends_the_old_password_and_keeps_the_second_factor(people: SimpleNamespace) -> None:
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "x"})
    answer = _signed(people.contact).post(f"/people/of/{people.officer.username}/reset/")
    code = _code_in(answer.content.decode())
    assert not Client().login(username=people.officer.username, password=PASSWORD)
    Client().post("/accounts/welcome/", {"username": people.officer.username, "code": code, "password": NEW})
    assert Client().login(username=people.officer.username, password=NEW)
    assert Authenticator.objects.filter(user=people.officer).count() == 1
    entry = history(f"officer:{people.officer.username}")[-2]
    assert (entry.deed, entry.by) == ("people.reset", people.contact.username)


@pytest.mark.django_db
def test_a_role_that_demands_a_second_factor_opens_nothing_until_it_is_set_up(people: SimpleNamespace) -> None:
    demand_second_factor(roles=["reviewer"], by=people.steward)
    client = Client()
    client.post("/accounts/login/", {"login": people.reviewer.username, "password": PASSWORD})
    for address in ("/", "/cases/", "/you/", "/people/"):
        assert client.get(address)["Location"] == "/accounts/second/app/"
    setup = client.get("/accounts/second/app/", follow=True)
    assert "Is it still you?" in setup.content.decode()
    assert (
        client.post("/accounts/again/?next=/accounts/second/app/", {"password": PASSWORD})["Location"]
        == "/accounts/second/app/"
    )
    setup = client.get("/accounts/second/app/")
    page = setup.content.decode()
    assert "<svg" in page, setup.headers
    assert " style=" not in page
    found = re.search(r"data-secret>([^<]+)<", page)
    assert found
    secret = found.group(1)
    assert client.post("/accounts/second/app/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/second/app/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/cases/").status_code == 200
    stored = Authenticator.objects.get(user=people.reviewer, type="totp").data["secret"]
    assert secret not in stored
    codes = re.findall(r"<li>(\w+)</li>", client.get("/accounts/second/codes/").content.decode())
    assert len(codes) == 10
    later = Client()
    answer = later.post("/accounts/login/", {"login": people.reviewer.username, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/second/")
    assert later.get("/cases/").status_code == 302
    assert later.post("/accounts/second/", {"code": codes[0]}).status_code == 302
    assert later.get("/cases/").status_code == 200
    assert _signed(people.officer).get("/cases/").status_code == 200
    assert "people.second_factor_set" in [entry.deed for entry in history(f"officer:{people.reviewer.username}")]


@pytest.mark.django_db
def test_guessing_is_slowed_down_and_locks_out_nobody_elsewhere(people: SimpleNamespace) -> None:
    name = people.officer.username
    known = Client(REMOTE_ADDR="10.1.1.1")
    assert known.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
    known.post("/accounts/logout/")
    stranger = Client(REMOTE_ADDR="10.1.1.1")
    for _ in range(7):
        stranger.post("/accounts/login/", {"login": name, "password": "wrong"})
    said = stranger.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert said.status_code == 200
    assert "Too many wrong tries" in said.content.decode()
    assert known.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302, (
        "the known browser, same source"
    )
    elsewhere = Client(REMOTE_ADDR="10.2.2.2")
    assert elsewhere.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
    assert not [row.key for row in Attempts.objects.all() if "10.1" in row.key or name in row.key]


@pytest.mark.django_db
def test_the_pause_doubles_and_ends(people: SimpleNamespace) -> None:
    waits = []
    for _ in range(9):
        backoff.failed("somebody", "10.9.9.9")
        waits.append(backoff.seconds_to_wait("somebody", "10.9.9.9"))
    assert waits[:4] == [0] * 4
    assert waits[4:] == [2, 4, 8, 16, 32]
    Attempts.objects.update(last_at=now() - timedelta(seconds=40))
    assert backoff.seconds_to_wait("somebody", "10.9.9.9") == 0
    assert backoff.seconds_to_wait("another", "10.9.9.9") == 0


@pytest.mark.django_db
def test_unused_accounts_are_reminded_after_eighty_days_and_closed_after_ninety(people: SimpleNamespace) -> None:
    Officer.objects.update(used_at=now())
    idle = [people.officer, people.steward]
    Officer.objects.filter(pk__in=[one.pk for one in idle]).update(
        used_at=now() - timedelta(days=81), date_joined=now() - timedelta(days=200)
    )
    assert close_unused() == (2, 0)
    assert close_unused() == (0, 0)
    Officer.objects.filter(pk__in=[one.pk for one in idle]).update(
        used_at=now() - timedelta(days=91), reminded_at=now() - timedelta(days=10, minutes=1)
    )
    assert close_unused() == (0, 1), "a node keeps its stewards"
    assert Officer.objects.get(pk=people.officer.pk).closed_why == "unused"
    back = people.contact
    Officer.objects.filter(pk=back.pk).update(
        used_at=now() - timedelta(days=81), date_joined=now() - timedelta(days=200)
    )
    close_unused()
    _signed(back).get("/cases/")
    assert Officer.objects.get(pk=back.pk).reminded_at is None


@pytest.mark.django_db
def test_a_steward_says_who_reviews_whom_and_it_holds_for_lists(people: SimpleNamespace) -> None:
    assert people.far_reviewer.reviewed_regions == {people.far_reviewer.region_code}
    cover(officer=people.far_reviewer, regions=["ESA"], by=people.steward)
    assert Officer.objects.get(pk=people.far_reviewer.pk).reviewed_regions == {"ESA"}
    client = _signed(people.steward)
    answer = client.post(
        f"/people/of/{people.far_reviewer.username}/cover/",
        {"region": ["ESA", Region.objects.exclude(code="ESA").first().code]},
    )  # type: ignore[union-attr]
    assert answer.status_code == 302
    assert len(Officer.objects.get(pk=people.far_reviewer.pk).reviewed_regions) == 2


@pytest.mark.django_db
def test_stewards_keep_administrations_offices_and_regions_by_page(people: SimpleNamespace) -> None:
    client = _signed(people.steward)
    assert client.get("/people/places/").status_code == 200
    post = lambda deed, **said: client.post(f"/people/places/{deed}/", said).status_code  # noqa: E731
    assert post("name_region", code="NEWREG", name="A new region") == 302
    assert (
        post(
            "place_administration",
            code="KE",
            region="NEWREG",
            time_zone="Africa/Nairobi",
            name="Kenya Revenue Authority",
        )
        == 302
    )
    assert post("place_administration", code="KE", region="NEWREG", time_zone="Mars/Base", name="x") == 400
    assert post("add_office", code="KE", name="Mombassa", place="KEMBA") == 302
    assert post("add_office", code="KE", name="Mombassa", place="KEMBA") == 422
    office = people.contact.administration.offices.get()
    assert post("rename_office", office=office.pk, name="Mombasa", place="KEMBA") == 302
    assert "Mombasa" in client.get("/people/places/administration/KE/").content.decode()
    assert _signed(people.contact).post("/people/places/name_region/", {"code": "AA", "name": "b"}).status_code == 403
    assert _signed(people.contact).get("/people/places/").status_code == 404
    assert Officer.objects.get(pk=people.officer.pk).region_code == "NEWREG"


@pytest.mark.django_db
def test_what_one_signs_out_is_signed_out_everywhere(people: SimpleNamespace) -> None:
    phone, desk = Client(), Client()
    for browser in (phone, desk):
        browser.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    assert desk.get("/you/").content.decode().count("since") == 2
    desk.post("/you/sign_out/")
    assert phone.get("/cases/").status_code == 302
    assert desk.get("/cases/").status_code == 302


def test_people_are_managed_at_the_shell_and_the_ledger_says_who_sat_there(node: Program) -> None:
    node.person("a.contact", "KE", "contact")
    made = node.json("invite", "b.officer", "--role", "officer", "--by", "a.contact")
    assert (made["administration"], len(made["code"])) == ("KE", 19)
    assert node.json("manage_officer", "b.officer", "suspend", "--by", "a.contact")["open"] is False
    assert node.json("manage_officer", "a.contact", "suspend", "--by", "a.contact", code=1)["error"] == "own_account"
    token = node.json("make_token", "a.contact", "--scope", "write", "--days", "10")
    assert token["token"].startswith("tw_")
    rows = node.json("people_statistics")
    assert {(row["administration"], row["role"], row["accounts"], row["open"]) for row in rows} == {
        ("KE", "contact", 1, 1),
        ("KE", "officer", 1, 0),
    }
    import sqlite3

    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        said = [
            json.loads(row[0])
            for row in database.execute(
                "SELECT detail FROM ledger_entry WHERE deed LIKE 'people.%' AND ref LIKE 'officer:b%'"
            )
        ]
    assert all(detail["door"].startswith("shell:") for detail in said)
    assert token["token"] not in (node.home / "tidewaiter.sqlite3").read_bytes().decode("latin-1")


@pytest.mark.django_db
def test_an_expired_code_is_no_code(people: SimpleNamespace) -> None:
    officer, code = invite(username="late.one", administration="KE", role="officer", by=people.contact)
    officer.codes.update(expires_at=now() - timedelta(seconds=1))
    assert (
        Client().post("/accounts/welcome/", {"username": "late.one", "code": code, "password": NEW}).status_code == 422
    )
