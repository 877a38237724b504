"""The JSON door of things that report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status

from tidewaiter.evidence.actions.readings import clear_finding, fit_device, take_readings
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.device_views import devices_of, finding_of
from tidewaiter.evidence.devices import device_named
from tidewaiter.evidence.models import Device, ReadingFinding
from tidewaiter.foundation.limits import most
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


class DeviceIn(Schema):
    """A device, and on what it is."""

    number: str = Field(max_length=100)
    kind: str = Field("sensor", max_length=8)
    exhibit: str = Field("", max_length=64)
    store: str = Field("", max_length=64)
    container: str = Field("", max_length=30)
    every_seconds: int = Field(3600, ge=1, le=10_000_000)
    coldest: int | None = None
    warmest: int | None = None
    off_route_km: int = Field(25, ge=1, le=20_000)
    route: list[list[float]] = Field(default_factory=list, max_length=200)


class SensorOut(Schema):
    """A device, and what it said last."""

    ref: str
    number: str
    kind: str
    container: str
    last_at: datetime | None = None
    last: dict[str, str]
    removed_at: datetime | None = None


class DeviceReadingIn(Schema):
    """What a device said at a moment."""

    at: datetime
    seal: str | None = Field(None, max_length=8)
    temperature: float | None = None
    humidity: float | None = None
    shock: float | None = None
    light: float | None = None
    battery: float | None = None
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


class ReadingsTakenOut(Schema):
    """How many were taken, were known, and how many things are wrong in them."""

    taken: int
    known: int
    findings: int


class ReadingFindingOut(Schema):
    """Something wrong in what a device said."""

    ref: str
    kind: str
    since: datetime
    until: datetime | None = None
    says: str
    cleared: str
    cleared_by: str


class FindingClearedIn(Schema):
    """What it was."""

    why: str = Field(max_length=2_000)


@router.get("/evidence/devices", response=list[SensorOut], operation_id="list_evidence_devices", summary="Devices")
def list_evidence_devices(request: HttpRequest) -> list[Device]:
    """Those with something open first."""
    return devices_of(of_the_room(reader(request)))


@router.post("/evidence/devices", response={201: SensorOut}, operation_id="fit_device", summary="Fit a device")
def fitted_device(request: HttpRequest, said: Body[DeviceIn]) -> Status[Any]:
    """On an exhibit, in a store, or on a container."""
    by = of_the_room(writer(request))
    told = {name: value for name, value in said.model_dump().items() if value not in (None, "", [])}
    return Status(201, fit_device(said=told, by=by))


@router.post(
    "/evidence/devices/{number}/readings",
    response=ReadingsTakenOut,
    operation_id="take_readings",
    summary="What a device said",
)
def took_readings(request: HttpRequest, number: str, said: Body[list[DeviceReadingIn]]) -> dict[str, int]:
    """In any order; what is known already is passed over. What is wrong in them becomes a finding."""
    by = of_the_room(writer(request))
    device = device_named(by, number)
    rows = [
        {name: value for name, value in one.model_dump().items() if value is not None} | {"at": one.at.isoformat()}
        for one in said[: most("readings_at_once") + 1]
    ]
    return take_readings(device=device, said=rows, by=by)


@router.get(
    "/evidence/devices/{number}/findings",
    response=list[ReadingFindingOut],
    operation_id="list_reading_findings",
    summary="What is wrong",
)
def list_reading_findings(request: HttpRequest, number: str) -> list[ReadingFinding]:
    """The last first."""
    return list(device_named(of_the_room(reader(request)), number).findings.order_by("-since")[:500])


@router.post(
    "/evidence/devices/{number}/findings/{finding}/clear",
    response=ReadingFindingOut,
    operation_id="clear_reading_finding",
    summary="Say what it was",
)
def cleared_finding(request: HttpRequest, number: str, finding: str, said: Body[FindingClearedIn]) -> ReadingFinding:
    """Looked into: by whom, when, what it was."""
    by = of_the_room(writer(request))
    return clear_finding(finding=finding_of(device_named(by, number), finding), why=said.why, by=by)
