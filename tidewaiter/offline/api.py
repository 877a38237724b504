"""The JSON door of the off-line desk: a saved queue brought by a program; devices, and ending one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.scratch import scratch
from tidewaiter.offline.actions.bringing import bring
from tidewaiter.offline.actions.devices import end_device
from tidewaiter.offline.models import Device
from tidewaiter.offline.queries import device_by_ref, devices_for
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["offline"])
LARGEST = 20 * 1024**2


class BroughtOut(Schema):
    """What became of a saved queue; rows are items (cases, photos, corrections)."""

    receipt: str
    rows: int
    cases: int
    accepted: int
    rejected: int
    unchanged: int
    changed: int
    skipped: int = Field(description="items that wait for one before them")
    findings: dict[str, int]
    errors: list[dict[str, Any]]
    rejected_file: str | None
    receipts: list[str] = Field(description="signed by the node, to be taken back to the device")


@router.post(
    "/offline/bundles",
    response={200: BroughtOut},
    operation_id="bring_bundle",
    summary="Bring a saved queue of an off-line desk",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def bring_bundle(request: HttpRequest) -> HttpResponse | Status[dict[str, Any]]:
    """The file as it was saved, up to 20 MiB (a larger one by command or page); the same again changes nothing."""
    by = writer(request)
    if len(request.body) > LARGEST:
        return problem(413, "too_large", _("The file is larger than 20 MiB: bring it by its page or by command."))
    with scratch() as folder:
        path = folder / "bundle"
        path.write_bytes(request.body)
        brought = bring(path=path, by=by)
    return Status(200, brought.answer())


class DeviceOut(Schema):
    """A device."""

    ref: str
    username: str
    name: str
    status: str
    seen_at: str | None
    waiting: int
    oldest_at: str | None
    version: str
    to_settle: int


@router.get("/offline/devices", response=list[DeviceOut], operation_id="list_devices", summary="Devices one sees")
def list_devices(request: HttpRequest) -> list[dict[str, Any]]:
    """One's own; a steward's token gives no more than that, for stewards act at pages."""
    known_only(request, ())
    return [device_out(one) for one in devices_for(reader(request))[:1000]]


class Ending(Schema):
    """Why, and whether the device is gone."""

    reason: str = Field(..., max_length=200)
    lost: bool = False


@router.post(
    "/offline/devices/{ref}/revoke",
    response=DeviceOut,
    operation_id="revoke_device",
    summary="End a device",
)
def revoke_device(request: HttpRequest, ref: str, said: Body[Ending]) -> dict[str, Any]:
    """Nothing of it is taken any more, and what it holds stays sealed."""
    by = writer(request)
    device = device_by_ref(by, ref)
    return device_out(end_device(device=device, lost=said.lost, reason=said.reason, by=by))


def device_out(device: Device) -> dict[str, Any]:
    """A device as programs get it."""
    return {
        "ref": device.ref,
        "username": device.username,
        "name": device.name,
        "status": device.status,
        "seen_at": device.seen_at.isoformat() if device.seen_at else None,
        "waiting": device.waiting,
        "oldest_at": device.oldest_at.isoformat() if device.oldest_at else None,
        "version": device.version,
        "to_settle": getattr(device, "to_settle", 0),
    }
