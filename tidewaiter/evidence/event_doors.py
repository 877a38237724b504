"""What a program or a command posts as an event, and the deed that it is: one table for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import actions
from tidewaiter.evidence.actions.acquisitions import acquire
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.queries import disposal_named, event_named, exhibits_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput

type Said = Mapping[str, Any]


def _sampled(exhibit: Exhibit, said: Said, by: Actor) -> CustodyEvent:
    actions.sample(exhibit=exhibit, said=said, by=by)
    return exhibit.events.order_by("-sequence")[0]


def _corrected(exhibit: Exhibit, said: Said, by: Actor) -> CustodyEvent:
    event = event_named(exhibit, str(said.get("answers") or ""))
    return actions.correct(exhibit=exhibit, event=event, said=said, by=by)


def _packed(exhibit: Exhibit, said: Said, by: Actor) -> CustodyEvent:
    return actions.pack(box=_box(said, by), exhibits=[exhibit], by=by)[0]


def _box(said: Said, by: Actor) -> Exhibit:
    found, _unknown = exhibits_named(by, [str(said.get("to") or said.get("box") or "")])
    if not found:
        raise BadInput("to", _("Say into which box."))
    return found[0]


def _disposed(exhibit: Exhibit, said: Said, by: Actor) -> CustodyEvent:
    """An order, its method, the count at the gate and the act, for one exhibit, all or nothing."""
    with transaction.atomic():
        disposal = actions.order_disposal(exhibits=[exhibit], said=said, by=by)
        if disposal.way == "destroy":
            material = said.get("material") or exhibit.material or "mixed"
            actions.choose_method(disposal=disposal, said={**said, "material": material}, by=by)
        actions.fix_methods(disposal=disposal, by=by)
        count = {"count": said.get("quantity", ""), "difference": said.get("difference", "")}
        actions.count_at_gate(disposal=disposal, said=count, by=by)
        actions.carry_out(disposal=disposal, said=said, by=by)
    return exhibit.events.filter(kind="dispose").order_by("-sequence")[0]


EVENTS: dict[str, Callable[[Exhibit, Said, Actor], CustodyEvent]] = {
    "seal": lambda exhibit, said, by: actions.seal(exhibit=exhibit, said=said, by=by),
    "unseal": lambda exhibit, said, by: actions.unseal(exhibit=exhibit, said=said, by=by),
    "hand_over": lambda exhibit, said, by: actions.hand_over(exhibits=[exhibit], said=said, by=by)[0],
    "move": lambda exhibit, said, by: actions.move(exhibits=[exhibit], said=said, by=by)[0],
    "test": lambda exhibit, said, by: actions.write_test(exhibit=exhibit, said=said, by=by),
    "measure": lambda exhibit, said, by: actions.measure(exhibit=exhibit, said=said, by=by),
    "sample": _sampled,
    "correct": _corrected,
    "box": _packed,
    "unbox": lambda exhibit, said, by: actions.unpack(exhibit=exhibit, note=str(said.get("note") or ""), by=by),
    "hold": lambda exhibit, said, by: actions.put_under_hold(
        exhibit=exhibit, reason=str(said.get("note") or ""), by=by
    ),
    "release": lambda exhibit, said, by: actions.lift_hold(exhibit=exhibit, reason=str(said.get("note") or ""), by=by),
    "dispose": _disposed,
    "decide": lambda exhibit, said, by: actions.decide(exhibit=exhibit, said=said, by=by),
    "acquire": lambda exhibit, said, by: acquire(exhibit=exhibit, said=said, by=by).event,
    "asset": lambda exhibit, said, by: actions.value(exhibit=exhibit, said=said, by=by),
}
"""Kind of event: the deed."""


def do_event(exhibit: Exhibit, kind: str, said: Said, by: Actor) -> CustodyEvent:
    """Does what an event of this kind is. Raises `BadInput` for a kind that is none, else as the deed."""
    deed = EVENTS.get(kind)
    if deed is None:
        names = ", ".join(sorted(EVENTS))
        raise BadInput(
            "kind", _("There is no event «%(name)s». There are: %(names)s.") % {"name": kind[:40], "names": names}
        )
    return deed(exhibit, said, by)


def _taken(exhibit: Exhibit, event: CustodyEvent, said: Said, by: Actor) -> CustodyEvent:
    made = actions.take(event=event, said=said, by=by)
    return next(one for one in made if one.exhibit_id == exhibit.pk)


def _witnessed(exhibit: Exhibit, event: CustodyEvent, _said: Said, by: Actor) -> CustodyEvent:
    disposal = disposal_named(by, str(event.detail.get("disposal", "")))
    actions.witness_disposal(disposal=disposal, by=by)
    return exhibit.events.filter(kind="witness").order_by("-sequence")[0]


CONFIRMED: dict[str, Callable[[Exhibit, CustodyEvent, Said, Actor], CustodyEvent]] = {
    "hand_over": _taken,
    "dispose": _witnessed,
}
"""Kind of event: what somebody else's word on it is."""


DECLINED: dict[str, Callable[[Exhibit, CustodyEvent, str, Actor], CustodyEvent]] = {
    "hand_over": lambda _exhibit, event, reason, by: actions.decline(event=event, reason=reason, by=by),
    "dispose": lambda exhibit, event, reason, by: _undone(exhibit, event, reason, by),
}
"""Kind of event: what ends it where nobody gives that word."""


def _undone(exhibit: Exhibit, event: CustodyEvent, reason: str, by: Actor) -> CustodyEvent:
    disposal = disposal_named(by, str(event.detail.get("disposal", "")))
    actions.undo_disposal(disposal=disposal, reason=reason, by=by)
    return exhibit.events.filter(kind="correct").order_by("-sequence")[0]


def decline(exhibit: Exhibit, event: CustodyEvent, reason: str, by: Actor) -> CustodyEvent:
    """Ends an event that waits for another hand's word. Raises `BadInput` where it waits for none."""
    deed = DECLINED.get(event.kind)
    if deed is None:
        raise BadInput("event", _("This event waits for nobody's word."))
    return deed(exhibit, event, reason, by)


def confirm(exhibit: Exhibit, event: CustodyEvent, said: Said, by: Actor) -> CustodyEvent:
    """Another hand's word on an event that waits for one. Raises `BadInput` where it waits for none."""
    deed = CONFIRMED.get(event.kind)
    if deed is None:
        raise BadInput("event", _("This event waits for nobody's word."))
    return deed(exhibit, event, said, by)
