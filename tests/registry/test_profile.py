"""A record on paper and in the order of days: sources, gradings, and a number for each copy."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, link, say_of_entity, tie_to_case
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def _kassarani(staff: SimpleNamespace) -> Entity:
    by = staff.investigator
    one = enter(
        said=SaidThing(
            key="a",
            kind="person",
            values=[("name", "Yusuf Kassarani"), ("birthDate", "1987-03-14")],
            source="passport",
            said_on="2026-11-16",
            scheme="4x4",
            grade="A1",
        ),
        by=by,
    )
    say_of_entity(entity=one, prop="birthDate", value="1984-09-02", source="register", grading="6x6 B2", by=by)
    say_of_entity(entity=one, prop="notes", value="carries a knife", source="a call", handling="RED", by=by)
    firm = enter(
        said=SaidThing(key="b", kind="company", values=[("name", "Kilindini Quill Ltd")], source="register"), by=by
    )
    link(
        subject=one, target=firm, schema="Directorship", role="director", begins="2025-06-11", source="register", by=by
    )
    [case] = draft(
        cases=[case_in(national_ref="KE-2026-0418", date="2026-08-03")], by=staff.officer, channel="page"
    ).refs
    tie_to_case(entity=one, case=case, role="courier", by=by)
    return one


def test_the_page_tells_it_in_the_order_of_days(staff: SimpleNamespace) -> None:
    one = _kassarani(staff)
    text = page_of(staff.officer).get(f"/registry/{one.ref}/").content.decode()
    line = text[text.index('id="h-time"') :]
    at = [line.index(word) for word in ("Born: 1987-03-14", "KE-2026-0418", "director → Kilindini Quill Ltd")]
    assert at == sorted(at)
    assert "carries a knife" not in text


def test_each_copy_is_numbered_and_says_for_what(staff: SimpleNamespace, tmp_path: Path) -> None:
    one = _kassarani(staff)
    file = tmp_path / "copy.html"
    for number in (1, 2):
        call_command("print_profile", one.ref, output=str(file), by="officer.ke", purpose=PURPOSE, format="json")
        text = file.read_text()
        assert f"Copy {number}, printed by officer.ke on" in text
        assert f"for: {PURPOSE}" in text
    for word in ("Yusuf Kassarani", "1987-03-14", "4x4 A1", "6x6 B2", "Born ≠", "Kilindini Quill Ltd", "KE-2026-0418"):
        assert word in text, word
    assert "carries a knife" not in text
    details = [json.loads(entry.detail) for entry in Entry.objects.filter(deed="registry.printed", ref=one.ref)]
    assert [(detail["purpose"], detail["copy"]) for detail in details] == [(PURPOSE, 1), (PURPOSE, 2)]


def test_by_page_and_program_it_is_a_pdf(staff: SimpleNamespace) -> None:
    one = _kassarani(staff)
    assert page_of(staff.officer).post(f"/registry/{one.ref}/profile/").content[:5] == b"%PDF-"
    token = make_token(officer=staff.officer, scope="write", by=staff.officer)[1]
    told: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": PURPOSE}
    made = Client().post(f"/api/v1/registry/entities/{one.ref}/profile", **told)
    assert made.content[:5] == b"%PDF-"
    assert Entry.objects.filter(deed="registry.printed", ref=one.ref).count() == 2
    assert page_of(staff.foreign).post(f"/registry/{one.ref}/profile/").status_code == 404
