"""Suspects: predefined states, a day to review and a day that ends it, tasks, sightings, and erasing without a trace
of the name.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.registry.conftest import page_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Outdated, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.registry.actions.entering import enter, link
from tidewaiter.registry.actions.erasing import erase_expired, remind_of_suspects
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.actions.suspects import Move, add_task, move_suspect, report_sighting, signal
from tidewaiter.registry.keeping import empty_log
from tidewaiter.registry.models import Entity, Statement, Suspect
from tidewaiter.registry.queries import listed_entities
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _person(by: Any, name: str = "Yusuf Kassarani", handling: str = "AMBER") -> Entity:
    return enter(
        said=SaidThing(key=name, kind="person", values=[("name", name)], source="register", handling=handling), by=by
    )


def _watched(staff: SimpleNamespace, name: str = "Yusuf Kassarani") -> Suspect:
    one = _person(staff.investigator, name)
    signal(entity=one, reason="met with the consignee", by=staff.investigator)
    move_suspect(ref=one.ref, move=Move(deed="assess", reason="two sources"), by=staff.investigator)
    return move_suspect(
        ref=one.ref, move=Move(deed="watch", reason="travels often", action="discreet"), by=staff.investigator
    )


def _days(suspect: Suspect) -> tuple[int, int]:
    today = now().date()
    return (suspect.review_on - today).days, (suspect.expires_on - today).days


def test_an_officer_signals_and_an_investigator_is_told_and_takes_it(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    made = signal(entity=one, reason="nervous at the gate", by=staff.officer)
    assert (made.state, made.owner, _days(made)) == ("signalled", "", (30, 180))
    assert Notice.objects.filter(to="investigator.ke", deed="registry.suspect_signalled", ref=one.ref).count() == 1
    with pytest.raises(NotAllowed):
        move_suspect(ref=one.ref, move=Move(deed="assess", reason="I think so"), by=staff.officer)
    moved = move_suspect(ref=one.ref, move=Move(deed="assess", reason="two sources"), by=staff.investigator)
    assert (moved.state, moved.owner, moved.version, _days(moved)) == ("assessed", "investigator.ke", 2, (90, 365))
    with pytest.raises(Refusal) as again:
        signal(entity=one, reason="once more", by=staff.officer)
    assert again.value.code == "signalled_already"


@pytest.mark.parametrize(
    ("way", "state", "days"),
    [
        (["assess", "watch"], "watched", (270, 365)),
        (["assess", "investigate"], "investigated", (365, 1095)),
        (["assess", "watch", "investigate", "hand_over"], "handed_over", (365, 1095)),
        (["close"], "closed", (730, 730)),
        (["assess", "investigate", "watch", "close", "reopen"], "signalled", (30, 180)),
    ],
)
def test_states_follow_each_other_as_they_were_said_beforehand(
    staff: SimpleNamespace, way: list[str], state: str, days: tuple[int, int]
) -> None:
    one = _person(staff.investigator)
    signal(entity=one, reason="grounds", by=staff.investigator)
    for deed in way:
        made = move_suspect(
            ref=one.ref, move=Move(deed=deed, reason="because", action="sighting", to="the police"), by=staff.contact
        )
    assert (made.state, _days(made)) == (state, days)
    assert [step.deed for step in made.steps.order_by("version")] == ["signal", *way]


@pytest.mark.parametrize("deed", ["watch", "investigate", "hand_over", "reopen"])
def test_a_state_is_not_jumped_over(staff: SimpleNamespace, deed: str) -> None:
    one = _person(staff.investigator)
    signal(entity=one, reason="grounds", by=staff.investigator)
    with pytest.raises(Refusal) as refused:
        move_suspect(
            ref=one.ref, move=Move(deed=deed, reason="because", action="sighting", to="x y"), by=staff.investigator
        )
    assert refused.value.code == "wrong_state"
    assert Suspect.objects.get(pk=one.ref).version == 1


def test_who_decides_on_what_was_not_read_is_told(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    with pytest.raises(Outdated) as late:
        move_suspect(ref=made.pk, move=Move(deed="close", reason="nothing found", version=2), by=staff.contact)
    assert late.value.version == 3
    assert Suspect.objects.get(pk=made.pk).state == "watched"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"expires_on": "today+1827"}, "expires_on"),
        ({"expires_on": "today+0"}, "expires_on"),
        ({"review_on": "today+366"}, "review_on"),
        ({"review_on": "03/04/2027"}, "review_on"),
        ({"review_on": "next spring"}, "review_on"),
        ({"owner": "officer.ke"}, "owner"),
        ({"owner": "foreign.ug"}, "owner"),
        ({"action": "arrest"}, "action"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_does_not_fit_changes_nothing(staff: SimpleNamespace, said: dict[str, str], code: str) -> None:
    made = _watched(staff)
    meant = {
        name: (now().date() + timedelta(days=int(value.removeprefix("today+")))).isoformat()
        if value.startswith("today+")
        else value
        for name, value in said.items()
    }
    with pytest.raises(BadInput) as refused:
        move_suspect(ref=made.pk, move=Move(**{"deed": "review", "reason": "still", **meant}), by=staff.investigator)
    assert refused.value.code == code
    assert Suspect.objects.get(pk=made.pk).version == 3


def test_who_is_watched_needs_what_to_do_if_met(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    signal(entity=one, reason="grounds", by=staff.investigator)
    move_suspect(ref=one.ref, move=Move(deed="assess", reason="yes"), by=staff.investigator)
    with pytest.raises(BadInput) as refused:
        move_suspect(ref=one.ref, move=Move(deed="watch", reason="yes"), by=staff.investigator)
    assert refused.value.code == "action"


def test_another_administrations_suspects_are_not_there(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    with pytest.raises(Missing):
        move_suspect(ref=made.pk, move=Move(deed="close", reason="because"), by=staff.foreign)
    page = page_of(staff.foreign)
    assert "Kassarani" not in page.get("/registry/suspects/").content.decode()
    assert page.post(f"/registry/{made.pk}/suspect/close/", {"reason": "because", "version": 3}).status_code == 404


def test_a_red_suspect_is_seen_by_investigators_alone(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator, handling="RED")
    signal(entity=one, reason="grounds", by=staff.investigator)
    assert "Kassarani" in page_of(staff.investigator).get("/registry/suspects/").content.decode()
    assert "Kassarani" not in page_of(staff.officer).get("/registry/suspects/").content.decode()
    with pytest.raises(Missing):
        report_sighting(ref=one.ref, seen_on="", place="gate", what="walked by", by=staff.officer)


def test_a_sighting_by_page_is_assessed_by_who_has_it_and_whoever_reported_is_told(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    officer, investigator = page_of(staff.officer), page_of(staff.investigator)
    page = officer.get(f"/registry/{made.pk}/").content.decode()
    assert "Discreet check: look, note, let go; do not tell" in page
    sent = officer.post(
        f"/registry/{made.pk}/suspect/sighting/",
        {"seen_on": now().date().isoformat(), "place": "Namanga", "what": "outbound, grey van"},
    )
    assert sent.status_code == 302
    assert Notice.objects.filter(to="investigator.ke", deed="registry.sighted").count() == 1
    assert "1 sighting waits to be assessed" in investigator.get("/registry/suspects/").content.decode()
    seen = Suspect.objects.get(pk=made.pk).sightings.get()
    investigator.post(f"/registry/sightings/{seen.ref}/judge/", {"verdict": "same", "note": "the plate fits"})
    page = officer.get(f"/registry/{made.pk}/").content.decode()
    assert "it was the same" in page
    assert "the plate fits" in page
    assert Notice.objects.filter(to="officer.ke", deed="registry.sighting_assessed").count() == 1
    again = investigator.post(f"/registry/sightings/{seen.ref}/judge/", {"verdict": "other"})
    assert again.status_code == 422


def test_a_suspect_goes_its_way_by_page(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    page = page_of(staff.investigator)
    page.post(f"/registry/{one.ref}/suspect/signal/", {"reason": "grounds"})
    page.post(f"/registry/{one.ref}/suspect/assess/", {"reason": "two sources", "version": "1"})
    refused = page.post(f"/registry/{one.ref}/suspect/watch/", {"reason": "often", "version": "2"})
    assert refused.status_code == 422
    assert "needs what to do if met" in refused.content.decode()
    review, ends = ((now().date() + timedelta(days=days)).isoformat() for days in (43, 135))
    page.post(
        f"/registry/{one.ref}/suspect/watch/",
        {
            "reason": "often",
            "version": "2",
            "action": "specific",
            "review_on": review,
            "expires_on": ends,
        },
    )
    text = page.get(f"/registry/{one.ref}/").content.decode()
    assert f"Review {review}. Ends {ends}" in text
    assert "Specific check: search person, goods and conveyance" in text
    page.post(f"/registry/{one.ref}/suspect/task/", {"what": "Fetch the gate film", "to": "contact.ke"})
    assert Notice.objects.filter(to="contact.ke", deed="registry.task_given").count() == 1
    task = Suspect.objects.get(pk=one.ref).tasks.get()
    page.post(f"/registry/tasks/{task.ref}/done/")
    assert Suspect.objects.get(pk=one.ref).tasks.get().done_by == "investigator.ke"
    page.post(
        f"/registry/{one.ref}/suspect/assign/", {"owner": "contact.ke", "helpers": "investigator.ke", "version": "3"}
    )
    assert Suspect.objects.get(pk=one.ref).owner == "contact.ke"
    assert page.get("/registry/suspects/?mine=1").content.decode().count("Kassarani") == 0


def test_a_suspect_goes_its_way_by_program_and_command(staff: SimpleNamespace, capsys: Any) -> None:
    one = _person(staff.investigator)
    token = make_token(officer=staff.investigator, scope="write", by=staff.investigator)[1]
    told = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_X_PURPOSE": "case KE-1, investigation"}
    client = Client()

    def post(path: str, said: dict[str, Any], method: str = "post") -> Any:
        return getattr(client, method)(f"/api/v1{path}", json.dumps(said), content_type="application/json", **told)

    assert post(f"/registry/entities/{one.ref}/suspect", {"reason": "grounds"}).json()["state"] == "signalled"
    late = post(f"/registry/suspects/{one.ref}/steps", {"deed": "assess", "reason": "yes", "version": 2})
    assert (late.status_code, late.json()["code"]) == (409, "another_version")
    made = post(f"/registry/suspects/{one.ref}/steps", {"deed": "assess", "reason": "yes", "version": 1})
    assert made.json()["version"] == 2
    call_command("move_suspect", one.ref, "watch", by="contact.ke", reason="often", action="sighting", format="json")
    call_command("report_sighting", one.ref, by="officer.ke", place="Kipevu", what="in a queue", format="json")
    capsys.readouterr()
    call_command("list_suspects", by="officer.ke", purpose="a control at the gate", format="json")
    [row] = json.loads(capsys.readouterr().out)
    assert (row["caption"], row["state"], row["owner"]) == ("Yusuf Kassarani", "watched", "investigator.ke")
    assert row["next_step"] == "1 sighting waits to be assessed"
    [whole] = client.get(f"/api/v1/registry/suspects/{one.ref}", **told).json()
    assert [step["deed"] for step in whole["steps"]] == ["signal", "assess", "watch"]
    assert whole["moves"] == ["investigate", "hand_over", "close", "review"]
    seen = whole["sightings"][0]["ref"]
    judged = post(f"/registry/sightings/{seen}/verdict", {"verdict": "other", "note": "taller"}).json()
    assert judged["verdict"] == "other"
    task = post(f"/registry/suspects/{one.ref}/tasks", {"what": "Ask the police", "due_on": "2099-02-01"}).json()
    assert post(f"/registry/tasks/{task['ref']}/done", {}).json()["done"] is True
    given = post(f"/registry/suspects/{one.ref}/owner", {"owner": "contact.ke", "version": 3}, "put").json()
    assert given["ref"] == one.ref
    assert client.get("/api/v1/registry/suspects", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 422
    assert post(f"/registry/entities/{one.ref}/erase", {"reason": "court order"}).json() == {"erased": 1}
    assert client.get(f"/api/v1/registry/suspects/{one.ref}", **told).status_code == 404


def test_people_are_reminded_once_a_week_of_what_is_to_be_reviewed(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    assert remind_of_suspects() == 0
    Suspect.objects.filter(pk=made.pk).update(review_on=now().date())
    assert remind_of_suspects() == 1
    assert remind_of_suspects() == 0
    assert Notice.objects.filter(to="investigator.ke", deed="registry.suspect_due", ref=made.pk).count() == 1
    Suspect.objects.filter(pk=made.pk).update(reminded_on=now().date() - timedelta(days=7))
    assert remind_of_suspects() == 1


def test_a_task_is_reminded_of_on_its_day_once(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    add_task(
        ref=made.pk, what="Fetch the film", to="contact.ke", due_on=now().date().isoformat(), by=staff.investigator
    )
    add_task(ref=made.pk, what="Ask the bank", due_on="2099-01-01", by=staff.investigator)
    assert remind_of_suspects() == 1
    assert remind_of_suspects() == 0
    assert list(Notice.objects.filter(deed="registry.task_due").values_list("to", flat=True)) == ["contact.ke"]


def test_at_its_end_it_is_erased_with_all_that_is_read_as_one_with_it(staff: SimpleNamespace) -> None:
    made = _watched(staff)
    other, friend = _person(staff.investigator, "Joe Kasara"), _person(staff.investigator, "Ines Calderuela")
    merge(left=made.pk, right=other.ref, by=staff.investigator, reason="same telephone")
    link(subject=other, target=friend, schema="Associate", by=staff.investigator, source="a call")
    assert erase_expired() == 0
    Suspect.objects.filter(pk=made.pk).update(expires_on=now().date())
    assert erase_expired() == 1
    assert [one.caption for one in listed_entities(staff.investigator)] == ["Ines Calderuela"]
    assert not Statement.objects.filter(value__in=["Yusuf Kassarani", "Joe Kasara"]).exists()
    entries = list(Entry.objects.filter(deed="registry.erased").order_by("seq"))
    assert sorted(entry.ref for entry in entries) == sorted([made.pk, other.ref])
    assert all(json.loads(entry.detail)["why"] == "expired" and "Kas" not in entry.detail for entry in entries)
    assert erase_expired() == 0


def test_a_suspicion_that_runs_on_keeps_the_record_and_a_list_keeps_its_person(staff: SimpleNamespace) -> None:
    made, other = _watched(staff), _watched(staff, "Joe Kasara")
    merge(left=made.pk, right=other.pk, by=staff.investigator, reason="same telephone")
    Suspect.objects.filter(pk=made.pk).update(expires_on=now().date())
    assert erase_expired() == 1
    assert Entity.objects.count() == 2
    assert list(Suspect.objects.values_list("pk", flat=True)) == [other.pk]
    Entity.objects.filter(pk=other.pk).update(listed="OFAC")
    Suspect.objects.filter(pk=other.pk).update(expires_on=now().date())
    assert erase_expired() == 1
    assert Entity.objects.count() == 2
    assert Suspect.objects.count() == 0


def test_an_officer_erases_nothing(staff: SimpleNamespace) -> None:
    one = _person(staff.investigator)
    page = page_of(staff.officer)
    assert page.post(f"/registry/{one.ref}/erase/", {"reason": "because"}).status_code == 422
    assert Entity.objects.filter(pk=one.ref).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="bytes of SQLite's files")
def test_no_byte_of_an_erased_name_stays_in_the_database(staff: SimpleNamespace) -> None:
    made = _watched(staff, "Zebulonas Quirxtowski")
    file = Path(connection.settings_dict["NAME"])
    files = [file, file.with_name(f"{file.name}-wal")]
    empty_log()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,), "what is let go is overwritten, also before it is encrypted"
    if not settings.STORE_SEALED:  # else no name can be read in its bytes in any case
        assert any(b"Quirxtowski" in one.read_bytes() for one in files if one.exists())
    page_of(staff.investigator).post(f"/registry/{made.pk}/erase/", {"reason": "a court asked"})
    held = [one.name for one in files if one.exists() and b"quirxtowski" in one.read_bytes().lower()]
    assert held == []


def test_the_proof_of_the_node_holds_through_all_of_it(staff: SimpleNamespace) -> None:
    from tidewaiter.registry.claims import CLAIMS

    made = _watched(staff)
    move_suspect(ref=made.pk, move=Move(deed="review", reason="still"), by=staff.investigator)
    assert [claim.first_fault() for claim in CLAIMS] == [None] * len(CLAIMS)
    Suspect.objects.filter(pk=made.pk).update(state="closed")
    assert [fault.ref for claim in CLAIMS if (fault := claim.first_fault())] == [made.pk]
    Suspect.objects.filter(pk=made.pk).update(state="watched", expires_on=now().date())
    assert erase_expired() == 1
    assert [claim.first_fault() for claim in CLAIMS] == [None] * len(CLAIMS)
    friend = _person(staff.investigator, "Ines Calderuela")
    Entity.objects.filter(pk=friend.pk).delete()
    assert [fault.ref for claim in CLAIMS if (fault := claim.first_fault())] == [friend.pk]
