"""The response lives on national and operation nodes: what needs its tables runs in the process that
`test_on_a_national_node.py` begins; what is pure runs everywhere.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.people_with import people_with

HERE = os.environ["TIDEWAITER_SHAPE"] in ("operation", "national")
BEGINS = "test_on_a_national_node.py"
PURE = ("test_payments.py", "test_mails.py", "test_schemes.py", BEGINS)
collect_ignore_glob = (
    [BEGINS]
    if HERE
    else [name for name in os.listdir(os.path.dirname(__file__)) if name.startswith("test_") and name not in PURE]
)


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """Officers and desks of two countries, and people who have nothing to do with alarms."""
    return people_with(
        {
            "officer": ("KE", "officer"),
            "other": ("KE", "officer"),
            "desk": ("KE", "duty"),
            "chief": ("KE", "contact"),
            "steward": ("KE", "steward"),
            "analyst": ("KE", "analyst"),
            "foreign": ("UG", "duty"),
            "foreign_officer": ("UG", "officer"),
            "third": ("ES", "duty"),
            "partner": ("INT", "partner"),
        }
    )


def page_of(person: Any) -> Client:
    """A browser that somebody is signed in with."""
    client = Client()
    client.force_login(person)
    return client


def program_of(person: Any, scope: str = "write") -> Client:
    """A program with somebody's token."""
    from tidewaiter.people.actions import make_token

    _token, text = make_token(officer=person, scope=scope, by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


ALARM = {
    "kind": "payment_diversion",
    "victim": "Northlight Pumps Ltd",
    "victim_country": "KE",
    "summary": "A mail in the name of the law firm named a new account for the closing payment.",
    "currency": "USD",
    "amount": "1,240,000.00",
    "zone": "Africa/Nairobi",
}
LEG = {
    "from_bank": "Savanna Trust Bank",
    "from_country": "KE",
    "from_account": "01104470417",
    "to_bank": "Amber Bank",
    "to_account": "LT12 1000 0111 0100 1000",
    "uetr": "97ed4827-7b6f-4491-a06f-b548d5a7512d",
}


@pytest.fixture
def alarm(staff: SimpleNamespace) -> Any:
    """An alarm that an officer wrote two hours and a half after the payment."""
    from datetime import timedelta

    from tidewaiter.foundation.moments import now
    from tidewaiter.response.actions import raise_alarm

    went = (now() - timedelta(hours=2, minutes=30)).isoformat()
    return raise_alarm(said={**ALARM, "transferred_at": went}, legs=[{**LEG, "sent_at": went}], by=staff.officer)
