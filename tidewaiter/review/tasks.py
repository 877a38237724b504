"""The work of the office that a worker does."""

from __future__ import annotations

from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.notices.documents import deliver
from tidewaiter.review.papers import paper


@task(queue_name=HEAVY)
def print_paper(job_ref: str) -> None:
    """Prints a monthly check, or a letter about one."""
    deliver(job_ref, paper)


KINDS = {"print_paper": Kind(task=print_paper, title=gettext_lazy("Monthly check as PDF"))}
