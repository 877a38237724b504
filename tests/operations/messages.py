"""Messages as a room's members write them."""

from __future__ import annotations

from typing import Any

from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.models import Message

WARNING = {
    "goods": "Machine parts",
    "from_place": "JOAQJ",
    "to_place": "KEMBA",
    "eta": "2026-11-27",
    "indicators": ["new_consignee", "weight_differs"],
    "asked": ["hold", "scan"],
    "consignee": "Yusuf Kassarani",
    "text": "الختم معاد التثبيت",
    "lang": "ar",
}
SEIZURE = {
    "form": "DRG",
    "country": "ES",
    "date": "2026-11-26",
    "place": "ESALG",
    "subtype": "cocaine",
    "quantity": "318",
    "unit": "KGM",
    "arrests": 1,
    "annex": [{"name": "Diego Markov", "role": "courier"}],
}


def send_as(room: Any, person: Any, template: str, data: dict[str, Any], **more: Any) -> Message:
    """A message that somebody sends in their room."""
    return send(room=room(person), said=Written(template=template, data=data, **more), by=person)
