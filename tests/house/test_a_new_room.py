"""A room is one folder and one entry in a shape: a toy room is added to a copy of the house, and found everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, Program, prepared_for

FOLDER = {
    "__init__.py": "",
    "room.py": '''"""Pebbles on the beach."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.pebbles.api import router
from tidewaiter.pebbles.views import beach_panel, count

ROOM = Room(
    name="pebbles",
    urls="pebbles/",
    api=(router,),
    schedule={"pebbles_counted": Scheduled(every=60, do=count, word=_("Pebbles are counted"))},
    panels={"start_buttons": (beach_panel,)},
    rail=(RailEntry(name="pebbles", address="/pebbles/", icon="files", word=_("Pebbles"), place=55),),
    labels=Labels(deeds={"pebbles.skipped": _("Pebble skipped")}, states={"wet": _("Wet")}),
    links=(Link(deeds=("pebbles.",), page="pebble"),),
    rights=Rights(pages={"pebbles": "signed", "pebble": "signed"}, programs={"list_pebbles": "reader"}),
)
''',
    "views.py": '''"""Pages of pebbles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe


def pebbles(request: HttpRequest, ref: str = "") -> HttpResponse:
    """The beach."""
    return render(request, "pebbles/beach.html", {"ref": ref})


def beach_panel(request: HttpRequest, _thing: object) -> str:
    """The way to the beach."""
    return mark_safe("<a href='/pebbles/'>To the beach</a>")


def count() -> None:
    """Counts."""
''',
    "urls.py": '''"""Addresses of pebbles."""

from django.urls import path

from tidewaiter.pebbles import views

urlpatterns = [path("", views.pebbles, name="pebbles"), path("<str:ref>/", views.pebbles, name="pebble")]
''',
    "api.py": '''"""Pebbles for programs."""

from django.http import HttpRequest
from ninja import Router

router = Router(tags=["pebbles"])


@router.get("/pebbles", response=list[str], url_name="list_pebbles", summary="Pebbles")
def list_pebbles(request: HttpRequest) -> list[str]:
    """All of them."""
    return ["flint"]
''',
    "templates/pebbles/beach.html": '{% extends "base.html" %}{% block title %}Beach{% endblock %}'
    '{% block main %}<p>{{ "pebbles.skipped"|deed_word }}, {{ "wet"|state_word }}</p>{% endblock %}',
}
ENTRY = "from tidewaiter.pebbles.room import ROOM as PEBBLES\n"
ASK = """
import json, django
django.setup()
from django.test import Client
from django.urls import get_resolver
from tests.house.matrix import TABLE
from tests.house.test_rights import _routes
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer
from tidewaiter.site.clock import schedule
from tidewaiter.site.links import target_of
from tidewaiter.site.labels import scheduled

officer = Officer.objects.get(username="a.contact")
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(officer)
stranger = Client(SERVER_NAME="127.0.0.1")
_token, text = make_token(officer=officer, scope="read", by=officer)
program = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {text}"})
routes = {(name, route.startswith("api/v1/")) for route, name in _routes(get_resolver().url_patterns)}
rows = {(name, False) for name in TABLE["pages"]} | {(name, True) for name in TABLE["programs"]}
print(json.dumps({
    "start": client.get("/").content.decode(), "beach": client.get("/pebbles/").content.decode(),
    "unsigned": [stranger.get("/pebbles/").status_code, stranger.get("/api/v1/pebbles").status_code],
    "program": program.get("/api/v1/pebbles").json(), "openapi": list(program.get("/api/openapi.json").json()["paths"]),
    "rights": [routes == rows, TABLE["pages"]["pebbles"], TABLE["programs"]["list_pebbles"]],
    "link": target_of(Notice(deed="pebbles.skipped", ref="PB-1", number=1)).address,
    "clock": [schedule()["pebbles_counted"][0], str(scheduled()["pebbles_counted"])],
}))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the toy room: its folder, and its entry in one shape."""
    copy = tmp_path_factory.mktemp("house")
    (copy / "tidewaiter" / "site").mkdir(parents=True)
    for path in (PROJECT / "tidewaiter").iterdir():
        if path.name != "site":
            (copy / "tidewaiter" / path.name).symlink_to(path)
    for path in (PROJECT / "tidewaiter" / "site").iterdir():
        if path.name != "shapes":
            (copy / "tidewaiter" / "site" / path.name).symlink_to(path)
    shutil.copytree(PROJECT / "tidewaiter" / "site" / "shapes", copy / "tidewaiter" / "site" / "shapes")
    shape = copy / "tidewaiter" / "site" / "shapes" / "central.py"
    before, tuple_of_cards, after = shape.read_text().partition("ROOMS = (\n")
    assert tuple_of_cards
    shape.write_text(before + ENTRY + tuple_of_cards + "    PEBBLES,\n" + after)
    for name, text in FOLDER.items():
        path = copy / "tidewaiter" / "pebbles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return copy


@pytest.fixture(scope="module")
def answer(house: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the house with the toy room answers to a contact point, a stranger and a program."""
    home = tmp_path_factory.mktemp("home") / "home"
    shutil.copytree(prepared_for("central"), home)
    node = Program(home, "central")
    node.person("a.contact", "KE", "contact")
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={
            **node.environment,
            "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
            "PYTHONPATH": f"{house}{os.pathsep}{PROJECT}",
        },
        cwd=house,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_new_room_is_in_the_rail_and_on_its_own_page(answer: dict[str, Any]) -> None:
    rail = answer["start"].split('aria-label="Rooms"')[1].split("</nav>")[0]
    order = [word for word in ("Intake", "Pebbles", "Statistics") if word in rail]
    assert order == ["Intake", "Pebbles", "Statistics"]
    assert rail.index("Intake") < rail.index("Pebbles") < rail.index("Statistics")
    here = answer["beach"].split('aria-label="Rooms"')[1].split("</nav>")[0]
    assert 'href="/pebbles/" aria-current="page"' in here
    assert "To the beach" in answer["start"]


def test_a_new_room_answers_programs_and_strangers_find_it_closed(answer: dict[str, Any]) -> None:
    assert answer["program"] == ["flint"]
    assert "/api/v1/pebbles" in answer["openapi"]
    assert answer["unsigned"] == [302, 401]


def test_a_new_room_stands_in_the_matrix_of_rights(answer: dict[str, Any]) -> None:
    assert answer["rights"] == [True, "signed", "reader"]


def test_a_new_rooms_deeds_states_notices_and_clock_have_words_and_lead_to_it(answer: dict[str, Any]) -> None:
    assert "Pebble skipped, Wet" in answer["beach"]
    assert answer["link"] == "/pebbles/PB-1/"
    assert answer["clock"] == [60, "Pebbles are counted"]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROJECT / "tools"))


def test_a_new_room_is_in_the_documents(house: Path, tools: None) -> None:
    import room_documents

    cards = [card | {"shapes": ["central"]} for card in room_documents.told(house, "central")]
    rooms, rights = room_documents.rooms_document(cards), room_documents.rights_document(cards)
    assert "## pebbles\n\nPebbles on the beach. In central." in rooms
    assert "| `pebbles.skipped` | Pebble skipped |" in rooms
    assert "| `pebble` | `/pebbles/<str:ref>/` | signed |" in rights
    assert "| `list_pebbles` | `/api/v1/pebbles` | reader |" in rights


def test_a_shape_that_is_no_tuple_of_cards_is_refused(house: Path) -> None:
    shape = house / "tidewaiter" / "site" / "shapes" / "operation.py"
    kept = shape.read_text()
    try:
        shape.write_text(kept.replace("ROOMS = (\n", "ROOMS = (\n    NOBODY,\n"))
        done = subprocess.run(
            [sys.executable, "-c", "from tidewaiter.site.shapes import packages_of; packages_of('operation')"],
            env={**os.environ, "PYTHONPATH": str(house)},
            cwd=house,
            capture_output=True,
            text=True,
        )
    finally:
        shape.write_text(kept)
    assert "site/shapes/operation.py names what is no card of a room: ['NOBODY']" in done.stderr
