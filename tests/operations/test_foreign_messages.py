"""Messages as operations write them: airports by three letters, NIL for zero, counts with thousands, long codes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import program_of
from tests.operations.messages import send_as
from tidewaiter.foundation.refusals import BadInput, Refusal

pytestmark = pytest.mark.django_db
AIR = {"goods": "Passenger", "mode": "air", "conveyance": "ET302", "from_place": "ADD", "to_place": "nbo"}


def test_an_operation_by_air_names_airports_by_their_three_letters(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.jordan, "warning", AIR | {"eta": "27-NOV-2026"})
    send_as(room, staff.jordan, "warning", AIR | {"to_place": "Casablanca, Morocco"})
    said = program_of(staff.kenya).get(f"/api/v1/operations/{room(staff.ocu).ref}/messages").json()
    assert [(one["data"]["from_place"], one["data"]["to_place"]) for one in said] == [
        ("ETADD", "KENBO"),
        ("ETADD", "MACAS"),
    ]
    for place in ("QQQ", "Antwerp"):
        with pytest.raises(Refusal):
            send_as(room, staff.jordan, "warning", AIR | {"to_place": place})


def test_counts_are_read_as_counts_and_nil_is_an_answer(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    day = {"day": "26/11/2026"}
    send_as(room, staff.kenya, "situation", day | {"controls": "1,240", "seizures": "NIL", "arrests": "néant"})
    [one] = program_of(staff.ocu).get(f"/api/v1/operations/{room(staff.ocu).ref}/messages").json()
    counted = {name: one["data"][name] for name in ("day", "controls", "seizures", "arrests")}
    assert counted == {"day": "2026-11-26", "controls": "1240", "seizures": "0", "arrests": "0"}
    for wrong in ("1.5", "approx. 5", "-3", "12,40"):
        with pytest.raises(Refusal):
            send_as(room, staff.kenya, "situation", day | {"controls": wrong})


def test_a_language_by_three_letters_is_the_same_and_an_unknown_form_names_those_there_are(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    send_as(room, staff.kenya, "instruction", {"text": "Arrêtez", "lang": "FRA"})
    [one] = program_of(staff.ocu).get(f"/api/v1/operations/{room(staff.ocu).ref}/messages").json()
    assert one["data"] == {"text": "Arrêtez", "lang": "fr"}
    with pytest.raises(BadInput, match=r"drugs is none\. There are: .*DRG.*WPN"):
        send_as(room, staff.kenya, "seizure", {"form": "drugs", "country": "KE", "date": "2026-11-26"})
