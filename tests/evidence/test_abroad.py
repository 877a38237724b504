"""Evidence between countries: made known, handed over with its chain, asked for and answered; and what does not hold is
refused.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_exports import run
from tidewaiter.evidence.actions import seal
from tidewaiter.evidence.models import Abroad, CustodyEvent, Exhibit
from tidewaiter.evidence.wire import KINDS
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Leaving, Terms

pytestmark = pytest.mark.django_db

OF = {one.name: one for one in KINDS}
UGANDA = SimpleNamespace(
    username="node:uganda", administration_code="UG", door="exchange:NODE-UG", display_name="Uganda", role_codes=()
)
ASKED = {
    "to": "KE",
    "subject": "Barrels of container MSKU1234565",
    "text": "Please send the laboratory's report.",
    "legal_basis": "Johannesburg Convention, art. 6",
    "case_reference": "UG-77",
    "due": "2027-01-31",
    "from": "UG",
}


def _came(kind: str, body: dict[str, Any], ref: str = "UG-1") -> Arriving:
    jsonschema.validate(body, dict(OF[kind].schema))
    assert not list(OF[kind].over(body, Terms()))
    by: Any = UGANDA
    return Arriving(ref=ref, version=1, op=PUT, body=body, node="NODE-UG", peer="uganda", by=by)


def _left(kind: str, ref: str) -> Leaving:
    found = OF[kind].leaving(ref, Terms(nominal=True))
    assert found is not None
    jsonschema.validate(dict(found.body), dict(OF[kind].schema))
    return found


def test_an_exhibit_is_made_known_and_its_custody_handed_over_by_page(staff: SimpleNamespace, shoes: Any) -> None:
    page = page_of(staff.investigator)
    said = {"deed": "send", "exhibit": shoes.reference, "kind": "exhibit", "country": "UG", "authority": "MC-221/26"}
    assert page.post("/evidence/abroad/", {**said, "authority": ""}).status_code == 400
    assert page.post("/evidence/abroad/", said).status_code == 302
    one = Abroad.objects.get()
    left = _left("exhibit", one.ref)
    assert left.home == "UG"
    assert left.body["exhibit"]["reference"] == shoes.reference
    assert "officer.ke" not in str(left.body)
    assert CustodyEvent.objects.get(exhibit=shoes, kind="export").detail["abroad"] == "UG"
    assert shoes.reference in page.get("/evidence/abroad/").content.decode()
    assert page_of(staff.officer).get("/evidence/abroad/").status_code == 403


def test_custody_goes_with_its_whole_chain_and_comes_back_as_a_receipt(staff: SimpleNamespace, shoes: Any) -> None:
    seal(exhibit=shoes, said={"seal": "440703"}, by=staff.officer)
    program = Program(staff.investigator)
    said = {"exhibit": shoes.reference, "kind": "custody_transfer", "country": "UG", "authority": "MC-221/26"}
    sent = program.post("abroad/send", said)
    assert sent.status_code == 201, sent.content
    body = _left("custody_transfer", sent.json()["ref"]).body
    assert [one["content"]["kind"] for one in body["events"]] == ["seize", "seal", "export"]
    receipt = {"answers": sent.json()["ref"], "their_reference": "EX-UGKLA-26-0001", "digest": "ab" * 32, "from": "UG"}
    OF["custody_receipt"].take(_came("custody_receipt", receipt))
    exhibit = Exhibit.objects.get(pk=shoes.pk)
    assert (exhibit.state, exhibit.holder) == ("out_of_store", "uganda")
    event = exhibit.events.order_by("-sequence")[0]
    assert (event.kind, event.taker, event.detail["their_digest"]) == ("take", "uganda", "ab" * 32)
    with pytest.raises(Refusal, match="Nothing of this node"):
        OF["custody_receipt"].take(_came("custody_receipt", {**receipt, "answers": "EA-none"}, "UG-2"))


def test_custody_that_comes_is_taken_over_when_its_chain_holds(staff: SimpleNamespace, shoes: Any) -> None:
    program = Program(staff.investigator)
    said = {"exhibit": shoes.reference, "kind": "custody_transfer", "country": "UG", "authority": "MC-221/26"}
    body: dict[str, Any] = dict(_left("custody_transfer", program.post("abroad/send", said).json()["ref"]).body)
    theirs = {**body, "to": "KE", "from": "UG"}
    broken = {**theirs, "events": [{**theirs["events"][0], "digest": "0" * 64}, *theirs["events"][1:]]}
    with pytest.raises(Refusal, match="does not hold at event 1"):
        OF["custody_transfer"].take(_came("custody_transfer", broken))
    OF["custody_transfer"].take(_came("custody_transfer", theirs))
    came = Abroad.objects.get(came=True)
    made = program.post("abroad/accept", {"ref": came.ref})
    assert made.status_code == 201, made.content
    taken = Exhibit.objects.get(reference=made.json()["exhibit"])
    event = taken.events.get(kind="move")
    assert event.detail["their_head"] == body["exhibit"]["head"]
    receipt = Abroad.objects.get(kind="custody_receipt", came=False)
    left = _left("custody_receipt", receipt.ref)
    assert (left.to, left.body["answers"], left.body["digest"]) == ("NODE-UG", "UG-1", event.digest)
    assert program.post("abroad/accept", {"ref": came.ref}).status_code == 409


def test_a_request_that_came_is_answered_with_exhibits_by_command(staff: SimpleNamespace, shoes: Any) -> None:
    OF["evidence_request"].take(_came("evidence_request", ASKED))
    came = Abroad.objects.get()
    assert came.administration == "KE"
    assert "Please send the laboratory" in page_of(staff.investigator).get("/evidence/abroad/").content.decode()
    words = [f"--set=ref={came.ref}", "--set=decision=in_part", "--set=text=One report.", f"--set=exhibits={shoes.ref}"]
    said = run("evidence_abroad", "answer", *words, "--by", "investigator.ke")
    left = _left("evidence_answer", said["ref"])
    assert (left.to, left.body["answers"], left.body["decision"]) == ("NODE-UG", "UG-1", "in_part")
    assert left.body["exhibits"][0]["reference"] == shoes.reference
    rows = page_of(staff.investigator).get("/evidence/abroad/").content.decode()
    assert "In part" in rows


def test_what_is_asked_of_another_country_is_answered(staff: SimpleNamespace) -> None:
    asked = {name: value for name, value in ASKED.items() if name not in ("to", "from")}
    sent = Program(staff.contact).post("abroad/ask", {**asked, "country": "UG"})
    assert sent.status_code == 201, sent.content
    assert _left("evidence_request", sent.json()["ref"]).home == "UG"
    body = {"answers": sent.json()["ref"], "decision": "granted", "text": "Here it is.", "exhibits": [], "from": "UG"}
    OF["evidence_answer"].take(_came("evidence_answer", body))
    assert Abroad.objects.get(came=False).ended
    assert [one["kind"] for one in Program(staff.contact).get("abroad").json()] == [
        "evidence_answer",
        "evidence_request",
    ]
    assert Program(staff.contact).post("abroad/ask", {**asked, "country": "KE"}).status_code == 422


def test_what_is_under_hold_stays(staff: SimpleNamespace, shoes: Any) -> None:
    Exhibit.objects.filter(pk=shoes.pk).update(hold=True)
    said = {"exhibit": shoes.reference, "kind": "custody_transfer", "country": "UG", "authority": "MC-221/26"}
    assert Program(staff.investigator).post("abroad/send", said).status_code == 409
    assert not Abroad.objects.exists()


def test_a_receipt_counts_once_and_not_for_what_has_gone_elsewhere(staff: SimpleNamespace, shoes: Any) -> None:
    program = Program(staff.investigator)
    said = {"exhibit": shoes.reference, "kind": "custody_transfer", "country": "UG", "authority": "MC-221/26"}
    sent = program.post("abroad/send", said).json()["ref"]
    assert program.post("abroad/send", said).status_code == 409, "it goes to one country at a time"
    receipt = {"answers": sent, "their_reference": "EX-UGKLA-26-0001", "digest": "ab" * 32, "from": "UG"}
    Exhibit.objects.filter(pk=shoes.pk).update(state="disposed_of")
    with pytest.raises(Refusal, match="disposed of"):
        OF["custody_receipt"].take(_came("custody_receipt", receipt))
    assert Exhibit.objects.get(pk=shoes.pk).state == "disposed_of"
    Exhibit.objects.filter(pk=shoes.pk).update(state="in_custody")
    OF["custody_receipt"].take(_came("custody_receipt", receipt))
    OF["custody_receipt"].take(_came("custody_receipt", receipt))
    with pytest.raises(Refusal, match="answered"):
        OF["custody_receipt"].take(_came("custody_receipt", receipt, "UG-2"))
    events = Exhibit.objects.get(pk=shoes.pk).events.order_by("sequence")
    assert [one.kind for one in events] == ["seize", "export", "take"]
