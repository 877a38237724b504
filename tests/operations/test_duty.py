"""Who is called for what is owed: whoever is on duty by the rota as it is today, swaps and turns that go round too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of
from tidewaiter.foundation.moments import now
from tidewaiter.operations.actions.chasing import chase
from tidewaiter.operations.actions.joining import invite
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.models import Owed
from tidewaiter.people.models import Shift, Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who is told of anything by the clock."""
    names: list[str] = []
    monkeypatch.setattr(
        "tidewaiter.operations.actions.chasing.tell", lambda *, to, deed, by: names.extend(who for who, _ref, _n in to)
    )
    return names


def test_whoever_took_the_turn_is_called_and_the_members_page_says_so(
    room: Callable[..., Any], staff: SimpleNamespace, called: list[str]
) -> None:
    invite(
        room=room(staff.ocu), username=staff.kenya_too.username, part="participant", by=staff.ocu, joins_at_once=True
    )
    for day in range(7):
        turn = Shift.objects.create(
            administration=staff.kenya.administration,
            officer=staff.kenya,
            weekday=day,
            starts="00:00",
            ends="00:00",
            time_zone="UTC",
        )
        if day == now().weekday():
            Swap.objects.create(shift=turn, day=now().date(), officer=staff.kenya_too, by="k", at=now())
    send(
        room=room(staff.jordan),
        said=Written(template="warning", data={"goods": "Pumps"}, to=["KE"]),
        by=staff.jordan,
    )
    Owed.objects.update(due_at=now() - timedelta(minutes=1))
    assert chase() == 1
    assert called == [staff.kenya_too.username], "the turn of today was swapped"
    Owed.objects.update(rung_at=now() - timedelta(hours=1))
    assert chase() == 1
    assert set(called[1:]) == {
        staff.kenya.username,
        staff.kenya_too.username,
        staff.ocu.username,
        staff.second.username,
    }
    page = page_of(staff.jordan).get(f"/operations/{room(staff.jordan).ref}/members/").content.decode()
    assert page.count("on duty until") == 1
    assert f"/mail/new/?to={staff.kenya_too.username}" in page
