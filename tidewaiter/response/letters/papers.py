"""The filled form of a preservation as PDF, in the language of the other side."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.people.called import office_called, person_called
from tidewaiter.response.letters.bases import bases
from tidewaiter.response.models import Preservation
from tidewaiter.response.words import FORMS


def html_of(one: Preservation, language: str, form: str = "") -> str:
    """The form as HTML: the parts of its kind, in the reader's language; what a person wrote stays as written."""
    with translation.override(language):
        shown = {
            "one": one,
            "form": form or one.form,
            "title": str(FORMS[form or one.form]),
            "basis": bases()[one.basis],
            "asking": office_called(one.administration),
            "by": person_called(one.made_by),
            "lang": language,
        }
        return render_to_string("response/preservation_print.html", shown)


def paper_of(one: Preservation, language: str, form: str = "") -> bytes:
    """The same as PDF. Raises `BadInput` where the machine cannot print."""
    return pdf_of(html_of(one, language, form))[0]
