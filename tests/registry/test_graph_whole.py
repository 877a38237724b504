"""A kept graph as a whole: what hangs together, the countries of it, days, and paper."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, link
from tidewaiter.registry.actions.graph_papers import look_at_graph
from tidewaiter.registry.actions.graphs import keep_graph
from tidewaiter.registry.communities import communities_of
from tidewaiter.registry.models import Entity, KeptGraph
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PURPOSE = "case KE-1, investigation"


def _person(by: Any, name: str, country: str) -> Entity:
    values = [("name", name), ("nationality", country)]
    return enter(said=SaidThing(key=name, kind="person", values=values, source="a source"), by=by)


@pytest.fixture
def kept(staff: SimpleNamespace) -> SimpleNamespace:
    """Two crews of three who all know each other, one of each knows one of the other; and a RED seventh."""
    by = staff.investigator
    names = ("Anna One", "Ben Two", "Cleo Three", "Dan Four", "Eva Five", "Finn Six")
    people = [_person(by, name, country) for name, country in zip(names, ("KE", "KE", "KE", "UG", "UG", "UG"))]
    for crew in (people[:3], people[3:]):
        for one, other in ((0, 1), (1, 2), (0, 2)):
            link(
                subject=crew[one],
                target=crew[other],
                schema="UnknownLink",
                role="works with",
                by=by,
                source="s",
                begins="2025-03-01",
                ends="2025-06-01",
            )
    link(subject=people[0], target=people[3], schema="UnknownLink", role="met", by=by, source="s", begins="2026-01-01")
    red = enter(
        said=SaidThing(key="red", kind="person", values=[("name", "Gina Red")], source="s", handling="RED"), by=by
    )
    nodes = {one.ref: [at * 50.0, 0.0] for at, one in enumerate([*people, red])}
    graph = keep_graph(title="Two crews", nodes=nodes, begun_at=people[0].ref, by=by)
    return SimpleNamespace(graph=graph, people=people, red=red, by=by, staff=staff)


def _crews(kept: SimpleNamespace, by: Any, **days: str) -> list[set[str]]:
    paper = look_at_graph(ref=kept.graph.ref, by=by, purpose=PURPOSE, **days)
    return [{node.caption for node in one.things} for one in paper.communities]


def test_communities_are_what_hangs_together(kept: SimpleNamespace) -> None:
    crews = [{"Anna One", "Ben Two", "Cleo Three"}, {"Dan Four", "Eva Five", "Finn Six"}]
    assert _crews(kept, kept.by) == [*crews, {"Gina Red"}]
    assert _crews(kept, kept.staff.officer) == crews, "what is not seen is in no community"
    with pytest.raises(Missing):
        _crews(kept, kept.staff.foreign)
    with pytest.raises(BadInput):
        look_at_graph(ref=kept.graph.ref, by=kept.by, purpose="")


def test_days_leave_out_what_was_before_and_after(kept: SimpleNamespace) -> None:
    assert _crews(kept, kept.by, since="2025-07-01") == [{"Anna One", "Dan Four"}]
    assert {"Anna One", "Dan Four"} not in _crews(kept, kept.by, until="2025-12-31")
    assert len(_crews(kept, kept.by, until="2025-12-31")) == 2
    assert _crews(kept, kept.by, until="2024-12-31") == []
    with pytest.raises(BadInput, match="is no day"):
        _crews(kept, kept.by, since="soon")


def test_page_program_and_command_say_the_same_and_the_ledger_has_who_was_read(
    kept: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Entry.objects.filter(deed="registry.read").count()
    page = page_of(kept.staff.officer).get(f"/registry/graphs/{kept.graph.ref}/whole/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Gina Red" not in text
    assert text.count("<svg") >= 2
    assert "Kenya" in text
    assert Entry.objects.filter(deed="registry.read", ref=kept.people[5].ref, by="officer.ke").exists()
    assert page_of(kept.staff.officer).get(f"/registry/graphs/{kept.graph.ref}/whole/?since=soon").status_code == 422
    assert page_of(kept.staff.foreign).get(f"/registry/graphs/{kept.graph.ref}/whole/").status_code == 404
    _token, secret = make_token(officer=kept.staff.officer, scope="write", by=kept.staff.officer)
    program = Client(headers={"Authorization": f"Bearer {secret}", "X-Purpose": PURPOSE})
    told = program.get(f"/api/v1/registry/graphs/{kept.graph.ref}/whole").json()
    assert [len(one["things"]) for one in told["communities"]] == [3, 3]
    assert told["countries"] == {"KE": 3, "UG": 3}
    assert program.get(f"/api/v1/registry/graphs/{kept.graph.ref}/whole?since=2025-07-01").json()["countries"] == {
        "KE": 1,
        "UG": 1,
    }
    call_command("print_graph", kept.graph.ref, by="officer.ke", purpose=PURPOSE, format="json", stdout=io.StringIO())
    paper = tmp_path / "graph.html"
    call_command(
        "print_graph", kept.graph.ref, output=str(paper), by="officer.ke", purpose=PURPOSE, stdout=io.StringIO()
    )
    written = paper.read_text(encoding="utf-8")
    assert "Copy 1, printed by officer.ke" in written
    assert "Gina Red" not in written
    [entry] = Entry.objects.filter(deed="registry.graph_printed")
    detail = json.loads(entry.detail)
    assert (entry.ref, detail["copy"], detail["things"], detail["purpose"]) == (kept.graph.ref, 1, 6, PURPOSE)


def test_a_name_is_escaped_in_the_drawing(kept: SimpleNamespace) -> None:
    one = _person(kept.by, "<script>alert(1)</script> X", "KE")
    graph = KeptGraph.objects.get(ref=kept.graph.ref)
    graph.nodes[one.ref] = [0, 0]
    graph.save()
    text = page_of(kept.by).get(f"/registry/graphs/{graph.ref}/whole/").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;" in text


def test_communities_of_nothing_of_one_and_of_a_ring_of_cliques() -> None:
    assert communities_of([], []) == []
    assert communities_of(["a", "b"], []) == [["a"], ["b"]]
    assert communities_of(["a"], [("a", "a"), ("a", "unknown")]) == [["a"]]
    cliques = [[f"{ring}{at}" for at in range(5)] for ring in "abcdef"]
    ties = [(one, other) for some in cliques for one in some for other in some if one < other]
    ties += [(cliques[at][0], cliques[at - 1][4]) for at in range(6)]
    found = communities_of([one for some in cliques for one in some], ties)
    assert sorted(map(sorted, found)) == cliques
    assert found == communities_of([one for some in cliques for one in some], ties), "the same each time"
