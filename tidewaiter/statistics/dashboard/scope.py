"""Which part of the figures: a period, what it is held against, and any narrowing, as the address of a page says it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import PUBLIC_RULE, validated_rule
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.parameters import read_month
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.rules import Is
from tidewaiter.foundation.sql import TRUE, Where, composed, joined, names
from tidewaiter.statistics.queries import MEASURES, WHERE, one_of

NOT_REPORTED = "-"
"""As addresses say that a value is not reported."""
_month = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_number(month: str) -> int:
    """Months since year 0 of «2025-03». Raises `BadInput`."""
    found = _month.fullmatch(month)
    if found is None:
        raise BadInput("month", _("«%(text)s» is not a month. Write 2026-03.") % {"text": month[:40]})
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(number: int) -> str:
    """«2025-03» of a number of months."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass(frozen=True)
class Scope:
    """A period of whole months, both ends in it, and conditions; several values of one field mean either."""

    since: str
    until: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    measure: str = "cases"

    @property
    def months(self) -> list[str]:
        """Every month of the period."""
        return [month_text(n) for n in range(month_number(self.since), month_number(self.until) + 1)]

    @property
    def before(self) -> Scope:
        """The same months a year earlier; of a period of more than a year, as many months before it."""
        length = month_number(self.until) - month_number(self.since) + 1
        back = 12 if length <= 12 else length
        since, until = (month_text(month_number(one) - back) for one in (self.since, self.until))
        return replace(self, since=since, until=until)

    @property
    def years(self) -> range:
        """The years of the period and of the one before."""
        return range(int(self.before.since[:4]), int(self.until[:4]) + 1)

    def condition(self) -> Where:
        """The period in SQL over the store; of dates known to the year alone, those whose year lies within."""
        if self.since.endswith("-01") and self.until.endswith("-12"):
            return Where("(year BETWEEN ? AND ?)", (int(self.since[:4]), int(self.until[:4])))
        return Where("(month IS NOT NULL AND month BETWEEN ? AND ?)", (self.since, self.until))

    def narrowing(self) -> Where:
        """The conditions in SQL over the store."""
        found = TRUE
        for name, wanted in self.where.items():
            said = [one for one in wanted if one != NOT_REPORTED]
            either = [one_of(name, said)] if said else []
            if NOT_REPORTED in wanted:
                either.append(composed("{name} IS NULL", name=names(name)))
            found &= composed("({either})", either=joined(" OR ", either))
        return found

    def query(self, **changes: str) -> str:
        """The scope as an address says it, with changes; an empty value leaves a name out."""
        made = QueryDict(mutable=True)
        for name, value in ({"since": self.since, "until": self.until, "measure": self.measure} | changes).items():
            if value and name not in self.where:
                made[name] = value
        for name, values in self.where.items():
            if name not in changes:
                made.setlist(name, list(values))
            elif changes[name]:
                made[name] = changes[name]
        return made.urlencode()


def read_scope(query: QueryDict, since: str, until: str) -> Scope:
    """The scope of an address; `since` and `until` where it says none. Raises `BadInput` for a month that is none."""
    first, last = query.get("since") or since, query.get("until") or until
    for month in (first, last):
        read_month(month)
    if month_number(first) > month_number(last):
        first, last = last, first
    if month_number(last) - month_number(first) >= 120:
        raise BadInput("period", _("Ten years are the longest period that is drawn."))
    where = {name: tuple(found) for name in WHERE if (found := [v for v in query.getlist(name) if v.strip()])}
    measure = query.get("measure", "cases")
    return Scope(first, last, where, measure if measure in MEASURES else "cases")


PUBLIC = PUBLIC_RULE.where()
"""What any output for the public counts, in SQL over the store, whoever makes it."""


def standing_for(actor: Actor | None, *, public: bool) -> Where:
    """What is counted: of an output for the public `PUBLIC`, else what this person sees."""
    return PUBLIC if public else validated_rows(actor)


def validated_rows(actor: Actor | None) -> Where:
    """`cases.policy.validated_rule` in SQL over the store; without a person, what is counted on the whole node."""
    return (Is("counted") if actor is None else validated_rule(actor)).where()
