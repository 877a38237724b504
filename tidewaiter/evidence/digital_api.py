"""The JSON door of digital evidence: bringing large files piece by piece, acquisitions, reading an image again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Field, Query, Router, Schema, Status

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.acquisitions import verify_image
from tidewaiter.evidence.actions.bringing import add_piece, begin_upload
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.digital_views import acquisition_named
from tidewaiter.evidence.models import Acquisition, Upload
from tidewaiter.evidence.queries import exhibit_named, visible_exhibits
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


class EvidenceUploadIn(Schema):
    """What will come."""

    name: str = Field(max_length=200)
    size: int = Field(ge=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class EvidenceUploadOut(Schema):
    """How much of a file has come."""

    ref: str
    size: int
    received: int
    done: bool
    sha256: str


class PieceAsked(Schema):
    """Where a piece begins."""

    offset: int = Field(ge=0)


class AcquisitionOut(Schema):
    """An acquisition."""

    ref: str
    method: str
    role: str
    tool: str
    version: str
    sha256: str
    size: int
    kept_in: str
    where: str
    manifest: str
    manifest_files: int
    manifest_bytes: int
    acquired_at: datetime
    verified_at: datetime | None = None
    result: str


class ImageVerifyIn(Schema):
    """Of an image that the node cannot read: the digest that was read where it lies."""

    sha256: str = Field("", max_length=64)


class ImageVerifiedOut(Schema):
    """What reading an image again has shown."""

    result: str
    sha256: str
    at: datetime


def upload_named(by: Actor, ref: str) -> Upload:
    """One's own file that is being brought. Raises `Missing`."""
    found = Upload.objects.filter(pk=ref, by=by.username, exhibit__in=visible_exhibits(by)).first()
    if found is None:
        raise Missing("no_upload", _("There is no such file of yours."))
    return found


@router.post(
    "/evidence/exhibits/{ref}/uploads",
    response={201: EvidenceUploadOut},
    operation_id="begin_evidence_upload",
    summary="Say which large file will come",
)
def begun_evidence_upload(request: HttpRequest, ref: str, said: Body[EvidenceUploadIn]) -> Status[Any]:
    """Its pieces follow, each with the offset at which it begins."""
    by = of_the_room(writer(request))
    return Status(201, begin_upload(exhibit=exhibit_named(by, ref), by=by, **said.model_dump()))


@router.get(
    "/evidence/uploads/{ref}",
    response=EvidenceUploadOut,
    operation_id="get_evidence_upload",
    summary="How much has come",
)
def one_evidence_upload(request: HttpRequest, ref: str) -> Upload:
    """Go on from `received`."""
    return upload_named(of_the_room(reader(request)), ref)


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/evidence/uploads/{ref}/pieces",
    response=EvidenceUploadOut,
    operation_id="bring_evidence_piece",
    summary="Bring the bytes that follow",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def brought_evidence_piece(request: HttpRequest, ref: str, asked: Query[PieceAsked]) -> Upload:
    """The last piece ends it: what came is kept if it is what its digest says."""
    by = of_the_room(writer(request))
    return add_piece(upload=upload_named(by, ref), offset=asked.offset, piece=request.body, by=by)


@router.get(
    "/evidence/exhibits/{ref}/acquisitions",
    response=list[AcquisitionOut],
    operation_id="list_acquisitions",
    summary="What was acquired of an exhibit",
)
def list_acquisitions(request: HttpRequest, ref: str) -> list[Acquisition]:
    """The last first; a new one is an event of kind `acquire`."""
    by = of_the_room(reader(request))
    return list(exhibit_named(by, ref).acquisitions.order_by("-acquired_at")[:200])


@router.post(
    "/evidence/exhibits/{ref}/acquisitions/{acquisition}/verify",
    response=ImageVerifiedOut,
    operation_id="verify_image",
    summary="Read an image again",
)
def verified_image(request: HttpRequest, ref: str, acquisition: str, said: Body[ImageVerifyIn | None]) -> Any:
    """`whole changed gone told`."""
    by = of_the_room(writer(request))
    exhibit = exhibit_named(by, ref)
    policy.may_test(by, exhibit)
    told = said.sha256.lower() if said else ""
    return verify_image(acquisition=acquisition_named(exhibit, acquisition), by=by, told_sha256=told)
