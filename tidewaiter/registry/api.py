"""The JSON door of the registry: what is read is read for a purpose (`X-Purpose`), which the ledger keeps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer
from tidewaiter.registry.actions.entering import enter, link, say_of_entity
from tidewaiter.registry.actions.merging import merge, unmerge
from tidewaiter.registry.actions.reading import read_names, screen_names
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.policy import may_consult
from tidewaiter.registry.purposes import told_purpose
from tidewaiter.registry.queries import entity_named, links_of, listed_entities, members_of, statements_of
from tidewaiter.registry.reading.said import SaidThing, read_grading
from tidewaiter.registry.screening import Hit
from tidewaiter.registry.vocabulary import KINDS

router = Router(tags=["registry"])


class EntityRow(Schema):
    """A record in a list."""

    ref: str
    kind: str
    caption: str
    listed: str
    administration: str


class StatementOut(Schema):
    """One property, one value, and who says so; grading as given."""

    property: str
    value: str
    original: str
    doubt: str
    source: str
    date: str
    scheme: str
    grade: str
    handling: str
    owner: str


class EntityLinkOut(Schema):
    """What ties the record to another one."""

    ref: str
    schema_: str = Field(..., alias="schema")
    role: str
    other: str
    caption: str
    outward: bool
    begins: str
    ends: str
    source: str


class EntityOut(EntityRow):
    """A record as it is read: canonical, with all that its members say."""

    members: list[str]
    statements: list[StatementOut]
    contradicts: list[str]
    links: list[EntityLinkOut]


class EntitiesAsked(Schema):
    """Which records."""

    q: str = Field("", max_length=200)
    kind: list[str] = []
    listed: str = Field("*", max_length=60, description="a published list; empty: the node's own; *: all")
    limit: int = Field(50, ge=1, le=200)


@router.get(
    "/registry/entities", response=list[EntityRow], operation_id="list_entities", summary="Records of the registry"
)
def list_records(request: HttpRequest, asked: Query[EntitiesAsked]) -> list[dict[str, Any]]:
    """Canonical records that one sees, the last changed first; each is written into the ledger as read."""
    known_only(request, EntitiesAsked.model_fields)
    return _listed(reader(request), asked, request)


@router.post(
    "/registry/entities/search", response=list[EntityRow], operation_id="search_entities", summary="Find records"
)
def search_records(request: HttpRequest, asked: Body[EntitiesAsked]) -> list[dict[str, Any]]:
    """The same with the words in the body: a name stands in no address, and in no log of one."""
    return _listed(reader(request), asked, request)


def _listed(by: Actor, asked: EntitiesAsked, request: HttpRequest) -> list[dict[str, Any]]:
    may_consult(by)
    purpose = told_purpose(request)
    found = list(
        listed_entities(
            by, kinds=asked.kind or KINDS, words=asked.q, listed=None if asked.listed == "*" else asked.listed
        )[: asked.limit]
    )
    read_names(refs=[one.ref for one in found], by=by, purpose=purpose, deed="registry.listed")
    return [_row(one) for one in found]


def _row(one: Any) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "kind": one.kind,
        "caption": one.caption,
        "listed": one.listed,
        "administration": one.administration,
    }


class ValueIn(Schema):
    """A property of FollowTheMoney and what it is."""

    property: str = Field(..., max_length=40)
    value: str = Field(..., max_length=2000)


class EntityIn(Schema):
    """A record as it is entered; source and grading hold for all of its values."""

    kind: str = Field(..., max_length=10)
    values: list[ValueIn] = Field(..., min_length=1, max_length=200)
    source: str = Field(..., min_length=1, max_length=300)
    grading: str = Field("", max_length=40, description="scheme and code as given: 4x4 A1")
    handling: str = Field("AMBER", max_length=12)


class EntityRefOut(Schema):
    """What was made."""

    ref: str


@router.post("/registry/entities", response={201: EntityRefOut}, operation_id="enter_entity", summary="Enter a record")
def enter_record(request: HttpRequest, said: Body[EntityIn]) -> Status[dict[str, Any]]:
    """With its first statements."""
    by = writer(request)
    scheme, grade = read_grading(said.grading)
    thing = SaidThing(
        key="",
        kind=said.kind,
        values=[(one.property, one.value) for one in said.values],
        source=said.source,
        scheme=scheme,
        grade=grade,
        handling=said.handling,
    )
    return Status(201, {"ref": enter(said=thing, by=by).ref})


@router.get("/registry/entities/{ref}", response=EntityOut, operation_id="get_entity", summary="One record")
def one_record(request: HttpRequest, ref: str) -> dict[str, Any]:
    """As it is read: all statements of what is one with it, with their sources."""
    by = reader(request)
    may_consult(by)
    purpose = told_purpose(request)
    known_only(request, ())
    one = entity_named(by, ref)
    members = members_of(one, by)
    said = statements_of(members, by)
    links = links_of(members, by)
    read_names(refs=[*[member.ref for member in members], *[tied.other.ref for tied in links]], by=by, purpose=purpose)
    statements = [_statement(row) for group in said for _value, rows in group.values for row in rows]
    return _row(one) | {
        "members": [member.ref for member in members],
        "statements": statements,
        "contradicts": [group.prop for group in said if group.contradicts],
        "links": [_link(tied) for tied in links],
    }


def _statement(row: Any) -> dict[str, Any]:
    names = ("value", "original", "doubt", "source", "scheme", "grade", "handling", "owner")
    return {name: getattr(row, name) for name in names} | {
        "property": row.prop,
        "date": row.said_on.isoformat() if row.said_on else "",
    }


def _link(tied: Any) -> dict[str, Any]:
    row = tied.link
    return {
        "ref": row.ref,
        "schema": row.schema,
        "role": row.role,
        "other": tied.other.ref,
        "caption": tied.other.caption,
        "outward": tied.outward,
        "begins": row.begins,
        "ends": row.ends,
        "source": row.source,
    }


class StatementIn(ValueIn):
    """One statement more."""

    source: str = Field(..., min_length=1, max_length=300)
    grading: str = Field("", max_length=40)


@router.post(
    "/registry/entities/{ref}/statements",
    response={201: EntityRefOut},
    operation_id="say_of_entity",
    summary="Say one thing more of a record",
)
def say_of_record(request: HttpRequest, ref: str, said: Body[StatementIn]) -> Status[dict[str, Any]]:
    """Beside what is said already: contradicting statements stand side by side."""
    by = writer(request)
    one = entity_named(by, ref)
    say_of_entity(entity=one, prop=said.property, value=said.value, by=by, source=said.source, grading=said.grading)
    return Status(201, {"ref": one.ref})


class EntityLinkIn(Schema):
    """What ties two records."""

    subject: str = Field(..., max_length=64)
    object: str = Field(..., max_length=64)
    schema_: str = Field("UnknownLink", max_length=30, alias="schema")
    role: str = Field("", max_length=200)
    source: str = Field("", max_length=300)
    begins: str = Field("", max_length=20)
    ends: str = Field("", max_length=20)


@router.post("/registry/links", response={201: EntityRefOut}, operation_id="link_entities", summary="Tie two records")
def link_records(request: HttpRequest, said: Body[EntityLinkIn]) -> Status[dict[str, Any]]:
    """By a link of FollowTheMoney, with role and period."""
    by = writer(request)
    made = link(
        subject=entity_named(by, said.subject),
        target=entity_named(by, said.object),
        schema=said.schema_,
        by=by,
        role=said.role,
        source=said.source,
        begins=said.begins,
        ends=said.ends,
    )
    return Status(201, {"ref": made.ref})


class ScreenedNameIn(Schema):
    """A name that is looked for, and what is known beside it."""

    name: str = Field(..., min_length=1, max_length=300)
    kind: str = Field("", max_length=10)
    birth_date: str = Field("", max_length=40)
    country: list[str] = Field([], max_length=20)
    document: str = Field("", max_length=60)


class HitOut(Schema):
    """A record that the name may mean: how alike, how much could have disagreed, why."""

    ref: str
    caption: str
    kind: str
    listed: str
    name: str
    score: float
    evidence: float
    why: list[str]


class ScreenedOut(Schema):
    """`hits`, `none`, or `too_common`: so many are called so that the name alone tells nothing."""

    state: str
    hits: list[HitOut]


@router.post("/registry/screen", response=list[ScreenedOut], operation_id="screen_names", summary="Screen names")
def screen_records(request: HttpRequest, said: Body[list[ScreenedNameIn]]) -> list[dict[str, Any]]:
    """An answer for each name, in order; 500 names at once."""
    by = writer(request)
    purpose = told_purpose(request)
    if len(said) > 500:
        raise BadInput("too_many", "500")
    names = [
        (
            Known(
                name=one.name,
                kind=one.kind if one.kind in KINDS else "",
                birth=one.birth_date,
                countries=frozenset(code.upper() for code in one.country),
                numbers=frozenset({one.document.upper()} - {""}),
            ),
            one.document,
        )
        for one in said
    ]
    return [
        {"state": found.state, "hits": [hit_out(hit) for hit in found.hits]}
        for found in screen_names(names=names, by=by, purpose=purpose)
    ]


def hit_out(hit: Hit) -> dict[str, Any]:
    """A hit as a program has it."""
    return {name: getattr(hit, name) for name in ("ref", "caption", "kind", "listed", "name")} | {
        "score": hit.found.score,
        "evidence": hit.found.evidence,
        "why": hit.found.why,
    }


class MergeIn(Schema):
    """Two records that are one, and why."""

    left: str = Field(..., max_length=64)
    right: str = Field(..., max_length=64)
    reason: str = Field(..., min_length=1, max_length=1000)


class MergedOut(Schema):
    """Under which ref they are read now, and all that are."""

    canonical: str
    members: list[str]


@router.post("/registry/merge", response=MergedOut, operation_id="merge_entities", summary="Read two records as one")
def merge_records(request: HttpRequest, said: Body[MergeIn]) -> dict[str, Any]:
    """A decision over statements that nobody touches."""
    under, members = merge(left=said.left, right=said.right, by=writer(request), reason=said.reason)
    return {"canonical": under, "members": members}


class UnmergeIn(Schema):
    """A decision's ref, or a record's that one decision alone holds; and why."""

    ref: str = Field(..., max_length=64)
    reason: str = Field(..., min_length=1, max_length=1000)


@router.post("/registry/unmerge", response=MergedOut, operation_id="unmerge_entities", summary="Take a merge back")
def unmerge_records(request: HttpRequest, said: Body[UnmergeIn]) -> dict[str, Any]:
    """In any order: who is read as whom follows from what still stands."""
    under, members = unmerge(ref=said.ref, by=writer(request), reason=said.reason)
    return {"canonical": under, "members": members}
