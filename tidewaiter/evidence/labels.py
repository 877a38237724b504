"""Labels: a QR code that holds the exhibit's number and nothing else, for any printer."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.evidence.models import Exhibit
from tidewaiter.foundation.refusals import BadInput

MOST = 400


def code_drawn(reference: str) -> SafeString:
    """The QR code of a number, as a drawing for a page: medium error correction, four modules of quiet around it."""
    code = segno.make(reference, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qrc", lineclass=None, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308  # drawn by segno of a number that the node made itself


def labels_of(exhibits: Sequence[Exhibit]) -> list[tuple[Exhibit, SafeString]]:
    """Exhibits with their codes. Raises `BadInput` for more than are printed at once."""
    if len(exhibits) > MOST:
        raise BadInput("labels", _("At most %(n)s labels are printed at once.") % {"n": MOST})
    return [(one, code_drawn(one.reference)) for one in exhibits]


def sheet_of(exhibits: Sequence[Exhibit]) -> bytes:
    """The labels on paper, several on a page. Raises `BadInput` where the machine cannot print."""
    shown = {"labels": labels_of(exhibits), "lang": get_language() or "en"}
    return pdf_of(render_to_string("evidence/labels_print.html", shown))[0]
