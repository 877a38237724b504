"""A draft that two colleagues mend at once: the second to keep is told, nothing is
overwritten and nothing typed is lost.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from tests.cases.test_photos import picture
from tests.conftest import PASSWORD
from tests.making import as_read, case_in, record
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.case_photos import describe_photo
from tidewaiter.foundation.refusals import Outdated
from tidewaiter.ledger.queries import history
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _page(person: Officer) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Officer) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _form(client: Client, ref: str) -> dict[str, Any]:
    """What the entry page would send, as it stands."""
    return _fields(client.get(f"/cases/{ref}/edit/").content)


def _fields(content: bytes) -> dict[str, Any]:
    form = next(one for one in html.fromstring(content).forms if "version" in one.fields and "narrative" in one.fields)
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def _drafted(people: SimpleNamespace) -> str:
    return draft(cases=[case_in()], by=people.contact, channel="page").refs[0]


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_who_keeps_second_sees_both_texts_and_overwrites_nothing(people: SimpleNamespace, status: str) -> None:
    ref = _drafted(people)
    Case.objects.filter(ref=ref).update(status=status)
    first, second = _page(people.contact), _page(people.officer)
    mine, theirs = _form(second, ref), _form(first, ref)
    kept = first.post(f"/cases/{ref}/edit/", {**theirs, "narrative": "Behind the wheel arch.", "deed": "keep"})
    assert kept.status_code == 302
    typed = {**mine, "narrative": "Under the floor of the cabin.", "deed": "keep"}
    answer = second.post(f"/cases/{ref}/edit/", typed)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "contact.ke, Kenya changed this case at" in said
    assert "Behind the wheel arch." in said
    assert said.count("Under the floor of the cabin.") == 2, "beside theirs, and in the field as it was typed"
    assert Case.objects.get(ref=ref).header["narrative"] == "Behind the wheel arch."
    assert len([entry for entry in history(ref) if entry.deed == "cases.mended"]) == 1
    again = second.post(f"/cases/{ref}/edit/", {**typed, "deed": "submit"})
    assert again.status_code == 409, "the same page cannot submit either"
    now = _fields(answer.content)
    assert now["narrative"] == "Under the floor of the cabin."
    taken = second.post(f"/cases/{ref}/edit/", {**now, "deed": "theirs:narrative"})
    assert _fields(taken.content)["narrative"] == "Behind the wheel arch."
    assert second.post(f"/cases/{ref}/edit/", {**now, "deed": "keep"}).status_code == 302, (
        "both were read: theirs is written over"
    )
    assert Case.objects.get(ref=ref).header["narrative"] == "Under the floor of the cabin."


def test_a_page_that_does_not_say_what_was_read_keeps_nothing(people: SimpleNamespace) -> None:
    ref = _drafted(people)
    office = _page(people.contact)
    said = _form(office, ref)
    del said["version"], said["digest"]
    answer = office.post(f"/cases/{ref}/edit/", {**said, "narrative": "Late.", "deed": "keep"})
    assert 400 <= answer.status_code < 500
    assert "narrative" not in Case.objects.get(ref=ref).header


def test_checking_does_not_make_an_old_page_a_new_one(people: SimpleNamespace) -> None:
    ref = _drafted(people)
    second = _page(people.officer)
    mine = _form(second, ref)
    draft(cases=[case_in(narrative="Theirs.")], by=people.contact, channel="page")
    checked = _fields(second.post(f"/cases/{ref}/edit/", {**mine, "narrative": "Mine.", "deed": "check"}).content)
    assert second.post(f"/cases/{ref}/edit/", {**checked, "deed": "keep"}).status_code == 409


def test_a_program_writes_over_what_it_has_read_alone(people: SimpleNamespace) -> None:
    ref = _drafted(people)
    one, other = _program(people.contact), _program(people.officer)
    read = as_read(one, ref)

    def sent(client: Client, text: str, **named: Any) -> Any:
        body = json.dumps({**record(narrative=text), **named})
        return client.post("/api/v1/cases", body, content_type="application/json")

    assert sent(other, "First.", **read).json()["outcome"] == "changed"
    answer = sent(one, "Second.", **read)
    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "another_version", 1)
    assert Case.objects.get(ref=ref).header["narrative"] == "First."
    assert sent(one, "First.", **read).json()["outcome"] == "unchanged", "the same again changes nothing"
    assert sent(one, "Second.", **as_read(one, ref)).json()["outcome"] == "changed"
    assert sent(one, "Third.").json()["outcome"] == "changed", "who names nothing brings a record as ever"
    assert sent(one, "New.", national_ref="KE-2", **read).status_code == 201


def test_captions_and_photos_are_not_lost_to_each_other(people: SimpleNamespace) -> None:
    ref = _drafted(people)
    first, second = _page(people.contact), _page(people.officer)
    first.post(f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile("a.jpg", picture())]})
    case = Case.objects.get(ref=ref)
    digest = case.header["photos"][0]["file"]
    named = {"version": str(case.version), "digest": case.digest}
    assert first.post(f"/cases/{ref}/photos/{digest}/", {**named, "caption": "Wheel arch"}).status_code == 302
    answer = second.post(f"/cases/{ref}/photos/{digest}/", {**named, "caption": "Left wheel arch"})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "you wrote «Left wheel arch», it says «Wheel arch»" in said
    assert second.post(f"/cases/{ref}/photos/{digest}/", {**named, "deed": "drop"}).status_code == 409
    assert Case.objects.get(ref=ref).header["photos"][0]["caption"] == "Wheel arch"
    with pytest.raises(Outdated):
        describe_photo(case=case, digest=digest, said={"caption": "Stale"}, by=people.officer)
    draft(
        cases=[case_in(narrative="Kept meanwhile.", photos=Case.objects.get(ref=ref).header["photos"])],
        by=people.contact,
        channel="page",
    )
    more = SimpleUploadedFile("b.png", picture("PNG"))
    assert second.post(f"/cases/{ref}/photos/", {"photos": [more]}).status_code == 302
    stands = Case.objects.get(ref=ref).header
    assert (stands["narrative"], stands["photos"][0]["caption"]) == ("Kept meanwhile.", "Wheel arch")


def test_of_two_who_amend_a_submitted_case_the_second_is_told(people: SimpleNamespace) -> None:
    ref = _drafted(people)
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    second = _page(people.officer)
    mine = _form(second, ref)
    draft(cases=[case_in(narrative="Theirs.")], by=people.contact, channel="page")
    assert second.post(f"/cases/{ref}/edit/", {**mine, "narrative": "Mine.", "deed": "keep"}).status_code == 409
    assert Case.objects.filter(ref=ref).count() == 2
