"""Values of a record as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.columns import Column, as_text


def value_in_words(column: Column | None, value: Any, lang: str) -> str:
    """A value of the record in words; one that no column describes, as a cell holds it."""
    if value in (None, "", []):
        return ""
    if column is None:
        return as_text(value)
    if column.type == "boolean":
        return _("yes") if value else _("no")
    list_name = "unlocode" if column.type == "place" else column.list
    if column.type in ("code", "codes", "place"):
        codes = value if isinstance(value, list) else [value]
        views = [code_view(list_name, str(code)) for code in codes]
        return ", ".join(view.label(lang) if view else str(code) for view, code in zip(views, codes, strict=True))
    return as_text(value)
