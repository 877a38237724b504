"""The JSON door of intake: many cases in one request."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.cases.policy import may_file
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.slots import waited_for
from tidewaiter.intake.actions import forget_upload, keep_upload, readable, receive, take_in
from tidewaiter.intake.at_once import is_small
from tidewaiter.intake.cell_proposals import Taken
from tidewaiter.intake.filling import filled_in, hidden_answer, sheet_answer
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of, mapping_named, receipt_by_ref
from tidewaiter.intake.readers import channel_of
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import Progress, enqueue, may_wait
from tidewaiter.people.tokens import TokenHolder, reader, writer

router = Router(tags=["cases"])
LARGEST = 20 * 1024**2


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
    waiting: int = Field(description="rows that are read and not decided yet")
    findings: dict[str, int]
    errors: list[dict[str, Any]] = Field(description="the first 1,000, by row")
    error_counts: dict[str, int] = Field(description="how often each thing is wrong, by code, over all rows")
    rejected_file: str | None
    hidden: int = Field(description="stretches that were hidden because they may name somebody")
    hidden_until: str | None = Field(description="until when who brought the file can take the sheet of these, once")
    notes: dict[str, Any]


class ReceiptOut(BatchOut):
    """A receipt and how far it is: `staging` and `accepting` go on, `done`, `unreadable` and `stopped` are ends."""

    state: str
    why: str


class Brought(Schema):
    """How to take a file."""

    name: str = Field("file", max_length=200)
    mapping: str = Field("", max_length=80)
    submit: bool = False
    keep_duplicates: bool = False


@router.post(
    "/cases/batch", response={200: BatchOut, 202: ReceiptOut}, operation_id="draft_batch", summary="Bring many cases, one JSON record a line",
    openapi_extra={"requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)  # fmt: skip
def draft_batch(request: HttpRequest, asked: Query[Asked]) -> HttpResponse | Status[dict[str, Any]]:
    """Up to 20 MiB of case records, one a line. Good cases are taken, others are told; the same again changes nothing.

    Some hundred short lines are taken at once (200); more wait for their turn (202): ask for the receipt.
    """
    by = writer(request)
    may_file(by, by.administration_code)
    if len(request.body) > LARGEST:
        return problem(413, "too_large", _("The batch is larger than 20 MiB: send it in parts."))
    options = {"submit": asked.submit, "keep_duplicates": False, "channel": "api"}
    receipt, now = _received(request.body, "batch.ndjson", ("", ""), options, by)
    return Status(200, answer_of(receipt, _sheet_of(receipt))) if now else Status(202, _receipt(receipt))


@router.post(
    "/receipts", response={201: ReceiptOut, 202: ReceiptOut}, operation_id="bring_file", summary="Bring a file of cases",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def bring_file(request: HttpRequest, asked: Query[Brought]) -> HttpResponse | Status[dict[str, Any]]:
    """A workbook, CSV, XML, JSON or lines of JSON, known by its content; `mapping` names one that the node has.

    What unpacks to some hundred rows is taken at once (201); up to 20 MiB wait for their turn (202): ask for the
    receipt again.
    """
    by = writer(request)
    may_file(by, by.administration_code)
    if len(request.body) > LARGEST:
        return problem(413, "too_large", _("The file is larger than 20 MiB: send it in parts."))
    mapping = mapping_named(by, asked.mapping)
    options = {"submit": asked.submit, "keep_duplicates": asked.keep_duplicates, "channel": ""}
    receipt, now = _received(request.body, asked.name, mapping, options, by)
    return Status(201 if now else 202, _receipt(receipt))


def _received(
    body: bytes, name: str, mapping: tuple[str, str], options: dict[str, Any], by: TokenHolder
) -> tuple[Receipt, bool]:
    """A receipt, and whether it was taken in at once; else it waits in its lane. Raises `Refusal`.

    The threads that work are few: each person has one of them for this, and nothing is begun on it that takes long.
    """
    with waited_for(by.username) as free:
        now = free and is_small(body)
        if not now:
            may_wait(by=by)
        path = keep_upload(chunks=[body], size=len(body), by=by)
        with readable(path) as plain:
            options = options | {"channel": options["channel"] or channel_of(plain)}
        try:
            with transaction.atomic():
                receipt = receive(
                    path=path, name=name, mapping_text=mapping[1], mapping_name=mapping[0], options=options, by=by
                )
                if not now:
                    enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)
            if now:
                receipt = take_in(receipt=receipt, by=by, progress=Progress(None))
        except Refusal:
            forget_upload(path=str(path))
            raise
    return receipt, now


@router.get("/receipts/{ref}", response=ReceiptOut, operation_id="get_receipt", summary="How far a file is")
def get_receipt(request: HttpRequest, ref: str) -> dict[str, Any]:
    """The receipt of a file of one's own administration."""
    return _receipt(receipt_by_ref(reader(request), ref))


@router.get(
    "/receipts/{ref}/rejected_file",
    operation_id="get_rejected_file",
    summary="The rows to mend, as a file",
    openapi_extra={"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}},
)
def get_rejected_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The rows that must be mended, in the sender's own layout or in the template of the form, what is wrong marked;
    mended, it is brought again as it is, with the same mapping.
    """
    return sheet_answer(receipt_by_ref(reader(request), ref))


@router.get(
    "/receipts/{ref}/hidden",
    operation_id="take_hidden",
    summary="What was hidden of a file, once",
    openapi_extra={"responses": {200: {"description": "The sheet", "content": {"application/octet-stream": {}}}}},
)
def take_hidden_sheet(request: HttpRequest, ref: str) -> HttpResponseBase:
    """A workbook of the stretches that were hidden: row, field, sentence, what, why. It is given once, to who brought
    the file, and kept for less than an hour; then the answer is 410.
    """
    by = writer(request)
    return hidden_answer(receipt_by_ref(by, ref), by)


class Cell(Schema):
    """A proposal that is taken."""

    row: int = Field(..., ge=0, description="as in `errors`")
    column: str = Field(..., max_length=120)
    value: str = Field(..., max_length=200, description="one of what is proposed there")


class Cells(Schema):
    """Which proposals; without cells every one that needs no choosing."""

    cells: list[Cell] | None = Field(None, max_length=1000)


class Filled(ReceiptOut):
    """The receipt, and how many cells were filled in."""

    filled: int


@router.post(
    "/receipts/{ref}/take_proposals",
    response={200: Filled, 202: Filled},
    operation_id="take_proposals",
    summary="Fill in what is proposed",
)
def take_proposals_in(request: HttpRequest, ref: str, which: Body[Cells]) -> Status[dict[str, Any]]:
    """Wrong cells get the value that is proposed for them, and cases that are whole by that are taken in: at once
    (200), or where many wait by the worker (202).
    """
    by = writer(request)
    receipt = receipt_by_ref(by, ref)
    cells = None if which.cells is None else [Taken(one.row, one.column, one.value) for one in which.cells]
    filled, now = filled_in(receipt, by, cells)
    return Status(200 if now else 202, {**_receipt(receipt), "filled": filled})


def _sheet_of(receipt: Receipt) -> str | None:
    return f"/api/v1/receipts/{receipt.ref}/rejected_file" if receipt.rejected_digest else None


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {**answer_of(receipt, _sheet_of(receipt)), "state": receipt.state, "why": receipt.why}
