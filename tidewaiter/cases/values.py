"""Values of a record as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.columns import Column, as_text
from tidewaiter.foundation.isolation import is_complete, spoken

_YES = {
    "en": "yes",
    "fr": "oui",
    "es": "sí",
    "pt": "sim",
    "ru": "да",
    "ar": "نعم",
    "zh": "是",
    "sw": "ndiyo",
    "id": "ya",
}
_NO = {
    "en": "no",
    "fr": "non",
    "es": "no",
    "pt": "não",
    "ru": "нет",
    "ar": "لا",
    "zh": "否",
    "sw": "hapana",
    "id": "tidak",
}


def yes_or_no(value: bool, lang: str) -> str:
    """The answer to a question, as a word."""
    return spoken(_YES if value else _NO, lang)


def state_in_words(state: str, words: Mapping[str, Promise]) -> str:
    """The word for a state: of the pages where they are in the reader's language, else of the list of states."""
    lang = get_language() or "en"
    view = None if is_complete(lang) else code_view("state", state)
    return view.spoken(lang) if view else str(words.get(state, state))


def value_in_words(column: Column | None, value: Any, lang: str) -> str:
    """A value of the record in words; one that no column describes, as a cell holds it."""
    if value in (None, "", []):
        return ""
    if column is None:
        return as_text(value)
    if column.type == "boolean":
        return yes_or_no(bool(value), lang)
    list_name = "unlocode" if column.type == "place" else column.list
    if column.type in ("code", "codes", "place"):
        codes = value if isinstance(value, list) else [value]
        views = [code_view(list_name, str(code)) for code in codes]
        return ", ".join(view.spoken(lang) if view else str(code) for view, code in zip(views, codes, strict=True))
    return as_text(value)
