"""The JSON door of intake: many cases in one request."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.cases.policy import INT, may_file
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import carried_file
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.slots import heavy_page, waited_for
from tidewaiter.intake.actions import forget_upload, keep_upload, readable, receive, take_in
from tidewaiter.intake.at_once import is_small
from tidewaiter.intake.mapping.helper import EncodingUnsure, FormUnsure, country_of, form_for, look, proposed
from tidewaiter.intake.mending.cell_proposals import Taken
from tidewaiter.intake.mending.filling import filled_in, hidden_answer, rejected_file_answer
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.proposals.writing import mapping_text
from tidewaiter.intake.proposing import proposal_document
from tidewaiter.intake.queries import answer_of, mapping_named, receipt_by_ref
from tidewaiter.intake.reading.readers import channel_of
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import Progress, enqueue, may_wait
from tidewaiter.people.tokens import Bearer, TokenHolder, reader, writer

router = Router(tags=["cases"])
LARGEST = 20 * 1024**2


class BatchAsked(Schema):
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


class CarriedOut(Schema):
    """What became of a file that is no table of cases: a saved queue of an off-line desk. It is done when this is
    answered, and has no receipt to ask for; `receipts` are the node's, signed, for the device to delete what it sent.
    """

    receipt: str
    state: str = "done"
    rows: int
    cases: int
    accepted: int
    rejected: int
    unchanged: int
    changed: int
    skipped: int
    errors: list[dict[str, Any]]
    receipts: list[str] = []


class Brought(Schema):
    """How to take a file."""

    name: str = Field("file", max_length=200)
    mapping: str = Field("", max_length=80)
    submit: bool = False
    keep_duplicates: bool = False


@router.post(
    "/cases/batch",
    response={200: BatchOut, 202: ReceiptOut},
    operation_id="draft_batch",
    summary="Bring many cases, one JSON record a line",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}
    },
)
def draft_batch(request: HttpRequest, asked: Query[BatchAsked]) -> HttpResponse | Status[dict[str, Any]]:
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
    "/receipts",
    response={200: CarriedOut, 201: ReceiptOut, 202: ReceiptOut},
    operation_id="bring_file",
    summary="Bring a file of cases",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def bring_file(request: HttpRequest, asked: Query[Brought]) -> HttpResponse | Status[dict[str, Any]]:
    """A workbook, CSV, XML, JSON or lines of JSON, known by its content; `mapping` names one that the node has.

    What unpacks to some hundred rows is taken at once (201); up to 20 MiB wait for their
    turn (202): ask for the receipt again. A saved queue of an off-line desk is taken as it is, at once (200).
    """
    by = writer(request)
    may_file(by, by.administration_code)
    if len(request.body) > LARGEST:
        return problem(413, "too_large", _("The file is larger than 20 MiB: send it in parts."))
    if (answer := _carried(request.body, by)) is not None:
        return Status(200, answer)
    mapping = mapping_named(by, asked.mapping)
    options = {"submit": asked.submit, "keep_duplicates": asked.keep_duplicates, "channel": ""}
    receipt, now = _received(request.body, asked.name, mapping, options, by)
    return Status(201 if now else 202, _receipt(receipt))


def _carried(body: bytes, by: TokenHolder) -> dict[str, Any] | None:
    """What another room makes of a file that is no table of cases; None where it is one."""
    with scratch() as folder:
        path = folder / "carried"
        path.write_bytes(body)
        carried = carried_file(path)
        return carried.take(path, by) if carried else None


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
    return rejected_file_answer(receipt_by_ref(reader(request), ref))


@router.post(
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


class Looking(Schema):
    """What is known of a file that is to be mapped."""

    form: str = Field("", max_length=20, description="the commodity's code; told by the goods where it is not given")
    country: str = Field("", max_length=80, description="whose file it is; else that of one's administration")
    encoding: str = Field("", max_length=40, description="where the file's own is not told for sure")


class MappingQuestionOut(Schema):
    """What the file does not tell: about a field, or `key`, `sheet`, `unit`; a sentence; what may be said."""

    about: str
    why: str
    choices: list[str]


class MappingOut(Schema):
    """A mapping to begin with, and why."""

    form: str
    mapping: str = Field(description="the mapping file (TOML); what a person must say stands above it as comments")
    columns: dict[str, str] = Field(description="source column, or a text with {columns}, by field")
    sure: dict[str, float] = Field(description="how sure each field is, 0 to 1")
    constants: dict[str, str]
    key: list[str] = Field(description="columns that say which case a row is, where no column is a reference")
    lines: list[dict[str, str]]
    why: dict[str, str] = Field(description="a sentence by column")
    asked: list[MappingQuestionOut]
    seconds: float


@router.post(
    "/mappings/propose",
    response=MappingOut,
    operation_id="propose_mapping",
    summary="A mapping for a foreign file",
    auth=Bearer(scope="read"),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def propose_for_file(request: HttpRequest, asked: Query[Looking]) -> HttpResponse | dict[str, Any]:
    """A workbook, CSV or flat JSON as the body, 20 MiB at most: it is looked at and not kept. What the
    page and `propose_mapping` would propose. Where the file does not tell its encoding or its
    commodity, 422 says which to choose.
    """
    by = reader(request)
    may_file(by, by.administration_code)
    known_only(request, Looking.model_fields)
    if len(request.body) > LARGEST:
        return problem(413, "too_large", _("The file is larger than 20 MiB: send its first rows."))
    began = time.perf_counter()
    country = country_of(asked.country) or ("" if by.administration_code == INT else by.administration_code)
    with heavy_page(by.username), scratch() as folder:
        path = folder / "foreign"
        path.write_bytes(request.body)
        try:
            looked = look(path, country=country, encoding=asked.encoding)
            answer = proposed(looked, form_for(looked, asked.form), country)
        except EncodingUnsure as unsure:
            return _to_choose("encoding", unsure, [f"{name}: {line}" for name, line in unsure.choices])
        except FormUnsure as unsure:
            return _to_choose("form", unsure, unsure.choices)
    text = mapping_text(answer.mapping, answer.questions)
    return {**proposal_document(answer, time.perf_counter() - began), "mapping": text}


def _to_choose(parameter: str, unsure: BadInput, choices: list[str]) -> HttpResponse:
    """422 for what the file does not tell: which parameter says it, and what may be said."""
    error = {"field": parameter, "code": unsure.code, "message": unsure.sentence, "proposals": choices}
    return problem(422, unsure.code, unsure.sentence, [error])
