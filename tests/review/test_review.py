"""The regional office: queue, returns field by field, judging together, sampling, questions, the monthly check."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import PASSWORD
from tests.making import as_read, as_shown, case_in
from tidewaiter.cases.actions import draft, open_case, return_case, submit, validate
from tidewaiter.cases.findings.finding_outcomes import precision_of_checks
from tidewaiter.cases.models import Case, FindingOutcome, Return
from tidewaiter.cases.returning import FieldReason, changes_since, last_return
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer
from tidewaiter.review.actions import assign, remind_of_overdue, set_sampling, validate_together
from tidewaiter.review.queries import in_order, is_drawn, next_after, proposed_rate, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _waits(people: SimpleNamespace, ref: str = "KE-1", **changes: Any) -> Case:
    made = draft(cases=[case_in(national_ref=ref, **changes)], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=made), by=people.contact)
    return Case.objects.get(ref=made, latest=True)


def _client(person: Officer) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def test_the_queue_holds_what_waits_for_the_office_oldest_first(people: SimpleNamespace) -> None:
    first, second = _waits(people, "Q-1"), _waits(people, "Q-2")
    draft(cases=[case_in(national_ref="Q-3")], by=people.contact, channel="page")
    for name, sees in (("reviewer", 2), ("secretariat", 2), ("own_reviewer", 0), ("far_reviewer", 0), ("contact", 0)):
        assert waiting(getattr(people, name)).count() == sees, name
    assert [case.ref for case in in_order(waiting(people.reviewer), "oldest")] == [first.ref, second.ref]
    assert next_after(waiting(people.reviewer), "oldest", first) == second
    assert next_after(waiting(people.reviewer), "oldest", second) == first, (
        "after the last comes the first that still waits"
    )


def test_the_queue_asks_as_often_for_many_cases_as_for_few(people: SimpleNamespace) -> None:
    client = _client(people.reviewer)
    counts = []
    for number in (3, 30):
        case = [_waits(people, f"N{number}-{n}") for n in range(number)][-1]
        client.get(f"/review/case/{case.ref}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/review/case/{case.ref}/?order=findings").status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[0], counts
    assert counts[1] < 40


def test_opening_is_recorded_once_and_a_queue_page_shows_the_case(people: SimpleNamespace) -> None:
    case = _waits(people)
    client = _client(people.reviewer)
    answer = client.get("/review/", follow=True)
    assert case.national_ref in answer.content.decode()
    client.get(f"/review/case/{case.ref}/")
    assert [entry.deed for entry in history(case.ref)].count("cases.opened") == 1


def test_a_returned_case_says_which_fields_and_why_and_what_changed_since(people: SimpleNamespace) -> None:
    case = _waits(people)
    client = _client(people.reviewer)
    said = {
        **as_shown(client, f"/review/case/{case.ref}/"),
        "path": ["lines.1.quantity", "place", ""],
        "code": ["implausible", "", ""],
        "say": ["Nine?", "Which terminal?", ""],
        "reason": "Two fields.",
    }
    answer = client.post(f"/review/case/{case.ref}/return_case/", said)
    assert answer.status_code == 302
    last = last_return(case.ref)
    assert last is not None
    assert [(one["path"], one["code"]) for one in last.fields] == [
        ("lines.1.quantity", "implausible"),
        ("place", "other"),
    ]
    officer = _client(people.officer)
    page = officer.get(f"/cases/{case.ref}/").content.decode()
    assert "Nine?" in page
    assert "Two fields." in page
    assert "Nine?" in officer.get(f"/cases/{case.ref}/edit/").content.decode()
    lines = [
        {"subtype": "magazine", "quantity": "19", "unit": "H87"},
        {"subtype": "pistol", "quantity": "2", "unit": "H87"},
    ]
    draft(cases=[case_in(lines=lines)], by=people.officer, channel="page")
    submit(cases=Case.objects.filter(ref=case.ref, latest=True), by=people.officer)
    again = Case.objects.get(ref=case.ref, latest=True)
    changed = changes_since(again, last, "en")
    assert [(one.path, one.was, one.now) for one in changed] == [("lines.1.quantity", "9", "19")]
    assert "<s>9</s>" in client.get(f"/review/case/{case.ref}/").content.decode()
    assert "Nine?" not in officer.get(f"/cases/{case.ref}/").content.decode(), (
        "what is mended is not asked for any more"
    )


@pytest.mark.parametrize("field", ["lines.9x.quantity", "nothing", "lines.1.nothing", "photos.1.file"])
def test_a_return_names_fields_of_the_form_alone(people: SimpleNamespace, field: str) -> None:
    case = _waits(people)
    with pytest.raises(BadInput):
        return_case(case=case, reason="x", by=people.reviewer, fields=[FieldReason(field, "wrong")])
    with pytest.raises(BadInput):
        return_case(case=case, reason="x", by=people.reviewer, fields=[FieldReason("place", "because")])
    with pytest.raises(Refusal):
        return_case(case=case, reason=" ", by=people.reviewer)
    assert not Return.objects.exists()
    assert Case.objects.get(pk=case.pk).status == "submitted"


def test_of_two_who_judge_one_case_the_second_is_told(people: SimpleNamespace) -> None:
    case = _waits(people)
    one, other = _client(people.reviewer), _client(people.secretariat)
    shown = as_shown(one, f"/review/case/{case.ref}/")
    assert other.post(f"/review/case/{case.ref}/validate/", shown).status_code == 302
    answer = one.post(f"/review/case/{case.ref}/return_case/", {"reason": "No", **shown})
    assert answer.status_code == 422
    assert [entry.deed for entry in history(case.ref)].count("cases.validated") == 1


def test_nobody_judges_what_their_page_has_not_shown(people: SimpleNamespace) -> None:
    case = _waits(people)
    client = _client(people.reviewer)
    shown = as_shown(client, f"/review/case/{case.ref}/")
    lines = [{"subtype": "magazine", "quantity": "19", "unit": "H87"}]
    draft(cases=[case_in(lines=lines)], by=people.contact, channel="page")
    answer = client.post(f"/review/case/{case.ref}/validate/", shown)
    assert answer.status_code == 409
    assert Case.objects.get(ref=case.ref, latest=True).status == "submitted"


def test_several_are_validated_together_when_they_were_opened_or_sampling_lets_them_pass(
    people: SimpleNamespace,
) -> None:
    cases = [_waits(people, f"S-{n}") for n in range(40)]
    open_case(case=cases[0], by=people.reviewer)
    refs = [case.ref for case in cases]
    assert validate_together(cases=refs[:2], by=people.reviewer) == (1, {"unopened": 1})
    with pytest.raises(NotAllowed):
        set_sampling(administration="KE", rate=0.3, by=people.reviewer)
    set_sampling(administration="KE", rate=0.3, by=people.steward)
    drawn = [case.ref for case in cases[1:] if is_drawn(case.ref, case.version, 0.3)]
    done, refused = validate_together(cases=refs, by=people.reviewer)
    assert (done, refused) == (39 - len(drawn), {"drawn": len(drawn), "not_waiting": 1})
    assert 0 < len(drawn) < 39
    assert not FindingOutcome.objects.exists(), "what nobody looked at says nothing of the checks"
    assert validate_together(cases=refs, by=people.far_reviewer)[0] == 0


def test_the_past_suggests_how_much_to_look_at() -> None:
    assert proposed_rate(99, 0) == 1.0
    assert proposed_rate(2000, 0) == 0.05
    assert 0.2 < proposed_rate(1000, 50) < 0.4
    assert proposed_rate(1000, 400) == 1.0


def test_a_case_is_handed_over_to_one_who_may_judge_it(people: SimpleNamespace) -> None:
    case = _waits(people)
    assign(cases=[case], to=people.secretariat.username, by=people.reviewer, note="Yours")
    assert Notice.objects.filter(to=people.secretariat.username, deed="review.assigned", ref=case.ref).exists()
    assert waiting(people.secretariat, {"assigned": ["me"]}).count() == 1
    assert waiting(people.reviewer, {"assigned": ["nobody"]}).count() == 0
    with pytest.raises(NotAllowed):
        assign(cases=[case], to=people.own_reviewer.username, by=people.reviewer)


def test_reviewers_and_officers_are_told_once_a_day_what_is_overdue(people: SimpleNamespace) -> None:
    late, back = _waits(people, "L-1"), _waits(people, "L-2")
    return_case(case=back, reason="Mend", by=people.reviewer)
    Case.objects.filter(ref__in=[late.ref, back.ref]).update(changed_at=now() - timedelta(days=20))
    assert waiting(people.reviewer, {"overdue": ["1"]}).count() == 1
    remind_of_overdue()
    assert remind_of_overdue() == 0
    told = set(Notice.objects.filter(deed__startswith="review.").values_list("to", "deed"))
    assert (people.reviewer.username, "review.overdue") in told
    assert (people.contact.username, "review.mend_overdue") in told
    assert people.far_reviewer.username not in {name for name, _deed in told}


def _found(people: SimpleNamespace, ref: str) -> Case:
    """A case with a finding that warns: the container's check digit is wrong."""
    from tidewaiter.cases.validate_record import with_findings
    from tidewaiter.forms.queries import form_named

    conveyance = {"mode": "1", "container": "MSCU1234567"}
    number = int(ref[-1]) + 1
    lines = [{"subtype": "magazine", "quantity": str(9 * 2**number), "unit": "H87"}]
    case = with_findings(
        form_named("WPN"), case_in(national_ref=ref, conveyance=conveyance, lines=lines, date=f"2026-0{number}-11")
    )
    made = draft(cases=[case], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=made), by=people.contact)
    return Case.objects.get(ref=made, latest=True)


def test_each_check_shows_how_often_it_was_right(people: SimpleNamespace) -> None:
    from tidewaiter.cases.validate_record import with_findings
    from tidewaiter.forms.queries import form_named

    mended, sent, dismissed, passed, still = (_found(people, f"P-{n}") for n in range(5))
    assert [row.code for row in mended.findings.all()] == ["check_digit"]
    client = _client(people.reviewer)
    return_case(case=mended, reason="See the findings", by=people.reviewer)
    sound = with_findings(
        form_named("WPN"),
        case_in(national_ref="P-0", date="2026-01-11", conveyance={"mode": "1", "container": "CSQU3054383"}),
    )
    draft(cases=[sound], by=people.contact, channel="page")
    path = sent.findings.get().path
    return_case(case=sent, reason="", by=people.reviewer, fields=[FieldReason(path, "wrong")])
    shown = as_shown(client, f"/review/case/{dismissed.ref}/")
    said = {"code": "check_digit", "path": path, "reason": "Seen on the door", **shown}
    client.post(f"/review/case/{dismissed.ref}/dismiss/", said)
    client.post(f"/review/case/{dismissed.ref}/validate/", shown)
    client.post(f"/review/case/{passed.ref}/validate/", as_shown(client, f"/review/case/{passed.ref}/"))
    (row,) = precision_of_checks()
    figures = {
        name: row[name] for name in ("fired", "open", "mended", "returned", "dismissed", "validated", "precision")
    }
    assert figures == {
        "fired": 5,
        "open": 1,
        "mended": 1,
        "returned": 1,
        "dismissed": 1,
        "validated": 1,
        "precision": 0.5,
    }
    assert row["low"] < 0.5 < row["high"]
    assert "0.333" in client.get("/review/checks/").content.decode(), "what is mended out of sight is not counted yet"
    submit(cases=Case.objects.filter(ref=mended.ref), by=people.contact)
    assert "0.5" in client.get("/review/checks/").content.decode()
    assert still.status == "submitted"


def test_a_question_is_answered_within_its_days_with_what_the_asker_may_see(people: SimpleNamespace) -> None:
    seen = _waits(people, "A-1")
    marked = draft(
        cases=[case_in(national_ref="A-2", handling="RED", country="US", place="USJFK")],
        by=people.american,
        channel="page",
    ).refs[0]
    submit(cases=Case.objects.filter(ref=marked), by=people.american)
    for ref in (seen.ref, marked):
        one = Case.objects.filter(ref=ref, latest=True)
        open_case(case=one.get(), by=people.secretariat)
        assert validate(cases=one, by=people.secretariat)[0] == 1
    draft(cases=[case_in(national_ref="A-3")], by=people.contact, channel="page")
    contact, office = _client(people.contact), _client(people.reviewer)
    contact.post("/review/requests/", {"subject": "Pump housings", "question": "What do we know of this route?"})
    ref = Notice.objects.get(to=people.reviewer.username, deed="review.asked").ref
    assert _client(people.american).get(f"/review/requests/{ref}/").status_code == 404
    assert office.post(f"/review/requests/{ref}/answer/", {"text": "Much", "search": "form=WPN"}).status_code == 422
    office.post(f"/review/requests/{ref}/take/")
    assert office.post(f"/review/requests/{ref}/answer/", {"text": "Much", "search": "form=WPN"}).status_code == 302
    page = contact.get(f"/review/requests/{ref}/").content.decode()
    assert "A-1" in page
    assert "A-2" not in page
    from tidewaiter.review.models import AnalysisRequest

    asked = AnalysisRequest.objects.get(ref=ref)
    assert asked.cases == [[seen.ref, 1]], (
        "a draft that the office does not see and a case that is marked for others is in no figure either"
    )
    assert asked.figures["cases"] == 1
    read = re.findall(r'name="answered" value="([^"]+)"', page)[0]
    assert contact.post(f"/review/requests/{ref}/ask_again/", {"answered": read}).status_code == 302
    office.post(f"/review/requests/{ref}/take/")
    office.post(f"/review/requests/{ref}/answer/", {"text": "All that is known", "search": "form=WPN"})
    for stale in ({"answered": read}, {}):
        page = contact.post(f"/review/requests/{ref}/close/", stale, follow=True).content.decode()
        assert "The question was answered meanwhile. Read the answer, then decide." in page
        assert "All that is known" in page
        assert AnalysisRequest.objects.get(ref=ref).status == "answered"
    read = re.findall(r'name="answered" value="([^"]+)"', page)[0]
    assert contact.post(f"/review/requests/{ref}/close/", {"answered": read}).status_code == 302
    assert AnalysisRequest.objects.get(ref=ref).status == "closed"


def test_the_thread_of_a_case_is_for_its_two_sides(people: SimpleNamespace) -> None:
    case = _waits(people)
    reviewer, officer = _client(people.reviewer), _client(people.officer)
    reviewer.get(f"/review/case/{case.ref}/")
    assert reviewer.post(f"/cases/{case.ref}/say/", {"text": "Is the seal number known?"}).status_code == 302
    assert "Is the seal number known?" in officer.get(f"/cases/{case.ref}/").content.decode()
    assert Notice.objects.filter(to=people.contact.username, deed="threads.said").exists()
    validate(cases=Case.objects.filter(pk=case.pk), by=people.reviewer)
    stranger = _client(people.american)
    page = stranger.get(f"/cases/{case.ref}/")
    assert page.status_code == 200
    assert "Is the seal number known?" not in page.content.decode()
    assert stranger.post(f"/cases/{case.ref}/say/", {"text": "x"}).status_code == 403
    assert officer.post(f"/cases/{case.ref}/say/", {"text": "  "}).status_code == 422


def test_a_case_is_sent_back_and_judged_by_program_and_by_command(
    people: SimpleNamespace, tmp_path: Any, capsys: Any
) -> None:
    case, other, third = _waits(people, "C-1"), _waits(people, "C-2"), _found(people, "C-3")
    _token, text = make_token(officer=people.reviewer, scope="write", by=people.reviewer)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    queue = client.get("/api/v1/review/queue").json()
    assert [row["national_ref"] for row in queue] == ["C-1", "C-2", "C-3"]
    body = {"fields": [{"path": "place", "code": "missing", "text": "Which berth?"}], **as_read(client, case.ref)}
    answer = client.post(f"/api/v1/cases/{case.ref}/return_case", body, content_type="application/json")
    assert answer.json()["status"] == "returned"
    finding = third.findings.get()
    said = {"code": finding.code, "path": finding.path, "reason": "read twice", **as_read(client, third.ref)}
    assert client.post(f"/api/v1/cases/{third.ref}/dismiss", said, content_type="application/json").status_code == 200
    answer = client.post("/api/v1/review/validate", {"refs": [third.ref, other.ref]}, content_type="application/json")
    assert answer.json() == {"cases": 1, "refused": {"unopened": 1}}
    table = tmp_path / "back.csv"
    table.write_text(f"ref,path,code,text\n{other.ref},lines.1.quantity,wrong,Count again\n{other.ref},,,Thank you\n")
    call_command("return_cases", str(table), by="reviewer.ug", format="json")
    assert json.loads(capsys.readouterr().out) == {"cases": 1, "refused": {}}
    last = last_return(other.ref)
    assert last is not None
    assert (last.text, last.fields[0]["text"]) == ("Thank you", "Count again")
    call_command("review_queue", by="reviewer.ug", format="json")
    assert json.loads(capsys.readouterr().out) == []
    call_command("check_precision", format="json")
    assert json.loads(capsys.readouterr().out)[0]["dismissed"] == 1


def test_fields_of_a_return_are_named_apart(people: SimpleNamespace) -> None:
    """Each leg and each person of a route of many has its own name in the menu, whatever number the form ends at."""
    route = [
        {"role": "departure", "country": "BR"},
        *({"role": "transit", "country": country} for country in ("ES", "BE", "NL", "DE")),
        {"role": "destination", "country": "KE"},
    ]
    case = _waits(people, "N-1", route=route, persons=[{"role": "courier"}, {"role": "driver"}, {"role": "agent"}])
    page = _client(people.reviewer).get(f"/cases/{case.ref}/").content.decode()
    menu = page[page.index('<select class="form-select" name="path"') :]
    titles = re.findall(r'<option value="[^"]+">([^<]+)</option>', menu[: menu.index("</select>")])
    assert len(titles) == len(set(titles)), sorted(one for one in titles if titles.count(one) > 1)
    assert {"Transit 2: country", "Transit 4: country", "Person 3: role", "Quantity, line 2"} <= set(titles)
    named = [FieldReason("route.transit.2.country", "unclear"), FieldReason("route.transit.4.country", "unclear")]
    return_case(case=case, reason="", by=people.reviewer, fields=named)
    page = _client(people.contact).get(f"/cases/{case.ref}/").content.decode()
    assert "Transit 2: country" in page
    assert "Transit 4: country" in page
