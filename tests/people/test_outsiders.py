"""A partner reads the library and nothing else: other rooms are missing, by page and by
program, even where they would be empty.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/statistics/",
        "/statistics/map/",
        "/statistics/table/",
        "/statistics/cases/",
        "/cases/",
        "/cases/export/",
        "/cases/new/",
        "/cases/photos/",
        "/intake/",
        "/review/",
        "/trade/",
        "/people/",
        "/people/statistics/",
    ],
)
def test_a_room_that_is_not_theirs_is_missing_for_a_partner(people: SimpleNamespace, address: str) -> None:
    client = Client()
    client.force_login(people.partner)
    assert client.get(address).status_code == 404
    assert client.head(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/library/", "/you/", "/notices/", "/search/?q=pistol", "/codelists/", "/forms/"]
)
def test_what_a_partner_reads_is_there(people: SimpleNamespace, address: str) -> None:
    client = Client()
    client.force_login(people.partner)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("cases", 404),
        ("statistics?by=year", 404),
        ("photos", 404),
        ("watches", 404),
        ("review/queue", 404),
        ("library", 200),
        ("codelists", 200),
    ],
)
def test_programs_of_a_partner_read_the_library_alone(people: SimpleNamespace, address: str, status: int) -> None:
    _token, text = make_token(officer=people.partner, scope="read", by=people.partner)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get(f"/api/v1/{address}").status_code == status
    _token, text = make_token(officer=people.analyst, scope="read", by=people.analyst)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get(f"/api/v1/{address}").status_code == 200
