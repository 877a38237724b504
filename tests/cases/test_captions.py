"""What looks like a person in a photo's caption is asked about, as in any other text."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.test_photos import picture, signed
from tests.making import case_in, record
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case, CasePhoto
from tidewaiter.cases.stored_masking import masked_cases
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
BAR, SHIP = "█████", "Wanjiru Kamau"
TOLD = {"deed": "keep", "caption": f"Stern of {SHIP}, plate KDB 921L", "shows": "concealment", "tags": ["rip_on"]}


@pytest.fixture
def photo(people: SimpleNamespace) -> tuple[Client, str]:
    """A browser, and the address of a photo of a case."""
    draft(cases=[case_in()], by=people.contact, channel="page")
    case, client = Case.objects.get(), signed(people.contact)
    client.post(f"/cases/{case.ref}/photos/", {"photos": [SimpleUploadedFile("a.jpg", picture(), "image/jpeg")]})
    case.refresh_from_db()
    return client, ""


def _listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Case.objects.get(latest=True).header["photos"]
    return found


def _address(client: Client) -> str:
    """Where the page's own form of the photo goes."""
    page = client.get(f"/cases/{Case.objects.get().ref}/").content.decode()
    return re.findall(r'action="([^"]*/photos/[^"]+)"', page)[0]


def _answers(page: str, word: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'type="radio" name="(person\.\w+)"', page), word)


def test_nothing_is_kept_before_it_is_answered_and_no_keeps_the_words(photo: tuple[Client, str]) -> None:
    client, _where = photo
    address = _address(client)
    page = client.post(address, TOLD).content.decode()
    assert "A person?" in page
    assert f"<mark>{SHIP}</mark>" in page
    assert "A number plate" in page
    assert "caption" not in _listed()[0]
    client.post(address, {**TOLD, **_answers(page, "no")})
    assert _listed()[0] | {"file": ""} == {
        "file": "",
        "caption": f"Stern of {SHIP}, plate {BAR}",
        "shows": "concealment",
        "tags": "rip_on",
    }
    case = Case.objects.get()
    assert case.header["judged"] == [f"photos.caption={SHIP}"]
    assert CasePhoto.objects.get().caption == f"Stern of {SHIP}, plate {BAR}"
    again = client.post(address, {**TOLD, "caption": f"Bow of {SHIP}"})
    assert (again.status_code, _listed()[0]["caption"]) == (302, f"Bow of {SHIP}"), "it is not asked again"


def test_yes_hides_it_and_the_page_says_so(photo: tuple[Client, str]) -> None:
    client, _where = photo
    address = _address(client)
    page = client.post(address, TOLD).content.decode()
    done = client.post(address, {**TOLD, **_answers(page, "yes")}, follow=True).content.decode()
    assert _listed()[0]["caption"] == f"Stern of {BAR}, plate {BAR}"
    assert "Hidden in the caption" in done
    assert "judged" not in Case.objects.get().header


def test_what_was_judged_of_a_caption_stays_with_an_amendment_and_with_mask_stored(
    photo: tuple[Client, str], people: SimpleNamespace
) -> None:
    client, _where = photo
    address = _address(client)
    page = client.post(address, TOLD).content.decode()
    client.post(address, {**TOLD, **_answers(page, "no")})
    header = Case.objects.get().header
    record = {"photos": header["photos"], "judged": header["judged"], "narrative": "In a pump."}
    draft(cases=[case_in(**record)], by=people.contact, channel="page")
    assert _listed()[0]["caption"] == f"Stern of {SHIP}, plate {BAR}"
    done = masked_cases(0, write=True)
    assert done is not None
    assert done.things == []
    assert SHIP in json.dumps(Case.objects.get(latest=True).header)
    draft(cases=[case_in(photos=header["photos"], narrative="In a pump.")], by=people.contact, channel="page")
    assert _listed()[0]["caption"] == f"Stern of {BAR}, plate {BAR}", "without the judgement it is hidden, as before"


def _program(people: SimpleNamespace) -> Client:
    _, token = make_token(officer=people.contact, scope="write", by=people.contact)
    return Client(headers={"Authorization": f"Bearer {token}"})


def _hidden(field: str, text: str, kind: str, *, may_stay: bool) -> dict[str, Any]:
    return {"field": field, "text": text, "kind": kind, "may_stay": may_stay}


def test_a_program_is_told_what_was_hidden_in_a_caption_and_may_say_that_it_is_nobody(people: SimpleNamespace) -> None:
    draft(cases=[case_in()], by=people.contact, channel="page")
    program = _program(people)
    where = f"/api/v1/cases/{Case.objects.get().ref}/photos?"
    caption = {"caption": f"Stern of {SHIP}, plate KDB 921L"}
    told = program.post(where + urlencode(caption), picture(), content_type="image/jpeg").json()
    plate = _hidden("photos.caption", "KDB 921L", "plate", may_stay=False)
    assert told["hidden"] == [_hidden("photos.caption", SHIP, "name", may_stay=True), plate]
    assert told["photos"][0]["caption"] == f"Stern of {BAR}, plate {BAR}"
    said = {**caption, "judged": [f"photos.caption={SHIP}", "narrative=Juma Otieno"]}
    kept = program.post(where + urlencode(said, doseq=True), picture(colour="red"), content_type="image/jpeg")
    assert (kept.status_code, kept.json()["hidden"]) == (201, [plate])
    assert [photo["caption"] for photo in kept.json()["photos"]] == [
        f"Stern of {BAR}, plate {BAR}",
        f"Stern of {SHIP}, plate {BAR}",
    ]
    assert Case.objects.get(latest=True).header["judged"] == [f"photos.caption={SHIP}"]
    later = program.post(where + urlencode(caption), picture(colour="blue"), content_type="image/jpeg").json()
    assert later["hidden"] == [plate], "what stands with the case need not be said again"


def test_a_record_that_comes_by_program_is_told_of_its_captions_once(people: SimpleNamespace) -> None:
    sent = record(photos=[{"file": "a.jpg", "caption": f"Stern of {SHIP}"}])
    program = _program(people)
    told = program.post("/api/v1/cases", json.dumps(sent), content_type="application/json").json()
    assert told["hidden"] == [_hidden("photos.caption", SHIP, "name", may_stay=True)]
    sent["judged"] = [f"photos.caption={SHIP}"]
    kept = program.post("/api/v1/cases", json.dumps(sent), content_type="application/json").json()
    assert (kept["hidden"], _listed()[0]["caption"]) == ([], f"Stern of {SHIP}")
