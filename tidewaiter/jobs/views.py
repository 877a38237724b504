"""The page of one's own work in progress."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.jobs.actions import cancel
from tidewaiter.jobs.models import Job


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The last fifty pieces of work this person asked for."""
    jobs = Job.objects.filter(asked_by=request.user.get_username()).order_by("-asked_at")[:50]
    return render(request, "jobs/list.html", {"jobs": jobs})


@require_POST
def cancel_job(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes back work one asked for."""
    cancel(job=get_object_or_404(Job, ref=ref, asked_by=request.user.get_username()))
    return redirect("job_list")
