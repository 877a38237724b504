"""A room by page and program: files, restricted files, templates, training, drafts, the board, every page."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.operations.conftest import page_of, program_of
from tests.operations.messages import SEIZURE, WARNING, send_as
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.operations.actions.opening import move
from tidewaiter.operations.actions.shaping import trim
from tidewaiter.operations.models import Message, Owed
from tidewaiter.operations.opened import opened

pytestmark = pytest.mark.django_db


def test_a_file_is_sealed_on_the_disk_and_opens_for_whom_its_message_is_for(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref
    sent = page_of(staff.jordan).post(
        f"/operations/{ref}/write/warning/",
        {"goods": "Pumps", "to": ["KE"], "files": [SimpleUploadedFile("markername.txt", b"markercontent")]},
    )
    assert sent.status_code == 302, sent.content.decode()
    [one] = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    [file] = one["attachments"]
    assert file["name"] == "markername.txt"
    address = f"/operations/{ref}/files/{file['ref']}/"
    answer = page_of(staff.kenya).get(address)
    assert (answer.content, answer["Content-Disposition"]) == (
        b"markercontent",
        'attachment; filename="markername.txt"',
    )
    assert page_of(staff.spain).get(address).status_code == 404
    assert program_of(staff.kenya).get(f"/api/v1/operations/{ref}/files/{file['ref']}").content == b"markercontent"


def test_a_restricted_file_is_opened_by_two_people_and_every_look_is_recorded(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref
    page_of(staff.jordan).post(
        f"/operations/{ref}/write/warning/",
        {"goods": "x", "restricted": "on", "files": [SimpleUploadedFile("a.jpg", b"picture")]},
    )
    [one] = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    [file] = one["attachments"]
    address = f"/operations/{ref}/files/{file['ref']}/"
    browser = page_of(staff.kenya)
    assert browser.get(address).status_code == 403
    assert program_of(staff.kenya).get(f"/api/v1/operations/{ref}/files/{file['ref']}").status_code == 403
    assert browser.post(f"{address}ask/").status_code == 302
    assert browser.post(f"{address}allow/", {"asker": staff.kenya.username}).status_code in (400, 409, 422), "not alone"
    assert page_of(staff.watcher).post(f"{address}allow/", {"asker": staff.kenya.username}).status_code == 403
    page_of(staff.spain).post(f"{address}allow/", {"asker": staff.kenya.username})
    assert browser.get(address).content == b"picture"
    deeds = list(Entry.objects.filter(ref=ref, detail__contains=file["ref"]).values_list("deed", flat=True))
    assert deeds == ["operations.look_asked", "operations.look_allowed", "operations.restricted_looked"]


def test_a_coordinator_trims_a_template_and_makes_one_and_old_messages_stay(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.jordan, "warning", WARNING)
    trim(room=room(staff.ocu), code="warning", keep=["goods", "to_place"], by=staff.ocu)
    with pytest.raises(Refusal, match="no field «eta»"):
        send_as(room, staff.jordan, "warning", {"goods": "x", "eta": "2026-11-27"})
    ref = room(staff.ocu).ref
    said = {
        "code": "drone",
        "label": "Drone seen",
        "label.1": "Height",
        "name.1": "height",
        "type.1": "integer",
        "label.2": "Where",
        "type.2": "place",
        "needed.2": "on",
    }
    assert page_of(staff.kenya).post(f"/operations/{ref}/templates/", said).status_code == 403
    assert page_of(staff.ocu).post(f"/operations/{ref}/templates/", said).status_code == 302
    send_as(room, staff.kenya, "drone", {"height": "120", "field_2": "KEMBA"})
    first, drone = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/messages").json()
    assert first["data"]["eta"] == "2026-11-27"
    assert drone["data"] == {"height": "120", "field_2": "KEMBA"}
    listed = program_of(staff.kenya).get(f"/api/v1/operations/{ref}/templates").json()
    assert [one["code"] for one in listed] == [
        "warning",
        "feedback",
        "seizure",
        "situation",
        "request",
        "reply",
        "instruction",
        "raid",
        "drone",
    ]


def test_training_is_wiped_when_the_operation_goes_live(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    move(room=room(staff.ocu), phase="training", by=staff.ocu)
    send_as(room, staff.jordan, "warning", WARNING, to=["KE"])
    assert opened(room(staff.kenya).operation).messages
    with pytest.raises(NotAllowed):
        move(room=room(staff.kenya), phase="live", by=staff.kenya)
    move(room=room(staff.ocu), phase="live", by=staff.ocu)
    assert opened(room(staff.kenya).operation).messages == {}
    assert not Owed.objects.exists()
    assert send_as(room, staff.ocu, "instruction", {"text": "Now", "lang": "en"}).number == 2


def test_a_draft_is_its_writers_alone_and_comes_back(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.kenya).ref
    browser = page_of(staff.kenya)
    assert browser.post(f"/operations/{ref}/write/warning/", {"goods": "markerdraft", "draft": "1"}).status_code == 302
    assert "markerdraft" in browser.get(f"/operations/{ref}/write/warning/").content.decode()
    assert "markerdraft" not in page_of(staff.kenya_too).get(f"/operations/{ref}/write/warning/").content.decode()
    assert "markerdraft" not in page_of(staff.ocu).get(f"/operations/{ref}/write/warning/").content.decode()


def test_the_boards_rows_meet_its_figures(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    from tidewaiter.operations.board import board_of

    send_as(room, staff.jordan, "warning", WARNING, to=["KE", "ES"])
    send_as(room, staff.kenya, "feedback", {"controlled": "yes", "result": "seized"}, reply_to=1)
    send_as(room, staff.spain, "seizure", SEIZURE)
    send_as(room, staff.spain, "seizure", SEIZURE | {"quantity": "2"})
    send_as(room, staff.kenya, "raid", {"places_searched": 3, "arrests": 5, "victims": 2})
    shown = board_of(room(staff.ocu), opened(room(staff.ocu).operation), None)
    figures, rows = shown["figures"], [row for row, _bars in shown["rows"]]
    assert (figures.warnings, figures.answered, figures.hits, figures.seizures) == (2, 1, 1, 2)
    assert (figures.arrests, figures.victims, figures.raids) == (7, 2, 1)
    assert sum(row.got for row in rows) == 2
    assert sum(row.answered for row in rows) == 1
    assert sum(row.seizures for row in rows) == 2
    assert sum(row.arrests for row in rows) == 7
    assert [(row["name"], str(row["quantity"]), row["unit"]) for row in shown["goods"]] == [("Cocaine", "320", "KGM")]
    assert page_of(staff.ocu).get(f"/operations/{room(staff.ocu).ref}/board/").status_code == 200


def test_every_page_of_a_room_answers_and_the_report_is_printed_in_any_language(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    from tidewaiter.operations.situation import situation_html

    send_as(room, staff.jordan, "warning", WARNING, to=["KE"], urgent=True)
    send_as(room, staff.spain, "seizure", SEIZURE)
    ref = room(staff.ocu).ref
    browser = page_of(staff.ocu)
    for address in (
        "/",
        "/operations/",
        "/operations/new/",
        f"/operations/{ref}/?q=machine&kind=warning",
        f"/operations/{ref}/?show=unread",
        f"/operations/{ref}/write/seizure/",
        f"/operations/{ref}/write/warning/",
        f"/operations/{ref}/members/",
        f"/operations/{ref}/templates/",
        f"/operations/{ref}/closing/",
    ):
        assert browser.get(address).status_code == 200, address
    assert page_of(staff.kenya).get("/operations/new/").status_code == 403
    assert page_of(staff.spain).get(f"/operations/{ref}/write/seizure/?correct=2").status_code == 200
    opened_ = browser.post("/operations/new/", {"title": "Second", "countries": ["KE"], "waiting_days": "7"})
    assert opened_.status_code == 302
    assert browser.post("/operations/new/", {"title": "", "waiting_days": "7"}).status_code == 422
    for lang, words in (("en", "Seized, by commodity"), ("fr", "Cocaïne"), ("ar", 'dir="rtl"')):
        html = situation_html(room(staff.ocu), lang)
        assert words in html, lang
        assert "Markov" not in html
    with pytest.raises(Refusal):
        situation_html(room(staff.ocu), "tlh")


def test_a_page_says_what_is_wrong_and_keeps_what_was_typed(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref = room(staff.jordan).ref
    answer = page_of(staff.jordan).post(
        f"/operations/{ref}/write/warning/", {"goods": "", "conveyance": "Marisol Trader", "to_place": "Qqqzzz"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Marisol Trader" in page
    assert "This is needed." in page
    assert "is no place that is known" in page
    sent = page_of(staff.jordan).post(f"/operations/{ref}/say/", {"text": "Bonjour", "lang": "fr"})
    assert sent.status_code == 302
    assert Message.objects.get().template == "instruction"


def test_a_seizure_becomes_its_owners_case_on_a_national_node_and_nowhere_else(
    room: Callable[..., Any], staff: SimpleNamespace, settings: Any
) -> None:
    from tidewaiter.cases.models import Case
    from tidewaiter.people.models import Grant

    Grant.objects.create(officer=staff.spain, role="officer", granted_by="node", granted_at=now())
    send_as(room, staff.spain, "seizure", SEIZURE)
    ref = room(staff.spain).ref
    settings.TIDEWAITER_SHAPE = "operation"
    answer = program_of(staff.spain).post(f"/api/v1/operations/{ref}/messages/1/record")
    assert (answer.status_code, answer.json()["code"]) == (409, "elsewhere")
    settings.TIDEWAITER_SHAPE = "national"
    assert program_of(staff.jordan).post(f"/api/v1/operations/{ref}/messages/1/record").status_code == 403
    made = program_of(staff.spain).post(f"/api/v1/operations/{ref}/messages/1/record")
    assert made.status_code == 200, made.content
    case = Case.objects.get(ref=made.json()["ref"])
    assert (case.status, case.channel, case.administration, case.place) == ("draft", "operation", "ES", "ESALG")
    assert "Markov" not in json.dumps(case.header), "names of the annex stay in the room"
    again = program_of(staff.spain).post(f"/api/v1/operations/{ref}/messages/1/record")
    assert again.json()["code"] == "recorded"


def test_a_seizure_has_several_lines_and_a_correction_keeps_what_the_form_does_not_show(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.spain).ref
    browser = page_of(staff.spain)
    typed = {
        "form": "DRG",
        "country": "ES",
        "date": "2026-11-26",
        "lines.1.subtype": "cocaine",
        "lines.1.quantity": "318",
        "lines.1.unit": "KGM",
        "lines.3.subtype": "heroin",
        "lines.3.quantity": "2",
        "lines.3.unit": "KGM",
    }
    sent = browser.post(f"/operations/{ref}/write/seizure/", typed)
    assert sent.status_code == 302, sent.content.decode()
    [one] = program_of(staff.spain).get(f"/api/v1/operations/{ref}/messages").json()
    lines = one["data"]["lines"]
    assert [(line["subtype"], line["quantity"]) for line in lines] == [
        ("cocaine", "318"),
        ("heroin", "2"),
    ]
    wrong = browser.post(f"/operations/{ref}/write/seizure/", typed | {"lines.3.subtype": "no such powder"})
    assert wrong.status_code == 422
    assert "no such powder" in wrong.content.decode()
    whole = SEIZURE | {
        "lines": [
            {"subtype": "cocaine", "quantity": "1", "unit": "KGM", "reported": "in tins"},
            {"subtype": "heroin", "quantity": "2", "unit": "KGM"},
        ],
        "annex": [{"name": f"Person {n}", "birth_date": "1980-01-01"} for n in range(1, 6)],
    }
    for name in ("subtype", "quantity", "unit"):
        whole.pop(name)
    with pytest.raises(Refusal, match="no field «colour»"):
        send_as(room, staff.spain, "seizure", whole | {"lines": [whole["lines"][0] | {"colour": "white"}]})
    send_as(room, staff.spain, "seizure", whole)
    page = browser.get(f"/operations/{ref}/write/seizure/?correct=2").content.decode()
    assert 'value="Person 5"' in page
    again = typed | {
        "lines.1.quantity": "9",
        "lines.2.subtype": "heroin",
        "lines.2.quantity": "2",
        "lines.2.unit": "KGM",
        **{f"annex.{n}.name": f"Person {n}" for n in range(1, 6)},
    }
    for name in ("subtype", "quantity", "unit"):
        again.pop(f"lines.3.{name}")
    assert browser.post(f"/operations/{ref}/write/seizure/?correct=2", again).status_code == 302
    two = program_of(staff.spain).get(f"/api/v1/operations/{ref}/messages?since=1").json()[0]["data"]
    assert [line["quantity"] for line in two["lines"]] == ["9", "2"]
    assert two["lines"][0]["reported"] == "in tins"
    assert [person["birth_date"] for person in two["annex"]] == ["1980-01-01"] * 5


def test_whoever_reads_no_names_reads_none_where_messages_are_corrected(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.spain, "seizure", SEIZURE)
    ref = room(staff.private).ref
    answer = page_of(staff.private).get(f"/operations/{ref}/write/seizure/?correct=1")
    assert answer.status_code == 403
    assert "Markov" not in answer.content.decode()
    assert page_of(staff.kenya).get(f"/operations/{ref}/write/seizure/?correct=1").status_code == 403
    assert page_of(staff.spain).get(f"/operations/{ref}/write/warning/?correct=1").status_code == 404


@pytest.mark.skipif(os.environ["TIDEWAITER_SHAPE"] != "national", reason="the registry is on national nodes alone")
def test_names_of_a_seizure_go_into_the_registry_by_their_owners_act_alone(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    from tidewaiter.people.models import Grant
    from tidewaiter.registry.models import CaseTie, Statement

    annex = [{"name": f"Diego Markov {n}", "role": "courier", "birth_date": "1980-02-03"} for n in range(1, 24)]
    annex.append({"name": "Ana Ilic", "role": "agent"})
    for _n in range(3):
        send_as(room, staff.spain, "seizure", SEIZURE | {"annex": annex})
    ref = room(staff.spain).ref
    address = f"/api/v1/operations/{ref}/messages"
    Grant.objects.create(officer=staff.spain, role="officer", granted_by="node", granted_at=now())
    without = program_of(staff.spain).post(f"{address}/1/record")
    assert without.status_code == 200, without.content
    assert not CaseTie.objects.exists()
    made = program_of(staff.spain).post(f"{address}/2/record?names=true")
    assert made.status_code == 200, made.content
    ties = CaseTie.objects.filter(case=made.json()["ref"])
    assert [tie.role for tie in ties.order_by("pk")] == ["courier"] * 23 + ["declarant"]
    assert Statement.objects.filter(prop="name", value="Ana Ilic").count() == 1
    assert page_of(staff.spain).post(f"/operations/{ref}/messages/3/record/", {"names": "on"}).status_code == 302
    assert CaseTie.objects.count() == 48


def test_a_large_file_comes_and_goes_bit_by_bit(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    ref, content = room(staff.kenya).ref, os.urandom(1024) * 21 * 1024
    program = program_of(staff.kenya)
    brought = program.post(
        f"/api/v1/operations/{ref}/files?name=scan.bin", content, content_type="application/octet-stream"
    )
    assert brought.status_code == 201, brought.content
    assert brought.json()["size"] == 21 * 1024 * 1024
    send_as(room, staff.kenya, "warning", WARNING, files=[brought.json()["ref"]])
    taken = program.get(f"/api/v1/operations/{ref}/files/{brought.json()['ref']}")
    assert taken.streaming
    assert b"".join(taken.streaming_content) == content
    other = program.post(f"/api/v1/operations/{ref}/messages", content, content_type="application/octet-stream")
    assert other.status_code in (400, 413, 422), "elsewhere a body is as small as ever"
