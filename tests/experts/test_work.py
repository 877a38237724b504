"""The work of a group: plan, polls and positions, threads, watch, procedures, liaison, recommendations, practice."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.experts.conftest import do, page_of, program_of, tell
from tidewaiter.experts.actions import remind_of_topics
from tidewaiter.experts.models import (
    Enrolment,
    Liaison,
    Poll,
    Practice,
    Procedure,
    Recommendation,
    Session,
    Thread,
    Topic,
    Use,
    WorkLine,
)
from tidewaiter.experts.papers import certificate_document
from tidewaiter.foundation.moments import now
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db
SOON = (now() + timedelta(days=30)).date().isoformat()


def test_every_line_of_the_plan_rests_on_a_paragraph(group: SimpleNamespace) -> None:
    said = {"title": "Guide: evidence from phones", "owner": "kenya.ke", "due_on": SOON}
    refused = do(group.ghana, "plan_work", **said, paragraph="9")
    assert "which paragraph of the mandate" in refused.content.decode()
    assert do(group.kenya, "plan_work", **said, paragraph="4").status_code == 400, "the chair plans"
    do(group.ghana, "plan_work", **said, paragraph="¶4")
    line = WorkLine.objects.get()
    assert line.paragraph.number == 4
    do(group.kenya, "move_work", work=line.ref, state="under_way")
    text = page_of(group.uganda).get("/experts/eceg/").content.decode()
    assert "Guide: evidence from phones" in text
    assert "Under way" in text
    assert text.count("nothing in the plan") == 5
    assert do(group.uganda, "move_work", work=line.ref, state="work_done").status_code == 400
    rows = list(
        csv.reader(io.StringIO(page_of(group.uganda).get("/experts/eceg/work/csv/").getvalue().decode("utf-8-sig")))
    )
    assert rows[1][:3] == ["under_way", "Guide: evidence from phones", "¶4"]
    WorkLine.objects.update(due_on=(now() - timedelta(days=2)).date())
    assert "Late" in page_of(group.uganda).get("/experts/eceg/work/").content.decode()


def test_a_poll_is_answered_once_a_member_and_shows_no_name(group: SimpleNamespace) -> None:
    said = {"title": "Where do we meet?", "options": "Accra\nNairobi", "closes_at": f"{SOON}T12:00"}
    do(group.ghana, "ask_poll", **said)
    poll = Poll.objects.get()
    assert Notice.objects.filter(to="kenya.ke", deed="experts.poll_asked").exists()
    assert not Notice.objects.filter(to="tanzania.tz", deed="experts.poll_asked").exists(), "observers do not vote"
    before = page_of(group.uganda).get("/experts/eceg/polls/").content.decode()
    assert "How others chose is shown once you have." in before
    do(group.kenya, "vote", poll=poll.ref, choice="2")
    do(group.kenya, "vote", poll=poll.ref, choice="1")
    do(group.police, "vote", poll=poll.ref, choice="1")
    assert poll.votes.count() == 2
    observer = do(group.tanzania, "vote", poll=poll.ref, choice="1")
    assert "Observers and the secretariat do not vote." in observer.content.decode()
    assert do(group.bank, "vote", poll=poll.ref, choice="1").status_code == 404, "it was not opened for them"
    text = page_of(group.kenya).get("/experts/eceg/polls/").content.decode()
    assert "2 votes" in text
    assert "police.ke" not in text
    do(group.ghana, "close_poll", poll=poll.ref)
    late = do(group.uganda, "vote", poll=poll.ref, choice="1")
    assert "nobody votes any more" in late.content.decode()


def test_a_position_paper_has_its_text_and_votes(group: SimpleNamespace) -> None:
    fields = {
        "kind": "position",
        "title": "Real addresses of customs pages",
        "text": "Every administration names its pages in one list.",
        "options": ["For", "Against"],
        "closes_at": f"{SOON}T12:00",
        "for_private": True,
    }
    made = tell(group.ghana, "groups/eceg/ask_poll", {"fields": fields})
    assert made.status_code == 200, made.content
    text = page_of(group.bank).get("/experts/eceg/polls/").content.decode()
    assert "Every administration names its pages in one list." in text
    do(group.bank, "vote", poll=made.json()["ref"], choice="1")
    assert Poll.objects.get().votes.get().username == "bank.ke"


def test_threads_are_of_the_group_and_some_of_the_private_sector_too(group: SimpleNamespace) -> None:
    do(group.kenya, "open_thread", title="Duty over the holidays", text="Who is there?")
    inner = Thread.objects.get()
    assert page_of(group.bank).get(f"/experts/thread/{inner.ref}/").status_code == 404
    assert "Duty over the holidays" not in page_of(group.bank).get("/experts/eceg/threads/").content.decode()
    do(group.bank, "open_thread", title="Wording of the warning to customers", text="A draft.")
    outer = Thread.objects.exclude(pk=inner.pk).get()
    assert outer.for_private is True
    do(group.ghana, "say", thread=outer.ref, text="Good.")
    assert Notice.objects.filter(to="bank.ke", deed="experts.thread_said", ref=outer.ref).exists()
    said = program_of(group.kenya).get(f"/api/v1/experts/threads/{outer.ref}").json()
    assert [(one["by"], one["text"]) for one in said] == [("ghana.gh", "Good."), ("bank.ke", "A draft.")]
    assert do(group.bank, "say", thread=inner.ref, text="x").status_code == 404


def test_a_watched_topic_says_what_it_means_and_comes_back_on_its_day(group: SimpleNamespace) -> None:
    said = {
        "title": "Voices made by machines",
        "horizon": "now",
        "means": "A call proves nothing.",
        "owner": "kenya.ke",
    }
    do(group.uganda, "watch", **said, review_on=SOON)
    text = page_of(group.police).get("/experts/eceg/work/").content.decode()
    assert "Voices made by machines" in text
    assert "A call proves nothing." in text
    assert remind_of_topics() == 0
    Topic.objects.update(review_on=now().date())
    assert remind_of_topics() == 1
    assert Notice.objects.filter(to="kenya.ke", deed="experts.topic_due").count() == 1
    do(group.kenya, "watch", **said | {"horizon": "year"}, topic=Topic.objects.get().ref, review_on=SOON)
    assert Topic.objects.get().horizon == "year"
    assert do(group.bank, "watch", **said, review_on=SOON).status_code == 404


def test_step_cards_stand_by_incident_in_their_newest_version(group: SimpleNamespace) -> None:
    steps = "Take no more power from it · officer · 1\nPhotograph the screen\nCall the examiner · chief · 30"
    do(group.police, "write_procedure", incident="seized_device", title="A phone at the border", steps=steps)
    do(
        group.police,
        "write_procedure",
        incident="seized_device",
        title="A phone at the border",
        steps=steps + "\nSeal it",
    )
    assert list(Procedure.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    assert Procedure.objects.get(version=1).steps[0] == {
        "text": "Take no more power from it",
        "who": "officer",
        "minutes": 1,
    }
    text = page_of(group.kenya).get("/experts/eceg/work/").content.decode()
    assert text.count("Call the examiner") == 1
    assert "within 30 minutes" in text
    assert "Seal it" in text
    assert do(group.police, "write_procedure", incident="flood", title="x", steps="y").status_code == 400


def test_liaison_names_the_other_group_and_who_keeps_contact(group: SimpleNamespace) -> None:
    said = {"name": "Global cybercrime expert group", "about": "joint warnings", "owner": "police.ke"}
    do(group.police, "keep_liaison", **said)
    do(group.police, "keep_liaison", **said, last_on="2026-11-30")
    assert Liaison.objects.get().last_on is not None
    assert "Global cybercrime expert group" in page_of(group.kenya).get("/experts/eceg/work/").content.decode()


def test_a_recommendation_goes_to_the_committee_and_comes_back(group: SimpleNamespace) -> None:
    do(group.kenya, "recommend", text="A 24-hour contact in every administration", paragraph="2")
    one = Recommendation.objects.get()
    assert (one.reference, one.state) == ("R-26-1", "rec_drafted")
    assert do(group.kenya, "move_recommendation", recommendation=one.ref, move="send").status_code == 400
    do(group.ghana, "move_recommendation", recommendation=one.ref, move="send", on="2027-03-22")
    do(group.editor, "move_recommendation", recommendation=one.ref, move="send_back", note="words wanted")
    early = do(group.ghana, "move_recommendation", recommendation=one.ref, move="adopt")
    assert "cannot be done now" in early.content.decode()
    do(group.ghana, "move_recommendation", recommendation=one.ref, move="send", text="A contact that answers by night")
    do(group.editor, "move_recommendation", recommendation=one.ref, move="adopt", on="2027-03-22")
    text = page_of(group.uganda).get("/experts/eceg/").content.decode()
    assert "A contact that answers by night" in text
    assert "Adopted" in text
    assert "words wanted" not in text
    assert do(group.bank, "recommend", text="x", paragraph="1").status_code == 404


class Silent:
    """Nobody waits."""

    job = None

    def report(self, *_said: object) -> None:
        """Says nothing."""


def test_practice_says_who_uses_it_and_a_course_ends_with_a_certificate(group: SimpleNamespace, tmp_path: Path) -> None:
    said = {
        "kind": "course",
        "title": "Wallets and exchanges",
        "text": "Three days.",
        "materials": "Slides https://example.org/slides.pdf\nExercises",
        "languages": "en\nes",
        "level": "advanced",
        "hours": "21",
    }
    do(group.kenya, "offer_practice", **said)
    course = Practice.objects.get()
    assert course.materials == [
        {"title": "Slides", "link": "https://example.org/slides.pdf"},
        {"title": "Exercises", "link": ""},
    ]
    do(group.uganda, "use_practice", practice=course.ref, note="taught twice")
    do(group.kenya, "offer_practice", **said, practice=course.ref)
    course.refresh_from_db()
    assert course.version == 2
    assert Use.objects.get().version == 1
    today = now().date().isoformat()
    do(group.ghana, "plan_session", practice=course.ref, begins_on=today, ends_on=SOON, place="Accra", seats="1")
    session = Session.objects.get()
    do(group.uganda, "enrol", session=session.ref)
    full = do(group.police, "enrol", session=session.ref)
    assert "All seats of this session are taken." in full.content.decode()
    enrolment = Enrolment.objects.get()
    assert page_of(group.uganda).get(f"/experts/certificate/{enrolment.ref}/").status_code == 404
    client = page_of(group.ghana)
    client.post("/experts/eceg/do/complete/", {"session": session.ref, "completed": ["uganda.ug"]})
    text = page_of(group.uganda).get("/experts/eceg/practice/").content.decode()
    for part in ("taught twice", "21 hours", "version 2", "Certificate"):
        assert part in text, part
    assert page_of(group.uganda).get(f"/experts/certificate/{enrolment.ref}/").status_code == 200
    assert page_of(group.police).get(f"/experts/certificate/{enrolment.ref}/").status_code == 404
    silent: Any = Silent()
    said_so = certificate_document({"enrolment": enrolment.ref}, group.uganda, tmp_path / "c.pdf", silent)
    assert said_so.media_type == "application/pdf"
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    assert "Wallets and exchanges" not in page_of(group.bank).get("/experts/eceg/practice/").content.decode()


def test_the_command_does_what_the_page_does(
    group: SimpleNamespace, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "expert_group",
        "plan_work",
        "eceg",
        by="ghana.gh",
        format="json",
        set=["title=Duty rota", "paragraph=2", f"due_on={SOON}"],
    )
    assert json.loads(capsys.readouterr().out) == {"ref": WorkLine.objects.get().ref, "deed": "plan_work"}
    call_command("expert_group", "list", by="kenya.ke", format="json")
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == ["eceg", "experts"]
