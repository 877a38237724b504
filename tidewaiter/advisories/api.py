"""The JSON door of warnings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Status

from tidewaiter.advisories import actions, policy
from tidewaiter.advisories.api_schemas import (
    AcknowledgedIn,
    BroughtAsked,
    CollectionOut,
    DraftNamedIn,
    ReachOut,
    ReasonIn,
    RevisionIn,
    StixBroughtOut,
    WarningIn,
    WarningMadeOut,
    WarningOut,
    WarningRowOut,
    WarningsAsked,
    WarningSightingIn,
    WarningSightingOut,
)
from tidewaiter.advisories.marks import TLP
from tidewaiter.advisories.models import Advisory
from tidewaiter.advisories.presenters import advisory_out, reach_out, row_out, sighting_out
from tidewaiter.advisories.queries import (
    advisories_in,
    advisory_named,
    collection_named,
    sighting_named,
    visible_collections,
)
from tidewaiter.advisories.stix.writing import bundle_of
from tidewaiter.advisories.views import sighted
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["advisories"])
_STIX = {"application/stix+json;version=2.1": {"schema": {"type": "object"}}}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/advisories", response=list[WarningRowOut], operation_id="list_warnings", summary="Warnings")
def list_warnings(request: HttpRequest, asked: Query[WarningsAsked]) -> list[dict[str, Any]]:
    """Those that one sees, the last changed first."""
    by = reader(request)
    known_only(request, WarningsAsked.model_fields)
    return [row_out(one) for one in advisories_in(asked.box, by, words=asked.q, most=asked.limit)]


def _said(said: WarningIn) -> dict[str, Any]:
    return said.model_dump(exclude={"collection"})


def _made(one: Advisory) -> Status[dict[str, Any]]:
    return Status(201, {"ref": one.ref, "number": one.number, "state": one.state})


@router.post("/advisories", response={201: WarningMadeOut}, operation_id="warn", summary="Publish a warning")
def warned(request: HttpRequest, said: Body[WarningIn]) -> Status[dict[str, Any]]:
    """Written and published at once, by whoever publishes in its collection."""
    by = writer(request)
    return _made(actions.warn(collection=collection_named(by, said.collection), said=_said(said), by=by))


@router.post(
    "/advisories/drafts", response={201: WarningMadeOut}, operation_id="draft_warning", summary="Hand in a draft"
)
def drafted_warning(request: HttpRequest, said: Body[WarningIn]) -> Status[dict[str, Any]]:
    """By whoever reads the collection; those who publish in it look at it."""
    by = writer(request)
    return _made(actions.draft_warning(collection=collection_named(by, said.collection), said=_said(said), by=by))


@router.get(
    "/advisories/collections", response=list[CollectionOut], operation_id="list_collections", summary="Collections"
)
def list_collections(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that one reads, and up to which mark."""
    by = reader(request)
    known_only(request, ())
    may = policy.access(by)
    return [
        {
            "id": str(one.pk),
            "code": one.code,
            "title": one.title,
            "ceiling": TLP[may[one.pk].rank],
            "writes": may[one.pk].writes,
            "objects_until": one.last_added,
        }
        for one in visible_collections(by).order_by("code")
        if one.pk in may
    ]


@router.post(
    "/advisories/import",
    response=StixBroughtOut,
    operation_id="import_stix",
    summary="Bring a bundle or an event",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def brought_stix(request: HttpRequest, asked: Query[BroughtAsked]) -> dict[str, Any]:
    """A bundle of STIX 2.1, or an event of MISP, as the body: what was taken, and what was lost."""
    by = writer(request)
    known_only(request, BroughtAsked.model_fields)
    if asked.default not in TLP:
        raise BadInput("default", ", ".join(TLP))
    document = read_json(request.body)
    collection = collection_named(by, asked.collection)
    return actions.bring(collection=collection, document=document, default=asked.default, by=by).answer()


@router.post(
    "/advisories/sightings/{ref}/withdraw",
    response=WarningSightingOut,
    operation_id="withdraw_sighting",
    summary="Take a sighting back",
)
def withdrawn_sighting(request: HttpRequest, ref: str) -> dict[str, Any]:
    """By whoever told it; machines get it revoked."""
    by = writer(request)
    return sighting_out(actions.withdraw_sighting(sighting=sighting_named(by, ref), by=by))


@router.get("/advisories/{ref}", response=WarningOut, operation_id="get_warning", summary="One warning")
def get_warning(request: HttpRequest, ref: str) -> dict[str, Any]:
    """By its ref, its number or the id of its report; that it was read is written down."""
    by = reader(request)
    known_only(request, ())
    one = advisory_named(by, ref)
    actions.read_warning_of(advisory=one, by=by)
    return advisory_out(one, by)


@router.get(
    "/advisories/{ref}/bundle",
    operation_id="get_warning_bundle",
    summary="One warning as STIX 2.1",
    openapi_extra={"responses": {200: {"description": "A bundle", "content": _STIX}}},
)
def get_bundle(request: HttpRequest, ref: str) -> HttpResponse:
    """A valid bundle of its own."""
    by = reader(request)
    known_only(request, ())
    body = canonical(bundle_of(advisory_named(by, ref)))
    return HttpResponse(body, content_type="application/stix+json;version=2.1")


@router.post(
    "/advisories/{ref}/publish", response=WarningRowOut, operation_id="publish_warning", summary="Publish a draft"
)
def published_warning(request: HttpRequest, ref: str, about: Body[DraftNamedIn]) -> dict[str, Any]:
    """As it was read, where the draft is named."""
    by = writer(request)
    return row_out(actions.publish_warning(advisory=advisory_named(by, ref), draft=about.draft, by=by))


@router.post(
    "/advisories/{ref}/revise", response=WarningRowOut, operation_id="revise_warning", summary="Publish a new version"
)
def revised_warning(request: HttpRequest, ref: str, said: Body[RevisionIn]) -> dict[str, Any]:
    """Every reader of the older one is told."""
    by = writer(request)
    one = advisory_named(by, ref)
    return row_out(actions.revise(advisory=one, said=said.said, note=said.note, draft=said.draft, by=by))


@router.post("/advisories/{ref}/revoke", response=WarningRowOut, operation_id="revoke_warning", summary="Take it back")
def revoked_warning(request: HttpRequest, ref: str, said: Body[ReasonIn]) -> dict[str, Any]:
    """With the reason; every reader is told."""
    by = writer(request)
    return row_out(actions.revoke(advisory=advisory_named(by, ref), reason=said.reason, by=by))


@router.post(
    "/advisories/{ref}/decline", response=WarningRowOut, operation_id="decline_warning", summary="Decline a draft"
)
def declined_warning(request: HttpRequest, ref: str, said: Body[ReasonIn]) -> dict[str, Any]:
    """With the reason; its author is told."""
    by = writer(request)
    return row_out(actions.decline(advisory=advisory_named(by, ref), reason=said.reason, by=by))


@router.post(
    "/advisories/{ref}/acknowledge",
    response=ReachOut,
    operation_id="acknowledge_warning",
    summary="Say what it is to one's country",
)
def acknowledged_warning(request: HttpRequest, ref: str, said: Body[AcknowledgedIn]) -> dict[str, Any]:
    """It does not concern us, it concerns us, handled."""
    by = writer(request)
    one = advisory_named(by, ref)
    return reach_out(actions.acknowledge(advisory=one, state=said.state, note=said.note, by=by))


@router.post(
    "/advisories/{ref}/sightings",
    response={201: WarningSightingOut},
    operation_id="sight_warning",
    summary="Tell a sighting",
)
def sighted_warning(request: HttpRequest, ref: str, said: Body[WarningSightingIn]) -> Status[dict[str, Any]]:
    """Of one of its indicators, or of the whole."""
    by = writer(request)
    words = {name: "" if value is None else str(value) for name, value in said.model_dump().items()}
    return Status(201, sighting_out(sighted(advisory_named(by, ref), by, words)))
