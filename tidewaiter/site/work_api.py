"""The JSON door of work that takes time: one's own, in words and numbers, never its content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema

from tidewaiter.foundation.doors import known_only
from tidewaiter.jobs.actions import cancel
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.queries import job_by_ref, own_jobs, places
from tidewaiter.jobs.results import result_of
from tidewaiter.jobs.views import taken_away
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["work"])
SHOWN = 100


class JobOut(Schema):
    """A piece of work: `state` is queued, running, done, failed or cancelled; `before` says how many come before it.

    `share` (0 to 100) is nothing where only doing it would tell.
    """

    ref: str
    kind: str
    subject: str
    lane: str
    state: str
    before: int | None
    step: str
    share: int | None
    seconds: int
    why: str
    asked_by: str
    administration: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result_name: str
    result_size: int
    result_until: datetime | None


def said(job: Job, before: int | None) -> dict[str, Any]:
    """A job as `JobOut`."""
    own = ("before", "share", "why")
    plain = {name: getattr(job, name) for name in JobOut.model_fields if name not in own}
    return plain | {"before": before, "share": job.share if job.total else None, "why": job.reason}


@router.get("/jobs", response=list[JobOut], operation_id="list_jobs", summary="Work that one asked for")
def list_jobs(request: HttpRequest) -> list[dict[str, Any]]:
    """One's own, the latest hundred; through a token a steward too sees their own alone."""
    known_only(request, ())
    jobs = list(own_jobs(reader(request))[:SHOWN])
    before = places(jobs)
    return [said(job, before.get(job.ref)) for job in jobs]


@router.get("/jobs/{ref}", response=JobOut, operation_id="get_job", summary="How far a piece of work is")
def get_job(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its place while it waits, its step and share while it is done."""
    job = job_by_ref(reader(request), ref)
    return said(job, places([job]).get(ref))


@router.get(
    "/jobs/{ref}/result",
    operation_id="job_result",
    summary="The file that a piece of work has made",
    openapi_extra={"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}},
)
def result_file(request: HttpRequest, ref: str) -> FileResponse:
    """For whoever asked for it, until `result_until`."""
    return taken_away(*result_of(reader(request), ref))


@router.post("/jobs/{ref}/cancel", response=JobOut, operation_id="stop_job", summary="Take work back")
def stop_job(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its process is ended within two seconds, and what it left half done is put away."""
    by = writer(request)
    job = job_by_ref(by, ref)
    cancel(job=job, by=by)
    job.refresh_from_db()
    return said(job, None)
