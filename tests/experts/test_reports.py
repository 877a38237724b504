"""Reports: chapters by authors, figures that are frozen, three languages, PDF and HTML, delivered to the library."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.experts.conftest import do, page_of, program_of, tell
from tidewaiter.experts.models import Report
from tidewaiter.experts.papers import report_html
from tidewaiter.experts.queries import seat_within
from tidewaiter.jobs.models import Job
from tidewaiter.library.models import Item

pytestmark = pytest.mark.django_db


def _begun(group: SimpleNamespace, **more: Any) -> Report:
    said = {
        "kind": "annual",
        "title": "Report to the committee",
        "title_fr": "Rapport au comité",
        "year": "2026",
        "sections": "The year\nWhat we recommend",
        **more,
    }
    assert do(group.ghana, "begin_report", **said).status_code == 200
    return Report.objects.get()


def _frozen_and_agreed(group: SimpleNamespace, report: Report) -> None:
    do(group.ghana, "freeze_figures", report=report.ref)
    do(group.ghana, "move_report", report=report.ref, move="circulate")
    do(group.ghana, "move_report", report=report.ref, move="agree")


def test_chapters_are_written_by_their_authors(group: SimpleNamespace) -> None:
    report = _begun(group)
    do(group.ghana, "give_section", report=report.ref, number="1", title="The year", author="kenya.ke")
    do(group.kenya, "write_section", report=report.ref, number="1", lang="en", text="Thirty warnings.\n\nTwo meetings.")
    do(group.kenya, "write_section", report=report.ref, number="1", lang="fr", title="L’année", text="Trente alertes.")
    refused = do(group.uganda, "write_section", report=report.ref, number="1", lang="en", text="Mine.")
    assert refused.status_code == 400
    assert "Whoever it was given to" in refused.content.decode()
    assert do(group.bank, "write_section", report=report.ref, number="1", text="x").status_code == 404
    told = program_of(group.uganda).get(f"/api/v1/experts/reports/{report.ref}").json()
    assert told["sections"][0]["texts"] == {"en": "Thirty warnings.\n\nTwo meetings.", "fr": "Trente alertes."}
    page = page_of(group.kenya).get(f"/experts/report/{report.ref}/?lang=fr").content.decode()
    assert "Rapport au comité" in page
    assert "L’année" in page


def test_figures_are_frozen_and_change_no_more(group: SimpleNamespace) -> None:
    report = _begun(group)
    do(group.ghana, "set_action", text="Figures", owner="kenya.ke", due_on="2030-01-01")
    early = do(group.ghana, "move_report", report=report.ref, move="circulate")
    assert early.status_code == 200
    unfrozen = do(group.ghana, "move_report", report=report.ref, move="agree")
    assert "Freeze the figures first" in unfrozen.content.decode()
    do(group.ghana, "freeze_figures", report=report.ref)
    report.refresh_from_db()
    assert report.figures["action_points"] == 1
    assert report.figures["members"] == {"customs": 4, "police": 1, "private": 2}
    assert report.figures["countries"] == 4
    assert report.figures["warnings"] == 0
    assert len(report.figures["warnings_by_month"]) == 12
    do(group.ghana, "set_action", text="More", owner="kenya.ke", due_on="2030-01-01")
    do(group.ghana, "move_report", report=report.ref, move="agree")
    report.refresh_from_db()
    assert report.figures["action_points"] == 1
    late = do(group.ghana, "freeze_figures", report=report.ref)
    assert "written no more" in late.content.decode()
    told = program_of(group.kenya).get(f"/api/v1/experts/reports/{report.ref}").json()
    assert told["figures"]["action_points"] == 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("The year", "Thirty warnings.")), ("fr", ("L’année", "Trente alertes.")), ("es", ("Thirty warnings.",))],
)
def test_a_report_is_a_document_in_three_languages(group: SimpleNamespace, lang: str, words: tuple[str, ...]) -> None:
    report = _begun(group)
    do(group.ghana, "write_section", report=report.ref, number="1", lang="en", text="Thirty warnings.")
    do(group.ghana, "write_section", report=report.ref, number="1", lang="fr", title="L’année", text="Trente alertes.")
    do(group.ghana, "recommend", text="A contact by night", paragraph="2")
    do(group.ghana, "freeze_figures", report=report.ref)
    report.refresh_from_db()
    html = report_html(seat_within(group.kenya, "eceg"), report, lang)
    assert f'<html lang="{lang}"' in html
    for word in (*words, "R-26-1", "A contact by night"):
        assert word in html, word


def test_the_worker_makes_the_pdf(group: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.experts.papers import report_document

    report = _begun(group)
    do(group.ghana, "write_section", report=report.ref, number="1", lang="en", text="Thirty warnings.")
    do(group.ghana, "freeze_figures", report=report.ref)
    asked = tell(group.kenya, f"reports/{report.ref}/file?kind=pdf&lang=en", {})
    assert asked.status_code == 202, asked.content
    job = Job.objects.get(ref=asked.json()["ref"])
    assert job.subject == report.ref
    assert page_of(group.kenya).get(f"/experts/report/{report.ref}/pdf/?lang=fr").status_code == 200
    assert page_of(group.outsider).get(f"/experts/report/{report.ref}/pdf/").status_code == 404

    class Silent:
        def report(self, *_said: object) -> None:
            return None

    made = report_document(job.asked, group.kenya, tmp_path / "r.pdf", Silent())  # type: ignore[arg-type]
    assert made.name == "eceg-annual-2026-en.pdf"
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_an_unclassified_report_waits_in_the_library_for_its_approval(group: SimpleNamespace) -> None:
    report = _begun(group)
    do(group.ghana, "write_section", report=report.ref, number="1", lang="en", text="Thirty warnings.")
    early = do(group.ghana, "move_report", report=report.ref, move="deliver")
    assert early.status_code == 400
    _frozen_and_agreed(group, report)
    red = do(group.ghana, "move_report", report=report.ref, move="deliver", handling="RED")
    assert "unclassified" in red.content.decode()
    do(group.ghana, "move_report", report=report.ref, move="deliver", handling="GREEN", audience="partners")
    report.refresh_from_db()
    item = Item.objects.get(ref=report.item)
    assert (item.status, item.handling, item.audience, item.made_by) == ("submitted", "GREEN", "partners", "ghana.gh")
    assert item.texts.get(lang="en").title == "Report to the committee"
    assert "Thirty warnings." in item.texts.get(lang="en").body
    page_of(group.editor).post(f"/library/{item.ref}/publish/", {"digest": _digest(item)})
    item.refresh_from_db()
    assert item.status == "published"
    read = page_of(group.bank).get(f"/library/{item.ref}/")
    assert "Thirty warnings." in read.content.decode(), "partners read it, since it is for them"
    assert page_of(group.bank).get(f"/experts/report/{report.ref}/").status_code == 200
    again = do(group.ghana, "move_report", report=report.ref, move="take_back")
    assert again.status_code == 400


def _digest(item: Item) -> str:
    from tidewaiter.library.as_read import digest_of

    return digest_of(item)


def test_a_private_member_sees_no_report_before_it_is_delivered(group: SimpleNamespace) -> None:
    report = _begun(group)
    assert page_of(group.bank).get(f"/experts/report/{report.ref}/").status_code == 404
    assert "Report to the committee" not in page_of(group.bank).get("/experts/eceg/reports/").content.decode()
    assert program_of(group.bank).get(f"/api/v1/experts/reports/{report.ref}").status_code == 404
