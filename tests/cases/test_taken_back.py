"""A name that is taken back is gone: from earlier versions, from what was sent back, from the bytes of the index."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tests.conftest import PROJECT, Program
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case, Line, Return
from tidewaiter.cases.rows import CaseIn
from tidewaiter.cases.search_index import bring_up_to_date
from tidewaiter.cases.search_index_sweep import sweep_words
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import verify

BAR = "█████"
SHIP = "Wanjiru Kamau"
TEXT = f"Officers found {SHIP} at Mombasa."
GOODS = [{"subtype": "pistol", "quantity": "2", "unit": "H87", "fields": {"marking": f"of {SHIP}"}}]
NOBODY = [f"narrative={SHIP}"]
sqlite_alone = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the index of SQLite marks what is gone and keeps it"
)


def _submitted(people: SimpleNamespace) -> Case:
    """A case of which an officer said that the words are no person, in its text and in its line."""
    lines = [{**GOODS[0], "judged": [f"marking={SHIP}"]}]
    case = case_in(narrative=TEXT, judged=NOBODY, lines=lines)
    draft(cases=[case], by=people.contact, channel="page")
    submit(cases=Case.objects.all(), by=people.contact)
    return Case.objects.get()


def _amended(people: SimpleNamespace, narrative: str, judged: list[str]) -> None:
    draft(cases=[case_in(narrative=narrative, judged=judged)], by=people.contact, channel="page")


@pytest.mark.django_db
def test_what_is_a_person_after_all_is_hidden_in_the_earlier_version_and_in_what_was_sent_back(
    people: SimpleNamespace,
) -> None:
    case = _submitted(people)
    said = {"header": case.header, "lines": [line.document for line in case.lines.all()]}
    Return.objects.create(ref=case.ref, version=1, administration="KE", form="WPN", by="a", at=now(), record=said)
    assert SHIP in json.dumps(said["header"])
    _amended(people, TEXT, [])
    first, second = Case.objects.order_by("version")
    assert (first.version, second.version) == (1, 2)
    for one in (first, second):
        assert one.header["narrative"] == f"Officers found {BAR} at Mombasa."
        assert "judged" not in one.header
    assert Line.objects.get(case=first).document["fields"]["marking"] == f"of {BAR}"
    assert SHIP not in json.dumps(Return.objects.get().record)
    assert first.digest == CaseIn(first.header, [line.document for line in first.lines.order_by("number")]).digest()
    assert [(one.ref, one.version) for one in Entry.objects.filter(deed="cases.masked")] == [(case.ref, 1)]
    assert verify()["intact"], "the ledger holds no digest of a text"


@pytest.mark.django_db
def test_what_is_still_nobody_stays_in_the_earlier_version(people: SimpleNamespace) -> None:
    _submitted(people)
    before = Case.objects.get().digest
    _amended(people, f"{TEXT} With driver Mr Juan Perez.", NOBODY)
    first, second = Case.objects.order_by("version")
    assert second.header["narrative"] == f"{TEXT} With driver Mr {BAR}."
    assert (first.header["narrative"], first.header["judged"]) == (TEXT, NOBODY)
    # the line's judgement no longer stands with the version that stands, for it has no such line
    assert first.digest != before or Line.objects.get(case=first).document["fields"]["marking"] == f"of {SHIP}"


@pytest.mark.django_db
def test_an_amendment_in_which_nothing_is_hidden_leaves_earlier_versions_as_they_are(people: SimpleNamespace) -> None:
    _submitted(people)
    before = Case.objects.get().digest
    _amended(people, "Officers found the ship at Mombasa.", [])
    first = Case.objects.get(version=1)
    assert (first.header["narrative"], first.digest) == (TEXT, before)
    assert not Entry.objects.filter(deed="cases.masked").exists()


@pytest.mark.django_db
def test_a_node_that_holds_names_leaves_earlier_versions_as_they_are(people: SimpleNamespace, settings: Any) -> None:
    settings.HOLDS_NAMES = True
    _submitted(people)
    _amended(people, f"A bar {BAR} was typed.", [])
    assert SHIP in Case.objects.get(version=1).header["narrative"]


@sqlite_alone
@pytest.mark.django_db
def test_the_word_leaves_the_pages_of_the_index_with_the_next_beat_of_the_clock(people: SimpleNamespace) -> None:
    _submitted(people)
    bring_up_to_date()
    assert sweep_words() == 0, "nothing was taken back"
    assert b"kamau" in _blocks()
    _amended(people, TEXT, [])
    bring_up_to_date()
    assert b"kamau" in _blocks(), "FTS5 marks what is gone and keeps it"
    assert sweep_words() > 0
    assert b"kamau" not in _blocks()
    assert b"mombasa" in _blocks()
    assert sweep_words() == 0, "and again: nothing"


_AT_A_NODE = """
import sys
import django
django.setup()
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.search_index import bring_up_to_date
from tidewaiter.cases.search_index_sweep import sweep_words
from tidewaiter.people.queries import officer_at_shell

by, ship = officer_at_shell("grace"), "Wanjiru Mbudzika"
draft(cases=[case_in(narrative=f"Found {ship}.", judged=[f"narrative={ship}"])], by=by, channel="page")
submit(cases=Case.objects.all(), by=by)
bring_up_to_date()
if sys.argv[1] == "back":
    draft(cases=[case_in(narrative=f"Found {ship}.")], by=by, channel="page")
    bring_up_to_date()
    sweep_words()
"""


@sqlite_alone
@pytest.mark.parametrize(("taken", "left"), [("kept", True), ("back", False)])
def test_no_byte_of_it_is_left_in_the_files_of_the_database(node: Program, taken: str, left: bool) -> None:
    node.person("grace", "KE", "contact")
    done = subprocess.run(
        [sys.executable, "-c", _AT_A_NODE, taken],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings", "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    files = [path for path in node.home.rglob("*.sqlite3*") if path.is_file()]
    assert files
    said = b"".join(path.read_bytes() for path in files).lower()
    assert (b"wanjiru" in said, b"mbudzika" in said) == (left, left)


def _blocks() -> bytes:
    """All bytes of the index of words, as they lie in the file."""
    with connection.cursor() as cursor:
        return b"".join(bytes(row[0]) for row in cursor.execute("SELECT block FROM cases_words_data").fetchall())
