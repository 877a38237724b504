"""Currencies as people write them: ISO 4217, names and plurals of CLDR, everyday signs. «$», «peso» are several."""

from __future__ import annotations

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.readings.reading import Reading


def read_currency(text: str) -> Reading[str]:
    """The code of ISO 4217 that a text is or names; several for a word that several
    countries use. `why` is `unknown_code`.
    """
    said = text.strip()[:200]
    answer = list_view("currency").resolve(said)
    if answer.code is not None:
        return Reading(answer.code)
    if answer.several:
        return Reading(several=tuple(code for code, _ in answer.proposals))
    return Reading(why="unknown_code")
