"""The analyses as a worker does them."""

from __future__ import annotations

from contextlib import suppress

from django.tasks import task
from django.utils import translation

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import working
from tidewaiter.jobs.models import Job
from tidewaiter.people.queries import officer_named
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.runs import STAGES, perform


@task()
def run_trade(job_ref: str) -> None:
    """Does the analysis that the job is about."""
    job = Job.objects.get(ref=job_ref)
    # the job and the run say why; the task's own record must not quote a row
    with suppress(Refusal), working(job_ref) as progress:
        run = TradeRun.objects.get(ref=job.subject)
        by = officer_named(run.started_by)
        done = 0

        def tell(stage: str) -> None:
            nonlocal done
            progress.report(stage, min(done, STAGES[run.analysis] - 1), STAGES[run.analysis])
            done += 1  # a stage may come in parts

        with translation.override(by.language):
            perform(run, by, tell)
