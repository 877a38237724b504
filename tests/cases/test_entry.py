"""A case is entered by page: the simple form grows, nothing typed is lost, and all is read before it is submitted."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from tests.cases.test_photos import picture
from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, return_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import FieldReason
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer
from tidewaiter.vault.models import Picture

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEW = "/cases/new/DRG/"
TYPED = {
    "date": "2026-11-16",
    "country": "KE",
    "place": "Mombasa",
    "direction": "transit",
    "lines": "1",
    "length": "simple",
    "lines.1.subtype": "cocaine",
    "lines.1.quantity": "37,5 kg",
    "route.departure.place": "Brazil",
    "route.destination.place": "Kampala",
}


def _client(person: Officer) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _form(content: bytes) -> Any:
    return next(one for one in html.fromstring(content).forms if one.get("data-careful") is not None)


def _fields(content: bytes) -> dict[str, list[str]]:
    """What the page's form would send, as a browser sends it without a button."""
    said: dict[str, list[str]] = {}
    for name, value in _form(content).form_values():
        if name not in ("csrfmiddlewaretoken", "deed"):
            said.setdefault(name, []).append(value)
    return said


def _open_blocks(content: bytes) -> set[str]:
    blocks = html.fromstring(content).xpath("//*[@data-block]")
    return {one.get("id") for one in blocks if one.tag == "section" or one.get("open") is not None}


def test_the_simple_form_opens_and_the_long_one_grows_out_of_it(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    page = client.get(NEW).content
    assert _open_blocks(page) == {"block-case", "block-goods", "block-photos", "block-route"}
    said = _fields(page) | {"office": ["Kilindini"], "deed": ["long"], "date": ["2026-11-16"]}
    long = client.post(NEW, said).content
    assert {"block-persons", "block-concealment", "block-detection", "block-conveyance"} <= _open_blocks(long)
    assert _fields(long)["length"] == ["long"]
    back = client.post(NEW, _fields(long) | {"deed": ["simple"], "conveyance.number": ["AF006"]}).content
    now = _fields(back)
    assert (now["office"], now["conveyance.number"], now["date"]) == (["Kilindini"], ["AF006"], ["2026-11-16"])
    assert "kept beyond the simple form: Office, Flight or voyage" in re.sub(
        r"<[^>]+>", "", unindented(back.decode())
    ).replace(" ,", ",")
    assert "block-conveyance" in _open_blocks(back), "what is filled is not shut away"


def test_the_long_form_demands_what_the_simple_one_does_not(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    assert client.post(NEW, {**TYPED, "deed": "check"}).status_code == 200
    answer = client.post(NEW, {**TYPED, "length": "long", "deed": "check"})
    assert answer.status_code == 422
    assert "Mode of transport" in answer.content.decode()


def test_answers_are_read_before_they_are_submitted_and_each_can_be_changed(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    answer = client.post(NEW, {**TYPED, "deed": "check"})
    page = unindented(answer.content.decode())
    assert "Check your answers" in page
    for words in ("Monday 16 November 2026", "Mombasa", "Cocaine", "37.5 kilogram", "Brazil", "Kampala, Uganda"):
        assert words in page, words
    assert "All checks passed." in page
    assert not Case.objects.exists()
    change = client.post(NEW, _fields(answer.content) | {"deed": "change:route.destination.place"})
    focused = html.fromstring(change.content).xpath("//*[@autofocus]")
    assert [one.get("id") for one in focused] == ["route.destination.place"]
    assert _fields(change.content)["lines.1.quantity"] == ["37,5 kg"], "nothing typed is lost"
    done = client.post(NEW, _fields(answer.content) | {"deed": "submit"})
    assert done.status_code == 302
    case = Case.objects.get()
    assert case.status == "submitted"
    line = case.lines.get()
    assert (line.subtype, str(line.quantity.normalize()), line.unit) == ("cocaine", "37.5", "KGM")
    assert case.header["route"] == [
        {"role": "departure", "country": "BR"},
        {"role": "destination", "place": "UGKLA", "country": "UG"},
    ]


def test_what_must_be_settled_stands_on_the_answers_with_its_field_and_holds_the_submission(
    people: SimpleNamespace,
) -> None:
    client = _client(people.officer)
    typed = {**TYPED, "date": "2031-01-01", "direction": "import", "route.destination.place": "Uganda"}
    page = client.post(NEW, {**typed, "deed": "check"}).content.decode()
    assert "The date lies in the future" in page
    assert "No leg of the route names the country of the seizure." in page
    assert 'value="change:date"' in page
    assert 'value="change:route.departure.place"' in page
    assert 'value="submit"' not in page
    assert "The date lies in the future" in client.post(NEW, {**typed, "deed": "submit"}).content.decode()
    assert not Case.objects.exists()


def test_an_error_names_its_field_and_its_line(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    page = client.post(NEW, {**TYPED, "lines.1.quantity": "6 2", "deed": "check"}).content.decode()
    assert '<a href="#lines.1.quantity">Quantity, line 1</a>' in page
    assert "Quantity, 1" not in page


def test_a_quantity_says_its_unit_in_the_same_box_by_page_and_by_program(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    for said, words, unit in (("3 kg", "3 kilogram", "KGM"), ("37,5", "37.5", ""), ("1 500 g", "1,500 gram", "GRM")):
        page = client.get(f"{NEW}read/", {"at": "lines.1.quantity", "lines.1.quantity": said}).content.decode()
        assert words in page, said
        assert (f'data-unit="{unit}"' in page) == bool(unit)
    asked = client.get(f"{NEW}read/", {"at": "lines.1.quantity", "lines.1.quantity": "1,250"}).content.decode()
    assert "can mean several" in asked
    assert 'data-take="1250"' in asked
    assert 'data-take="1.25"' in asked
    _token, text = make_token(officer=people.officer, scope="write", by=people.officer)
    record = {
        "form": "DRG",
        "date": "2026-11-16",
        "country": "KE",
        "lines": [{"subtype": "cocaine", "quantity": "3 kg"}, {"subtype": "heroin", "quantity": "37,5", "unit": "GRM"}],
    }
    made = Client(headers={"Authorization": f"Bearer {text}"}).post(
        "/api/v1/cases", json.dumps(record), content_type="application/json"
    )
    assert made.status_code == 201
    lines = [(str(line.quantity.normalize()), line.unit) for line in Case.objects.get().lines.order_by("number")]
    assert lines == [("3", "KGM"), ("37.5", "GRM")]


@pytest.mark.parametrize(
    ("at", "said", "words"),
    [
        ("place", "mombasa", "Mombasa, Kenya"),
        ("route.transit.1.place", "BEANR", "Antwerpen, Belgium"),
        ("route.transit.1.place", "Viet Nam", "VN"),
        ("route.transit.1.place", "Nowhere at all", "no place that is known"),
        ("country", "kenia", "Kenya"),
        ("date", "16.11.2026", "Monday 16 November 2026"),
        ("lines.1.subtype", "coke", "Cocaine"),
        ("lines.1.hs", "2939.72", "293972"),
    ],
)
def test_every_name_is_answered_with_what_it_became(people: SimpleNamespace, at: str, said: str, words: str) -> None:
    page = _client(people.officer).get(f"{NEW}read/", {"at": at, at: said, "country": "KE"}).content.decode()
    assert words in page


def test_several_meanings_are_a_question_that_a_button_answers(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    asked = client.get(f"{NEW}read/", {"at": "route.transit.1.place", "route.transit.1.place": "Antwerp"})
    assert "Antwerpen, Belgium" in asked.content.decode()
    page = client.post(NEW, {**TYPED, "route.transit.1.place": "Antwerp", "deed": "check"})
    assert page.status_code == 422
    answered = client.post(NEW, _fields(page.content) | {"deed": "take:route.transit.1.place:BEANR"})
    assert _fields(answered.content)["route.transit.1.place"] == ["BEANR"]
    assert "Antwerpen, Belgium" in answered.content.decode()


def test_places_are_suggested_by_country_and_use(people: SimpleNamespace) -> None:
    client = _client(people.officer)

    def suggested(**asked: str) -> list[str]:
        page = client.get("/codelists/unlocode/suggest", asked).content.decode()
        return re.findall(r'value="(\w+)"', page)

    own = suggested(target="place", place="mo", country="KE")
    assert own[0] == "KEMBA"
    assert all(code.startswith("KE") for code in own)
    legs = suggested(target="route.transit.1.place", country="KE", **{"route.transit.1.place": "san"})
    assert any(not code.startswith("KE") for code in legs)
    airports = suggested(target="place", place="na", country="KE", location_type="airport")
    assert airports[0] in ("KENBO", "KENUU", "KENYK", "KENYE")
    page = client.get("/codelists/unlocode/suggest", {"target": "x", "x": "rotterd"}).content.decode()
    assert "Rotterdam, Netherlands" in page


def test_legs_are_added_moved_and_taken_out(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    said = {**TYPED, "route.departure.date": "2026-11-01"}
    page = client.post(NEW, {**said, "deed": "leg:transit"})
    now = _fields(page.content) | {"route.transit.1.place": ["BEANR"]}
    page = client.post(NEW, now | {"deed": ["leg:transit"]})
    assert html.fromstring(page.content).xpath("//*[@autofocus]/@id") == ["route.transit.2.place"]
    now = _fields(page.content) | {"route.transit.2.place": ["DZALG"]}
    now = _fields(client.post(NEW, now | {"deed": ["row-move:3:2"]}).content)
    assert (now["route.transit.1.place"], now["route.transit.2.place"]) == (["DZALG"], ["BEANR"])
    now = _fields(client.post(NEW, now | {"deed": ["row-move:1:2"]}).content)
    assert (now["route.departure.place"], now["route.transit.1.place"]) == (["DZALG"], ["Brazil"])
    assert now["route.transit.1.date"] == ["2026-11-01"], "what was typed of a stop goes with it"
    now = _fields(client.post(NEW, now | {"deed": ["row-out:route.transit.1"]}).content)
    assert now["route.transit.1.place"] == ["BEANR"]
    assert "route.transit.2.place" not in now
    now = _fields(client.post(NEW, now | {"deed": ["row-out:route.departure"]}).content)
    assert now["route.departure.place"] == [""]


def test_the_route_is_drawn_while_it_is_typed(people: SimpleNamespace) -> None:
    asked = {
        "at": "route.transit.1.place",
        "country": "KE",
        "place": "Mombasa",
        "route.departure.place": "CLSAI",
        "route.transit.1.place": "KRPUS",
        "route.destination.place": "KENBO",
    }
    page = _client(people.officer).get(f"{NEW}read/", asked).content.decode()
    assert 'id="route-map" hx-swap-oob="true"' in page
    assert 'aria-label="Map of the route: San Antonio → Busan → Mombasa → Nairobi"' in page
    assert page.count('class="flow') == 2, "UN/LOCODE has no coordinates of Mombasa and Nairobi: both lie in Kenya"
    assert page.count('class="pt here"') == 1


def test_a_case_with_many_legs_and_persons_keeps_them_all(people: SimpleNamespace) -> None:
    route = [{"role": "departure", "country": "BR", "place": "BRSSZ"}]
    route += [{"role": "transit", "country": code} for code in ("ES", "BE", "NL", "DE", "EG")]
    route += [{"role": "destination", "country": "KE"}]
    persons = [{"role": role} for role in ("courier", "driver", "agent", "consignee")]
    ref = draft(cases=[case_in(route=route, persons=persons)], by=people.officer, channel="json").refs[0]
    client = _client(people.officer)
    said = _fields(client.get(f"/cases/{ref}/edit/").content)
    assert client.post(f"/cases/{ref}/edit/", said | {"deed": "keep"}).status_code == 302
    header = Case.objects.get(ref=ref).header
    assert (header["route"], header["persons"]) == (route, persons)


def test_persons_are_rows_that_one_adds(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    assert "persons.1.role" not in _fields(client.get(NEW).content)
    now = _fields(client.post(NEW, {**TYPED, "deed": "leg:person"}).content)
    now |= {"persons.1.role": ["courier"], "persons.1.arrested": ["yes"]}
    now = _fields(client.post(NEW, now | {"deed": ["leg:person"]}).content) | {"persons.2.role": ["driver"]}
    now = _fields(client.post(NEW, now | {"deed": ["row-out:persons.1"]}).content)
    assert now["persons.1.role"] == ["driver"]
    assert "persons.2.role" not in now


def test_photos_are_there_from_the_start_with_their_captions(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    page = client.get(NEW).content.decode()
    assert 'capture="environment"' in page
    files = [SimpleUploadedFile(f"{n}.jpg", picture(colour=colour)) for n, colour in enumerate(("red", "blue"))]
    answer = client.post(f"{NEW}photos/", {**TYPED, "photos.said": "1", "pictures": files})
    now = _fields(answer.content)
    assert len(now["photos.1.file"][0]) == len(now["photos.2.file"][0]) == 64
    assert now["lines.1.quantity"] == ["37,5 kg"]
    small = client.get(f"/cases/new/photos/{now['photos.1.file'][0]}.jpg")
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    for stranger in (people.chilean, people.reviewer):
        assert _client(stranger).get(f"/cases/new/photos/{now['photos.1.file'][0]}.jpg").status_code in (403, 404)
    now |= {"photos.1.caption": ["Bricks behind the fan"], "photos.1.shows": ["concealment"]}
    checked = client.post(NEW, now | {"deed": ["check"]})
    assert "Bricks behind the fan" in checked.content.decode()
    assert client.post(NEW, _fields(checked.content) | {"deed": "keep"}).status_code == 302
    case = Case.objects.get()
    assert [(one.get("caption"), one.get("shows")) for one in case.header["photos"]] == [
        ("Bricks behind the fan", "concealment"),
        (None, None),
    ]
    edit = f"/cases/{case.ref}/edit/"
    less = client.post(edit, _fields(client.get(edit).content) | {"deed": "photo-out:2"})
    assert client.post(edit, _fields(less.content) | {"deed": "keep"}).status_code == 302
    assert len(Case.objects.get().header["photos"]) == 1


def test_what_is_no_picture_is_refused_in_words_and_nothing_typed_is_lost(people: SimpleNamespace) -> None:
    bad = SimpleUploadedFile("a.jpg", b"no picture at all")
    answer = _client(people.officer).post(f"{NEW}photos/", {**TYPED, "photos.said": "1", "pictures": [bad]})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert _fields(answer.content)["lines.1.quantity"] == ["37,5 kg"]
    assert not Picture.objects.exists()


def test_a_digest_of_anothers_photo_opens_nothing(people: SimpleNamespace) -> None:
    theirs = SimpleUploadedFile("a.jpg", picture(colour="green"))
    page = _client(people.chilean).post(f"{NEW}photos/", {**TYPED, "country": "CL", "pictures": [theirs]})
    digest = _fields(page.content)["photos.1.file"][0]
    said = {**TYPED, "photos.said": "1", "photos.1.file": digest, "deed": "keep"}
    answer = _client(people.officer).post(NEW, said)
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_a_person_in_a_caption_is_asked_like_any_other(people: SimpleNamespace) -> None:
    client = _client(people.officer)
    photo = SimpleUploadedFile("a.jpg", picture(colour="red"))
    now = _fields(client.post(f"{NEW}photos/", {**TYPED, "pictures": [photo]}).content)
    now |= {"photos.1.caption": ["The hold of Wanjiru Kamau at anchor"], "deed": ["keep"]}
    answer = client.post(NEW, now)
    assert answer.status_code == 422
    key = re.findall(r'name="(person\.\w+)"', answer.content.decode())[0]
    assert client.post(NEW, now | {key: ["no"]}).status_code == 302
    header = Case.objects.get().header
    assert header["photos"][0]["caption"] == "The hold of Wanjiru Kamau at anchor"
    assert header["judged"] == ["photos.caption=Wanjiru Kamau"]


def test_a_returned_case_is_mended_at_the_field_the_reviewer_named(people: SimpleNamespace) -> None:
    ref = draft(cases=[case_in()], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    case = Case.objects.get(ref=ref)
    reasons = [FieldReason("route.departure.country", "unclear"), FieldReason("place", "wrong")]
    return_case(case=case, reason="", by=people.reviewer, fields=reasons)
    client = _client(people.officer)
    page = html.fromstring(client.get(f"/cases/{ref}/").content)
    main = page.xpath("//*[@data-main]")
    assert [" ".join(one.text_content().split()) for one in main] == ["Mend"]
    mending = client.get(main[0].get("href")).content
    found = html.fromstring(mending)
    assert found.xpath("//*[@autofocus]/@id") == ["route.departure.place"]
    crumb = " ".join(found.xpath("//nav[contains(@class, 'tw-crumb')]")[0].text_content().split())
    assert crumb == "Cases Kenya KE-1"
    assert found.xpath("//h1")[0].text_content() == "Mend KE-1"
    first = html.fromstring(client.get(f"/cases/{ref}/edit/").content)
    assert first.xpath("//*[@autofocus]/@id") == ["route.departure.place"]


def test_a_line_is_copied_with_what_it_says(people: SimpleNamespace) -> None:
    page = _client(people.officer).post(NEW, {**TYPED, "deed": "copy:1"}).content
    assert _fields(page)["lines.2.quantity"] == ["37,5 kg"]
    assert _fields(page)["lines"] == ["2"]


def test_what_was_typed_last_time_is_brought_back_whole(people: SimpleNamespace) -> None:
    said = {**TYPED, "route.transit.1.place": "BEANR", "persons.1.role": "courier", "lines": "2", "deed": "back"}
    now = _fields(_client(people.officer).post(NEW, {**said, "lines.2.subtype": "heroin"}).content)
    assert (now["route.transit.1.place"], now["persons.1.role"]) == (["BEANR"], ["courier"])
    assert now["lines.2.subtype"] == ["Heroin"]
    assert now["lines"] == ["2"]
