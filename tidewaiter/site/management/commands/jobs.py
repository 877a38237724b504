"""Work that waits, is done or has ended; or takes a piece of it back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import Actor, node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.jobs import states
from tidewaiter.jobs.actions import cancel
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.queries import job_by_ref, places, visible_jobs
from tidewaiter.people.queries import officer_at_shell

SHOWN = 200


class Command(DeedCommand):
    """`jobs [--by USERNAME] [--state STATE] [--cancel REF]`."""

    help = "lists work that takes time, or cancels a piece of it"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose work, in which state; what is cancelled."""
        super().add_arguments(parser)
        parser.add_argument("--by", default="", metavar="USERNAME", help="what this person sees; without it all")
        parser.add_argument("--state", choices=(*states.OWNERS, *states.ENDS), help="in this state alone")
        parser.add_argument("--cancel", default="", metavar="REF", help="take this one back")

    def answer(self, **options: Any) -> Any:
        """The list, the latest first; or the one that was cancelled."""
        by: Actor = officer_at_shell(options["by"]) if options["by"] else node_at_shell()
        if options["cancel"]:
            job = job_by_ref(by, options["cancel"])
            cancel(job=job, by=by)
            job.refresh_from_db()
            return _said(job, None)
        found = visible_jobs(by).filter(state=options["state"]) if options["state"] else visible_jobs(by)
        jobs = list(found[:SHOWN])
        before = places(jobs)
        return [_said(job, before.get(job.ref)) for job in jobs]


def _said(job: Job, before: int | None) -> dict[str, Any]:
    return {
        "ref": job.ref,
        "kind": job.kind,
        "lane": job.lane,
        "state": job.state,
        "asked_by": job.asked_by,
        "administration": job.administration,
        "asked_at": job.asked_at.isoformat(timespec="seconds"),
        "before": before,
        "step": job.step,
        "share": job.share if job.total else None,
        "seconds": job.seconds,
        "why": job.reason,
    }
