"""The JSON door of graphs: neighbours counted, some of them drawn, the path between two, graphs that are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import known_only
from tidewaiter.people.tokens import reader, writer
from tidewaiter.registry.actions.graph_papers import look_at_graph, print_graph
from tidewaiter.registry.actions.graphs import (
    drop_graph,
    expand_graph,
    find_path,
    keep_graph,
    look_around,
    open_graph,
)
from tidewaiter.registry.graph_answers import drawn_out, kept_out, neighbours_out, opened_out, path_out, whole_out
from tidewaiter.registry.graph_keeping import listed_graphs
from tidewaiter.registry.policy import may_read
from tidewaiter.registry.purposes import told_purpose

router = Router(tags=["registry"])


class NodeOut(Schema):
    """A thing that is drawn: a record, a case, or what several records say of themselves (`common`: too many do)."""

    id: str
    kind: str
    group: str
    caption: str
    ref: str
    sub: str
    neighbours: int
    common: int


class EdgeOut(Schema):
    """What ties two of them; days are ISO, as precise as they were said."""

    source: str
    target: str
    kind: str
    words: list[str]
    begins: str
    ends: str
    one_source: bool
    graded: bool


class NeighbourQuestionOut(Schema):
    """A question by which some of them are chosen, and how many it leaves."""

    code: str
    word: str
    number: int


class KindOut(Schema):
    """Neighbours of a kind, counted."""

    kind: str
    word: str
    number: int
    questions: list[NeighbourQuestionOut]


class NeighboursOut(Schema):
    """A thing, its neighbours by kind, and the values that tie nobody; `whole` unless there were too many to count."""

    node: NodeOut
    kinds: list[KindOut]
    too_common: list[NodeOut]
    whole: bool


class DrawnOut(Schema):
    """Things and ties; `chosen` so many, of whom `left_off` were too many to draw."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]
    chosen: int
    left_off: int


class PathOut(DrawnOut):
    """`found`, `same`, `none` (within six steps) or `ended` (at `visited` things); `path`: ids in order."""

    state: str
    steps: int
    path: list[str]
    visited: int


class Around(Schema):
    """Of the record, or of one value of it."""

    value: str = Field("", max_length=64)


@router.get(
    "/registry/entities/{ref}/neighbours",
    response=NeighboursOut,
    operation_id="neighbours_of",
    summary="Count a record's neighbours by kind",
)
def neighbours_of_record(request: HttpRequest, ref: str, asked: Query[Around]) -> dict[str, Any]:
    """Persons, companies, conveyances, cases, shared telephones, mails, addresses, documents; none is named."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, Around.model_fields)
    return neighbours_out(look_around(ref=ref, by=by, purpose=purpose, value=asked.value))


class ExpandIn(Schema):
    """Which of them: a kind, questions of which any may choose, and what is drawn already."""

    kind: str = Field(..., max_length=20)
    ask: list[str] = Field([], max_length=20)
    drawn: list[str] = Field([], max_length=5_000)
    value: str = Field("", max_length=64)


@router.post(
    "/registry/entities/{ref}/expand",
    response=DrawnOut,
    operation_id="expand_graph",
    summary="Draw some of a record's neighbours",
)
def expand_record(request: HttpRequest, ref: str, said: Body[ExpandIn]) -> dict[str, Any]:
    """The newest 200 at most, each written into the ledger as read."""
    by = writer(request)
    purpose = told_purpose(request)
    found = expand_graph(
        ref=ref, kind=said.kind, asks=said.ask, drawn=said.drawn, value=said.value, by=by, purpose=purpose
    )
    return drawn_out(found)


class Between(Schema):
    """The two ends."""

    ref: str = Field(..., max_length=64)
    to: str = Field(..., max_length=64)


@router.get("/registry/path", response=PathOut, operation_id="path_between", summary="The path between two records")
def path_of_records(request: HttpRequest, asked: Query[Between]) -> dict[str, Any]:
    """The shortest, of six steps at most, through what one sees and through no value that too many share."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, Between.model_fields)
    return path_out(find_path(ref=asked.ref, to=asked.to, by=by, purpose=purpose))


class KeptOut(Schema):
    """A kept graph; its things are counted as they were kept."""

    ref: str
    title: str
    owner: str
    version: int
    begun_at: str
    things: int
    changed_at: str


class OpenedOut(KeptOut, DrawnOut):
    """A kept graph as one sees it now."""

    places: dict[str, list[float]]


class KeepIn(Schema):
    """A title, the record from which it was drawn, and each thing's place; with `ref`, one's own kept anew."""

    title: str = Field(..., min_length=1, max_length=200)
    begun_at: str = Field(..., max_length=64)
    nodes: dict[str, list[float]]
    ref: str = Field("", max_length=64)
    version: int = Field(0, ge=0)


@router.get("/registry/graphs", response=list[KeptOut], operation_id="list_graphs", summary="Kept graphs")
def list_kept_graphs(request: HttpRequest) -> list[dict[str, Any]]:
    """Those of one's administration that begin at a record one sees."""
    by = reader(request)
    may_read(by)
    known_only(request, ())
    return [kept_out(one) for one in listed_graphs(by)]


@router.post("/registry/graphs", response={201: KeptOut}, operation_id="keep_graph", summary="Keep a graph")
def keep_drawn_graph(request: HttpRequest, said: Body[KeepIn]) -> Status[dict[str, Any]]:
    """Its things and their places; no name but the title."""
    held = keep_graph(
        title=said.title,
        nodes=said.nodes,
        begun_at=said.begun_at,
        ref=said.ref,
        version=said.version,
        by=writer(request),
    )
    return Status(201, kept_out(held))


@router.get("/registry/graphs/{ref}", response=OpenedOut, operation_id="open_graph", summary="Open a kept graph")
def open_kept_graph(request: HttpRequest, ref: str) -> dict[str, Any]:
    """What one sees of it today; each record in it is written as read."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, ())
    return opened_out(open_graph(ref=ref, by=by, purpose=purpose))


class Within(Schema):
    """Days (ISO); ties that ended before or began after are left out."""

    since: str = Field("", max_length=40)
    until: str = Field("", max_length=40)


class CommunityOut(Schema):
    """Things that hang together more than with the rest, by their ids."""

    number: int
    things: list[str]


class WholeOut(Schema):
    """Communities, the largest first; how many things each country (ISO code) is told of; ties without a day."""

    communities: list[CommunityOut]
    countries: dict[str, int]
    undated: int


@router.get(
    "/registry/graphs/{ref}/whole",
    response=WholeOut,
    operation_id="whole_graph",
    summary="A kept graph's communities and countries",
)
def whole_of_graph(request: HttpRequest, ref: str, asked: Query[Within]) -> dict[str, Any]:
    """Of what one sees of it today; each record in it is written as read."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, Within.model_fields)
    return whole_out(look_at_graph(ref=ref, by=by, purpose=purpose, since=asked.since, until=asked.until))


@router.post(
    "/registry/graphs/{ref}/paper",
    operation_id="print_graph",
    summary="A kept graph on paper",
    openapi_extra={"responses": {200: {"description": "The PDF", "content": {"application/pdf": {}}}}},
)
def paper_of_graph(request: HttpRequest, ref: str, asked: Query[Within]) -> HttpResponse:
    """Each copy is numbered and in the ledger."""
    by = writer(request)
    purpose = told_purpose(request)
    known_only(request, Within.model_fields)
    content = print_graph(ref=ref, by=by, purpose=purpose, since=asked.since, until=asked.until)
    return attached(HttpResponse(content, content_type="application/pdf"), "graph.pdf")


@router.delete("/registry/graphs/{ref}", response={204: None}, operation_id="drop_graph", summary="Let a graph go")
def drop_kept_graph(request: HttpRequest, ref: str) -> Status[None]:
    """One of one's own."""
    drop_graph(ref=ref, by=writer(request))
    return Status(204, None)
