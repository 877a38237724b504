"""Merging is a decision: what it changes goes back whole when it is taken back, in any order."""

from __future__ import annotations

import io
import json
import random
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.registry.conftest import page_of
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.entering import enter, link, say_of_entity
from tidewaiter.registry.actions.merging import decide, merge, unmerge
from tidewaiter.registry.actions.reading import export_entities
from tidewaiter.registry.models import Candidate, Decision, Entity
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.queries import entity_named, links_of, listed_entities, members_of, statements_of
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.screening import screen

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _entered(by: Any, *names: str, kind: str = "person") -> list[Entity]:
    return [
        enter(
            said=SaidThing(
                key=f"k-{name}",
                kind=kind,
                values=[("name", name), *([("birthDate", "1987")] if kind == "person" else [])],
                source="register",
            ),
            by=by,
        )
        for name in names
    ]


def _seen(by: Any) -> dict[str, Any]:
    """Everything that a person can see of the registry: list, search, screening, each record, links, export."""
    written = io.StringIO()
    export_entities(to=written, by=by, purpose="a test")
    refs = list(Entity.objects.order_by("ref").values_list("ref", flat=True))
    return {
        "list": [(one.ref, one.caption) for one in listed_entities(by)],
        "search": [one.ref for one in listed_entities(by, words="Kassarani")],
        "screen": [
            (hit.ref, hit.caption, hit.found.score)
            for hit in screen(Known(name="Yusuf Kassarani", kind="person"), by).hits
        ],
        "records": {
            ref: (
                entity_named(by, ref).ref,
                [one.ref for one in members_of(entity_named(by, ref), by)],
                [
                    (group.prop, value, len(rows))
                    for group in statements_of(members_of(entity_named(by, ref), by), by)
                    for value, rows in group.values
                ],
                [
                    (tied.link.ref, tied.other.ref, tied.outward)
                    for tied in links_of(members_of(entity_named(by, ref), by), by)
                ],
            )
            for ref in refs
        },
        "export": [json.loads(line) for line in written.getvalue().splitlines()],
    }


def test_a_merge_is_read_as_one_everywhere_and_taking_it_back_changes_nothing(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one, two, firm_owner = _entered(by, "Yusuf Kassarani", "Youssef Al-Kasrani", "Ines Calderuela")
    link(subject=two, target=firm_owner, schema="Associate", by=by, role="friend", source="a call")
    before = _seen(by)
    under, members = merge(left=two.ref, right=one.ref, by=by, reason="same telephone")
    assert (under, members) == (one.ref, [one.ref, two.ref])
    during = _seen(by)
    assert len(during["list"]) == 2
    assert entity_named(by, two.ref).ref == one.ref
    assert [hit[0] for hit in during["screen"]] == [one.ref]
    exported = {line["id"]: line for line in during["export"]}
    assert exported[one.ref]["referents"] == [two.ref]
    assert exported[one.ref]["properties"]["name"] == ["Yusuf Kassarani", "Youssef Al-Kasrani"]
    assert [tied.other.ref for tied in links_of(members_of(entity_named(by, one.ref), by), by)] == [firm_owner.ref]
    unmerge(ref=Decision.objects.get().ref, by=by, reason="two passports")
    assert _seen(by) == before


@pytest.mark.parametrize("seed", range(6))
def test_any_merges_taken_back_in_any_order_leave_what_was_before(staff: SimpleNamespace, seed: int) -> None:
    chance = random.Random(seed)
    by = staff.investigator
    some = _entered(by, *(f"Yusuf Kassarani {'ABCDEFG'[n]}" for n in range(7)))
    link(subject=some[0], target=some[6], schema="Family", by=by)
    link(subject=some[2], target=some[4], schema="UnknownLink", by=by)
    before = _seen(by)
    decided = []
    for _turn in range(9):
        left, right = chance.sample(some, 2)
        try:
            merge(left=left.ref, right=right.ref, by=by, reason="a test")
        except Refusal as refusal:
            assert refusal.code == "merged_already"
        else:
            decided.append(Decision.objects.latest("ref").ref)
    assert len(listed_entities(by)) == 7 - len(decided)
    chance.shuffle(decided)
    for number, ref in enumerate(decided, 1):
        unmerge(ref=ref, by=by, reason="a test")
        assert len(listed_entities(by)) == 7 - len(decided) + number
    assert _seen(by) == before


def test_a_chain_is_undone_from_its_middle_and_a_second_undo_says_so(staff: SimpleNamespace) -> None:
    by = staff.investigator
    a, b, c = _entered(by, "Anna Nemo", "Anne Nemo", "Ana Nemo")
    merge(left=a.ref, right=b.ref, by=by, reason="first")
    merge(left=b.ref, right=c.ref, by=by, reason="second")
    first, second = Decision.objects.order_by("made_at", "ref")
    with pytest.raises(Refusal) as refused:
        unmerge(ref=b.ref, by=by, reason="which?")
    assert refused.value.code == "several_merges"
    assert first.ref in refused.value.sentence
    assert second.ref in refused.value.sentence
    unmerge(ref=first.ref, by=by, reason="they are sisters")
    assert entity_named(by, a.ref).ref == a.ref
    assert entity_named(by, c.ref).ref == b.ref
    with pytest.raises(Refusal) as refused:
        unmerge(ref=first.ref, by=by, reason="again")
    assert refused.value.code == "undone_already"
    assert unmerge(ref=c.ref, by=by, reason="they are cousins") == (c.ref, [c.ref])


def test_what_cannot_be_merged_is_refused_by_name(staff: SimpleNamespace) -> None:
    by = staff.investigator
    [person] = _entered(by, "Anna Nemo")
    [firm] = _entered(by, "Nemo Ltd", kind="company")
    [other] = _entered(by, "Anna Nema")
    for left, right, reason, code in (
        (person, firm, "why not", "kind"),
        (person, person, "it is itself", "no_entity"),
        (person, other, " ", "reason"),
    ):
        with pytest.raises(Refusal) as refused:
            merge(left=left.ref, right=right.ref, by=by, reason=reason)
        assert refused.value.code == code
    for person_without_right in (staff.officer, staff.steward, staff.foreign, staff.analyst):
        with pytest.raises(Refusal):
            merge(left=person.ref, right=other.ref, by=person_without_right, reason="a test")
    assert not Decision.objects.exists()


def test_a_statement_said_after_a_merge_stays_with_the_record_it_was_said_of(staff: SimpleNamespace) -> None:
    by = staff.investigator
    one, two = _entered(by, "Anna Nemo", "Anna Nema")
    merge(left=one.ref, right=two.ref, by=by, reason="a test")
    say_of_entity(entity=two, prop="nationality", value="Kenya", by=by, source="passport", grading="4x4 A1")
    unmerge(ref=two.ref, by=by, reason="a test")
    said = {group.prop: group.values for group in statements_of([two], by)}
    [(value, [row])] = said["nationality"]
    assert (value, row.scheme, row.grade, row.source) == ("KE", "4x4", "A1", "passport")
    assert "nationality" not in {group.prop for group in statements_of([one], by)}
    with pytest.raises(BadInput):
        say_of_entity(entity=two, prop="imoNumber", value="9074729", by=by, source="x")


def test_doubles_are_found_decided_and_do_not_come_back(staff: SimpleNamespace) -> None:
    by = staff.investigator
    _entered(by, "Yusuf Kassarani", "Youssef Al-Kasrani", "Juma Hassan Ali")
    browser = page_of(by)
    page = browser.post("/registry/doubles/").content.decode()
    assert "1 may be one" in page or "may be one" in page
    assert "Yusuf Kassarani" in page
    from tidewaiter.registry.models import Candidate

    candidate = Candidate.objects.get()
    side = browser.get(f"/registry/doubles/{candidate.pk}/").content.decode()
    assert "Youssef Al-Kasrani" in side
    assert "2 agree, 0 contradict" in side, "a name in another spelling agrees, and so does the year of birth"
    said = browser.post(
        f"/registry/{candidate.left_id}/apart/", {"other": candidate.right_id, "reason": "two passports"}
    )
    assert said.status_code == 302
    browser.post("/registry/doubles/")
    assert not Candidate.objects.exists(), "what was decided does not come back"


def test_a_decision_tells_nothing_of_a_side_that_one_does_not_see_and_who_is_shown_is_written_down(
    staff: SimpleNamespace,
) -> None:
    one, hidden, other = _entered(staff.investigator, "Yusuf Kassarani", "Red Side Kassarani", "Y. Kassarani")
    Entity.objects.filter(ref=hidden.ref).update(handling="RED")
    for right in (hidden, other):
        decide(left=one.ref, right=right.ref, verdict="apart", by=staff.investigator, reason="another birth")
    page = page_of(staff.officer).get(f"/registry/{one.ref}/").content.decode()
    assert "Y. Kassarani" in page
    assert "Red Side" not in page
    read = Entry.objects.filter(deed="registry.read", by=staff.officer.username)
    assert set(read.values_list("ref", flat=True)) == {one.ref, other.ref}


def test_a_second_search_for_doubles_puts_its_result_in_the_place_of_the_first(staff: SimpleNamespace) -> None:
    by = staff.investigator
    for key, birth in (("a", "1987-03-14"), ("b", "1987-03-14"), ("c", "1987")):
        values = [("name", "Yusuf Kassarani"), ("birthDate", birth)]
        enter(said=SaidThing(key=key, kind="person", values=values, source="register"), by=by)
    first = look_for_doubles(by=by)
    asked = CaptureQueriesContext(connection)
    with asked:
        second = look_for_doubles(by=by)
    assert (first.found, second.found, Candidate.objects.count()) == (3, 3, 3)
    gone = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("DELETE")]
    assert len(gone) == 1
    assert "registry_entity" not in gone[0], "of each candidate all records would be walked"
