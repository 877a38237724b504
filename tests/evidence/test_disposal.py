"""What becomes of seized goods: order, method, gate, two witnesses, certificate: by page and by program."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_custody import drawn
from tests.evidence.test_pages import photo
from tidewaiter.evidence.actions import hand_over, put_under_hold, take
from tidewaiter.evidence.chain import first_break
from tidewaiter.evidence.disposal.methods import cell
from tidewaiter.evidence.models import Disposal, Exhibit
from tidewaiter.evidence.queries import events_of
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db
ORDER = {"order": "MC-198/26", "ordered_by": "Law court, Mombasa", "ordered_on": "2026-11-09", "way": "destroy"}


@pytest.fixture
def stored(staff: SimpleNamespace, shoes: Exhibit) -> Exhibit:
    """The shoes, with a custodian."""
    [event] = hand_over(exhibits=[shoes], said={"to": "custodian.ke"}, by=staff.officer)
    take(event=event, said={}, by=staff.custodian)
    return Exhibit.objects.get(pk=shoes.pk)


def order(person: Any, exhibit: Exhibit, **said: Any) -> Disposal:
    """An order, written by page."""
    form = {**ORDER, "code": [exhibit.reference], "deed": "order", **said}
    done = page_of(person).post("/evidence/disposals/new/", form)
    assert done.status_code == 302, done.content.decode()
    return Disposal.objects.latest("made_at")


def test_shoes_are_destroyed_before_two_witnesses_and_a_certificate_says_so(
    staff: SimpleNamespace, stored: Exhibit
) -> None:
    keeper = page_of(staff.custodian)
    scanned = keeper.post("/evidence/disposals/new/", {"scan": stored.reference}).content.decode()
    assert "keep as sample" in scanned
    one = order(staff.custodian, stored, **{f"keep:{stored.ref}": "6"})
    address = f"/evidence/disposals/{one.ref}/"
    page = keeper.get(address).content.decode()
    assert "Choose a method" in page
    assert "Shred to fibre" in page
    assert keeper.post(f"{address}do/fix/").status_code == 400, "a material has no method yet"
    forbidden = keeper.post(f"{address}do/method/", {"material": "pvc", "method": "recycle"})
    assert "phthalates may be above the limit" in forbidden.content.decode()
    for material, method, weight in (("textile", "recycle", "1150"), ("pvc", "treatment", "410")):
        said = {"material": material, "method": method, "weight": weight, "plant": "Harbour Waste", "permit": "2028"}
        assert keeper.post(f"{address}do/method/", said).status_code == 302
    assert "74 % recycled" in keeper.get(address).content.decode()
    told = {"right_holder": "Wave Line", "told_on": "2026-11-12", "right_holder_says": "agrees; no gift, no sale"}
    assert keeper.post(f"{address}do/told/", told).status_code == 302
    assert keeper.post(f"{address}do/carry_out/", {}).status_code == 400
    assert keeper.post(f"{address}do/fix/").status_code == 302
    early = keeper.post(f"{address}do/carry_out/", {"witness1": "officer.ke", "witness2": "contact.ke"})
    assert "at the gate first" in early.content.decode()
    short = keeper.post(f"{address}do/count/", {f"count:{stored.ref}": "4800"})
    assert "Not what custody says" in short.content.decode()
    assert keeper.post(f"{address}do/count/", {f"count:{stored.ref}": "4806"}).status_code == 302
    of_store = keeper.post(f"{address}do/carry_out/", {"witness1": "second.ke", "witness2": "contact.ke"})
    assert "not of the store" in of_store.content.decode()
    same = keeper.post(f"{address}do/carry_out/", {"witness1": "contact.ke", "witness2": "contact.ke"})
    assert "two people" in same.content.decode()
    done = {"witness1": "officer.ke", "name2": "S. Abdalla", "organisation2": "Counsel of Wave Line"}
    done |= {"signature2": drawn("grey"), "cost": "412000", "currency": "KES", "carbon": "-1.1", "recycled": "74"}
    assert keeper.post(f"{address}do/carry_out/", {**done, "files": [photo()]}).status_code == 302
    exhibit = Exhibit.objects.get(pk=stored.pk)
    assert exhibit.state == "in_custody", "it stands when both have signed"
    assert keeper.get(f"{address}certificate.pdf").status_code == 422
    assert page_of(staff.contact).post(f"{address}do/witness/").status_code == 400
    witness = page_of(staff.officer)
    assert "waits for your word as a witness" in witness.get("/").content.decode()
    assert "I was there" in witness.get(address).content.decode()
    assert witness.post(f"{address}do/witness/").status_code == 302
    one.refresh_from_db()
    exhibit = Exhibit.objects.get(pk=stored.pk)
    assert (one.state, one.recycled, one.carbon) == ("disposal_done", Decimal(74), Decimal("-1.1"))
    assert (exhibit.state, exhibit.quantity) == ("in_custody", Decimal(6)), "the sample stays"
    assert [one.kind for one in events_of(exhibit)][-3:] == ["dispose", "witness", "witness"]
    assert first_break(events_of(exhibit), exhibit.head, exhibit.events_count) is None
    paper = keeper.get(f"{address}certificate.pdf")
    assert paper.content.startswith(b"%PDF-")
    assert Entry.objects.filter(deed="evidence.certificate_taken", ref=one.ref).count() == 1
    assert "Wave Line" in keeper.get(address).content.decode()
    assert one.reference in keeper.get("/evidence/disposals/").content.decode()
    assert page_of(staff.foreign).get(address).status_code == 404


def test_the_paper_for_the_right_holder_has_no_names(staff: SimpleNamespace, stored: Exhibit) -> None:
    from tidewaiter.evidence.disposal.papers import certificate_html

    one = order(staff.custodian, stored)
    keeper = page_of(staff.custodian)
    address = f"/evidence/disposals/{one.ref}/do"
    keeper.post(f"{address}/method/", {"material": "textile", "method": "energy"})
    keeper.post(f"{address}/fix/")
    keeper.post(f"{address}/count/", {f"count:{stored.ref}": "4810", "difference": "two pairs rotten, photo"})
    said = {f"{name}{n}": f"{name} {n}" for n in (1, 2) for name in ("name", "organisation")}
    both = {**said, "signature1": drawn("red"), "signature2": drawn("blue")}
    assert keeper.post(f"{address}/carry_out/", both).status_code == 302
    one.refresh_from_db()
    assert one.state == "disposal_done"
    assert Exhibit.objects.get(pk=stored.pk).state == "disposed_of"
    assert "name 1" in certificate_html(one, names=True)
    assert "two pairs rotten" in certificate_html(one, names=True)
    without = certificate_html(one, names=False)
    assert "name 1" not in without
    assert "organisation 2" in without


def test_nothing_under_hold_is_disposed_of(staff: SimpleNamespace, stored: Exhibit) -> None:
    one = order(staff.custodian, stored)
    again = page_of(staff.custodian).post(
        "/evidence/disposals/new/", {**ORDER, "code": [stored.reference], "deed": "order"}
    )
    assert "part of another disposal" in again.content.decode()
    put_under_hold(exhibit=stored, reason="the defence asks for a second test", by=staff.investigator)
    keeper = page_of(staff.custodian)
    address = f"/evidence/disposals/{one.ref}/do"
    keeper.post(f"{address}/method/", {"material": "textile", "method": "recycle"})
    keeper.post(f"{address}/fix/")
    keeper.post(f"{address}/count/", {f"count:{stored.ref}": "4812"})
    held = keeper.post(f"{address}/carry_out/", {"witness1": "officer.ke", "witness2": "contact.ke"})
    assert "under hold" in held.content.decode()
    assert keeper.post(f"{address}/cancel/", {"reason": "appeal lodged"}).status_code == 302
    refused = keeper.post("/evidence/disposals/new/", {**ORDER, "code": [stored.reference], "deed": "order"})
    assert "under hold" in refused.content.decode()
    assert page_of(staff.officer).get("/evidence/disposals/new/").status_code == 403


def test_a_program_disposes_and_two_witnesses_confirm(staff: SimpleNamespace, stored: Exhibit) -> None:
    keeper = Program(staff.custodian)
    address = f"exhibits/{stored.ref}/events"
    assert keeper.post(address, {"kind": "dispose"}).status_code == 422
    said = {"kind": "dispose", **ORDER, "method": "recycle", "quantity": 4812, "note": "shredded"}
    assert keeper.post(address, said).status_code == 422, "without witnesses"
    assert not Disposal.objects.exists(), "all or nothing"
    forbidden = keeper.post(address, {**said, "way": "donate", "material": "leather", "witnesses": ["officer.ke"]})
    assert forbidden.status_code in (409, 422)
    made = keeper.post(address, {**said, "witnesses": ["officer.ke", "contact.ke"], "cost": 100, "currency": "KES"})
    assert made.status_code == 201, made.content
    event = made.json()["ref"]
    assert keeper.post(f"{address}/{event}/confirm", {}).status_code == 403
    for person in (staff.officer, staff.contact):
        assert Program(person).post(f"{address}/{event}/confirm", {}).status_code == 200
    assert keeper.get(f"exhibits/{stored.ref}").json()["state"] == "disposed_of"
    [row] = keeper.get("disposals").json()
    whole = keeper.get(f"disposals/{row['ref']}").json()
    assert (whole["state"], whole["cost"], len(whole["witnesses"])) == ("disposal_done", "100", 2)
    assert keeper.post(address, {"kind": "seal", "seal": "1"}).status_code == 409
    assert Program(staff.foreign).get(f"disposals/{row['ref']}").status_code == 404


def test_what_is_forbidden_says_why() -> None:
    said = {
        (material, way): cell(material, way).state
        for material in ("medicine", "ewaste", "tobacco", "refrigerant", "drug")
        for way in ("recycle", "energy", "give")
    }
    assert said == {
        ("medicine", "recycle"): "no",
        ("medicine", "energy"): "free",
        ("medicine", "give"): "no",
        ("ewaste", "recycle"): "free",
        ("ewaste", "energy"): "no",
        ("ewaste", "give"): "no",
        ("tobacco", "recycle"): "free",
        ("tobacco", "energy"): "free",
        ("tobacco", "give"): "no",
        ("refrigerant", "recycle"): "free",
        ("refrigerant", "energy"): "no",
        ("refrigerant", "give"): "no",
        ("drug", "recycle"): "no",
        ("drug", "energy"): "free",
        ("drug", "give"): "no",
    }


def test_a_program_brings_a_file_and_an_event_names_it(staff: SimpleNamespace, shoes: Exhibit) -> None:
    officer = Program(staff.officer)
    brought = officer.client.post(
        f"/api/v1/evidence/exhibits/{shoes.ref}/files?name=report.pdf",
        b"%PDF-1.7 a report",
        content_type="application/octet-stream",
    )
    assert brought.status_code == 201, brought.content
    digest = brought.json()["sha256"]
    said = {"kind": "test", "method": "look", "result": "counterfeit", "files": [digest]}
    made = officer.post(f"exhibits/{shoes.ref}/events", said).json()
    assert [one["sha256"] for one in made["files"]] == [digest]
    assert page_of(staff.officer).get(f"/evidence/{shoes.ref}/files/{digest}/").content == b"%PDF-1.7 a report"
    foreign = Program(staff.investigator).post(f"exhibits/{shoes.ref}/events", {**said, "files": [digest]})
    assert foreign.status_code == 422, "a file that somebody else brought"


def test_what_a_witness_never_signs_is_taken_back_and_done_before_others(
    staff: SimpleNamespace, stored: Exhibit, tmp_path: Any
) -> None:
    one = order(staff.custodian, stored)
    keeper = page_of(staff.custodian)
    address = f"/evidence/disposals/{one.ref}/"
    keeper.post(f"{address}do/method/", {"material": "textile", "method": "recycle"})
    keeper.post(f"{address}do/fix/")
    keeper.post(f"{address}do/count/", {f"count:{stored.ref}": "4810", "difference": "two pairs rotten"})
    done = {"witness1": "officer.ke", "witness2": "contact.ke", "cost": "10", "currency": "KES"}
    assert keeper.post(f"{address}do/carry_out/", done).status_code == 302
    page_of(staff.officer).post(f"{address}do/witness/")
    assert "It was not done so" in keeper.get(address).content.decode()
    assert keeper.post(f"{address}do/undo/", {"reason": " "}).status_code == 400
    assert page_of(staff.other).post(f"{address}do/undo/", {"reason": "I was not there"}).status_code == 400
    assert keeper.post(f"{address}do/undo/", {"reason": "contact.ke left the service"}).status_code == 302
    one.refresh_from_db()
    exhibit = Exhibit.objects.get(pk=stored.pk)
    assert (one.state, one.witnesses, one.cost, one.difference) == ("method_fixed", [], None, "two pairs rotten")
    assert (exhibit.state, exhibit.awaits) == ("in_custody", "")
    events = events_of(exhibit)
    assert [each.kind for each in events][-3:] == ["dispose", "witness", "correct"], "what was written stays"
    assert (events[-1].note, events[-1].answers_id) == ("contact.ke left the service", events[-3].ref)
    assert first_break(events, exhibit.head, exhibit.events_count) is None
    assert page_of(staff.contact).post(f"{address}do/witness/").status_code == 400, "nobody waits for that word now"
    assert keeper.post(f"{address}do/undo/", {"reason": "again"}).status_code == 400
    assert keeper.post(f"{address}do/carry_out/", {**done, "witness2": "investigator.ke"}).status_code == 302
    for name in ("officer", "investigator"):
        assert page_of(getattr(staff, name)).post(f"{address}do/witness/").status_code == 302
    assert Exhibit.objects.get(pk=stored.pk).state == "disposed_of"
    assert Entry.objects.filter(deed="evidence.disposal_undone", ref=one.ref).count() == 1


def test_a_named_witness_who_was_not_there_says_so_by_program(staff: SimpleNamespace, stored: Exhibit) -> None:
    keeper = Program(staff.custodian)
    address = f"exhibits/{stored.ref}/events"
    said = {"kind": "dispose", **ORDER, "method": "recycle", "quantity": 4812}
    made = keeper.post(address, {**said, "witnesses": ["officer.ke", "contact.ke"]})
    event = made.json()["ref"]
    reason = {"reason": "I was not there"}
    assert Program(staff.other).post(f"{address}/{event}/decline", reason).status_code == 403
    assert Program(staff.foreign).post(f"{address}/{event}/decline", reason).status_code == 404
    answer = Program(staff.officer).post(f"{address}/{event}/decline", reason)
    assert (answer.status_code, answer.json()["kind"]) == (200, "correct"), answer.content
    assert Disposal.objects.get().state == "method_fixed"
    assert keeper.post(f"{address}/{event}/confirm", {}).status_code in (403, 409)


def test_why_an_order_was_taken_back_does_not_replace_what_was_found_at_the_gate(
    staff: SimpleNamespace, stored: Exhibit
) -> None:
    one = order(staff.custodian, stored)
    keeper = page_of(staff.custodian)
    address = f"/evidence/disposals/{one.ref}/"
    keeper.post(f"{address}do/method/", {"material": "textile", "method": "recycle"})
    keeper.post(f"{address}do/fix/")
    keeper.post(f"{address}do/count/", {f"count:{stored.ref}": "4000", "difference": "812 pairs are gone"})
    keeper.post(f"{address}do/cancel/", {"reason": "appeal lodged"})
    page = keeper.get(address).content.decode()
    assert "appeal lodged" in page
    assert "812 pairs are gone" in page
    said = Program(staff.custodian).get(f"disposals/{one.ref}").json()
    assert (said["difference"], said["taken_back"]) == ("812 pairs are gone", "appeal lodged")
