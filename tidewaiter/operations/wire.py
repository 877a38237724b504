"""Operations on the wire: a seizure message that its owner hands over becomes a case at the owner's own node.

Names of its annex go where the agreement lets names go, and are looked for there: the people of that node hear that
they are known, the room does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.wire_kinds import Held, Leaving, Terms, WireKind
from tidewaiter.ledger.models import Entry
from tidewaiter.operations import states
from tidewaiter.operations.actions.coming_home import OF_PERSON, come_home
from tidewaiter.operations.actions.handing_over import called
from tidewaiter.operations.content import MOST_NAMED
from tidewaiter.operations.models import Message
from tidewaiter.operations.opened import opened
from tidewaiter.operations.recordable import HANDED_OVER

_SAID = ("operation", "number", "title", "at", "record", "annex")


def leaving_message(ref: str, terms: Terms) -> Leaving | None:
    """A message that was handed over, for the node of its administration alone; nothing once its room is sealed."""
    operation, _bar, number = ref.rpartition("-")
    held = Message.objects.filter(operation=operation, number=number, case_ref=ref).select_related("operation").first()
    if held is None or held.operation.phase not in states.OPEN:
        return None
    told = opened(held.operation).messages.get(held.number)
    given = Entry.objects.filter(deed="operations.handed_over", ref=operation, version=number).order_by("-seq").first()
    if told is None or given is None or "record" not in told.content.data:
        return None
    body: dict[str, Any] = {
        "operation": operation,
        "number": told.number,
        "title": held.operation.title,
        "at": told.at.isoformat(),
        "record": dict(told.content.data["record"]),
    }
    kept: list[Held] = []
    if told.content.annex:
        if terms.nominal and read_json(given.detail or "{}").get("names"):
            body["annex"] = [dict(one) for one in told.content.annex]
        else:
            kept.append(Held("annex", "nominal"))
    version = 1 + len(told.history)
    return Leaving(
        ref=ref,
        version=version,
        body=body,
        called=f"{held.operation.title} #{told.number}",
        held=tuple(kept),
        home=told.administration,
    )


def over_message(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """What a message does not say, and the names that were not agreed."""
    return sorted({*(set(body) - set(_SAID)), *(("annex",) if "annex" in body and not terms.nominal else ())})


_TEXT = {"type": "string"}
KINDS = (
    WireKind(
        name=HANDED_OVER,
        word=p("kind on the wire", "message of an operation"),
        follows=("operations.handed_over",),
        thing=called,
        leaving=leaving_message,
        take=lambda came: come_home(came=came),
        over=over_message,
        titles={
            "operation": gettext_lazy("Operation"),
            "number": gettext_lazy("Number"),
            "title": gettext_lazy("Title"),
            "at": gettext_lazy("At"),
            "record": gettext_lazy("Seizure"),
            "annex": gettext_lazy("Persons"),
        },
        schema={
            "type": "object",
            "required": ["operation", "number", "record"],
            "additionalProperties": False,
            "properties": {
                "operation": {"type": "string", "maxLength": 60},
                "number": {"type": "integer", "minimum": 1},
                "title": _TEXT,
                "at": _TEXT,
                "record": {"type": "object"},
                "annex": {
                    "type": "array",
                    "maxItems": MOST_NAMED,
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "additionalProperties": False,
                        "properties": dict.fromkeys(OF_PERSON, _TEXT),
                    },
                },
            },
        },
    ),
)
"""What of operations goes to other nodes."""
