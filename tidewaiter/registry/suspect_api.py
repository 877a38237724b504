"""The JSON door of suspects: read for a purpose (`X-Purpose`), decided on the version that was read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.tokens import reader, writer
from tidewaiter.registry.actions.erasing import erase
from tidewaiter.registry.actions.held_on import held_on
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.actions.suspects import (
    Move,
    add_task,
    assign_suspect,
    finish_task,
    judge_sighting,
    move_suspect,
    report_sighting,
    signal,
)
from tidewaiter.registry.models import Sighting, Suspect, SuspectTask
from tidewaiter.registry.policy import may_answer, may_read
from tidewaiter.registry.purposes import told_purpose
from tidewaiter.registry.queries import entity_named, members_of
from tidewaiter.registry.suspect_queries import Followed, followed, listed_suspects, next_step_of

router = Router(tags=["registry"])


class SuspectRow(Schema):
    """A suspect in a list: how far, who has it, what to do if met, and until when."""

    ref: str
    caption: str
    kind: str
    state: str
    version: int
    owner: str
    action: str
    review_on: date
    expires_on: date
    next_step: str
    unread_sightings: int
    open_tasks: int


class StepOut(Schema):
    """What was decided."""

    version: int
    deed: str
    state: str
    reason: str
    to: str
    by: str
    at: str


class TaskOut(Schema):
    """What is to be done."""

    ref: str
    what: str
    to: str
    due_on: date | None
    done: bool


class SightingOut(Schema):
    """Where it was met."""

    ref: str
    seen_on: date
    place: str
    what: str
    by: str
    verdict: str
    note: str


class SuspectOut(SuspectRow):
    """A suspect with its steps, tasks and sightings."""

    advice: str
    helpers: list[str]
    moves: list[str] = Field(..., description="what may be decided in this state")
    steps: list[StepOut]
    tasks: list[TaskOut]
    sightings: list[SightingOut]


class Listed(Schema):
    """Which suspects."""

    state: str = Field("", max_length=12, description="all that are not closed where none is named")
    owner: str = Field("", max_length=150)
    limit: int = Field(50, ge=1, le=200)


@router.get("/registry/suspects", response=list[SuspectRow], operation_id="list_suspects", summary="Suspects")
def list_suspects(request: HttpRequest, asked: Query[Listed]) -> list[dict[str, Any]]:
    """Those of one's administration, the next to review first; each is written into the ledger as read."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, Listed.model_fields)
    found = list(listed_suspects(by, state=asked.state, owner=asked.owner)[: asked.limit])
    read_names(refs=[one.pk for one in found], by=by, purpose=purpose, deed="registry.listed")
    return [_row(one, one.unread, one.open_tasks) for one in found]


def _row(one: Suspect, unread: int, tasks: int) -> dict[str, Any]:
    names = ("state", "version", "owner", "action", "review_on", "expires_on")
    return {name: getattr(one, name) for name in names} | {
        "ref": one.pk,
        "caption": one.entity.caption,
        "kind": one.entity.kind,
        "next_step": next_step_of(one, unread),
        "unread_sightings": unread,
        "open_tasks": tasks,
    }


def _whole(one: Followed) -> dict[str, Any]:
    open_tasks = sum(task.done_at is None for task in one.tasks)
    return _row(one.suspect, len(one.unread), open_tasks) | {
        "advice": one.suspect.advice,
        "helpers": one.suspect.helpers,
        "moves": one.moves,
        "steps": [
            {name: getattr(step, name) for name in ("version", "deed", "state", "reason", "to", "by")}
            | {"at": step.at.isoformat()}
            for step in one.steps
        ],
        "tasks": [_task(task) for task in one.tasks],
        "sightings": [_sighting(sighting) for sighting in one.sightings],
    }


def _task(one: SuspectTask) -> dict[str, Any]:
    return {"ref": one.ref, "what": one.what, "to": one.to, "due_on": one.due_on, "done": one.done_at is not None}


def _sighting(one: Sighting) -> dict[str, Any]:
    names = ("ref", "seen_on", "place", "what", "verdict", "note")
    return {name: getattr(one, name) for name in names} | {"by": one.made_by}


@router.get("/registry/suspects/{ref}", response=list[SuspectOut], operation_id="get_suspect", summary="One suspect")
def one_suspect(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """With its steps, tasks and sightings; several where records with suspects of their own are read as one."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, ())
    found = followed(members_of(entity_named(by, ref), by), by)
    if not found:
        raise Missing("no_suspect", "")
    read_names(refs=[one.suspect.pk for one in found], by=by, purpose=purpose)
    return [_whole(one) for one in found]


class SignalIn(Schema):
    """Grounds to look out for a record."""

    reason: str = Field(..., min_length=3, max_length=1000)


class SuspectMoved(Schema):
    """Where a suspect stands now."""

    ref: str
    state: str
    version: int
    review_on: date
    expires_on: date


def _moved(one: Suspect) -> dict[str, Any]:
    names = ("state", "version", "review_on", "expires_on")
    return {name: getattr(one, name) for name in names} | {"ref": one.pk}


@router.post(
    "/registry/entities/{ref}/suspect",
    response={201: SuspectMoved},
    operation_id="signal_suspect",
    summary="Signal a record as a suspect",
)
def signal_record(request: HttpRequest, ref: str, said: Body[SignalIn]) -> Status[dict[str, Any]]:
    """Officers signal; an investigator or contact point takes it on."""
    by = writer(request)
    return Status(201, _moved(signal(entity=entity_named(by, ref), reason=said.reason, by=by)))


class SuspectMoveIn(Schema):
    """What is decided, why, and on which version; days are ISO and follow the state's term where they are empty."""

    deed: str = Field(..., max_length=12, description="assess watch investigate hand_over close reopen review")
    reason: str = Field(..., min_length=3, max_length=1000)
    version: int = Field(..., ge=1)
    action: str = Field("", max_length=10, description="sighting, discreet or specific")
    advice: str = Field("", max_length=500)
    owner: str = Field("", max_length=150)
    to: str = Field("", max_length=200, description="to whom it is handed over")
    review_on: str = Field("", max_length=20)
    expires_on: str = Field("", max_length=20)


@router.post(
    "/registry/suspects/{ref}/steps", response=SuspectMoved, operation_id="move_suspect", summary="Move a suspect on"
)
def move_record(request: HttpRequest, ref: str, said: Body[SuspectMoveIn]) -> dict[str, Any]:
    """From state to state, or a review that says until when."""
    return _moved(move_suspect(ref=ref, move=Move(**said.model_dump()), by=writer(request)))


class AssignIn(Schema):
    """Who has it, and who helps."""

    owner: str = Field(..., max_length=150)
    helpers: list[str] = Field([], max_length=20)
    version: int = Field(..., ge=1)


@router.put(
    "/registry/suspects/{ref}/owner", response=SuspectMoved, operation_id="assign_suspect", summary="Assign a suspect"
)
def assign_record(request: HttpRequest, ref: str, said: Body[AssignIn]) -> dict[str, Any]:
    """To an investigator or contact point of the administration."""
    by = writer(request)
    return _moved(assign_suspect(ref=ref, owner=said.owner, helpers=said.helpers, by=by, version=said.version))


class TaskIn(Schema):
    """What is to be done; by oneself where nobody is named."""

    what: str = Field(..., min_length=3, max_length=300)
    to: str = Field("", max_length=150)
    due_on: str = Field("", max_length=20)


@router.post("/registry/suspects/{ref}/tasks", response={201: TaskOut}, operation_id="add_task", summary="Give a task")
def give_task(request: HttpRequest, ref: str, said: Body[TaskIn]) -> Status[dict[str, Any]]:
    """About a suspect."""
    return Status(201, _task(add_task(ref=ref, by=writer(request), **said.model_dump())))


@router.post("/registry/tasks/{ref}/done", response=TaskOut, operation_id="finish_task", summary="End a task")
def end_task(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Says that it is done."""
    return _task(finish_task(ref=ref, by=writer(request)))


class SightingIn(Schema):
    """Where, when and what was seen; today where no day is said."""

    place: str = Field(..., min_length=2, max_length=200)
    what: str = Field(..., min_length=3, max_length=2000)
    seen_on: str = Field("", max_length=20)


@router.post(
    "/registry/suspects/{ref}/sightings",
    response={201: SightingOut},
    operation_id="report_sighting",
    summary="Report that a suspect was met",
)
def sight_record(request: HttpRequest, ref: str, said: Body[SightingIn]) -> Status[dict[str, Any]]:
    """Whoever has the suspect is told."""
    return Status(201, _sighting(report_sighting(ref=ref, by=writer(request), **said.model_dump())))


class VerdictIn(Schema):
    """Whether it was the suspect."""

    verdict: str = Field(..., max_length=10, description="same, other or unsure")
    note: str = Field("", max_length=1000)


@router.post(
    "/registry/sightings/{ref}/verdict",
    response=SightingOut,
    operation_id="judge_sighting",
    summary="Assess a sighting",
)
def judge_record(request: HttpRequest, ref: str, said: Body[VerdictIn]) -> dict[str, Any]:
    """Once; it is told to who reported it."""
    return _sighting(judge_sighting(ref=ref, verdict=said.verdict, note=said.note, by=writer(request)))


class EraseIn(Schema):
    """Why it is erased: asked for, and not kept."""

    reason: str = Field(..., min_length=3, max_length=1000)


class ErasedOut(Schema):
    """How many records went."""

    erased: int


@router.post(
    "/registry/entities/{ref}/erase", response=ErasedOut, operation_id="erase_entity", summary="Erase a record"
)
def erase_record(request: HttpRequest, ref: str, said: Body[EraseIn]) -> dict[str, Any]:
    """With what is read as one with it. The ledger keeps that it was erased, without a name."""
    return {"erased": erase(ref=ref, reason=said.reason, by=writer(request))}


class HeldIn(Schema):
    """On whom: a record's ref, or a name with what is known beside it."""

    ref: str = Field("", max_length=64)
    name: str = Field("", max_length=300)
    birth_date: str = Field("", max_length=40)


class ReadingOut(Schema):
    """That somebody read for a purpose."""

    by: str
    purpose: str
    number: int
    first: str
    last: str


class HeldOut(Schema):
    """What is held, from where, who read it, where copies went, and where was not looked."""

    records: list[dict[str, Any]]
    reads: list[ReadingOut]
    copies: list[ReadingOut]
    erased: list[dict[str, str]]
    looked: dict[str, int]
    not_looked: list[str]


@router.post("/registry/held-on", response=HeldOut, operation_id="held_on", summary="What is held on somebody")
def held_on_somebody(request: HttpRequest, said: Body[HeldIn]) -> dict[str, Any]:
    """For the data-protection officer, who answers whoever asks; each answer is a reading in the ledger."""
    by = writer(request)
    may_answer(by)
    purpose = told_purpose(request)
    return held_on(by=by, purpose=purpose, ref=said.ref, name=said.name, birth=said.birth_date).as_json()
