"""How long mail is kept, what holds it, and a thread as a signed file."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.mail.conftest import page_of
from tests.mail.test_letters import program_of, sent
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.mail.actions import export_thread, forget_old_mail, hold_mail, lift_hold, set_keeping, verified
from tidewaiter.mail.models import Hold, Keeping, Letter, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _old(letter: Letter, days: int) -> str:
    Letter.objects.filter(pk=letter.pk).update(at=now() - timedelta(days=days))
    return letter.thread_id


def test_a_thread_goes_when_every_administration_in_it_wants_that(staff: SimpleNamespace) -> None:
    home = _old(sent(staff.officer, ["contact.ke"]), 40)
    both = _old(sent(staff.officer, ["ugandan.ug"]), 40)
    young = _old(sent(staff.officer, ["contact.ke"]), 20)
    assert forget_old_mail() == 0, "nobody has set how long"
    set_keeping(days=30, by=staff.steward)
    gone = Letter.objects.get(thread=home).ref
    assert forget_old_mail() == 1
    assert set(Thread.objects.values_list("ref", flat=True)) == {both, young}
    [entry] = Entry.objects.filter(deed="mail.forgotten")
    assert (entry.ref, entry.by) == (gone, "node")
    Keeping.objects.create(administration="UG", days=60, set_by="x", set_at=now())
    assert forget_old_mail() == 0, "Uganda keeps it for sixty days"
    Keeping.objects.filter(administration="UG").update(days=35)
    assert forget_old_mail() == 1
    assert set(Thread.objects.values_list("ref", flat=True)) == {young}
    set_keeping(days=None, by=staff.steward)
    assert not Keeping.objects.filter(administration="KE").exists()


def test_what_is_held_is_not_forgotten_until_the_hold_is_lifted(staff: SimpleNamespace) -> None:
    one = _old(sent(staff.officer, ["contact.ke"]), 40)
    other = _old(sent(staff.officer, ["contact.ke"]), 40)
    set_keeping(days=30, by=staff.steward)
    held = hold_mail(thread=one, reason="court order 7/2026", by=staff.steward)
    assert forget_old_mail() == 1
    assert not Thread.objects.filter(ref=other).exists()
    lift_hold(ref=held.ref, reason="the case is closed", by=staff.steward)
    with pytest.raises(Refusal, match="lifted already"):
        lift_hold(ref=held.ref, reason="once more", by=staff.steward)
    everything = hold_mail(reason="an audit", by=staff.steward)
    assert forget_old_mail() == 0, "all mail of the administration is held"
    lift_hold(ref=everything.ref, reason="it is over", by=staff.steward)
    assert forget_old_mail() == 1


def test_a_steward_alone_says_so_and_sees_nothing_of_the_mail(staff: SimpleNamespace) -> None:
    thread = sent(staff.foreign, ["ugandan.ug"]).thread_id
    for other in (staff.officer, staff.contact, staff.partner):
        with pytest.raises(Missing):
            set_keeping(days=30, by=other)
        assert page_of(other).get("/mail/keeping/").status_code == 404
        assert page_of(other).post("/mail/keeping/", {"days": "30"}).status_code == 404
    with pytest.raises(Missing):
        hold_mail(thread=thread, reason="not ours", by=staff.steward)
    for days in (0, 29, 36_501):
        with pytest.raises(BadInput, match="between 30 and 36500"):
            set_keeping(days=days, by=staff.steward)
    with pytest.raises(BadInput, match="Say why"):
        hold_mail(reason=" ", by=staff.steward)


def test_page_and_command_set_hold_and_lift(staff: SimpleNamespace) -> None:
    thread = sent(staff.officer, ["contact.ke"], subject="Kassarani").thread_id
    page = page_of(staff.steward)
    assert page.post("/mail/keeping/", {"days": "365"}).status_code == 302
    assert Keeping.objects.get().days == 365
    assert page.post("/mail/keeping/", {"days": "1"}).status_code == 422
    assert page.post("/mail/keeping/", {"thread": thread, "reason": "court order"}).status_code == 302
    text = page.get("/mail/keeping/").content.decode()
    assert thread in text
    assert "court order" in text
    assert "Kassarani" not in text, "a steward sees that it is held, not what it is about"
    held = Hold.objects.get()
    assert page.post(f"/mail/keeping/{held.ref}/lift/", {"reason": ""}).status_code == 422
    assert page.post(f"/mail/keeping/{held.ref}/lift/", {"reason": "over"}).status_code == 302
    out = io.StringIO()
    call_command("keep_mail", by="steward.ke", days=90, format="json", stdout=out)
    assert json.loads(out.getvalue())["days"] == 90
    assert page.post("/mail/keeping/", {"days": ""}).status_code == 302
    assert not Keeping.objects.exists()
    assert "/mail/keeping/" in page.get("/mail/").content.decode()
    assert "/mail/keeping/" not in page_of(staff.officer).get("/mail/").content.decode()


def test_a_thread_is_taken_as_a_file_that_the_node_has_signed(staff: SimpleNamespace, tmp_path: Path) -> None:
    letter = sent(staff.officer, ["contact.ke"])
    answer: Any = page_of(staff.contact).post(f"/mail/{letter.thread_id}/export/")
    assert answer.status_code == 200
    assert f"{letter.thread_id}.json" in answer["Content-Disposition"]
    document = json.loads(answer.content)
    assert verified(document) == (True, "")
    [told] = document["said"]["letters"]
    assert (told["by"], told["text"], told["to"]) == ("officer.ke", "The seal was broken in Mombasa.", ["contact.ke"])
    assert Entry.objects.filter(deed="mail.exported", ref=letter.thread_id, by="contact.ke").count() == 1
    changed = json.loads(answer.content)
    changed["said"]["letters"][0]["text"] = "The seal was whole."
    assert verified(changed) == (False, "It was changed after it was signed.")
    assert verified({"said": {}})[0] is False
    for other in (staff.duty, staff.steward, staff.foreign):
        assert page_of(other).post(f"/mail/{letter.thread_id}/export/").status_code == 404
        with pytest.raises(Missing):
            export_thread(ref=letter.thread_id, by=other)
    program = program_of(staff.officer)
    assert verified(program.post(f"/api/v1/mail/{letter.thread_id}/export").json()) == (True, "")
    path = tmp_path / "thread.json"
    call_command("export_mail", letter.thread_id, by="officer.ke", output=str(path), stdout=io.StringIO())
    out = io.StringIO()
    call_command("export_mail", verify=str(path), format="json", stdout=out)
    assert json.loads(out.getvalue())["valid"] is True
