"""A code, a session, a token, a password, a passkey: worth what its maker may give when used, not when it was made."""

from __future__ import annotations

import io
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import add_officer, grant, invite, reset, revoke, suspend
from tidewaiter.people.four_eyes import TwoStewards
from tidewaiter.people.models import Officer, Proposal, SignIn
from tidewaiter.people.queries import officer_at_shell

pytestmark = pytest.mark.django_db
NEW = "taken-over-violin-92-harbour"


def _signed(person: Officer | str, password: str = PASSWORD) -> Client:
    client = Client()
    name = person if isinstance(person, str) else person.username
    assert client.post("/accounts/login/", {"login": name, "password": password}).status_code == 302
    return client


def _code(answer: Any) -> str:
    found = re.search(r"data-code>([^<]+)<", answer.content.decode())
    assert found, answer.content.decode()[-500:]
    return found.group(1)


def _redeemed(name: str, code: str, password: str = NEW) -> int:
    return Client().post("/accounts/welcome/", {"username": name, "code": code, "password": password}).status_code


def _code_at_shell(name: str, by: str) -> str:
    out = io.StringIO()
    call_command("manage_officer", name, "reset", "--by", by, format="json", stdout=out)
    return str(json.loads(out.getvalue())["code"])


def _in(name: str, password: str = NEW) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client.get("/you/").status_code == 200


@pytest.fixture
def second(people: SimpleNamespace) -> Officer:
    """A second steward: from now on two are needed."""
    return add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)


@pytest.mark.parametrize("key", ["code", "session", "token", "password", "passkey"])
@pytest.mark.parametrize("role", ["reviewer", "contact", "editor", "coordinator", "expert", "steward"])
def test_what_a_contact_point_held_before_a_role_opens_nothing_after_it(
    people: SimpleNamespace, role: str, key: str
) -> None:
    name = people.officer.username
    code = _code(_signed(people.contact).post(f"/people/of/{name}/reset/"))
    theirs, token = Client(), ""
    if key != "code":
        assert _redeemed(name, code) == 200
        theirs = _signed(name, NEW)
        made = theirs.post("/you/token/", {"scope": "write", "days": "30", "name": "kept"}).content.decode()
        found = re.search(r"tw_[A-Za-z0-9_-]{30,}", made)
        assert found
        token = found.group(0)
        Authenticator.objects.create(user=people.officer, type="webauthn", data={"name": "theirs"})
    given = _signed(people.steward).post(f"/people/of/{name}/grant/", {"role": role}, follow=True)
    if role == "steward" and key != "code":
        assert given.status_code == 422, "not before its person has a password of their own"
        assert f"manage_officer {name} reset --by STEWARD" in given.content.decode()
        assert Officer.objects.get(username=name).role_codes == {"officer"}
        _redeemed(name, _code_at_shell(name, people.steward.username), "its-own-person-91-kettle")
        given = _signed(people.steward).post(f"/people/of/{name}/grant/", {"role": role}, follow=True)
    assert role in Officer.objects.get(username=name).role_codes
    if key == "code":
        assert _redeemed(name, code) == 422
        assert not _in(name)
    elif key == "session":
        assert theirs.get("/you/").status_code == 302
    elif key == "token":
        assert Client(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/v1/cases").status_code == 401
    elif key == "password":
        assert not _in(name)
        assert role == "steward" or "Reset the account and hand over the new code" in given.content.decode()
    else:
        assert not Authenticator.objects.filter(user=people.officer).exists()
    if key != "code":
        if role != "steward":
            fresh = _code(_signed(people.steward).post(f"/people/of/{name}/reset/"))
            assert _redeemed(name, fresh, "its-own-person-91-kettle") == 200
        assert _in(name, "its-own-person-91-kettle"), "the person has a way in"


@pytest.mark.parametrize("role", ["officer", "investigator", "analyst", "duty", "participant"])
def test_an_everyday_role_ends_nothing(people: SimpleNamespace, role: str) -> None:
    invite(
        username="new.ke",
        administration="KE",
        role="investigator" if role == "officer" else "officer",
        by=people.contact,
    )
    code = reset(officer=Officer.objects.get(username="new.ke"), by=people.contact)
    assert _redeemed("new.ke", code) == 200
    theirs = _signed("new.ke", NEW)
    grant(officer=Officer.objects.get(username="new.ke"), role=role, by=people.steward)
    assert theirs.get("/you/").status_code == 200


def test_a_role_given_to_somebody_with_a_password_of_the_shell_ends_sessions_and_the_person_signs_in_again(
    people: SimpleNamespace,
) -> None:
    theirs = _signed(people.officer)
    page = _signed(people.steward).post(
        f"/people/of/{people.officer.username}/grant/", {"role": "reviewer"}, follow=True
    )
    assert "they sign in again" in page.content.decode()
    assert theirs.get("/you/").status_code == 302
    assert _in(people.officer.username, PASSWORD)
    tell_about_people()
    told = Notice.objects.filter(to=people.officer.username, deed="people.keys_ended")
    assert told.count() == 1
    assert Notice.objects.filter(to=people.steward.username, deed="people.keys_ended").count() == 1


def test_a_code_is_worth_nothing_once_its_maker_could_not_make_it(people: SimpleNamespace) -> None:
    helper = add_officer(username="helper.ke", administration="KE", role="contact", password=PASSWORD, by=NODE)
    codes = [reset(officer=people.officer, by=helper)]
    add_officer(username="helper.ke", administration="KE", role="officer", password=PASSWORD, by=NODE)
    revoke(officer=Officer.objects.get(username="helper.ke"), role="contact", by=people.steward)
    assert _redeemed(people.officer.username, codes[0]) == 422, "no contact point any more"
    again = reset(officer=people.officer, by=people.contact)
    suspend(officer=people.contact, by=people.steward)
    refused = Client().post("/accounts/welcome/", {"username": people.officer.username, "code": again, "password": NEW})
    assert refused.status_code == 422, "closed"
    assert "Ask for a new one" in refused.content.decode()


def test_a_stewards_code_does_not_become_a_second_steward(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    name = people.analyst.username
    code = _code(first.post(f"/people/of/{name}/reset/"))
    first.post(f"/people/of/{name}/grant/", {"role": "steward"})
    ref = Proposal.objects.get().ref
    waits = _signed(second).get("/people/confirm/").content.decode()
    assert f"last reset by {people.steward.username}" in waits
    assert "code not used" in waits
    refused = _signed(second).post(f"/people/confirm/{ref}/confirm/")
    assert refused.status_code == 422
    assert "confirm when its person has chosen a password" in refused.content.decode()
    assert "steward" not in Officer.objects.get(username=name).role_codes
    assert _redeemed(name, code) == 200, "used before it is confirmed"
    refused = _signed(second).post(f"/people/confirm/{ref}/confirm/")
    assert refused.status_code == 422
    assert f"a code that {people.steward.username} made" in refused.content.decode()
    assert "steward" not in Officer.objects.get(username=name).role_codes, "who made the code is no second steward"
    assert _in(name), "nothing is lost"


@pytest.mark.parametrize("role", ["reviewer", "contact", "editor"])
@pytest.mark.parametrize("how", ["invite", "reset"])
def test_a_code_that_another_steward_confirmed_does_not_become_a_second_steward(
    people: SimpleNamespace, second: Officer, role: str, how: str
) -> None:
    first, other, name = _signed(people.steward), _signed(second), f"an.{role}"
    asked = f"/people/of/{name}/reset/" if how == "reset" else "/people/invite/"
    said = {"username": name, "administration": "INT", "role": role}
    if how == "reset":
        add_officer(username=name, administration="INT", role=role, password=PASSWORD, by=NODE)
    answer = first.post(asked, said)
    if answer.status_code == 302:
        other.post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
        answer = first.post(asked, said)
    assert _redeemed(name, _code(answer)) == 200
    refused = first.post(f"/people/of/{name}/grant/", {"role": "steward"})
    assert refused.status_code == 422
    assert f"manage_officer {name} reset --by STEWARD" in refused.content.decode()
    assert Officer.objects.get(username=name).role_codes == {role}
    assert _in(name)


def test_an_open_code_that_another_steward_confirmed_ends_with_the_role_of_a_steward(
    people: SimpleNamespace, second: Officer
) -> None:
    both = TwoStewards(people.steward, second.username)
    third, code = invite(username="third.int", administration="INT", role="reviewer", by=both)
    grant(officer=third, role="steward", by=NODE)
    assert _redeemed("third.int", code) == 422


def test_a_confirmed_code_that_outlived_the_role_of_a_steward_is_not_good_once_two_are_needed(
    people: SimpleNamespace, second: Officer, settings: Any
) -> None:
    both = TwoStewards(people.steward, second.username)
    third, code = invite(username="third.int", administration="INT", role="reviewer", by=both)
    settings.FOUR_EYES = "off"
    grant(officer=third, role="steward", by=people.steward)
    settings.FOUR_EYES = "auto"
    assert _redeemed("third.int", code) == 422


def test_a_third_steward_is_named_as_the_page_says_and_keeps_their_password(
    people: SimpleNamespace, second: Officer
) -> None:
    first, other, mine = _signed(people.steward), _signed(second), "its-own-person-91-kettle"
    said = {"username": "third.int", "administration": "INT", "role": "steward"}
    refused = first.post("/people/invite/", said)
    assert refused.status_code == 422
    assert "manage_officer third.int reset --by STEWARD" in refused.content.decode()
    by_page = _code(first.post("/people/invite/", {**said, "role": "officer"}))
    code = _code_at_shell("third.int", people.steward.username)
    assert _redeemed("third.int", by_page) == 422
    assert _redeemed("third.int", code, mine) == 200
    first.post("/people/of/third.int/grant/", {"role": "steward"})
    assert other.post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/").status_code == 302
    assert Officer.objects.get(username="third.int").role_codes == {"officer", "steward"}
    assert _in("third.int", mine)


def test_what_two_have_agreed_on_waits_until_the_code_of_the_shell_is_used(
    people: SimpleNamespace, second: Officer
) -> None:
    first, other, mine = _signed(people.steward), _signed(second), "its-own-person-91-kettle"
    code = _code(first.post("/people/invite/", {"username": "third.int", "administration": "INT", "role": "officer"}))
    first.post("/people/of/third.int/grant/", {"role": "steward"})
    ref = Proposal.objects.get().ref
    assert _redeemed("third.int", code) == 200
    assert other.post(f"/people/confirm/{ref}/confirm/").status_code == 422
    assert Proposal.objects.get().decided_at is None
    assert _redeemed("third.int", _code_at_shell("third.int", people.steward.username), mine) == 200
    assert other.post(f"/people/confirm/{ref}/confirm/").status_code == 302
    assert "steward" in Officer.objects.get(username="third.int").role_codes
    assert _in("third.int", mine)


def test_a_code_made_for_a_reviewer_by_one_is_not_good_once_two_are_needed(people: SimpleNamespace) -> None:
    code = reset(officer=people.reviewer, by=people.steward)
    add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)
    assert _redeemed(people.reviewer.username, code) == 422


def test_a_code_made_at_the_shell_for_a_steward_stays_good(people: SimpleNamespace, second: Officer) -> None:
    code = reset(officer=second, by=officer_at_shell(people.steward.username))
    assert _redeemed(second.username, code) == 200
    assert _in(second.username)


def test_a_stewards_reset_ends_every_second_factor_and_says_so(people: SimpleNamespace) -> None:
    Authenticator.objects.create(user=people.officer, type="webauthn", data={"name": "theirs"})
    page = _signed(people.steward).post(f"/people/of/{people.officer.username}/reset/")
    assert "Second factors have ended too" in page.content.decode()
    assert not Authenticator.objects.filter(user=people.officer).exists()


def test_a_contact_points_reset_ends_what_another_code_may_have_set_up_and_nothing_else(
    people: SimpleNamespace,
) -> None:
    other = add_officer(username="other.ke", administration="KE", role="contact", password=PASSWORD, by=NODE)
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "x"})
    code = reset(officer=people.officer, by=other)
    assert _redeemed(people.officer.username, code) == 200
    Authenticator.objects.create(user=people.officer, type="webauthn", data={"name": "other's"})
    reset(officer=people.officer, by=people.contact)
    assert list(Authenticator.objects.filter(user=people.officer).values_list("type", flat=True)) == ["totp"]


@pytest.mark.parametrize("maker", ["steward", "a steward who left", "shell"])
def test_a_contact_points_reset_leaves_what_was_set_up_after_a_code_of_somebody_higher(
    people: SimpleNamespace, second: Officer, maker: str
) -> None:
    name = people.officer.username
    assert _redeemed(name, reset(officer=people.officer, by=people.contact)) == 200
    if maker == "shell":
        code = _code_at_shell(name, people.contact.username)
    else:
        code = _code(_signed(second).post(f"/people/of/{name}/reset/"))
    assert _redeemed(name, code, "its-own-person-91-kettle") == 200
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "x"})
    if maker == "a steward who left":
        suspend(officer=second, by=people.steward)
    assert _redeemed(name, _code(_signed(people.contact).post(f"/people/of/{name}/reset/"))) == 200
    Authenticator.objects.create(user=people.officer, type="webauthn", data={"name": "the contact point's"})
    _signed(people.contact).post(f"/people/of/{name}/reset/")
    assert list(Authenticator.objects.filter(user=people.officer).values_list("type", flat=True)) == ["totp"]


def test_a_steward_invites_and_a_contact_point_does_not_take_the_second_factor_away(people: SimpleNamespace) -> None:
    said = {"username": "new.ke", "administration": "KE", "role": "officer"}
    assert _redeemed("new.ke", _code(_signed(people.steward).post("/people/invite/", said))) == 200
    Authenticator.objects.create(user=Officer.objects.get(username="new.ke"), type="totp", data={"secret": "x"})
    page = _signed(people.contact).post("/people/of/new.ke/reset/")
    assert page.status_code == 200
    assert Authenticator.objects.filter(user__username="new.ke").count() == 1


def test_what_a_contact_point_set_up_after_their_own_invitation_ends_at_their_own_reset(
    people: SimpleNamespace,
) -> None:
    said = {"username": "new.ke", "role": "officer"}
    assert _redeemed("new.ke", _code(_signed(people.contact).post("/people/invite/", said))) == 200
    Authenticator.objects.create(user=Officer.objects.get(username="new.ke"), type="totp", data={"secret": "x"})
    _signed(people.contact).post("/people/of/new.ke/reset/")
    assert not Authenticator.objects.filter(user__username="new.ke").exists()


def test_the_browser_of_whoever_had_the_account_before_a_reset_is_a_strange_one(people: SimpleNamespace) -> None:
    name = people.officer.username
    assert _redeemed(name, reset(officer=people.officer, by=people.contact)) == 200
    before = _signed(name, NEW)
    before.post("/accounts/logout/")
    assert _redeemed(name, reset(officer=people.officer, by=people.steward), "its-own-person-91-kettle") == 200
    own = _signed(name, "its-own-person-91-kettle")
    own.post("/accounts/logout/")
    for client, password, known in ((before, "guess", False), (own, "its-own-person-91-kettle", True)):
        client.post("/accounts/login/", {"login": name, "password": password})
        assert SignIn.objects.order_by("-pk")[0].device_known is known


def test_what_a_role_ended_stands_in_the_ledger(people: SimpleNamespace) -> None:
    code = reset(officer=people.officer, by=people.contact)
    grant(officer=people.officer, role="editor", by=people.steward)
    assert code
    entry = Entry.objects.get(deed="people.keys_ended")
    assert (entry.ref, entry.by) == (f"officer:{people.officer.username}", people.steward.username)
    assert entry.detail == '{"codes":1,"for":"editor","password":false,"sessions":0,"tokens":0}'
