"""Lanes: nobody's long work holds up what others wait for, nobody's ten jobs go before another's first."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD, PROJECT, Program
from tests.jobs.killers import prompt_work, short_work
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs.actions import cancel, enqueue, give_back, holding, put_back, take_next, working
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.queries import place_of
from tidewaiter.people.actions import make_token


def scene(node: Program, name: str, **environment: str) -> Any:
    """A scene of tests/jobs/lanes.py with real workers."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.lanes", name],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings", **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_job_that_ends_its_worker_is_tried_three_times_and_the_next_persons_goes_on(small_node: Program) -> None:
    answer = scene(small_node, "killer")
    assert answer["notes"] == ["end bad", "short good", "end bad", "end bad", "tidy bad failed"]
    assert answer["attempts"] == 3
    assert answer["why"] == "It ended the worker 3 times, and is not tried again."
    assert not answer["untidy"]


def test_cancelling_ends_work_in_a_long_call_at_once_and_frees_the_lane(small_node: Program) -> None:
    answer = scene(small_node, "cancelled")
    print(answer)
    assert answer["gone_after"] < 10, "the machine of the tests is slow; a free one takes half a second"
    assert (answer["step"], answer["share"]) == ("Counting", 25)
    assert answer["notes"] == ["tidy long cancelled", "short next"]


def test_a_long_training_lets_anothers_import_end_first(small_node: Program) -> None:
    answer = scene(small_node, "beside")
    assert answer["training"] == "running"
    assert (answer["after_stop"], answer["attempts"]) == ("queued", 0), "a worker told to stop costs no attempt"


def test_a_job_that_takes_more_memory_than_a_job_may_is_ended_and_says_so(small_node: Program) -> None:
    answer = scene(small_node, "memory", TIDEWAITER_LIMIT_JOB_MEMORY_BYTES=str(400 * 1024**2))
    assert answer == {"why": "A piece of work may take 400 MiB of memory.", "attempts": 1}


def _asked(person: Any, *subjects: str, task: Any = short_work) -> None:
    for subject in subjects:
        enqueue(task=task, key=subject, subject=subject, by=person)


def _next() -> str:
    job = take_next(lane="heavy", worker="w")
    assert job is not None
    with holding(ref=job.ref, attempt=job.attempts), working(job.ref):
        return job.subject


@pytest.mark.both_databases
@pytest.mark.django_db
def test_three_peoples_work_is_done_in_turn_a_job_each(people: SimpleNamespace) -> None:
    _asked(people.officer, "A1", "A2", "A3", "A4")
    _asked(people.contact, "B1", "B2")
    _asked(people.american, "C1")
    before = {job.subject: place_of(job) for job in Job.objects.all()}
    assert before == {"A1": 0, "B1": 1, "C1": 2, "A2": 3, "B2": 4, "A3": 5, "A4": 6}
    assert [_next() for _ in range(4)] == ["A1", "B1", "C1", "A2"]
    _asked(people.american, "C2")
    _asked(people.chilean, "D1")
    assert [_next() for _ in range(5)] == ["B2", "C2", "D1", "A3", "A4"]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_newcomers_first_job_goes_before_the_second_of_whoever_is_being_served(people: SimpleNamespace) -> None:
    _asked(people.officer, *(f"A{n}" for n in range(1, 11)))
    first = take_next(lane="heavy", worker="w")
    assert first is not None
    assert first.subject == "A1"
    _asked(people.contact, "B1", "B2")
    assert place_of(Job.objects.get(subject="B1")) == 1, "behind the one that is being done alone"
    assert place_of(Job.objects.get(subject="A2")) == 2
    assert place_of(Job.objects.get(subject="B2")) == 3
    assert place_of(first) is None


@pytest.mark.both_databases
@pytest.mark.django_db
def test_no_more_of_one_persons_work_is_done_at_once_than_may_be(people: SimpleNamespace) -> None:
    _asked(people.officer, "A1", "A2", "A3")
    _asked(people.contact, "B1")
    taken = [take_next(lane="heavy", worker=f"w{n}") for n in range(4)]
    assert [job.subject for job in taken if job] == ["A1", "B1", "A2"], "two of one person's, the third waits"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_work_of_the_other_lane_is_left_alone(people: SimpleNamespace) -> None:
    _asked(people.officer, "training")
    _asked(people.contact, "import", task=prompt_work)
    job = take_next(lane="prompt", worker="w")
    assert job is not None
    assert job.subject == "import"
    assert take_next(lane="prompt", worker="w") is None


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_worker_that_lost_its_job_writes_no_progress_of_it(people: SimpleNamespace) -> None:
    _asked(people.officer, "A1")
    job = take_next(lane="heavy", worker="w1")
    assert job is not None
    put_back(job=job)
    again = take_next(lane="heavy", worker="w2")
    assert again is not None
    assert again.attempts == 2
    put_back(job=job)
    assert Job.objects.get().worker == "w2", "the first one's word counts no more"
    give_back(job=again)
    assert (Job.objects.get().state, Job.objects.get().attempts) == ("queued", 1)


@pytest.mark.django_db
def test_the_twenty_first_job_of_one_person_waits_outside_and_others_are_let_in(people: SimpleNamespace) -> None:
    _asked(people.officer, *(f"A{n}" for n in range(20)))
    with pytest.raises(Refusal, match="One person may have 20 pieces of work waiting"):
        _asked(people.officer, "A20")
    assert Job.objects.count() == 20
    _asked(people.contact, "B1")
    cancel(job=Job.objects.get(subject="A3"), by=people.officer)
    _asked(people.officer, "A21")


@pytest.mark.django_db
def test_over_the_budget_a_program_is_told_when_to_come_again(people: SimpleNamespace) -> None:
    _asked(people.contact, *(f"A{n}" for n in range(20)))
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    lines = b'{"form": "WPN"}\n' * 140_000
    answer = program.post("/api/v1/receipts?name=a.ndjson", lines, content_type="application/octet-stream")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "30"
    assert "20 pieces of work waiting" in answer.json()["detail"]
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.post("/intake/", {"file": SimpleUploadedFile("a.ndjson", lines)})
    assert "20 pieces of work waiting" in page.content.decode()
    assert Job.objects.count() == 20


@pytest.mark.django_db
def test_a_waiting_persons_page_says_how_many_are_before_them(people: SimpleNamespace, client: Client) -> None:
    _asked(people.contact, "B1")
    _asked(people.american, "C1")
    _asked(people.officer, "A1")
    assert client.login(username=people.officer.username, password=PASSWORD)
    page = client.get("/jobs/").content.decode()
    assert "2 before it" in page
    assert 'hx-get="/jobs/"' in page
    part = client.get("/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert "2 before it" in part
    assert "<html" not in part
    taken = [take_next(lane="heavy", worker="w") for _ in range(3)]
    assert taken[2] is not None
    with holding(ref=taken[2].ref, attempt=1), working(taken[2].ref) as progress:
        progress.pulse("Learning", 0.42)
        page = client.get("/jobs/").content.decode()
    assert '<progress class="p" max="100" value="42"' in page
    assert "Learning" in page


@pytest.mark.django_db
def test_a_steward_sees_whose_work_goes_on_and_cancels_any_and_others_see_their_own(people: SimpleNamespace) -> None:
    _asked(people.officer, "secret-subject")
    _asked(people.contact, "B1")
    ref = Job.objects.get(subject="secret-subject").ref
    steward, other = Client(), Client()
    assert steward.login(username=people.steward.username, password=PASSWORD)
    assert other.login(username=people.american.username, password=PASSWORD)
    page = steward.get("/jobs/all/").content.decode()
    assert "officer.ke" in page
    assert "contact.ke" in page
    assert "1 before it" in page
    assert "secret-subject" not in page, "kind, person and administration, never of what"
    assert "2 waiting" in steward.get("/").content.decode()
    assert other.get("/jobs/all/").status_code == 404
    assert "officer.ke" not in other.get("/jobs/").content.decode()
    assert other.post(f"/jobs/{ref}/cancel/").status_code == 404
    assert steward.post(f"/jobs/{ref}/cancel/", {"next": "/jobs/all/"}).headers["Location"] == "/jobs/all/"
    job = Job.objects.get(ref=ref)
    assert (job.state, job.ended_by) == ("cancelled", "steward.int")
    owner = Client()
    assert owner.login(username=people.officer.username, password=PASSWORD)
    assert "by steward.int" in owner.get("/jobs/").content.decode()


@pytest.mark.django_db
def test_a_program_lists_follows_and_cancels_its_persons_work_alone(people: SimpleNamespace) -> None:
    _asked(people.contact, "B1")
    _asked(people.officer, "A1")
    ref = Job.objects.get(subject="A1").ref
    programs = {}
    for name in ("officer", "american", "steward"):
        officer = getattr(people, name)
        _token, text = make_token(officer=officer, scope="write", by=officer)
        programs[name] = Client(headers={"Authorization": f"Bearer {text}"})
    listed = programs["officer"].get("/api/v1/jobs").json()
    assert [(one["subject"], one["state"], one["before"], one["lane"]) for one in listed] == [
        ("A1", "queued", 1, "heavy")
    ]
    assert programs["american"].get("/api/v1/jobs").json() == []
    assert programs["steward"].get("/api/v1/jobs").json() == [], "a steward's token acts as an officer"
    for name in ("american", "steward"):
        assert programs[name].get(f"/api/v1/jobs/{ref}").status_code == 404
        assert programs[name].post(f"/api/v1/jobs/{ref}/cancel").status_code == 404
    assert programs["officer"].post(f"/api/v1/jobs/{ref}/cancel").json()["state"] == "cancelled"
    assert programs["officer"].post(f"/api/v1/jobs/{ref}/cancel").status_code == 409


def test_the_command_lists_work_and_cancels_it(small_node: Program) -> None:
    small_node.person("an.officer", "KE", "officer")
    small_node.person("another", "US", "officer")
    scene(small_node, "asked")
    listed = small_node.json("jobs")
    said = [(one["asked_by"], one["state"], one["before"]) for one in listed]
    assert said == [("another", "queued", 1), ("an.officer", "queued", 0)]
    assert [one["asked_by"] for one in small_node.json("jobs", "--by", "an.officer")] == ["an.officer"]
    refused = small_node.json("jobs", "--by", "an.officer", "--cancel", listed[0]["ref"], code=1)
    assert refused["error"] == "no_job"
    assert small_node.json("jobs", "--cancel", listed[0]["ref"])["state"] == "cancelled"
