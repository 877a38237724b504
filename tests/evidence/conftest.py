"""Evidence lives on national nodes: what needs its tables runs in the process that
`test_on_a_national_node.py` begins.
"""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

HERE = os.environ["TIDEWAITER_SHAPE"] == "national"
BEGINS = "test_on_a_national_node.py"
PURE: tuple[str, ...] = (BEGINS,)
collect_ignore_glob = (
    [BEGINS]
    if HERE
    else [name for name in os.listdir(os.path.dirname(__file__)) if name.startswith("test_") and name not in PURE]
)


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """Officers, custodians and an investigator of Kenya, and people who must never see its exhibits."""
    from tests.people_with import PASSWORD
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer

    wanted = {
        "officer": ("KE", "officer"),
        "other": ("KE", "officer"),
        "custodian": ("KE", "custodian"),
        "second": ("KE", "custodian"),
        "examiner": ("KE", "custodian"),
        "investigator": ("KE", "investigator"),
        "contact": ("KE", "contact"),
        "steward": ("KE", "steward"),
        "analyst": ("KE", "analyst"),
        "foreign": ("UG", "investigator"),
        "partner": ("INT", "partner"),
    }
    return SimpleNamespace(
        **{
            key: add_officer(
                username=f"{key}.{home.lower()}",
                administration=home,
                role=role,
                name=f"{key.title()} {home}",
                password=PASSWORD,
                by=NODE,
            )
            for key, (home, role) in wanted.items()
        }
    )


def page_of(person: Any) -> Client:
    """A browser that somebody is signed in with."""
    client = Client()
    client.force_login(person)
    return client


class Program:
    """A program with somebody's token."""

    def __init__(self, person: Any, scope: str = "write") -> None:
        from tidewaiter.people.actions import make_token

        _token, text = make_token(officer=person, scope=scope, by=person)
        self.client = Client(headers={"Authorization": f"Bearer {text}"})

    def post(self, address: str, said: dict[str, Any]) -> Any:
        """What is answered to a JSON document."""
        return self.client.post(f"/api/v1/evidence/{address}", json.dumps(said), content_type="application/json")

    def get(self, address: str, **said: Any) -> Any:
        """What is answered."""
        return self.client.get(f"/api/v1/evidence/{address}", **said)


SHOES = {
    "description": "Sports shoes with the mark Wave Line, 12 cartons",
    "place": "KEMBA, container yard 4",
    "quantity": "4812",
    "unit": "PR",
    "instrument": "counted by hand, twice",
    "material": "textile",
    "at": "2026-11-16T09:12",
}


@pytest.fixture
def case(staff: SimpleNamespace) -> Any:
    """A seizure of counterfeit shoes that an officer has entered."""
    from tests.making import case_in
    from tidewaiter.cases.actions import draft
    from tidewaiter.cases.models import Case

    ref = draft(cases=[case_in(national_ref="KE-2026-0233")], by=staff.officer, channel="page").refs[0]
    return Case.objects.get(ref=ref, latest=True)


@pytest.fixture
def shoes(staff: SimpleNamespace, case: Any) -> Any:
    """The shoes, numbered and with the officer who seized them."""
    from tidewaiter.evidence.actions import seize

    return seize(said={**SHOES, "case": case.ref}, by=staff.officer)
