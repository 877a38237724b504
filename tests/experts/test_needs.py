"""Needs assessment: a round freezes its questionnaire; answers are codes; regions are shown without a country."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from tests.experts.conftest import do, page_of, program_of, tell
from tidewaiter.experts.actions import define_questionnaire, remind_of_rounds
from tidewaiter.experts.models import Answer, PlanLine, Response, Round
from tidewaiter.experts.needs.maturity import regional
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db
SOON = (now() + timedelta(days=30)).date().isoformat()
SMALL = """
code = "small"
version = {version}
label = {{ en = "Small" }}
[[domains]]
code = "law"
label = {{ en = "Law", fr = "Droit" }}
[[domains]]
code = "people"
label = {{ en = "People" }}
[[questions]]
name = "one"
domain = "law"
label = {{ en = "One?", fr = "Un ?" }}
[[questions]]
name = "two"
domain = "law"
label = {{ en = "Two?" }}
[[questions]]
name = "three"
domain = "people"
label = {{ en = "Three?" }}
{more}
"""
WISH = '[[questions]]\nname = "wish"\ndomain = "people"\ntype = "long_text"\nlabel = { en = "Wish?" }\n'


def _define(version: int = 1, more: str = WISH) -> None:
    define_questionnaire(text=SMALL.format(version=version, more=more), by=NODE)


def _round(group: SimpleNamespace, **more: Any) -> Round:
    said = {"questionnaire": "small", "title": "Needs 2026", "closes_on": SOON, **more}
    answer = do(group.ghana, "open_round", **said)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return Round.objects.latest("opened_at")


def _answer(person: Any, response: Response, deed: str = "answer", **fields: Any) -> Any:
    return page_of(person).post(f"/experts/answers/{response.ref}/do/{deed}/", fields)


def _hand_in(person: Any, response: Response, levels: dict[str, str]) -> None:
    done = tell(person, f"answers/{response.ref}/answer", {"fields": {"answers": levels}})
    assert done.status_code == 200, done.content
    assert tell(person, f"answers/{response.ref}/submit", {"fields": {}}).status_code == 200


def test_a_round_keeps_the_version_with_which_it_was_opened(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    with pytest.raises(BadInput, match="higher version"):
        _define(more="")
    _define(version=2, more='[[questions]]\nname = "four"\ndomain = "law"\nlabel = { en = "Four?" }\n')
    response = Response.objects.get(round=one, country="KE")
    text = page_of(group.kenya).get(f"/experts/answers/{response.ref}/").content.decode()
    assert "Wish?" in text
    assert "Four?" not in text
    second = _round(group, title="Later", countries="KE")
    later = page_of(group.kenya).get(f"/experts/answers/{second.responses.get().ref}/").content.decode()
    assert "Four?" in later
    assert "Wish?" not in later


def test_each_answer_is_kept_as_its_field_is_left_and_found_again(group: SimpleNamespace) -> None:
    _define()
    response = Response.objects.get(round=_round(group), country="UG")
    client = page_of(group.uganda)
    kept = client.post(
        f"/experts/answers/{response.ref}/do/answer/", {"question": "one", "value": "3"}, headers={"HX-Request": "true"}
    )
    assert kept.status_code == 200
    assert "kept" in kept.content.decode()
    assert "<html" not in kept.content.decode()
    _answer(group.uganda, response, question="wish", value="A course")
    again = page_of(group.uganda).get(f"/experts/answers/{response.ref}/").content.decode()
    assert '<option value="3" selected>' in again
    assert "A course" in again
    wrong = client.post(
        f"/experts/answers/{response.ref}/do/answer/", {"question": "two", "value": "7"}, headers={"HX-Request": "true"}
    )
    assert "kept" not in wrong.content.decode()
    _answer(group.uganda, response, question="one", value="")
    assert not Answer.objects.filter(question="one").exists(), "an empty field takes the answer back"


def test_languages_mix_since_answers_are_codes(group: SimpleNamespace) -> None:
    _define()
    response = Response.objects.get(round=_round(group), country="UG")
    client = page_of(group.uganda)
    client.post("/language/", {"language": "fr", "next": "/"})
    text = client.get(f"/experts/answers/{response.ref}/").content.decode()
    assert "Un ?" in text
    assert "Droit" in text
    client.post(f"/experts/answers/{response.ref}/do/answer/", {"question": "one", "value": "3 géré"})
    client.post("/language/", {"language": "en", "next": "/"})
    _answer(group.uganda, response, question="two", value="2 defined")
    kept = dict(Answer.objects.values_list("question", "value"))
    assert kept == {"one": "3", "two": "2"}
    assert dict(Answer.objects.values_list("question", "lang")) == {"one": "fr", "two": "en"}


def test_a_section_is_given_to_a_colleague_who_answers_it_and_nothing_else(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    response = Response.objects.get(round=one, country="KE")
    lead, colleague = group.kenya, group.kenya_officer
    assert response.lead == lead.username
    _answer(lead, response, "share", domain="people", username="outsider.us")
    assert not response.shares.exists(), "a colleague is of the same administration"
    _answer(lead, response, "share", domain="people", username=colleague.username)
    assert Notice.objects.filter(to=colleague.username, deed="experts.round_shared").exists()
    opened = page_of(colleague).get(f"/experts/round/{one.ref}/")
    assert opened.headers["Location"] == f"/experts/answers/{response.ref}/"
    assert page_of(colleague).get(f"/experts/answers/{response.ref}/").status_code == 200
    _answer(colleague, response, question="three", value="1")
    refused = _answer(colleague, response, question="one", value="1")
    assert refused.status_code == 400
    assert "another colleague" in refused.content.decode()
    assert _answer(colleague, response, "submit").status_code == 400
    assert list(Answer.objects.values_list("question", "by")) == [("three", colleague.username)]


def test_answers_are_handed_in_whole_and_change_no_more(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    response = Response.objects.get(round=one, country="UG")
    _answer(group.uganda, response, question="one", value="3")
    lacking = _answer(group.uganda, response, "submit")
    assert "2 questions of level are not answered yet." in lacking.content.decode()
    for question in ("two", "three"):
        _answer(group.uganda, response, question=question, value="2")
    _answer(group.uganda, response, "evidence", question="one", title="The act of 2025", where="intranet")
    _answer(group.uganda, response, "submit")
    response.refresh_from_db()
    assert response.state == "needs_submitted"
    assert Notice.objects.filter(to="ghana.gh", deed="experts.round_submitted").exists()
    late = _answer(group.uganda, response, question="one", value="4")
    assert "they change no more" in late.content.decode()
    told = program_of(group.uganda).get(f"/api/v1/experts/answers/{response.ref}").json()
    law = told["profile"][0]
    assert (law["now"], law["papers"], law["region"]) == ("2.5", 1, None)


def test_a_country_and_the_secretariat_see_its_answers_and_nobody_else(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    response = Response.objects.get(round=one, country="UG")
    for person, status in (
        (group.uganda, 200),
        (group.editor, 200),
        (group.ghana, 404),
        (group.kenya, 404),
        (group.bank, 404),
        (group.outsider, 404),
    ):
        for address in (
            f"/experts/answers/{response.ref}/",
            f"/experts/answers/{response.ref}/profile/",
            f"/experts/answers/{response.ref}/table/csv/",
        ):
            assert page_of(person).get(address).status_code == status, (person.username, address)
        assert program_of(person).get(f"/api/v1/experts/answers/{response.ref}").status_code == status
    assert page_of(group.bank).get(f"/experts/round/{one.ref}/").status_code == 404
    assert "/experts/answers/" not in page_of(group.police).get(f"/experts/round/{one.ref}/").content.decode()


def test_a_follow_up_stands_beside_the_round_before_on_the_same_questions(group: SimpleNamespace) -> None:
    _define()
    first = _round(group, countries="UG")
    _hand_in(group.uganda, first.responses.get(), {"one": "1", "two": "2", "three": "0"})
    _define(version=2, more='[[questions]]\nname = "four"\ndomain = "law"\nlabel = { en = "Four?" }\n')
    second = _round(group, title="Needs 2028", countries="UG", after=first.ref)
    response = second.responses.get()
    _hand_in(group.uganda, response, {"one": "3", "two": "2", "three": "na", "four": "4"})
    law, people = program_of(group.uganda).get(f"/api/v1/experts/answers/{response.ref}").json()["profile"]
    assert (law["was"], law["now"]) == ("1.5", "3.0"), "the round before by what both asked"
    assert (people["was"], people["now"]) == ("0.0", None), "what does not apply counts nowhere"
    page = page_of(group.uganda).get(f"/experts/answers/{response.ref}/profile/").content.decode()
    assert 'class="radar"' in page
    assert "the round before" in page


def test_a_region_is_shown_once_closed_where_three_answered_and_no_country_is_named(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    levels = {"GH": ("1", "1", "2"), "KE": ("2", "2", "2"), "UG": ("3", "3", "na"), "TZ": ("4", "3", "4")}
    people = {"GH": group.ghana, "KE": group.kenya, "UG": group.uganda, "TZ": group.tanzania}
    for country, (law, two, three) in levels.items():
        _hand_in(people[country], one.responses.get(country=country), {"one": law, "two": two, "three": three})
    running = program_of(group.police).get(f"/api/v1/experts/rounds/{one.ref}").json()
    assert running["regions"] == [], "while it runs two looks would tell one country's answers"
    assert do(group.kenya, "close_round", round=one.ref).status_code == 400
    do(group.ghana, "close_round", round=one.ref)
    told = program_of(group.police).get(f"/api/v1/experts/rounds/{one.ref}").json()
    assert told["answered"] == 4
    regions = {row["region"]: row["domains"] for row in told["regions"]}
    eastern = one.responses.get(country="KE").region
    western = one.responses.get(country="GH").region
    assert eastern != western
    assert regions[eastern] == {"law": "2.8", "people": "3.0"} or regions[eastern]["people"] is None
    assert regions[western] == {"law": None, "people": None}, "one country alone is not shown"
    text = page_of(group.police).get(f"/experts/round/{one.ref}/").content.decode().split('id="h-regions"')[1]
    assert "Uganda" not in text


def test_fewer_than_three_have_no_figure() -> None:
    from decimal import Decimal

    assert regional({"a": Decimal(1), "b": Decimal(2)}) == (None, 2)
    assert regional({"a": Decimal(1), "b": Decimal(2), "c": None}) == (None, 2)
    assert regional({"a": Decimal(1), "b": Decimal(2), "c": Decimal(4)}) == (Decimal("2.3"), 3)


def test_a_gap_becomes_a_plan_that_both_sides_agree(group: SimpleNamespace) -> None:
    _define()
    response = Response.objects.get(round=_round(group), country="UG")
    said = {
        "domain": "people",
        "gap": "No examiner trained after 2023",
        "kind": "training",
        "what": "Course for 12 people",
        "owner": "Secretariat",
        "cost": "64 000",
        "by_day": "2027-02-28",
    }
    early = _answer(group.editor, response, "plan", **said)
    assert "The plan follows from answers that were handed in." in early.content.decode()
    _hand_in(group.uganda, response, {"one": "3", "two": "2", "three": "1"})
    _answer(group.editor, response, "plan", **said)
    line = PlanLine.objects.get()
    assert (str(line.cost), line.currency, line.state) == ("64000.00", "USD", "plan_proposed")
    own = _answer(group.editor, response, "move_plan", plan_line=line.ref, move="agree")
    assert "The other side agrees" in own.content.decode()
    _answer(group.uganda, response, "move_plan", plan_line=line.ref, move="agree", donor="Donor B")
    line.refresh_from_db()
    assert (line.state, line.agreed_by, line.donor) == ("plan_agreed", "uganda.ug", "Donor B")
    _answer(group.editor, response, "move_plan", plan_line=line.ref, move="finish")
    text = page_of(group.uganda).get(f"/experts/answers/{response.ref}/profile/").content.decode()
    for part in ("No examiner trained after 2023", "Donor B", "Carried out", "1 of 1 lines have a donor"):
        assert part in text, part


def test_results_are_written_by_country_and_question(group: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    _define()
    one = _round(group)
    _hand_in(group.uganda, one.responses.get(country="UG"), {"one": "3", "two": "2", "three": "1", "wish": "=1+1"})
    call_command("survey_results", one.ref, out=str(tmp_path / "r.json"), format="json")
    assert json.loads(capsys.readouterr().out) == {"invited": 4, "answered": 1}
    told = json.loads((tmp_path / "r.json").read_text())
    assert told["countries"]["UG"]["answers"]["one"] == "3"
    assert told["version"] == 1
    call_command("survey_results", one.ref, out=str(tmp_path / "r.xlsx"), format="json")
    sheet: Any = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    rows = list(sheet.values)
    assert rows[0] == ("country", "state", "one", "two", "three", "wish")
    assert any(row[0] == "UG" and str(row[2]) == "3" for row in rows)


def test_the_shipped_questionnaire_is_there_in_three_languages(group: SimpleNamespace) -> None:
    one = _round(group, questionnaire="electronic_crime", countries="UG")
    client = page_of(group.uganda)
    address = f"/experts/answers/{one.responses.get().ref}/"
    for lang, word in (("en", "Private sector"), ("fr", "Secteur privé"), ("es", "Sector privado")):
        client.post("/language/", {"language": lang, "next": "/"})
        assert word in client.get(address).content.decode()


def test_who_has_not_answered_is_reminded_once_before_it_closes(group: SimpleNamespace) -> None:
    _define()
    one = _round(group)
    _hand_in(group.uganda, one.responses.get(country="UG"), {"one": "3", "two": "2", "three": "1"})
    assert remind_of_rounds() == 0
    Round.objects.update(closes_on=(now() + timedelta(days=6)).date())
    assert remind_of_rounds() == 1
    told = set(Notice.objects.filter(deed="experts.round_closes").values_list("to", flat=True))
    assert told == {"ghana.gh", "kenya.ke", "tanzania.tz"}
    assert remind_of_rounds() == 0
