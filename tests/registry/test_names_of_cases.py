"""A case holds no names; who has part in it stands in its annex, on this node alone, screened as it is entered."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.models import CaseTie, Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def _case(staff: SimpleNamespace) -> Case:
    [ref] = draft(cases=[case_in(national_ref="KE-2026-0418")], by=staff.officer, channel="page").refs
    return Case.objects.get(ref=ref)


def test_an_officer_names_the_courier_of_a_seizure_and_hears_who_may_be_the_same(staff: SimpleNamespace) -> None:
    case = _case(staff)
    known = enter(
        said=SaidThing(
            key="a", kind="person", values=[("name", "Youssef Kasarani"), ("birthDate", "1987")], source="list"
        ),
        by=staff.investigator,
    )
    page = page_of(staff.officer)
    assert "Nobody is named yet." in page.get(f"/cases/{case.ref}/").content.decode()
    text = page.post(
        f"/registry/cases/{case.ref}/",
        {"kind": "person", "role": "courier", "name": "Yusuf Kassarani", "birth_date": "1987"},
    ).content.decode()
    assert "1 record that is known may be the same" in text
    assert f"/registry/{known.ref}/" in text
    made = Entity.objects.exclude(pk=known.pk).get()
    assert (made.canonical, made.administration) == (made.ref, "KE")
    assert made.statements.get(prop="name").source == "KE-2026-0418"
    assert "Yusuf Kassarani" in page.get(f"/cases/{case.ref}/").content.decode()
    assert "Kassarani" not in json.dumps(Case.objects.get(pk=case.pk).header)
    assert Entry.objects.filter(deed="registry.tied", ref=made.ref).count() == 1
    page.post(f"/registry/cases/{case.ref}/untie/", {"tie": CaseTie.objects.get().pk})
    assert CaseTie.objects.count() == 0
    assert Entity.objects.filter(pk=made.pk).exists()


def test_a_wrong_entry_keeps_what_was_typed_and_enters_nothing(staff: SimpleNamespace) -> None:
    case = _case(staff)
    page = page_of(staff.officer)
    answer = page.post(
        f"/registry/cases/{case.ref}/", {"kind": "person", "role": "king", "name": "Yusuf Kassarani", "phone": "+254 1"}
    )
    assert answer.status_code == 422
    assert 'value="Yusuf Kassarani"' in answer.content.decode()
    assert Entity.objects.count() == 0


def test_another_administration_reads_no_names_of_a_case(staff: SimpleNamespace) -> None:
    case = _case(staff)
    page_of(staff.officer).post(
        f"/registry/cases/{case.ref}/", {"kind": "person", "role": "courier", "name": "Yusuf Kassarani"}
    )
    foreign = page_of(staff.foreign)
    assert foreign.get(f"/registry/cases/{case.ref}/").status_code == 404
    assert (
        foreign.post(f"/registry/cases/{case.ref}/", {"kind": "person", "role": "courier", "name": "X Y"}).status_code
        == 404
    )
    for outsider in (staff.steward, staff.analyst, staff.partner, staff.protection):
        assert page_of(outsider).get(f"/registry/cases/{case.ref}/").status_code == 404


def test_by_program_and_by_command(staff: SimpleNamespace, capsys: Any) -> None:
    case = _case(staff)
    token = make_token(officer=staff.officer, scope="write", by=staff.officer)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": PURPOSE}
    said = {"kind": "company", "role": "consignee", "values": [{"property": "name", "value": "Kilindini Quill Ltd"}]}
    address = f"/api/v1/registry/cases/{case.ref}/names"
    made = Client().post(address, json.dumps(said), content_type="application/json", **told)
    assert (made.status_code, made.json()["hits"]) == (201, [])
    capsys.readouterr()
    call_command(
        "name_in_case",
        case.ref,
        "Kilindini Quill Limited",
        kind="company",
        role="carrier",
        by="officer.ke",
        purpose=PURPOSE,
        format="json",
    )
    assert [hit["ref"] for hit in json.loads(capsys.readouterr().out)["hits"]] == [made.json()["ref"]]
    rows = Client().get(address, **told).json()
    assert [(row["caption"], row["role"]) for row in rows] == [
        ("Kilindini Quill Ltd", "consignee"),
        ("Kilindini Quill Limited", "carrier"),
    ]
    assert Client().get(address, HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 422
