"""What earlier releases let through is masked by command: in every marked column, with what stays said plainly."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests.conftest import Program
from tests.making import case_in, record
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case, Line, Return, SavedFilter
from tidewaiter.cases.queries import sought
from tidewaiter.cases.search_index import bring_up_to_date
from tidewaiter.foundation.moments import now
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.ledger.models import Entry
from tidewaiter.review.models import Assignment

pytestmark = pytest.mark.django_db
BAR = "█████"
NAME, SHIP = "Juan Carlos Perez Gomez", "Wanjiru Kamau"


@pytest.fixture
def earlier(people: SimpleNamespace, settings: Any) -> None:
    """What a release that masked nothing kept: a case, a return, a row to mend, a note, two filters."""
    goods = [{"subtype": "pistol", "quantity": "2", "unit": "H87", "fields": {"marking": f"of Mr {NAME}"}}]
    settings.HOLDS_NAMES = True
    text = f"Officers found {SHIP} at Mombasa with driver {NAME}."
    draft(cases=[case_in(narrative=text, lines=goods)], by=people.contact, channel="page")
    case = Case.objects.get()
    kept = {**case.header, "judged": [f"narrative={SHIP}"]}  # as a person judged it
    Case.objects.filter(pk=case.pk).update(header=kept)
    draft(cases=[case_in(national_ref="KE-2", narrative="In a pump.")], by=people.contact, channel="page")
    said = {"header": {**record(), "narrative": text}, "lines": goods}
    Return.objects.create(ref=case.ref, version=1, administration="KE", form="WPN", by="a", at=now(), record=said)
    receipt = Receipt.objects.create(
        ref="RC-1", key="k", file_name="a.csv", file_sha256="0" * 64, brought_by="a", brought_at=now()
    )
    header = json.dumps({"form": "WPN", "narrative": f"Mr {NAME}"})
    StagedRow.objects.create(
        receipt=receipt, number=2, key="k", form="WPN", header_text=header, lines_text="[]", state="rejected"
    )
    Assignment.objects.create(ref="KE-1", to="a", by="b", at=now(), note=f"Mr {NAME}")
    for name in (f"Mr {NAME}", "Mr Hans Mueller"):
        SavedFilter.objects.create(username="a", name=name, query="form=WPN")
    settings.HOLDS_NAMES = False


def _run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("mask_stored", *words, "--format", "json", stdout=out, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def _changed(answer: dict[str, Any]) -> dict[str, int]:
    return {one["column"]: one["changed"] for one in answer["columns"] if one["changed"]}


EXPECTED = {
    "cases.Case.header": 1,
    "cases.Line.document": 1,
    "cases.Return.record": 1,
    "intake.StagedRow.header_text": 1,
    "review.Assignment.note": 1,
    "cases.SavedFilter.name": 2,
}


@pytest.mark.usefixtures("earlier")
def test_without_write_it_says_what_would_change_and_changes_nothing() -> None:
    entries = Entry.objects.count()
    answer = _run()
    assert (answer["written"], _changed(answer), answer["cases"]) == (False, EXPECTED, 1)
    assert NAME in Assignment.objects.get().note
    assert NAME in json.dumps(Case.objects.get(national_ref="KE-1").header)
    assert Entry.objects.count() == entries


@pytest.mark.usefixtures("earlier")
def test_with_write_every_marked_column_is_masked_and_what_was_judged_to_be_nobody_stays() -> None:
    before = Case.objects.get(national_ref="KE-1").digest
    answer = _run("--write")
    assert (answer["written"], _changed(answer)) == (True, EXPECTED)
    case = Case.objects.get(national_ref="KE-1")
    assert case.header["narrative"] == f"Officers found {SHIP} at Mombasa with driver {BAR}."
    assert case.header["judged"] == [f"narrative={SHIP}"]
    assert case.digest != before
    assert Line.objects.get(case=case).document["fields"]["marking"] == f"of Mr {BAR}"
    assert NAME not in json.dumps(Return.objects.get().record)
    assert StagedRow.objects.get().header["narrative"] == f"Mr {BAR}"
    assert Assignment.objects.get().note == f"Mr {BAR}"
    names = set(SavedFilter.objects.values_list("name", flat=True))
    assert len(names) == 2, "two that must differ still do"
    assert all(name.startswith(f"Mr {BAR}") for name in names)
    assert Case.objects.get(national_ref="KE-2").header["narrative"] == "In a pump."
    assert _changed(_run("--write")) == {}, "and again: nothing"


@pytest.mark.usefixtures("earlier")
def test_the_case_is_no_longer_found_by_the_name(people: SimpleNamespace) -> None:
    bring_up_to_date()
    assert sought(people.contact, {"q": ["Gomez"]}).cases.count() == 1
    _run("--write")
    assert sought(people.contact, {"q": ["Gomez"]}).cases.count() == 0


@pytest.mark.usefixtures("earlier")
def test_the_ledger_says_what_was_done_and_the_answer_says_what_the_ledger_holds() -> None:
    answer = _run("--write")
    assert [(one.ref, one.version) for one in Entry.objects.filter(deed="cases.masked")] == [
        (Case.objects.get(national_ref="KE-1").ref, 1)
    ]
    done = Entry.objects.get(deed="site.masked_stored")
    assert json.loads(done.detail)["rows"] == 7
    assert answer["ledger"]["entries"] == Entry.objects.count()
    assert (answer["ledger"]["suspected"], answer["ledger"]["first"]) == (0, None)
    assert "Entries of the ledger stay as they are" in answer["left"][0]
    assert "Backups" in answer["left"][1]


def test_a_node_that_holds_names_refuses(settings: Any) -> None:
    settings.HOLDS_NAMES = True
    with pytest.raises(CommandError, match="holds names"):
        _run("--write")


def test_by_command_on_a_node_nothing_is_to_be_masked(node: Program) -> None:
    answer = node.json("mask_stored", "--dry-run")
    assert _changed(answer) == {}
    told = node.run("mask_stored", "--write")
    assert (told.returncode, "Nothing masked." in told.stdout) == (0, True)


@pytest.mark.usefixtures("earlier")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the index of SQLite marks what is gone and keeps it")
def test_no_word_that_was_masked_is_left_in_the_pages_of_the_index() -> None:
    bring_up_to_date()
    assert b"gomez" in _index()
    _run("--write")
    assert b"gomez" not in _index()
    assert b"kamau" in _index(), "what was judged to be nobody is still found"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such setting")
def test_what_is_deleted_is_overwritten_on_every_connection_after_the_command_too() -> None:
    _run("--write")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)


def _index() -> bytes:
    """All bytes of the index of words, as they lie in the file."""
    with connection.cursor() as cursor:
        return b"".join(bytes(row[0]) for row in cursor.execute("SELECT block FROM cases_words_data").fetchall())
