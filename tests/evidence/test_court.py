"""A case goes from seizure to judgement by page, program and command, and the figures tell how many did."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_exports import run
from tidewaiter.evidence.actions.prosecution import remind_of_hearings
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Hearing, Proceeding
from tidewaiter.foundation.moments import now
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db

CHARGE = {"law": "Trade Marks Act, s. 58D", "text": "Importing counterfeit goods", "accused": "Coastline Traders Ltd"}


def test_a_case_goes_from_seizure_to_judgement_by_its_page(staff: SimpleNamespace, shoes: Any) -> None:
    page = page_of(staff.investigator)
    said = page.get(f"/evidence/case/{shoes.case}/").content.decode()
    assert "Begin the way to court" in said
    opened = page.post("/evidence/court/", {"case": shoes.case, "court": "Mombasa law court"})
    door = opened["Location"]
    assert page.get(door).status_code == 200
    wrong = page.post(f"{door}do/file/", {})
    assert wrong.status_code == 400
    assert "no charge to file" in wrong.content.decode()
    page.post(f"{door}do/charge/", CHARGE)
    page.post(f"{door}do/file/", {"court_reference": "E123/2026"})
    tomorrow = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    page.post(f"{door}do/hearing/", {"on": tomorrow, "about": "Plea", "needs": shoes.reference})
    page.post(f"{door}do/order/", {"kind": "forfeit", "called": "MC-221/26", "issued_by": "Mombasa law court"})
    withheld = page.post(f"{door}do/disclose/", {"kind": "withheld", "exhibit": shoes.reference})
    assert "why it is withheld" in withheld.content.decode()
    page.post(f"{door}do/disclose/", {"kind": "shown", "exhibit": shoes.reference, "to": "Counsel A. Otieno"})
    page.post(f"{door}do/heard/", {"number": "1", "result": "Pleaded guilty"})
    done = page.post(
        f"{door}do/judge/",
        {"outcome": "convicted", "charge.1": "guilty", "fine": "500000", "currency": "KES", "text": "Fined"},
        follow=True,
    ).content.decode()
    for words in ("Judged", "Convicted", "Guilty", "Counsel A. Otieno", "Pleaded guilty", "MC-221/26", "E123/2026"):
        assert words in done, words
    event = CustodyEvent.objects.get(exhibit=shoes, kind="show")
    assert (event.note, event.detail["how"]) == ("Counsel A. Otieno", "shown")
    assert "On the way to court" in page.get(f"/evidence/{shoes.ref}/").content.decode()
    again = page.post(f"{door}do/charge/", CHARGE)
    assert again.status_code == 400, "what is judged is over"
    figures = page.get("/evidence/court/").content.decode()
    assert "E123/2026" in figures


def test_the_same_by_program_with_the_disclosure_list(staff: SimpleNamespace, shoes: Any) -> None:
    program = Program(staff.investigator)
    made = program.post("proceedings", {"case": shoes.case, "court": "Mombasa law court"})
    assert made.status_code == 201, made.content
    ref = made.json()["ref"]
    assert program.post(f"proceedings/{ref}/charge", CHARGE).status_code == 200
    assert program.post(f"proceedings/{ref}/file", {"on": "2026-11-20"}).json()["filed_on"] == "2026-11-20"
    said = {"kind": "copied", "exhibit": shoes.reference, "to": "Counsel A. Otieno"}
    lines = program.post(f"proceedings/{ref}/disclose", said).json()["disclosures"]
    assert [(one["kind"], one["exhibit"], one["to"]) for one in lines] == [
        ("copied", shoes.reference, "Counsel A. Otieno")
    ]
    done = program.post(f"proceedings/{ref}/judge", {"outcome": "acquitted", "charges": {"1": "not_guilty"}}).json()
    assert (done["state"], done["charges"][0]["result"]) == ("judged", "not_guilty")
    assert [one["state"] for one in done["way"]] == ["done", "now", "done", "done", "next", "done", "next"]
    assert program.post(f"proceedings/{ref}/judge", {"outcome": "acquitted"}).status_code == 409
    assert Program(staff.foreign).get(f"proceedings/{ref}").status_code == 404
    assert Program(staff.officer).post(f"proceedings/{ref}/drop", {"reason": "none"}).status_code == 403


def test_the_figures_by_command_count_seizures_that_reached_a_court_lost_exhibits_and_days(
    staff: SimpleNamespace, shoes: Any
) -> None:
    run("court_case", "open", shoes.case, "--set", "court=Mombasa law court", "--by", "investigator.ke")
    words = [f"--set={name}={value}" for name, value in CHARGE.items()]
    run("court_case", "charge", shoes.case, *words, "--by", "investigator.ke")
    run("court_case", "file", shoes.case, "--set", "on=2026-11-26", "--by", "investigator.ke")
    Exhibit.objects.filter(pk=shoes.pk).update(state="missing")
    said = run("court_case", "statistics", "--by", "investigator.ke")
    assert (said["seizures"], said["reached_court"], said["judged"]) == (1, 1, 0)
    assert (said["exhibits"], said["lost"], said["days_to_court"]) == (1, 1, 10)
    assert run("court_case", "statistics", "--year", "2019", "--by", "investigator.ke")["seizures"] == 0
    assert run("court_case", "show", shoes.case, "--by", "investigator.ke")["state"] == "court_filed"
    dropped = run("court_case", "drop", shoes.case, "--set", "reason=no witness", "--by", "investigator.ke")
    assert dropped["state"] == "court_dropped"
    with pytest.raises(CommandError):
        run("court_case", "drop", shoes.case, "--set", "reason=again", "--by", "investigator.ke")


def test_whoever_opened_it_is_told_of_a_hearing_within_the_week_once(staff: SimpleNamespace, shoes: Any) -> None:
    program = Program(staff.investigator)
    ref = program.post("proceedings", {"case": shoes.case, "court": "Mombasa law court"}).json()["ref"]
    assert program.post(f"proceedings/{ref}/hearing", {"on": "2031-01-12T09:00", "about": "Plea"}).status_code == 200
    assert remind_of_hearings() == 0
    Hearing.objects.update(on=now() + timedelta(days=3))
    assert remind_of_hearings() == 1
    assert remind_of_hearings() == 0
    notice = Notice.objects.get(deed="evidence.hearing_near")
    assert (notice.to, notice.ref) == ("investigator.ke", Proceeding.objects.get().ref)
