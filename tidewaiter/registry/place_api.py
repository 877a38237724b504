"""Places of a record by program."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tidewaiter.foundation.doors import known_only
from tidewaiter.people.tokens import reader
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.places import Place, places_of
from tidewaiter.registry.policy import may_read
from tidewaiter.registry.purposes import told_purpose
from tidewaiter.registry.queries import cases_of, entity_named, members_of, statements_of
from tidewaiter.registry.suspect_queries import followed

router = Router(tags=["registry"])


class EntityPlaceOut(Schema):
    """Where a record was."""

    kind: str = Field(..., description="seized, seen or lived (an address, a place of birth)")
    said: str
    date: str
    detail: str
    case: str
    place: str = Field(..., description="UN/LOCODE; empty where no place is known for sure")
    country: str
    longitude: float | None
    latitude: float | None
    exact: bool = Field(..., description="whether the point is the place's, or the middle of its country")


@router.get(
    "/registry/entities/{ref}/places",
    response=list[EntityPlaceOut],
    operation_id="places_of_entity",
    summary="Addresses, sightings and seizures of a record",
)
def places_of_record(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """The newest first; a point that is not exact is the middle of its country."""
    by = reader(request)
    may_read(by)
    purpose = told_purpose(request)
    known_only(request, ())
    members = members_of(entity_named(by, ref), by)
    read_names(refs=[member.ref for member in members], by=by, purpose=purpose)
    found = places_of(
        said=statements_of(members, by),
        cases=cases_of(members, by),
        suspects=followed(members, by),
        home=by.administration_code,
    )
    return [_place(one) for one in found.rows]


def _place(one: Place) -> dict[str, Any]:
    names = ("kind", "said", "detail", "country", "exact")
    return {name: getattr(one, name) for name in names} | {
        "date": one.day,
        "case": one.ref,
        "place": one.code,
        "longitude": round(one.at[0], 4) if one.at else None,
        "latitude": round(one.at[1], 4) if one.at else None,
    }
