"""Work that takes time: asked for once, held by a lease, taken up again when its worker dies."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PASSWORD, Program
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import cancel, enqueue, lost_jobs, working
from tidewaiter.jobs.models import Job


@pytest.mark.both_databases
@pytest.mark.django_db
def test_asking_twice_is_asking_once(people: SimpleNamespace) -> None:
    first = enqueue(task=run_intake, key="k", subject="s", by=people.contact)
    assert enqueue(task=run_intake, key="k", subject="s", by=people.contact) == first
    assert Job.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_job_held_by_one_worker_is_refused_to_another_until_its_lease_runs_out(people: SimpleNamespace) -> None:
    job = enqueue(task=run_intake, key="k", subject="s", by=people.contact)
    with working(job.ref) as progress:
        progress.report("Half", 5, 10)
        assert Job.objects.get().share == 50
        with pytest.raises(Refusal), working(job.ref):
            pytest.fail("two workers had the job")
        Job.objects.update(lease_until=now() - timedelta(seconds=1))
        assert [lost.ref for lost in lost_jobs()] == [job.ref]
        assert enqueue(task=run_intake, key="k", subject="s", by=people.contact).state == "queued"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_work_that_fails_says_why_and_can_be_asked_for_again(people: SimpleNamespace) -> None:
    job = enqueue(task=run_intake, key="k", subject="s", by=people.contact)
    with pytest.raises(Refusal), working(job.ref):
        raise Refusal("x", "The file is gone.")
    job.refresh_from_db()
    assert (job.state, job.why) == ("failed", "The file is gone.")
    assert enqueue(task=run_intake, key="k", subject="s", by=people.contact).state == "queued"


@pytest.mark.django_db
def test_a_cancelled_job_stops_at_its_next_report(people: SimpleNamespace, client: Client) -> None:
    job = enqueue(task=run_intake, key="k", subject="s", by=people.contact)
    with working(job.ref) as progress:
        cancel(job=Job.objects.get(), by=people.contact)
        with pytest.raises(Refusal):
            progress.report("More", 1, 2)
    assert Job.objects.get().state == "cancelled"
    assert client.login(username=people.chilean.username, password=PASSWORD)
    assert client.post(f"/jobs/{job.ref}/cancel/").status_code == 404, "another person's work is not there for them"


def test_the_worker_command_does_what_waits_and_ends(node: Program) -> None:
    assert node.json("work", "--once") == {"done": True}
