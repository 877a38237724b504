"""The JSON door of intake: many cases in one request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tidewaiter.cases.policy import may_file
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.intake.actions import forget_upload, keep_upload, receive, take_in
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of, mapping_named, receipt_by_ref
from tidewaiter.intake.readers import channel_of
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import Progress, enqueue
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["cases"])
LARGEST = 20 * 1024**2
AT_ONCE = 2 * 1024**2


class Asked(Schema):
    """How to take the batch."""

    submit: bool = False


class BatchOut(Schema):
    """What became of the lines: the receipt of an import."""

    receipt: str
    rows: int
    cases: int
    accepted: int
    rejected: int
    unchanged: int
    changed: int
    skipped: int
    submitted: int
    findings: dict[str, int]
    errors: list[dict[str, Any]]
    rejected_file: str | None
    notes: dict[str, Any]


class ReceiptOut(BatchOut):
    """A receipt and how far it is: `staging` and `accepting` go on, `done` and `unreadable` are ends."""

    state: str
    why: str


class Brought(Schema):
    """How to take a file."""

    name: str = Field("file", max_length=200)
    mapping: str = Field("", max_length=80)
    submit: bool = False
    keep_duplicates: bool = False


@router.post(
    "/cases/batch", response={200: BatchOut}, operation_id="draft_batch", summary="Bring many cases, one JSON record a line",
    openapi_extra={"requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)  # fmt: skip
def draft_batch(request: HttpRequest, asked: Query[Asked]) -> HttpResponse | dict[str, Any]:
    """Up to 20 MiB of case records, one a line. Good cases are taken, others are told; the same again changes nothing."""
    by = writer(request)
    may_file(by, by.administration_code)
    body = request.body
    if len(body) > LARGEST:
        return problem(413, "too_large", _("The batch is larger than 20 MiB: send it in parts."))
    path = keep_upload(chunks=[body])
    try:
        options = {"submit": asked.submit, "keep_duplicates": False, "channel": "api"}
        receipt = receive(path=path, name="batch.ndjson", mapping_text="", mapping_name="", options=options, by=by)
        receipt = take_in(receipt=receipt, by=by, progress=Progress(None))
    except Refusal:
        forget_upload(path=str(path))
        raise
    return answer_of(receipt, None)


@router.post(
    "/receipts", response={201: ReceiptOut, 202: ReceiptOut}, operation_id="bring_file", summary="Bring a file of cases",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def bring_file(request: HttpRequest, asked: Query[Brought]) -> HttpResponse | tuple[int, dict[str, Any]]:
    """A workbook, CSV, XML, JSON or lines of JSON, known by its content; `mapping` names one that the node has.

    Up to 2 MiB are taken at once (201); up to 20 MiB wait for their turn (202): ask for the receipt again.
    """
    by = writer(request)
    may_file(by, by.administration_code)
    body = request.body
    if len(body) > LARGEST:
        return problem(413, "too_large", _("The file is larger than 20 MiB: send it in parts."))
    mapping_name, mapping_text = mapping_named(by, asked.mapping)
    path = keep_upload(chunks=[body])
    try:
        options = {"submit": asked.submit, "keep_duplicates": asked.keep_duplicates, "channel": channel_of(path)}
        receipt = receive(
            path=path, name=asked.name, mapping_text=mapping_text, mapping_name=mapping_name, options=options, by=by
        )
        if len(body) <= AT_ONCE:
            take_in(receipt=receipt, by=by, progress=Progress(None))
        else:
            enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)
    except Refusal:
        forget_upload(path=str(path))
        raise
    return (201 if len(body) <= AT_ONCE else 202), _receipt(receipt)


@router.get("/receipts/{ref}", response=ReceiptOut, operation_id="get_receipt", summary="How far a file is")
def get_receipt(request: HttpRequest, ref: str) -> dict[str, Any]:
    """The receipt of a file of one's own administration."""
    return _receipt(receipt_by_ref(reader(request), ref))


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {**answer_of(receipt, None), "state": receipt.state, "why": receipt.why}
