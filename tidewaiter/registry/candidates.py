"""Who may be meant by a name, found by its keys: the rare ones first, no more rows than a limit, never a total.

A key weighs by how few have it, so that two words together count more than a word that many have. How many have a key
is looked at up to a limit; what more have ties nobody. Sight comes before the limit: where what is not seen takes the
place of what is, the same is asked of what is seen alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log

from django.db import connection
from django.db.models import Count, QuerySet
from rapidfuzz import fuzz

from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.registry.indexing import RARE
from tidewaiter.registry.models import Entity, Key
from tidewaiter.registry.names.comparing import Known

MOST_CANDIDATES, SPARE = 30, 6
"""Records that are compared with a name; how many more are asked for, so that what is not seen takes no place."""
MOST_ROWS = 1_000
"""Rows of the keys' index that are read for one name; its rarest key is always read."""
OF_LETTERS = 0.05
"""What a hundredth of likeness in letters weighs beside a key: so many have one of 1,000, .7; one that one has, 7.6."""
_KEYS_AT_ONCE = 5_000


@dataclass(slots=True)
class Called:
    """What is called so: refs and the weight of what they share, of all that the node holds; `too_common` where no key
    of the name is rare; `keys` by which they were found.
    """

    refs: dict[str, float] = field(default_factory=dict)
    too_common: bool = False
    keys: list[int] = field(default_factory=list)
    cut: bool = False
    """Whether there may be more of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record as a list of hits needs it."""

    ref: str
    caption: str
    kind: str
    listed: str
    canonical: str


def counted(keys: Iterable[int], most: int = RARE) -> dict[int, int]:
    """How many entities have each key; more than `most` are `most + 1`. No more rows than that are looked at."""
    found: dict[int, int] = {}
    given = "unnest(%s::bigint[]) AS wanted(value)" if connection.vendor == "postgresql" else "json_each(%s) AS wanted"
    one = "SELECT count(*) FROM (SELECT 1 FROM registry_key WHERE key = wanted.value LIMIT %s) AS few"
    for part in in_batches(sorted(set(keys)), _KEYS_AT_ONCE):
        sent = part if connection.vendor == "postgresql" else json.dumps(part)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT value, ({one}) FROM {given}", [int(most) + 1, sent])  # noqa: S608 -- ours
            found.update((int(key), int(number)) for key, number in cursor)
    return found


def rare_keys(keys: Iterable[int], most: int = RARE) -> tuple[list[int], int]:
    """(the keys that at most so many entities have, the rarest first; how many keys have more)."""
    numbers = counted(keys, most)
    rare = sorted((number, key) for key, number in numbers.items() if 0 < number <= most)
    return [key for _number, key in rare], sum(number > most for number in numbers.values())


def counted_among(keys: Iterable[int], seen: QuerySet[Entity]) -> dict[int, int]:
    """How many of those that the person sees have each key: to whoever sees few by an agreement, «too common» tells
    nothing of the rest.
    """
    rows = Key.objects.filter(key__in=among(sorted(set(keys))), entity__in=seen).order_by().values("key")
    return dict(rows.annotate(number=Count("pk")).values_list("key", "number"))


def called(keys: set[int], numbers: dict[int, int], *, unseen: bool = False) -> Called:
    """Who has the keys of one name. `numbers`: how many have each (`counted`); `unseen`: most that the node holds is
    not seen, so that nobody is named here and what is seen is asked for alone (`seen_among`).
    """
    rare = sorted((numbers[key], key) for key in keys if 0 < numbers.get(key, 0) <= RARE)
    if not rare:
        return Called(too_common=any(numbers.get(key, 0) > RARE for key in keys))
    wanted: list[tuple[int, float]] = []
    rows = 0
    for number, key in rare:
        rows += number
        if wanted and rows > MOST_ROWS:
            break
        wanted.append((key, log(2 * RARE / number)))
    found = {} if unseen else _sharing(wanted)
    few = [key for key, _weight in wanted]
    return Called(found, keys=few, cut=unseen or len(found) >= MOST_CANDIDATES + SPARE)


def _sharing(wanted: list[tuple[int, float]]) -> dict[str, float]:
    """`CROSS JOIN` holds SQLite to the order: from the few keys into the index, not through all of it."""
    values = ", ".join(["(%s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH wanted(key, weight) AS (VALUES {values}) "  # noqa: S608 -- marks alone
            "SELECT held.entity_id, sum(wanted.weight) FROM wanted CROSS JOIN registry_key held "
            "WHERE held.key = wanted.key GROUP BY held.entity_id ORDER BY 2 DESC, held.entity_id LIMIT %s",
            [*(value for pair in wanted for value in pair), MOST_CANDIDATES + SPARE],
        )
        return {str(ref): float(weight) for ref, weight in cursor}


def seen_among(name: Called, known: Known, found: dict[str, Found], seen: QuerySet[Entity]) -> list[Found]:
    """Those of them that the person sees, of one kind where one is named, those that share most first, and of those
    that share as much the nearest in letters; `found`: what is seen of all refs at once.

    Where what is not seen, or is of another kind, took the places of the first, the same is asked of what is seen.
    """
    looked = [found[ref] for ref in name.refs if ref in found and known.kind in ("", found[ref].kind)]
    if len(looked) < MOST_CANDIDATES and name.cut:
        of_kind = seen.filter(kind=known.kind) if known.kind else seen
        sharing = of_kind.filter(keys__key__in=name.keys).annotate(shared=Count("keys")).order_by("-shared", "ref")
        rows = sharing.values_list("ref", "caption", "kind", "listed", "canonical")
        return [Found(*row[:5]) for row in rows[:MOST_CANDIDATES]]
    wanted = known.name.casefold()
    near = {
        one.ref: name.refs[one.ref] + OF_LETTERS * fuzz.token_sort_ratio(wanted, one.caption.casefold())
        for one in looked
    }
    return sorted(looked, key=lambda one: (-near[one.ref], one.ref))[:MOST_CANDIDATES]


def found_among(refs: Iterable[str], seen: QuerySet[Entity]) -> dict[str, Found]:
    """Those of the refs that the person sees."""
    rows = seen.filter(ref__in=among(list(refs))).order_by()
    made = (Found(*row) for row in rows.values_list("ref", "caption", "kind", "listed", "canonical"))
    return {one.ref: one for one in made}
