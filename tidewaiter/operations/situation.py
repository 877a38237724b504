"""The situation report of a room: figures by country and goods, in one of the languages, without names."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.board import board_of
from tidewaiter.operations.board_tables import things_of
from tidewaiter.operations.opened import opened, visible
from tidewaiter.operations.queries import Room

MOST_LISTED = 60


def situation_html(room: Room, lang: str, day: date | None = None) -> str:
    """The report as HTML, in a language of the node: of everything so far, and beside it what is new of one `day`.
    Raises `BadInput` for a language that is none.
    """
    known = {code.split("-")[0]: code for code, _name in settings.LANGUAGES}
    code = known.get(lang.lower().split("-")[0])
    if code is None:
        raise BadInput("lang", _("«%(lang)s» is no language of this node.") % {"lang": lang[:20]})
    with translation.override(code):
        held = opened(room.operation)
        shown = board_of(room, held, None)
        shown |= {"lang": code, "rtl": translation.get_language_bidi(), "of_day": day}
        if day is not None:
            shown["new"] = board_of(room, held, day)["figures"]
        happened = [one for one in visible(held, room.member) if day is None or one.at.date() == day]
        listed = [one for one in things_of(happened, code) if one.told.template.code != "warning"]
        shown |= {"listed": listed[:MOST_LISTED], "not_listed": max(0, len(listed) - MOST_LISTED)}
        return render_to_string("operations/situation_print.html", shown)
