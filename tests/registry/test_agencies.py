"""Another agency is let in by agreement: into databases, a group of records, for purposes, until a day."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Officer
from tidewaiter.registry.actions.annexing import add_to_case
from tidewaiter.registry.actions.entering import enter, link
from tidewaiter.registry.actions.suspects import Move, move_suspect, signal
from tidewaiter.registry.models import AgencyAgreement, Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "organised crime, act 12 of 2019"
LATER = (now().date() + timedelta(days=200)).isoformat()
WRITTEN = {
    "agency": "National Police, criminal investigations",
    "paper": "Memorandum of 3 May 2026",
    "databases": ["companies"],
    "purposes": f"{PURPOSE}\nmissing persons",
    "ends_on": LATER,
}


def _thing(by: Officer, kind: str, name: str, handling: str = "AMBER") -> Entity:
    said = SaidThing(key="", kind=kind, values=[("name", name)], source="inquiry", handling=handling)
    return enter(said=said, by=by)


def _police() -> Officer:
    return add_officer(username="dci.kamau", administration="KE", role="partner", password=PASSWORD, by=NODE)


def _let_in(staff: SimpleNamespace, **changes: Any) -> tuple[Officer, AgencyAgreement]:
    """A partner let in by an agreement, by the steward's page."""
    police, page = _police(), page_of(staff.steward, purpose="")
    answer = page.post("/registry/agencies/", {**WRITTEN, **changes})
    assert answer.status_code == 302, answer.content.decode()
    made = AgencyAgreement.objects.get()
    assert page.post(f"/registry/agencies/{made.ref}/let_in/", {"username": "dci.kamau"}).status_code == 302
    return police, made


def test_an_agency_reads_the_companies_that_were_agreed_and_nothing_else(staff: SimpleNamespace) -> None:
    firm = _thing(staff.investigator, "company", "Kilindini Quill Ltd")
    red = _thing(staff.investigator, "company", "Harbour Gate Ltd", "RED")
    person = _thing(staff.investigator, "person", "Yusuf Kassarani")
    link(subject=person, target=firm, schema="Directorship", by=staff.investigator)
    police, made = _let_in(staff)
    page = page_of(police, purpose="")
    assert "For what do you read names?" in page.get("/registry/").content.decode()
    assert page.post("/registry/purpose/", {"purpose": "curiosity"}).status_code == 400
    assert page.post("/registry/purpose/", {"purpose": PURPOSE}).status_code == 302
    text = page.get("/registry/").content.decode()
    assert "Kilindini Quill Ltd" in text
    assert "Harbour Gate" not in text
    assert "Kassarani" not in text
    text = page.get(f"/registry/{firm.ref}/").content.decode()
    assert "read by agreement" in text
    assert "Kassarani" not in text
    for hidden in (red, person):
        assert page.get(f"/registry/{hidden.ref}/").status_code == 404
    text = page.post("/registry/screening/", {"name": "Kilindini Quill Limited"}).content.decode()
    assert "Kilindini Quill Ltd" in text
    assert "Break" not in text
    told = Entry.objects.filter(deed="registry.read", ref=firm.ref, by="dci.kamau")
    assert {json.loads(one.detail)["purpose"] for one in told} == {PURPOSE}
    assert {json.loads(one.detail)["agreement"] for one in told} == {made.ref}
    assert Entry.objects.filter(deed="registry.agency_let_in", ref=made.ref).count() == 1


def test_suspects_of_a_state_and_seizures_of_a_form(staff: SimpleNamespace) -> None:
    watched, signalled = (_thing(staff.investigator, "person", name) for name in ("Anna Nemo", "Boris Nemo"))
    for one in (watched, signalled):
        signal(entity=one, reason="a tip", by=staff.investigator)
    for deed in ("assess", "watch"):
        move_suspect(
            ref=watched.ref, move=Move(deed=deed, reason="two sources", action="discreet"), by=staff.investigator
        )
    refs = draft(cases=[case_in(national_ref="KE-77")], by=staff.officer, channel="page").refs
    said = SaidThing(key="", kind="person", values=[("name", "Chipo Nemo")])
    add_to_case(case=refs[0], said=said, role="courier", by=staff.officer, purpose="case KE-77")
    police, _made = _let_in(staff, databases=["suspects", "seizures"], forms=["WPN"], states=["watched"])
    page = page_of(police, PURPOSE)
    text = page.get("/registry/").content.decode()
    assert "Anna Nemo" in text
    assert "Boris" not in text
    assert "Chipo" not in text, "a draft is no seizure yet"
    submit(cases=Case.objects.filter(latest=True), by=staff.officer)
    assert "Chipo Nemo" in page.get("/registry/").content.decode()
    courier = Entity.objects.get(caption="Chipo Nemo")
    text = page.get(f"/registry/{courier.ref}/").content.decode()
    assert "KE-77" in text
    assert page.get(f"/cases/{refs[0]}/").status_code == 404
    assert "Discreet check" in page.get(f"/registry/{watched.ref}/").content.decode()
    AgencyAgreement.objects.update(forms=["CIG"])
    assert "Chipo" not in page.get("/registry/").content.decode()


def test_it_ends_at_its_day_or_before_and_one_may_be_taken_out(staff: SimpleNamespace) -> None:
    _thing(staff.investigator, "company", "Kilindini Quill Ltd")
    police, made = _let_in(staff)
    page, steward = page_of(police, PURPOSE), page_of(staff.steward, purpose="")
    assert page.get("/registry/").status_code == 200
    steward.post(f"/registry/agencies/{made.ref}/put_out/", {"username": "dci.kamau"})
    assert page.get("/registry/").status_code == 404
    steward.post(f"/registry/agencies/{made.ref}/let_in/", {"username": "dci.kamau"})
    assert page.get("/registry/").status_code == 200
    yesterday = now().date() - timedelta(days=1)
    AgencyAgreement.objects.update(begins_on=yesterday, ends_on=yesterday)
    assert page.get("/registry/").status_code == 404
    AgencyAgreement.objects.update(ends_on=LATER)
    steward.post(f"/registry/agencies/{made.ref}/end/", {"reason": "the memorandum was ended"})
    assert page.get("/registry/").status_code == 404
    text = steward.get("/registry/agencies/").content.decode()
    assert "ended on" in text
    assert steward.post(f"/registry/agencies/{made.ref}/let_in/", {"username": "dci.kamau"}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": "2020-01-01"}, "ends on a day after it begins"),
        ({"ends_on": "soon"}, "is no day"),
        ({"databases": ["everything"]}, "Say any of"),
        ({"purposes": ""}, "one purpose a line"),
        ({"paper": ""}, "by which written agreement"),
        ({"most": "RED"}, "Say any of"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    staff: SimpleNamespace, changes: dict[str, Any], said: str
) -> None:
    answer = page_of(staff.steward, purpose="").post("/registry/agencies/", {**WRITTEN, **changes})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert AgencyAgreement.objects.count() == 0


def test_only_a_steward_lets_in_and_only_accounts_of_partners_are_let_in(staff: SimpleNamespace) -> None:
    for other in (staff.investigator, staff.officer, staff.contact, staff.analyst, staff.partner, staff.foreign):
        assert page_of(other).get("/registry/agencies/").status_code == 404
        assert page_of(other).post("/registry/agencies/", WRITTEN).status_code == 404
    protection = page_of(staff.protection)
    assert protection.get("/registry/agencies/").status_code == 200
    assert protection.post("/registry/agencies/", WRITTEN).status_code == 422
    steward = page_of(staff.steward, purpose="")
    steward.post("/registry/agencies/", WRITTEN)
    ref = AgencyAgreement.objects.get().ref
    for name in ("officer.ke", "analyst.ke", "nobody"):
        assert steward.post(f"/registry/agencies/{ref}/let_in/", {"username": name}).status_code == 422


def test_by_program_and_by_command(staff: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    firm = _thing(staff.investigator, "company", "Kilindini Quill Ltd")
    police = _police()
    capsys.readouterr()
    written = {name: WRITTEN[name] for name in ("paper", "databases", "ends_on")}
    call_command("agree", WRITTEN["agency"], purposes=[PURPOSE], **written, by="steward.ke", format="json")
    ref = json.loads(capsys.readouterr().out)["ref"]
    capsys.readouterr()
    call_command("let_in", ref, "dci.kamau", by="steward.ke", format="json")
    assert json.loads(capsys.readouterr().out) == {"ref": ref, "username": "dci.kamau", "in": True}
    theirs = make_token(officer=police, scope="read", by=police)[1]
    asks = {"HTTP_AUTHORIZATION": f"Bearer {theirs}", "HTTP_X_PURPOSE": PURPOSE}
    rows = Client().get("/api/v1/registry/entities", **asks).json()
    assert [row["ref"] for row in rows] == [firm.ref]
    asks["HTTP_X_PURPOSE"] = "curiosity"
    assert Client().get("/api/v1/registry/entities", **asks).status_code == 422
    call_command("list_agencies", by="protection.ke", format="json")
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["members"], listed["ended"], listed["purposes"]) == (["dci.kamau"], False, [PURPOSE])
    call_command("let_in", ref, "dci.kamau", out=True, by="steward.ke", format="json")
    call_command(
        "agree",
        "Immigration",
        paper="Letter 7",
        databases=["suspects"],
        purposes=["border control"],
        ends_on=LATER,
        by="steward.ke",
        format="json",
    )
    call_command("end_agreement", ref, reason="superseded", by="steward.ke", format="json")
    token = make_token(officer=staff.protection, scope="read", by=staff.protection)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert [one["ended"] for one in Client().get("/api/v1/registry/agencies", **told).json()] == [False, True]
    steward = make_token(officer=staff.steward, scope="read", by=staff.steward)[1]
    assert Client().get("/api/v1/registry/agencies", HTTP_AUTHORIZATION=f"Bearer {steward}").status_code == 404
