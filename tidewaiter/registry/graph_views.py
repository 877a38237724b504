"""The graph's page: counts first, then what is asked for is drawn. It works as tables where there is no script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.foundation.decoding import NotJson, read_json
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.problems import status_of
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.registry.actions import graphs
from tidewaiter.registry.graph_answers import drawn_out, opened_out, path_out
from tidewaiter.registry.graph_keeping import listed_graphs
from tidewaiter.registry.graph_nodes import GROUPS
from tidewaiter.registry.graph_path import MOST_STEPS
from tidewaiter.registry.graph_queries import MOST_ADDED, Neighbourhood
from tidewaiter.registry.models import KeptGraph
from tidewaiter.registry.purposes import for_a_purpose, purpose_of
from tidewaiter.registry.queries import entity_named
from tidewaiter.registry.vocabulary import KIND_WORDS, KINDS

ICONS = {
    "cases": "file-text",
    "persons": "user",
    "companies": "building-factory-2",
    "conveyances": "car",
    "phones": "phone",
    "emails": "mail",
    "addresses": "map-pin",
    "documents": "id",
}


def kind_words() -> dict[str, str]:
    """What a thing of each kind is called."""
    values = {"case": _("Case"), "phone": _("Telephone"), "email": _("Mail"), "address": _("Address")}
    return {kind: str(KIND_WORDS[kind]) for kind in KINDS} | values | {"document": _("Document")}


def _around(found: Neighbourhood) -> dict[str, Any]:
    """What the side panel shows of a thing."""
    most = max((group.number for group in found.groups), default=1)
    return {
        "around": found,
        "node": found.node,
        "most": most,
        "most_added": MOST_ADDED,
        "icons": ICONS,
        "kind_word": kind_words()[found.node.kind],
    }


def _page(
    request: HttpRequest, ref: str, drawn: dict[str, Any], kept: KeptGraph | None, refused: Refusal | None = None
) -> HttpResponse:
    by, purpose = actor_of(request), purpose_of(request)
    around = graphs.look_around(ref=ref, by=by, purpose=purpose)
    captions = {node["id"]: node["caption"] for node in drawn["nodes"]}
    shown = _around(around) | {
        "start": around.node,
        "drawn": drawn,
        "captions": captions,
        "kept": kept,
        "own": kept is not None and kept.made_by == by.username,
        "purpose": purpose,
        "kind_words": kind_words(),
        "groups": GROUPS,
        "data": drawn | {"start": around.node.id, "kinds": kind_words(), "icons": list(kind_words())},
        "refused": refused,
    }
    return render(request, "registry/graph.html", shown, status=422 if refused else 200)


def _merged(*parts: dict[str, Any]) -> dict[str, Any]:
    """Several answers as one drawing."""
    nodes = {node["id"]: node for part in parts for node in part["nodes"]}
    edges = {tuple(sorted((edge["source"], edge["target"]))): edge for part in parts for edge in part["edges"]}
    made: dict[str, Any] = {"nodes": list(nodes.values()), "edges": list(edges.values()), "places": {}}
    made["left_off"] = sum(part["left_off"] for part in parts)
    made |= {name: part[name] for part in parts for name in ("path", "steps", "state", "visited") if name in part}
    return made


@require_http_methods(["GET", "POST"])
@for_a_purpose
def graph(request: HttpRequest, ref: str) -> HttpResponse:
    """A record's graph: it alone and its counts; with what a form of the page without a script asks for (posted, so
    that no word stands in an address).
    """
    by, purpose, said = actor_of(request), purpose_of(request), request.POST
    one = entity_named(by, ref)
    parts = [drawn_out(graphs.draw_alone(ref=one.ref, by=by, purpose=purpose))]
    refused: Refusal | None = None
    try:
        for kind in dict.fromkeys(said.getlist("show")):
            ids = [node["id"] for part in parts for node in part["nodes"]]
            found = graphs.expand_graph(
                ref=one.ref, kind=kind, asks=said.getlist("ask"), drawn=ids, by=by, purpose=purpose
            )
            parts.append(drawn_out(found))
        if to := said.get("to", "").strip():
            ids = [node["id"] for part in parts for node in part["nodes"]]
            parts.append(path_out(graphs.find_path(ref=one.ref, to=to, by=by, purpose=purpose, drawn=ids)))
    except (BadInput, Missing) as refusal:
        refused = refusal
    return _page(request, one.ref, _merged(*parts), None, refused)


@require_GET
@for_a_purpose
def kept_graph(request: HttpRequest, ref: str) -> HttpResponse:
    """A graph that was kept, as its reader sees it today, everything where it stood."""
    opened = graphs.open_graph(ref=ref, by=actor_of(request), purpose=purpose_of(request))
    return _page(request, opened.graph.begun_at, opened_out(opened), opened.graph)


@require_GET
@for_a_purpose
def kept_graphs(request: HttpRequest) -> HttpResponse:
    """Graphs that people of the administration have kept."""
    by = actor_of(request)
    return render(
        request,
        "registry/graphs.html",
        {"rows": listed_graphs(by), "me": by.username, "purpose": purpose_of(request)},
    )


def _refused(refusal: Refusal) -> JsonResponse:
    """A refusal to a script, which shows its sentence."""
    said = {"refused": refusal.code, "sentence": refusal.sentence}
    return JsonResponse(said, status=status_of(refusal, bad_input=400, otherwise=409))


@require_POST
@for_a_purpose
def graph_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """What the page's script asks for: `around` (a panel), `expand` or `path` (things and ties)."""
    by, purpose, said = actor_of(request), purpose_of(request), request.POST
    value, drawn = said.get("value", ""), said.get("drawn", "").split()
    try:
        if step == "around":
            return render(
                request,
                "registry/_around.html",
                _around(graphs.look_around(ref=ref, value=value, by=by, purpose=purpose)),
            )
        if step == "expand":
            found = graphs.expand_graph(
                ref=ref,
                kind=said.get("show", ""),
                asks=said.getlist("ask"),
                drawn=drawn,
                value=value,
                by=by,
                purpose=purpose,
            )
            return JsonResponse(drawn_out(found))
        if step == "path":
            path = graphs.find_path(ref=ref, to=said.get("to", ""), drawn=drawn, by=by, purpose=purpose)
            return JsonResponse(path_out(path) | {"most_steps": MOST_STEPS})
    except Refusal as refusal:
        return _refused(refusal)
    raise Missing("no_step", _("There is no such page."))


@require_POST
@for_a_purpose
def keep_graph(request: HttpRequest) -> HttpResponse:
    """Keeps a graph that was drawn; answers where it is opened again."""
    said = request.POST
    try:
        nodes = read_json(said.get("nodes", ""), dict[str, list[float]])
        held = graphs.keep_graph(
            title=said.get("title", ""),
            nodes=nodes,
            begun_at=said.get("begun_at", ""),
            ref=said.get("ref", ""),
            version=read_whole(said.get("version", "") or "0"),
            by=actor_of(request),
        )
    except NotJson as error:
        return _refused(BadInput("nodes", str(error)))
    except Refusal as refusal:
        return _refused(refusal)
    said_back = {"ref": held.ref, "version": held.version, "title": held.title}
    return JsonResponse(said_back | {"sentence": _("Kept: everything stands where it stood.")}, status=201)


@require_POST
@for_a_purpose
def drop_graph(request: HttpRequest, ref: str) -> HttpResponse:
    """Lets a graph of one's own go."""
    graphs.drop_graph(ref=ref, by=actor_of(request))
    messages.success(request, _("The graph is gone; the records are not."))
    return redirect("registry_graphs")
