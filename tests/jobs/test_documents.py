"""Large documents are made by the worker, one after the other; what is made at once is bounded."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import html

from tests.conftest import PASSWORD
from tests.making import case_in, done_by_worker, made_by_worker
from tidewaiter.cases.actions import draft
from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.moments import now
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import enqueue, forget_results
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.results import path_of_result
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token, revoke_token


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Any) -> tuple[Any, Client]:
    token, text = make_token(officer=person, scope="read", by=person)
    return token, Client(headers={"Authorization": f"Bearer {text}"})


@pytest.mark.django_db
def test_nine_reports_asked_at_once_print_nothing_in_the_web_and_wait_behind_others(people: SimpleNamespace) -> None:
    client = _client(people.reviewer)
    pages = {client.post(f"/review/monthly/?month=2026-0{n}&format=pdf")["Location"] for n in range(1, 10)}
    assert len(pages) == 9
    assert set(Job.objects.values_list("state", "lane")) == {("queued", "heavy")}, "a web process prints none of them"
    again = client.post("/review/monthly/?month=2026-01&format=pdf")["Location"]
    assert again in pages, "the same one again is the same work"
    page = _client(people.secretariat).post("/review/monthly/?month=2026-01&format=pdf")["Location"]
    assert "1 before you" in _client(people.secretariat).get(page).content.decode(), (
        "behind one of nine, not behind all"
    )


@pytest.mark.django_db
def test_a_document_is_its_persons_alone_and_ends_after_its_day(people: SimpleNamespace) -> None:
    client = _client(people.reviewer)
    page = client.post("/review/monthly/?month=2026-01&format=csv")["Location"]
    done_by_worker(page.split("/")[2])
    assert b"".join(client.get(f"{page}result/").streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    steward = _client(people.steward)
    assert steward.get(page).status_code == 200, "a steward sees that it was made"
    assert steward.get(f"{page}result/").status_code == 404
    job = Job.objects.get()
    assert path_of_result(job).stat().st_mode & 0o077 == 0
    Job.objects.update(result_until=now() - timedelta(minutes=1))
    assert client.get(f"{page}result/").status_code == 404
    forget_results()
    assert not path_of_result(job).exists()
    assert "kept for a day" in client.get(page).content.decode()


@pytest.mark.django_db
def test_who_left_the_page_is_told_and_who_waits_there_is_not(people: SimpleNamespace) -> None:
    client = _client(people.reviewer)
    left = client.post("/review/monthly/?month=2026-01&format=pdf")["Location"]
    done_by_worker(left.split("/")[2])
    notice = Notice.objects.get()
    assert (notice.to, notice.deed) == (people.reviewer.username, "jobs.done")
    assert f'href="{left}"' in client.get("/notices/").content.decode()
    stayed = client.post("/review/monthly/?month=2026-02&format=pdf")["Location"]
    assert "You are next" in client.get(stayed, headers={"HX-Request": "true"}).content.decode()
    done_by_worker(stayed.split("/")[2])
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_few_cases_come_at_once_and_many_by_the_worker(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_DIRECT_CASES", "3")
    draft(cases=[case_in(national_ref=f"E-{n}") for n in range(3)], by=people.contact, channel="csv")
    client = _client(people.contact)
    few = client.get("/cases/export/?format=csv")
    assert b"".join(few.streaming_content).count(b"E-") == 6, "two lines of goods each"  # type: ignore[attr-defined]
    draft(cases=[case_in(national_ref="E-4")], by=people.contact, channel="csv")
    rows = list(
        csv.reader(io.StringIO(made_by_worker(client, "/cases/export/?format=csv&form=WPN").decode("utf-8-sig")))
    )
    assert len(rows) == 1 + 8
    assert client.post("/cases/export/?format=doc").status_code == 400
    _token, program = _program(people.contact)
    asked = program.get("/api/v1/cases/export?format=ndjson&form=WPN")
    assert asked.status_code == 202
    done_by_worker(asked.json()["ref"])
    lines = b"".join(program.get(asked.json()["result"]).streaming_content)  # type: ignore[attr-defined]
    assert lines.count(b"\n") == 4
    american = _program(people.american)[1]
    assert american.get(asked.json()["job"]).status_code == 404
    assert american.get(asked.json()["result"]).status_code == 404


@pytest.mark.django_db
def test_a_token_that_ended_meanwhile_takes_nothing_away(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_DIRECT_CASES", "1")
    draft(cases=[case_in(national_ref=f"E-{n}") for n in range(2)], by=people.contact, channel="csv")
    token, program = _program(people.contact)
    asked = program.get("/api/v1/cases/export?format=csv").json()
    revoke_token(token=token, by=people.contact)
    done_by_worker(asked["ref"])
    job = Job.objects.get()
    assert (job.state, job.why) == ("failed", "The token that asked for it has ended.")
    assert not path_of_result(job).exists()


HOLD = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(TIDEWAITER_HOME=Path(sys.argv[1]), USE_I18N=False)
from tidewaiter.foundation.slots import take_slot
slots = [take_slot(sys.argv[2]) for _ in range(int(sys.argv[3]))]
print("held", flush=True)
sys.stdin.read()
"""


def _holding(home: Path, person: str, number: int) -> subprocess.Popen[str]:
    """A process of the node that makes large pages for a person."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home), person, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


@pytest.mark.django_db
def test_large_pages_at_once_are_bounded_per_person_and_node_across_processes(
    people: SimpleNamespace, settings: Any
) -> None:
    home = Path(settings.TIDEWAITER_HOME)
    draft(cases=[case_in(national_ref="E-1")], by=people.contact, channel="csv")
    mine, others = _client(people.contact), _client(people.american)
    first = _holding(home, people.contact.username, 2)
    try:
        refused = mine.get("/cases/export/?format=csv")
        assert refused.status_code == 429
        assert refused["Retry-After"] == "30"
        assert "2 large pages" in refused.content.decode()
        told = _program(people.contact)[1].get("/api/v1/cases/export?format=csv")
        assert (told.status_code, told["Retry-After"]) == (429, "30")
        assert others.get("/cases/export/?format=csv").status_code == 200, "it is one person's bound"
        assert mine.get("/").status_code == 200
        second = _holding(home, people.reviewer.username, 2)
        try:
            assert others.get("/cases/export/?format=csv").status_code == 429, "four of the node are held"
        finally:
            second.kill()
            second.wait()
        assert others.get("/cases/export/?format=csv").status_code == 200, "a process that died holds nothing"
    finally:
        first.kill()
        first.wait()
    assert mine.get("/cases/export/?format=csv").status_code == 200


def test_printing_says_which_page_of_how_many_it_draws(db: None) -> None:
    said: list[tuple[str, int, int]] = []
    html = "<html><body>" + "<p style='break-after:page'>A page</p>" * 400 + "<p>The last</p></body></html>"
    content, pages = pdf_of(html, lambda *words: said.append(words))
    assert content[:5] == b"%PDF-"
    assert pages == 401
    laid = [words for words in said if words[0].startswith("Laying out page ")]
    drawn = [words for words in said if words[0].startswith("Drawing page ")]
    assert laid or drawn, "a quick machine may say little, never nothing"
    assert all((done, total) == (0, 0) for _step, done, total in laid)
    assert all(step == f"Drawing page {done} of 401" and total == 401 for step, done, total in drawn)


@pytest.mark.django_db
def test_by_command_the_monthly_check_comes_at_once(people: SimpleNamespace, capsys: Any) -> None:
    call_command("monthly_check", "2026-01", by=people.reviewer.username, format="json")
    assert capsys.readouterr().out.strip() == "[]"
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_work_is_called_as_a_person_would_say_and_of_what_only_to_who_asked(people: SimpleNamespace) -> None:
    client = _client(people.reviewer)
    page = client.post("/review/monthly/?month=2026-01&format=pdf")["Location"]
    for address in (page, "/jobs/"):
        shown = client.get(address).content.decode()
        assert "Monthly check of 2026-01 as PDF" in shown
        assert page.split("/")[2] not in html.fromstring(shown).text_content(), "the address may keep it, words do not"
    others = _client(people.steward).get("/jobs/all/").content.decode()
    assert "Monthly check as PDF" in others
    assert "2026-01 as PDF" not in others, "whose, never of what"


@pytest.mark.django_db
def test_an_import_is_called_by_its_file_and_its_rows(people: SimpleNamespace) -> None:
    receipt = Receipt.objects.create(
        ref="RC-1", file_name="kenya_2025.csv", brought_by=people.contact.username, brought_at=now(), rows=1412
    )
    enqueue(task=run_intake, key="intake:RC-1", subject="RC-1", by=people.contact)
    assert "Import of kenya_2025.csv, 1,412 rows" in _client(people.contact).get("/jobs/").content.decode()
    Receipt.objects.filter(pk=receipt.pk).update(rows=0)
    assert "Import of kenya_2025.csv<" in _client(people.contact).get("/jobs/").content.decode()
