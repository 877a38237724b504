"""Files to take away: the one place that writes their names into headers."""

from __future__ import annotations

import unicodedata

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_LONGEST = 150
_NOT_IN_NAMES = set('/\\:*?"<>|;')


def attached[Answer: HttpResponseBase](answer: Answer, name: str) -> Answer:
    """The answer, to be kept as a file of that name; control signs, signs that turn the
    direction of writing, and paths are taken out.
    """
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=clean_name(name))
    return answer


def clean_name(name: str) -> str:
    """A name that every system takes for a name: `report.csv` of `../re\\nport.csv`."""
    plain = "".join(sign for sign in name if sign not in _NOT_IN_NAMES and unicodedata.category(sign)[0] != "C")
    return plain.strip(" .")[-_LONGEST:] or "file"
