"""What a check says: a code, how grave it is, where, and the figures it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from django.utils.translation import gettext, gettext_noop

STOP, WARN, NOTE = "stop", "warn", "note"
"""Must be settled before submitting; to look at; for information."""
DUPLICATE_PROBABLE = "duplicate_probable"
"""What is found of two cases together, and told those alone who see both."""


@dataclass(frozen=True, slots=True)
class Words:
    """What people read of a finding: its title, a sentence with the figures, and why it is looked for."""

    title: str
    sentence: str
    why: str
    bare: str = ""
    """The sentence where a reader is not told the figures."""


WORDS = {
    "date_in_future": Words(
        gettext_noop("The date lies in the future"),
        gettext_noop("%(date)s is after today, %(today)s."),
        gettext_noop("Often day and month were exchanged, or the year was not changed after New Year."),
    ),
    "date_impossible": Words(
        gettext_noop("The date is before customs kept such records"),
        gettext_noop("%(date)s is before %(earliest)s."),
        gettext_noop("Dates that spreadsheets make of nothing lie in 1899, 1900 or 1904."),
    ),
    "unit_not_allowed": Words(
        gettext_noop("The unit does not fit the goods"),
        gettext_noop("%(unit)s is not used for %(subtype)s. Use %(allowed)s."),
        gettext_noop("Only like units are added up; a wrong unit would not be counted at all."),
    ),
    "quantity_outlier": Words(
        gettext_noop("An unusual quantity"),
        gettext_noop(
            "%(quantity)s %(unit)s: of %(n)s lines of such goods the middle one holds %(median)s. %(whose)s %(slip)s"
        ),
        gettext_noop(
            "Compared with the same goods in the same unit, by median and spread of the logarithm (robust z-score"
            " above 5)."
        ),
        gettext_noop("%(quantity)s %(unit)s. %(whose)s %(slip)s"),
    ),
    "value_outlier": Words(
        gettext_noop("An unusual value for the quantity"),
        gettext_noop(
            "%(price)s %(currency)s each %(unit)s: of %(n)s lines of such goods the middle one is %(median)s. %(whose)s"
        ),
        gettext_noop(
            "Value divided by quantity, compared with the same goods in the same unit and currency (robust z-score"
            " above 5)."
        ),
        gettext_noop("%(price)s %(currency)s each %(unit)s. %(whose)s"),
    ),
    "hs_mismatch": Words(
        gettext_noop("The HS code does not fit the goods"),
        gettext_noop("%(hs)s is not among the headings of this commodity: %(headings)s."),
        gettext_noop(
            "The definition of the commodity names the headings that fit; a cover load has a field of its own."
        ),
    ),
    "place_mismatch": Words(
        gettext_noop("The place does not fit"),
        gettext_noop("%(place)s %(why)s."),
        gettext_noop("UN/LOCODE says in which country a place lies and whether it has a port, an airport, a railway."),
    ),
    "route_conflict": Words(
        gettext_noop("The route does not make sense"),
        gettext_noop("%(what)s"),
        gettext_noop("A route leads from one place to another, through the country of the seizure, forward in time."),
    ),
    "carrier_mode": Words(
        gettext_noop("Carrier and mode of transport do not agree"),
        gettext_noop("%(what)s"),
        gettext_noop("An airline carries by air alone, an IMO number belongs to a ship."),
    ),
    "check_digit": Words(
        gettext_noop("The check digit is wrong"),
        gettext_noop("%(number)s is no valid %(kind)s: a digit was mistyped or left out."),
        gettext_noop(
            "Containers (ISO 6346), ships (IMO), air waybills, bar codes (GTIN) and CAS numbers check themselves."
        ),
    ),
    "not_in_list": Words(
        gettext_noop("Not in the list"),
        gettext_noop("«%(said)s» is kept as it was written; the list has no such entry."),
        gettext_noop("Only what the list knows is counted together with others. A list can be extended by a steward."),
    ),
    "duplicate_in_file": Words(
        gettext_noop("The row stands twice in the file"),
        gettext_noop("Row %(row)s repeats it exactly; it was kept once."),
        gettext_noop("A source without references cannot tell two equal seizures from one that is written twice."),
    ),
    DUPLICATE_PROBABLE: Words(
        gettext_noop("Probably the same seizure"),
        gettext_noop(
            "%(other)s has the same goods at the same place, a day apart at most, quantities within two per cent."
        ),
        gettext_noop("One seizure is often reported by two offices, or again in a later file under another reference."),
    ),
    "personal_data": Words(
        gettext_noop("It looks like personal data"),
        gettext_noop("%(what)s"),
        gettext_noop(
            "Names, documents, telephones, addresses and accounts are looked for by rule and by lists of names. It is a"
            " net with meshes."
        ),
    ),
}
_SAID_IN_WORDS = ("why", "what", "slip", "kind", "whose")
"""Figures that are words of ours, to be said in the reader's language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an automatic check noticed."""

    code: str
    severity: str
    path: str
    says: dict[str, str] = field(default_factory=dict)

    def says_text(self) -> str:
        """The figures as JSON."""
        return msgspec.json.encode(self.says).decode()

    def title(self) -> str:
        """What it is, in the reader's language."""
        return title_of(self.code)

    def sentence(self) -> str:
        """Where and why, in the reader's language."""
        if self.code not in WORDS:
            return ""
        says = {key: gettext(value) if key in _SAID_IN_WORDS and value else value for key, value in self.says.items()}
        try:
            words = WORDS[self.code]
            said = gettext(words.bare if words.bare and "n" not in says else words.sentence)
            return " ".join((said % {"slip": "", "whose": "", **says}).split())
        except KeyError:
            return title_of(self.code)

    def why(self) -> str:
        """Why it is looked for, in the reader's language."""
        return gettext(WORDS[self.code].why) if self.code in WORDS else ""


def title_of(code: str) -> str:
    """The title of a finding's code, in the reader's language."""
    return gettext(WORDS[code].title) if code in WORDS else code
