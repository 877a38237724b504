"""A request that data be kept: what article 29 wants, its clock, its renewals, its paper."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.response.conftest import page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.notices.models import Ringing
from tidewaiter.response.actions import warn_of_ends
from tidewaiter.response.models import Preservation

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "basis": "budapest_29",
    "authority": "Stop-payment desk, Nairobi",
    "offence": "A false mail led a firm to pay into a stranger's account.",
    "data": "Log-ins and headers of the mailbox since 1 November.",
    "custodian": "Mailhaven UAB, Vilnius",
    "necessity": "Logs there are deleted after thirty days.",
    "mla_intended": True,
    "to_country": "Lithuania",
    "to_name": "24/7 contact point, Vilnius",
}


def drafted(staff: SimpleNamespace, **other: Any) -> Preservation:
    done = program_of(staff.desk).post(
        "/api/v1/response/preservations", {**SAID, **other}, content_type="application/json"
    )
    assert done.status_code == 201, done.content
    return Preservation.objects.get(ref=done.json()["ref"])


def move(staff: SimpleNamespace, one: Preservation, **said: str) -> Any:
    return program_of(staff.desk).post(
        f"/api/v1/response/preservations/{one.ref}", said, content_type="application/json"
    )


def test_what_article_29_still_wants_is_said_before_it_goes(staff: SimpleNamespace) -> None:
    one = drafted(staff, custodian="", mla_intended=False)
    refused = move(staff, one, deed="send")
    assert refused.status_code == 422
    assert "d. who keeps them" in refused.content.decode()
    assert "f. that a request" in refused.content.decode()
    page = page_of(staff.desk).get(f"/response/preservations/{one.ref}/").content.decode()
    assert page.count("missing") >= 2
    typed = {**SAID, "mla_intended": "on"}
    assert page_of(staff.desk).post(f"/response/preservations/{one.ref}/do/mend/", typed).status_code == 302
    sent = move(staff, one, deed="send").json()
    today = now().date()
    assert (sent["state"], sent["expires_on"]) == ("preservation_asked", (today + timedelta(days=60)).isoformat())


@pytest.mark.parametrize(
    ("basis", "days", "words"),
    [
        ("un_42", "", "not in force"),
        ("nothing", "", "no legal basis"),
        ("budapest_29", "59", "From 60 to 180"),
        ("usc_2703f", "60", "From 90 to 180"),
        ("budapest_29", "ninety", "From 60 to 180"),
    ],
)
def test_a_basis_is_in_force_and_its_days_are_kept(staff: SimpleNamespace, basis: str, days: str, words: str) -> None:
    done = program_of(staff.desk).post(
        "/api/v1/response/preservations", {**SAID, "basis": basis, "days": days}, content_type="application/json"
    )
    assert done.status_code == 422
    assert words in done.content.decode()


def test_it_warns_at_14_7_and_2_days_until_assistance_is_asked_for(staff: SimpleNamespace) -> None:
    one = drafted(staff)
    move(staff, one, deed="send")

    def with_left(days: int) -> int:
        Ringing.objects.all().delete()
        Preservation.objects.filter(pk=one.pk).update(expires_on=now().date() + timedelta(days=days))
        warn_of_ends()
        return Ringing.objects.filter(about=one.ref).count()

    assert [with_left(days) for days in (15, 14, 13, 7, 7, 2, 1)] == [0, 1, 0, 1, 0, 1, 0]
    Preservation.objects.filter(pk=one.pk).update(warned=0)
    assert move(staff, one, deed="assistance", text="MLA 2026/44").json()["mla_reference"] == "MLA 2026/44"
    assert with_left(2) == 0
    assert with_left(-5) == 0
    one.refresh_from_db()
    assert one.state == "preservation_asked", "what assistance was asked for stays preserved"
    Preservation.objects.filter(pk=one.pk).update(mla_on=None)
    with_left(-1)
    one.refresh_from_db()
    assert one.state == "preservation_ended"


def test_a_renewal_is_linked_to_what_it_extends(staff: SimpleNamespace) -> None:
    one = drafted(staff)
    move(staff, one, deed="send")
    renewed = move(staff, one, deed="renew").json()
    assert (renewed["parent"], renewed["state"]) == (one.ref, "preservation_draft")
    page = page_of(staff.desk).get(f"/response/preservations/{one.ref}/").content.decode()
    assert "extended by" in page
    assert move(staff, one, deed="answer", kind="not_preserved").status_code == 422
    said = move(staff, one, deed="answer", kind="path_disclosed", text="Next provider: Hostwell GmbH, DE")
    assert said.json()["state"] == "path_disclosed"


def test_the_paper_is_in_their_language_and_keeps_what_was_written(staff: SimpleNamespace) -> None:
    one = drafted(staff)
    paper = page_of(staff.desk).get(f"/response/preservations/{one.ref}/paper.pdf?lang=fr")
    assert paper.content[:5] == b"%PDF-"
    assert page_of(staff.desk).get(f"/response/preservations/{one.ref}/paper.pdf?lang=xx").status_code == 400


def test_it_is_written_and_changed_by_page(staff: SimpleNamespace) -> None:
    desk = page_of(staff.desk)
    assert "Article 29 asks for six things" in desk.get("/response/preservations/new/").content.decode()
    typed = {name: said for name, said in SAID.items() if name != "mla_intended"} | {"mla_intended": "on", "days": "90"}
    assert desk.post("/response/preservations/new/", {**typed, "to_country": "Congo"}).status_code == 400
    assert desk.post("/response/preservations/new/", typed).status_code == 302
    one = Preservation.objects.get()
    assert (one.days, one.to_country, one.mla_intended) == (90, "LT", True)
    assert "Mailhaven" in desk.get(f"/response/preservations/{one.ref}/mend/").content.decode()
    for deed in ("send", "renew"):
        assert desk.post(f"/response/preservations/{one.ref}/do/{deed}/").status_code == 302
    assert Preservation.objects.filter(parent=one).count() == 1
    assert desk.post(f"/response/preservations/{one.ref}/do/nothing/").status_code == 404


def test_nobody_but_the_desk_of_its_administration_sees_it(staff: SimpleNamespace) -> None:
    one = drafted(staff)
    seen = {
        key: page_of(getattr(staff, key)).get(f"/response/preservations/{one.ref}/").status_code
        for key in ("desk", "chief", "officer", "foreign", "steward", "partner")
    }
    assert seen == {"desk": 200, "chief": 200, "officer": 404, "foreign": 404, "steward": 404, "partner": 404}
    assert page_of(staff.officer).get("/response/preservations/").status_code == 404
    lists = page_of(staff.desk).get("/response/preservations/").content.decode()
    assert one.reference in lists
    assert one.reference not in page_of(staff.foreign).get("/response/preservations/").content.decode()
