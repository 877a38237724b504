"""«A person?»: what looks like one is asked by page and told by program; «no» is kept
with the case, and said in the ledger.
"""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, record, unindented
from tidewaiter.cases.actions import draft, export_cases
from tidewaiter.cases.models import Case, Line
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
BAR = "█████"
SHIP = "Wanjiru Kamau"
TEXT = f"Officers found {SHIP} at Mombasa. A lorry with plate KDB 921L stood by. {SHIP} sailed."
TYPED = {
    "date": "2026-03-04",
    "country": "KE",
    "location_type": "seaport",
    "kind": "seizure",
    "national_ref": "KE-P1",
    "narrative": TEXT,
    "direction": "import",
    "detection.method": "routine",
    "conveyance.mode": "1",
    "lines": "1",
    "lines.1.subtype": "pistol",
    "lines.1.quantity": "2",
    "lines.1.unit": "H87",
}
NEW = "/cases/new/WPN/"


def _officer(people: SimpleNamespace) -> Client:
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    return client


def _asked(page: str) -> dict[str, str]:
    """What the page asks: the words of each question, and the name of its answer."""
    found = re.findall(r"<legend>\s*<b>(.*?)</b>.*?name=\"(person\.\w+)\"", page, re.DOTALL)
    return dict(found)


def _narrative() -> str:
    return str(Case.objects.get(latest=True).header["narrative"])


def test_by_page_each_stretch_stands_in_its_sentence_and_nothing_is_kept_before_it_is_answered(
    people: SimpleNamespace,
) -> None:
    client = _officer(people)
    answer = client.post(NEW, {**TYPED, "deed": "keep"})
    page = unindented(answer.content.decode())
    assert answer.status_code == 422
    assert not Case.objects.exists()
    asked = _asked(page)
    assert list(asked) == [SHIP, "KDB 921L"]
    assert f"Officers found <mark>{SHIP}</mark> at Mombasa." in page
    assert f"<mark>{SHIP}</mark> sailed." in page, "one question, every place"
    assert page.count(f'name="{asked["KDB 921L"]}"') == 1
    assert f'<input type="hidden" name="{asked["KDB 921L"]}" value="yes">' in page, "shown, and not asked"
    assert "A number plate" in page
    answer = client.post(NEW, {**TYPED, "deed": "keep", asked[SHIP]: "no", asked["KDB 921L"]: "yes"})
    assert answer.status_code == 302
    assert _narrative() == TEXT.replace("KDB 921L", BAR)
    assert Case.objects.get().header["judged"] == [f"narrative={SHIP}"]


def test_yes_hides_it(people: SimpleNamespace) -> None:
    client = _officer(people)
    asked = _asked(unindented(client.post(NEW, {**TYPED, "deed": "keep"}).content.decode()))
    client.post(NEW, {**TYPED, "deed": "keep", **dict.fromkeys(asked.values(), "yes")})
    assert _narrative() == f"Officers found {BAR} at Mombasa. A lorry with plate {BAR} stood by. {BAR} sailed."
    assert "judged" not in Case.objects.get().header
    assert not Entry.objects.filter(deed="cases.judged").exists()


def test_a_no_to_what_is_always_hidden_changes_nothing(people: SimpleNamespace) -> None:
    client = _officer(people)
    asked = _asked(unindented(client.post(NEW, {**TYPED, "deed": "keep"}).content.decode()))
    client.post(NEW, {**TYPED, "deed": "keep", **dict.fromkeys(asked.values(), "no")})
    assert "KDB" not in _narrative()
    assert "KDB" not in json.dumps(Case.objects.get().header)


def test_the_ledger_says_that_words_were_judged_and_never_which(people: SimpleNamespace) -> None:
    client = _officer(people)
    asked = _asked(unindented(client.post(NEW, {**TYPED, "deed": "keep"}).content.decode()))
    client.post(NEW, {**TYPED, "deed": "keep", **dict.fromkeys(asked.values(), "no")})
    entry = Entry.objects.get(deed="cases.judged")
    case = Case.objects.get()
    assert (entry.by, entry.ref, entry.version) == (people.contact.username, case.ref, 1)
    assert json.loads(entry.detail) == {"kept": {"narrative": 1}}
    assert "Words judged to be no person" in client.get(f"/cases/{case.ref}/").content.decode()


def test_what_stays_is_not_asked_again_when_the_case_is_kept_again_and_can_be_taken_back(
    people: SimpleNamespace,
) -> None:
    client = _officer(people)
    asked = _asked(unindented(client.post(NEW, {**TYPED, "deed": "keep"}).content.decode()))
    client.post(NEW, {**TYPED, "deed": "keep", asked[SHIP]: "no", asked["KDB 921L"]: "yes"})
    case = Case.objects.get()
    edit = f"/cases/{case.ref}/edit/"
    now = {**TYPED, "narrative": case.header["narrative"] + " Two crates.", "version": "1", "digest": case.digest}
    assert client.post(edit, {**now, "deed": "keep"}).status_code == 302, "nothing new: nothing is asked"
    case = Case.objects.get()
    assert case.header["narrative"].endswith("sailed. Two crates.")
    assert SHIP in case.header["narrative"]
    assert Entry.objects.filter(deed="cases.judged").count() == 1, "one judgement, however often it is kept"
    now |= {"narrative": case.header["narrative"], "digest": case.digest}
    page = unindented(client.post(edit, {**now, "deed": "check"}).content.decode())
    assert re.search(rf'name="{re.escape(asked[SHIP])}" value="no" checked', page), "its answer is shown"
    client.post(edit, {**now, "deed": "keep", asked[SHIP]: "yes"})
    assert SHIP not in json.dumps(Case.objects.get().header)


def test_what_is_beyond_doubt_is_proposed_to_be_hidden_and_what_is_not_waits_for_an_answer(
    people: SimpleNamespace,
) -> None:
    typed = {**TYPED, "narrative": "The driver, Mr Juan Carlos Perez Gomez, was alone. Signed by J. Harrow of Leeds."}
    page = unindented(_officer(people).post(NEW, {**typed, "deed": "check"}).content.decode())
    asked = _asked(page)
    assert list(asked) == ["Juan Carlos Perez Gomez", "J. Harrow"]
    assert re.search(rf'name="{re.escape(asked["Juan Carlos Perez Gomez"])}" value="yes" checked', page)
    assert not re.search(rf'name="{re.escape(asked["J. Harrow"])}" value="\w+" checked', page)


def test_answers_to_one_field_hold_for_that_field_alone(people: SimpleNamespace) -> None:
    client = _officer(people)
    typed = {**TYPED, "narrative": f"Officers arrested {SHIP} at Malaba.", "cover_load.description": "Pumps"}
    typed["concealment.note"] = f"Goods of {SHIP}, in the hold."
    page = unindented(client.post("/cases/new/WPN/", {**typed, "deed": "check"}).content.decode())
    names = re.findall(rf'<legend>\s*<b>{SHIP}</b>.*?name="(person\.\w+)"', page, re.DOTALL)
    assert len(names) == len(set(names)) == 2


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _post(program: Client, document: dict[str, Any]) -> Any:
    return program.post("/api/v1/cases", json.dumps(document), content_type="application/json")


def test_by_program_it_is_told_what_was_hidden_and_judged_keeps_it(people: SimpleNamespace) -> None:
    program = _program(people.contact)
    made = _post(program, record(narrative=TEXT)).json()
    assert made["hidden"] == [
        {"field": "narrative", "text": SHIP, "kind": "name", "may_stay": True},
        {"field": "narrative", "text": "KDB 921L", "kind": "plate", "may_stay": False},
        {"field": "narrative", "text": SHIP, "kind": "name", "may_stay": True},
    ]
    judged = [f"narrative={SHIP}", "narrative=KDB 921L", "narrative=plate KDB 921L stood by", "narrative=Nobody Here"]
    again = _post(program, record(narrative=TEXT, judged=judged)).json()
    assert [one["text"] for one in again["hidden"]] == ["KDB 921L"]
    found = program.get(f"/api/v1/cases/{made['ref']}").json()
    assert found["narrative"] == TEXT.replace("KDB 921L", BAR)
    assert found["judged"] == [f"narrative={SHIP}"], "what does not stand in the text is not kept beside it"
    third = _post(program, found).json()
    assert (third["outcome"], third["hidden"]) == ("unchanged", [])


@pytest.mark.parametrize(
    "told",
    [
        f"Officers arrested the 34-year-old {SHIP} at Malaba.",
        f"A 34-year-old man, {SHIP}, was arrested.",
        f"Officers arrested {SHIP}, male, 34 years.",
        f"Officers arrested {SHIP} (b. 1992).",
        f"Officers arrested {SHIP}, a Kenyan aged 34.",
        f"Officers arrested {SHIP} - 34 years.",
        f"Un hombre de 34 años, {SHIP}, fue detenido.",
        f"La police a arrêté {SHIP}, née en 1992.",
        f"Officers arrested {SHIP}, age: 34.",
    ],
)
def test_a_name_with_an_age_or_a_birth_anywhere_beside_it_is_hidden_whatever_is_said(
    people: SimpleNamespace, told: str
) -> None:
    made = _post(_program(people.contact), record(narrative=told, judged=[f"narrative={SHIP}"])).json()
    assert [(one["text"], one["may_stay"]) for one in made["hidden"]] == [(SHIP, False)]
    assert SHIP not in _narrative()


@pytest.mark.parametrize(
    "told",
    [
        f"{SHIP}, built 30 years ago, sailed.",
        f"Officers arrested {SHIP}. A 34-year-old car was seized.",
        f"{SHIP}, 20 containers.",
        f"Officers found {SHIP} with 34 tusks.",
        f"10 years later {SHIP} sailed.",
    ],
)
def test_years_and_numbers_of_other_things_leave_the_judgement_to_the_officer(
    people: SimpleNamespace, told: str
) -> None:
    _post(_program(people.contact), record(narrative=told, judged=[f"narrative={SHIP}"]))
    assert _narrative() == told


def test_words_of_a_line_are_judged_with_the_line(people: SimpleNamespace) -> None:
    goods = [{"subtype": "pistol", "quantity": "2", "unit": "H87", "fields": {"marking": f"found on {SHIP}"}}]
    program = _program(people.contact)
    made = _post(program, record(lines=goods)).json()
    assert made["hidden"] == [{"field": "lines.1.marking", "text": SHIP, "kind": "name", "may_stay": True}]
    _post(program, record(lines=goods, judged=[f"marking={SHIP}"]))
    assert Line.objects.get().document["judged"] == [f"marking={SHIP}"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xml", "json", "ndjson"])
def test_what_comes_out_goes_in_again_as_the_same_case_with_its_judgement(
    people: SimpleNamespace, kind: str, tmp_path: Any
) -> None:
    draft(cases=[case_in(narrative=TEXT, judged=[f"narrative={SHIP}"])], by=people.contact, channel="page")
    assert Case.objects.get().header["judged"] == [f"narrative={SHIP}"]
    path = tmp_path / f"out.{kind}"
    export_cases(cases=Case.objects.all(), to=path, kind=kind, by=people.contact)
    receipt = receive(path=path, name=path.name, mapping_text="", mapping_name="", options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    receipt.refresh_from_db()
    assert (receipt.cases, receipt.changed, receipt.accepted, receipt.rejected) == (1, 0, 0, 0)
    assert receipt.unchanged == receipt.rows > 0
    assert SHIP in _narrative()
