"""What leaves a room as paper or as a table: the situation report, the board. Each copy stands in the ledger."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.board_tables import Table, countries_table, goods_table, map_table
from tidewaiter.operations.events import held_with
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.situation import situation_html

TABLES = ("map", "countries", "goods")


def print_situation(*, room: Room, lang: str, by: Actor, day: date | None = None) -> bytes:
    """The situation report as PDF, of all days or with one beside them. Raises `BadInput` where the machine cannot
    print.
    """
    html = situation_html(room, lang, day)
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        record(by=by, deed="operations.printed", ref=room.ref, detail={"lang": lang[:8]})
    return pdf_of(html)[0]


def take_table(*, room: Room, which: str, by: Actor, day: date | None = None) -> Table:
    """A table of the board, of the messages that the member sees, of all days or of one. Raises `Missing` for one that
    there is not.
    """
    if which not in TABLES:
        raise Missing("no_table", _("There is no such table."))
    every = visible(opened(room.operation), room.member)
    messages = [one for one in every if day is None or one.at.date() == day]
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        record(by=by, deed="operations.table_taken", ref=room.ref, detail={"table": which})
    lang = get_language() or "en"
    if which == "map":
        return map_table(messages, lang)
    if which == "goods":
        return goods_table(messages, lang)
    numbers = {one.number for one in messages}
    owed = [one for one in room.operation.owed.all() if one.number in numbers]
    return countries_table(room.operation, messages, owed, day, every)
