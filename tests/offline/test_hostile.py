"""What a device that was tampered with sends: nothing of it stops the node, or what came beside it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.offline.device import DeviceOf, picture, record
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.offline.models import Device, Item

pytestmark = pytest.mark.django_db
ODD: tuple[Any, ...] = (
    None,
    5,
    -1,
    1.5,
    True,
    "",
    "x" * 5_000,
    [],
    [1, [2]],
    {},
    {"a": {"b": [1]}},
    "\u0000",
    "\ud800",
)
NAMES = (
    *("form", "form_version", "national_ref", "date", "country", "place", "route", "persons", "lines", "photos"),
    *("links", "judged", "long", "kind", "detection", "conveyance", "narrative", "date_precision"),
)


def _odd_records() -> list[dict[str, Any]]:
    made = [record(f"KE-ODD-{name}-{n}") | {name: odd} for name in NAMES for n, odd in enumerate(ODD)]
    lines = [record(f"KE-ODD-L{n}", lines=[odd]) for n, odd in enumerate(ODD)]
    cells = [
        record(f"KE-ODD-C{name}{n}", lines=[{**record()["lines"][0], name: odd}])
        for name in ("subtype", "quantity", "unit", "fields", "value")
        for n, odd in enumerate(ODD)
    ]
    routes = [record(f"KE-ODD-R{n}", route=[odd]) for n, odd in enumerate(ODD)]
    people = [record(f"KE-ODD-P{n}", persons=[odd]) for n, odd in enumerate(ODD)]
    return [*made, *lines, *cells, *routes, *people]


def _sent(device: DeviceOf, kind: str, content: Any) -> tuple[str, str, bytes]:
    return device.item(kind, json.dumps(content).encode("utf-8", "surrogatepass"))


def test_an_odd_record_is_taken_or_held_and_its_page_is_shown(device: DeviceOf) -> None:
    wrong = []
    for said in _odd_records():
        content = {"record": said, "named": {}, "photos": [], "submit": True}
        try:
            receipt = device.send(_sent(device, "case", content))
            if receipt["outcome"] != "taken":
                assert device.page.get(f"/offline/arrivals/{receipt['id']}/").status_code == 200
        except Exception as error:  # noqa: BLE001 -- all that fail are told at once
            wrong.append((said["national_ref"], type(error).__name__, str(error)[:200]))
    assert wrong == []
    assert device.page.get("/offline/arrivals/").status_code == 200


def test_what_stands_beside_an_odd_record_may_be_anything(device: DeviceOf) -> None:
    wrong = []
    for name in ("record", "named", "photos", "submit", "base"):
        for n, odd in enumerate(ODD):
            content = {"record": record(f"KE-BY-{name}-{n}"), "named": {}, "photos": [], "submit": True, name: odd}
            for kind in ("case", "correction"):
                try:
                    device.send(_sent(device, kind, content))
                except Exception as error:  # noqa: BLE001 -- all that fail are told at once
                    wrong.append((kind, name, n, type(error).__name__, str(error)[:200]))
    for n, odd in enumerate((*ODD, {"named.1.name": 5}, {"named.1.name": "x", "named.1.kind": "?"}, {"named.x": "y"})):
        content = {"record": record(f"KE-BY-N-{n}"), "named": odd, "photos": [], "submit": True}
        try:
            device.send(_sent(device, "case", content))
        except Exception as error:  # noqa: BLE001 -- all that fail are told at once
            wrong.append(("named", "", n, type(error).__name__, str(error)[:200]))
    assert wrong == []


def test_the_base_of_a_correction_may_be_anything(device: DeviceOf, staff: SimpleNamespace) -> None:
    device.send(device.case(record()))
    case = Case.objects.get(national_ref="KE-OFF-1", latest=True)
    wrong = []
    for name in ("ref", "version", "digest", "record"):
        for n, odd in enumerate(ODD):
            try:
                receipt = device.send(device.correction(case, record(direction="transit"), **{name: odd}))
                page = device.page.get(f"/offline/arrivals/{receipt['id']}/")
                assert page.status_code == 200 or receipt["outcome"] == "taken"
            except Exception as error:  # noqa: BLE001 -- all that fail are told at once
                wrong.append((name, n, type(error).__name__, str(error)[:200]))
    assert wrong == []


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1899-12-31T00:00:00Z"])
def test_a_device_whose_clock_says_what_cannot_be_is_answered(device: DeviceOf, at: str) -> None:
    plain = {"record": record(), "named": {}, "photos": [], "submit": True}
    item = device.item("case", json.dumps(plain).encode(), at=at)
    assert device.head(item[1]).status_code == 401
    hello = {"device": device.ref, "at": at, "waiting": 1, "oldest": at, "version": "x", "persisted": None}
    answer = device.line.post("/offline/v1/hello", device.jws(hello, "tw-offline-hello"), content_type="x/y")
    assert answer.status_code == 200
    assert device.page.get("/offline/devices/").status_code == 200


def test_an_odd_item_in_a_saved_queue_stops_none_of_those_after_it(device: DeviceOf, tmp_path: Path) -> None:
    said: tuple[Any, ...] = (5, [], {"record": {"form": "CIT", "lines": {"a": 1}}})
    odd = [_sent(device, "case", one) for one in said]
    odd += [device.item("photo", b"\xff" * 40, of="33333333-3333-4333-8333-333333333333"), device.item("case", b"{")]
    file = device.bundle(tmp_path / "queue.bundle", *odd, device.case(record("KE-LAST")))
    with file.open("rb") as sent:
        answer = device.page.post("/offline/arrivals/", {"file": sent})
    assert answer.status_code == 200
    assert Case.objects.filter(national_ref="KE-LAST", latest=True).exists()
    assert Item.objects.filter(status="coming").count() == 0


def test_a_correction_leaves_the_photos_of_the_case_and_what_was_judged_of_it(device: DeviceOf) -> None:
    first = "11111111-1111-4111-8111-111111111111"
    case = device.case(record(), photos=[first])
    device.send(case)
    device.send(device.photo(picture(10), case[0], first, "As found"))
    standing = Case.objects.get(national_ref="KE-OFF-1", latest=True)
    assert len(standing.header["photos"]) == 1
    assert device.send(device.correction(standing, record(direction="transit")))["outcome"] == "taken"
    standing = Case.objects.get(national_ref="KE-OFF-1", latest=True)
    assert standing.header["direction"] == "transit"
    assert [photo["caption"] for photo in standing.header["photos"]] == ["As found"]


def test_a_device_whose_battery_was_empty_sends_all_the_same_and_its_clock_is_told(
    device: DeviceOf, staff: SimpleNamespace
) -> None:
    plain = {"record": record(), "named": {}, "photos": [], "submit": True}
    item = device.item("case", json.dumps(plain).encode(), at="1970-01-01T00:10:00+00:00")
    assert device.send(item)["outcome"] == "taken"
    at = "1970-01-01T00:20:00+00:00"
    hello = {"device": device.ref, "at": at, "waiting": 1, "oldest": "1970-01-01T00:10:00+00:00"}
    device.line.post("/offline/v1/hello", device.jws(hello, "tw-offline-hello"), content_type="x/y")
    standing = Device.objects.get(pk=device.ref)
    assert standing.clock_ahead is not None
    assert standing.clock_ahead < -1_000_000_000
    assert standing.oldest_at is not None
    assert abs((now() - standing.oldest_at).total_seconds() - 600) < 60


def test_a_device_lists_no_picture_of_the_node_as_its_own(device: DeviceOf, staff: SimpleNamespace) -> None:
    """A digest that somebody has seen elsewhere shows nothing: photos come as items."""
    first = "11111111-1111-4111-8111-111111111111"
    other = DeviceOf(staff.colleague)
    case = other.case(record("KE-THEIRS"), photos=[first])
    other.send(case)
    other.send(other.photo(picture(10), case[0], first))
    theirs = Case.objects.get(national_ref="KE-THEIRS", latest=True).header["photos"][0]
    device.send(device.case(record("KE-MINE", photos=[theirs])))
    assert "photos" not in Case.objects.get(national_ref="KE-MINE", latest=True).header
