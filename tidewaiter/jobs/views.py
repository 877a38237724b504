"""The page of one's own work in progress, and for stewards that of everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.jobs import states
from tidewaiter.jobs.actions import cancel, watched
from tidewaiter.jobs.kinds import LANES, titles_of
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.queries import IN_TURN, counts, job_by_ref, own_jobs, places
from tidewaiter.jobs.results import opened, result_of

SHOWN = 50
OF_A_LANE = 200


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The last fifty pieces of work this person asked for; while some of it goes on, its table asks again."""
    by = actor_of(request)
    rows = _rows(own_jobs(by)[:SHOWN], by.username)
    shown = {"rows": rows, "address": request.path, "goes_on": _goes_on(rows)}
    return render(request, "jobs/_own.html" if request.headers.get("HX-Request") else "jobs/list.html", shown)


@require_GET
def all_jobs(request: HttpRequest) -> HttpResponse:
    """A steward's page: what is done in each lane, what waits in which place, what has failed; whose, never of what."""
    stewards_page(actor_of(request))
    lanes = []
    for lane in LANES:
        of_lane = Job.objects.filter(lane=lane)
        running = _rows(of_lane.filter(state=states.RUNNING).order_by("started_at")[:OF_A_LANE])
        waiting = _rows(of_lane.filter(state=states.QUEUED).order_by(*IN_TURN)[:OF_A_LANE])
        lanes.append({"name": lane, "rows": running + waiting, "running": len(running), "waiting": len(waiting)})
    failed = _rows(Job.objects.filter(state=states.FAILED).order_by("-ended_at")[:SHOWN])
    shown = {"lanes": lanes, "failed": failed, "counts": counts(), "address": request.path, "goes_on": True}
    return render(request, "jobs/_lanes.html" if request.headers.get("HX-Request") else "jobs/all.html", shown)


def _rows(found: Iterable[Job], own: str = "") -> list[dict[str, Any]]:
    jobs = list(found)
    before, titles = places(jobs), titles_of(jobs, own)
    return [{"job": job, "before": before.get(job.ref), "title": titles[job.ref]} for job in jobs]


def _goes_on(rows: list[dict[str, Any]]) -> bool:
    return any(row["job"].state in (states.QUEUED, states.RUNNING) for row in rows)


@require_GET
def job_page(request: HttpRequest, ref: str) -> HttpResponse:
    """How far one piece of work is, and the file it has made."""
    by = actor_of(request)
    job = job_by_ref(by, ref)
    own = job.asked_by == by.username
    goes_on = job.state in (states.QUEUED, states.RUNNING)
    if own and goes_on:
        watched(job=job)
    ready = own and job.result_until is not None and job.result_until > now()
    title = titles_of([job], by.username)[job.ref]
    shown = {"job": job, "title": title, "own": own, "goes_on": goes_on, "ready": ready}
    return render(request, "jobs/_job.html" if request.headers.get("HX-Request") else "jobs/job.html", shown)


@require_GET
def job_result(request: HttpRequest, ref: str) -> FileResponse:
    """The file that a piece of work has made, for who asked for it and nobody else; no machine between keeps a copy."""
    job, path = result_of(actor_of(request), ref)
    return taken_away(job, path)


def taken_away(job: Job, path: Path) -> FileResponse:
    """The file of a job as a download."""
    answer = FileResponse(opened(path), content_type=job.result_type)
    answer["Content-Length"] = str(job.result_size)
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "sandbox"
    return attached(answer, job.result_name)


@require_POST
def cancel_job(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes back work one asked for; a steward takes back anybody's."""
    by = actor_of(request)
    cancel(job=job_by_ref(by, ref), by=by)
    after = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(after, allowed_hosts=None) and after.startswith("/")
    return redirect(after) if known else redirect("job_list")
