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


def test_a_batch_that_is_cut_holds_only_what_is_due(staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept ones whose assistance was asked for, or which warned already, take nobody's place."""
    from tidewaiter.response.actions import clocks

    monkeypatch.setattr(clocks, "AT_ONCE", 2)
    ones = []
    for _n in range(5):
        one = drafted(staff)
        move(staff, one, deed="send")
        ones.append(one.pk)
    today = now().date()
    Preservation.objects.filter(pk__in=ones[:2]).update(
        mla_on=today, mla_reference="MLA 1", expires_on=today - timedelta(days=40)
    )
    Preservation.objects.filter(pk__in=ones[2:4]).update(warned=1, expires_on=today + timedelta(days=10))
    Preservation.objects.filter(pk=ones[4]).update(expires_on=today + timedelta(days=14))
    assert warn_of_ends() == 1
    assert Ringing.objects.get(deed="response.preservation_due").about == ones[4]


def test_a_renewal_counts_from_the_end_of_what_it_extends_which_warns_no_more(staff: SimpleNamespace) -> None:
    one = drafted(staff, basis="usc_2703f")
    move(staff, one, deed="send")
    today = now().date()
    Preservation.objects.filter(pk=one.pk).update(expires_on=today + timedelta(days=14))
    ref = move(staff, one, deed="renew").json()["ref"]
    renewal = Preservation.objects.get(pk=ref)
    assert warn_of_ends() == 1, "a draft of a renewal extends nothing"
    assert move(staff, renewal, deed="send").json()["expires_on"] == (today + timedelta(days=104)).isoformat()
    Preservation.objects.filter(pk=one.pk).update(expires_on=today + timedelta(days=7))
    Ringing.objects.all().delete()
    assert warn_of_ends() == 0
    Preservation.objects.filter(pk=one.pk).update(expires_on=today - timedelta(days=1))
    assert warn_of_ends() == 1
    one.refresh_from_db()
    renewal.refresh_from_db()
    assert (one.state, renewal.state) == ("preservation_ended", "preservation_asked")
    again = drafted(staff, basis="usc_2703f")
    move(staff, again, deed="send")
    late = Preservation.objects.get(pk=move(staff, again, deed="renew").json()["ref"])
    Preservation.objects.filter(pk=again.pk).update(state="preservation_ended", expires_on=today + timedelta(days=9))
    assert move(staff, late, deed="send").json()["expires_on"] == (today + timedelta(days=90)).isoformat()


def test_the_european_order_is_extended_once_by_thirty_days(staff: SimpleNamespace) -> None:
    one = drafted(staff, basis="eu_epoc_pr")
    move(staff, one, deed="send")
    first = move(staff, one, deed="renew").json()
    renewal = Preservation.objects.get(pk=first["ref"])
    assert renewal.days == 30
    assert move(staff, renewal, deed="send").status_code == 200
    for either in (one, renewal):
        refused = move(staff, either, deed="renew")
        assert refused.status_code in (409, 422, 403), refused.content
        assert "extended once" in refused.content.decode()


def test_the_next_provider_that_an_answer_names_gets_a_request_of_its_own(staff: SimpleNamespace) -> None:
    one = drafted(staff)
    move(staff, one, deed="send")
    assert move(staff, one, deed="path").status_code != 200
    move(staff, one, deed="answer", kind="path_disclosed", text="Hostwell GmbH, Munich: relay of 1 November")
    page = page_of(staff.desk)
    assert "Prepare the request to that provider" in page.get(f"/response/preservations/{one.ref}/").content.decode()
    assert page.post(f"/response/preservations/{one.ref}/do/path/").status_code == 302
    made = Preservation.objects.get(path_of=one)
    assert (made.state, made.custodian, made.offence) == (
        "preservation_draft",
        "Hostwell GmbH, Munich: relay of 1 November",
        SAID["offence"],
    )
    assert (made.to_name, made.to_country, made.parent) == ("", "", None)
    assert one.reference in page.get(f"/response/preservations/{made.ref}/").content.decode()
    assert made.reference in page.get(f"/response/preservations/{one.ref}/").content.decode()


def test_a_request_that_came_in_is_looked_at_by_the_treaty(staff: SimpleNamespace) -> None:
    one = drafted(staff, incoming=True, to_country="", their_reference="")
    own = drafted(staff)
    page = page_of(staff.desk)
    move(staff, one, deed="send")
    shown = page.get(f"/response/preservations/{one.ref}/").content.decode()
    assert "They gave their reference" in shown
    assert "Ask for it: a renewal will name it." in shown
    assert "They gave their reference" not in page.get(f"/response/preservations/{own.ref}/").content.decode()
    said = "Computer fraud is an offence here too (Act 12, section 8)."
    assert page.post(f"/response/preservations/{one.ref}/do/dual/", {"text": said}).status_code == 302
    assert said in page.get(f"/response/preservations/{one.ref}/").content.decode()
    assert move(staff, own, deed="dual", text=said).status_code != 200
    words = {"deed": "answer", "kind": "not_preserved", "text": "Our logs of these days are gone."}
    refused = move(staff, one, **words)
    assert refused.status_code == 422
    assert "ground" in refused.content.decode()
    assert move(staff, one, **words, ground="custom").status_code == 422
    answered = move(staff, one, **words, ground="would_not_secure").json()
    assert (answered["state"], answered["ground"]) == ("not_preserved", "would_not_secure")
    assert "would not secure" in page.get(f"/response/preservations/{one.ref}/").content.decode()


def test_days_are_those_of_the_desks_own_calendar(staff: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Nairobi the 2nd has begun while it is still the 1st in UTC; in Anchorage the 30th goes on."""
    from datetime import UTC, date, datetime

    from tidewaiter.people.models import Administration
    from tidewaiter.response import queries

    moment = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(queries, "now", lambda: moment)
    Administration.objects.filter(code="KE").update(time_zone="Africa/Nairobi")
    one = drafted(staff)
    move(staff, one, deed="send")
    one.refresh_from_db()
    assert one.ordered_on == date(2026, 12, 2)
    moment = datetime(2026, 12, 2, 1, 30, tzinfo=UTC)
    monkeypatch.setattr(queries, "now", lambda: moment)
    Administration.objects.filter(code="KE").update(time_zone="America/Anchorage")
    Preservation.objects.filter(pk=one.pk).update(expires_on=date(2026, 12, 1), warned=3)
    warn_of_ends()
    one.refresh_from_db()
    assert one.state == "preservation_asked", "its last day is not over there"


def test_the_paper_says_how_the_asking_side_is_reached(staff: SimpleNamespace) -> None:
    """Fields 5 and 6 of the T-CY form: telephone, mail, hours, zone, languages."""
    from tidewaiter.people.models import ContactPoint
    from tidewaiter.response.letters.papers import html_of

    one = drafted(staff)
    assert "+254" not in html_of(one, "en")
    ContactPoint.objects.create(
        ref="CP-1",
        country="KE",
        name="24/7 contact point, Nairobi",
        phone="+254 20 000 0001",
        email="desk@contact.example",
        languages=["en", "sw"],
        time_zone="Africa/Nairobi",
        kept_by="desk.ke",
        kept_at=now(),
    )
    paper = html_of(one, "en")
    for words in ("+254 20 000 0001", "desk@contact.example", "around the clock", "Africa/Nairobi", "en, sw"):
        assert words in paper
