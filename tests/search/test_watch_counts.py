"""How many cases a watch has told of is counted over what its owner sees now, at every door."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.people.actions import make_token
from tidewaiter.search.actions import look_for_watchers, watch

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _validated(people: SimpleNamespace, ref: str, **changes: Any) -> None:
    made = draft(cases=[case_in(national_ref=ref, **changes)], by=people.contact, channel="page").refs[0]
    one = Case.objects.filter(ref=made, latest=True)
    submit(cases=one, by=people.contact)
    assert validate(cases=one, by=people.secretariat, unopened="test")[0] == 1


def test_a_case_that_went_out_of_sight_is_in_no_count_of_a_watch(people: SimpleNamespace, capsys: Any) -> None:
    watch(name="Chile", query="departure=CL", by=people.american)
    watch(name="Peru", query="departure=PE", by=people.american)
    watch(name="Chile", query="departure=CL", by=people.chilean)
    for ref in ("W-1", "W-2", "W-3"):
        _validated(people, ref)
    assert look_for_watchers() == 6
    page, program = Client(), Client()
    assert page.login(username=people.american.username, password=PASSWORD)
    _token, text = make_token(officer=people.american, scope="read", by=people.american)

    def told() -> tuple[list[int], list[int], str]:
        listed = program.get("/api/v1/watches", headers={"authorization": f"Bearer {text}"}).json()
        call_command("watch_search", by=people.american.username, format="json")
        shell = json.loads(capsys.readouterr().out)
        return [one["hits"] for one in listed], [one["hits"] for one in shell], page.get("/search/").content.decode()

    by_program, at_shell, shown = told()
    assert by_program == at_shell == [3, 0]
    assert "told of 3 cases" in shown
    _validated(people, "W-1", handling="RED")
    withdraw(case=Case.objects.get(national_ref="W-2", latest=True), reason="filed twice", by=people.contact)
    by_program, at_shell, shown = told()
    assert by_program == at_shell == [1, 0]
    assert "told of 1 case" in shown
    assert "told of 3" not in shown
