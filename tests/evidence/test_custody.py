"""Every hand-over has two hands; seals, tests and boxes by program."""

from __future__ import annotations

import base64
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.evidence.conftest import SHOES, Program, page_of
from tidewaiter.evidence.chain import first_break
from tidewaiter.evidence.models import Exhibit, Party, Store
from tidewaiter.evidence.queries import events_of
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


def drawn(colour: str = "white") -> str:
    """A signature as a page sends it."""
    made = BytesIO()
    Image.new("RGB", (300, 100), colour).save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


@pytest.fixture
def store(staff: SimpleNamespace) -> Store:
    """A store of the port."""
    from tidewaiter.evidence.actions import keep_store

    said = {"code": "MBA-B", "name": "Evidence store, Mombasa", "capacity": "40"}
    return keep_store(said=said, by=staff.custodian)


def test_a_hand_over_stands_when_the_taker_has_confirmed_it(staff: SimpleNamespace, shoes: Any) -> None:
    officer, custodian = Program(staff.officer), Program(staff.custodian)
    address = f"exhibits/{shoes.ref}/events"
    assert officer.post(address, {"kind": "seal", "seal": "440703", "present": "R. Njeri"}).status_code == 201
    given = officer.post(address, {"kind": "hand_over", "to": "custodian.ke", "note": "9 exhibits", "seal": "440703"})
    assert given.status_code == 201, given.content
    assert (given.json()["kind"], given.json()["stands"]) == ("hand_over", False)
    assert officer.get(f"exhibits/{shoes.ref}").json()["holder"]["name"] == "officer.ke"
    event = given.json()["ref"]
    own = officer.post(f"{address}/{event}/confirm", {})
    assert own.status_code == 403, "whoever gives cannot take as well"
    assert Program(staff.other).post(f"{address}/{event}/confirm", {}).status_code == 403
    waits = officer.post(address, {"kind": "unseal", "note": "look"})
    assert waits.status_code == 409, "nothing is done with it while it waits"
    taken = custodian.post(f"{address}/{event}/confirm", {"seal_whole": True, "condition": "dry"})
    assert taken.status_code == 200, taken.content
    assert (taken.json()["kind"], taken.json()["answers"]) == ("take", event)
    now = custodian.get(f"exhibits/{shoes.ref}").json()
    assert (now["holder"]["name"], now["state"], now["awaits"]) == ("custodian.ke", "in_custody", "")
    events = custodian.get(address).json()
    assert [one["kind"] for one in events] == ["seize", "seal", "hand_over", "take"]
    assert [one["stands"] for one in events] == [True, True, True, True]
    assert custodian.post(f"{address}/{event}/confirm", {}).status_code == 409
    assert Entry.objects.filter(ref=shoes.ref, deed="evidence.taken", version=4).count() == 1
    fresh = Exhibit.objects.get(pk=shoes.pk)
    assert first_break(events_of(fresh), fresh.head, fresh.events_count) is None


def test_what_is_not_taken_stays_with_whoever_gave_it(staff: SimpleNamespace, shoes: Any) -> None:
    address = f"exhibits/{shoes.ref}/events"
    event = Program(staff.officer).post(address, {"kind": "hand_over", "to": "custodian.ke"}).json()["ref"]
    said = {"reason": "two cartons are open"}
    assert Program(staff.custodian).post(f"{address}/{event}/decline", said).status_code == 200
    exhibit = Exhibit.objects.get(pk=shoes.pk)
    assert (exhibit.holder, exhibit.awaits, exhibit.state) == ("officer.ke", "", "seized")
    assert Program(staff.officer).post(address, {"kind": "seal", "seal": "1"}).status_code == 201


def test_whoever_gave_takes_it_back_while_nobody_has_taken_it(staff: SimpleNamespace, shoes: Any) -> None:
    address = f"exhibits/{shoes.ref}/events"
    officer = Program(staff.officer)
    event = officer.post(address, {"kind": "hand_over", "to": "custodian.ke"}).json()["ref"]
    assert "Take it back" in page_of(staff.officer).get(f"/evidence/{shoes.ref}/").content.decode()
    assert "Take it back" not in page_of(staff.other).get(f"/evidence/{shoes.ref}/").content.decode()
    said = {"reason": "given to the wrong person"}
    assert Program(staff.other).post(f"{address}/{event}/decline", said).status_code == 403
    assert officer.post(f"{address}/{event}/decline", said).status_code == 200
    assert Program(staff.custodian).post(f"{address}/{event}/confirm", {}).status_code == 409
    assert [one["kind"] for one in officer.get(address).json()] == ["seize", "hand_over", "decline"]
    assert officer.post(address, {"kind": "hand_over", "to": "second.ke"}).status_code == 201


def test_nobody_handles_what_is_not_with_them(staff: SimpleNamespace, shoes: Any) -> None:
    address = f"exhibits/{shoes.ref}/events"
    for key in ("other", "custodian", "investigator", "contact"):
        said = {"kind": "hand_over", "to": "second.ke"}
        assert Program(getattr(staff, key)).post(address, said).status_code == 403, key
    assert Program(staff.foreign).post(address, {"kind": "seal", "seal": "1"}).status_code == 404
    for to in ("", "nobody", "analyst.ke", "foreign.ug", "officer.ke"):
        answer = Program(staff.officer).post(address, {"kind": "hand_over", "to": to})
        assert answer.status_code == 422, to
    assert Program(staff.officer).post(address, {"kind": "swallow"}).status_code == 422


def test_somebody_without_an_account_signs_on_the_device(staff: SimpleNamespace, shoes: Any) -> None:
    address = f"exhibits/{shoes.ref}/events"
    officer = Program(staff.officer)
    said = {"kind": "hand_over", "to": "outside", "name": "M. Odera", "organisation": "Government laboratory"}
    said |= {"purpose": "test", "authority": "order MC-221/26", "document": "L-0317"}
    assert officer.post(address, said).status_code == 422, "without a signature nothing stands"
    given = officer.post(address, {**said, "signature": drawn(), "due_at": "2036-01-01T12:00"})
    assert given.status_code == 201, given.content
    exhibit = Exhibit.objects.get(pk=shoes.pk)
    party = Party.objects.get()
    assert (exhibit.holder_kind, exhibit.holder, exhibit.state) == ("outside", party.ref, "out_of_store")
    events = officer.get(address).json()
    assert [one["kind"] for one in events] == ["seize", "hand_over", "take"]
    [signature] = events[-1]["files"]
    assert (signature["role"], signature["type"]) == ("signature", "image/png")
    assert "M. Odera" not in str(events), "the name stands in the annex alone"
    assert party.name == "M. Odera"


def test_a_seal_is_put_once_and_another_number_is_noticed(staff: SimpleNamespace, shoes: Any) -> None:
    officer = Program(staff.officer)
    address = f"exhibits/{shoes.ref}/events"
    assert officer.post(address, {"kind": "seal"}).status_code == 422
    assert officer.post(address, {"kind": "seal", "seal": "440703"}).status_code == 201
    assert officer.post(address, {"kind": "seal", "seal": "440704"}).status_code == 409
    wrong = officer.post(address, {"kind": "unseal", "seal": "440799", "note": "court asks"})
    assert wrong.status_code == 409
    assert "440703" in wrong.content.decode()
    said = {"kind": "unseal", "seal": "440703", "seal_whole": False, "note": "count anew", "present": "A. Wanjiru"}
    cut = officer.post(address, said)
    assert (cut.json()["seal_before"], cut.json()["seal_whole"]) == ("440703", False)
    again = officer.post(address, {"kind": "seal", "seal": "440703"})
    assert again.status_code == 409, "a number is used once"
    assert officer.post(address, {"kind": "seal", "seal": "440812"}).json()["seal_after"] == "440812"


def test_a_count_stands_beside_the_one_before_and_a_correction_beside_what_it_corrects(
    staff: SimpleNamespace, shoes: Any
) -> None:
    officer = Program(staff.officer)
    address = f"exhibits/{shoes.ref}/events"
    said = {"kind": "measure", "quantity": "4,806", "unit": "PR", "instrument": "by hand", "uncertainty": "2"}
    assert "can be" in officer.post(address, said).content.decode()
    said["quantity"] = "4806"
    made = officer.post(address, said).json()
    assert made["detail"]["was"]["quantity"] == "4812"
    assert made["detail"]["now"] == {"quantity": "4806", "unit": "PR", "instrument": "by hand", "uncertainty": "2"}
    test = {"kind": "test", "stage": "laboratory", "method": "acid, magnified", "result": "mark ground off on 58"}
    tested = officer.post(address, test)
    assert tested.status_code == 201, tested.content
    said = {"kind": "correct", "answers": tested.json()["ref"], "note": "58 was 85", "result": "on 85"}
    right = Program(staff.investigator).post(address, said)
    assert right.status_code == 201, right.content
    assert right.json()["answers"] == tested.json()["ref"]
    events = officer.get(address).json()
    assert [one["kind"] for one in events] == ["seize", "measure", "test", "correct"]
    assert events[2]["detail"]["result"] == "mark ground off on 58"
    assert officer.get(f"exhibits/{shoes.ref}").json()["quantity"] == "4806"


def test_a_sample_is_an_exhibit_of_its_own_and_takes_its_quantity_with_it(staff: SimpleNamespace, shoes: Any) -> None:
    officer = Program(staff.officer)
    address = f"exhibits/{shoes.ref}/events"
    too_much = officer.post(address, {"kind": "sample", "quantity": 5000, "unit": "PR"})
    assert too_much.status_code == 409
    made = officer.post(address, {"kind": "sample", "quantity": 6, "unit": "PR", "note": "for the laboratory"}).json()
    part = officer.get(f"exhibits/{made['detail']['part']}").json()
    assert part["reference"] == f"{shoes.reference}.S1"
    assert (part["quantity"], part["case"], part["parent"]) == ("6", shoes.case, shoes.reference)
    assert officer.get(f"exhibits/{shoes.ref}").json()["quantity"] == "4806"
    second = officer.post(address, {"kind": "sample", "part": "thing", "quantity": 1, "unit": "PR"}).json()
    assert second["detail"]["part_reference"] == f"{shoes.reference}.1"


def test_a_box_moves_as_one(staff: SimpleNamespace, shoes: Any, case: Any, store: Store) -> None:
    officer, custodian = Program(staff.officer), Program(staff.custodian)
    box = officer.post("exhibits", {"kind": "box", "description": "box 3", "case": case.ref}).json()
    assert box["reference"].startswith("BX-")
    for one in (shoes.ref, officer.post("exhibits", {**SHOES, "case": case.ref}).json()["ref"]):
        assert officer.post(f"exhibits/{one}/events", {"kind": "box", "to": box["reference"]}).status_code == 201
    address = f"exhibits/{box['ref']}/events"
    alone = officer.post(f"exhibits/{shoes.ref}/events", {"kind": "hand_over", "to": "MBA-B"})
    assert alone.status_code == 409, "it lies in a box"
    given = officer.post(address, {"kind": "hand_over", "to": "MBA-B"}).json()["ref"]
    assert custodian.post(f"{address}/{given}/confirm", {"shelf": "B-12"}).status_code == 200
    rows = Exhibit.objects.filter(store=store)
    assert rows.count() == 3
    assert {one.state for one in rows} == {"in_custody"}
    assert [one["kind"] for one in custodian.get(f"exhibits/{shoes.ref}/events").json()][-2:] == ["hand_over", "take"]
    custodian.post(address, {"kind": "seal", "seal": "77"})
    out = custodian.post(f"exhibits/{shoes.ref}/events", {"kind": "unbox", "note": "for the court"})
    assert out.status_code == 409, "the box is sealed"
    custodian.post(address, {"kind": "unseal", "note": "for the court"})
    out = custodian.post(f"exhibits/{shoes.ref}/events", {"kind": "unbox", "note": "for the court"})
    assert out.status_code == 201
    assert officer.get(f"exhibits/{box['ref']}").json()["inside"] != []


def test_a_store_refuses_what_it_does_not_take(staff: SimpleNamespace, case: Any, store: Store) -> None:
    officer, custodian = Program(staff.officer), Program(staff.custodian)
    made = {}
    for name, more in (("acid", {"dangerous": "8"}), ("fish", {"coldest": -25, "warmest": -18})):
        said = {"case": case.ref, "description": name, "quantity": 1, "unit": "KGM", **more}
        made[name] = officer.post("exhibits", said).json()["ref"]
    refused = {
        name: officer.post(f"exhibits/{ref}/events", {"kind": "hand_over", "to": "MBA-B"}) for name, ref in made.items()
    }
    assert {one.status_code for one in refused.values()} == {409}
    assert "class 8" in refused["acid"].content.decode()
    assert "temperature" in refused["fish"].content.decode()
    Store.objects.filter(pk=store.pk).update(capacity=0)
    plain = officer.post("exhibits", {**SHOES, "case": case.ref}).json()["ref"]
    full = officer.post(f"exhibits/{plain}/events", {"kind": "hand_over", "to": "MBA-B"})
    assert "takes 0" in full.content.decode()
    assert custodian.post(f"exhibits/{plain}/events", {"kind": "move", "to": "MBA-B"}).status_code == 403


def test_whoever_has_something_too_long_is_told_once(staff: SimpleNamespace, shoes: Any) -> None:
    from datetime import timedelta

    from tidewaiter.evidence.actions import tell_of_due
    from tidewaiter.foundation.moments import now
    from tidewaiter.notices.models import Notice

    address = f"exhibits/{shoes.ref}/events"
    said = {"kind": "hand_over", "to": "examiner.ke", "purpose": "test", "due_at": "2036-01-01T10:00"}
    event = Program(staff.officer).post(address, said).json()["ref"]
    Program(staff.examiner).post(f"{address}/{event}/confirm", {})
    assert Exhibit.objects.get(pk=shoes.pk).state == "out_of_store"
    assert tell_of_due() == 0
    Exhibit.objects.filter(pk=shoes.pk).update(due_at=now() - timedelta(hours=1))
    assert tell_of_due() == 1
    assert set(Notice.objects.filter(deed="evidence.due").values_list("to", flat=True)) == {
        "examiner.ke",
        "custodian.ke",
        "second.ke",
    }
    assert tell_of_due() == 0


def test_who_has_a_second_factor_shows_it_before_their_hand_on_custody(staff: SimpleNamespace, shoes: Any) -> None:
    import time

    from allauth.mfa.models import Authenticator

    giver, taker = page_of(staff.officer), page_of(staff.custodian)
    given = {"deed": "give", "code": [shoes.reference], "to": "custodian.ke", "purpose": "store"}
    Authenticator.objects.create(user=staff.officer, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    for address, said in (
        ("/evidence/hand-over/", given),
        (f"/evidence/{shoes.ref}/do/hand_over/", {"to": "custodian.ke"}),
    ):
        asked = giver.post(address, said)
        assert (asked.status_code, asked["Location"][:23]) == (302, "/accounts/second/again/"), address
    assert Exhibit.objects.get(pk=shoes.pk).awaits == "", "a desk that was left open gives nothing away"
    session = giver.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 10}]
    session["account_authentication_methods_user"] = str(staff.officer.pk)
    session.save()
    assert giver.post("/evidence/hand-over/", given)["Location"] == "/evidence/"
    Authenticator.objects.create(user=staff.custodian, type="webauthn", data={"name": "key", "credential": {}})
    took = {"deed": "take", "code": [shoes.reference], "seal_whole": ""}
    for address in ("/evidence/taking/", f"/evidence/{shoes.ref}/do/take/"):
        assert "again" in taker.post(address, took)["Location"], address
    assert Exhibit.objects.get(pk=shoes.pk).holder == "officer.ke"
    Authenticator.objects.filter(user=staff.custodian).delete()
    assert taker.post("/evidence/taking/", took)["Location"] == "/evidence/", "who has none has signed in"
    assert Exhibit.objects.get(pk=shoes.pk).holder == "custodian.ke"
