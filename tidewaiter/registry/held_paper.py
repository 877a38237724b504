"""The answer to a person who asks what is held on them, on paper: what may be told, and that something is withheld."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.registry.actions.held_on import HeldOn
from tidewaiter.registry.vocabulary import COUNTRIES, KIND_WORDS, WORDS


def shown_of(found: HeldOn) -> dict[str, Any]:
    """What page and paper show of an answer."""
    statements = [one for record in found.records for one in record["statements"]]
    withheld = [one for one in statements if one["withheld"]]
    return {
        "found": found,
        "statements": len(statements),
        "withheld": len(withheld),
        "told": len(statements) - len(withheld),
        "read_times": sum(one.number for one in found.reads),
        "words": WORDS,
        "countries": COUNTRIES,
        "kind_words": KIND_WORDS,
    }


def html_of(found: HeldOn, by: Actor, purpose: str) -> str:
    """The paper as HTML, in the language of who answers. Values that are withheld are not on it, but that they are."""
    shown = shown_of(found) | {
        "by": by.username,
        "administration": by.administration_code,
        "purpose": purpose,
        "made": now(),
        "lang": get_language() or "en",
    }
    return render_to_string("registry/held_print.html", shown)


def paper_of(found: HeldOn, by: Actor, purpose: str) -> bytes:
    """The same as PDF. Raises `BadInput` where the machine cannot print."""
    return pdf_of(html_of(found, by, purpose))[0]
