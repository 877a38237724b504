"""The work of the office that a worker does."""

from __future__ import annotations

from collections.abc import Sequence

from django.tasks import task
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import deliver
from tidewaiter.review.papers import paper


@task(queue_name=HEAVY)
def print_paper(job_ref: str) -> None:
    """Prints a monthly check, or a letter about one."""
    deliver(job_ref, paper)


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What papers are called: the month they are of."""
    return {
        job.ref: gettext("Monthly check of %(month)s as PDF") % {"month": job.asked["month"]}
        for job in jobs
        if job.asked.get("paper") == "monthly" and job.asked.get("month")
    }


KINDS = {"print_paper": Kind(task=print_paper, title=gettext_lazy("Monthly check as PDF"), titles=titles)}
