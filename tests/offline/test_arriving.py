"""What a device sends arrives once and whole, under the right name, and is signed for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.offline.device import DeviceOf, picture, record
from tidewaiter.cases.models import Case
from tidewaiter.ledger.models import Entry
from tidewaiter.threads.models import Message

pytestmark = pytest.mark.django_db


def _case(national_ref: str = "KE-OFF-1") -> Case:
    return Case.objects.get(national_ref=national_ref, latest=True)


def test_a_case_arrives_in_pieces_once_and_is_signed_for(device: DeviceOf, staff: SimpleNamespace) -> None:
    ref, head, sealed = device.case(record())
    assert device.head(head).json()["got"] == 0
    assert device.piece(ref, 0, sealed[:100]).json()["got"] == 100
    assert device.piece(ref, 0, sealed[:40]).json()["got"] == 100
    assert device.piece(ref, 200, sealed[200:]).status_code == 409
    said = device.piece(ref, 100, sealed[100:]).json()
    receipt = device.read(said["receipt"])
    case = _case()
    assert (case.made_by, case.channel, case.status) == (staff.officer.username, "offline", "submitted")
    assert {name: receipt[name] for name in ("id", "device", "outcome", "case", "lacks")} == {
        "id": ref,
        "device": device.ref,
        "outcome": "taken",
        "case": case.ref,
        "lacks": [],
    }
    again = device.send((ref, head, sealed))
    assert (again["case"], Case.objects.count()) == (case.ref, 1)
    assert list(Entry.objects.filter(ref=ref).values_list("deed", "by")) == [("offline.taken", staff.officer.username)]


def test_text_goes_first_and_the_case_is_submitted_with_its_last_photo(device: DeviceOf) -> None:
    first, second = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    case = device.case(record(), photos=[first, second])
    assert device.send(case)["lacks"] == [first, second]
    assert _case().status == "draft"
    assert device.send(device.photo(picture(10), case[0], first, "As found"))["outcome"] == "taken"
    assert _case().status == "draft"
    device.send(device.photo(picture(60), case[0], second))
    standing = _case()
    assert (standing.status, standing.version) == ("submitted", 1)
    assert [photo.get("caption", "") for photo in standing.header["photos"]] == ["As found", ""]


def test_a_case_of_two_hundred_photos_waits_for_all_of_them(device: DeviceOf) -> None:
    photos = [f"{n:08d}-1111-4111-8111-111111111111" for n in range(200)]
    case = device.case(record(), photos=photos)
    assert device.send(case)["lacks"] == photos
    device.send(device.photo(picture(10), case[0], photos[199], "The last one"))
    assert _case().status == "draft"
    assert _case().header["photos"][0]["caption"] == "The last one"


def test_what_a_later_form_no_longer_asks_for_is_said_under_the_case(device: DeviceOf) -> None:
    long = "counted twice " * 200
    device.send(device.case(record(), gone=[["A permit was shown", "Yes"], ["Remarks of the post", long], "odd", [1]]))
    texts = [one.text for one in Message.objects.filter(ref=_case().ref).order_by("pk")]
    assert texts[0].startswith(
        "Written on the device in fields that the form no longer has:\nA permit was shown: Yes\n"
    )
    assert "".join(texts).count("counted twice") > 140
    assert len(texts) == 2


def test_a_photo_that_comes_before_its_case_waits_for_it(device: DeviceOf) -> None:
    first = "11111111-1111-4111-8111-111111111111"
    case = device.case(record(), photos=[first])
    assert device.send(device.photo(picture(), case[0], first))["outcome"] == "after"
    assert device.send(case)["outcome"] == "taken"
    assert (_case().status, len(_case().header["photos"])) == ("submitted", 1)


def test_bytes_that_are_spoilt_on_the_way_begin_anew(device: DeviceOf) -> None:
    ref, head, sealed = device.case(record())
    device.head(head)
    said = device.piece(ref, 0, sealed[:-1] + bytes([sealed[-1] ^ 1])).json()
    assert (said["got"], said["receipt"], Case.objects.count()) == (0, "", 0)
    assert device.send((ref, head, sealed))["outcome"] == "taken"


def test_what_no_device_in_use_has_signed_is_let_in_by_nothing(device: DeviceOf, staff: SimpleNamespace) -> None:
    _ref, head, sealed = device.case(record())
    other = DeviceOf(staff.colleague)
    other.ref = device.ref
    assert other.head(other.case(record())[1]).status_code == 401
    assert device.head(head[:-4] + "AAAA").status_code == 401
    assert device.head("").status_code == 401
    assert device.piece("33333333-3333-4333-8333-333333333333", 0, sealed).status_code == 401
    assert Client().post("/offline/enrol/", {"name": "x"}).status_code == 302
    assert Case.objects.count() == 0


def test_a_device_out_of_use_sends_nothing_more_and_its_end_is_a_deed(
    device: DeviceOf, staff: SimpleNamespace, tmp_path: Path
) -> None:
    item = device.case(record())
    page = Client()
    page.force_login(staff.steward)
    assert page.get("/offline/").status_code == 200
    assert device.ref in page.get("/offline/devices/").content.decode()
    assert page.post(f"/offline/devices/{device.ref}/end/", {"reason": "x", "deed": "lost"}).status_code == 400
    page.post(f"/offline/devices/{device.ref}/end/", {"reason": "left on the ferry", "deed": "lost"})
    assert Entry.objects.get(deed="offline.lost").by == staff.steward.username
    ended = device.head(item[1])
    assert ended.status_code == 410
    note = device.read(ended.json()["note"])
    assert (note["device"], note["status"]) == (device.ref, "lost")
    file = device.bundle(tmp_path / "queue.bundle", item)
    client = Client()
    client.force_login(staff.colleague)
    with file.open("rb") as opened:
        text = client.post("/offline/arrivals/", {"file": opened}).content.decode()
    assert "taken out of use" in text
    assert Case.objects.count() == 0


def test_others_devices_are_missing(device: DeviceOf, staff: SimpleNamespace) -> None:
    for person, seen in ((staff.officer, True), (staff.colleague, False), (staff.foreign, False)):
        page = Client()
        page.force_login(person)
        assert (device.ref in page.get("/offline/devices/").content.decode()) is seen
        if not seen:
            ended = page.post(f"/offline/devices/{device.ref}/end/", {"reason": "mine now", "deed": "revoke"})
            assert ended.status_code == 404
    analyst = Client()
    analyst.force_login(staff.analyst)
    assert [analyst.get(address).status_code for address in ("/offline/", "/offline/arrivals/")] == [404, 404]


def test_a_reference_that_another_case_has_is_held_and_overwrites_nothing(
    device: DeviceOf, staff: SimpleNamespace
) -> None:
    device.send(device.case(record()))
    before = _case().digest
    receipt = device.send(device.case(record(date="2026-11-24")))
    assert receipt["outcome"] == "unsettled"
    assert _case().digest == before
    page = device.page.get(f"/offline/arrivals/{receipt['id']}/").content.decode()
    assert "Another case has this reference already" in page
    assert 'name="date" value="2026-11-24"' in page


def test_an_old_version_of_a_form_stays_good_and_what_no_longer_fits_is_held_with_all_of_it(
    device: DeviceOf, staff: SimpleNamespace
) -> None:
    assert device.send(device.case(record("KE-OFF-2", form_version=3)))["outcome"] == "taken"
    gone = device.send(device.case(record("KE-OFF-3", direction="sideways", narrative="under the seat")))
    assert gone["outcome"] == "unsettled"
    page = device.page.get(f"/offline/arrivals/{gone['id']}/").content.decode()
    assert "«sideways» is no code or name of this list." in page
    assert "under the seat" in page
    named = {"named.1.kind": "person", "named.1.name": "Zena Mwachiro", "named.1.role": "courier"}
    other = device.send(device.case(record("KE-OFF-4", direction="sideways"), named=named))
    assert "Zena Mwachiro" in device.page.get(f"/offline/arrivals/{other['id']}/").content.decode()
    contact = Client()
    contact.force_login(staff.contact)
    seen = contact.get(f"/offline/arrivals/{other['id']}/").content.decode()
    assert "Mwachiro" not in seen
    assert "1 name was entered beside it" in seen
    typed = {"case": "KE-OFF-2", "deed": "by_hand"}
    assert device.page.post(f"/offline/arrivals/{gone['id']}/", typed).status_code == 302
    assert Entry.objects.filter(deed="offline.settled", ref=gone["id"]).count() == 1


def test_names_stay_beside_the_case_in_the_registry(device: DeviceOf) -> None:
    named = {"named.1.kind": "person", "named.1.name": "Zena Mwachiro", "named.1.role": "courier"}
    device.send(device.case(record(), named=named))
    from tidewaiter.registry.models import CaseTie

    tie = CaseTie.objects.get(case=_case().ref)
    assert (tie.entity.caption, tie.role) == ("Zena Mwachiro", "courier")
    assert "Mwachiro" not in str(_case().header)
    assert _case().header["persons"][0]["role"] == "courier"


def test_a_colleague_brings_a_stick_by_page_command_and_program(
    device: DeviceOf, staff: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    photo = "11111111-1111-4111-8111-111111111111"
    case = device.case(record(), photos=[photo])
    file = device.bundle(tmp_path / "queue.bundle", case, device.photo(picture(), case[0], photo))
    call_command("import_cases", str(file), by=staff.colleague.username, format="json")
    import json

    said = json.loads(capsys.readouterr().out)
    counted = ("rows", "cases", "accepted", "rejected", "unchanged")
    assert {name: said[name] for name in counted} == dict(zip(counted, (2, 1, 2, 0, 0), strict=True))
    assert (_case().made_by, _case().status) == (staff.officer.username, "submitted")
    assert Entry.objects.get(deed="offline.brought").by == staff.colleague.username
    page = Client()
    page.force_login(staff.colleague)
    with file.open("rb") as opened:
        text = page.post("/offline/arrivals/", {"file": opened}).content.decode()
    assert "2 were here already" in text
    from tidewaiter.people.actions import make_token

    token = make_token(officer=staff.contact, name="stick", scope="write", by=staff.contact)[1]
    auth = {"Authorization": f"Bearer {token}"}
    body = file.read_bytes()
    got = Client().post("/api/v1/offline/bundles", body, content_type="application/octet-stream", headers=auth).json()
    assert (got["unchanged"], len(got["receipts"])) == (2, 2)
    assert device.read(got["receipts"][0])["outcome"] == "taken"
    cut = tmp_path / "cut.bundle"
    cut.write_bytes(body[:-50])
    with cut.open("rb") as opened:
        assert "was cut off" in page.post("/offline/arrivals/", {"file": opened}).content.decode()
    assert Case.objects.filter(latest=True).count() == 1


def test_a_saved_queue_is_taken_where_files_of_cases_are_brought_and_its_receipts_go_back_as_a_file(
    device: DeviceOf, staff: SimpleNamespace, tmp_path: Path
) -> None:
    first, second = device.case(record("KE-OFF-7")), device.case(record("KE-OFF-8"))
    page = Client()
    page.force_login(staff.colleague)
    with device.bundle(tmp_path / "queue.bundle", first).open("rb") as opened:
        answer = page.post("/intake/", {"file": opened})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/offline/arrivals/?brought=BND-")
    assert _case("KE-OFF-7").made_by == staff.officer.username
    text = page.get(answer["Location"]).content.decode()
    bundle = answer["Location"].partition("=")[2]
    assert f"/offline/receipts/{bundle}/" in text
    from tidewaiter.people.actions import make_token

    token = make_token(officer=staff.contact, name="stick", scope="write", by=staff.contact)[1]
    body = device.bundle(tmp_path / "again.bundle", first, second).read_bytes()
    auth = {"Authorization": f"Bearer {token}"}
    said = Client().post(
        "/api/v1/receipts?name=queue.bundle", body, content_type="application/octet-stream", headers=auth
    )
    assert (said.status_code, said.json()["accepted"], said.json()["unchanged"]) == (200, 1, 1)
    file = page.get(f"/offline/receipts/{said.json()['receipt']}/")
    assert file["Content-Disposition"].endswith('.receipts"')
    head, *signed = file.content.decode().splitlines()
    assert head == '{"tw_offline_receipts":1,"items":2}'
    assert {device.read(one)["id"] for one in signed} == {first[0], second[0]}
    stranger = Client()
    stranger.force_login(staff.foreign)
    assert stranger.get(f"/offline/receipts/{said.json()['receipt']}/").status_code == 404
    assert page.get("/offline/receipts/BND-NONE/").status_code == 404


def test_packs_fit_into_five_megabytes_and_say_their_dates(device: DeviceOf) -> None:
    packs = device.page.get("/offline/packs/").json()["packs"]
    assert sum(pack["bytes"] for pack in packs) <= 5 * 1024 * 1024
    editions = {pack["name"]: pack["edition"] for pack in packs}
    assert editions["countries"] == "2026-11"
    assert editions["goods"] == "2022-01"
    assert editions["places"] == "2023-07"
    places = device.page.get("/offline/packs/places.json").json()
    assert {"KE", "UG", "TZ"} <= set(places["countries"])
    assert "VN" not in places["countries"]


def test_a_device_says_how_it_stands_and_the_node_answers_signed(device: DeviceOf, staff: SimpleNamespace) -> None:
    said = {
        "device": device.ref,
        "at": "2026-12-01T12:00:00+00:00",
        "waiting": 4,
        "oldest": "2026-11-28T12:00:00+00:00",
        "version": "abc123",
        "persisted": True,
    }
    hello = device.jws(said, "tw-offline-hello")
    answer = device.line.post("/offline/v1/hello", hello, content_type="application/jose").json()
    note = device.read(answer["note"])
    assert (note["device"], note["status"]) == (device.ref, "enrolled")
    page = Client()
    page.force_login(staff.steward)
    text = " ".join(page.get("/offline/devices/").content.decode().split())
    assert "oldest 3 d 0 h" in text
