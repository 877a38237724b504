"""The registry lives on a national node alone: its tests run in a process of that shape, which one test begins."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.people_with import people_with

NATIONAL = os.environ["TIDEWAITER_SHAPE"] == "national"
collect_ignore_glob = (
    ["test_on_a_national_node.py"]
    if NATIONAL
    else [
        name
        for name in os.listdir(os.path.dirname(__file__))
        if name.startswith("test_") and name not in ("test_on_a_national_node.py", "test_names.py")
    ]
)


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """An administration's people, and an investigator of another one."""
    return people_with(
        {
            "investigator": ("KE", "investigator"),
            "officer": ("KE", "officer"),
            "contact": ("KE", "contact"),
            "steward": ("KE", "steward"),
            "analyst": ("KE", "analyst"),
            "protection": ("KE", "protection"),
            "foreign": ("UG", "investigator"),
            "partner": ("INT", "partner"),
        }
    )


def page_of(person: object, purpose: str = "case KE-1, investigation") -> Client:
    """A browser of this person, who has said for what they read."""
    client = Client()
    client.force_login(person)  # type: ignore[arg-type] -- an officer is Django's user
    if purpose:
        client.post("/registry/purpose/", {"purpose": purpose})
    return client
