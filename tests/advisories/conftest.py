"""People of three sectors around one collection, and a warning as somebody writes it in minutes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """Experts of three countries, the secretariat, a private member, and people who must never see."""
    from tests.conftest import PASSWORD
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.people.actions import add_officer

    wanted = {
        "expert": ("KE", "expert"),
        "colleague": ("KE", "expert"),
        "ghana": ("GH", "expert"),
        "portugal": ("PT", "expert"),
        "editor": ("INT", "editor"),
        "steward": ("INT", "steward"),
        "bank": ("INT", "partner"),
        "stranger": ("INT", "partner"),
        "officer": ("KE", "officer"),
    }
    return SimpleNamespace(
        **{
            key: add_officer(
                username=f"{key}.{home.lower()}", administration=home, role=role, password=PASSWORD, by=NODE
            )
            for key, (home, role) in wanted.items()
        }
    )


@pytest.fixture
def eceg(staff: SimpleNamespace) -> Any:
    """The collection of a group: experts publish up to AMBER+STRICT, one bank reads up to AMBER."""
    from tidewaiter.advisories.actions import let_read, open_collection
    from tidewaiter.foundation.actors import NODE

    made = open_collection(code="eceg", title="Electronic Crime Expert Group", by=NODE)
    let_read(collection=made, kind="sector", value="experts", ceiling="AMBER+STRICT", writes=True, by=NODE)
    let_read(collection=made, kind="administration", value="INT", ceiling="RED", writes=True, by=NODE)
    let_read(collection=made, kind="person", value=staff.bank.username, ceiling="AMBER", by=NODE)
    return made


WARNING = {
    "title": "False customs-duty pages take card data of parcel receivers",
    "summary": "A text message says that a parcel is held for duty and gives a short link. The page asks for the card.",
    "kind": "fraud_scheme",
    "fraud": "ecommerce_fraud",
    "tlp": "AMBER",
    "pap": "AMBER",
    "confidence": "high",
    "countries": "KE, GH, Portugal",
    "likely": "SN",
    "systems": "parcel, trader_login",
    "indicators": "hxxps://parcel-duty[.]example/ke/pay\nparcel-duty[.]example high\n203.0.113.45 low",
    "countermeasures": "Block the domains at the mail gateways\nTell receivers where your real page is",
    "techniques": "T1566.002, smishing",
}
TYPED = {**WARNING, "systems": ["parcel", "trader_login"]}
"""As a page posts it."""


def page_of(person: Any) -> Client:
    """A browser that somebody is signed in with."""
    client = Client()
    client.force_login(person)
    return client


def token_of(person: Any, scope: str = "write") -> str:
    """A token of somebody."""
    from tidewaiter.people.actions import make_token

    return make_token(officer=person, scope=scope, by=person)[1]


def program_of(person: Any, scope: str = "write") -> Client:
    """A program with somebody's token."""
    return Client(headers={"Authorization": f"Bearer {token_of(person, scope)}"})
