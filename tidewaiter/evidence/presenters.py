"""What pages and programs show of an exhibit and its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.evidence.models import CustodyEvent, Exhibit, Party, Store
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.people.called import person_called

WAITS = ("hand_over",)


def hands_called(hands: Sequence[str]) -> dict[str, str]:
    """What the givers and takers of events are called: accounts, stores, people of the annex by their organisation and
    number alone. One look at each table, however many there are.
    """
    stores = {one.removeprefix("store:") for one in hands if one.startswith("store:")}
    parties = {one for one in hands if one.startswith("PA-")}
    called = {f"store:{one.ref}": f"{one.name} ({one.code})" for one in Store.objects.filter(pk__in=stores)}
    for party in Party.objects.filter(pk__in=parties):
        called[party.ref] = party.organisation or _("person without an account")
    return called | {one: person_called(one) for one in hands if one and one not in called}


def with_holders(exhibits: Sequence[Exhibit]) -> list[tuple[Exhibit, str]]:
    """Exhibits, each with who has it, as people say it; one look at each table."""
    called = hands_called(sorted({one.holder for one in exhibits if one.holder_kind != "store" and one.holder}))
    return [
        (one, one.store.name if one.holder_kind == "store" and one.store else called.get(one.holder, one.holder))
        for one in exhibits
    ]


def holder_name(exhibit: Exhibit) -> str:
    """Who has it, as people say it."""
    [(_one, name)] = with_holders([exhibit])
    return name


def row_out(exhibit: Exhibit) -> dict[str, Any]:
    """An exhibit as programs list it; its store and box were fetched with it."""
    names = (
        *("ref", "reference", "kind", "state", "case", "case_reference", "description", "place", "unit", "seal"),
        *("shelf", "handling", "restricted", "hold", "awaits"),
    )
    return {name: getattr(exhibit, name) for name in names} | {
        "quantity": decimal_text(exhibit.quantity),
        "holder": {
            "kind": exhibit.holder_kind,
            "name": exhibit.store.code if exhibit.holder_kind == "store" and exhibit.store else exhibit.holder,
            "since": exhibit.since,
            "purpose": exhibit.purpose,
            "due_at": exhibit.due_at,
        },
        "store": exhibit.store.code if exhibit.store else "",
        "box": exhibit.box.reference if exhibit.box else "",
    }


def exhibit_out(exhibit: Exhibit) -> dict[str, Any]:
    """An exhibit whole."""
    names = (
        *("material", "instrument", "currency", "asset_state", "dangerous", "coldest", "warmest", "found_at"),
        *("found_by", "head"),
    )
    return (
        row_out(exhibit)
        | {name: getattr(exhibit, name) for name in names}
        | {
            "uncertainty": decimal_text(exhibit.uncertainty),
            "value": decimal_text(exhibit.value),
            "decide_by": exhibit.decide_by.isoformat() if exhibit.decide_by else "",
            "parent": exhibit.parent.reference if exhibit.parent else "",
            "parts": list(exhibit.parts.order_by("pk").values_list("reference", flat=True)),
            "inside": list(exhibit.inside.order_by("pk").values_list("reference", flat=True)),
            "events": exhibit.events_count,
        }
    )


def taken_refs(events: Sequence[CustodyEvent]) -> set[str]:
    """Of some events in their order: the hand-overs that were taken."""
    return {one.answers_id for one in events if one.kind == "take" and one.answers_id}


def event_out(event: CustodyEvent, taken: set[str]) -> dict[str, Any]:
    """An event as programs get it. A hand-over stands when its taker has confirmed it."""
    names = (
        *("ref", "sequence", "kind", "at", "recorded_at", "by", "giver", "taker", "place", "purpose", "authority"),
        *("condition", "seal_before", "seal_after", "seal_whole", "note", "detail", "files", "batch", "previous"),
        "digest",
    )
    return {name: getattr(event, name) for name in names} | {
        "answers": event.answers_id or "",
        "stands": event.kind not in WAITS or event.ref in taken,
    }
