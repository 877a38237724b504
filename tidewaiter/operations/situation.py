"""The situation report of a room: figures by country and goods, in one of the languages, without names."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.board import board_of
from tidewaiter.operations.opened import opened
from tidewaiter.operations.queries import Room


def situation_html(room: Room, lang: str) -> str:
    """The report as HTML, in a language of the node. Raises `BadInput` for one that is none."""
    known = {code.split("-")[0]: code for code, _name in settings.LANGUAGES}
    code = known.get(lang.lower().split("-")[0])
    if code is None:
        raise BadInput("lang", _("«%(lang)s» is no language of this node.") % {"lang": lang[:20]})
    with translation.override(code):
        shown = board_of(room, opened(room.operation), None)
        return render_to_string(
            "operations/situation_print.html", shown | {"lang": code, "rtl": translation.get_language_bidi()}
        )
