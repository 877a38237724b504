"""Graphs: what is drawn is read, and the ledger has each; a graph is kept by its things and their places, unnamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Outdated
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.graph_keeping import graph_named
from tidewaiter.registry.graph_nodes import MOST_DRAWN, Drawn, Node, drawing, drawn_again, key_named
from tidewaiter.registry.graph_path import Path, path_between
from tidewaiter.registry.graph_queries import Neighbourhood, expand, neighbours_of
from tidewaiter.registry.models import KeptGraph
from tidewaiter.registry.policy import may_read, must_have_purpose
from tidewaiter.registry.queries import entity_named

FURTHEST = 1_000_000.0
"""How far from the middle a thing may stand."""


def _read(nodes: Sequence[Node], by: Actor, purpose: str) -> None:
    """Records among them are written down as read; cases and values are no names."""
    refs = dict.fromkeys(one.ref for one in nodes if one.ref and one.kind != "case")
    with transaction.atomic():
        record_many(by=by, deed="registry.read", things=[(ref, 0) for ref in refs], detail={"purpose": purpose})


def look_around(*, ref: str, by: Actor, purpose: str, value: str = "") -> Neighbourhood:
    """A record, a case, or a value (its id) of it, with its neighbours counted by kind: none of them is named.

    A value that is too common is: it ties nobody. Raises `Missing`, and `BadInput` without a purpose.
    """
    said = must_have_purpose(purpose)
    found = neighbours_of(key_named(by, ref, value), by)
    _read([found.node], by, said)
    return found


def draw_alone(*, ref: str, by: Actor, purpose: str) -> Drawn:
    """A record by itself, with how many neighbours it has. Raises `Missing`, `BadInput` without a purpose."""
    said = must_have_purpose(purpose)
    found = drawing([key_named(by, ref)], by)
    _read(found.nodes, by, said)
    return found


def expand_graph(
    *,
    ref: str,
    kind: str,
    by: Actor,
    purpose: str,
    asks: Sequence[str] = (),
    drawn: Sequence[str] = (),
    value: str = "",
) -> Drawn:
    """Its neighbours of one kind, 200 at most, those that any of the questions chooses; each is written as read.

    Raises `Missing`, and `BadInput` for a kind or a question that is none, or without a purpose.
    """
    said = must_have_purpose(purpose)
    if len(drawn) > MOST_DRAWN or len(asks) > 20:
        raise BadInput("too_many", _("A graph holds %(n)s things.") % {"n": MOST_DRAWN})
    found = expand(key_named(by, ref, value), by, group=kind, asks=asks, drawn=drawn)
    _read(found.nodes, by, said)
    return found


def find_path(*, ref: str, to: str, by: Actor, purpose: str, drawn: Sequence[str] = ()) -> Path:
    """The shortest path between two; all on it are written as read. Raises `Missing`, `BadInput` without a purpose."""
    said = must_have_purpose(purpose)
    found = path_between(key_named(by, ref), key_named(by, to.strip()), by, drawn=drawn[:MOST_DRAWN])
    _read(found.drawn.nodes, by, said)
    return found


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept graph as somebody sees it today, and where its things stand, by the ids under which they are drawn."""

    graph: KeptGraph
    drawn: Drawn
    places: dict[str, list[float]]


def open_graph(*, ref: str, by: Actor, purpose: str) -> Opened:
    """A kept graph; each record in it that the person sees is written as read. Raises `Missing`, `BadInput`."""
    said = must_have_purpose(purpose)
    held = graph_named(ref, by)
    found = drawn_again(held.nodes, by)
    _read(found.nodes, by, said)
    places: dict[str, list[float]] = {}
    for one, shown in found.now_called.items():
        if one == shown or shown not in places:
            places[shown] = held.nodes[one]
    return Opened(held, found, places)


def keep_graph(
    *, title: str, nodes: Mapping[str, Sequence[float]], begun_at: str, by: Actor, ref: str = "", version: int = 0
) -> KeptGraph:
    """Keeps a graph: which things (of those that the person sees), and where they stand; with `ref`, one's own anew.

    Raises `BadInput` without a title or things, `Missing`, `NotAllowed` for somebody else's, `Outdated` where it was
    kept anew meanwhile.
    """
    may_read(by)
    name = " ".join(title.split())[:200]
    if not name:
        raise BadInput("title", _("Give it a title."))
    places = _places(nodes)
    begun = entity_named(by, begun_at).ref
    seen = drawn_again(places, by).now_called
    moment = now()
    with transaction.atomic():
        if ref:
            held = _own(ref, by, version)
        else:
            held = KeptGraph(
                ref=new_ref("GR"), administration=by.administration_code, made_by=by.username, made_at=moment, version=0
            )
        held.title, held.begun_at, held.changed_at = name, begun, moment
        held.nodes = {seen[one]: place for one, place in places.items() if one in seen}
        held.version += 1
        held.save()
        record(
            by=by, deed="registry.graph_kept", ref=held.ref, version=held.version, detail={"things": len(held.nodes)}
        )
    return held


def _places(nodes: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Places as they are kept. Raises `BadInput`."""
    if not 0 < len(nodes) <= MOST_DRAWN:
        raise BadInput("nodes", _("A graph holds between one and %(n)s things.") % {"n": MOST_DRAWN})
    made = {}
    for one, place in nodes.items():
        if len(one) > 64 or len(place) != 2 or not all(isfinite(at) and abs(at) <= FURTHEST for at in place):
            raise BadInput("nodes", _("Say for each thing where it stands: two numbers."))
        made[one] = [round(float(at), 1) for at in place]
    return made


def _own(ref: str, by: Actor, version: int) -> KeptGraph:
    graph_named(ref, by)
    held = KeptGraph.objects.select_for_update().get(ref=ref)
    if held.made_by != by.username:
        raise NotAllowed("not_yours", _("Somebody else keeps this graph: keep it under a title of your own."))
    if version and version != held.version:
        raise Outdated("another_version", _("It was kept anew meanwhile. Open it, then keep it."), held.version)
    return held


def drop_graph(*, ref: str, by: Actor) -> None:
    """Lets a graph of one's own go. Raises `Missing`, `NotAllowed`."""
    may_read(by)
    with transaction.atomic():
        _own(ref, by, 0).delete()
        record(by=by, deed="registry.graph_dropped", ref=ref)
