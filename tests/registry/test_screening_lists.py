"""A passenger list is screened on a page; what needs a person stands first, and the file is not kept."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.registry.conftest import page_of
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FLIGHT = "seat,name,birth_date\n1A,Кассарани Юсуф,1987\n2B,Zebedee Quux,\n3C,,\n"


def _flight(text: str = FLIGHT) -> SimpleUploadedFile:
    return SimpleUploadedFile("flight.csv", text.encode())


def test_a_list_is_screened_on_a_page_and_taken_as_csv(staff: SimpleNamespace) -> None:
    known = enter(
        said=SaidThing(key="a", kind="person", values=[("name", "Yusuf Kassarani"), ("birthDate", "1987")], source="x"),
        by=staff.investigator,
    )
    page = page_of(staff.officer)
    assert page.get("/registry/screening/list/").status_code == 200
    text = page.post("/registry/screening/list/", {"file": _flight()}).content.decode()
    assert f"/registry/{known.ref}/" in text
    assert "Кассарани Юсуф" in text
    assert "Rows without a name:" in text
    assert Entry.objects.filter(deed="registry.read", ref=known.ref).count() == 1
    taken = page.post("/registry/screening/list/", {"file": _flight(), "as": "csv"})
    rows = list(csv.DictReader(io.StringIO(taken.content.decode())))
    assert [row["match"] for row in rows] == ["hit", "none", "no_name"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("seat\n1A\n", "no column «name»"), ("name\n" + "Anna Nemo\n" * 501, "screens 500 rows"), ("", "is empty")],
)
def test_what_is_no_list_is_refused_in_words(staff: SimpleNamespace, text: str, said: str) -> None:
    answer = page_of(staff.officer).post("/registry/screening/list/", {"file": _flight(text)})
    assert answer.status_code in (400, 422)
    assert said in answer.content.decode().replace("&#x27;", "'")
