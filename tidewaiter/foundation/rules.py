"""Rules of sight: said once over the fields of a row, asked as a query of the mapper, of values, and as SQL.

A room writes each of its rules once, as a `Rule`; the list, the counted cube and the analysis store ask the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tidewaiter.foundation.sql import FALSE, TRUE, Where, bound, composed, joined, names

type Predicate = Callable[[Sequence[Any]], bool]


class Rule:
    """A condition over the fields of a row; rules are joined by `&`, `|` and `~`."""

    def __and__(self, other: Rule) -> Rule:
        return All((self, other))

    def __or__(self, other: Rule) -> Rule:
        return Either((self, other))

    def __invert__(self) -> Rule:
        return Not(self)

    def query(self, prefix: str = "") -> Q:
        """For the mapper; `prefix` (`case__`) where the fields are those of a row that another belongs to."""
        raise NotImplementedError

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """For values: of rows whose fields stand in this order."""
        raise NotImplementedError

    def where(self) -> Where:
        """For SQL over columns of the same names."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Is(Rule):
    """A field has this value."""

    field: str
    value: Any = True

    def query(self, prefix: str = "") -> Q:
        """`field = value`."""
        return Q(**{f"{prefix}{self.field}": self.value})

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """Compares the one value."""
        at, value = fields.index(self.field), self.value
        return lambda row: bool(row[at] == value)

    def where(self) -> Where:
        """`field = ?`; a truth is asked as such."""
        if self.value is True:
            return names(self.field)
        return composed("{name} = {value}", name=names(self.field), value=bound(self.value))


@dataclass(frozen=True, slots=True)
class Among(Rule):
    """A field has one of these values; of none, never."""

    field: str
    values: Collection[Any]

    def query(self, prefix: str = "") -> Q:
        """`field in values`."""
        return Q(**{f"{prefix}{self.field}__in": sorted(self.values)})

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """Looks the one value up."""
        at, values = fields.index(self.field), frozenset(self.values)
        return lambda row: row[at] in values

    def where(self) -> Where:
        """`field IN (?, …)`."""
        if not self.values:
            return FALSE
        return composed("{name} IN ({values})", name=names(self.field), values=bound(*sorted(self.values)))


@dataclass(frozen=True, slots=True)
class Not(Rule):
    """What the rule does not hold for; fields that are null are of no rule's."""

    rule: Rule

    def query(self, prefix: str = "") -> Q:
        """`not rule`."""
        return ~self.rule.query(prefix)

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """The other answer."""
        holds = self.rule.predicate(fields)
        return lambda row: not holds(row)

    def where(self) -> Where:
        """`NOT (rule)`."""
        return composed("NOT ({rule})", rule=self.rule.where())


@dataclass(frozen=True, slots=True)
class All(Rule):
    """Every one of the rules holds; of none, always."""

    rules: tuple[Rule, ...] = ()

    def query(self, prefix: str = "") -> Q:
        """`rule and rule`."""
        found = Q()
        for rule in self.rules:
            found &= rule.query(prefix)
        return found

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """Asks one after the other, as far as they hold."""
        every = [rule.predicate(fields) for rule in self.rules]
        return lambda row: all(holds(row) for holds in every)

    def where(self) -> Where:
        """`(rule AND rule)`."""
        every = joined(" AND ", [rule.where() for rule in self.rules])
        return Where(f"({every.sql})", every.values) if self.rules else TRUE


@dataclass(frozen=True, slots=True)
class Either(Rule):
    """One of the rules holds; of none, never."""

    rules: tuple[Rule, ...] = ()

    def query(self, prefix: str = "") -> Q:
        """`rule or rule`."""
        if not self.rules:
            return Q(pk__in=())
        found = self.rules[0].query(prefix)
        for rule in self.rules[1:]:
            found |= rule.query(prefix)
        return found

    def predicate(self, fields: Sequence[str]) -> Predicate:
        """Asks one after the other, until one holds."""
        every = [rule.predicate(fields) for rule in self.rules]
        return lambda row: any(holds(row) for holds in every)

    def where(self) -> Where:
        """`(rule OR rule)`."""
        every = joined(" OR ", [rule.where() for rule in self.rules])
        return Where(f"({every.sql})", every.values) if self.rules else FALSE


ALWAYS = All()
NEVER = Either()
