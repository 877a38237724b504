"""Who owns a company: over all ways, with what sources say and where they contradict each other."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.actions.reading import owners_of
from tidewaiter.registry.models import Entity, Link
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def _made(by: Any, name: str, kind: str = "company", handling: str = "AMBER") -> Entity:
    return enter(said=SaidThing(key=name, kind=kind, values=[("name", name)], source="x", handling=handling), by=by)


def _owns(owner: Entity, owned: Entity, share: str, source: str = "register", ends: str = "") -> None:
    Link.objects.create(
        ref=f"RL-{Link.objects.count():04}",
        schema="Ownership",
        subject=owner,
        object=owned,
        share=share,
        source=source,
        ends=ends,
        administration="KE",
        source_key=f"k{Link.objects.count()}",
        made_by="investigator.ke",
        made_at=now(),
    )


def _quill(by: Any) -> SimpleNamespace:
    """As in the drawn example: Kassarani holds 45 % himself and, by a holding, 40 % more."""
    made = SimpleNamespace(
        quill=_made(by, "Kilindini Quill Trading Ltd"),
        harrow=_made(by, "Harrow Tide Holdings Ltd"),
        kassarani=_made(by, "Yusuf Kassarani", "person"),
        nderito=_made(by, "Wambui Nderito-Lang", "person"),
    )
    _owns(made.kassarani, made.quill, "45 %")
    _owns(made.kassarani, made.quill, "60", ends="2025-10-08")
    _owns(made.kassarani, made.harrow, "100", source="bank form")
    _owns(made.harrow, made.quill, "40")
    _owns(made.nderito, made.quill, "15")
    return made


def test_what_somebody_holds_is_summed_over_all_ways(staff: SimpleNamespace) -> None:
    made = _quill(staff.investigator)
    found = owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE)
    assert [(one["caption"], one["shares"]) for one in found["owners"]] == [
        ("Yusuf Kassarani", ["45"]),
        ("Harrow Tide Holdings Ltd", ["40"]),
        ("Wambui Nderito-Lang", ["15"]),
    ]
    assert [(one["caption"], one["least"], one["most"]) for one in found["in_the_end"]] == [
        ("Yusuf Kassarani", "85", "85"),
        ("Wambui Nderito-Lang", "15", "15"),
    ]
    assert (found["over"], found["cut"]) == ("", False)
    assert Entry.objects.filter(deed="registry.read", ref=made.harrow.ref, by="officer.ke").count() == 1


def test_on_another_day_what_held_then_counts(staff: SimpleNamespace) -> None:
    made = _quill(staff.investigator)
    found = owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE, on="2025-09-01")
    assert found["owners"][0]["shares"] == ["45", "60"]
    assert found["owners"][0]["contradicts"] is True


def test_contradicting_shares_are_a_range_and_an_unsaid_one_is_anything(staff: SimpleNamespace) -> None:
    made = _quill(staff.investigator)
    _owns(made.kassarani, made.quill, "75", source="bank form")
    stranger = _made(staff.investigator, "Lin Chaoyan", "person")
    _owns(stranger, made.harrow, "")
    found = owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE)
    said = {one["caption"]: (one["least"], one["most"]) for one in found["in_the_end"]}
    assert said == {"Yusuf Kassarani": ("85", "100"), "Lin Chaoyan": ("0", "40"), "Wambui Nderito-Lang": ("15", "15")}
    _owns(stranger, made.quill, "30")
    assert owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE)["over"] == "130"


def test_firms_that_own_each_other_end_somewhere(staff: SimpleNamespace) -> None:
    by = staff.investigator
    firms = [_made(by, f"Ring {number} Ltd") for number in range(9)]
    for owner in firms:
        for owned in firms:
            if owner.pk != owned.pk:
                _owns(owner, owned, "12.5")
    found = owners_of(ref=firms[0].ref, by=by, purpose=PURPOSE)
    assert found["cut"] is True
    assert len(found["owners"]) == 8


def test_a_merged_owner_is_one_and_a_red_one_is_hidden_from_officers(staff: SimpleNamespace) -> None:
    made = _quill(staff.investigator)
    other = _made(staff.investigator, "Joe Kasara", "person")
    _owns(other, made.harrow, "100")
    merge(left=made.kassarani.ref, right=other.ref, by=staff.investigator, reason="same telephone")
    found = owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE)
    first = found["in_the_end"][0]
    assert (first["caption"], first["most"]) == ("Yusuf Kassarani", "85")
    Entity.objects.filter(pk__in=[made.kassarani.pk, other.pk]).update(handling="RED")
    assert "Kassarani" not in json.dumps(owners_of(ref=made.quill.ref, by=staff.officer, purpose=PURPOSE))


def test_by_page_program_and_command(staff: SimpleNamespace, capsys: Any) -> None:
    made = _quill(staff.investigator)
    text = page_of(staff.officer).get(f"/registry/{made.quill.ref}/").content.decode()
    assert "holds 85 % over all ways" in text
    assert text.index("Harrow Tide") < text.index("What is said")
    token = make_token(officer=staff.officer, scope="read", by=staff.officer)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": PURPOSE}
    answer = Client().get(f"/api/v1/registry/entities/{made.quill.ref}/owners", **told).json()
    capsys.readouterr()
    call_command("show_owners", made.quill.ref, by="officer.ke", purpose=PURPOSE, format="json")
    assert json.loads(capsys.readouterr().out) == answer
    assert answer["in_the_end"][0]["most"] == "85"
    assert Client().get(f"/api/v1/registry/entities/{made.quill.ref}/owners?on=soon", **told).status_code == 422
