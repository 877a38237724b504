"""Who owns a company: owners of owners up to six steps, shares as sources say them, and what each holds in the end.

Sources contradict each other, so a share is a range: the least and the most that is said of one owner and one thing
owned. What somebody holds in the end is the sum over ways of the products along each; ways that come back to where
they were are left out. A share that nobody says counts from 0 to all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.numbers import read_number
from tidewaiter.registry.models import Entity, Link
from tidewaiter.registry.policy import visible_links
from tidewaiter.registry.queries import visible_entities

STEPS, MOST, MOST_WAYS = 6, 200, 2_000
"""How far up, how many owners are looked at, and how many ways to them: firms that own each other all ways round have
more than anybody reads."""
ALL = Decimal(100)


@dataclass(slots=True)
class Holding:
    """That one holds a share of another: what each source says of it."""

    owner: Entity
    owned: str
    links: list[Link] = field(default_factory=list)

    @property
    def shares(self) -> list[Decimal]:
        """The shares that are said, in per cent, least first, each once."""
        return sorted({share for link in self.links if (share := share_of(link.share)) is not None})

    @property
    def least(self) -> Decimal:
        """The least that is said; 0 where nothing is."""
        return self.shares[0] if self.shares else Decimal(0)

    @property
    def most(self) -> Decimal:
        """The most that is said; all where nothing is."""
        return self.shares[-1] if self.shares else ALL

    @property
    def contradicts(self) -> bool:
        """Whether sources say different shares."""
        return len(self.shares) > 1

    @property
    def one_source(self) -> bool:
        """Whether one source alone says so."""
        return len({link.source for link in self.links}) < 2


@dataclass(slots=True)
class Owner:
    """A holding, and who owns the owner."""

    holding: Holding
    owners: list[Owner] = field(default_factory=list)


@dataclass(slots=True)
class InTheEnd:
    """What somebody whom nobody owns holds over all ways, in per cent."""

    entity: Entity
    direct: Decimal
    least: Decimal
    most: Decimal


@dataclass(slots=True)
class Ownership:
    """Owners of a company, those in the end, and what does not add up."""

    owners: list[Owner] = field(default_factory=list)
    in_the_end: list[InTheEnd] = field(default_factory=list)
    over: Decimal | None = None
    """The sum of the least direct shares, where it is more than all."""
    cut: bool = False
    """Whether there are more owners than were looked at."""


def share_of(said: str) -> Decimal | None:
    """A share in per cent («45», «45 %», «45,5»); nothing where it is none or more than all."""
    text = said.strip().rstrip("%").strip()
    found = read_number(text).value if text else None
    if found is None or not 0 < found <= ALL:
        return None
    return Decimal(found)


def ownership(members: Iterable[Entity], by: Actor, on: date | None = None) -> Ownership:
    """Who owns what is read as one here, on a day (today where none is said), as far as the person sees."""
    day = (on or now().date()).isoformat()
    inside = list(members)
    root = inside[0].canonical if inside else ""
    found, cut = _holdings(root, by, day)
    made = Ownership(cut=cut)
    made.owners = _owners(root, found, (root,), MOST_WAYS)
    made.in_the_end, all_ways = _in_the_end(root, found)
    made.cut = cut or not all_ways
    direct = sum((one.least for one in found.get(root, [])), Decimal(0))
    made.over = direct if direct > ALL else None
    return made


def _holdings(root: str, by: Actor, day: str) -> tuple[dict[str, list[Holding]], bool]:
    """What is held in each, level by level: one question a level."""
    found: dict[str, list[Holding]] = {}
    at, seen = {root}, {root}
    cut = False
    for _step in range(STEPS):
        rows = list(
            Link.objects.filter(visible_links(by), schema="Ownership", object__canonical__in=among(sorted(at)))
            .filter(subject__in=visible_entities(by).values("pk"), object__in=visible_entities(by).values("pk"))
            .select_related("subject", "object")
            .order_by("pk")[: MOST + 1]
        )
        cut = cut or len(rows) > MOST
        heads = {
            one.ref: one
            for one in visible_entities(by).filter(ref__in=among(sorted({row.subject.canonical for row in rows})))
        }
        level: dict[tuple[str, str], Holding] = {}
        for row in rows[:MOST]:
            owner = heads.get(row.subject.canonical, row.subject)
            if _holds_on(row, day) and owner.ref != row.object.canonical:
                key = (owner.ref, row.object.canonical)
                level.setdefault(key, Holding(owner, row.object.canonical)).links.append(row)
        made: dict[str, list[Holding]] = defaultdict(list)
        for holding in level.values():
            made[holding.owned].append(holding)
        found |= made
        at = {one.owner.ref for one in level.values()} - seen
        seen |= at
        if not at or len(seen) > MOST:
            return found, cut or len(seen) > MOST
    return found, cut


def _holds_on(link: Link, day: str) -> bool:
    """Whether a link holds on a day; days are as precise as they were said."""
    begun = not link.begins or link.begins <= day
    return begun and (not link.ends or link.ends >= day[: len(link.ends)])


def _owners(of: str, found: dict[str, list[Holding]], way: tuple[str, ...], room: int) -> list[Owner]:
    """`room`: how many owners of owners may be drawn; it is parted among those of one level, which all are."""
    held = sorted(found.get(of, []), key=lambda one: (-one.most, one.owner.caption))
    each = (room - len(held)) // max(len(held), 1)
    return [
        Owner(
            one,
            [] if one.owner.ref in way or each <= 0 else _owners(one.owner.ref, found, (*way, one.owner.ref), each),
        )
        for one in held
    ]


def _in_the_end(root: str, found: dict[str, list[Holding]]) -> tuple[list[InTheEnd], bool]:
    """Who holds what, and whether all ways were gone."""
    least: dict[str, Decimal] = defaultdict(Decimal)
    most: dict[str, Decimal] = defaultdict(Decimal)
    whom: dict[str, Entity] = {}
    waiting: list[tuple[str, Decimal, Decimal, tuple[str, ...]]] = [(root, ALL, ALL, (root,))]
    gone = 0
    while waiting and gone < MOST_WAYS:
        gone += 1
        at, low, high, way = waiting.pop()
        for one in found.get(at, []):
            if one.owner.ref in way:
                continue
            lower, higher = low * one.least / ALL, high * one.most / ALL
            if found.get(one.owner.ref) and len(way) <= STEPS:
                waiting.append((one.owner.ref, lower, higher, (*way, one.owner.ref)))
            else:
                whom[one.owner.ref] = one.owner
                least[one.owner.ref] += lower
                most[one.owner.ref] += higher
    direct = {one.owner.ref: one.least for one in found.get(root, [])}
    made = [
        InTheEnd(one, direct.get(ref, Decimal(0)), min(least[ref], ALL), min(most[ref], ALL))
        for ref, one in whom.items()
    ]
    return sorted(made, key=lambda one: (-one.most, -one.least, one.entity.caption)), not waiting


def owners_named(owned: Ownership | None) -> list[str]:
    """The refs of all owners that are shown, owners of owners too."""
    waiting, found = list(owned.owners) if owned else [], []
    while waiting:
        one = waiting.pop()
        found.append(one.holding.owner.ref)
        waiting += one.owners
    return found
