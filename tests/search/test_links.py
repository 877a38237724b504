"""Cases that belong together: linked by page, command and API, seen by those who see
both; and a case that begins as a copy.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.foundation.refusals import Missing, NotAllowed
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.search.linking import link, linked_to, unlink

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _case(people: SimpleNamespace, ref: str, *, counted: bool = True, **changes: Any) -> Case:
    made = draft(cases=[case_in(national_ref=ref, **changes)], by=people.contact, channel="page").refs[0]
    one = Case.objects.filter(ref=made, latest=True)
    if counted:
        submit(cases=one, by=people.contact)
        validate(cases=one, by=people.secretariat, unopened="test")
    return one.get()


def test_a_link_by_page_command_and_api_is_one_link(
    people: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = _case(people, "L-1"), _case(people, "L-2")
    client = _client(people.analyst)
    page = client.get("/search/compare/", {"one": one.ref, "other": other.ref}).content.decode()
    assert "Link the two cases" in page
    said = {"one": one.ref, "other": other.ref, "kind": "same_network", "reason": "The same pump, the same seal"}
    assert client.post("/search/link/", said).status_code == 302
    for case, its in ((one, other), (other, one)):
        page = client.get(f"/cases/{case.ref}/").content.decode()
        assert its.national_ref in page
        assert "The same people or network" in page
        assert "the same seal" in page

    call_command("link_cases", other.ref, by=people.analyst.username, format="json")
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["ref"], row["kind"]) == (one.ref, "same_network")
    call_command("link_cases", one.ref, other.ref, "same_method", by=people.contact.username, format="json")
    assert {row["kind"] for row in json.loads(capsys.readouterr().out)} == {"same_network", "same_method"}

    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    rows = program.get(f"/api/v1/cases/{one.ref}/links").json()
    assert {row["by"] for row in rows} == {people.analyst.username, people.contact.username}
    address = f"/api/v1/cases/{one.ref}/links/{other.ref}"
    assert program.delete(f"{address}/same_network").status_code == 403, "another's link is another's to take away"
    assert program.delete(f"{address}/same_method").status_code == 204
    assert program.delete(f"{address}/same_method").status_code == 404
    body = json.dumps({"other": other.ref, "kind": "nothing"})
    assert program.post(f"/api/v1/cases/{one.ref}/links", body, content_type="application/json").status_code in (
        400,
        422,
    )

    assert client.post("/search/link/", {**said, "deed": "drop"}).status_code == 302
    assert linked_to(one, people.contact) == []
    assert Entry.objects.filter(deed="search.linked").count() == 2
    assert Entry.objects.filter(deed="search.unlinked").count() == 2


def test_a_link_shows_nothing_to_who_does_not_see_both(people: SimpleNamespace) -> None:
    seen, hidden = _case(people, "L-3"), _case(people, "L-4", counted=False)
    link(one=hidden, other=seen, kind="follow_up", reason="", by=people.contact)
    assert [row.case.ref for row in linked_to(seen, people.contact)] == [hidden.ref]
    assert linked_to(seen, people.chilean) == []
    foreign = _client(people.chilean)
    assert "L-4" not in foreign.get(f"/cases/{seen.ref}/").content.decode()
    assert foreign.post("/search/link/", {"one": seen.ref, "other": hidden.ref, "kind": "follow_up"}).status_code == 404
    with pytest.raises(NotAllowed):
        unlink(one=seen, other=hidden, kind="follow_up", by=people.officer)
    with pytest.raises(Missing):
        unlink(one=seen, other=hidden, kind="same_event", by=people.contact)


def test_a_link_stays_theirs_who_drew_it_whoever_says_it_again(people: SimpleNamespace) -> None:
    """At every door: the words, the name and who may take it away are those of the first."""
    one, other = _case(people, "L-8"), _case(people, "L-9")
    link(one=one, other=other, kind="same_method", reason="Kenya says so", by=people.contact)
    said = {"one": one.ref, "other": other.ref, "kind": "same_method", "reason": "Chile says so"}
    page = _client(people.chilean).post("/search/link/", said, follow=True).content.decode()
    assert f"linked so already, by {people.contact.username}" in page
    _token, text = make_token(officer=people.chilean, scope="write", by=people.chilean)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    body = json.dumps({"other": other.ref, "kind": "same_method", "reason": "Chile says so"})
    answer = program.post(f"/api/v1/cases/{one.ref}/links", body, content_type="application/json")
    assert [(row["by"], row["reason"]) for row in answer.json()] == [(people.contact.username, "Kenya says so")]
    assert program.delete(f"/api/v1/cases/{one.ref}/links/{other.ref}/same_method").status_code == 403
    assert _client(people.chilean).post("/search/link/", {**said, "deed": "drop"}).status_code == 403
    assert Entry.objects.filter(deed="search.linked").count() == 1, "nothing was done the second time"

    link(one=other, other=one, kind="same_method", reason="Kenya says more", by=people.contact)
    assert [(row.by, row.reason) for row in linked_to(one, people.american)] == [
        (people.contact.username, "Kenya says more")
    ]
    unlink(one=one, other=other, kind="same_method", by=people.steward)
    assert linked_to(one, people.contact) == []


def test_links_that_a_record_names_are_shown(people: SimpleNamespace) -> None:
    first = _case(people, "L-5")
    by_name, by_ref = _case(people, "L-6", links=["L-5", "L-0"]), _case(people, "L-7", links=[first.ref])
    for case in (by_name, by_ref):
        assert [(row.case.ref, row.kind) for row in linked_to(case, people.contact)] == [(first.ref, "record")]


def test_a_case_begins_as_a_copy_of_another(people: SimpleNamespace) -> None:
    case = _case(people, "L-8", place="KEMBA")
    client = _client(people.contact)
    assert f"?from={case.ref}" in client.get(f"/cases/{case.ref}/").content.decode()
    page = client.get(f"/cases/new/{case.form}/?from={case.ref}").content.decode()
    assert "KEMBA" in page
    assert "L-8" not in page
    foreign = _client(people.chilean)
    assert foreign.get(f"/cases/new/{case.form}/?from={case.ref}").status_code == 403
