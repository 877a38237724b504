"""A graph as data: the same for the page, a program and the command."""

from __future__ import annotations

from typing import Any

from tidewaiter.registry.actions.graph_papers import Paper
from tidewaiter.registry.actions.graphs import Opened
from tidewaiter.registry.graph_nodes import Drawn, Edge, Node
from tidewaiter.registry.graph_path import Path
from tidewaiter.registry.graph_queries import Neighbourhood
from tidewaiter.registry.models import KeptGraph


def node_out(node: Node) -> dict[str, Any]:
    """A thing: its id, kind, caption, how many neighbours it has."""
    names = ("id", "kind", "group", "caption", "ref", "sub", "neighbours", "common")
    return {name: getattr(node, name) for name in names}


def edge_out(edge: Edge) -> dict[str, Any]:
    """A tie: its ends, its words, its days, whether one source alone says so."""
    names = ("source", "target", "kind", "words", "begins", "ends", "one_source", "graded")
    return {name: getattr(edge, name) for name in names}


def neighbours_out(found: Neighbourhood) -> dict[str, Any]:
    """A thing, and its neighbours counted by kind."""
    return {
        "node": node_out(found.node),
        "kinds": [
            {
                "kind": group.code,
                "word": group.word,
                "number": group.number,
                "questions": [{"code": one.code, "word": one.word, "number": one.number} for one in group.questions],
            }
            for group in found.groups
        ],
        "too_common": [node_out(node) for node in found.common],
        "whole": found.whole,
    }


def drawn_out(found: Drawn) -> dict[str, Any]:
    """Nodes and edges."""
    return {
        "nodes": [node_out(node) for node in found.nodes],
        "edges": [edge_out(edge) for edge in found.edges],
        "chosen": found.chosen,
        "left_off": found.left_off,
    }


def path_out(found: Path) -> dict[str, Any]:
    """A path: its state, its steps, the ids in order, how many things were looked at."""
    called = {node.key: node.id for node in found.drawn.nodes}
    return drawn_out(found.drawn) | {
        "state": found.state,
        "steps": found.steps,
        "path": [called[key] for key in found.keys if key in called],
        "visited": found.visited,
    }


def kept_out(graph: KeptGraph) -> dict[str, Any]:
    """A kept graph in a list."""
    return {
        "ref": graph.ref,
        "title": graph.title,
        "owner": graph.made_by,
        "version": graph.version,
        "begun_at": graph.begun_at,
        "things": len(graph.nodes),
        "changed_at": graph.changed_at.isoformat(),
    }


def opened_out(opened: Opened) -> dict[str, Any]:
    """A kept graph with what is drawn of it and where; it counts what the reader sees."""
    made = kept_out(opened.graph) | drawn_out(opened.drawn)
    return made | {"places": opened.places, "things": len(opened.drawn.nodes)}


def whole_out(paper: Paper) -> dict[str, Any]:
    """A kept graph's communities (ids of things), its countries, and how many ties have no day."""
    return {
        "communities": [
            {"number": one.number, "things": [node.id for node in one.things]} for one in paper.communities
        ],
        "countries": dict(paper.countries),
        "undated": paper.undated,
    }
