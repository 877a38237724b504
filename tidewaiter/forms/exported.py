"""A form as data for a reader that is not Python: its columns with words of one language, its units, its headings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from tidewaiter.forms import types
from tidewaiter.forms.engine import Form
from tidewaiter.forms.labels import label_in
from tidewaiter.forms.problems import SENTENCES
from tidewaiter.forms.queries import common
from tidewaiter.foundation.readings.exported import as_javascript


def definitions() -> dict[str, Any]:
    """What the value types know: words for yes, no and none; the sentences of what can be wrong, in this language."""
    return {
        "patterns": {"control": as_javascript(types._control), "cut_short": as_javascript(types._cut_short)},
        "no_reference": sorted(types._NO_REFERENCE),
        "yes": sorted(types._YES),
        "no": sorted(types._NO),
        "sentences": {code: gettext(words) for code, words in SENTENCES.items()},
    }


def form_document(form: Form, lang: str) -> dict[str, Any]:
    """One version of a form."""
    definition = form.definition
    return {
        "code": form.code,
        "version": form.version,
        "title": form.title(lang),
        "subtypes": definition.list_of_subtypes,
        "units": {
            "allowed": definition.units.allowed,
            "by_subtype": definition.units.by_subtype,
            "value_suffices": definition.units.value_suffices,
        },
        "hs": definition.hs,
        "columns": [
            {
                "path": column.path,
                "per_cent": column.per_cent,
                "type": column.type,
                "list": column.list,
                "label": column.title(lang),
                "help": column.hint(lang),
                "needed": column.needed,
                "block": column.block,
                "simple": column.simple,
                "largest": column.largest,
                "subtypes": column.subtypes,
                "scope": column.scope,
                "open": column.open,
                "when": column.when,
            }
            for column in form.columns
        ],
        "blocks": {name: label_in(words, lang) for name, words in common().blocks.items()},
    }


def lists_of(forms: list[Form]) -> set[str]:
    """The lists that columns of these forms take their codes from."""
    return {column.list for form in forms for column in form.columns if column.list}
