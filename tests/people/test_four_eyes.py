"""A steward's gravest deeds: one asks, another confirms within a day, both stand in the ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.actions import tell_about_people
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import add_officer, confirm, demand_second_factor, grant, invite, reset, resume, suspend
from tidewaiter.people.four_eyes import TwoStewards
from tidewaiter.people.models import Officer, Proposal, RoleRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(people: SimpleNamespace) -> Officer:
    """A second steward: from now on their gravest deeds need both."""
    add_officer(username="second.int", administration="INT", role="expert", password=PASSWORD, by=NODE)
    return add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)


def _signed(person: Officer) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


def _roles(person: Officer) -> set[str]:
    return set(Officer.objects.get(pk=person.pk).role_codes)


@pytest.mark.both_databases
def test_a_steward_is_named_by_two(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    page = first.post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"}, follow=True)
    assert "Another steward must confirm this within a day." in page.content.decode()
    assert "steward" not in _roles(people.analyst)
    ref = Proposal.objects.get().ref
    assert first.post(f"/people/confirm/{ref}/confirm/").status_code == 403, "not by oneself"
    assert _signed(people.contact).post(f"/people/confirm/{ref}/confirm/").status_code == 403
    assert _signed(second).post(f"/people/confirm/{ref}/confirm/").status_code == 302
    assert "steward" in _roles(people.analyst)
    assert _signed(second).post(f"/people/confirm/{ref}/confirm/").status_code == 404, "once"
    newest = Entry.objects.exclude(deed="people.new_device").order_by("-seq")[:3]
    assert [(entry.deed, entry.by) for entry in newest] == [
        ("people.granted", people.steward.username),
        ("people.confirmed", second.username),
        ("people.proposed", people.steward.username),
    ]
    detail = json.loads(Entry.objects.get(deed="people.confirmed").detail)
    assert detail == {"deed": "grant", "asked_by": people.steward.username}


def test_what_nobody_confirms_within_a_day_lapses(people: SimpleNamespace, second: Officer) -> None:
    _signed(people.steward).post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"})
    asked = Proposal.objects.get()
    assert timedelta(hours=23) < asked.expires_at - now() < timedelta(hours=24, seconds=1)
    Proposal.objects.update(expires_at=now() - timedelta(seconds=1))
    assert _signed(second).post(f"/people/confirm/{asked.ref}/confirm/").status_code == 404
    assert "Lapsed" in _signed(second).get("/people/confirm/").content.decode()


def test_what_is_declined_is_not_done(people: SimpleNamespace, second: Officer) -> None:
    _signed(people.steward).post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"})
    ref = Proposal.objects.get().ref
    assert _signed(second).post(f"/people/confirm/{ref}/decline/").status_code == 302
    assert _signed(second).post(f"/people/confirm/{ref}/confirm/").status_code == 404
    assert "steward" not in _roles(people.analyst)


def test_what_was_asked_by_somebody_whose_account_was_closed_since_is_not_done(
    people: SimpleNamespace, second: Officer
) -> None:
    _signed(people.steward).post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"})
    suspend(officer=people.steward, by=second)
    with pytest.raises(Refusal, match="no steward any more"):
        confirm(ref=Proposal.objects.get().ref, by=second)


def test_demanding_less_of_sign_ins_needs_two_and_demanding_more_does_not(
    people: SimpleNamespace, second: Officer
) -> None:
    first = _signed(people.steward)
    demand_second_factor(roles=["contact", "analyst"], by=NODE)
    first.post("/people/places/demand_second_factor/", {"role": ["contact", "analyst", "editor"]})
    assert set(RoleRule.objects.values_list("role", flat=True)) == {"contact", "analyst", "editor"}
    first.post("/people/places/demand_second_factor/", {"role": ["contact"]})
    assert set(RoleRule.objects.values_list("role", flat=True)) == {"contact", "analyst", "editor"}
    _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    assert set(RoleRule.objects.values_list("role", flat=True)) == {"contact"}


def test_who_reviews_whom_is_changed_by_two(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    first.post(f"/people/of/{people.far_reviewer.username}/cover/", {"region": ["ESA"]})
    assert "ESA" not in Officer.objects.get(pk=people.far_reviewer.pk).reviewed_regions
    _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    assert Officer.objects.get(pk=people.far_reviewer.pk).reviewed_regions == {"ESA"}


def test_the_whole_ledger_leaves_the_node_with_two(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    assert first.post("/ledger/take-away/")["Location"] == "/people/confirm/"
    assert first.post("/ledger/take-away/").status_code == 302
    assert Proposal.objects.count() == 1, "the same question is asked once"
    assert first.get("/ledger/?format=csv").status_code == 422
    assert first.get("/ledger/?format=csv&by=node").status_code == 200
    _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    taken = first.post("/ledger/take-away/")
    assert taken["Location"].startswith("/jobs/"), "the worker makes it"
    assert first.post("/ledger/take-away/")["Location"] == "/people/confirm/", "confirmed once, taken once"


def test_a_steward_is_not_invited_past_the_second_pair_of_eyes(people: SimpleNamespace, second: Officer) -> None:
    with pytest.raises(Refusal, match="another steward"):
        invite(username="third.int", administration="INT", role="steward", by=people.steward)


@pytest.mark.parametrize(
    ("setting", "stewards", "alone"), [("auto", 1, True), ("auto", 2, False), ("on", 1, False), ("off", 2, True)]
)
def test_when_two_are_needed(people: SimpleNamespace, settings: Any, setting: str, stewards: int, alone: bool) -> None:
    settings.FOUR_EYES = setting
    if stewards == 2:
        add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)
    try:
        grant(officer=people.analyst, role="steward", by=people.steward)
        done = True
    except Refusal:
        done = False
    assert done is alone


def test_a_steward_does_not_become_the_other_to_confirm_their_own_deed(
    people: SimpleNamespace, second: Officer
) -> None:
    first = _signed(people.steward)
    for deed in ("reset", "drop_second_factor"):
        refused = first.post(f"/people/of/{second.username}/{deed}/")
        assert refused.status_code == 422, deed
        assert "shell" in refused.content.decode()
    assert Client().login(username=second.username, password=PASSWORD), "the password is what it was"
    assert first.post(f"/people/of/{people.officer.username}/reset/").status_code == 200


def test_closing_the_other_steward_does_not_set_the_first_one_free(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    first.post(f"/people/of/{second.username}/revoke/", {"role": "steward"})
    assert "steward" in _roles(second)
    assert first.post(f"/people/of/{second.username}/suspend/").status_code == 302, "in need, at once"
    first.post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"})
    assert "steward" not in _roles(people.analyst)
    Officer.objects.filter(pk=second.pk).update(closed_at=now() - timedelta(days=7, minutes=1))
    first.post(f"/people/of/{people.analyst.username}/grant/", {"role": "steward"})
    assert "steward" in _roles(people.analyst), "after a week the node is one steward's again"


def _regions(people: SimpleNamespace) -> tuple[str, str]:
    return people.reviewer.region_code, people.far_reviewer.region_code


def test_moving_an_administration_changes_its_reviewers_and_needs_two(people: SimpleNamespace, second: Officer) -> None:
    first = _signed(people.steward)
    own, far = _regions(people)
    said = {"code": "UG", "region": far, "time_zone": "Africa/Kampala", "name": "Uganda"}
    assert first.post("/people/places/place_administration/", said)["Location"] == "/people/confirm/"
    assert Officer.objects.get(pk=people.reviewer.pk).reviewed_regions == {own}
    _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    assert Officer.objects.get(pk=people.reviewer.pk).reviewed_regions == {far}
    renamed = {**said, "name": "Uganda Revenue Authority"}
    assert first.post("/people/places/place_administration/", renamed)["Location"] != "/people/confirm/", "a name"


@pytest.mark.parametrize("home", ["DE", "INT", "UG"])
def test_a_reviewer_is_invited_by_two_and_the_code_is_shown_to_who_asked(
    people: SimpleNamespace, second: Officer, home: str
) -> None:
    first = _signed(people.steward)
    said = {"username": "new.reviewer", "administration": home, "role": "reviewer", "name": "N. R."}
    assert first.post("/people/invite/", said)["Location"] == "/people/confirm/"
    assert not Officer.objects.filter(username="new.reviewer").exists()
    _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
    other = first.post("/people/invite/", {**said, "administration": "CL"})
    assert other["Location"] == "/people/confirm/", "what was confirmed and nothing else"
    shown = first.post("/people/invite/", said)
    assert "data-code>" in shown.content.decode()
    code = shown.content.decode().partition("data-code>")[2].partition("<")[0]
    chosen = {"username": "new.reviewer", "code": code, "password": "three-kettles-on-the-quay-7"}
    assert Client().post("/accounts/welcome/", chosen).status_code == 200


@pytest.mark.parametrize("whose", ["reviewer", "contact", "editor"])
def test_nobody_who_decides_for_others_is_taken_over_by_one_steward(
    people: SimpleNamespace, second: Officer, whose: str
) -> None:
    add_officer(username="an.editor", administration="INT", role="editor", password=PASSWORD, by=NODE)
    victim = Officer.objects.get(username="an.editor") if whose == "editor" else getattr(people, whose)
    Authenticator.objects.create(user=victim, type="totp", data={"secret": "x"})
    first = _signed(people.steward)
    for deed in ("reset", "drop_second_factor"):
        assert first.post(f"/people/of/{victim.username}/{deed}/")["Location"] == "/people/confirm/", deed
    assert Client().login(username=victim.username, password=PASSWORD), "the password is what it was"
    assert Authenticator.objects.filter(user=victim).count() == 1
    _signed(second).post(f"/people/confirm/{Proposal.objects.get(deed='reset').ref}/confirm/")
    assert "data-code>" in first.post(f"/people/of/{victim.username}/reset/").content.decode()
    assert first.post(f"/people/of/{victim.username}/reset/")["Location"] == "/people/confirm/", "once"


@pytest.mark.parametrize(
    ("role", "alone"), [("steward", False), ("reviewer", False), ("contact", True), ("officer", True)]
)
def test_a_closed_account_is_opened_by_two_where_it_decides_who_reviews_or_stewards(
    people: SimpleNamespace, second: Officer, role: str, alone: bool
) -> None:
    old = add_officer(username="old.one", administration="INT", role=role, password=PASSWORD, by=NODE)
    Officer.objects.filter(pk=old.pk).update(
        is_active=False, closed_by=second.username, closed_at=now() - timedelta(days=60), closed_why="suspended"
    )
    _signed(people.steward).post("/people/of/old.one/resume/")
    assert Officer.objects.get(pk=old.pk).is_active is alone
    if not alone:
        _signed(second).post(f"/people/confirm/{Proposal.objects.get().ref}/confirm/")
        assert Officer.objects.get(pk=old.pk).is_active


@pytest.mark.parametrize("role", ["reviewer", "steward"])
def test_a_role_that_changes_who_reviews_is_given_and_taken_by_two(
    people: SimpleNamespace, second: Officer, role: str
) -> None:
    first = _signed(people.steward)
    first.post(f"/people/of/{people.officer.username}/grant/", {"role": role})
    assert role not in _roles(people.officer)
    grant(officer=people.officer, role=role, by=NODE)
    first.post(f"/people/of/{people.officer.username}/revoke/", {"role": role})
    assert role in _roles(people.officer)


def test_more_of_the_ledger_than_a_day_of_looking_needs_two_however_it_is_narrowed(
    people: SimpleNamespace, second: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_LEDGER_ROWS_ALONE", "5")
    first = _signed(people.steward)
    for query in ("since=1970-01-01", "until=2999-01-01", "deed=people."):
        assert first.get(f"/ledger/?format=csv&{query}").status_code == 422, query
    one = f"ref=officer:{people.analyst.username}"  # added, and given a role: two entries
    assert first.get(f"/ledger/?format=csv&{one}").status_code == 200
    assert first.get(f"/ledger/?format=csv&{one}").status_code == 200
    assert first.get(f"/ledger/?format=csv&{one}").status_code == 422, "in slices it is counted together"
    assert [entry.by for entry in Entry.objects.filter(deed="ledger.table_taken")] == [people.steward.username] * 2


def test_all_stewards_are_told_what_is_done_with_accounts_that_decide_for_others(
    people: SimpleNamespace, second: Officer
) -> None:
    tell_about_people()
    Notice.objects.all().delete()
    grant(officer=people.officer, role="editor", by=people.steward)
    invite(username="new.contact", administration="KE", role="contact", by=people.steward)
    invite(username="new.officer", administration="KE", role="officer", by=people.steward)
    suspend(officer=people.contact, by=people.steward)
    resume(officer=Officer.objects.get(pk=people.contact.pk), by=people.steward)
    reset(officer=Officer.objects.get(pk=people.american.pk), by=TwoStewards(people.steward, second.username))
    reset(officer=people.chilean, by=NODE)
    tell_about_people()
    told = Notice.objects.filter(to=second.username).order_by("pk").values_list("deed", "ref")
    assert list(told) == [
        ("people.granted", "officer:officer.ke"),
        ("people.invited", "officer:new.contact"),
        ("people.granted", "officer:new.contact"),
        ("people.resumed", "officer:contact.ke"),
        ("people.reset", "officer:american.us"),
        ("people.reset", "officer:chilean.cl"),
    ]
