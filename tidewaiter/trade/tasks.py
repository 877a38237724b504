"""The analyses as a worker does them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from django.db import transaction
from django.tasks import task
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonMapping
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import enqueue, working
from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.actions import record
from tidewaiter.notices.documents import deliver
from tidewaiter.people.queries import language_of, officer_named, who_ended
from tidewaiter.trade import run_folders
from tidewaiter.trade.downloads import rows_document
from tidewaiter.trade.files.sources import size_of_run
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.parameters import ANALYSES
from tidewaiter.trade.runs import forget, perform, start
from tidewaiter.vault.storage import count_gone, count_stored, must_fit


@task(queue_name=HEAVY)
def run_trade(job_ref: str) -> None:
    """Does the analysis that the job is about."""
    job = Job.objects.get(ref=job_ref)
    # the job and the run say why; the task's own record must not quote a row
    with suppress(Refusal), working(job_ref) as progress:
        run = TradeRun.objects.get(ref=job.subject)
        by = officer_named(run.started_by)
        with translation.override(by.language):
            perform(run, by, progress.pulse)
        count_run(run, by)


def begin(
    *, analysis: str, source: str, name: str, mapping: Mapping[str, str], parameters: JsonMapping, by: Actor
) -> TradeRun:
    """Asks for an analysis and lets it wait in its lane. Raises what `runs.start` does, and `OverLimit`."""
    must_fit(by, 1)
    with transaction.atomic():
        made = start(analysis=analysis, source=source, name=name, mapping=mapping, parameters=parameters, by=by)
        enqueue(task=run_trade, key=f"trade:{made.ref}", subject=made.ref, by=by)
    return made


def count_run(run: TradeRun, by: Actor) -> None:
    """Counts what an analysis has left in its folder; it is done, so it is not refused: the next one is."""
    count_stored(kind="trade_run", ref=run.ref, size=size_of_run(run), by=by, bounded=False)


def forget_run(*, ref: str, by: Actor) -> None:
    """Deletes a run and its rows, and counts them no more. Raises `Missing`, `NotAllowed`."""
    forget(ref=ref, by=by)
    count_gone(kind="trade_run", ref=ref)


def put_away(job: Job) -> None:
    """After an analysis was cancelled or given up: its folder goes, the run says why."""
    run = TradeRun.objects.filter(ref=job.subject).first()
    if run is None or run.answer or run.why:
        return
    run_folders.drop(run.ref)
    with translation.override(language_of(run.started_by)), transaction.atomic():
        why = job.reason or gettext("The analysis was cancelled.")
        TradeRun.objects.filter(pk=run.pk).update(why=why, ended_at=now())
        record(by=who_ended(job.ended_by), deed="trade.analysis_stopped", ref=run.ref)


@task(queue_name=HEAVY)
def take_rows(job_ref: str) -> None:
    """Writes what an analysis ranks to a file."""
    deliver(job_ref, rows_document)


def titles(jobs: Sequence[Job]) -> dict[str, str]:
    """What analyses and their files are called: the question and the table it was asked of."""
    runs = TradeRun.objects.filter(ref__in=[job.subject for job in jobs]).values_list("ref", "analysis", "name")
    names = {ref: f"{ANALYSES[analysis].title}: {name}" for ref, analysis, name in runs if analysis in ANALYSES}
    return {job.ref: names[job.subject] for job in jobs if job.subject in names}


KINDS = {
    "run_trade": Kind(
        task=run_trade, title=gettext_lazy("Trade analysis"), page="/trade/%s/", tidy=put_away, titles=titles
    ),
    "take_rows": Kind(task=take_rows, title=gettext_lazy("Rows of an analysis as a file"), titles=titles),
}
