"""A file that was made for somebody with rights is not given to them without these, nor
when a case in it is theirs no more.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, done_by_worker
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.jobs.actions import forget_results
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.results import results_folder
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Grant, Officer

pytestmark = pytest.mark.django_db
AGAIN = "What you may see has changed since this file was made: ask for it again."


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _counted(people: SimpleNamespace, name: str, **changes: Any) -> str:
    ref = draft(cases=[case_in(national_ref=name, **changes)], by=people.contact, channel="page").refs[0]
    one = Case.objects.filter(ref=ref, latest=True)
    submit(cases=one, by=people.contact)
    validate(cases=one, by=people.secretariat, unopened="test")
    return ref


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases are too many to be written while somebody waits."""
    monkeypatch.setenv("TIDEWAITER_LIMIT_DIRECT_CASES", "1")


def _made(client: Client) -> str:
    """The address of a file of all cases that the person sees, made by the worker."""
    page = str(client.post("/cases/export/?format=ndjson")["Location"])
    done_by_worker(page.split("/")[2])
    return f"{page}result/"


def test_a_file_made_as_a_reviewer_is_not_given_to_who_is_none_any_more(people: SimpleNamespace, few: None) -> None:
    _counted(people, "S-WIDE", date="2026-02-01")
    _counted(people, "S-RED", handling="RED", date="2026-02-02")
    add_officer(username="two.ug", administration="UG", role="officer", password=PASSWORD, by=NODE)
    add_officer(username="two.ug", administration="UG", role="reviewer", password=PASSWORD, by=NODE)
    client = _client(Officer.objects.get(username="two.ug"))
    address = _made(client)
    assert b"S-RED" in b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    Grant.objects.filter(officer__username="two.ug", role="reviewer").delete()
    refused = client.get(address)
    assert refused.status_code == 404
    assert AGAIN in refused.content.decode()
    assert "S-RED" not in refused.content.decode()


def test_nor_to_who_works_for_another_administration_now(people: SimpleNamespace, few: None) -> None:
    _counted(people, "S-1", date="2026-02-01")
    _counted(people, "S-2", date="2026-02-02", handling="RED")
    client = _client(people.officer)
    address = _made(client)
    assert client.get(address).status_code == 200
    Officer.objects.filter(pk=people.officer.pk).update(administration="CL")
    assert client.get(address).status_code == 404


def test_a_file_that_names_a_case_which_is_marked_since_is_asked_for_again(people: SimpleNamespace, few: None) -> None:
    for n in (1, 2):
        _counted(people, f"S-3-{n}", date="2026-02-01")
    _counted(people, "S-4", date="2026-02-02")
    stranger, owner = _client(people.chilean), _client(people.officer)
    _token, text = make_token(officer=people.chilean, scope="read", by=people.chilean)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    theirs, own = _made(stranger), _made(owner)
    asked = program.get("/api/v1/cases/export?format=csv").json()
    done_by_worker(asked["ref"])
    assert (stranger.get(theirs).status_code, program.get(asked["result"]).status_code) == (200, 200)
    _counted(people, "S-4", date="2026-02-02", handling="RED")
    assert stranger.get(theirs).status_code == 404
    refused = program.get(asked["result"])
    assert refused.status_code == 404
    assert AGAIN in refused.content.decode()
    assert owner.get(own).status_code == 200, "its own country sees it still"
    again = _made(stranger)
    assert b"S-4" not in b"".join(stranger.get(again).streaming_content)  # type: ignore[attr-defined]


def test_new_rights_and_new_cases_take_no_file_away(people: SimpleNamespace, few: None) -> None:
    _counted(people, "S-5", date="2026-02-01")
    _counted(people, "S-6", date="2026-02-02")
    client = _client(people.chilean)
    address = _made(client)
    _counted(people, "S-7", date="2026-02-03")
    add_officer(username=people.chilean.username, administration="CL", role="analyst", password=PASSWORD, by=NODE)
    assert client.get(address).status_code == 200


def test_what_a_file_names_ends_with_it(people: SimpleNamespace, few: None) -> None:
    _counted(people, "S-8", date="2026-02-01")
    _counted(people, "S-9", date="2026-02-02")
    _made(_client(people.chilean))
    job = Job.objects.get()
    assert (results_folder() / f"{job.ref}.refs").stat().st_mode & 0o077 == 0
    Job.objects.update(result_until="2026-01-01T00:00:00Z")
    forget_results()
    assert list(results_folder().glob(f"{job.ref}*")) == []


def test_a_file_of_which_nobody_knows_with_what_rights_it_was_made_is_asked_for_again(
    people: SimpleNamespace, few: None
) -> None:
    """An older release has made it."""
    _counted(people, "S-10", date="2026-02-01")
    _counted(people, "S-11", date="2026-02-02")
    client = _client(people.chilean)
    address = _made(client)
    Job.objects.update(sight={})
    assert client.get(address).status_code == 404
