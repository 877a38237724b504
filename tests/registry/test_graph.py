"""The graph of a record: counted before it is drawn, drawn by choice, walked through, kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.making import case_in
from tests.registry.conftest import page_of
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, link, tie_to_case
from tidewaiter.registry.actions.erasing import erase
from tidewaiter.registry.actions.graphs import (
    expand_graph,
    find_path,
    keep_graph,
    look_around,
    open_graph,
)
from tidewaiter.registry.actions.merging import decide, unmerge
from tidewaiter.registry.graph_keeping import listed_graphs
from tidewaiter.registry.models import Entity, KeptGraph
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def _made(by: Any, kind: str, name: str, *values: tuple[str, str], **more: Any) -> Entity:
    said = SaidThing(key=name, kind=kind, values=[("name", name), *values], source="a source", **more)
    return enter(said=said, by=by)


def _day(ago: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()


def _cases(by: Any, number: int, begun: int = 0, ago: int = 200) -> list[Case]:
    made = [case_in(national_ref=f"KE-2026-{at + 1:04}", date=_day(ago)) for at in range(begun, begun + number)]
    refs = draft(cases=made, by=by, channel="page").refs
    return list(Case.objects.filter(ref__in=refs).order_by("national_ref"))


@pytest.fixture
def story(staff: SimpleNamespace) -> SimpleNamespace:
    """A person who directs a firm that is consignee of a case which an agent cleared; a telephone that two share."""
    by = staff.investigator
    phone = ("phone", "+254700000900")
    made = SimpleNamespace(
        by=by,
        yusuf=_made(by, "person", "Yusuf Kassarani", phone),
        ines=_made(by, "person", "Ines Calderuela", phone),
        quill=_made(by, "company", "Kilindini Quill Ltd"),
        gate=_made(by, "company", "Harbour Gate Clearing Agents Ltd"),
        truck=_made(by, "vehicle", "KZZ 482Q"),
        case=_cases(staff.officer, 1)[0],
    )
    link(subject=made.yusuf, target=made.quill, schema="Directorship", by=by, source="register", begins="2025-03-01")
    link(subject=made.yusuf, target=made.truck, schema="UnknownLink", role="drives", by=by, source="a patrol")
    link(subject=made.yusuf, target=made.truck, schema="UnknownLink", role="drives", by=by, source="a gate")
    tie_to_case(entity=made.quill, case=made.case.ref, role="consignee", by=by)
    tie_to_case(entity=made.gate, case=made.case.ref, role="declarant", by=by)
    return made


def _counts(found: Any) -> dict[str, int]:
    return {group.code: group.number for group in found.groups}


def _program(person: Any, purpose: str = PURPOSE) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"} | ({"X-Purpose": purpose} if purpose else {}))


def _reads(ref: str) -> list[tuple[str, str]]:
    rows = Entry.objects.filter(ref=ref, deed="registry.read").order_by("seq")
    return [(one.by, json.loads(one.detail)["purpose"]) for one in rows]


def test_neighbours_are_counted_by_kind_and_none_is_named_by_that(story: SimpleNamespace) -> None:
    found = look_around(ref=story.yusuf.ref, by=story.by, purpose=PURPOSE)
    assert _counts(found) == {"companies": 1, "conveyances": 1, "phones": 1}
    assert (found.node.caption, found.node.neighbours) == ("Yusuf Kassarani", 3)
    assert _reads(story.yusuf.ref) == [("investigator.ke", PURPOSE)]
    assert _reads(story.quill.ref) == []
    around = look_around(ref=story.case.ref, by=story.by, purpose=PURPOSE)
    assert _counts(around) == {"companies": 2}


def test_what_is_drawn_is_written_down_as_read_and_says_how_many_sources_it_has(story: SimpleNamespace) -> None:
    found = expand_graph(ref=story.yusuf.ref, kind="conveyances", by=story.by, purpose=PURPOSE)
    assert [(node.caption, node.kind, node.neighbours) for node in found.nodes] == [
        ("Yusuf Kassarani", "person", 3),
        ("KZZ 482Q", "vehicle", 1),
    ]
    [edge] = found.edges
    assert (edge.words, edge.one_source, edge.kind) == (["drives"], False, "link")
    assert _reads(story.truck.ref) == [("investigator.ke", PURPOSE)]
    [edge] = expand_graph(ref=story.yusuf.ref, kind="companies", by=story.by, purpose=PURPOSE).edges
    assert (edge.words, edge.one_source, edge.begins, edge.ends) == (["directs"], True, "2025-03-01", ""), "it lasts"


def test_a_telephone_comes_with_those_who_share_it(story: SimpleNamespace) -> None:
    found = expand_graph(ref=story.yusuf.ref, kind="phones", by=story.by, purpose=PURPOSE)
    assert [node.caption for node in found.nodes] == ["Yusuf Kassarani", "+254700000900", "Ines Calderuela"]
    yusuf, phone, ines = (node.id for node in found.nodes)
    assert {frozenset((edge.source, edge.target)) for edge in found.edges} == {
        frozenset((yusuf, phone)),
        frozenset((phone, ines)),
    }
    assert "254" not in found.nodes[1].id
    around = look_around(ref=story.yusuf.ref, value=found.nodes[1].id, by=story.by, purpose=PURPOSE)
    assert (around.node.caption, _counts(around)) == ("+254700000900", {"persons": 2})


def test_a_value_that_more_than_twenty_share_is_too_common_and_ties_nobody(story: SimpleNamespace) -> None:
    for at in range(18):
        _made(story.by, "person", f"Stranger {at}", ("phone", "+254700000900"))
    found = look_around(ref=story.yusuf.ref, by=story.by, purpose=PURPOSE)
    assert (_counts(found)["phones"], found.common) == (1, []), "twenty share it"
    _made(story.by, "person", "Stranger 18", ("phone", "+254700000900"))
    found = look_around(ref=story.yusuf.ref, by=story.by, purpose=PURPOSE)
    assert "phones" not in _counts(found)
    assert [(node.caption, node.common) for node in found.common] == [("+254700000900", 21)]
    drawn = expand_graph(ref=story.yusuf.ref, kind="phones", by=story.by, purpose=PURPOSE)
    assert [(node.caption, node.common) for node in drawn.nodes] == [("Yusuf Kassarani", 0), ("+254700000900", 21)]
    path = find_path(ref=story.yusuf.ref, to=story.ines.ref, by=story.by, purpose=PURPOSE)
    assert (path.state, path.steps) == ("none", 0)


def test_of_many_the_newest_200_come_and_questions_choose_which(story: SimpleNamespace, staff: SimpleNamespace) -> None:
    new = [case_in(national_ref=f"NEW-{at}", date=_day(9)) for at in range(3)]
    old = _cases(staff.officer, 210, 1, ago=500)
    refs = [*draft(cases=new, by=staff.officer, channel="page").refs, *(one.ref for one in old)]
    for at, ref in enumerate(refs):
        tie_to_case(entity=story.gate, case=ref, role="carrier" if at == 0 else "declarant", by=story.by)
    found = look_around(ref=story.gate.ref, by=story.by, purpose=PURPOSE)
    assert _counts(found) == {"cases": 214}
    asked = {one.code: one.number for one in found.groups[0].questions}
    assert asked == {"days:30": 3, "days:90": 3, "days:365": 4, "role:carrier": 1, "role:declarant": 213}
    drawn = expand_graph(ref=story.gate.ref, kind="cases", by=story.by, purpose=PURPOSE)
    assert (len(drawn.nodes), drawn.chosen, drawn.left_off) == (201, 214, 14)
    assert {node.caption for node in drawn.nodes[1:4]} == {"NEW-0", "NEW-1", "NEW-2"}, "the newest first"
    few = expand_graph(ref=story.gate.ref, kind="cases", asks=["days:30", "role:carrier"], by=story.by, purpose=PURPOSE)
    assert (len(few.nodes), few.chosen, few.left_off) == (4, 3, 0), "three of both questions together, one in both"
    for wrong in ("days:x", "colour:red", "form:"):
        with pytest.raises(BadInput):
            expand_graph(ref=story.gate.ref, kind="cases", asks=[wrong], by=story.by, purpose=PURPOSE)
    with pytest.raises(BadInput):
        expand_graph(ref=story.gate.ref, kind="ghosts", by=story.by, purpose=PURPOSE)


def test_the_shortest_path_is_told_step_by_step(story: SimpleNamespace) -> None:
    found = find_path(ref=story.yusuf.ref, to=story.gate.ref, by=story.by, purpose=PURPOSE)
    assert (found.state, found.steps) == ("found", 3)
    assert [node.caption for node in found.drawn.nodes] == [
        "Yusuf Kassarani",
        "Kilindini Quill Ltd",
        "KE-2026-0001",
        "Harbour Gate Clearing Agents Ltd",
    ]
    assert [edge.words for edge in found.drawn.edges if edge.kind == "link"] == [["directs"]]
    assert _reads(story.gate.ref) == [("investigator.ke", PURPOSE)]
    assert find_path(ref=story.gate.ref, to=story.ines.ref, by=story.by, purpose=PURPOSE).steps == 5
    assert find_path(ref=story.gate.ref, to=story.gate.ref, by=story.by, purpose=PURPOSE).state == "same"
    alone = _made(story.by, "person", "Alexei Morvenko")
    assert find_path(ref=alone.ref, to=story.gate.ref, by=story.by, purpose=PURPOSE).state == "none"


def test_a_path_of_seven_steps_is_none_and_one_of_six_is_found(story: SimpleNamespace) -> None:
    chain = [_made(story.by, "person", f"Link {at}") for at in range(8)]
    for one, other in pairwise(chain):
        link(subject=one, target=other, schema="Associate", by=story.by, source="a source")
    assert find_path(ref=chain[0].ref, to=chain[6].ref, by=story.by, purpose=PURPOSE).steps == 6
    found = find_path(ref=chain[0].ref, to=chain[7].ref, by=story.by, purpose=PURPOSE)
    assert (found.state, found.steps, found.drawn.nodes) == ("none", 0, [])


def test_merged_records_are_one_node_and_two_again_after(story: SimpleNamespace) -> None:
    double = _made(story.by, "person", "Youssef Kasarani", ("phone", "+254700000900"))
    link(subject=double, target=story.gate, schema="Employment", by=story.by, source="a list")
    before = look_around(ref=story.yusuf.ref, by=story.by, purpose=PURPOSE)
    kept = keep_graph(
        title="Two", nodes={story.yusuf.ref: [0, 0], double.ref: [50, 0]}, begun_at=story.yusuf.ref, by=story.by
    )
    made = decide(left=story.yusuf.ref, right=double.ref, verdict="one", by=story.by, reason="same birth")
    found = look_around(ref=double.ref, by=story.by, purpose=PURPOSE)
    assert found.node.ref == story.yusuf.ref
    assert _counts(found) == {"companies": 2, "conveyances": 1, "phones": 1}
    phone = expand_graph(ref=double.ref, kind="phones", by=story.by, purpose=PURPOSE)
    assert [node.caption for node in phone.nodes] == ["Yusuf Kassarani", "+254700000900", "Ines Calderuela"]
    opened = open_graph(ref=kept.ref, by=story.by, purpose=PURPOSE)
    assert ([node.id for node in opened.drawn.nodes], opened.places) == ([story.yusuf.ref], {story.yusuf.ref: [0, 0]})
    unmerge(ref=made.ref, by=story.by, reason="another birth")
    after = look_around(ref=story.yusuf.ref, by=story.by, purpose=PURPOSE)
    assert (_counts(after), after.node.ref) == (_counts(before), before.node.ref)
    assert len(open_graph(ref=kept.ref, by=story.by, purpose=PURPOSE).drawn.nodes) == 2


def test_what_is_red_is_no_neighbour_of_an_officers_and_on_no_path(
    story: SimpleNamespace, staff: SimpleNamespace
) -> None:
    red = _made(story.by, "person", "Hidden Hand", ("email", "hand@example.org"), handling="RED")
    open_one = _made(story.by, "person", "Open Hand", ("email", "hand@example.org"))
    link(subject=story.gate, target=red, schema="Representation", by=story.by, source="a source")
    assert _counts(look_around(ref=story.gate.ref, by=staff.investigator, purpose=PURPOSE)) == {
        "cases": 1,
        "persons": 1,
    }
    assert _counts(look_around(ref=story.gate.ref, by=staff.officer, purpose=PURPOSE)) == {"cases": 1}
    assert _counts(look_around(ref=open_one.ref, by=staff.officer, purpose=PURPOSE)) == {}, "an address of one is none"
    assert find_path(ref=story.gate.ref, to=open_one.ref, by=staff.investigator, purpose=PURPOSE).steps == 3
    assert find_path(ref=story.gate.ref, to=open_one.ref, by=staff.officer, purpose=PURPOSE).state == "none"
    with pytest.raises(Missing):
        look_around(ref=red.ref, by=staff.officer, purpose=PURPOSE)


def test_another_administration_finds_nothing_and_no_graph(story: SimpleNamespace, staff: SimpleNamespace) -> None:
    kept = keep_graph(title="Ours", nodes={story.yusuf.ref: [0, 0]}, begun_at=story.yusuf.ref, by=story.by)
    for person in (staff.foreign, staff.steward, staff.analyst, staff.partner):
        page, program = page_of(person), _program(person)
        assert page.get(f"/registry/{story.yusuf.ref}/graph/").status_code == 404
        assert page.get(f"/registry/graphs/{kept.ref}/").status_code == 404
        assert page.post(f"/registry/{story.yusuf.ref}/graph/expand/", {"show": "phones"}).status_code == 404
        for address in (f"entities/{story.yusuf.ref}/neighbours", f"graphs/{kept.ref}"):
            assert program.get(f"/api/v1/registry/{address}").status_code == 404
        asked = {"ref": story.yusuf.ref, "to": story.gate.ref}
        assert program.get("/api/v1/registry/path", asked).status_code == 404
    assert listed_graphs(staff.foreign) == []
    assert listed_graphs(staff.officer) == [kept]


def test_page_program_and_command_answer_alike(story: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    program, page = _program(story.by), page_of(story.by)
    around = program.get(f"/api/v1/registry/entities/{story.yusuf.ref}/neighbours").json()
    assert {one["kind"]: one["number"] for one in around["kinds"]} == {"companies": 1, "conveyances": 1, "phones": 1}
    call_command("show_graph", story.yusuf.ref, by="investigator.ke", purpose=PURPOSE, format="json")
    assert json.loads(capsys.readouterr().out) == around
    said = {"kind": "phones", "drawn": [story.quill.ref]}
    drawn = program.post(f"/api/v1/registry/entities/{story.yusuf.ref}/expand", said, "application/json").json()
    call_command("show_graph", story.yusuf.ref, kind="phones", by="investigator.ke", purpose=PURPOSE, format="json")
    told = json.loads(capsys.readouterr().out)
    assert told["nodes"] == drawn["nodes"]
    assert len(told["edges"]) == 2
    assert len(drawn["edges"]) == 3, "what ties new things to those that are drawn is drawn too"
    form = {"show": "phones", "drawn": story.quill.ref}
    assert page.post(f"/registry/{story.yusuf.ref}/graph/expand/", form).json() == drawn
    path = program.get("/api/v1/registry/path", {"ref": story.yusuf.ref, "to": story.gate.ref}).json()
    assert (path["state"], path["steps"], path["path"][0], len(path["path"])) == ("found", 3, story.yusuf.ref, 4)
    call_command("show_graph", story.yusuf.ref, to=story.gate.ref, by="investigator.ke", purpose=PURPOSE, format="json")
    assert json.loads(capsys.readouterr().out) == path


def test_the_page_shows_counts_first_and_tables_without_a_script(story: SimpleNamespace) -> None:
    page = page_of(story.by)
    text = page.get(f"/registry/{story.yusuf.ref}/graph/").content.decode()
    assert "Nothing is drawn unasked" in text
    assert "Kilindini Quill Ltd" not in text
    assert "1 thing, 0 ties" in text
    posted = {"show": ["companies", "phones"], "to": story.gate.ref}
    text = page.post(f"/registry/{story.yusuf.ref}/graph/", posted).content.decode()
    for word in ("Kilindini Quill Ltd", "directs", "+254700000900", "Ines Calderuela", "KE-2026-0001", "one source"):
        assert word in text
    assert "3 steps" in text
    wrong = page.post(f"/registry/{story.yusuf.ref}/graph/", {"to": "NOBODY"})
    assert wrong.status_code == 422
    assert "There is no such record in the registry." in wrong.content.decode()


def test_a_kept_graph_is_opened_by_one_who_may_see_less(story: SimpleNamespace, staff: SimpleNamespace) -> None:
    red = _made(story.by, "person", "Hidden Hand", handling="RED")
    phone = expand_graph(ref=story.yusuf.ref, kind="phones", by=story.by, purpose=PURPOSE).nodes[1]
    places = {
        story.yusuf.ref: [0, 0],
        red.ref: [10, 20.26],
        story.case.ref: [-5, 5],
        phone.id: [7, 7],
        "NOBODY": [1, 1],
    }
    page = page_of(story.by)
    form = {"title": "Pump housings", "begun_at": story.yusuf.ref, "nodes": json.dumps(places)}
    answer = page.post("/registry/graphs/keep/", form)
    assert answer.status_code == 201
    ref = answer.json()["ref"]
    assert KeptGraph.objects.get().nodes == {
        story.yusuf.ref: [0, 0],
        red.ref: [10, 20.3],
        story.case.ref: [-5, 5],
        phone.id: [7, 7],
    }
    assert Entry.objects.filter(deed="registry.graph_kept", ref=ref).count() == 1
    mine = open_graph(ref=ref, by=story.by, purpose=PURPOSE)
    assert {node.caption for node in mine.drawn.nodes} == {
        "Yusuf Kassarani",
        "Hidden Hand",
        "KE-2026-0001",
        "+254700000900",
    }
    theirs = open_graph(ref=ref, by=staff.officer, purpose=PURPOSE)
    assert {node.caption for node in theirs.drawn.nodes} == {"Yusuf Kassarani", "KE-2026-0001", "+254700000900"}
    assert red.ref not in theirs.places
    text = page_of(staff.officer).get(f"/registry/graphs/{ref}/").content.decode()
    assert "Pump housings" in text
    assert "Hidden Hand" not in text
    assert red.ref not in text
    assert "Pump housings" in page_of(staff.officer).get("/registry/graphs/").content.decode()
    other = form | {"ref": ref}
    assert page_of(staff.contact).post("/registry/graphs/keep/", other).status_code == 403
    assert page.post("/registry/graphs/keep/", other | {"version": "1"}).json()["version"] == 2
    assert page.post("/registry/graphs/keep/", other | {"version": "1"}).status_code == 409
    assert page.post("/registry/graphs/keep/", form | {"nodes": '{"a": [1]}'}).status_code == 400
    assert page.post("/registry/graphs/keep/", form | {"title": " "}).status_code == 400
    program = _program(story.by)
    assert [one["title"] for one in program.get("/api/v1/registry/graphs").json()] == ["Pump housings"]
    opened = program.get(f"/api/v1/registry/graphs/{ref}").json()
    assert (opened["places"][red.ref], opened["things"]) == ([10, 20.3], 4)
    made = {"title": "By program", "begun_at": story.yusuf.ref, "nodes": {story.yusuf.ref: [0, 1]}}
    ref2 = program.post("/api/v1/registry/graphs", made, "application/json").json()["ref"]
    assert program.delete(f"/api/v1/registry/graphs/{ref2}").status_code == 204
    assert page_of(staff.officer).post(f"/registry/graphs/{ref}/drop/").status_code == 403
    assert page.post(f"/registry/graphs/{ref}/drop/")["Location"] == "/registry/graphs/"
    assert KeptGraph.objects.count() == 0


def test_an_erased_record_leaves_kept_graphs_and_their_titles_with_it(story: SimpleNamespace) -> None:
    both = {story.yusuf.ref: [0, 0], story.quill.ref: [9, 9]}
    keep_graph(title="Kassarani and Quill", nodes=both, begun_at=story.yusuf.ref, by=story.by)
    keep_graph(title="Kassarani alone", nodes={story.yusuf.ref: [0, 0]}, begun_at=story.yusuf.ref, by=story.by)
    keep_graph(title="Quill", nodes={story.quill.ref: [0, 0]}, begun_at=story.quill.ref, by=story.by)
    erase(ref=story.yusuf.ref, reason="asked for", by=story.by)
    rows = sorted(KeptGraph.objects.values_list("title", "begun_at"))
    assert [begun for _title, begun in rows] == [story.quill.ref, story.quill.ref]
    assert [title for title, _begun in rows if "Kassarani" in title] == []
    assert ("Quill", story.quill.ref) in rows


def test_a_look_takes_as_many_queries_for_many_neighbours_as_for_few(
    story: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    for at in range(40):
        other = _made(story.by, "person", f"Partner {at}", ("email", f"p{at // 2}@example.org"))
        link(subject=story.gate, target=other, schema="Employment", by=story.by, source="a source")
    with django_assert_max_num_queries(40):
        found = expand_graph(ref=story.gate.ref, kind="persons", by=story.by, purpose=PURPOSE)
    assert len(found.nodes) == 41
    with django_assert_max_num_queries(60):
        assert find_path(ref=story.gate.ref, to=story.truck.ref, by=story.by, purpose=PURPOSE).steps == 4
