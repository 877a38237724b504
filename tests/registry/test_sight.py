"""What a number, a reason, a list of members or an answer tells of what its reader does not see: nothing."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.registry.conftest import page_of
from tests.registry.test_agencies import PURPOSE, _let_in
from tidewaiter.people.actions import make_token
from tidewaiter.registry import candidates
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.entering import enter, link, say_of_entity
from tidewaiter.registry.actions.held_on import held_on
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.models import Candidate, Entity
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.queries import visible_candidates
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.screening import screen

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _entered(by: Any, name: str, handling: str = "AMBER", kind: str = "person", birth: str = "1987") -> Entity:
    values = [("name", name), *([("birthDate", birth)] if kind == "person" else [])]
    return enter(said=SaidThing(key=f"{name} {birth}", kind=kind, values=values, source="s", handling=handling), by=by)


def test_a_double_found_by_a_red_alias_is_told_to_investigators_alone(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one, other = _entered(by, "Zebedee Quux"), _entered(by, "Tiberius Wolff")
    say_of_entity(entity=one, prop="alias", value="Tiberius Wolf", by=by, source="an informant", handling="RED")
    assert look_for_doubles(by=by).found == 1
    [found] = visible_candidates(by)
    assert "Tiberius Wolf" in " ".join(found.why) or "Wolf" in " ".join(found.why)
    assert list(visible_candidates(staff.contact)) == []
    assert page_of(staff.contact).get(f"/registry/doubles/{found.pk}/").status_code == 404
    assert look_for_doubles(by=staff.contact).found == 0
    assert Candidate.objects.get().pk == found.pk, "a run of one who sees less takes nothing away"
    assert look_for_doubles(by=by).found == 1
    assert {Candidate.objects.get().left_id, Candidate.objects.get().right_id} == {one.ref, other.ref}


def test_a_double_found_by_what_all_see_has_reasons_that_all_see(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one = _entered(by, "Yusuf Kassarani")
    _entered(by, "Youssef Kassarani")
    say_of_entity(entity=one, prop="alias", value="Youssef Kassarani", by=by, source="an informant", handling="RED")
    look_for_doubles(by=by)
    [found] = visible_candidates(staff.contact)
    assert any("«Yusuf» and «Youssef»" in reason for reason in found.why), "not the same name, as the RED alias is"


def test_who_merges_is_not_told_of_a_red_member(staff: SimpleNamespace) -> None:
    by = staff.investigator
    red, one, other = (
        _entered(by, "Yusuf Kassarani", "RED", birth="1986"),
        _entered(by, "Yusuf Kassarani"),
        _entered(by, "Youssef Kassarani"),
    )
    merge(left=red.ref, right=one.ref, by=by, reason="the same passport")
    under, members = merge(left=one.ref, right=other.ref, by=staff.contact, reason="the same telephone")
    assert red.ref not in [under, *members]
    assert sorted(members) == sorted([one.ref, other.ref])


def test_too_common_is_counted_of_what_an_agency_sees(staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    by = staff.investigator
    _entered(by, "Kilindini Quill Ltd", kind="company")
    for birth in ("1970", "1971", "1972", "1973"):
        _entered(by, "Kilindini Quill", birth=birth)
    police, _made = _let_in(staff)
    monkeypatch.setattr(candidates, "RARE", 3)
    monkeypatch.setattr(candidates.counted, "__defaults__", (3,))
    assert screen(Known(name="Kilindini Quill", kind="person"), by).state == "too_common"
    answer = screen(Known(name="Kilindini Quill", kind="person"), police)
    assert (answer.state, answer.compared, answer.hits) == ("none", 0, [])
    firm = screen(Known(name="Kilindini Quill Limited", kind="company"), police)
    assert [hit.caption for hit in firm.hits] == ["Kilindini Quill Ltd"]


def test_what_is_held_is_answered_without_another_administrations_links_and_readers(staff: SimpleNamespace) -> None:
    listed = [_entered(staff.investigator, name) for name in ("Anna Nemo", "Ben Nobody")]
    Entity.objects.filter(pk__in=[one.pk for one in listed]).update(listed="UN")
    link(
        subject=Entity.objects.get(pk=listed[0].pk),
        target=Entity.objects.get(pk=listed[1].pk),
        schema="Family",
        by=staff.foreign,
        source="theirs",
    )
    read_names(refs=[listed[0].ref], by=staff.foreign, purpose="an inquiry in Kampala")
    read_names(refs=[listed[0].ref], by=staff.officer, purpose="a control")
    answer = held_on(ref=listed[0].ref, by=staff.protection, purpose="a request of 3 May")
    assert [one["links"] for one in answer.records] == [[]]
    assert answer.looked["links"] == 0
    assert {one.by for one in answer.reads} >= {"officer.ke"}
    assert "investigator.ug" not in {one.by for one in answer.reads}
    assert "Kampala" not in json.dumps([one.purpose for one in answer.reads])


def test_a_program_looks_for_a_name_in_the_body(staff: SimpleNamespace) -> None:
    one = _entered(staff.investigator, "Yusuf Kassarani")
    _token, secret = make_token(officer=staff.officer, scope="write", by=staff.officer)
    program = Client(headers={"Authorization": f"Bearer {secret}", "X-Purpose": PURPOSE})
    found = program.post("/api/v1/registry/entities/search", {"q": "kassarani"}, content_type="application/json")
    assert [row["ref"] for row in found.json()] == [one.ref]
    nothing = program.post("/api/v1/registry/entities/search", {"q": "nobody"}, content_type="application/json")
    assert nothing.json() == []
