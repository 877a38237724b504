"""Letters: who sees them, marks that never widen, clocks, drafts, files, taking back."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.mail.conftest import page_of
from tidewaiter.ledger.models import Entry
from tidewaiter.mail.actions import remind_of_letters, send_mail
from tidewaiter.mail.models import Draft, Letter
from tidewaiter.mail.written import Written
from tidewaiter.notices.models import Notice, Ringing
from tidewaiter.notices.ringing import ring_on
from tidewaiter.people.actions import make_token

SUBJECT = "Container TCLU 4021 and <b>who</b> sent it"


def sent(by: Any, to: list[str], **said: Any) -> Letter:
    words = {"subject": SUBJECT, "text": "The seal was broken in Mombasa.", **said}
    return send_mail(said=Written(to=to, **words), by=by)


def program_of(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_a_letter_is_seen_by_whom_it_is_for_and_by_nobody_else(staff: SimpleNamespace) -> None:
    answer = page_of(staff.officer).post(
        "/mail/new/",
        {"to": ["contact.ke, analyst.ke"], "subject": SUBJECT, "text": "Look at it today.", "deed": "send"},
    )
    assert answer.status_code == 302
    letter = Letter.objects.get()
    address = f"/mail/{letter.thread_id}/"
    assert answer["Location"] == address
    for reader in (staff.officer, staff.contact, staff.analyst):
        page = page_of(reader).get(address)
        assert page.status_code == 200
        assert "Look at it today." in page.content.decode()
        assert "<b>who</b>" not in page.content.decode()
    for other in (staff.duty, staff.steward, staff.foreign, staff.partner):
        assert page_of(other).get(address).status_code == 404
        assert page_of(other).post(f"/mail/letters/{letter.ref}/answer/", {"text": "x"}).status_code == 404
        assert SUBJECT[:20] not in page_of(other).get("/mail/").content.decode()
        assert program_of(other).get(f"/api/v1/mail/{letter.thread_id}").status_code in (403, 404)
    assert sorted(Entry.objects.filter(ref=letter.ref).values_list("deed", "by")) == [
        ("mail.opened", "analyst.ke"),
        ("mail.opened", "contact.ke"),
        ("mail.sent", "officer.ke"),
    ]
    assert not Entry.objects.filter(detail__contains="TCLU").exists()


def test_an_office_and_an_administration_are_written_to(staff: SimpleNamespace) -> None:
    at_office = sent(staff.officer, ["office:Kilindini"])
    at_desk = sent(staff.officer, ["administration:UG"])
    seen = {
        person.username: [row["ref"] for row in program_of(person).get("/api/v1/mail").json()]
        for person in (staff.analyst, staff.duty, staff.ugandan, staff.foreign)
    }
    assert seen == {
        "analyst.ke": [at_office.thread_id],
        "duty.ke": [],
        "ugandan.ug": [at_desk.thread_id],
        "foreign.ug": [],
    }


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (["nobody.here"], "to"),
        (["partner.int"], "to"),
        (["foreign.ug"], "to"),  # a colleague abroad who never wrote: one writes to the administration
        (["office:999999"], "to"),
        (["administration:FR"], "to"),
        (["officer.ke"], "to"),
        ([f"someone.{n}" for n in range(10_000)], "too_large"),
    ],
)
def test_whom_one_cannot_write_to_is_named(staff: SimpleNamespace, to: list[str], code: str) -> None:
    answer = program_of(staff.officer).post(
        "/api/v1/mail", json.dumps({"to": to[:150], "subject": "s", "text": "t"}), content_type="application/json"
    )
    assert answer.status_code in (400, 413, 422)
    assert answer.json()["code"] == code
    assert not Letter.objects.exists()


def test_ten_thousand_addressees_are_refused_before_they_are_looked_for(staff: SimpleNamespace) -> None:
    page = page_of(staff.officer).post(
        "/mail/new/",
        {"to": ",".join(f"a{n}" for n in range(10_000)), "subject": "s", "text": "t", "deed": "send"},
    )
    assert page.status_code == 400
    assert "100 addressees" in page.content.decode()
    assert Draft.objects.get().text == "t"


def test_an_answer_never_reaches_further_and_its_mark_is_never_wider(staff: SimpleNamespace) -> None:
    letter = sent(staff.officer, ["contact.ke"], handling="AMBER+STRICT")
    program = program_of(staff.contact)
    address = f"/api/v1/mail/letters/{letter.ref}/answer"

    def answer(**said: Any) -> Any:
        return program.post(address, json.dumps({"text": "Seen.", **said}), content_type="application/json")

    assert answer(handling="GREEN").json()["code"] == "handling"
    assert answer(to=["analyst.ke"]).json()["code"] == "to"
    done = answer()
    assert done.status_code == 201
    made = Letter.objects.get(ref=done.json()["ref"])
    assert (made.handling, [one.who for one in made.addressees.all()]) == ("AMBER+STRICT", ["officer.ke"])
    assert answer(handling="RED", to=["officer.ke"]).status_code == 201


def test_what_is_sent_on_stays_where_its_mark_says(staff: SimpleNamespace) -> None:
    amber = sent(staff.officer, ["contact.ke"], handling="AMBER")
    red = sent(staff.officer, ["contact.ke"], handling="RED")
    program = program_of(staff.contact)

    def on(letter: Letter, to: str, **said: Any) -> Any:
        body = {"text": "For you.", "to": [to], **said}
        return program.post(
            f"/api/v1/mail/letters/{letter.ref}/forward", json.dumps(body), content_type="application/json"
        )

    assert on(amber, "administration:UG").json()["code"] == "to"
    assert on(amber, "analyst.ke", handling="CLEAR").json()["code"] == "handling"
    assert on(amber, "analyst.ke").status_code == 201
    assert on(red, "analyst.ke").status_code == 403
    assert (
        "The seal was broken"
        in page_of(staff.analyst).get(f"/mail/{Letter.objects.get(forwards=amber).thread_id}/").content.decode()
    )
    assert sent(staff.officer, ["administration:UG"], handling="AMBER").pk
    for mark, to in (("RED", "administration:KE"), ("AMBER+STRICT", "administration:UG")):
        body = {"to": [to], "subject": "s", "text": "t", "handling": mark}
        refused = program_of(staff.officer).post("/api/v1/mail", json.dumps(body), content_type="application/json")
        assert refused.json()["code"] == "to"


def test_an_answer_is_wanted_by_a_clock_that_reminds_and_says_what_is_overdue(staff: SimpleNamespace) -> None:
    letter = sent(staff.officer, ["contact.ke", "analyst.ke"], due="+4")
    start = letter.at
    assert letter.due_at is not None
    assert letter.due_at - start < timedelta(hours=4, seconds=5)
    assert remind_of_letters() == 0
    Letter.objects.filter(pk=letter.pk).update(
        due_at=datetime.now(UTC) + timedelta(minutes=50), at=start - timedelta(hours=3)
    )
    assert (remind_of_letters(), remind_of_letters()) == (1, 0)
    assert sorted(Notice.objects.filter(deed="mail.due").values_list("to", flat=True)) == ["analyst.ke", "contact.ke"]
    Letter.objects.filter(pk=letter.pk).update(due_at=datetime.now(UTC) - timedelta(minutes=5))
    assert (remind_of_letters(), remind_of_letters()) == (1, 0)
    assert sorted(Notice.objects.filter(deed="mail.overdue").values_list("to", flat=True)) == [
        "analyst.ke",
        "contact.ke",
        "officer.ke",
    ]
    assert "One answer of yours is overdue" in page_of(staff.contact).get("/mail/?box=overdue").content.decode()
    start_page = page_of(staff.contact).get("/").content.decode()
    assert "1 answer overdue" in " ".join(start_page.split())
    answered = page_of(staff.contact).post(
        f"/mail/letters/{letter.ref}/answer/",
        {"text": "Late, and here it is.", "handling": "AMBER", "read_up_to": letter.ref, "deed": "send"},
    )
    assert answered.status_code == 302
    letter.refresh_from_db()
    assert letter.answered_by == "contact.ke"
    assert "Answered by" in page_of(staff.officer).get(f"/mail/{letter.thread_id}/").content.decode()
    assert [row["ref"] for row in program_of(staff.analyst).get("/api/v1/mail?box=overdue").json()] == []


def test_two_who_answer_at_once_are_told_of_each_other(staff: SimpleNamespace) -> None:
    letter = sent(staff.officer, ["contact.ke", "analyst.ke"])
    said = {"text": "We have it.", "handling": "AMBER", "read_up_to": letter.ref, "deed": "send"}
    address = f"/mail/letters/{letter.ref}/answer/"
    assert page_of(staff.contact).post(address, said).status_code == 302
    second = page_of(staff.analyst).post(address, {**said, "text": "I go there now."})
    assert second.status_code == 409
    page = second.content.decode()
    assert "wrote in this thread" in page
    assert "We have it." in page
    draft = Draft.objects.get(by="analyst.ke")
    assert draft.text == "I go there now."
    newest = Letter.objects.get(text="We have it.")
    sent_after = page_of(staff.analyst).post(
        f"/mail/drafts/{draft.ref}/", {**said, "text": "I go there now.", "read_up_to": newest.ref}
    )
    assert sent_after.status_code == 302
    assert Letter.objects.count() == 3


def test_a_letter_is_taken_back_within_a_minute_while_nobody_has_opened_it(staff: SimpleNamespace) -> None:
    letter = sent(staff.officer, ["contact.ke"], due="+24")
    browser = page_of(staff.officer)
    assert page_of(staff.contact).post(f"/mail/letters/{letter.ref}/take_back/").status_code == 403
    done = browser.post(f"/mail/letters/{letter.ref}/take_back/")
    draft = Draft.objects.get()
    assert done["Location"] == f"/mail/drafts/{draft.ref}/"
    assert (draft.subject, draft.to) == (SUBJECT, ["contact.ke"])
    assert page_of(staff.contact).get(f"/mail/{letter.thread_id}/").status_code == 404
    assert not Notice.objects.filter(to="contact.ke", deed="mail.sent").exists()
    opened = sent(staff.officer, ["contact.ke"])
    assert page_of(staff.contact).get(f"/mail/{opened.thread_id}/").status_code == 200
    assert browser.post(f"/mail/letters/{opened.ref}/take_back/").status_code == 422
    late = sent(staff.officer, ["contact.ke"])
    Letter.objects.filter(pk=late.pk).update(at=late.at - timedelta(seconds=61))
    assert browser.post(f"/mail/letters/{late.ref}/take_back/").status_code == 422


def test_drafts_are_kept_as_one_types_and_are_ones_own(staff: SimpleNamespace) -> None:
    browser = page_of(staff.officer)
    browser.post("/mail/new/", {"to": "contact.ke", "subject": "Half", "text": "", "deed": "keep"})
    draft = Draft.objects.get()
    kept = browser.post(f"/mail/drafts/{draft.ref}/keep/", {"to": "contact.ke", "subject": "Half", "text": "a wor"})
    assert "Kept at" in kept.content.decode()
    draft.refresh_from_db()
    assert draft.text == "a wor"
    assert "Half" in browser.get("/mail/drafts/").content.decode()
    assert page_of(staff.contact).get(f"/mail/drafts/{draft.ref}/").status_code == 404
    assert page_of(staff.contact).post(f"/mail/drafts/{draft.ref}/keep/", {}).status_code == 404
    assert browser.post(f"/mail/drafts/{draft.ref}/", {"deed": "drop"}).status_code == 302
    assert not Draft.objects.exists()


def test_the_first_words_begin_a_draft_and_sending_uses_it_up(staff: SimpleNamespace) -> None:
    browser = page_of(staff.officer)
    empty = browser.post("/mail/drafts/new/keep/", {"to": "", "subject": " ", "text": ""})
    assert "Kept at" not in empty.content.decode()
    assert not Draft.objects.exists()
    said = {"to": "contact.ke", "subject": "Seals", "text": "The first wor"}
    kept = browser.post("/mail/drafts/new/keep/", said).content.decode()
    draft = Draft.objects.get()
    assert f'name="draft" value="{draft.ref}"' in kept
    assert f'hx-post="/mail/drafts/{draft.ref}/keep/"' in kept
    sent_now = browser.post("/mail/new/", {**said, "text": "The first words.", "draft": draft.ref, "deed": "send"})
    assert sent_now.status_code == 302
    assert (Letter.objects.get().text, Draft.objects.count()) == ("The first words.", 0)
    assert page_of(staff.contact).post("/mail/new/", {**said, "draft": draft.ref}).status_code == 404


def test_a_person_sends_so_many_letters_in_an_hour(staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_MAIL_LETTERS_HOUR", "2")
    body = {"to": ["contact.ke"], "subject": "s", "text": "t"}
    program = program_of(staff.officer)
    answers = [program.post("/api/v1/mail", json.dumps(body), content_type="application/json") for _n in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]


def packed(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, content)
    return held.getvalue()


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("list.csv", b"a;b\n1;2\n", "text/plain"),
        ("scan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf"),
        ("page.html", b"<script>alert(1)</script>", "text/plain"),
        ("photos.zip", packed("a.txt", b"x"), "application/zip"),
        ("photo.png", PICTURE, "image/jpeg"),
        ("list.pdf", b"MZ\x90\x00" + b"\0" * 60, None),
        ("tool.zip", packed("setup.exe", b"x"), None),
        ("hidden.zip", packed("a.txt", b"\x7fELF"), None),
        ("sums.xlsx", packed("xl/vbaProject.bin", b"x"), None),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, None),
        ("what", bytes(range(256)), None),
        ("empty.txt", b"", None),
    ],
)
def test_a_file_is_looked_through_before_it_goes_along(
    staff: SimpleNamespace, name: str, content: bytes, kept_as: str | None
) -> None:
    program = program_of(staff.officer)
    brought = program.post(f"/api/v1/mail/files?name={name}", content, content_type="application/octet-stream")
    if kept_as is None:
        assert brought.status_code == 422, brought.content
        return
    assert (brought.status_code, brought.json()["type"]) == (201, kept_as)
    file = brought.json()["file"]
    body = {"to": ["contact.ke"], "subject": "With a file", "text": "See the file.", "files": [file]}
    assert program.post("/api/v1/mail", json.dumps(body), content_type="application/json").status_code == 201
    taken = page_of(staff.contact).get(f"/mail/files/{file}/")
    assert taken.status_code == 200
    assert taken["Content-Disposition"].startswith("attachment")
    assert taken["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in taken["Content-Security-Policy"]
    assert kept_as == "image/jpeg" or taken.content == content
    assert page_of(staff.analyst).get(f"/mail/files/{file}/").status_code == 404
    assert program_of(staff.foreign).get(f"/api/v1/mail/files/{file}").status_code == 404
    again = program.post("/api/v1/mail", json.dumps(body), content_type="application/json")
    assert again.json()["code"] == "files"


def test_a_file_too_large_and_a_file_of_somebody_else_are_refused(
    staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_ANY_FILE_BYTES", "1000")
    browser = page_of(staff.officer)
    said = {"to": "contact.ke", "subject": "s", "text": "t", "deed": "send"}
    refused = browser.post("/mail/new/", {**said, "file": SimpleUploadedFile("a.txt", b"x" * 1001)})
    assert refused.status_code in (400, 413)
    assert "1000 B" in refused.content.decode()
    assert not Letter.objects.exists()
    assert Draft.objects.get().text == "t"
    brought = program_of(staff.officer).post(
        "/api/v1/mail/files?name=a.txt", b"mine", content_type="application/octet-stream"
    )
    body = {"to": ["contact.ke"], "subject": "s", "text": "t", "files": [brought.json()["file"]]}
    stolen = program_of(staff.analyst).post("/api/v1/mail", json.dumps(body), content_type="application/json")
    assert stolen.status_code == 404


def test_one_finds_words_in_ones_own_mail_alone(staff: SimpleNamespace) -> None:
    sent(staff.officer, ["contact.ke"], text="Ключ лежит у Моники в Найроби.")
    sent(staff.analyst, ["duty.ke"], text="Nairobi too.")
    found = program_of(staff.contact).get("/api/v1/mail?q=найроб").json()
    assert len(found) == 1
    assert program_of(staff.contact).get("/api/v1/mail?q=mombasa").json() == []
    assert "No letter holds all these words" in page_of(staff.contact).get("/mail/?q=mombasa").content.decode()


def test_who_is_closed_or_has_gone_over_reads_no_more(staff: SimpleNamespace) -> None:
    letter = sent(staff.officer, ["contact.ke"])
    browser, address = page_of(staff.contact), f"/mail/{letter.thread_id}/"
    assert browser.get(address).status_code == 200
    staff.contact.administration_id = "UG"
    staff.contact.save()
    assert page_of(staff.contact).get(address).status_code == 404
    staff.contact.administration_id = "KE"
    staff.contact.is_active = False
    staff.contact.save()
    assert browser.get(address).status_code == 302


def test_an_urgent_letter_rings_until_somebody_has_it(staff: SimpleNamespace) -> None:
    sent(staff.officer, ["analyst.ke"], urgent=True)
    ringing = Ringing.objects.get()
    assert [one.to for one in ringing.rung.all()] == ["analyst.ke"]
    for _minute in range(4):
        Ringing.objects.update(next_at=datetime.now(UTC))
        ring_on()
    told = {one.to for one in ringing.rung.all()}
    assert {"analyst.ke", "contact.ke", "duty.ke", "steward.ke"} <= told
    assert page_of(staff.foreign).get(f"/notices/ringing/{ringing.ref}/").status_code == 404
    assert page_of(staff.officer).post(f"/notices/ringing/{ringing.ref}/acknowledge/").status_code == 422
    assert "Rings until somebody has it" in page_of(staff.duty).get("/").content.decode()
    assert page_of(staff.duty).post(f"/notices/ringing/{ringing.ref}/acknowledge/").status_code == 302
    ringing.refresh_from_db()
    assert (ringing.outcome, ringing.ended_by) == ("acknowledged", "duty.ke")
    Ringing.objects.update(next_at=datetime.now(UTC))
    assert ring_on() == 0
    late = program_of(staff.contact).post(f"/api/v1/ringing/{ringing.ref}/acknowledge")
    assert late.status_code == 409
