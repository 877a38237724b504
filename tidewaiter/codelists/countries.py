"""Countries as other organisations' tables write them: ISO alpha-2 and alpha-3, UN M49, UN Comtrade's own numbers,
WITS's and Comext's letters, names of the UN, the World Bank and CLDR, former names, usual abbreviations.

`Countries().read(text)` gives the alpha-2 code, `""` for an area that is not one country, None for what is not known
or names several; `Countries().reading(text)` says which several.
"""

from __future__ import annotations

from tidewaiter.codelists.country_codes import NES, NOWHERE, WORLD, digits_of
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.readings.reading import Reading

MOST_KNOWN, LONGEST_KNOWN = 50_000, 200
"""Texts that are remembered, and signs of one that is."""


class Countries:
    """Reads countries; what was read once is not read again."""

    def __init__(self) -> None:
        self._view = list_view("country")
        self._known: dict[str, Reading[str]] = {}

    def read(self, text: str) -> str | None:
        """The ISO alpha-2 code, `""` for an area that is not one country, or None for what is not known, or several.

        «World» and its like are `WORLD`: ask `is_world` first.
        """
        return self.reading(text).value

    def reading(self, text: str) -> Reading[str]:
        """The same as a reading: several codes where the text names several countries («Congo»); `why` is
        `unknown_code`, `several_countries` where it lists several, or `doubted` («Mexico?»).
        """
        said = text.strip()
        found = self._known.get(said)
        if found is None:
            found = self._read(said)
            if len(self._known) < MOST_KNOWN and len(said) <= LONGEST_KNOWN:
                self._known[said] = found
        return found

    def _read(self, said: str) -> Reading[str]:
        upper = said.upper()
        code = self._view.by_upper.get(digits_of(said) or upper)
        if code is not None:
            return Reading(code)
        if not said or upper in NOWHERE or digits_of(said) in NOWHERE:
            return Reading("")
        answer = self._view.resolve(said[:LONGEST_KNOWN])
        if answer.code is not None:
            return Reading(answer.code)
        if answer.doubted:
            return Reading(why="doubted", several=tuple(code for code, _ in answer.proposals) if answer.several else ())
        if NES.search(said.lower()):
            return Reading("")
        if answer.several:
            why = "several_countries" if answer.listed else ""
            return Reading(several=tuple(code for code, _ in answer.proposals), why=why)
        return Reading(why="unknown_code")


def is_world(text: str) -> bool:
    """Whether a partner is «World»: the sum of all partners."""
    said = text.strip().upper()
    return said in WORLD or digits_of(said) in WORLD
