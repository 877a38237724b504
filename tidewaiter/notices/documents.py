"""Documents that the worker makes: a page or a program asks, the file is kept for a day,
who has left the page is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.tasks import Task
from django.utils import translation
from django.utils.translation import get_language, gettext

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.moments import now, seconds_since
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.jobs.actions import Progress, enqueue, forget_results, keep_result, working
from tidewaiter.jobs.models import Job
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Token
from tidewaiter.people.queries import officer_named
from tidewaiter.people.tokens import holder_of
from tidewaiter.vault.models import Stored
from tidewaiter.vault.storage import Thing, count_gone, count_stored, must_fit

WATCHED = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Document:
    """What was made: the name it is taken away under, its type, and the refs of what it
    names, which its reader must still see.
    """

    name: str
    media_type: str
    refs: Sequence[str] = ()


Maker = Callable[[dict[str, Any], Actor, Path, Progress], Document]
"""Writes a document to a path, from what was asked and for whom; may say how far it is."""


def ask_document(*, task: Task[Any, Any], subject: str, asked: dict[str, Any], by: Actor) -> Job:
    """Lets a document wait for the worker; the same one asked for again meanwhile is the same. Raises `OverLimit`."""
    must_fit(by, 1)
    said = {"lang": get_language() or "en", **asked}
    key = f"{task.name}:{digest([by.username, by.door, said])}"
    return enqueue(task=task, key=key, subject=subject, by=by, asked=said)


def document_page(
    request: HttpRequest, *, task: Task[Any, Any], subject: str, asked: dict[str, Any], by: Actor
) -> HttpResponse:
    """The door of a page: posted, the document is asked for; else the page has a
    button that asks (a look changes nothing).
    """
    if request.method != "POST":
        return render(request, "jobs/ask.html", {"address": request.get_full_path()})
    return redirect("job_page", ask_document(task=task, subject=subject, asked=asked, by=by).ref)


def document_asked(*, task: Task[Any, Any], subject: str, asked: dict[str, Any], by: Actor) -> HttpResponse:
    """The door of a program: 202 with the job's ref, where it is asked after, and where its file will be."""
    job = ask_document(task=task, subject=subject, asked=asked, by=by)
    address = f"/api/v1/jobs/{job.ref}"
    body = {"ref": job.ref, "state": job.state, "job": address, "result": f"{address}/result"}
    return HttpResponse(canonical(body), status=202, content_type="application/json", headers={"Location": address})


def deliver(job_ref: str, maker: Maker) -> None:
    """Does a job that makes a document. The job says why it could not be made."""
    job = Job.objects.get(ref=job_ref)
    with suppress(Refusal):
        with working(job_ref) as progress, scratch() as folder:
            by = actor_of_job(job)
            with translation.override(job.asked["lang"]):
                progress.report(gettext("Making the document"), 0, 0)
                path = folder / "document"
                made = maker(job.asked, by, path, progress)
            count_stored(kind="result", ref=job.ref, size=path.stat().st_size, by=by)
            keep_result(
                job=progress.job or job, path=path, name=made.name, media_type=made.media_type, by=by, refs=made.refs
            )
        job.refresh_from_db()
        if seconds_since(job.watched_at) > WATCHED.total_seconds():
            tell(to=[(job.asked_by, job.ref, 1)], deed="jobs.done", by=NODE)


def end_results() -> int:
    """Deletes results whose day is over, and counts them no more; gives how many."""
    ended = forget_results()
    there = Job.objects.exclude(result_until=None).values_list("ref", flat=True)
    for ref in set(Stored.objects.filter(kind="result").values_list("ref", flat=True)) - set(there):
        count_gone(kind="result", ref=ref)
    return ended


def result_things() -> Iterator[Thing]:
    """Files that jobs have made, for the count of what is stored."""
    for job in Job.objects.exclude(result_until=None).order_by("pk"):
        yield Thing(job.ref, job.administration, job.asked_by, job.result_size)


def actor_of_job(job: Job) -> Actor:
    """Who asked, with no more rights than they came in with.
    Raises a refusal where the account or the token has ended.
    """
    ref = job.door.removeprefix("token:")
    if ref == job.door:
        return officer_named(job.asked_by)
    token = Token.objects.select_related("officer__administration").filter(
        ref=ref, officer__username=job.asked_by, officer__is_active=True, revoked_at=None, expires_at__gt=now()
    )
    found = token.first()
    if found is None:
        raise Missing("no_token", gettext("The token that asked for it has ended."))
    return holder_of(found)
