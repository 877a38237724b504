"""A kept graph as a whole: its communities, the countries of its things, and it on paper, within some days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import visible_cases
from tidewaiter.drawing.graphs import Dot, Line, graph_drawing
from tidewaiter.drawing.maps import flow_map
from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.actions.graphs import open_graph
from tidewaiter.registry.communities import communities_of
from tidewaiter.registry.graph_nodes import Edge, Node
from tidewaiter.registry.models import KeptGraph, Statement
from tidewaiter.registry.policy import must_have_purpose, visible_statements
from tidewaiter.registry.queries import visible_entities
from tidewaiter.registry.vocabulary import COUNTRIES

PRINTED = "registry.graph_printed"


@dataclass(slots=True)
class Community:
    """Things that hang together more than with the rest."""

    number: int
    things: list[Node]


@dataclass(slots=True)
class Paper:
    """A kept graph as somebody sees it, within some days: what hangs together, where, and the drawing of both."""

    graph: KeptGraph
    nodes: list[Node]
    edges: list[Edge]
    places: dict[str, list[float]]
    communities: list[Community]
    countries: list[tuple[str, int]]
    undated: int
    """Ties without a day: they stay, whatever days are asked for."""
    since: str = ""
    until: str = ""
    of: dict[str, int] = field(default_factory=dict)
    """Of each thing the number of its community."""


def look_at_graph(*, ref: str, by: Actor, purpose: str, since: str = "", until: str = "") -> Paper:
    """A kept graph with its communities and countries; ties that ended before `since` or began after `until` are left
    out, and so are things that these alone held. Each record in it that the person sees is written as read.

    Raises `Missing`, and `BadInput` for a day that is none or without a purpose.
    """
    first, last = _day("since", since), _day("until", until)
    opened = open_graph(ref=ref, by=by, purpose=purpose)
    edges = [edge for edge in opened.drawn.edges if _within(edge, first, last)]
    nodes = opened.drawn.nodes
    if first or last:
        tied = {end for edge in edges for end in (edge.source, edge.target)}
        nodes = [node for node in nodes if node.id in tied]
    things = {node.id: node for node in nodes}
    found = communities_of(list(things), ((edge.source, edge.target) for edge in edges))
    communities = [Community(at, [things[one] for one in some]) for at, some in enumerate(found, 1)]
    return Paper(
        graph=opened.graph,
        nodes=nodes,
        edges=edges,
        places=opened.places,
        communities=communities,
        countries=_countries(nodes, by),
        undated=sum(not (edge.begins or edge.ends) for edge in edges) if first or last else 0,
        since=first,
        until=last,
        of={node.id: one.number for one in communities for node in one.things},
    )


def _day(name: str, said: str) -> str:
    if not said.strip():
        return ""
    found = read_date(said).value
    if found is None or found.precision != "day":
        raise BadInput(name, _("«%(said)s» is no day. Write it as 2027-04-14.") % {"said": said[:40]})
    return found.iso


def _within(edge: Edge, since: str, until: str) -> bool:
    """Whether a tie may have been within the days; days are compared as far as they are said."""
    ends = edge.ends or ("" if edge.lasts else edge.begins)
    if since and ends and ends < since[: len(ends)]:
        return False
    return not (until and edge.begins and edge.begins > until[: len(edge.begins)])


def _countries(nodes: Iterable[Node], by: Actor) -> list[tuple[str, int]]:
    """Of how many things each country is told: of records what is said of them, of cases where they were."""
    refs = {node.ref: node.kind for node in nodes if node.ref}
    cases = [ref for ref, kind in refs.items() if kind == "case"]
    read_as = dict(
        visible_entities(by).filter(canonical__in=among(sorted(set(refs) - set(cases)))).values_list("ref", "canonical")
    )
    told: dict[str, set[str]] = defaultdict(set)
    rows = Statement.objects.filter(visible_statements(by), entity__in=among(sorted(read_as)))
    for ref, prop, value in rows.values_list("entity_id", "prop", "value"):
        if prop in COUNTRIES:
            told[value.upper()].add(read_as[ref])
    for ref, country in visible_cases(by).filter(ref__in=among(cases)).values_list("ref", "country"):
        told[country.upper()].add(ref)
    numbers = Counter({code: len(some) for code, some in told.items()})
    return sorted(numbers.items(), key=lambda one: (-one[1], one[0]))


def drawings(paper: Paper, *, linked: bool) -> dict[str, str]:
    """The graph and the map as SVG; `linked` as `flow_map` has it."""
    place = {node.id: at for at, node in enumerate(paper.nodes)}
    dots = [
        Dot(*_spot(paper, node, at), node.kind, node.caption, paper.of[node.id]) for at, node in enumerate(paper.nodes)
    ]
    lines = [Line(place[edge.source], place[edge.target], edge.one_source) for edge in paper.edges]
    return {
        "graph": graph_drawing(dots, lines, label=_("The graph; the same stands in the tables")),
        "map": flow_map(
            label=_("Countries of what is in the graph"), counts=dict(paper.countries), close=True, linked=linked
        ),
    }


def _spot(paper: Paper, node: Node, at: int) -> tuple[float, float]:
    x, y = paper.places.get(node.id, (60.0 * (at % 20), 60.0 * (at // 20)))
    return x, y


def graph_html(*, ref: str, by: Actor, purpose: str, since: str = "", until: str = "") -> str:
    """A numbered copy as HTML, written down as taken. Raises as `look_at_graph`."""
    said = must_have_purpose(purpose)
    paper = look_at_graph(ref=ref, by=by, purpose=said, since=since, until=until)
    with transaction.atomic():
        copy = Entry.objects.filter(ref=paper.graph.ref, deed=PRINTED).count() + 1
        detail = {"purpose": said, "copy": copy, "things": len(paper.nodes)}
        record(by=by, deed=PRINTED, ref=paper.graph.ref, version=paper.graph.version, detail=detail)
    shown = {
        "paper": paper,
        "captions": {node.id: node.caption for node in paper.nodes},
        "copy": copy,
        "by": by.username,
        "made": now(),
        "purpose": said,
        "lang": get_language() or "en",
    }
    return render_to_string("registry/graph_print.html", shown | drawings(paper, linked=False))


def print_graph(*, ref: str, by: Actor, purpose: str, since: str = "", until: str = "") -> bytes:
    """The same as PDF. Raises `BadInput` where the machine cannot print: the copy stands in the ledger all the same."""
    return pdf_of(graph_html(ref=ref, by=by, purpose=purpose, since=since, until=until))[0]
