"""The JSON door of intake: many cases in one request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from tidewaiter.cases.policy import may_file
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.intake.actions import forget_upload, keep_upload, receive, take_in
from tidewaiter.intake.queries import answer_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.people.tokens import writer

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
    findings: dict[str, int]
    errors: list[dict[str, Any]]
    rejected_file: str | None


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
