"""What is kept as a query is judged when it is kept: never cut, and never another query when it is read again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import SavedFilter
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import make_token
from tidewaiter.review.actions import answer, ask, take
from tidewaiter.review.models import AnalysisRequest
from tidewaiter.search.actions import watch
from tidewaiter.search.models import Watch
from tidewaiter.statistics.models import KeptTable
from tidewaiter.trade.parameters import ANALYSES, read_settings

pytestmark = pytest.mark.django_db

LONG = [
    f"q={'é' * 330}abcd&since=2024-01-01",
    f"q={'q' * 1990}&since=2024-01-01",
    "&".join(f"place=KEMB{n:04}" for n in range(200)),
    f"q={'漢' * 500}",
]
UNREADABLE = ["q=pump%00", "q=%C3%28", "q=pump%1B", "q=%ED%A0%80", "q=pump\ud800"]
NO_VALUE = ["year=soon", "year=²²²²", "since=soon", "since=2024-13-01", "until=2024-0"]


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


@pytest.mark.both_databases
@pytest.mark.parametrize("query", [*LONG, *UNREADABLE, *NO_VALUE])
def test_a_filter_and_a_watch_that_could_not_be_read_again_are_refused_in_words(
    query: str, people: SimpleNamespace
) -> None:
    for address in ("/cases/filters/keep/", "/search/watch/"):
        if "\ud800" in query:
            continue  # no browser sends half a sign; a program can
        page = _client(people.contact).post(address, {"name": "x", "query": query})
        assert page.status_code == 400, address
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    said = program.post("/api/v1/watches", {"name": "x", "query": query}, content_type="application/json")
    assert said.status_code in (400, 422)
    assert not SavedFilter.objects.exists()
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    "query", ["q=pump&country=KE&since=2024-01-01", "?q=%C3%A9t%C3%A9", "status=draft&status=returned"]
)
def test_what_is_kept_is_read_again_as_it_was(query: str, people: SimpleNamespace) -> None:
    client = _client(people.contact)
    assert client.post("/cases/filters/keep/", {"name": "x", "query": query}).status_code == 302
    kept = SavedFilter.objects.get().query
    assert client.get(f"/cases/?{kept}").status_code == 200
    watch(name="x", query=query, by=people.contact)
    assert Watch.objects.get().query == kept


def test_unknown_names_are_passed_over_when_typed_and_never_when_kept(people: SimpleNamespace) -> None:
    from tidewaiter.cases.filter_params import read_kept

    with pytest.raises(BadInput, match="gone"):
        read_kept("country=KE&gone=1")
    with pytest.raises(BadInput):
        read_kept("country=KE&since=2024-0" + "x" * 2000)
    watch(name="x", query="country=KE&evil=1&form=%20", by=people.contact)
    assert Watch.objects.get().query == "country=KE"


@pytest.mark.parametrize("query", [*LONG, *UNREADABLE[:4], "since=soon"])
def test_an_answer_does_not_rest_on_half_a_search(query: str, people: SimpleNamespace) -> None:
    draft(cases=[case_in()], by=people.contact, channel="csv")
    asked = ask(subject="s", question="q", by=people.contact)
    take(request=asked, by=people.reviewer)
    with pytest.raises(BadInput):
        answer(request=AnalysisRequest.objects.get(), text="t", search=query, by=people.reviewer)
    assert AnalysisRequest.objects.get().status == "taken"


@pytest.mark.parametrize(
    "query",
    [
        f"by=commodity&hs={'é' * 400}",
        "by=commodity&hs=%00",
        "by=nothing",
        "by=mode&and=mode",
        "by=mode&since=2024-13",
        "by=mode&since=1900-01&until=2024-01",
        "by=mode&colour=red",
        "by=mode\nSet-Cookie: x",
    ],
)
def test_a_table_that_could_not_be_asked_again_is_refused_in_words(query: str, people: SimpleNamespace) -> None:
    said = _client(people.contact).post("/statistics/table/keep/", {"name": "x", "query": query})
    assert said.status_code == 400
    assert not KeptTable.objects.exists()


def test_a_name_of_a_column_is_never_cut() -> None:
    with pytest.raises(BadInput):
        read_settings(ANALYSES["select_train"], {"label": "x" * 201})
    assert read_settings(ANALYSES["select_train"], {"label": "x" * 200})["label"] == "x" * 200
