"""What may be written in a room: its templates and their fields."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.definitions import BESIDE, in_language
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.writing import templates_in_use


class Command(RoomCommand):
    """`message_templates REF --by U [--lang LL]`."""

    help = "the templates of a room and the fields of each"

    def add_arguments(self, parser: CommandParser) -> None:
        """In which language."""
        super().add_arguments(parser)
        parser.add_argument("--lang", default="en")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"code", "label", "fields", "example"}]`."""
        room, _by = self.room(options)
        key = key_of(room.ref, room.operation.key_print)
        return [
            {
                "code": one.code,
                "label": one.named(options["lang"]),
                "fields": {
                    field.name: in_language(field.label, options["lang"]) + (" *" if field.needed == "always" else "")
                    for field in one.fields
                }
                | dict.fromkeys(BESIDE, "")
                | ({"form": "*", "date": "*", "country": "*", "lines": "*"} if one.record else {}),
                "example": {field.name: field.example for field in one.fields if field.example},
            }
            for one in templates_in_use(key, room.operation)
        ]
