"""Guided work at a scene by a checklist that a steward edits: by page, on a phone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_custody import drawn
from tests.evidence.test_pages import photo
from tidewaiter.evidence.models import Checklist, Exhibit, Party, Scene
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
OWN = """
code = "harbour"
title = { en = "Harbour" }
[[steps]]
id = "look"
kind = "note"
required = true
title = { en = "Look around", sw = "Angalia" }
basis = { en = "Customs Act, section 14" }
"""


def test_an_officer_works_through_a_scene_to_the_receipt_in_the_holders_language(
    staff: SimpleNamespace, case: Any
) -> None:
    from tidewaiter.evidence.scene_views import receipt_html

    browser = page_of(staff.officer)
    assert browser.get("/evidence/scenes/").status_code == 200
    assert browser.post("/evidence/scenes/", {"place": ""}).status_code == 400
    begun = browser.post("/evidence/scenes/", {"place": "Container yard 4, Mombasa", "case": case.ref})
    assert begun.status_code == 302
    scene = Scene.objects.get()
    address = f"/evidence/scenes/{scene.ref}/"
    assert "Nothing is touched yet" in browser.get(address).content.decode()
    early = browser.post(f"{address}leave/").content.decode()
    assert "Still to be done: Secure, Photograph, Search record, Identify, Seal, Receipt to the holder" in early
    assert browser.post(f"{address}do/secure/", {"said": ""}).status_code == 400
    assert browser.post(f"{address}do/secure/", {"said": "Two guards; the reefer runs."}).status_code == 302
    assert browser.post(f"{address}do/photograph/", {"said": "no photo"}).status_code == 400
    assert browser.post(f"{address}do/photograph/", {"files": [photo(), photo("blue")]}).status_code == 302
    browser.post(f"{address}do/search/", {"said": "Container MSKU, left wall, behind cartons."})
    asked = browser.get(f"{address}?step=identify").content.decode()
    assert "What it is" in asked
    assert 'capture="environment"' in asked
    thing = {"description": "Sports shoes, 12 cartons", "quantity": "4812", "unit": "pairs", "material": "textile"}
    more = browser.post(f"{address}do/identify/", {**thing, "more": "1", "files": [photo("green")]})
    assert more["Location"].endswith("?step=identify")
    exhibit = Exhibit.objects.get()
    assert (exhibit.case, exhibit.place, exhibit.unit) == (case.ref, "Container yard 4, Mombasa", "PR")
    assert len(exhibit.events.get().files) == 1
    sealed = {"exhibit": exhibit.reference, "seal": "440703", "present": "R. Njeri"}
    assert browser.post(f"{address}do/seal/", {**sealed, "exhibit": "EX-NO"}).status_code == 400
    assert browser.post(f"{address}do/seal/", sealed).status_code == 302
    receipt = {"name": "J. Otieno", "document": "ID 331", "language": "sw"}
    assert browser.post(f"{address}do/receipt/", receipt).status_code == 400, "not signed, and no reason"
    assert browser.post(f"{address}do/receipt/", {**receipt, "signature": drawn()}).status_code == 302
    step = scene.steps.get(step="receipt")
    html = receipt_html(scene, step)
    for words in ("Stakabadhi ya vitu vilivyokamatwa", "J. Otieno", "440703", exhibit.reference, "data:image/png"):
        assert words in html
    paper = browser.get(f"{address}receipts/{step.pk}.pdf")
    assert paper.content.startswith(b"%PDF-")
    assert Entry.objects.filter(deed="evidence.receipt_taken", ref=scene.ref).count() == 1
    assert "J. Otieno" not in browser.get(address).content.decode(), "the name stands in the annex alone"
    assert Party.objects.get().language == "sw"
    assert browser.post(f"{address}leave/").status_code == 302
    assert browser.post(f"{address}do/secure/", {"said": "again"}).status_code == 400
    assert page_of(staff.foreign).get(address).status_code == 404


def test_a_steward_brings_a_national_checklist_and_scenes_begin_by_it(staff: SimpleNamespace) -> None:
    steward, officer = page_of(staff.steward), page_of(staff.officer)
    assert officer.get("/evidence/checklists/").status_code == 404
    page = steward.get("/evidence/checklists/").content.decode()
    assert "Receipt to the holder" in page
    wrong = steward.post("/evidence/checklists/", {"text": OWN.replace('kind = "note"', 'kind = "dance"')})
    assert "steps.look.kind" in wrong.content.decode()
    assert steward.post("/evidence/checklists/", {"text": OWN}).status_code == 302
    assert steward.post("/evidence/checklists/", {"text": OWN.replace("section 14", "section 15")}).status_code == 302
    assert list(Checklist.objects.order_by("version").values_list("version", "current")) == [(1, False), (2, True)]
    officer.post("/evidence/scenes/", {"place": "Pier 2"})
    scene = Scene.objects.get()
    text = officer.get(f"/evidence/scenes/{scene.ref}/").content.decode()
    assert "Look around" in text
    assert "Customs Act, section 15" in text
    officer.post(f"/evidence/scenes/{scene.ref}/do/look/", {"said": "nothing here"})
    assert officer.post(f"/evidence/scenes/{scene.ref}/leave/").status_code == 302
    assert Scene.objects.get().state == "scene_left"


def test_a_program_works_through_a_scene(staff: SimpleNamespace) -> None:
    page_of(staff.steward).post("/evidence/checklists/", {"text": OWN})
    officer = Program(staff.officer)
    made = officer.post("scenes", {"place": "Pier 2"})
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    assert made.json()["open"] == ["Look around"]
    assert officer.post(f"scenes/{ref}/leave", {}).status_code == 409
    assert officer.post(f"scenes/{ref}/steps/dance", {}).status_code == 422
    assert officer.post(f"scenes/{ref}/steps/look", {"said": "nothing here"}).json()["open"] == []
    assert officer.post(f"scenes/{ref}/leave", {}).json()["state"] == "scene_left"
    assert Program(staff.foreign).get(f"scenes/{ref}").status_code == 404


@pytest.mark.parametrize(
    ("was", "becomes", "where"),
    [
        ('kind = "note"', 'kind = "receipt"', "receipt"),
        ('code = "harbour"', 'code = "harbour"\nreceipt = "none"', "receipt"),
        ('"Look around"', '"Look around", fr = 5', "steps.look.title"),
        ('"Look around"', '"Look around", fr = " "', "steps.look.title"),
    ],
)
def test_a_checklist_that_nobody_could_work_by_is_refused(
    staff: SimpleNamespace, was: str, becomes: str, where: str
) -> None:
    assert was in OWN
    answer = page_of(staff.steward).post("/evidence/checklists/", {"text": OWN.replace(was, becomes)})
    assert answer.status_code == 400
    assert f"«{where}»" in answer.content.decode()
    assert not Checklist.objects.exists()


def test_what_was_typed_at_a_step_stays_where_it_is_refused(staff: SimpleNamespace) -> None:
    officer = page_of(staff.officer)
    address = officer.post("/evidence/scenes/", {"place": "Pier 2"})["Location"]
    typed = {"description": "A crate", "quantity": "many", "unit": "PR", "material": "textile"}
    answer = officer.post(f"{address}do/identify/", typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert '<option value="textile" selected>' in page
    assert 'value="A crate"' in page
