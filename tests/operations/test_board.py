"""The board as a map and as tables, the situation report by page, program and command, and tasks."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.operations.conftest import page_of, program_of
from tests.operations.messages import SEIZURE, WARNING, send_as
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.models import Entry
from tidewaiter.operations.actions.chasing import chase
from tidewaiter.operations.models import Attachment, Message, Owed
from tidewaiter.operations.opened import forget
from tidewaiter.operations.situation import situation_html

pytestmark = pytest.mark.django_db
RAID = {
    "place": "MACAS",
    "places_searched": 3,
    "arrests": 5,
    "victims": 2,
    "devices": 11,
    "text": "Ali Baba",
    "lang": "en",
}


@pytest.fixture
def played(room: Callable[..., Any], staff: SimpleNamespace) -> str:
    """A warning to two countries, feedback of one, a seizure, two raids of which one gives no place, a request."""
    send_as(room, staff.jordan, "warning", WARNING, to=["KE", "ES"])
    send_as(room, staff.kenya, "feedback", {"controlled": "yes", "result": "seized"}, reply_to=1)
    send_as(room, staff.spain, "seizure", SEIZURE)
    send_as(room, staff.kenya, "raid", RAID)
    send_as(room, staff.kenya, "raid", {"places_searched": 1, "text": "Omar Who", "lang": "en"})
    send_as(room, staff.kenya, "request", {"about": "Which seal?"}, to=["ES"])
    return str(room(staff.ocu).ref)


def _rows(person: Any, ref: str, which: str, **asked: str) -> list[dict[str, str]]:
    answer = page_of(person).get(f"/operations/{ref}/board/{which}.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_raids_stand_on_the_map_and_the_map_is_a_table_too(played: str, staff: SimpleNamespace) -> None:
    page = page_of(staff.ocu).get(f"/operations/{played}/board/").content.decode()
    assert "1 warned of with both ends · 1 of 1 seizures and 1 of 2 raids give a place" in page
    assert re.search(r'<rect class="raid"[^>]*><title>Casablanca: 1 raid, arrests: 5</title>', page)
    assert page.count('<g class="phone">') == 1
    assert "gives no place" in page
    rows = _rows(staff.ocu, played, "map")
    assert [(row["Number"], row["Kind"], row["To, or where (UN/LOCODE)"], row["Arrests"]) for row in rows] == [
        ("5", "Raid report", "", ""),
        ("4", "Raid report", "MACAS", "5"),
        ("3", "Seizure", "ESALG", "1"),
        ("1", "Warning", "KEMBA", ""),
    ]
    said = json.dumps(rows)
    for hidden in ("Ali Baba", "Omar Who", "Markov", "Kassarani", "Machine parts"):
        assert hidden not in said, "what leaves the room says codes and numbers alone"


def test_tables_of_the_board_meet_its_figures_and_hold_what_their_reader_sees(
    played: str, staff: SimpleNamespace, room: Callable[..., Any]
) -> None:
    rows = _rows(staff.ocu, played, "countries")
    found = {row["Country"]: row for row in rows}
    assert [found[code]["Warnings got"] for code in ("KE", "ES")] == ["1", "1"]
    assert (found["KE"]["Answered"], found["ES"]["Answered"]) == ("1", "0")
    assert (found["KE"]["Raids"], found["KE"]["Victims in safety"], found["KE"]["Devices taken"]) == ("2", "2", "11")
    today = now().date().isoformat()
    assert found["ES"][f"Seizures {today}"] == "1"
    [goods] = _rows(staff.ocu, played, "goods")
    assert (goods["Goods"], goods["Quantity"], goods["Unit"], goods["Seizures"]) == ("cocaine", "318", "KGM", "1")
    assert _rows(staff.ocu, played, "map", day="2026-01-01") == []
    assert [row["Number"] for row in _rows(staff.watcher, played, "map")] == ["5", "4", "3"], (
        "the warning is not theirs"
    )
    assert page_of(staff.outsider).get(f"/operations/{played}/board/map.csv").status_code == 404
    assert page_of(staff.ocu).get(f"/operations/{played}/board/names.csv").status_code == 404
    assert Entry.objects.filter(ref=played, deed="operations.table_taken").count() == 4
    figures = program_of(staff.ocu).get(f"/api/v1/operations/{played}/figures").json()
    assert (figures["sent"], figures["warnings"], figures["answered"], figures["running"]) == (1, 2, 1, 1)
    assert {row["country"]: row["raids"] for row in figures["by_country"]}["KE"] == 2
    assert figures["seized"][0]["quantity"] == "318"
    none = program_of(staff.ocu).get(f"/api/v1/operations/{played}/figures?day=2026-01-01").json()
    assert (none["sent"], none["seizures"], none["seized"]) == (0, 0, [])
    Owed.objects.filter(met_at=None).update(due_at=now() - timedelta(minutes=1))
    late = program_of(staff.ocu).get(f"/api/v1/operations/{played}/figures").json()
    assert (late["warnings"], late["answered"], late["over"], late["running"]) == (2, 1, 1, 0)


def test_a_figure_of_one_day_opens_the_messages_of_that_day(
    played: str, staff: SimpleNamespace, room: Callable[..., Any]
) -> None:
    Message.objects.filter(number=3).update(at=now() - timedelta(days=1))
    forget(played)
    send_as(room, staff.spain, "situation", {"day": "2026-11-20"})
    Message.objects.filter(template="situation").update(at=now() - timedelta(days=1))
    forget(played)
    day = (now() - timedelta(days=1)).date().isoformat()
    page = page_of(staff.ocu).get(f"/operations/{played}/board/?day={day}").content.decode()
    assert f"?kind=seizure&amp;day={day}" in page
    assert "Situation report that day" in page
    assert "sent " in page.split("Situation report that day")[1]
    assert f"board/countries.csv?day={day}" in page
    assert f"situation.pdf?day={day}" in page


def test_the_situation_report_comes_by_page_program_and_command_and_tells_a_day_apart(
    played: str, staff: SimpleNamespace, room: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Message.objects.filter(number=4).update(at=now() - timedelta(days=3))
    forget(played)
    today = now().date()
    html = situation_html(room(staff.ocu), "en", today)
    cells = {
        row[0].strip(): row[1:]
        for found in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
        if len(row := re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)) == 3
    }
    assert cells["Raids"] == ["1", "2"], "of the day, and so far"
    assert cells["Victims in safety"] == ["0", "2"]
    assert cells["Seizures"] == ["1", "1"]
    assert "318 kg Cocaine, Algeciras" in html
    for hidden in ("Ali Baba", "Omar Who", "Markov", "Kassarani"):
        assert hidden not in html
    page = page_of(staff.kenya).get(f"/operations/{played}/board/situation.pdf?lang=ar&day={today}")
    program = program_of(staff.kenya, scope="read").get(f"/api/v1/operations/{played}/situation?lang=fr&day={today}")
    out = tmp_path / "report.pdf"
    call_command(
        "situation_report", played, output=out, lang="es", day=str(today), by=staff.kenya.username, format="json"
    )
    assert json.loads(capsys.readouterr().out)["bytes"] == out.stat().st_size
    for content in (page.content, program.content, out.read_bytes()):
        assert content.startswith(b"%PDF")
    assert Entry.objects.filter(ref=played, deed="operations.printed").count() == 3
    assert program_of(staff.outsider).get(f"/api/v1/operations/{played}/situation").status_code == 404
    assert program_of(staff.kenya).get(f"/api/v1/operations/{played}/situation?lang=tlh").status_code == 422


def test_an_instruction_with_a_clock_is_a_task_that_is_chased_until_somebody_reports_back(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    data = {"text": "Search the three addresses", "lang": "en"}
    said = {"text": data["text"], "lang": "en", "to": ["KE", "ES"], "reply_minutes": "60"}
    assert page_of(staff.ocu).post(f"/operations/{ref}/write/instruction/", said).status_code == 302
    assert sorted(Owed.objects.filter(number=1, met_at=None).values_list("administration", flat=True)) == ["ES", "KE"]
    page = page_of(staff.kenya).get(f"/operations/{ref}/").content.decode()
    assert "You owe 1 answer" in page
    assert f"/operations/{ref}/write/reply/?reply_to=1" in page
    send_as(room, staff.kenya, "request", {"about": "Which addresses?"}, reply_to=1, to=["OCU"])
    assert Owed.objects.filter(number=1, met_at=None).count() == 2, "a question back is no report"
    send_as(room, staff.kenya, "raid", {"places_searched": 3, "arrests": 1}, reply_to=1)
    board = page_of(staff.ocu).get(f"/operations/{ref}/board/").content.decode()
    assert "1 of 2 reported back" in board
    Owed.objects.filter(number=1, met_at=None).update(due_at=now() - timedelta(minutes=1))
    assert chase() == 1
    send_as(room, staff.spain, "reply", {"text": "Nobody there", "lang": "en"}, reply_to=1)
    assert not Owed.objects.filter(number=1, met_at=None).exists()
    send_as(room, staff.ocu, "instruction", data, to=["KE"])
    assert not Owed.objects.filter(number=5).exists(), "without a clock nobody owes anything"
    with pytest.raises(BadInput):
        send_as(room, staff.ocu, "instruction", data, to=["KE"], reply_minutes=0)


def test_an_answer_to_some_begins_with_them_alone_and_one_person_can_be_chosen(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    send_as(room, staff.jordan, "warning", WARNING, to=["KE", "ES"])
    send_as(room, staff.ocu, "request", {"about": "Seal?"}, to=[f"@{staff.private.username}"])
    send_as(room, staff.ocu, "instruction", {"text": "Hold", "lang": "en"})

    def chosen(person: Any, rest: str) -> list[str]:
        page = page_of(person).get(f"/operations/{ref}/write/{rest}").content.decode()
        to = page.split('id="to"')[1].split("</select>")[0]
        return re.findall(r'value="([^"]*)"\s+selected', to)

    assert sorted(chosen(staff.kenya, "feedback/?reply_to=1")) == ["ES", "JO"]
    assert chosen(staff.private, "reply/?reply_to=2") == [f"@{staff.ocu.username}"]
    assert chosen(staff.kenya, "reply/?reply_to=3") == []
    to_one = {"about": "For you", "to": [f"@{staff.spain.username}"]}
    assert page_of(staff.ocu).post(f"/operations/{ref}/write/request/", to_one).status_code == 302
    assert Message.objects.get(number=4).to == [f"@{staff.spain.username}"]


def test_files_are_restricted_by_command_too(room: Callable[..., Any], staff: SimpleNamespace, tmp_path: Path) -> None:
    ref = room(staff.kenya).ref
    picture, data = tmp_path / "p.jpg", tmp_path / "d.json"
    picture.write_bytes(b"picture")
    data.write_text(json.dumps({"goods": "x"}))
    call_command(
        "send_message", ref, template="warning", data=data, attach=[picture], restricted=True, by=staff.kenya.username
    )
    assert Attachment.objects.get().restricted is True
    [file] = program_of(staff.spain).get(f"/api/v1/operations/{ref}/messages").json()[0]["attachments"]
    assert (file["name"], file["restricted"]) == ("", True)


def test_people_are_called_until_the_answer_is_there_less_often_in_the_end(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.jordan, "warning", WARNING, to=["KE"], urgent=True)
    Owed.objects.update(due_at=now() - timedelta(days=2), rung=6, rung_at=now() - timedelta(minutes=59))
    assert chase() == 0
    Owed.objects.update(rung_at=now() - timedelta(minutes=61))
    assert chase() == 1, "an acknowledgement each hour"
    Owed.objects.update(rung_at=now() - timedelta(hours=7))
    assert chase() == 2, "and the answer four times a day"
    send_as(room, staff.kenya, "feedback", {"controlled": "no", "result": "gone"}, reply_to=1)
    Owed.objects.update(rung_at=now() - timedelta(days=1))
    assert chase() == 0
