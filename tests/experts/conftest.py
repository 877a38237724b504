"""People of three sectors and a group in which they have their seats."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.actions import add_officer, make_token

WANTED = {
    "editor": ("INT", "editor"),
    "ghana": ("GH", "expert"),
    "kenya": ("KE", "expert"),
    "kenya_officer": ("KE", "officer"),
    "uganda": ("UG", "expert"),
    "tanzania": ("TZ", "expert"),
    "police": ("KE", "expert"),
    "bank": ("KE", "partner"),
    "courier": ("GH", "partner"),
    "outsider": ("US", "officer"),
    "steward": ("US", "steward"),
}


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """Experts of customs and police, a bank and a courier, the secretariat, and people who have no seat."""
    return SimpleNamespace(
        **{
            key: add_officer(
                username=f"{key}.{home.lower()}".replace("_", "-"),
                administration=home,
                role=role,
                password=PASSWORD,
                by=NODE,
            )
            for key, (home, role) in WANTED.items()
        }
    )


def page_of(person: Any) -> Client:
    """A browser that somebody is signed in with."""
    client = Client()
    client.force_login(person)
    return client


def program_of(person: Any, scope: str = "write") -> Client:
    """A program with somebody's token."""
    _token, text = make_token(officer=person, scope=scope, by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def do(person: Any, deed: str, group: str = "eceg", **fields: Any) -> Any:
    """A deed in a group, as its page posts it; its answer is the next page."""
    return page_of(person).post(f"/experts/{group}/do/{deed}/", fields, follow=True)


def tell(person: Any, address: str, said: dict[str, Any]) -> Any:
    """A JSON request of a program."""
    return program_of(person).post(f"/api/v1/experts/{address}", json.dumps(said), content_type="application/json")


GROUP = {
    "code": "eceg",
    "title": "Electronic crime expert group",
    "reports_to": "Enforcement Committee",
    "begins_on": "2026-01-01",
    "ends_on": "2028-12-31",
    "confirmed_on": "2026-03-18",
    "paragraphs": "Advise the committee: as it asks\nWarn each other early\nReport on single topics\n"
    "Methods of evidence\nNeeds, training, equipment\nAnnual report and recommendations",
    "terms": "What I read here I use under its mark.",
}


@pytest.fixture
def group(staff: SimpleNamespace) -> SimpleNamespace:
    """The group with its members: four of customs, one of the police, a bank and a courier; Ghana is in the chair."""
    assert page_of(staff.editor).post("/experts/new/", GROUP).status_code == 302
    for person, sector, standing in (
        (staff.ghana, "customs", "expert"),
        (staff.kenya, "customs", "expert"),
        (staff.uganda, "customs", "expert"),
        (staff.tanzania, "customs", "observer"),
        (staff.police, "police", "expert"),
        (staff.bank, "private", "private"),
        (staff.courier, "private", "private"),
    ):
        done = do(
            staff.editor, "admit", username=person.username, sector=sector, standing=standing, agency="Head office"
        )
        assert done.status_code == 200, done.content.decode()[-3000:]
        assert do(person, "accept", version="1").status_code == 200
    do(staff.editor, "appoint", username=staff.ghana.username, office="chair", ends_on="2027-11-30")
    return staff
