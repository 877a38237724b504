"""A legal hold keeps everything in the room; who was removed while a page stood open does nothing with it any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.operations.actions.drafting import attach, drop_draft, keep_draft, sweep_unsent
from tidewaiter.operations.actions.files import allow_look, ask_to_look, opened_bytes
from tidewaiter.operations.actions.joining import end_membership, invite
from tidewaiter.operations.actions.messages import Written, acknowledge, correct, send, withdraw
from tidewaiter.operations.actions.opening import ask_renewal, hold, move
from tidewaiter.operations.actions.printing import print_situation
from tidewaiter.operations.actions.shaping import define, retire
from tidewaiter.operations.actions.taking import give_up, take_own
from tidewaiter.operations.definitions import base_template
from tidewaiter.operations.models import Attachment, Draft, Look, Message, Operation

pytestmark = pytest.mark.django_db
SAID = Written(template="instruction", data={"text": "Hold", "lang": "en"})


def _attached(room: Callable[..., Any], person: Any, **more: Any) -> str:
    return attach(room=room(person), name="a.txt", media_type="text/plain", chunks=[b"one"], by=person, **more).ref


def test_a_legal_hold_keeps_training_files_and_drafts(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    move(room=room(staff.ocu), phase="training", by=staff.ocu)
    send(room=room(staff.kenya), said=SAID, by=staff.kenya)
    _attached(room, staff.kenya)
    for person in (staff.kenya, staff.jordan):
        keep_draft(room=room(person), template="warning", said={"goods": "Pumps"}, by=person)
    hold(operation=room(staff.ocu).operation, on=True, by=staff.ocu)
    with pytest.raises(Refusal, match="legal hold"):
        move(room=room(staff.ocu), phase="live", by=staff.ocu)
    Attachment.objects.update(at=now() - timedelta(days=2))
    assert sweep_unsent() == 0
    with pytest.raises(Refusal, match="legal hold"):
        drop_draft(room=room(staff.kenya), template="warning", by=staff.kenya)
    end_membership(room=room(staff.ocu), username=staff.jordan.username, by=staff.ocu)
    assert (Message.objects.count(), Attachment.objects.count(), Draft.objects.count()) == (1, 1, 2)
    hold(operation=room(staff.ocu).operation, on=False, by=staff.ocu)
    move(room=room(staff.ocu), phase="live", by=staff.ocu)
    assert sweep_unsent() == 1
    assert (Message.objects.count(), Operation.objects.get().phase) == (0, "live")


def test_who_was_removed_meanwhile_does_nothing_more(room: Callable[..., Any], staff: SimpleNamespace) -> None:
    """The room was read before the deed: what it says of the person is not what holds when the deed is done."""
    file = _attached(room, staff.second, restricted=True)
    said = Written(template="instruction", data={"text": "x"}, files=[file])
    send(room=room(staff.second), said=said, by=staff.second)
    Operation.objects.update(ends=None)
    ask_to_look(room=room(staff.kenya), ref=file, by=staff.kenya)
    stale, by = room(staff.second), staff.second
    end_membership(room=room(staff.ocu), username=by.username, by=staff.ocu)
    deeds: dict[str, Callable[[], object]] = {
        "send": lambda: send(room=stale, said=SAID, by=by),
        "correct": lambda: correct(room=stale, number=1, data={"text": "y"}, by=by),
        "withdraw": lambda: withdraw(room=stale, number=1, by=by),
        "acknowledge": lambda: acknowledge(room=stale, number=1, by=by),
        "attach": lambda: attach(room=stale, name="a", media_type="text/plain", chunks=[b"one"], by=by),
        "keep_draft": lambda: keep_draft(room=stale, template="warning", said={}, by=by),
        "ask_to_look": lambda: ask_to_look(room=stale, ref=file, by=by),
        "allow_look": lambda: allow_look(room=stale, ref=file, asker=staff.kenya.username, by=by),
        "opened_bytes": lambda: opened_bytes(room=stale, ref=file, by=by),
        "invite": lambda: invite(room=stale, username=staff.outsider.username, part="observer", by=by),
        "remove": lambda: end_membership(room=stale, username=staff.kenya.username, by=by),
        "move": lambda: move(room=stale, phase="training", by=by),
        "renew": lambda: ask_renewal(room=stale, by=by),
        "define": lambda: define(room=stale, template=base_template("warning"), by=by),
        "retire": lambda: retire(room=stale, code="x1", by=by),
        "take_own": lambda: take_own(room=stale, by=by),
        "give_up": lambda: give_up(room=stale, by=by),
        "print": lambda: print_situation(room=stale, lang="en", by=by),
    }
    done = []
    for name, deed in deeds.items():
        try:
            deed()
            done.append(name)
        except Missing:
            pass
    assert done == []
    assert not Look.objects.filter(allowed_at__isnull=False).exists()
    assert page_of(by).get(f"/operations/{stale.ref}/").status_code == 404
