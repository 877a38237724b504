"""The JSON door of a case's names: who has part in it (`X-Purpose`), and one more, screened at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.people.tokens import reader, writer
from tidewaiter.registry.actions.annexing import add_to_case, names_of_case
from tidewaiter.registry.actions.glass import break_glass, judge_glass
from tidewaiter.registry.actions.profiling import print_profile
from tidewaiter.registry.actions.reading import owners_of
from tidewaiter.registry.api import EntityIn, HitOut, hit_out
from tidewaiter.registry.case_entry import what_may_leave
from tidewaiter.registry.policy import may_read
from tidewaiter.registry.purposes import told_purpose
from tidewaiter.registry.reading.said import SaidThing, read_grading

router = Router(tags=["registry"])


class PartOut(Schema):
    """Who has part in a case, and what."""

    ref: str
    caption: str
    kind: str
    role: str


@router.get(
    "/registry/cases/{ref}/names", response=list[PartOut], operation_id="names_in_case", summary="Names of a case"
)
def names_in_case(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """On this node alone: the case that others get holds none."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, ())
    return [
        {"ref": tie.entity_id, "caption": tie.entity.caption, "kind": tie.entity.kind, "role": tie.role}
        for tie in names_of_case(case=ref, by=by, purpose=purpose)
    ]


class PartIn(EntityIn):
    """Somebody, a firm or a conveyance, and what part they have; the source is the case where none is said."""

    role: str = Field(..., max_length=40)
    source: str = Field("", max_length=300)


class AnnexedOut(Schema):
    """What was entered, and whom of those known before it may be."""

    ref: str
    hits: list[HitOut]


@router.post(
    "/registry/cases/{ref}/names",
    response={201: AnnexedOut},
    operation_id="name_in_case",
    summary="Name somebody in a case",
)
def name_in_case(request: HttpRequest, ref: str, said: Body[PartIn]) -> Status[dict[str, Any]]:
    """The name is screened at once; nobody is taken for somebody known by that."""
    by = writer(request)
    may_read(by)
    purpose = told_purpose(request)
    scheme, grade = read_grading(said.grading)
    thing = SaidThing(
        key="",
        kind=said.kind,
        values=[(one.property, one.value) for one in said.values],
        source=said.source,
        scheme=scheme,
        grade=grade,
        handling=said.handling,
    )
    made = add_to_case(case=ref, said=thing, role=said.role, by=by, purpose=purpose)
    return Status(201, {"ref": made.entity.ref, "hits": [hit_out(hit) for hit in made.hits]})


class LeavingOut(Schema):
    """A case as others can be given it, and how much stays."""

    leaves: dict[str, Any]
    stays: int = Field(description="how many persons, firms and conveyances stand beside the case by name")


@router.get(
    "/registry/cases/{ref}/leaving", response=LeavingOut, operation_id="what_may_leave", summary="What may leave"
)
def leaving_of_case(request: HttpRequest, ref: str) -> dict[str, Any]:
    """The case without nominal fields, its texts without names; it holds no name, so it needs no purpose."""
    by = reader(request)
    may_read(by)
    known_only(request, ())
    return what_may_leave(case=ref, by=by)


@router.post("/registry/entities/{ref}/profile", operation_id="print_profile", summary="A record on paper")
def profile_of_record(request: HttpRequest, ref: str) -> HttpResponse:
    """A PDF; each copy is numbered and stands in the ledger with its purpose."""
    by = writer(request)
    may_read(by)
    purpose = told_purpose(request)
    with heavy_page(by.username):
        return HttpResponse(print_profile(ref=ref, by=by, purpose=purpose), content_type="application/pdf")


class GlassIn(Schema):
    """Why it cannot wait."""

    reason: str = Field(..., min_length=15, max_length=1000)


class GlassOut(Schema):
    """Until when it is open."""

    ref: str
    until: str


@router.post("/registry/glass", response={201: GlassOut}, operation_id="break_glass", summary="Break the glass")
def break_the_glass(request: HttpRequest, said: Body[GlassIn]) -> Status[dict[str, Any]]:
    """Opens what investigators alone read, for a quarter of an hour; others are told, and judge it."""
    made = break_glass(reason=said.reason, by=writer(request))
    return Status(201, {"ref": made.ref, "until": made.until.isoformat()})


class JudgedIn(Schema):
    """Whether it was right."""

    verdict: str = Field(..., max_length=12, description="justified or unjustified")
    note: str = Field("", max_length=1000)


class JudgedOut(Schema):
    """What was said of it."""

    ref: str
    verdict: str


@router.post(
    "/registry/glass/{ref}/verdict", response=JudgedOut, operation_id="judge_glass", summary="Judge a broken glass"
)
def judge_the_glass(request: HttpRequest, ref: str, said: Body[JudgedIn]) -> dict[str, Any]:
    """By an investigator or data-protection officer who did not break it, once."""
    made = judge_glass(ref=ref, verdict=said.verdict, note=said.note, by=writer(request))
    return {"ref": made.ref, "verdict": made.verdict}


@router.get(
    "/registry/entities/{ref}/owners", response=dict[str, Any], operation_id="get_owners", summary="Who owns a company"
)
def owners_of_record(request: HttpRequest, ref: str, on: str = "") -> dict[str, Any]:
    """Owners of owners with what sources say of each share, and what each holds over all ways."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, ("on",))
    return owners_of(ref=ref, by=by, purpose=purpose, on=on)
