"""What a check says: a code, how grave it is, where, and the figures it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_noop

STOP, WARN, NOTE = "stop", "warn", "note"
"""Must be settled before submitting; to look at; for information."""

TITLES = {
    "date_in_future": gettext_noop("The date lies in the future"),
    "date_impossible": gettext_noop("The date is before customs kept such records"),
    "unit_not_allowed": gettext_noop("The unit does not fit the goods"),
    "place_mismatch": gettext_noop("The place does not fit"),
    "quantity_outlier": gettext_noop("An unusual quantity"),
    "duplicate_in_file": gettext_noop("The row stands twice in the file"),
    "personal_data": gettext_noop("It looks like personal data"),
}
SENTENCES = {
    "date_in_future": gettext_noop("%(date)s is after today, %(today)s."),
    "date_impossible": gettext_noop("%(date)s is before %(earliest)s."),
    "unit_not_allowed": gettext_noop("%(unit)s is not used for %(subtype)s. Use %(allowed)s."),
    "place_mismatch": gettext_noop("%(place)s %(why)s."),
    "quantity_outlier": gettext_noop(
        "%(quantity)s %(unit)s: of %(n)s lines of such goods the middle one holds %(median)s."
    ),
    "duplicate_in_file": gettext_noop("Row %(row)s repeats it exactly; it was kept once."),
    "personal_data": gettext_noop("%(what)s"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an automatic check noticed."""

    code: str
    severity: str
    path: str
    says: dict[str, str] = field(default_factory=dict)

    def title(self) -> str:
        """What it is, in the reader's language."""
        return gettext(TITLES.get(self.code, self.code))

    def sentence(self) -> str:
        """Where and why, in the reader's language."""
        words = gettext(SENTENCES.get(self.code, ""))
        says = {key: gettext(value) if key in ("why", "what") else value for key, value in self.says.items()}
        try:
            return words % says
        except KeyError:
            return words
