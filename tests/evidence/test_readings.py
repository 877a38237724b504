"""Seals, trackers and sensors report: gaps and tampering are findings, and stand in the custody of the exhibit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError

from tests.evidence.conftest import Program, page_of
from tests.evidence.test_exports import run
from tidewaiter.evidence.actions.readings import find_silent
from tidewaiter.evidence.models import CustodyEvent, Device, Exhibit, Reading, ReadingFinding
from tidewaiter.evidence.queries import events_of

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def at(minutes: int, **said: Any) -> dict[str, Any]:
    """A reading."""
    return {"at": (BEGAN + timedelta(minutes=minutes)).isoformat(), **said}


@pytest.fixture
def seal(staff: SimpleNamespace, shoes: Any) -> str:
    """A smart seal on the shoes, that reports every ten minutes."""
    said = {"number": "SL-880231", "kind": "seal", "exhibit": shoes.reference, "every_seconds": 600, "warmest": 30}
    made = Program(staff.investigator).post("devices", said)
    assert made.status_code == 201, made.content
    return "devices/SL-880231"


def test_a_program_brings_readings_in_any_order_and_however_often(staff: SimpleNamespace, seal: str) -> None:
    program = Program(staff.investigator)
    rows = [at(10, seal="closed"), at(0, seal="closed", temperature=21.5)]
    assert program.post(f"{seal}/readings", rows).json() == {"taken": 2, "known": 0, "findings": 0}
    assert program.post(f"{seal}/readings", rows).json() == {"taken": 0, "known": 2, "findings": 0}
    device = Device.objects.get()
    assert (device.last_at, device.last) == (BEGAN + timedelta(minutes=10), {"seal": "closed"})
    assert Program(staff.foreign).post(f"{seal}/readings", rows).status_code == 404


def test_tampering_and_warmth_are_findings_and_events_of_the_exhibit(
    staff: SimpleNamespace, seal: str, shoes: Any
) -> None:
    program = Program(staff.investigator)
    rows = [at(0, seal="closed"), at(10, seal="cut", temperature=35), at(20, seal="cut", temperature=36)]
    assert program.post(f"{seal}/readings", rows).json()["findings"] == 2
    found = {one["kind"]: one for one in program.get(f"{seal}/findings").json()}
    assert set(found) == {"tampered", "too_warm"}
    assert found["too_warm"]["says"] == "35 °C > 30 °C"
    program.post(f"{seal}/readings", [at(30, seal="closed", temperature=20)])
    found = {one["kind"]: one for one in program.get(f"{seal}/findings").json()}
    assert found["too_warm"]["until"] is not None, "it is no longer too warm"
    assert found["tampered"]["until"] is None, "a cut seal stays cut until somebody has looked"
    events = list(CustodyEvent.objects.filter(exhibit=shoes, kind="report").values_list("detail__found", flat=True))
    assert sorted(events) == ["tampered", "too_warm"]
    fresh = Exhibit.objects.get(pk=shoes.pk)
    from tidewaiter.evidence.chain import first_break

    assert first_break(events_of(fresh), fresh.head, fresh.events_count) is None
    assert "Tampered with" in page_of(staff.custodian).get(f"/evidence/{shoes.ref}/").content.decode()


def test_silence_is_a_finding_between_readings_and_by_the_clock(staff: SimpleNamespace, seal: str) -> None:
    program = Program(staff.investigator)
    program.post(f"{seal}/readings", [at(0, seal="closed"), at(15, seal="closed"), at(60, seal="closed")])
    [gap] = program.get(f"{seal}/findings").json()
    assert (gap["kind"], gap["says"]) == ("gap", "45 min")
    assert gap["until"] is not None
    assert find_silent() == 1
    assert find_silent() == 0
    kinds = list(ReadingFinding.objects.filter(until=None).values_list("kind", flat=True))
    assert kinds == ["gap"]


def test_a_container_off_its_route_is_found(staff: SimpleNamespace) -> None:
    program = Program(staff.investigator)
    route = [[-4.05, 39.67], [-3.4, 38.56], [-1.29, 36.82]]
    said = {"number": "TR-1", "kind": "tracker", "container": "MSKU1234565", "route": route, "every_seconds": 7200}
    assert program.post("devices", said).status_code == 201
    on_way, off = at(0, lat=-3.72, lon=39.11), at(60, lat=-6.8, lon=39.28)
    assert program.post("devices/TR-1/readings", [on_way]).json()["findings"] == 0
    assert program.post("devices/TR-1/readings", [off]).json()["findings"] == 1
    [found] = program.get("devices/TR-1/findings").json()
    assert found["kind"] == "off_route"
    assert 280 < int(found["says"].removesuffix(" km")) < 320


def test_what_is_not_understood_is_named_and_none_is_kept(staff: SimpleNamespace, seal: str, tmp_path: Path) -> None:
    file = tmp_path / "readings.json"
    file.write_text(json.dumps([at(0, seal="closed"), {"at": "yesterday"}]))
    with pytest.raises(CommandError, match="Reading 2 is not understood"):
        run("take_readings", "SL-880231", file, "--by", "investigator.ke")
    assert not Reading.objects.exists()
    file.write_text(json.dumps([at(0, seal="closed", battery=5)]))
    assert run("take_readings", "SL-880231", file, "--by", "investigator.ke")["findings"] == 1


def test_a_finding_is_looked_into_on_its_page(staff: SimpleNamespace, seal: str) -> None:
    Program(staff.investigator).post(f"{seal}/readings", [at(0, seal="opened")])
    device, page = Device.objects.get(), page_of(staff.investigator)
    assert "SL-880231" in page.get("/evidence/devices/").content.decode()
    finding = ReadingFinding.objects.get()
    said = {"finding": finding.ref, "why": "Opened by order MC-221/26, two present"}
    done = page.post(f"/evidence/devices/{device.ref}/do/clear/", said, follow=True).content.decode()
    assert "Opened by order MC-221/26" in done
    finding.refresh_from_db()
    assert finding.cleared_by == "investigator.ke"
    page.post(f"/evidence/devices/{device.ref}/do/remove/")
    assert Program(staff.investigator).post(f"{seal}/readings", [at(10)]).status_code == 409
    fit = {"number": "SN-9", "kind": "sensor", "container": "MSKU1234565", "route": "-4.05,39.67; -1.29,36.82"}
    assert page.post("/evidence/devices/", fit).status_code == 302
    assert page.post("/evidence/devices/", fit).status_code == 400
    assert page_of(staff.foreign).get(f"/evidence/devices/{device.ref}/").status_code == 404
