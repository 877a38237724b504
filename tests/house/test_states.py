"""Every column that holds a state belongs to a table of states, and every table of states is drawn."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import models

from tests.conftest import PROJECT

COLUMNS = {
    ("cases", "Case", "status"): ("draft", "submitted", "returned", "validated", "withdrawn"),
    ("intake", "Receipt", "state"): ("staging", "accepting", "done", "unreadable", "stopped"),
    ("jobs", "Job", "state"): ("queued", "running", "done", "failed", "cancelled"),
    ("library", "Item", "status"): ("draft", "submitted", "published", "withdrawn"),
    ("trade", "Referral", "status"): ("drafted", "sent", "accepted", "declined", "concluded", "withdrawn"),
    ("evidence", "Exhibit", "state"): ("seized", "in_custody", "out_of_store", "missing", "disposed_of"),
    ("registry", "Suspect", "state"): (
        "signalled",
        "assessed",
        "watched",
        "investigated",
        "handed_over",
        "closed",
    ),
    ("operations", "Operation", "phase"): (
        "planned",
        "training",
        "live",
        "consolidation",
        "report",
        "sealed",
        "destroyed",
    ),
    ("exchange", "Outgoing", "status"): (
        "waits",
        "ready",
        "on_the_way",
        "received",
        "refused",
        "held",
        "lapsed",
        "overtaken",
        "pending",
        "processed",
        "quarantined",
        "dropped",
        "proposed",
        "agreed",
        "ended",
    ),
    ("offline", "Item", "status"): ("coming", "after", "taken", "unsettled", "two_versions", "settled"),
    ("experts", "Report", "state"): ("begun", "circulated", "agreed_by_group", "delivered", "report_dropped"),
    ("response", "Alarm", "state"): ("alarm_new", "triaged", "asked_for", "recovery", "alarm_closed"),
    ("advisories", "Advisory", "state"): (
        "warning_draft",
        "warning_published",
        "warning_revoked",
        "warning_declined",
    ),
    ("review", "AnalysisRequest", "status"): ("asked", "taken", "answered", "closed"),
}
"""Columns that hold the state of a thing, and its states as people know them."""
NO_STATES = {
    ("cases", "Case", "pending"): "the state of the version that waits beside this one: the same table",
    ("cases", "IdempotencyKey", "outcome"): "the word that a program was answered with; it never changes",
    (
        "jobs",
        "FailedItem",
        "state",
    ): "of an item of the node's own work: its table is `item_states`, proven in tests/jobs",
    ("registry", "SuspectStep", "state"): "to which state a step led, written once",
    ("threads", "Message", "state"): "in which state the thing was when it was said, written once",
    ("trade", "Referral", "outcome"): "a code of what came of it, written once when it is concluded",
    ("exchange", "Incoming", "status"): "what comes goes by the same table as what leaves",
    ("exchange", "Agreement", "status"): "an agreement goes by the same table",
    ("people", "Proposal", "outcome"): "nothing while it waits; then how it was decided, written once",
    ("people", "SignIn", "outcome"): "how a try to sign in ended, written once",
    ("people", "ContactPoint", "outcome"): "what came of the last test call: each call writes it anew",
    ("notices", "Ringing", "outcome"): "nothing while it rings; then how it ended, written once",
    ("advisories", "Reach", "state"): "whether somebody is reached, and what they said: tests/advisories walk it",
    ("response", "Alarm", "outcome"): "with what it was closed, written once",
    ("response", "Request", "state"): "sent, had, answered or withdrawn: tests/response/test_alarms.py walks them",
    ("response", "Preservation", "state"): "of a request for data: tests/response/test_preservations.py walks them",
    ("experts", "Meeting", "state"): "planned, held or called off: tests/experts/test_meetings.py walks them",
    ("experts", "WorkLine", "state"): "its owner says how far it is, in any order: tests/experts/test_work.py",
    ("experts", "Recommendation", "state"): "where the committee is with it: tests/experts/test_work.py walks them",
    ("experts", "Response", "state"): "asked, being answered, handed in: tests/experts/test_needs.py walks them",
    ("experts", "PlanLine", "state"): "proposed, agreed, carried out: tests/experts/test_needs.py walks them",
    ("evidence", "Disposal", "state"): "ordered, fixed, witnessed, done: tests/evidence/test_disposal.py walks them",
    ("evidence", "Proceeding", "state"): "prepared, filed, in court, judged: tests/evidence/test_court.py walks them",
    ("evidence", "Proceeding", "outcome"): "how a case ended, written once",
    ("evidence", "Inventory", "state"): "being counted, then counted, written once",
    ("evidence", "Scene", "state"): "at work, then left, written once",
    ("offline", "Device", "status"): "in use, or not any more and why, written once",
    ("intake", "StagedRow", "state"): "what became of a row of a file, written once when it is read or taken in",
}
"""Columns named like one that hold no state that a deed moves, and why."""
NAMES = ("status", "state", "pending", "outcome", "stage", "phase")


def _columns() -> set[tuple[str, str, str]]:
    return {
        (model._meta.app_label, model.__name__, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("tidewaiter.")
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and field.name in NAMES
    }


def test_every_column_of_a_state_is_in_the_table_of_its_room() -> None:
    assert _columns() == {one for one in [*COLUMNS, *NO_STATES] if apps.is_installed(f"tidewaiter.{one[0]}")}


def test_every_room_with_states_is_in_this_test() -> None:
    rooms = {path.parent.name for path in (PROJECT / "tidewaiter").glob("*/states.py")}
    assert rooms == {room for room, _model, _column in COLUMNS}


@pytest.mark.parametrize("column", sorted(COLUMNS), ids=lambda one: one[0])
def test_the_states_are_those_people_know_and_each_is_owned_or_an_end(column: tuple[str, str, str]) -> None:
    table = importlib.import_module(f"tidewaiter.{column[0]}.states")
    known = set(COLUMNS[column])
    named: set[str] = set()
    for name, after in table.MOVES.items():  # by deed {before: after}, or by state the states after it
        named |= {state for pair in after.items() for state in pair} if isinstance(after, dict) else {name, *after}
    assert named == known
    assert set(table.OWNERS) | set(table.ENDS) == known
    assert not set(table.OWNERS) & set(table.ENDS)
    assert all(table.OWNERS.values())


@pytest.mark.parametrize("room", sorted({room for room, _model, _column in COLUMNS}))
def test_the_states_of_a_room_are_drawn(room: str) -> None:
    drawn = (PROJECT / "docs" / "states" / f"{room}.md").read_text()
    (states,) = (names for (of, _model, _column), names in COLUMNS.items() if of == room)
    for name in states:
        assert f"| {name} |" in drawn, name
