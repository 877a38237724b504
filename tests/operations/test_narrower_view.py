"""What a private partner, an observer and a co-ordinator do not get: what others of their administration write, calls
for answers that are not theirs to give, data that are others'.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.notices.models import Notice
from tidewaiter.operations.actions.chasing import chase
from tidewaiter.operations.actions.joining import invite
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.models import Owed

pytestmark = pytest.mark.django_db


def _send(room: Callable[..., Any], by: Any, template: str = "instruction", **more: Any) -> int:
    data = {"instruction": {"text": "Hold", "lang": "en"}, "warning": {"goods": "Pumps"}, "request": {"about": "Seal"}}
    data["feedback"] = {"controlled": "yes", "result": "seized"}
    return send(room=room(by), said=Written(template=template, data=data[template], **more), by=by).number


def _numbers(person: Any, ref: str) -> list[int]:
    return [one["number"] for one in program_of(person).get(f"/api/v1/operations/{ref}/messages").json()]


def test_a_partner_of_the_same_administration_reads_and_changes_nothing_of_its_people(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    for_all = _send(room, staff.ocu)
    for_kenya = _send(room, staff.ocu, to=["KE"])
    _send(room, staff.kenya, to=["INT"])
    named = _send(room, staff.kenya, to=[f"@{staff.private.username}"])
    own = _send(room, staff.private, to=["KE"])
    assert _numbers(staff.private, ref) == [for_all, named, own]
    assert page_of(staff.private).get(f"/operations/{ref}/messages/{for_kenya}/").status_code == 404
    partner = program_of(staff.private)
    for deed, body in (("withdraw", {}), ("correct", {"data": {"text": "No", "lang": "en"}})):
        address = f"/api/v1/operations/{ref}/messages/{for_all}/{deed}"
        assert partner.post(address, body, content_type="application/json").status_code == 403, deed
    assert "withdraw" not in page_of(staff.private).get(f"/operations/{ref}/messages/{for_all}/").content.decode()
    address = f"/api/v1/operations/{ref}/messages/{own}/withdraw"
    assert partner.post(address, {}, content_type="application/json").status_code == 200, "their own"
    assert program_of(staff.second).post(f"/api/v1/operations/{ref}/messages/{for_all}/withdraw").status_code == 200
    with pytest.raises(BadInput, match="private"):
        invite(
            room=room(staff.ocu), username=staff.kenya_too.username, part="coordinator", agency="private", by=staff.ocu
        )


def test_a_partner_answers_what_they_are_asked_by_name_and_ends_no_other_call(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    warned = _send(room, staff.kenya, "warning", urgent=True)
    open_ = Owed.objects.filter(met_at=None)
    program_of(staff.private).post(f"/api/v1/operations/{ref}/messages/{warned}/acknowledge")
    _send(room, staff.private, "feedback", reply_to=warned)
    assert open_.count() == 2, "a firm has seen it: no country has"
    assert re.search(r"You owe \d", page_of(staff.private).get(f"/operations/{ref}/").content.decode()) is None
    _send(room, staff.spain, "feedback", reply_to=warned)
    assert not open_.exists()
    asked = _send(room, staff.kenya, "request", to=[f"@{staff.private.username}"])
    assert "You owe 1 answer" in page_of(staff.private).get(f"/operations/{ref}/").content.decode()
    assert re.search(r"You owe \d", page_of(staff.ocu).get(f"/operations/{ref}/").content.decode()) is None
    send(
        room=room(staff.private),
        said=Written(template="reply", data={"text": "4711", "lang": "en"}, reply_to=asked),
        by=staff.private,
    )
    assert not open_.exists()


def test_the_clock_calls_nobody_for_what_they_do_not_see_or_cannot_answer(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    def called() -> set[str]:
        Owed.objects.update(due_at=now() - timedelta(minutes=1))
        Notice.objects.all().delete()
        assert chase() == 1
        found = set(Notice.objects.values_list("to", flat=True))
        Owed.objects.all().delete()
        return found

    _send(room, staff.kenya, "request", to=[f"@{staff.jordan.username}"])
    assert called() == {staff.jordan.username}
    _send(room, staff.jordan, "warning")
    assert called() == {staff.ocu.username, staff.second.username, staff.kenya.username, staff.spain.username}


def test_the_start_page_counts_the_answers_that_the_room_asks_for(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    _send(room, staff.kenya, "warning")
    _send(room, staff.kenya, "request", to=["INT"])
    _send(room, staff.kenya, "request", to=["OCU"])
    for person, number in ((staff.jordan, 1), (staff.ocu, 2), (staff.private, 0), (staff.watcher, 0)):
        start = page_of(person).get("/").content.decode()
        assert ("answers are owed" in start or "answer is owed" in start) == bool(number), person.username
        page = page_of(person).get(f"/operations/{ref}/").content.decode()
        assert bool(re.search(rf"You owe {number or 9} ", page)) == bool(number), person.username


def test_a_coordinator_takes_what_is_theirs_and_files_of_one_name_stay_apart(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.ocu).ref
    _send(room, staff.jordan, to=["KE"])
    unit = program_of(staff.ocu)
    files = []
    for content in (b"first", b"second"):
        made = unit.post(
            f"/api/v1/operations/{ref}/files?name=photo.jpg", content, content_type="application/octet-stream"
        )
        files.append(made.json()["ref"])
    own = _send(room, staff.ocu, files=files)
    to_unit = _send(room, staff.kenya, to=["OCU"])
    assert len(_numbers(staff.ocu, ref)) == 3
    with zipfile.ZipFile(io.BytesIO(unit.post(f"/api/v1/operations/{ref}/export").content)) as pack:
        said = json.loads(pack.read("messages.json"))["said"]["messages"]
        kept = [pack.read(name) for name in pack.namelist() if name.startswith("files/")]
        assert len(set(pack.namelist())) == 3
    assert [one["number"] for one in said] == [own, to_unit], "what Jordan wrote to Kenya is neither theirs nor to them"
    assert kept == [b"first", b"second"]
