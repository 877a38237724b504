"""The JSON door of search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.photo_wall import page_of_photos, photos_of
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.scratch import scratch
from tidewaiter.people.tokens import Bearer, reader, writer
from tidewaiter.search import actions, linking
from tidewaiter.search.models import Watch
from tidewaiter.search.pictures import must_have_details, photos_like
from tidewaiter.search.queries import watches_of
from tidewaiter.search.similar import reasons, similar_to
from tidewaiter.vault.actions import hashes_of_file

router = Router(tags=["search"])


class AlikeOut(Schema):
    """A case like another, how like it is, and what both share."""

    ref: str
    national_ref: str
    country: str
    form: str
    likeness: float
    shared: list[str]


@router.get("/cases/{ref}/similar", response=list[AlikeOut], operation_id="similar_cases", summary="Cases like one")
def alike_cases(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """By goods, route, concealment, conveyance and text; the most alike first, of those one sees."""
    by = reader(request)
    known_only(request, ())
    return [
        {
            "ref": one.case.ref,
            "national_ref": one.case.national_ref,
            "country": one.case.country,
            "form": one.case.form,
            "likeness": one.score,
            "shared": reasons(one, "en"),
        }
        for one in similar_to(case_by_ref(by, ref), by)
    ]


class CaseLinkIn(Schema):
    """How a case belongs to another."""

    other: str = Field(..., max_length=64, description="the reference of the other case")
    kind: str = Field(..., max_length=40, description="a code of the list link_kind")
    reason: str = Field("", max_length=500)


class CaseLinkOut(Schema):
    """A linked case; `kind` is `record` where the record itself names it."""

    ref: str
    national_ref: str
    kind: str
    reason: str
    by: str


def _links(case: Case, by: Actor) -> list[dict[str, Any]]:
    return [
        {
            "ref": row.case.ref,
            "national_ref": row.case.national_ref,
            "kind": row.kind,
            "reason": row.reason,
            "by": row.by,
        }
        for row in linking.linked_to(case, by)
    ]


@router.get("/cases/{ref}/links", response=list[CaseLinkOut], operation_id="list_links", summary="Cases linked to one")
def links_of(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """Of those one sees."""
    by = reader(request)
    known_only(request, ())
    return _links(case_by_ref(by, ref), by)


@router.post("/cases/{ref}/links", response=list[CaseLinkOut], operation_id="link_cases", summary="Link two cases")
def new_link(request: HttpRequest, ref: str, said: Body[CaseLinkIn]) -> list[dict[str, Any]]:
    """Both must be cases one sees. One's own link again changes its reason; another's stays as it is."""
    by = writer(request)
    case = case_by_ref(by, ref)
    linking.link(one=case, other=case_by_ref(by, said.other), kind=said.kind, reason=said.reason, by=by)
    return _links(case, by)


@router.delete(
    "/cases/{ref}/links/{other}/{kind}", response={204: None}, operation_id="unlink_cases", summary="Take a link away"
)
def end_link(request: HttpRequest, ref: str, other: str, kind: str) -> Status[None]:
    """One's own links; a link that is not there is answered 404."""
    by = writer(request)
    linking.unlink(one=case_by_ref(by, ref), other=case_by_ref(by, other), kind=kind, by=by)
    return Status(204, None)


class PhotoOut(Schema):
    """A photo of a case."""

    ref: str
    digest: str
    caption: str
    shows: str
    tags: str
    blurred: bool
    likeness: int | None = None


class Wall(Schema):
    """Which photos."""

    q: str = Field("", max_length=300)
    form: list[str] = []
    country: list[str] = []
    shows: list[str] = []
    tag: str = Field("", max_length=40)
    before: str = Field("", max_length=200, description="`next_before` of the page before")
    limit: int = Field(60, ge=1, le=200)


class WallOut(Schema):
    """A page of photos, newest first, and where the next begins."""

    photos: list[PhotoOut]
    next_before: str | None


@router.get("/photos", response=WallOut, operation_id="list_photos", summary="Photos of cases one sees")
def all_photos(request: HttpRequest, asked: Query[Wall]) -> dict[str, Any]:
    """Newest first; follow `next_before`."""
    by = reader(request)
    known_only(request, Wall.model_fields)
    said = asked.model_dump(exclude={"before", "limit"})
    wanted = {name: value if isinstance(value, list) else [value] for name, value in said.items() if value}
    rows, following = page_of_photos(photos_of(by, wanted), asked.before, asked.limit)
    return {"photos": [_photo(row) for row in rows], "next_before": following or None}


def _photo(photo: Any, likeness: int | None = None) -> dict[str, Any]:
    return {
        "ref": photo.case.ref,
        "digest": photo.digest,
        "caption": photo.caption,
        "shows": photo.shows,
        "tags": photo.tags,
        "blurred": bool(photo.blurred),
        "likeness": likeness,
    }


@router.post(
    "/photos/like",
    response=list[PhotoOut],
    operation_id="photos_like",
    summary="Photos like one that is sent",
    auth=Bearer(scope="read"),
    openapi_extra={
        "requestBody": {"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def like_photo(request: HttpRequest) -> list[dict[str, Any]]:
    """The picture's bytes as the body, 20 MiB at most; it is looked at and not kept. 422 `too_few_details`
    for one that is nearly all of one tone.
    """
    by = reader(request)
    with scratch() as folder:
        path = folder / "picture"
        path.write_bytes(request.body)
        hashes, quality = hashes_of_file(path=path)
    must_have_details(quality)
    return [_photo(one.photo, one.share) for one in photos_like(hashes, by)]


class WatchIn(Schema):
    """A search to be watched."""

    name: str = Field(..., max_length=60)
    query: str = Field(..., max_length=2000, description="as in the list's address: form=WPN&q=pump")


class WatchOut(WatchIn):
    """A watch, and of how many cases it has told that one still sees."""

    hits: int


@router.get("/watches", response=list[WatchOut], operation_id="list_watches", summary="What one watches")
def own_watches(request: HttpRequest) -> list[Watch]:
    """One's own alone."""
    by = reader(request)
    known_only(request, ())
    return watches_of(by)


@router.post("/watches", response={201: WatchOut}, operation_id="watch", summary="Watch a search")
def new_watch(request: HttpRequest, said: Body[WatchIn]) -> Status[Watch]:
    """One is told when a new case matches; the same name again changes the watch."""
    return Status(201, actions.watch(name=said.name, query=said.query, by=writer(request)))


@router.delete("/watches/{name}", response={204: None}, operation_id="unwatch", summary="End a watch")
def end_watch(request: HttpRequest, name: str) -> Status[None]:
    """One's own; one that is not there is ended already."""
    actions.unwatch(name=name, by=writer(request))
    return Status(204, None)
