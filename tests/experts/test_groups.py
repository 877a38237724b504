"""Groups: mandate, admission, terms before anything is seen, who leads for how long, the narrower view."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tests.experts.conftest import GROUP, do, page_of, program_of, tell
from tidewaiter.advisories.models import Reader
from tidewaiter.experts.models import Group, Member, Term
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_the_page_of_a_group_shows_its_mandate_its_plan_and_who_leads_it(group: SimpleNamespace) -> None:
    text = page_of(group.kenya).get("/experts/eceg/").content.decode()
    for said in (
        "Electronic crime expert group",
        "Reports to Enforcement Committee",
        "¶5",
        "Needs, training, equipment",
    ):
        assert said in text, said
    assert "nothing in the plan" in text
    assert "Mandate, year 1 of 3" in text
    assert "ghana.gh" in text
    members = page_of(group.kenya).get("/experts/eceg/members/").content.decode()
    assert "uganda.ug" in members
    assert "as it asks" in members


def test_nothing_of_a_group_is_seen_before_its_terms_are_accepted(staff: SimpleNamespace) -> None:
    page_of(staff.editor).post("/experts/new/", GROUP)
    do(staff.editor, "admit", username="kenya.ke", sector="customs", standing="expert")
    client = page_of(staff.kenya)
    assert client.get("/experts/eceg/").headers["Location"] == "/experts/eceg/terms/"
    for part in ("members", "work", "meetings", "threads", "polls", "practice", "needs", "reports"):
        assert client.get(f"/experts/eceg/{part}/").headers["Location"] == "/experts/eceg/terms/", part
    assert client.get("/experts/eceg/calendar.ics").status_code in (403, 422)
    terms = client.get("/experts/eceg/terms/").content.decode()
    assert "What I read here I use under its mark." in terms
    assert "Warn each other early" not in terms
    told = program_of(staff.kenya).get("/api/v1/experts/groups/eceg").json()
    assert told["accepted"] is False
    assert told["paragraphs"] == []
    assert not Reader.objects.filter(value="kenya.ke").exists(), "warnings are not read before either"
    assert client.post("/experts/eceg/do/open_thread/", {"title": "x", "text": "y"}).status_code == 302
    client.post("/experts/eceg/do/accept/", {"version": "1"})
    member = Member.objects.get(username="kenya.ke")
    assert member.accepted_version == 1
    assert member.accepted_at is not None
    assert Entry.objects.filter(deed="experts.terms_accepted", by="kenya.ke", ref="eceg").count() == 1
    assert "Warn each other early" in client.get("/experts/eceg/").content.decode()
    assert Reader.objects.get(value="kenya.ke").ceiling == "AMBER+STRICT"


def test_new_terms_are_accepted_anew(group: SimpleNamespace) -> None:
    do(group.ghana, "mend", terms="And I tell nobody.")
    assert page_of(group.kenya).get("/experts/eceg/").headers["Location"] == "/experts/eceg/terms/"
    assert not Reader.objects.filter(value="kenya.ke").exists()
    refused = page_of(group.kenya).post("/experts/eceg/do/accept/", {"version": "1"})
    assert refused.status_code == 400
    assert "written anew meanwhile" in refused.content.decode()
    do(group.kenya, "accept", version="2")
    assert page_of(group.kenya).get("/experts/eceg/").status_code == 200


def test_a_private_member_finds_themselves_and_those_who_lead_and_no_work(group: SimpleNamespace) -> None:
    client = page_of(group.bank)
    for address in ("/experts/eceg/", "/experts/eceg/members/"):
        text = client.get(address).content.decode()
        assert "ghana.gh" in text, "the chair is named"
        for name in ("courier.gh", "kenya.ke", "uganda.ug", "police.ke"):
            assert name not in text, (address, name)
    told = program_of(group.bank).get("/api/v1/experts/groups/eceg").json()
    assert sorted(one["username"] for one in told["members"]) == ["bank.ke", "ghana.gh"]
    assert Reader.objects.get(value="bank.ke").ceiling == "AMBER"
    do(group.ghana, "plan_work", title="Rules of the duty", paragraph="2", due_on="2026-12-30")
    assert "Rules of the duty" not in client.get("/experts/eceg/").content.decode()
    assert program_of(group.bank).get("/api/v1/experts/groups/eceg").json()["work"] == []


def test_who_has_no_seat_finds_no_group(group: SimpleNamespace) -> None:
    for person in (group.outsider, group.steward):
        client = page_of(person)
        for address in ("", "eceg/", "eceg/members/", "eceg/terms/", "new/"):
            assert client.get(f"/experts/{address}").status_code == 404, address
        assert client.post("/experts/eceg/do/admit/", {"username": "outsider.us"}).status_code == 404
        program = program_of(person)
        assert program.get("/api/v1/experts/groups").json() == []
        assert program.get("/api/v1/experts/groups/eceg").status_code == 404


def test_chair_and_secretariat_admit_and_nobody_else(group: SimpleNamespace) -> None:
    said = {"username": "outsider.us", "sector": "customs", "standing": "expert"}
    refused = do(group.kenya, "admit", **said)
    assert refused.status_code == 400
    assert "chair, the vice-chair or the secretariat" in refused.content.decode()
    wrong = do(group.ghana, "admit", username="outsider.us", sector="customs", standing="private")
    assert "private sector has the narrower view" in wrong.content.decode()
    assert do(group.ghana, "admit", **said).status_code == 200
    assert Notice.objects.filter(to="outsider.us", deed="experts.admitted", ref="eceg").exists()
    again = do(group.ghana, "admit", **said)
    assert "has a seat in the group already" in again.content.decode()


def test_one_chair_at_once_and_a_successor_ends_the_term_before(group: SimpleNamespace) -> None:
    do(group.editor, "appoint", username="kenya.ke", office="chair", ends_on="2027-12-31")
    terms = list(Term.objects.filter(office="chair").order_by("pk").values_list("member__username", "left_on"))
    assert terms == [("ghana.gh", now().date()), ("kenya.ke", None)]
    refused = do(group.ghana, "admit", username="outsider.us", sector="customs", standing="expert")
    assert refused.status_code == 400, "who has left office looks after the group no more"
    do(group.kenya, "appoint", username="kenya.ke", office="vice_chair", ends_on="2027-12-31")
    assert Term.objects.filter(left_on=None).count() == 1, "nobody is both"
    held = Term.objects.get(left_on=None)
    other = Member.objects.get(username="uganda.ug")
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(
            group=held.group,
            member=other,
            office=held.office,
            begins_on=date(2026, 1, 1),
            ends_on=date(2027, 1, 1),
            appointed_by="x",
            appointed_at=now(),
        )
    observer = do(group.kenya, "appoint", username="tanzania.tz", office="chair", ends_on="2027-12-31")
    assert observer.status_code == 400


def test_a_seat_that_ends_takes_the_office_and_the_warnings_with_it(group: SimpleNamespace) -> None:
    assert Reader.objects.filter(value="ghana.gh").exists()
    done = do(group.ghana, "end_membership", username="ghana.gh", reason="moved on")
    assert done.status_code in (200, 404)
    assert not Term.objects.filter(left_on=None).exists()
    assert not Reader.objects.filter(value="ghana.gh").exists()
    assert page_of(group.ghana).get("/experts/eceg/").status_code == 404
    assert "moved on" in page_of(group.kenya).get("/experts/eceg/members/").content.decode()


def test_a_group_by_program_and_by_command(staff: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    made = tell(staff.editor, "groups", {**GROUP, "paragraphs": [{"title": "Warn each other early", "text": "…"}]})
    assert made.status_code == 201, made.content
    assert made.json()["paragraphs"] == [{"number": 1, "title": "Warn each other early", "text": "…"}]
    assert tell(staff.kenya, "groups", {**GROUP, "code": "x1", "paragraphs": []}).status_code == 403
    fields = {"username": "kenya.ke", "sector": "customs", "standing": "expert"}
    assert tell(staff.editor, "groups/eceg/admit", {"fields": fields}).json() == {"ref": "eceg", "deed": "admit"}
    assert tell(staff.kenya, "groups/eceg/accept", {"fields": {"version": "1"}}).status_code == 200
    call_command(
        "expert_group",
        "appoint",
        "eceg",
        by="editor.int",
        format="json",
        set=["username=kenya.ke", "office=chair", "ends_on=2027-11-30"],
    )
    call_command("expert_group", "show", "eceg", by="kenya.ke", format="json")
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1].replace("}{", "}\n{").splitlines()[-1])
    assert told["members"][0]["office"] == "chair"
    assert Group.objects.get(pk="eceg").opened_by == "editor.int"


def test_init_makes_the_group_to_which_the_role_belongs(staff: SimpleNamespace) -> None:
    assert Group.objects.filter(pk="experts").exists()
    client = page_of(staff.uganda)
    assert client.get("/experts/").headers["Location"] == "/experts/experts/"
    assert client.get("/experts/experts/").headers["Location"] == "/experts/experts/terms/"
    client.post("/experts/experts/do/accept/", {"version": "1"})
    assert Member.objects.get(username="uganda.ug").standing == "observer"
    assert client.get("/experts/experts/").status_code == 200


def test_a_sub_group_stands_on_the_page_of_its_group(group: SimpleNamespace) -> None:
    said = {**GROUP, "code": "eceg-wallets", "title": "Wallets", "parent": "eceg"}
    assert page_of(group.editor).post("/experts/new/", said).status_code == 302
    assert "Wallets" in page_of(group.editor).get("/experts/eceg/").content.decode()
    assert "Wallets" not in page_of(group.kenya).get("/experts/eceg/").content.decode(), "they have no seat in it"
    deeper = page_of(group.editor).post("/experts/new/", {**said, "code": "eceg-x", "parent": "eceg-wallets"})
    assert "A sub-group has no sub-groups." in deeper.content.decode()


def test_the_demo_has_a_year_of_a_group(db: None) -> None:
    from tests.conftest import PASSWORD
    from tidewaiter.experts.demo import fill_experts
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer
    from tidewaiter.people.models import Officer

    for username, home, role in (
        ("k.boateng", "GH", "contact"),
        ("a.wanjiru", "KE", "contact"),
        ("s.park", "KR", "contact"),
        ("j.quiroga", "CL", "contact"),
        ("n.achieng", "UG", "reviewer"),
        ("q.tran", "VN", "expert"),
        ("postal.union", "INT", "partner"),
        ("r.lindgren", "INT", "editor"),
    ):
        add_officer(username=username, administration=home, role=role, password=PASSWORD, by=NODE)
    assert fill_experts(lambda _line: None) == {"groups": 1}
    assert fill_experts(lambda _line: None) is None
    client = page_of(Officer.objects.get(username="a.wanjiru"))
    text = client.get("/experts/eceg/").content.decode()
    for said in ("10th meeting", "Figures on parcels held", "R-26-1", "ends in 19 days", "You answer 1 action point"):
        assert said in text, said


def test_a_private_member_proposes_a_warning_that_the_group_looks_at_first(group: SimpleNamespace) -> None:
    from tidewaiter.advisories.models import Advisory

    said = {
        "collection": "eceg",
        "title": "False pages of our bank",
        "summary": "They copy the page and ask for the code.",
        "kind": "modus_operandi",
        "tlp": "AMBER",
        "pap": "AMBER",
        "confidence": "high",
        "deed": "warn",
    }
    page_of(group.bank).post("/advisories/new/", said)
    assert not Advisory.objects.filter(state="warning_published").exists(), "they do not publish"
    page_of(group.bank).post("/advisories/new/", {**said, "deed": "draft"})
    draft = Advisory.objects.get()
    assert page_of(group.courier).get(f"/advisories/{draft.ref}/").status_code == 404, "nor do others see it yet"
    page_of(group.ghana).post(f"/advisories/{draft.ref}/do/publish/", {"draft": str(draft.draft)})
    draft.refresh_from_db()
    assert draft.state == "warning_published"
    assert page_of(group.courier).get(f"/advisories/{draft.ref}/").status_code == 200
