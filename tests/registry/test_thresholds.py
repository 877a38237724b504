"""A steward sees what each threshold finds and misses, and sets those of screening and of doubles."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from tests.registry.conftest import page_of
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.reading.said import SaidThing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _enter(staff: SimpleNamespace, name: str) -> None:
    said = SaidThing(key="", kind="person", values=[("name", name)], source="a list")
    enter(said=said, by=staff.investigator)


def test_what_each_finds_is_shown_and_the_choice_holds_at_once(staff: SimpleNamespace) -> None:
    _enter(staff, "Wanjala Okiring Barasa")
    page, officer = page_of(staff.steward, purpose=""), page_of(staff.officer)
    text = page.get("/registry/thresholds/").content.decode()
    assert "as the program came" in text
    assert "Precision" in text
    assert "Okiring" in officer.post("/registry/screening/", {"name": "Okiringo Wanjala"}).content.decode()
    assert page.post("/registry/thresholds/", {"screening": "0.95", "doubles": "0.95"}).status_code == 302
    text = officer.post("/registry/screening/", {"name": "Okiringo Wanjala"}).content.decode()
    assert "Nobody of this name is known" in text
    assert "0.95" in text
    _enter(staff, "Wanjala Okiringo")
    assert look_for_doubles(by=staff.investigator).found == 0
    page.post("/registry/thresholds/", {"screening": "0.70", "doubles": "0.80"})
    assert look_for_doubles(by=staff.investigator).found == 1
    said = json.loads(Entry.objects.filter(deed="registry.thresholds_set").order_by("pk")[0].detail)
    assert (said["screening"], said["doubles"]) == ("0.95", "0.95")


def test_the_measured_half_reaches_what_is_promised(staff: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_thresholds", by="steward.ke", screening=0.75, format="json")
    said = json.loads(capsys.readouterr().out)
    assert (said["screening"], said["doubles"]) == (0.75, 0.8)
    assert said["pairs"] > 500
    at = {row["least"]: row for row in said["measured"]}
    assert at[0.8]["f1"] >= 0.9
    assert at[0.8]["precision"] >= 0.95
    assert at[0.5]["recall"] >= at[0.95]["recall"]


def test_who_may_see_and_who_may_set(staff: SimpleNamespace) -> None:
    said = {"screening": "0.70", "doubles": "0.80"}
    for one in (staff.investigator, staff.officer, staff.protection):
        assert page_of(one).get("/registry/thresholds/").status_code == 200
        assert page_of(one).post("/registry/thresholds/", said).status_code == 422
    for one in (staff.analyst, staff.partner):
        assert page_of(one).get("/registry/thresholds/").status_code == 404
    steward = page_of(staff.steward, purpose="")
    assert steward.post("/registry/thresholds/", {"screening": "2", "doubles": "0.8"}).status_code == 422
    assert steward.post("/registry/thresholds/", {}).status_code == 422
