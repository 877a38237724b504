"""Rooms live on national and operation nodes: their tests run in a process of such a shape, which one test begins."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.people_with import people_with

HERE = os.environ["TIDEWAITER_SHAPE"] in ("operation", "national")
BEGINS = "test_on_an_operation_node.py"
collect_ignore_glob = (
    [BEGINS]
    if HERE
    else [name for name in os.listdir(os.path.dirname(__file__)) if name.startswith("test_") and name != BEGINS]
)


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """Co-ordinators, participants of three countries, an observer, a partner, and people who are in no room."""
    return people_with(
        {
            "ocu": ("INT", "coordinator"),
            "second": ("INT", "coordinator"),
            "kenya": ("KE", "participant"),
            "kenya_too": ("KE", "officer"),
            "jordan": ("JO", "participant"),
            "spain": ("ES", "participant"),
            "watcher": ("UG", "observer"),
            "private": ("INT", "partner"),
            "outsider": ("US", "participant"),
            "steward": ("INT", "steward"),
        }
    )


@pytest.fixture
def room(staff: SimpleNamespace) -> Callable[..., Any]:
    """Opens an operation with its members and gives, for an account, the room as that person has it."""
    from tidewaiter.operations.actions.joining import invite
    from tidewaiter.operations.actions.opening import open_operation
    from tidewaiter.operations.planned import read_planned
    from tidewaiter.operations.queries import room_of

    made = open_operation(
        said=read_planned(
            {
                "title": "Grey Heron",
                "type": "Sea containers",
                "countries": ["KE", "JO", "ES"],
                "starts": "2026-11-21",
                "ends": "2026-11-29",
                "languages": ["en", "ar", "es"],
                "waiting_days": 14,
            }
        ),
        by=staff.ocu,
    )
    for key, part, agency in (
        ("second", "coordinator", "customs"),
        ("kenya", "participant", "customs"),
        ("jordan", "participant", "customs"),
        ("spain", "participant", "police"),
        ("watcher", "observer", "customs"),
        ("private", "participant", "private"),
    ):
        invite(
            room=room_of(staff.ocu, made.ref),
            username=getattr(staff, key).username,
            part=part,
            agency=agency,
            by=staff.ocu,
            joins_at_once=True,
        )
    return lambda person: room_of(person, made.ref)


def page_of(person: Any) -> Client:
    """A browser that somebody is signed in with."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def program_of(person: Any, scope: str = "write") -> Client:
    """A program with somebody's token."""
    from tidewaiter.people.actions import make_token

    _token, text = make_token(officer=person, scope=scope, by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})
