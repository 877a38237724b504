"""Nobody becomes somebody else: every deed with an account, for every pair of roles, by page and by command."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from tests.conftest import PASSWORD, Program
from tests.house.matrix import asked_for
from tests.people.conftest import AtOnce
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.people.actions import add_officer, grant, reset, revoke, suspend
from tidewaiter.people.models import Grant, Officer

ALL = (
    "officer",
    "contact",
    "investigator",
    "protection",
    "reviewer",
    "analyst",
    "editor",
    "partner",
    "expert",
    "duty",
    "coordinator",
    "participant",
    "observer",
    "steward",
)
LOOKED_AFTER_BY = {
    "contact": {"officer", "investigator", "analyst", "duty", "participant"},
    "steward": set(ALL),
}
"""Whose accounts a person with this role looks after; all others look after nobody's. A contact: at home alone."""
CUSTOMS = {"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"}
"""What an account with the role of a partner organisation never has beside it."""
DEEDS = ("reset", "suspend", "sign_out", "grant")


@pytest.fixture
def world(db: None) -> dict[str, Officer]:
    """Two people of each role in Kenya (`role.1`, `role.2`), one in the United States (`role.us`)."""
    moment = now()
    wanted = [(f"{role}.{n}", role, "US" if n == "us" else "KE") for role in ALL for n in ("1", "2", "us")]
    Officer.objects.bulk_create(
        [
            Officer(username=name, administration_id=home, date_joined=moment, used_at=moment, password="!")
            for name, _role, home in wanted
        ]
    )
    officers = {one.username: one for one in Officer.objects.all()}
    Grant.objects.bulk_create(
        [Grant(officer=officers[name], role=role, granted_by="x", granted_at=moment) for name, role, _home in wanted]
    )
    return officers


def _signed(officer: Officer) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(pk=officer.pk))
    return client


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_deed_with_an_account_is_done_for_each_pair_of_roles_as_the_table_says(world: dict[str, Officer]) -> None:
    for role in ALL:
        client = _signed(world[f"{role}.1"])
        reach = LOOKED_AFTER_BY.get(role, set())
        for other in ALL:
            for target, near in ((f"{other}.2", True), (f"{other}.us", False)):
                if role != "steward" and (not near or role not in CUSTOMS):
                    expected = {404}  # not even shown
                elif other in reach:
                    expected = {200, 302}
                else:
                    expected = {403}
                for deed in DEEDS:
                    data = {"role": "participant" if other != "participant" else "duty"}
                    status = asked_for(client, "post", f"/people/of/{target}/{deed}/", data=data)
                    assert status in expected, (role, deed, target, status)


@pytest.mark.django_db
def test_a_role_is_given_only_by_who_gives_all_that_the_account_would_have(
    world: dict[str, Officer], settings: Any
) -> None:
    settings.FOUR_EYES = "off"  # a second pair of eyes beside: test_four_eyes.py
    for granter in ALL:
        by = world[f"{granter}.1"]
        reach = LOOKED_AFTER_BY.get(granter, set())
        for has in ALL:
            for given in ALL:
                if has == given:
                    continue
                together = not ({has, given} & {"partner"} and {has, given} & CUSTOMS)
                with transaction.atomic():
                    try:
                        grant(officer=world[f"{has}.2"], role=given, by=by)
                        done = True
                    except Refusal:
                        done = False
                    transaction.set_rollback(True)
                assert done == ({has, given} <= reach and together), (granter, has, given)


@pytest.mark.django_db
def test_an_invitation_is_made_only_for_a_role_that_one_gives(world: dict[str, Officer]) -> None:
    for role in ALL:
        client = _signed(world[f"{role}.1"])
        for given in ALL:
            form = {"username": "new.one", "name": "x", "role": given, "administration": "KE"}
            status = asked_for(client, "post", "/people/invite/", data=form)
            expected = 302 if given in LOOKED_AFTER_BY.get(role, set()) else 403  # 302: is it still you?
            assert status == expected, (role, given, status)


def _command(by: str, target: str, deed: str, *more: str) -> str:
    said = io.StringIO()
    with transaction.atomic():
        with suppress(CommandError):
            call_command("manage_officer", target, deed, "--by", by, *more, format="json", stdout=said, stderr=said)
        transaction.set_rollback(True)
    answer = json.loads(said.getvalue().splitlines()[0])
    return str(answer.get("error", "done"))


@pytest.mark.django_db
def test_the_shell_asks_the_same_rule_of_whom_it_speaks_for(world: dict[str, Officer]) -> None:
    for deed in ("reset", "suspend", "sign_out"):
        for other in ALL:
            said = _command("contact.1", f"{other}.2", deed)
            assert said == ("done" if other in LOOKED_AFTER_BY["contact"] else "role_of_steward"), (deed, other, said)
            assert _command("contact.1", f"{other}.us", deed) == "no_officer"
            assert _command("steward.1", f"{other}.2", deed) == "done", (deed, other)
    assert _command("contact.1", "officer.2", "grant", "--role", "reviewer") == "role_of_steward"
    assert _command("contact.1", "reviewer.2", "grant", "--role", "officer") == "role_of_steward"
    assert _command("contact.1", "contact.1", "grant", "--role", "analyst") == "own_account"
    assert _command("steward.1", "steward.1", "grant", "--role", "reviewer") == "own_account"
    assert _command("steward.1", "officer.2", "grant", "--role", "partner") == "partner_beside_customs"


@pytest.mark.django_db
def test_a_contact_sees_a_reviewer_and_is_told_in_words_why_nothing_can_be_done(people: SimpleNamespace) -> None:
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.get(f"/people/of/{people.own_reviewer.username}/").content.decode()
    assert "a steward looks after whoever has it" in page
    assert "Reset password" not in page
    refused = client.post(f"/people/of/{people.own_reviewer.username}/reset/")
    assert refused.status_code == 403
    assert "reviewer" in refused.content.decode()
    assert Client().login(username=people.own_reviewer.username, password=PASSWORD), "the password is what it was"
    mine = client.get(f"/people/of/{people.officer.username}/").content.decode()
    assert "Reset password" in mine
    assert "a steward looks after whoever has it" not in mine


@pytest.mark.django_db
def test_an_officer_who_becomes_a_reviewer_leaves_the_contacts_hands(people: SimpleNamespace) -> None:
    grant(officer=people.officer, role="reviewer", by=people.steward)
    with pytest.raises(NotAllowed):
        reset(officer=people.officer, by=people.contact)
    revoke(officer=people.officer, role="reviewer", by=people.steward)
    assert len(reset(officer=people.officer, by=people.contact)) == 19


@pytest.mark.django_db
def test_a_partner_organisation_gets_no_customs_role_from_anybody_not_even_at_the_shell(
    people: SimpleNamespace,
) -> None:
    for role in CUSTOMS:
        with pytest.raises(Refusal, match="partner organisation"):
            grant(officer=people.partner, role=role, by=people.steward)
        with pytest.raises(Refusal, match="partner organisation"):
            add_officer(username="partner.int", administration="INT", role=role, password=PASSWORD, by=NODE)
    with pytest.raises(Refusal, match="partner organisation"):
        grant(officer=people.officer, role="partner", by=people.steward)
    grant(officer=people.partner, role="expert", by=people.steward)


@pytest.mark.django_db
def test_the_last_steward_stays(people: SimpleNamespace) -> None:
    grant(officer=people.steward, role="analyst", by=NODE)
    with pytest.raises(Refusal, match="last steward"):
        suspend(officer=people.steward, by=NODE)
    with pytest.raises(Refusal, match="last steward"):
        revoke(officer=people.steward, role="steward", by=NODE)
    second = add_officer(username="second.int", administration="INT", role="steward", password=PASSWORD, by=NODE)
    suspend(officer=people.steward, by=second)
    with pytest.raises(Refusal, match="last steward"):
        suspend(officer=second, by=NODE)


@pytest.mark.both_databases
def test_two_stewards_who_close_each_other_at_the_same_moment_leave_one(both_node: Program, at_once: AtOnce) -> None:
    for name in ("one.int", "two.int"):
        both_node.person(name, "INT", "steward")
    both_node.run(
        "manage_officer", "p.steward", "suspend", "--by", "one.int"
    )  # the former release's, where there is one
    said = at_once(("close", "one.int", "two.int"), ("close", "two.int", "one.int"))
    assert sorted(said) == ["done", "last_steward"]
