"""Pages of the live board: its figures and map, its tables as CSV, the situation report."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_day
from tidewaiter.foundation.tables import csv_answer
from tidewaiter.operations.actions.printing import print_situation, take_table
from tidewaiter.operations.board import board_of
from tidewaiter.operations.opened import opened
from tidewaiter.operations.queries import room_of


@require_GET
def board(request: HttpRequest, ref: str) -> HttpResponse:
    """The live board: figures, a map, countries and days, all drawn from the messages one sees."""
    room = room_of(actor_of(request), ref)
    return render(request, "operations/board.html", board_of(room, opened(room.operation), _day(request)))


def _day(request: HttpRequest) -> date | None:
    said = request.GET.get("day", "")
    return read_day(said) if said else None


@require_GET
def situation_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The situation report, as a PDF in the reader's language, or in the one of `?lang=`; with what is new of a day."""
    by = actor_of(request)
    room = room_of(by, ref)
    lang = request.GET.get("lang", "") or get_language() or "en"
    content = print_situation(room=room, lang=lang, day=_day(request), by=by)
    return attached(HttpResponse(content, content_type="application/pdf"), f"{ref}-situation.pdf")


@require_GET
def board_table(request: HttpRequest, ref: str, which: str) -> StreamingHttpResponse:
    """What the board shows, as CSV: the map, the countries, the goods; of all days, or of one."""
    by = actor_of(request)
    table = take_table(room=room_of(by, ref), which=which, day=_day(request), by=by)
    return csv_answer(f"{ref}-{which}", table.heads, table.rows)
