"""The JSON door of the library."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.scratch import scratch
from tidewaiter.library.actions import Written, move, read_item, write
from tidewaiter.library.as_read import digest_of, must_be_as_read
from tidewaiter.library.files import attach_file, file_of_item
from tidewaiter.library.models import Item
from tidewaiter.library.pictures import attach_picture, bytes_of
from tidewaiter.library.policy import MAY, works_here
from tidewaiter.library.queries import item_named, linked_cases, sought_items
from tidewaiter.library.views import feed
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["library"])


class TextOut(Schema):
    """Title and text in one language: paragraphs, `## ` headings, `- ` lists."""

    title: str = Field(..., max_length=200)
    body: str = Field("", max_length=40_000)


class ItemIn(Schema):
    """An item as it is written."""

    kind: str = Field(..., max_length=20, description="a code of the list library_kind")
    topic: str = Field("", max_length=20, description="of an alert, a code of the list alert_topic")
    texts: dict[str, TextOut]
    commodity: str = Field("", max_length=3)
    countries: list[str] = Field([], max_length=60)
    valid_from: date | None = None
    valid_to: date | None = None
    audience: str = Field(
        "members",
        max_length=10,
        description="country, region, members, partners or partner; within a nation country, agencies or members",
    )
    agencies: list[str] = Field([], max_length=60, description="codes of administrations, for the audience agencies")
    partners: list[str] = Field(
        [], max_length=60, description="accounts of other agencies of a nation, for the audience agencies"
    )
    partner: str = Field("", max_length=150)
    handling: str = Field("AMBER", max_length=12, description="TLP 2.0, a code of the list handling")
    link: str = Field("", max_length=500)
    cases: list[str] = Field([], max_length=60)


class PictureOut(Schema):
    """A picture of an item."""

    file: str
    caption: str


class ItemFileOut(Schema):
    """A file of an item."""

    file: str
    name: str
    type: str
    size: int


class ItemOut(ItemIn):
    """An item as its reader sees it; `cases` are those they see."""

    pictures: list[PictureOut]
    files: list[ItemFileOut]

    ref: str
    status: str
    administration: str
    published_at: datetime | None
    digest: str = Field(..., description="SHA-256 of what the item says: what a decision about it must name")


def _out(item: Item, cases: list[str], by: Actor) -> dict[str, Any]:
    names = (
        "ref",
        "kind",
        "topic",
        "status",
        "administration",
        "commodity",
        "countries",
        "valid_from",
        "valid_to",
        "audience",
        "partner",
        "handling",
        "link",
        "published_at",
        "pictures",
        "files",
    )
    texts = {one.lang: {"title": one.title, "body": one.body} for one in item.texts.all()}
    own = works_here(by)  # who else reads it is for the nation's own to know
    named = {"agencies": item.agency_codes if own else [], "partners": item.partner_names if own else []}
    found = {name: getattr(item, name) for name in names} | named
    return found | {"texts": texts, "cases": cases, "digest": digest_of(item)}


class ItemsAsked(Schema):
    """Which items."""

    q: str = Field("", max_length=200)
    kind: list[str] = []
    status: list[str] = []
    limit: int = Field(50, ge=1, le=200)


@router.get("/library", response=list[ItemOut], operation_id="list_items", summary="Items of the library")
def listed_items(request: HttpRequest, asked: Query[ItemsAsked]) -> list[dict[str, Any]]:
    """Those one may read, newest first; without `status` those that are published and still hold."""
    by = reader(request)
    known_only(request, ItemsAsked.model_fields)
    wanted = {
        name: value
        for name, value in (("q", [asked.q] if asked.q else []), ("kind", asked.kind), ("status", asked.status or []))
        if value
    }
    if not asked.status:
        wanted["current"] = ["1"]
    return [_out(item, [], by) for item in sought_items(by, wanted)[: asked.limit]]


@router.get(
    "/library/feed.atom",
    operation_id="library_feed",
    summary="The library as an Atom feed",
    openapi_extra={"responses": {200: {"description": "Atom", "content": {"application/atom+xml": {}}}}},
)
def program_feed(request: HttpRequest) -> HttpResponse:
    """The fifty latest items one may read."""
    by = reader(request)
    known_only(request, ())
    return feed(request, by)


@router.post("/library", response={201: ItemOut}, operation_id="write_item", summary="Write an item")
def written_item(request: HttpRequest, said: Body[ItemIn]) -> Status[dict[str, Any]]:
    """A draft, until it is submitted and the regional office approves it."""
    by = writer(request)
    item = write(said=_written(said), by=by)
    return Status(201, _out(item, [case.ref for case in linked_cases(item, by)], by))


def _written(said: ItemIn) -> Written:
    fields = said.model_dump(exclude={"texts"})
    return Written(texts={lang: (one.title, one.body) for lang, one in said.texts.items()}, **fields)


@router.get("/library/{ref}", response=ItemOut, operation_id="get_item", summary="One item")
def one_item(request: HttpRequest, ref: str) -> dict[str, Any]:
    """As its reader sees it."""
    by = reader(request)
    known_only(request, ())
    item = item_named(by, ref)
    return _out(item, [case.ref for case in linked_cases(item, by)], by)


class ItemVersionIn(Schema):
    """What a decision is about, as the GET of the item gives it; where the item says
    something else by now it is answered 409.
    """

    digest: str = Field(..., min_length=1, max_length=64)


class Why(ItemVersionIn):
    """Why it is sent back or withdrawn, and what is."""

    reason: str = Field("", max_length=1000)


def _moved(request: HttpRequest, ref: str, deed: str, digest: str | None, reason: str = "") -> dict[str, Any]:
    by = writer(request)
    item = item_named(by, ref)
    MAY[deed](by, item)
    if digest is not None:
        must_be_as_read(item, digest)
    move(item=item, deed=deed, by=by, reason=reason)
    return {"ref": ref}


class ItemRefOut(Schema):
    """The item that was changed."""

    ref: str


@router.post(
    "/library/{ref}/submit",
    response=ItemRefOut,
    operation_id="submit_item",
    summary="Hand an item to the regional office",
)
def submit_item(request: HttpRequest, ref: str) -> dict[str, Any]:
    """A draft of one's own administration; the office reads what it says then, so nothing need be named."""
    return _moved(request, ref, "submit", None)


@router.post("/library/{ref}/publish", response=ItemRefOut, operation_id="publish_item", summary="Publish an item")
def publish_item(request: HttpRequest, ref: str, about: Body[ItemVersionIn]) -> dict[str, Any]:
    """As the regional office, never of one's own country."""
    return _moved(request, ref, "publish", about.digest)


@router.post(
    "/library/{ref}/send_back", response=ItemRefOut, operation_id="send_item_back", summary="Send an item back"
)
def send_item_back(request: HttpRequest, ref: str, said: Body[Why]) -> dict[str, Any]:
    """With the reason."""
    return _moved(request, ref, "send_back", said.digest, said.reason)


@router.post("/library/{ref}/withdraw", response=ItemRefOut, operation_id="withdraw_item", summary="Withdraw an item")
def withdraw_item(request: HttpRequest, ref: str, said: Body[Why]) -> dict[str, Any]:
    """With the reason; that is its end."""
    return _moved(request, ref, "withdraw", said.digest, said.reason)


@router.post(
    "/library/{ref}/read", response=ItemRefOut, operation_id="read_item", summary="Say that one has read an item"
)
def has_read(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Once; again changes nothing."""
    by = writer(request)
    read_item(item=item_named(by, ref), by=by)
    return {"ref": ref}


_PICTURE = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}


class Caption(Schema):
    """What the picture shows, in words."""

    caption: str = Field(..., min_length=1, max_length=300)


@router.post(
    "/library/{ref}/pictures",
    response={201: PictureOut},
    operation_id="attach_picture",
    summary="Attach a picture to a draft",
    openapi_extra={"requestBody": {"required": True, "content": _PICTURE}},
)
def attached_picture(request: HttpRequest, ref: str, said: Query[Caption]) -> Status[dict[str, str]]:
    """The picture's bytes as the body, 20 MiB at most."""
    by = writer(request)
    known_only(request, Caption.model_fields)
    with scratch() as folder:
        path = folder / "picture"
        path.write_bytes(request.body)
        digest = attach_picture(item=item_named(by, ref), path=path, caption=said.caption, by=by)
    return Status(201, {"file": digest, "caption": said.caption})


@router.get(
    "/library/{ref}/pictures/{digest}",
    operation_id="get_item_picture",
    summary="A picture of an item",
    openapi_extra={"responses": {200: {"description": "JPEG", "content": _PICTURE}}},
)
def program_picture(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """Whole, for those who read the item."""
    by = reader(request)
    known_only(request, ())
    return HttpResponse(bytes_of(item_named(by, ref), digest, small=False, by=by), content_type="image/jpeg")


class FileName(Schema):
    """What the file is called."""

    name: str = Field(..., min_length=1, max_length=150)


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/library/{ref}/files",
    response={201: ItemFileOut},
    operation_id="attach_item_file",
    summary="Attach a file to a draft",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def attached_file(request: HttpRequest, ref: str, said: Query[FileName]) -> Status[dict[str, Any]]:
    """The file's bytes as the body. A node that holds no names keeps none: it cannot judge what is in it."""
    by = writer(request)
    known_only(request, FileName.model_fields)
    with scratch() as folder:
        path = folder / "file"
        path.write_bytes(request.body)
        return Status(201, attach_file(item=item_named(by, ref), path=path, name=said.name, by=by))


@router.get(
    "/library/{ref}/files/{digest}",
    operation_id="get_item_file",
    summary="A file of an item",
    openapi_extra={"responses": {200: {"description": "The file", "content": _BYTES}}},
)
def program_item_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """For those who read the item."""
    by = reader(request)
    known_only(request, ())
    content, file = file_of_item(item_named(by, ref), digest)
    return attached(HttpResponse(content, content_type="application/octet-stream"), file["name"])
