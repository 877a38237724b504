"""Frozen data sets and the reports on them: what is left out since, who writes, and that nobody's text is lost."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.statistics.models import FormerText, Report, Snapshot
from tidewaiter.statistics.report.frozen_data import freeze

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _person(name: str, home: str, role: str) -> Any:
    return add_officer(username=name, administration=home, role=role, password=PASSWORD, by=NODE)


def _counted(people: SimpleNamespace, name: str, **changes: Any) -> str:
    ref = draft(cases=[case_in(national_ref=name, **changes)], by=people.contact, channel="page").refs[0]
    one = Case.objects.filter(ref=ref, latest=True)
    submit(cases=one, by=people.contact)
    validate(cases=one, by=people.secretariat, unopened="test")
    return ref


def _frozen(by: Any, audience: str = "members") -> Snapshot:
    return freeze(name="2026", since="2026-01", until="2026-12", audience=audience, by=by)


def _refs(answer: Any) -> set[str]:
    return set(pq.read_table(io.BytesIO(b"".join(answer.streaming_content))).column("ref").to_pylist())


def test_a_case_that_was_marked_or_withdrawn_since_leaves_the_lines_for_who_does_not_see_it(
    people: SimpleNamespace,
) -> None:
    stays, marked, gone = (_counted(people, f"F-{n}", date=f"2026-02-0{n}") for n in (1, 2, 3))
    frozen = _frozen(people.analyst)
    address = f"/statistics/reports/{frozen.ref}/take/parquet/"
    whole = _client(people.chilean).get(address)
    assert _refs(whole) == {stays, marked, gone}
    assert not whole.has_header("Cases-Left-Out")
    _counted(people, "F-2", date="2026-02-02", handling="RED")
    withdraw(case=Case.objects.get(ref=gone, latest=True), reason="wrong", by=people.contact)

    stranger = _client(people.chilean)
    answer = stranger.get(address)
    assert answer["Cases-Left-Out"] == "2"
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    table = pq.read_table(io.BytesIO(content))
    assert set(table.column("ref").to_pylist()) == {stays}
    assert table.schema.metadata[b"cases_left_out"] == b"2"
    assert (
        "2 cases were withdrawn or marked since" in stranger.get(f"/statistics/reports/{frozen.ref}/").content.decode()
    )
    _token, text = make_token(officer=people.chilean, scope="read", by=people.chilean)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    assert _refs(program.get(f"/api/v1/statistics/snapshots/{frozen.ref}/report.parquet")) == {stays}
    assert _refs(_client(people.officer).get(address)) == {stays, marked}, "its own country sees the marked one"


def test_of_a_public_data_set_a_marked_case_is_nobodys(people: SimpleNamespace) -> None:
    stays, _marked = (_counted(people, f"F-{n}", date=f"2026-02-0{n}") for n in (1, 2))
    frozen = _frozen(people.analyst, "public")
    _counted(people, "F-2", date="2026-02-02", handling="RED")
    for person in (people.officer, people.analyst):
        assert _refs(_client(person).get(f"/statistics/reports/{frozen.ref}/take/parquet/")) == {stays}


def test_an_edition_is_written_by_the_administration_that_froze_it(people: SimpleNamespace) -> None:
    _counted(people, "F-4", date="2026-02-01")
    kenyan, editor = _person("analyst.ke", "KE", "analyst"), _person("editor.int", "INT", "editor")
    of_secretariat = _frozen(people.analyst)
    said = {"lang": "en", "read": "0", "title": "Illicit Trade Report 2026"}
    address = f"/statistics/reports/{of_secretariat.ref}/"
    refused = _client(kenyan).post(address, {**said, "title": "Replaced"})
    assert refused.status_code == 403
    assert "The administration that froze the data set writes its report." in refused.content.decode()
    assert 'name="title"' not in _client(kenyan).get(address).content.decode()
    assert _client(editor).post(address, said).status_code == 302
    assert Report.objects.get().title == "Illicit Trade Report 2026"
    own = _frozen(kenyan)
    assert own != of_secretariat, "the same lines, but Kenya's own edition"
    assert _client(kenyan).post(f"/statistics/reports/{own.ref}/", said).status_code == 302
    assert _client(editor).post(f"/statistics/reports/{own.ref}/", said).status_code == 403


def test_the_public_edition_is_the_secretariats(people: SimpleNamespace) -> None:
    _counted(people, "F-5", date="2026-02-01")
    for person in (_person("analyst.ke", "KE", "analyst"), people.steward):
        with pytest.raises(NotAllowed, match="The secretariat's analysts and editors make what the public reads"):
            _frozen(person, "public")
    assert _frozen(_person("editor.int", "INT", "editor"), "public").audience == "public"


def test_who_writes_second_has_read_what_the_first_wrote_and_nothing_is_lost(people: SimpleNamespace) -> None:
    _counted(people, "F-6", date="2026-02-01")
    frozen = _frozen(people.analyst)
    address = f"/statistics/reports/{frozen.ref}/"
    first, second = _client(people.analyst), _client(_person("editor.int", "INT", "editor"))
    assert '<input type="hidden" name="read" value="0">' in first.get(address).content.decode()
    said = {"lang": "en", "read": "0", "title": "One", "text.foreword": "Of the analyst"}
    assert first.post(address, said).status_code == 302
    late = second.post(address, {"lang": "en", "read": "0", "title": "Two", "text.foreword": "Of the editor"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "analyst.int has written here since you read it" in page
    assert "Of the editor" in page, "what was typed stays"
    assert "Of the analyst" in page, "and what stands is shown beside it"
    assert '<input type="hidden" name="read" value="1">' in page
    assert Report.objects.get().texts == {"foreword": "Of the analyst"}

    done = second.post(address, {"lang": "en", "read": "1", "title": "Two", "text.foreword": "Of the editor"})
    assert done.status_code == 302
    assert Report.objects.get().texts == {"foreword": "Of the editor"}
    former = FormerText.objects.get()
    assert (former.version, former.written_by, former.texts) == (1, "analyst.int", {"foreword": "Of the analyst"})
    page = first.get(address).content.decode()
    assert "Earlier texts" in page
    assert "Of the analyst" in page
    assert first.post(address, {"lang": "en", "title": "Three"}).status_code == 400, "which text was read must be said"
