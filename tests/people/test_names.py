"""How accounts may be called, and who is the node: nobody else, whatever they are called."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.conftest import PASSWORD, Program
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.jobs.actions import may_wait
from tidewaiter.jobs.models import Job
from tidewaiter.people.actions import add_officer, invite, resume
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import who_ended
from tidewaiter.vault.models import StoredSum
from tidewaiter.vault.storage import must_fit

pytestmark = pytest.mark.django_db


def _signed(person: Officer) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


def _closed_node(people: SimpleNamespace) -> Officer:
    """An account of that name that a former release has let in, and that was closed before the upgrade."""
    closed = {"is_active": False, "closed_by": "steward.int", "closed_at": now(), "closed_why": "suspended"}
    return Officer.objects.create(
        username="node", administration=people.contact.administration, date_joined=now(), **closed
    )


@pytest.mark.parametrize("name", ["node", "n0de", "no.de", "n-o-d-e"])
def test_nobody_is_invited_as_the_node(people: SimpleNamespace, name: str) -> None:
    answer = _signed(people.contact).post("/people/invite/", {"username": name, "role": "officer"})
    assert answer.status_code == 422
    assert "the node itself is called" in answer.content.decode()
    with pytest.raises(BadInput, match="the node itself"):
        add_officer(username=name, administration="KE", role="officer", password=PASSWORD, by=NODE)
    assert not Officer.objects.filter(username=name).exists()


@pytest.mark.both_databases
def test_the_database_itself_has_no_open_account_of_the_nodes_name(people: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Officer.objects.filter(pk=people.officer.pk).update(username="node")
    old = _closed_node(people)
    with pytest.raises(Refusal, match="the node's own"):
        resume(officer=old, by=people.steward)
    assert who_ended("node") is NODE


@pytest.mark.django_db(transaction=False)
def test_the_upgrade_says_what_to_do_where_an_open_account_has_the_name(people: SimpleNamespace) -> None:
    from importlib import import_module

    migration: Any = import_module("tidewaiter.people.migrations.0006_nobody_is_node")
    apps = SimpleNamespace(get_model=lambda _room, _name: _Old)
    with pytest.raises(Refusal, match="manage_officer node suspend"):
        migration.refuse(apps, connection.schema_editor())
    _Old.open = False
    migration.refuse(apps, connection.schema_editor())


def test_init_on_a_folder_with_such_an_account_ends_in_a_sentence(node: Program) -> None:
    node.person("n.one", "KE", "officer")
    assert node.run("migrate", "people", "0005").returncode == 0
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        database.execute("UPDATE people_officer SET username = 'node'")
    said = node.run("init")
    assert (said.returncode, said.stdout) == (1, "")
    assert "An account is called «node»" in said.stderr
    assert "Traceback" not in said.stderr
    assert node.json("init", code=1)["error"] == "named_node"


class _Old:
    """The table of accounts before the upgrade."""

    open = True

    class objects:
        """Its rows."""

        @staticmethod
        def filter(**wanted: object) -> Any:
            """Whether there is one."""
            assert wanted == {"username": "node", "is_active": True}
            return SimpleNamespace(exists=lambda: _Old.open)


def test_what_the_node_may_a_person_of_its_name_may_not(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_JOBS_WAITING", "1")
    shared = {"lane": "prompt", "asked_at": now(), "administration": "INT", "kind": "k", "subject": "s", "turn": 0}
    Job.objects.create(ref="JOB-1", key="k1", asked_by="node", state="queued", door="node", **shared)
    like_it = SimpleNamespace(
        username="node",
        display_name="",
        administration_code="KE",
        region_code="",
        role_codes=frozenset({"officer"}),
        reviewed_regions=frozenset(),
        door="page",
    )
    with pytest.raises(OverLimit):
        may_wait(by=like_it)
    may_wait(by=NODE)
    StoredSum.objects.update_or_create(administration="KE", defaults={"bound": 1, "size": 1})
    with pytest.raises(OverLimit):
        must_fit(like_it, 100)
    from tidewaiter.jobs.queries import visible_jobs

    assert not visible_jobs(like_it).exists()
    assert visible_jobs(NODE).count() == 1


@pytest.mark.parametrize(
    "name", ["n.achieng.", ".achieng", "n..achieng", "n._achieng", "a", "-a", "na\u0441hieng", "a" * 151]
)
def test_a_username_is_letters_and_digits_with_single_signs_between(people: SimpleNamespace, name: str) -> None:
    assert _signed(people.contact).post("/people/invite/", {"username": name, "role": "officer"}).status_code == 422
    assert not Officer.objects.filter(username=name).exists()


@pytest.mark.parametrize("name", ["officer.cl", "0fficer.cl", "off1cer-cl", "chilean.cl", "ch1lean_cl", "contact.ke"])
def test_one_answer_for_a_name_that_is_taken_or_looks_like_one_whoever_has_it(
    people: SimpleNamespace, name: str
) -> None:
    add_officer(username="officer.cl", administration="CL", role="officer", password=PASSWORD, by=NODE)
    answer = _signed(people.contact).post("/people/invite/", {"username": name, "role": "officer"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This name cannot be given. Choose another: " in page
    assert f"«{name}.ke» is free" in page
    assert "already" not in page
    again = _signed(people.contact).post("/people/invite/", {"username": f"{name}.ke", "role": "officer"})
    assert "data-code>" in again.content.decode()


@pytest.mark.parametrize("said", ["N \u202eretsam", "N\u200b", "N\u2066 x", "N\x07", "N\nAchieng", "N\u2028 A"])
def test_a_name_that_turns_or_breaks_its_line_is_refused(people: SimpleNamespace, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        invite(username="new.ke", administration="KE", role="officer", name=said, by=people.contact)
    assert refused.value.code == "name_unreadable"
    assert not Officer.objects.filter(username="new.ke").exists()


def test_a_joiner_between_letters_is_spelling(people: SimpleNamespace) -> None:
    persian, _code = invite(
        username="new2.ke",
        administration="KE",
        role="officer",
        name="\u0645\u06cc\u200c\u062e\u0648\u0627\u0647",
        by=people.contact,
    )
    assert persian.name == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647"


@pytest.mark.parametrize(
    "email", ["a@b.example\nBcc: x@y.example", "a@b.example\r\n", "nobody", "a@b@c", "a\u202e@b.example"]
)
def test_an_address_of_e_mail_is_one(people: SimpleNamespace, email: str) -> None:
    with pytest.raises(BadInput, match="no address"):
        invite(username="new.ke", administration="KE", role="officer", email=email, by=people.contact)
    invite(username="new.ke", administration="KE", role="officer", email="n.achieng@kra.example", by=people.contact)


def test_the_rota_is_not_a_partners(people: SimpleNamespace) -> None:
    partner = _signed(people.partner)
    assert partner.get("/people/duty/").status_code == 404
    assert "/people/duty/" not in partner.get("/people/").content.decode()
    assert _signed(people.analyst).get("/people/duty/").status_code == 200
    on_duty = add_officer(username="duty.int", administration="INT", role="duty", password=PASSWORD, by=NODE)
    assert _signed(on_duty).get("/people/duty/").status_code == 200


def test_whose_second_factor_is_missing_is_told_to_who_looks_after_them(people: SimpleNamespace) -> None:
    words = "Second factor"
    officer = _signed(people.officer)
    assert words not in officer.get(f"/people/of/{people.contact.username}/").content.decode()
    assert words in officer.get(f"/people/of/{people.officer.username}/").content.decode(), "one's own"
    assert "With second factor" not in officer.get("/people/statistics/").content.decode()
    table = officer.get("/people/statistics/?format=csv")
    rows = b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
    assert "KE,Kenya,contact,1,1,0,," in rows
    contact = _signed(people.contact)
    assert words in contact.get(f"/people/of/{people.officer.username}/").content.decode()
    assert words not in contact.get(f"/people/of/{people.own_reviewer.username}/").content.decode(), (
        "a steward's to manage"
    )
    assert "With second factor" in contact.get("/people/statistics/").content.decode()
