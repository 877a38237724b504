"""An exhibit by its pages: numbered, sealed, scanned into another hand, taken, labelled; and who finds none."""

from __future__ import annotations

import hashlib
import json
import re
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.evidence.conftest import SHOES, page_of
from tests.evidence.test_custody import drawn
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


def photo(colour: str = "orange") -> SimpleUploadedFile:
    """A photograph of a seal."""
    made = BytesIO()
    Image.new("RGB", (400, 300), colour).save(made, "JPEG")
    return SimpleUploadedFile("seal.jpg", made.getvalue(), content_type="image/jpeg")


def test_an_officer_numbers_and_seals_what_was_found(staff: SimpleNamespace, case: Any) -> None:
    browser = page_of(staff.officer)
    assert browser.get(f"/evidence/new/?case={case.ref}").status_code == 200
    wrong = browser.post("/evidence/new/", {**SHOES, "case": case.ref, "quantity": "many"})
    assert wrong.status_code == 400
    assert "no quantity" in wrong.content.decode()
    assert "Wave Line" in wrong.content.decode(), "nothing typed is lost"
    done = browser.post("/evidence/new/", {**SHOES, "case": case.ref}, follow=True)
    page = done.content.decode()
    exhibit = Exhibit.objects.get()
    assert exhibit.reference in page
    assert "Who has it now" in page
    assert "Officer KE" in page
    assert 'class="qrc"' in page
    sealed = browser.post(
        f"/evidence/{exhibit.ref}/do/seal/",
        {"seal": "440703", "present": "R. Njeri", "files": [photo()]},
        follow=True,
    ).content.decode()
    assert "440703" in sealed
    assert "whole when last seen" in sealed
    [file] = CustodyEvent.objects.get(kind="seal").files
    shown = browser.get(f"/evidence/{exhibit.ref}/pictures/{file['sha256']}/")
    assert shown["Content-Type"] == "image/jpeg"
    kept = browser.get(f"/evidence/{exhibit.ref}/files/{file['sha256']}/")
    assert hashlib.sha256(kept.content).hexdigest() == file["sha256"], "byte for byte as it came"
    assert "attachment" in kept["Content-Disposition"]
    assert browser.get(f"/evidence/{exhibit.ref}/files/{'0' * 64}/").status_code == 404
    used = browser.post(f"/evidence/{exhibit.ref}/do/seal/", {"seal": "440704"})
    assert used.status_code == 400
    assert "open that first" in used.content.decode()
    assert browser.post(f"/evidence/{exhibit.ref}/do/swallow/", {}).status_code == 400


def test_several_are_scanned_one_after_another_and_taken_at_once(
    staff: SimpleNamespace, shoes: Exhibit, case: Any
) -> None:
    from tidewaiter.evidence.actions import seize

    other = seize(said={**SHOES, "description": "140 magazines", "case": case.ref}, by=staff.officer)
    browser = page_of(staff.officer)
    first = browser.post("/evidence/hand-over/", {"scan": shoes.reference}).content.decode()
    assert f'name="code" value="{shoes.reference}"' in first
    wrong = browser.post("/evidence/hand-over/", {"code": [shoes.reference], "scan": "EX-NOTHING"}).content.decode()
    assert "EX-NOTHING is no exhibit" in wrong
    said = {"code": [shoes.reference, "EX-NOTHING"], "leave": "EX-NOTHING", "scan": other.reference.lower()}
    both = browser.post("/evidence/hand-over/", said).content.decode()
    assert "EX-NOTHING" not in both
    assert "140 magazines" in both
    give = {"code": [shoes.reference, other.reference], "to": "custodian.ke", "purpose": "store", "deed": "give"}
    assert browser.post("/evidence/hand-over/", give).status_code == 302
    assert browser.get("/evidence/").status_code == 200
    taker = page_of(staff.custodian)
    assert "waits for your hand" in taker.get("/").content.decode()
    waits = taker.get("/evidence/taking/").content.decode()
    assert shoes.reference in waits
    assert page_of(staff.other).get("/evidence/taking/").content.decode().count(shoes.reference) == 0
    nothing = taker.post("/evidence/taking/", {"deed": "take"})
    assert nothing.status_code == 400
    took = {"code": [shoes.reference], "scan": other.reference, "deed": "take", "condition": "dry", "shelf": "B-12"}
    assert taker.post("/evidence/taking/", took).status_code == 302
    assert {one.holder for one in Exhibit.objects.all()} == {"custodian.ke"}
    page = taker.get(f"/evidence/{shoes.ref}/").content.decode()
    assert "gave" in page
    assert "took, by own sign-in" in page
    assert "Handed over: storage" in page


def test_a_taker_on_the_page_of_the_exhibit_takes_or_does_not(staff: SimpleNamespace, shoes: Exhibit) -> None:
    browser, taker = page_of(staff.officer), page_of(staff.custodian)
    address = f"/evidence/{shoes.ref}/do"
    browser.post(f"{address}/hand_over/", {"to": "custodian.ke"})
    assert "it stands when you have confirmed it" in taker.get(f"/evidence/{shoes.ref}/").content.decode()
    assert "it stands when you have confirmed it" not in browser.get(f"/evidence/{shoes.ref}/").content.decode()
    assert taker.post(f"{address}/decline/", {"note": "a carton is open"}).status_code == 302
    assert "Not taken" in browser.get(f"/evidence/{shoes.ref}/").content.decode()
    browser.post(f"{address}/hand_over/", {"to": "custodian.ke"})
    assert taker.post(f"{address}/take/", {"condition": "dry"}).status_code == 302
    assert taker.post(f"{address}/take/", {}).status_code == 400
    moved = taker.post(f"{address}/move/", {"to": "Yard 4", "note": "for counting"})
    assert moved.status_code == 302


def test_a_name_of_the_annex_is_read_for_a_purpose_alone(staff: SimpleNamespace, shoes: Exhibit) -> None:
    browser = page_of(staff.officer)
    said = {"code": [shoes.reference], "to": "outside", "deed": "give", "purpose": "test", "signature": drawn()}
    said |= {"name": "M. Odera", "organisation": "Government laboratory"}
    assert browser.post("/evidence/hand-over/", said).status_code == 302
    page = browser.get(f"/evidence/{shoes.ref}/").content.decode()
    assert "Government laboratory" in page
    assert "signed on the device" in page
    assert "M. Odera" not in page
    [address] = re.findall(rf"/evidence/{shoes.ref}/parties/[^/]+/", page)
    assert "M. Odera" not in browser.post(address, {}).content.decode()
    assert "M. Odera" in browser.post(address, {"purpose": "court asks who signed"}).content.decode()
    entry = Entry.objects.get(deed="evidence.name_read", ref=shoes.ref)
    assert json.loads(entry.detail)["purpose"] == "court asks who signed"
    assert page_of(staff.foreign).post(address, {"purpose": "curious"}).status_code == 404


def test_labels_hold_the_number_and_nothing_else(staff: SimpleNamespace, shoes: Exhibit) -> None:
    import segno

    from tidewaiter.evidence.labels import code_drawn

    browser = page_of(staff.officer)
    page = browser.get("/evidence/labels/", {"code": shoes.reference}).content.decode()
    assert page.count('class="qrc"') == 1
    assert str(code_drawn(shoes.reference)) in page
    assert segno.make(shoes.reference, error="m", micro=False).designator.startswith(("1-", "2-"))
    paper = browser.get("/evidence/labels/", {"code": shoes.reference, "format": "pdf"})
    assert paper.content.startswith(b"%PDF-")
    assert browser.get("/evidence/labels/", {"code": "EX-NO"}).status_code == 404


def test_a_case_shows_its_exhibits_and_where_each_is(staff: SimpleNamespace, shoes: Exhibit) -> None:
    browser = page_of(staff.officer)
    page = browser.get(f"/evidence/case/{shoes.case}/").content.decode()
    assert shoes.reference in page
    assert "Officer KE" in page
    assert shoes.reference in browser.get(f"/cases/{shoes.case}/").content.decode()
    assert shoes.reference in browser.get("/evidence/", {"q": "wave line", "box": "all"}).content.decode()
    assert page_of(staff.foreign).get(f"/evidence/case/{shoes.case}/").status_code == 404


def test_a_restricted_file_opens_for_two_people_alone(staff: SimpleNamespace, shoes: Exhibit) -> None:
    browser = page_of(staff.investigator)
    assert browser.post(f"/evidence/{shoes.ref}/do/mark/", {"handling": "RED", "restricted": "on"}).status_code == 302
    finder = page_of(staff.officer)
    finder.post(f"/evidence/{shoes.ref}/do/seal/", {"seal": "9", "files": [photo()]})
    [file] = CustodyEvent.objects.get(kind="seal").files
    assert "view" not in file, "no copy is drawn of it"
    address = f"/evidence/{shoes.ref}/files/{file['sha256']}/"
    assert finder.get(address).status_code == 403
    assert finder.post(f"{address}ask/").status_code == 302
    assert finder.post(f"{address}allow/", {"asker": "officer.ke"}).status_code == 403
    assert finder.get(address).status_code == 403
    assert "asks to open a restricted file" in browser.get(f"/evidence/{shoes.ref}/").content.decode()
    assert browser.post(f"{address}allow/", {"asker": "officer.ke"}).status_code == 302
    assert finder.get(address).status_code == 200
    assert page_of(staff.other).get(f"/evidence/{shoes.ref}/").status_code == 404
    assert Entry.objects.filter(deed="evidence.file_opened", ref=shoes.ref).count() == 1


def test_whoever_has_no_part_in_evidence_finds_no_such_page(staff: SimpleNamespace, shoes: Exhibit) -> None:
    for key in ("steward", "analyst", "partner", "foreign"):
        browser = page_of(getattr(staff, key))
        assert browser.get(f"/evidence/{shoes.ref}/").status_code in (403, 404), key
        assert browser.post(f"/evidence/{shoes.ref}/do/seal/", {"seal": "1"}).status_code in (403, 404), key


def test_holds_values_and_decisions_are_written_by_page(staff: SimpleNamespace, shoes: Exhibit) -> None:
    browser = page_of(staff.investigator)
    Exhibit.objects.filter(pk=shoes.pk).update(decide_by="2026-12-24")
    assert "decide by" in browser.get("/evidence/", {"box": "decide"}).content.decode()
    assert "perishes" in browser.get("/").content.decode()
    address = f"/evidence/{shoes.ref}/do"
    for deed, said in (
        ("hold", {"note": "defence asks for a second test"}),
        ("decide", {"note": "kept cold", "authority": "order 7"}),
        ("asset", {"asset_state": "frozen", "value": "120000", "currency": "KES"}),
        ("release", {"note": "order MC-9"}),
    ):
        assert browser.post(f"{address}/{deed}/", said).status_code == 302, deed
    kinds = list(shoes.events.order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["seize", "hold", "decide", "asset", "release"]
    assert page_of(staff.officer).post(f"{address}/hold/", {"note": "x"}).status_code == 400
