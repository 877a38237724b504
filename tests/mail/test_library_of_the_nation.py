"""The library of a nation or an operation: who approves, whom an item is for, its files."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.mail.conftest import page_of
from tests.mail.test_letters import program_of
from tidewaiter.foundation.actors import NODE
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item
from tidewaiter.people.actions import add_officer


@pytest.fixture
def editor(staff: SimpleNamespace) -> Any:
    return add_officer(
        username="editor.ke", administration="KE", role="editor", password="a-long-passphrase-1", by=NODE
    )


def item_of(by: Any, **said: Any) -> Item:
    texts = {"en": ("How the seals are broken", "## What to look for\n\n- Fresh paint.")}
    return write(said=Written(kind="bulletin", texts=texts, **said), by=by)


def published(by: Any, other: Any, **said: Any) -> Item:
    item = move(item=item_of(by, **said), deed="submit", by=by)
    return move(item=item, deed="publish", by=other)


def test_a_colleague_approves_what_one_wrote_and_nobody_abroad_does(staff: SimpleNamespace, editor: Any) -> None:
    page = page_of(staff.contact)
    posted = {
        "kind": "bulletin",
        "title.en": "How the seals are broken",
        "body.en": "Fresh paint.",
        "audience": "agencies",
        "agencies": ["UG"],
        "handling": "AMBER",
        "deed": "submit",
    }
    made = page.post("/library/new/", posted)
    assert made.status_code == 302
    item = Item.objects.get()
    assert "A colleague of its administration approves it" in page.get(f"/library/{item.ref}/").content.decode()
    assert page_of(staff.ugandan).get(f"/library/{item.ref}/").status_code == 404
    digest = program_of(staff.contact).get(f"/api/v1/library/{item.ref}").json()["digest"]
    own = program_of(staff.contact).post(
        f"/api/v1/library/{item.ref}/publish", json.dumps({"digest": digest}), content_type="application/json"
    )
    assert (own.status_code, own.json()["code"]) == (403, "own_item")
    done = program_of(editor).post(
        f"/api/v1/library/{item.ref}/publish", json.dumps({"digest": digest}), content_type="application/json"
    )
    assert done.status_code == 200
    shown = page_of(staff.ugandan).get(f"/library/{item.ref}/")
    assert "Agencies by name" in shown.content.decode()
    assert page_of(staff.partner).get(f"/library/{item.ref}/").status_code == 404


def test_an_item_is_read_by_whom_it_is_for(staff: SimpleNamespace, editor: Any) -> None:
    home = published(staff.contact, editor, audience="country")
    named = published(staff.contact, editor, audience="agencies", agencies=["UG"])
    every = published(staff.contact, editor, audience="members")
    strict = published(staff.contact, editor, audience="country", handling="AMBER+STRICT")

    def reads(person: Any) -> set[str]:
        return {one["ref"] for one in program_of(person).get("/api/v1/library").json()}

    assert reads(staff.analyst) == {home.ref, named.ref, every.ref, strict.ref}
    assert reads(staff.foreign) == {named.ref, every.ref}
    assert reads(staff.duty) == {home.ref, named.ref, every.ref, strict.ref}
    assert reads(staff.partner) == set()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"audience": "region"}, "audience"),
        ({"audience": "partners"}, "audience"),
        ({"audience": "agencies"}, "agencies"),
        ({"audience": "members", "agencies": ["UG"]}, "agencies"),
        ({"audience": "agencies", "agencies": ["ZZ"]}, "agencies"),
        ({"audience": "members", "handling": "RED"}, "handling"),
        ({"audience": "agencies", "agencies": ["UG"], "handling": "AMBER+STRICT"}, "handling"),
    ],
)
def test_what_does_not_go_together_is_said(staff: SimpleNamespace, said: dict[str, Any], wrong: str) -> None:
    body = {"kind": "bulletin", "texts": {"en": {"title": "t", "body": "b"}}, **said}
    answer = program_of(staff.contact).post("/api/v1/library", json.dumps(body), content_type="application/json")
    assert answer.json()["code"] == wrong


def test_files_go_with_an_item_and_are_read_by_its_readers(staff: SimpleNamespace, editor: Any) -> None:
    item = item_of(staff.contact, audience="agencies", agencies=["UG"])
    page = page_of(staff.contact)
    address = f"/library/{item.ref}/"
    file = SimpleUploadedFile("seals <1>.pdf", b"%PDF-1.7\n%%EOF\n")
    assert page.post(f"{address}attach/", {"file": file}).status_code == 302
    program = SimpleUploadedFile("tool.pdf", b"MZ\x90\0")
    assert page.post(f"{address}attach/", {"file": program}).status_code == 400
    item.refresh_from_db()
    [kept] = item.files
    assert (kept["name"], kept["type"]) == ("seals 1.pdf", "application/pdf")
    assert "seals 1.pdf" in page.get(address).content.decode()
    taken = page_of(staff.analyst).get(f"{address}file/{kept['file']}/")
    assert taken.content == b"%PDF-1.7\n%%EOF\n"
    assert "attachment" in taken["Content-Disposition"]
    assert page_of(staff.ugandan).get(f"{address}file/{kept['file']}/").status_code == 404
    move(item=move(item=item, deed="submit", by=staff.contact), deed="publish", by=editor)
    assert page_of(staff.ugandan).get(f"{address}file/{kept['file']}/").status_code == 200
    assert program_of(staff.ugandan).get(f"/api/v1/library/{item.ref}/files/{kept['file']}").status_code == 200
    assert page.post(f"{address}drop_file/", {"digest": kept["file"]}).status_code in (403, 422)


def test_a_program_attaches_and_drops_a_file(staff: SimpleNamespace) -> None:
    item = item_of(staff.contact)
    brought = program_of(staff.contact).post(
        f"/api/v1/library/{item.ref}/files?name=a.csv", b"a,b\n", content_type="application/octet-stream"
    )
    assert (brought.status_code, brought.json()["type"]) == (201, "text/plain")
    digest = brought.json()["file"]
    dropped = page_of(staff.contact).post(f"/library/{item.ref}/drop_file/", {"digest": digest})
    assert dropped.status_code == 302
    assert page_of(staff.contact).get(f"/library/{item.ref}/file/{digest}/").status_code == 404


def test_a_document_goes_to_the_accounts_of_other_agencies_that_were_chosen(
    staff: SimpleNamespace, editor: Any
) -> None:
    police, border = (
        add_officer(username=name, administration="KE", role="partner", password="a-long-passphrase-1", by=NODE)
        for name in ("dci.kamau", "imm.hassan")
    )
    written = page_of(staff.contact).get("/library/new/").content.decode()
    assert 'name="partners" value="dci.kamau"' in written
    posted = {
        "kind": "bulletin",
        "title.en": "How the seals are broken",
        "body.en": "Fresh paint.",
        "audience": "agencies",
        "partners": ["dci.kamau"],
        "handling": "AMBER",
        "deed": "submit",
    }
    assert page_of(staff.contact).post("/library/new/", posted).status_code == 302
    item = Item.objects.get()
    address = f"/library/{item.ref}/"
    assert page_of(police).get(address).status_code == 404, "it is not approved yet"
    move(item=item, deed="publish", by=editor)
    shown = page_of(police).get(address)
    assert (shown.status_code, page_of(border).get(address).status_code) == (200, 404)
    assert page_of(staff.ugandan).get(address).status_code == 404
    assert item.ref in page_of(police).get("/library/").content.decode()
    assert page_of(police).post(f"{address}read/", {}).status_code == 302
    assert "1 of 1" in page_of(staff.contact).get(address).content.decode()
    told = program_of(police).get(f"/api/v1/library/{item.ref}").json()
    assert (told["partners"], told["agencies"]) == ([], [])
    assert program_of(staff.contact).get(f"/api/v1/library/{item.ref}").json()["partners"] == ["dci.kamau"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"audience": "agencies", "partners": ["contact.ke"]}, "partners"),
        ({"audience": "agencies", "partners": ["nobody.ke"]}, "partners"),
        ({"audience": "members", "partners": ["partner.int"]}, "agencies"),
        ({"audience": "agencies", "partners": ["partner.int"], "handling": "RED"}, "handling"),
        ({"audience": "agencies", "partners": ["partner.int"], "handling": "AMBER+STRICT"}, "handling"),
    ],
)
def test_an_agency_is_chosen_among_those_that_there_are(
    staff: SimpleNamespace, said: dict[str, Any], wrong: str
) -> None:
    body = {"kind": "bulletin", "texts": {"en": {"title": "t", "body": "b"}}, **said}
    answer = program_of(staff.contact).post("/api/v1/library", json.dumps(body), content_type="application/json")
    assert answer.json()["code"] == wrong
