"""Whoever validated or sent back takes it back within a minute, if nobody has acted since."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import as_shown, case_in
from tidewaiter.cases.actions import draft, move_one, open_case, return_case, say_of_case, submit, take_back
from tidewaiter.cases.models import Case, FindingOutcome, Return
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.people.actions import make_token
from tidewaiter.site.proof import proof

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _signed(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _submitted(people: SimpleNamespace, **changes: Any) -> Case:
    ref = draft(cases=[case_in(**changes)], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref, latest=True), by=people.contact)
    return Case.objects.get(ref=ref, latest=True)


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _validated(people: SimpleNamespace, case: Case) -> Case:
    move_one(deed="validate", case=case, by=people.reviewer)
    return _again(case)


def _returned(people: SimpleNamespace, case: Case) -> Case:
    open_case(case=case, by=people.reviewer)
    return_case(
        case=case, reason="Count again.", by=people.reviewer, fields=[FieldReason("date", "unclear", "which day?")]
    )
    return _again(case)


def test_a_validation_taken_back_leaves_no_figure_and_the_clock_runs_on(people: SimpleNamespace) -> None:
    before = _submitted(people)
    case = _validated(people, before)
    assert case.counted
    take_back(case=case, by=people.reviewer)
    after = _again(case)
    assert (after.status, after.counted, after.pending, after.reason) == ("submitted", False, "", "")
    assert after.changed_by == people.contact.username
    assert abs(after.changed_at - before.changed_at) < timedelta(seconds=1)
    assert [entry.deed for entry in history(case.ref)][-2:] == ["cases.validated", "cases.taken_back"]
    assert proof()["intact"]


def test_a_return_taken_back_was_never_sent(people: SimpleNamespace) -> None:
    case = _returned(people, _submitted(people))
    assert Return.objects.filter(ref=case.ref).count() == 1
    take_back(case=case, by=people.reviewer)
    assert _again(case).status == "submitted"
    assert not Return.objects.filter(ref=case.ref).exists()
    assert not FindingOutcome.objects.filter(ref=case.ref, how="returned").exists()
    move_one(deed="validate", case=_again(case), by=people.reviewer)
    assert _again(case).status == "validated"


def test_the_version_that_stood_before_stands_again(people: SimpleNamespace) -> None:
    first = _validated(people, _submitted(people))
    lines = [{"subtype": "magazine", "quantity": "10", "unit": "H87"}]
    draft(cases=[case_in(lines=lines)], by=people.contact, channel="page")
    second = Case.objects.get(ref=first.ref, latest=True)
    _validated(people, second)
    assert not _again(first).counted
    take_back(case=_again(second), by=people.reviewer)
    assert (_again(first).counted, _again(first).pending) == (True, "submitted")
    assert (_again(second).counted, _again(second).status) == (False, "submitted")
    move_one(deed="validate", case=_again(second), by=people.reviewer)
    assert (_again(first).counted, _again(second).counted) == (False, True)


def test_an_amendment_sent_back_and_taken_back_waits_beside_the_one_that_stands(people: SimpleNamespace) -> None:
    first = _validated(people, _submitted(people))
    lines = [{"subtype": "magazine", "quantity": "10", "unit": "H87"}]
    draft(cases=[case_in(lines=lines)], by=people.contact, channel="page")
    second = _returned(people, Case.objects.get(ref=first.ref, latest=True))
    assert _again(first).pending == "returned"
    take_back(case=second, by=people.reviewer)
    assert (_again(first).counted, _again(first).pending) == (True, "submitted")


def test_it_is_refused_after_a_minute(people: SimpleNamespace) -> None:
    for decided in (_validated, _returned):
        case = decided(people, _submitted(people, national_ref=f"KE-{decided.__name__}"))
        Case.objects.filter(pk=case.pk).update(changed_at=now() - timedelta(seconds=61))
        with pytest.raises(Refusal) as refused:
            take_back(case=_again(case), by=people.reviewer)
        assert refused.value.code == "too_late"
        assert _again(case).status == case.status


def test_it_is_refused_once_another_has_acted(people: SimpleNamespace) -> None:
    case = _returned(people, _submitted(people))
    say_of_case(case=case, text="It was pier 3.", by=people.contact)
    with pytest.raises(Refusal) as refused:
        take_back(case=_again(case), by=people.reviewer)
    assert refused.value.code == "another_acted"
    mended = case_in(lines=[{"subtype": "magazine", "quantity": "10", "unit": "H87"}])
    draft(cases=[mended], by=people.contact, channel="page")
    with pytest.raises((Refusal, Missing)):
        take_back(case=case, by=people.reviewer)


def test_nobody_takes_back_what_another_decided(people: SimpleNamespace) -> None:
    case = _validated(people, _submitted(people))
    for other in (people.secretariat, people.contact, people.far_reviewer, people.own_reviewer):
        with pytest.raises((NotAllowed, Refusal)):
            take_back(case=case, by=other)
    client = _signed(people.secretariat)
    said = {"version": case.version, "digest": case.digest}
    assert client.post(f"/review/case/{case.ref}/take_back/", said).status_code == 404
    assert _again(case).status == "validated"


def test_the_page_offers_it_after_the_decision_and_leads_back_to_the_case(people: SimpleNamespace) -> None:
    case, client = _submitted(people), _signed(people.reviewer)
    shown = as_shown(client, f"/review/case/{case.ref}/")
    said = {name: shown[name] for name in ("version", "digest")}
    page = client.post(f"/review/case/{case.ref}/validate/", said, follow=True).content.decode()
    assert "KE-1 is validated." in page
    assert "Take it back, within a minute" in page
    answer = client.post(f"/review/case/{case.ref}/take_back/", said, follow=True)
    assert answer.redirect_chain[-1][0] == f"/review/case/{case.ref}/"
    assert "KE-1 waits for you again." in answer.content.decode()
    assert "Take it back" not in answer.content.decode()
    page = client.post(
        f"/review/case/{case.ref}/return_case/", {**said, "reason": "Count again."}, follow=True
    ).content.decode()
    assert "KE-1 goes back." in page
    assert client.post(f"/review/case/{case.ref}/take_back/", said).status_code == 302
    assert _again(case).status == "submitted"
    assert "Decision taken back" in _signed(people.officer).get(f"/cases/{case.ref}/").content.decode()


def test_a_command_takes_back_the_decision_of_whom_it_acts_for(people: SimpleNamespace) -> None:
    case = _validated(people, _submitted(people))
    said = StringIO()
    call_command("take_back", case.ref, by=people.reviewer.username, format="json", stdout=said)
    assert json.loads(said.getvalue()) == {"ref": case.ref, "version": 1, "status": "submitted"}


def test_a_program_takes_back_its_own_decision(people: SimpleNamespace) -> None:
    case = _submitted(people)
    _token, text = make_token(officer=people.reviewer, scope="write", by=people.reviewer)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    said = json.dumps({"version": case.version, "digest": case.digest})
    address = f"/api/v1/cases/{case.ref}"
    assert program.post(f"{address}/take_back", said, content_type="application/json").status_code == 404
    assert program.post(f"{address}/validate", said, content_type="application/json").status_code == 200
    answer = program.post(f"{address}/take_back", said, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "submitted")
    assert program.post(f"{address}/take_back", said, content_type="application/json").status_code == 404
