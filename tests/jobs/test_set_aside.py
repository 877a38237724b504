"""One bad item among good ones, in each deed of the clock that works for many: the
good are done, the bad is set aside.
"""

from __future__ import annotations

import os
import smtplib
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from tests.making import case_in
from tests.search.scenes import as_jpeg, scene
from tidewaiter.cases.actions import draft, return_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import enqueue
from tidewaiter.jobs.models import FailedItem, Job
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice
from tidewaiter.people.models import Officer
from tidewaiter.review.actions import ask
from tidewaiter.site.clock import Clock, schedule
from tidewaiter.vault.actions import keep_picture
from tidewaiter.vault.models import Picture

pytestmark = pytest.mark.django_db


def _failed() -> list[tuple[str, str, str]]:
    return list(FailedItem.objects.order_by("pk").values_list("deed", "ref", "error"))


def _post(people: SimpleNamespace) -> None:
    for n, person in enumerate((people.officer, people.own_reviewer, people.analyst)):
        Officer.objects.filter(pk=person.pk).update(email=f"p{n}@example.org")
        Notice.objects.create(to=person.username, at=now(), deed="cases.returned", by="x", ref="y")


def test_a_mailbox_that_is_refused_keeps_no_other_message_back(
    people: SimpleNamespace, settings: Any, monkeypatch: Any
) -> None:
    _post(people)
    settings.MAIL_SERVER = "mail.example.org"
    send = EmailBackend.send_messages

    def refused(self: EmailBackend, messages: list[Any]) -> int:
        if "p0@example.org" in messages[0].to:
            raise smtplib.SMTPRecipientsRefused({"p0@example.org": (550, b"no such mailbox")})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refused)
    clock = Clock(schedule())
    assert clock.do("digests") == ""
    assert sorted(message.to[0] for message in mail.outbox) == ["p1@example.org", "p2@example.org"]
    assert _failed() == [("digests", f"officer:{people.officer.username}", "SMTPRecipientsRefused")]
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    clock.do("digests")
    assert len(mail.outbox) == 2, "not before its time"
    FailedItem.objects.update(next_at=now())
    clock.do("digests")
    assert len(mail.outbox) == 3
    assert _failed() == []


def test_without_a_server_nobodys_message_is_to_blame(people: SimpleNamespace, settings: Any, monkeypatch: Any) -> None:
    _post(people)
    settings.MAIL_SERVER = "mail.example.org"

    def away(self: EmailBackend) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", away)
    assert Clock(schedule()).do("digests") == "ServerGone"
    assert _failed() == []


def test_a_reviewer_whose_queue_fails_keeps_no_other_from_being_reminded(
    people: SimpleNamespace, monkeypatch: Any
) -> None:
    from tidewaiter.review import actions

    for n in range(2):
        refs = draft(cases=[case_in(national_ref=f"O-{n}")], by=people.contact, channel="csv").refs
        submit(cases=Case.objects.filter(ref__in=refs), by=people.contact)
    back = draft(cases=[case_in(national_ref="O-9")], by=people.officer, channel="csv").refs
    submit(cases=Case.objects.filter(ref__in=back), by=people.officer)
    return_case(case=Case.objects.get(ref=back[0]), reason="why", by=people.reviewer)
    Case.objects.update(changed_at=now() - timedelta(days=60))
    question = ask(subject="s", question="q", by=people.contact)
    type(question).objects.update(due_at=now() - timedelta(days=1))
    Notice.objects.all().delete()
    real = actions.waiting

    def ill(one: Any) -> Any:
        if one.username == people.secretariat.username:
            raise KeyError("a region that is gone")
        return real(one)

    monkeypatch.setattr(actions, "waiting", ill)
    assert Clock(schedule()).do("overdue_reminders") == ""
    told = set(Notice.objects.values_list("to", "deed"))
    assert (people.reviewer.username, "review.overdue") in told
    assert (people.officer.username, "review.mend_overdue") in told
    assert (people.reviewer.username, "review.question_overdue") in told, "a question that nobody has taken waits too"
    assert _failed() == [("overdue_reminders", f"reviewer:{people.secretariat.username}", "KeyError")]


def test_a_picture_on_which_hashing_fails_is_set_aside_and_the_others_are_findable(
    people: SimpleNamespace, tmp_path: Path, monkeypatch: Any
) -> None:
    from tidewaiter.vault import actions

    pictures = []
    for seed in range(3):
        (tmp_path / f"{seed}.jpg").write_bytes(as_jpeg(scene(seed)))
        pictures.append(keep_picture(path=tmp_path / f"{seed}.jpg", by=people.contact, owner="KE"))
    Picture.objects.update(hashes="")
    bad, real = sorted(one.digest for one in pictures)[0], actions._drawn

    def ill(path: Path, *words: Any) -> Any:
        return (b"", {}) if path.name == bad else real(path, *words)

    monkeypatch.setattr(actions, "_drawn", ill)
    clock = Clock(schedule())
    assert clock.do("photos_hashed") == ""
    assert list(Picture.objects.filter(hashes="").values_list("digest", flat=True)) == [bad]
    assert _failed() == [("photos_hashed", bad, "KeyError")]


def test_a_lost_job_that_cannot_be_asked_again_keeps_no_other_waiting(
    people: SimpleNamespace, monkeypatch: Any
) -> None:
    from tidewaiter.site import work

    jobs = [enqueue(task=run_intake, key=f"k{n}", subject=f"s{n}", by=people.contact) for n in range(3)]
    Job.objects.update(state="running", lease_until=now() - timedelta(seconds=1))
    real = work.put_back

    def ill(*, job: Job) -> None:
        if job.key == "k1":
            raise ValueError("no")
        real(job=job)

    monkeypatch.setattr(work, "put_back", ill)
    assert Clock(schedule()).do("lost_work") == ""
    assert list(Job.objects.filter(state="running").values_list("key", flat=True)) == ["k1"]
    assert _failed() == [("lost_work", jobs[1].ref, "ValueError")]


def test_an_account_that_cannot_be_closed_keeps_no_other_open(people: SimpleNamespace, monkeypatch: Any) -> None:
    from tidewaiter.people.actions import unused

    long_ago = now() - timedelta(days=200)
    idle = Officer.objects.filter(pk__in=[people.officer.pk, people.analyst.pk])
    idle.update(used_at=None, last_login=None, date_joined=long_ago, reminded_at=now() - timedelta(days=20))
    real = unused.close

    def ill(**said: Any) -> None:
        real(**said)
        if said["officers"][0].pk == people.officer.pk:
            raise RuntimeError("its sessions do not end")

    monkeypatch.setattr(unused, "close", ill)
    assert Clock(schedule()).do("unused_accounts") == ""
    assert Officer.objects.get(pk=people.officer.pk).is_active, "half a closing is none"
    assert not Officer.objects.get(pk=people.analyst.pk).is_active
    assert Entry.objects.filter(deed="people.suspended").count() == 1
    assert _failed() == [("unused_accounts", f"officer:{people.officer.username}", "RuntimeError")]


def test_a_preview_that_cannot_be_deleted_keeps_no_other(settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = tmp_path
    held = tmp_path / "held"
    (held / "b-folder-where-a-file-should-be").mkdir(parents=True)
    for name in ("a" * 64, "c" * 64):
        (held / name).touch()
    for path in held.iterdir():
        os.utime(path, (time.time() - 90_000,) * 2)
    assert Clock(schedule()).do("old_previews") == ""
    assert [path.name for path in held.iterdir()] == ["b-folder-where-a-file-should-be"]
    assert [(deed, ref) for deed, ref, _error in _failed()] == [("old_previews", "b-folder-where-a-file-should-be")]
