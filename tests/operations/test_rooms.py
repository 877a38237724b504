"""A room by page, program and deed: who sees what, languages, clocks, corrections, search."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from tests.operations.conftest import page_of, program_of
from tests.operations.messages import SEIZURE, WARNING, send_as
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.notices.models import Notice
from tidewaiter.operations.actions.chasing import chase
from tidewaiter.operations.actions.joining import answer_invitation, end_membership, invite
from tidewaiter.operations.actions.messages import acknowledge, correct, withdraw
from tidewaiter.operations.content import NotValid
from tidewaiter.operations.models import Message, Owed
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import room_of
from tidewaiter.operations.searching import found_in
from tidewaiter.operations.wording import card_of

pytestmark = pytest.mark.django_db


def test_a_message_is_read_by_whom_it_is_for_and_nobody_else(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send_as(room, staff.jordan, "warning", WARNING, to=["KE"])
    for person, sees in (
        (staff.kenya, True),
        (staff.jordan, True),
        (staff.ocu, True),
        (staff.spain, False),
        (staff.watcher, False),
        (staff.private, False),
    ):
        ref = room(person).ref
        answer = program_of(person).get(f"/api/v1/operations/{ref}/messages").json()
        assert bool(answer) == sees, person.username
        page = page_of(person).get(f"/operations/{ref}/").content.decode()
        assert ("Machine parts" in page) == sees, person.username
        assert page_of(person).get(f"/operations/{ref}/messages/1/").status_code == (200 if sees else 404)
    for stranger in (staff.outsider, staff.steward):
        assert page_of(stranger).get(f"/operations/{ref}/").status_code == 404
        assert program_of(stranger).get(f"/api/v1/operations/{ref}/messages").status_code == 404


def test_observers_and_private_partners_read_no_names(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send_as(room, staff.jordan, "warning", WARNING)
    send_as(room, staff.spain, "seizure", SEIZURE)
    for person, reads in ((staff.kenya, True), (staff.watcher, False), (staff.private, False)):
        ref = room(person).ref
        told = json.dumps(program_of(person).get(f"/api/v1/operations/{ref}/messages").json())
        pages = "".join(
            page_of(person).get(f"/operations/{ref}/{rest}").content.decode()
            for rest in ("", "messages/1/", "messages/2/", "board/", "cards/?since=0")
        )
        for name in ("Kassarani", "Markov"):
            assert (name in told) == reads, (person.username, name)
            assert (name in pages) == reads, (person.username, name)
        found = program_of(person).get(f"/api/v1/operations/{ref}/messages?q=kassar").json()
        assert bool(found) == reads, "what one does not read is not found either"


def test_a_structured_message_is_read_in_the_readers_language_and_text_stays_as_written(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.jordan, "warning", WARNING)
    told = opened(room(staff.kenya).operation).messages[1]
    for lang, asked in (
        ("en", "hold, scan"),
        ("fr", "retenir, passer au scanner"),
        ("ar", "احتجاز, مسح بالأشعة"),
        ("zh-hans", "扣留, 扫描"),
        ("ru", "задержать, просветить"),
    ):
        with translation.override(lang):
            card = card_of(told, room(staff.kenya).member, lang)
        assert asked in [cell.value for cell in card.cells], lang
        assert (card.text, card.lang, card.direction) == ("الختم معاد التثبيت", "ar", "rtl")
    assert card_of(told, room(staff.kenya).member, "fr").kind == "Avertissement"


def test_what_does_not_fit_is_said_by_field_and_nothing_is_sent(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    with pytest.raises(NotValid) as refused:
        send_as(room, staff.jordan, "warning", {"to_place": "Qqqzzz", "asked": "scam", "eta": "soon"})
    assert {one.path for one in refused.value.problems} == {"goods", "to_place", "asked", "eta"}
    ref = room(staff.jordan).ref
    program = program_of(staff.jordan)
    for body, words in (
        ({"template": "nothing", "data": {}}, "There are: warning, feedback, seizure"),
        ({"template": "warning", "data": {"good": "x"}}, "Nearest: goods"),
        ({"template": "instruction", "data": {"text": "x"}, "to": ["FR"]}, "Nobody in the room would read it"),
        ({"template": "seizure", "data": {"date": "2026-01-01"}}, "Say which form"),
        ({"template": "instruction", "data": {"text": "x", "lang": "arabic!"}}, "no language"),
        ({"template": "reply", "data": {"text": "x"}, "reply_to": 99}, "no message #99"),
    ):
        answer = program.post(f"/api/v1/operations/{ref}/messages", body, content_type="application/json")
        assert answer.status_code == 422, body
        assert words in answer.json()["detail"], answer.json()
    assert Message.objects.count() == 0


def test_numbers_are_the_operations_own_and_a_read_is_written_down_once(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    for text in ("one", "two", "three"):
        send_as(room, staff.ocu, "instruction", {"text": text, "lang": "en"})
    ref = room(staff.kenya).ref
    program = program_of(staff.kenya)
    answer = program.get(f"/api/v1/operations/{ref}/messages?since=1", headers={"X-Purpose": "flight TW 114"}).json()
    assert [(one["number"], one["data"]) for one in answer] == [
        (2, {"text": "two", "lang": "en"}),
        (3, {"text": "three", "lang": "en"}),
    ]
    program.get(f"/api/v1/operations/{ref}/messages?since=1")
    entries = Entry.objects.filter(deed="operations.read", by=staff.kenya.username)
    assert [json.loads(one.detail)["purpose"] for one in entries] == ["flight TW 114"]


def test_a_warning_is_owed_by_each_country_until_its_feedback(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send_as(room, staff.jordan, "warning", WARNING, to=["KE", "ES"], reply_minutes=60)
    assert sorted(Owed.objects.values_list("administration", flat=True)) == ["ES", "KE"]
    page = page_of(staff.kenya).get(f"/operations/{room(staff.kenya).ref}/").content.decode()
    assert "You owe 1 answer" in page
    send_as(room, staff.kenya, "request", {"about": "Which seal?"}, reply_to=1)
    assert Owed.objects.filter(number=1, met_at=None).count() == 2, "a question back is no answer"
    send_as(room, staff.kenya, "feedback", {"controlled": "yes", "result": "nothing_found"}, reply_to=1)
    assert list(Owed.objects.filter(number=1, met_at=None).values_list("administration", flat=True)) == ["ES"]
    Owed.objects.filter(number=1).update(due_at=now() - timedelta(minutes=5))
    assert chase() == 1
    assert set(Notice.objects.filter(deed="operations.chased").values_list("to", flat=True)) == {staff.spain.username}
    assert chase() == 0, "the next call waits"
    Owed.objects.update(rung_at=now() - timedelta(hours=1))
    chase()
    called = set(Notice.objects.filter(deed="operations.chased").values_list("to", flat=True))
    assert called == {staff.spain.username, staff.ocu.username, staff.second.username}, "then co-ordinators too"
    figures = program_of(staff.ocu).get(f"/api/v1/operations/{room(staff.ocu).ref}/figures").json()
    assert (figures["warnings"], figures["answered"], figures["over"]) == (2, 1, 1)


def test_an_urgent_message_rings_until_somebody_acknowledges_it(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.ocu, "instruction", {"text": "Now", "lang": "en"}, to=["KE"], urgent=True)
    assert Notice.objects.filter(deed="operations.urgent", to=staff.kenya.username).exists()
    Owed.objects.update(due_at=now() - timedelta(minutes=1))
    assert chase() == 1
    acknowledge(room=room(staff.kenya), number=1, by=staff.kenya)
    Owed.objects.update(rung_at=now() - timedelta(hours=1))
    assert chase() == 0


def test_corrections_and_withdrawals_stay_beside_the_original(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send_as(room, staff.spain, "seizure", SEIZURE)
    with pytest.raises(NotAllowed):
        correct(room=room(staff.kenya), number=1, data=SEIZURE, by=staff.kenya)
    correct(room=room(staff.spain), number=1, data=SEIZURE | {"quantity": "320"}, by=staff.spain)
    ref = room(staff.kenya).ref
    [one] = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    assert one["data"]["lines"][0]["quantity"] == "320"
    assert [before["lines"][0]["quantity"] for before in one["before"]] == ["318"]
    page = page_of(staff.kenya).get(f"/operations/{ref}/messages/1/").content.decode()
    assert "318" in page
    assert "What it said before" in page
    withdraw(room=room(staff.spain), number=1, by=staff.spain)
    [one] = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    assert one["withdrawn_at"]
    assert one["data"]["lines"][0]["quantity"] == "320"
    with pytest.raises(Refusal, match="withdrawn"):
        correct(room=room(staff.spain), number=1, data=SEIZURE, by=staff.spain)


def test_who_leaves_or_is_removed_reads_nothing_from_then_on(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    send_as(room, staff.ocu, "instruction", {"text": "Secret", "lang": "en"})
    ref = room(staff.kenya).ref
    browser, program = page_of(staff.kenya), program_of(staff.kenya)
    assert browser.get(f"/operations/{ref}/").status_code == 200
    with pytest.raises(NotAllowed):
        end_membership(room=room(staff.spain), username=staff.kenya.username, by=staff.spain)
    page_of(staff.ocu).post(f"/operations/{ref}/members/{staff.kenya.username}/end/")
    for rest in ("", "board/", "messages/1/", "stream/", "cards/", "members/", "templates/", "closing/"):
        assert browser.get(f"/operations/{ref}/{rest}").status_code == 404, rest
    for rest in ("messages", "stream", "members", "templates", "figures"):
        assert program.get(f"/api/v1/operations/{ref}/{rest}").status_code == 404, rest
    with pytest.raises(Missing):
        room_of(staff.kenya, ref)
    end_membership(room=room(staff.second), username=staff.second.username, by=staff.second)
    with pytest.raises(Refusal, match="last co-ordinator"):
        end_membership(room=room(staff.ocu), username=staff.ocu.username, by=staff.ocu)


def test_an_invitation_is_joined_by_its_person_alone(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.ocu).ref
    invite(room=room(staff.ocu), username=staff.outsider.username, part="participant", by=staff.ocu)
    browser = page_of(staff.outsider)
    assert browser.get(f"/operations/{ref}/").status_code == 404, "invited is not in it"
    assert "Grey Heron" in browser.get("/operations/").content.decode()
    assert page_of(staff.steward).post(f"/operations/{ref}/join/", {"answer": "yes"}).status_code == 404
    assert browser.post(f"/operations/{ref}/join/", {"answer": "yes"}).status_code == 302
    assert browser.get(f"/operations/{ref}/").status_code == 200
    with pytest.raises(Refusal, match="in the room already"):
        invite(room=room(staff.ocu), username=staff.outsider.username, part="participant", by=staff.ocu)


def test_who_joins_has_a_second_factor_where_the_node_asks_for_one(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    from tidewaiter.people.models import RoleRule

    invite(room=room(staff.ocu), username=staff.outsider.username, part="participant", by=staff.ocu)
    RoleRule.objects.update_or_create(role="steward", defaults={"second_factor": True})
    with pytest.raises(Refusal, match="second factor"):
        answer_invitation(ref=room(staff.ocu).ref, yes=True, by=staff.outsider)


def test_a_word_is_found_by_a_part_of_it_in_any_language(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    texts = {
        "en": "Testing the scanner",
        "fr": "Conteneur scellé à nouveau",
        "es": "Contenedor con doble fondo, Coruña",
        "pt": "Apreensão no navio São Tomé",
        "ru": "Контейнер вскрыт в порту",
        "ar": "الحاوية مختومة",
        "zh": "集装箱已被扣留",
        "sw": "Kontena limefunguliwa",
        "id": "Peti kemas dibuka",
    }
    for lang, text in texts.items():
        send_as(room, staff.ocu, "instruction", {"text": text, "lang": lang})
    messages = visible(opened(room(staff.kenya).operation), room(staff.kenya).member)
    for words, lang in (
        ("test", "en"),
        ("scelle", "fr"),
        ("coruna", "es"),
        ("apreens", "pt"),
        ("контей", "ru"),
        ("الحاوية", "ar"),
        ("集装箱", "zh"),
        ("funguliwa", "sw"),
        ("kemas", "id"),
    ):
        found = found_in(messages, words, room(staff.kenya).member)
        assert [one.content.lang for one in found] == [lang], words
