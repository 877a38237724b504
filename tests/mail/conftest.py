"""Mail is of national and operation nodes: its tests run in a process of such a shape, which one test begins
(tests/registry/test_on_a_national_node.py, test_on_an_operation_node.py).
"""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.people_with import people_with

HAS_MAIL = os.environ["TIDEWAITER_SHAPE"] != "central"
ELSEWHERE = ("test_on_an_operation_node.py",)
collect_ignore_glob = [
    name
    for name in os.listdir(os.path.dirname(__file__))
    if name.startswith("test_") and (name in ELSEWHERE) == HAS_MAIL
]


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """People of two administrations, one of them in an office, and a partner organisation."""
    from tidewaiter.people.actions import add_office
    from tidewaiter.people.models import Officer

    people = people_with(
        {
            "officer": ("KE", "officer"),
            "contact": ("KE", "contact"),
            "analyst": ("KE", "analyst"),
            "duty": ("KE", "duty"),
            "steward": ("KE", "steward"),
            "foreign": ("UG", "officer"),
            "ugandan": ("UG", "contact"),
            "partner": ("INT", "partner"),
        }
    )
    people.office = add_office(administration="KE", name="Kilindini", by=people.steward)
    Officer.objects.filter(pk=people.analyst.pk).update(office=people.office)
    people.analyst.refresh_from_db()
    return people


def page_of(person: object) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(person)  # type: ignore[arg-type] -- an officer is Django's user
    return client
