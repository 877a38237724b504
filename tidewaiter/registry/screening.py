"""One name, or a list of them, against all that the registry holds.

Candidates are found by keys that few have (`indexing`), never counted in total, and capped; each is then compared by
`names.comparing`. Three answers: hits, none, or «too common»: so many are called so that the name alone tells nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from rapidfuzz import fuzz

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.text import fold
from tidewaiter.registry.indexing import RARE, keys_of_birth, keys_of_name, keys_of_value
from tidewaiter.registry.models import Entity, Statement
from tidewaiter.registry.names.comparing import Compared, Known, compare, read_birth
from tidewaiter.registry.policy import visible_statements
from tidewaiter.registry.queries import visible_entities
from tidewaiter.registry.thresholds import thresholds_of
from tidewaiter.registry.vocabulary import BIRTHS, COUNTRIES, NAMES, NUMBERS

MOST_LOOKED, MOST_CANDIDATES, MOST_NAMES, MOST_HITS = 400, 40, 8, 50
_COMPARED = (*NAMES, *BIRTHS, *COUNTRIES, *NUMBERS)


@dataclass(slots=True)
class Hit:
    """An entity that the name may mean, as it is read."""

    ref: str
    caption: str
    kind: str
    listed: str
    found: Compared
    name: str


@dataclass(slots=True)
class Screened:
    """What came of one name: `state` is `hits`, `none` or `too_common`."""

    hits: list[Hit] = field(default_factory=list)
    state: str = "none"
    compared: int = 0


@dataclass(slots=True)
class Profile:
    """What is said of an entity, as far as it is compared."""

    names: list[str] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    countries: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)


def rare_keys(keys: Iterable[int], most: int = RARE) -> tuple[list[int], int]:
    """(the keys that at most so many entities have, how many keys have more): a look at no more rows than that."""
    wanted = sorted(set(keys))
    if not wanted:
        return [], 0
    one = f"SELECT count(*) FROM (SELECT 1 FROM registry_key WHERE key = %s LIMIT {int(most) + 1}) AS few"  # noqa: S608
    rare: list[int] = []
    common = 0
    with connection.cursor() as cursor:
        for at in range(0, len(wanted), 200):
            part = wanted[at : at + 200]
            cursor.execute(
                " UNION ALL ".join(f"SELECT %s AS k, ({one}) AS n" for _key in part),
                [two for key in part for two in (key, key)],
            )
            for key, number in cursor:
                if number > most:
                    common += 1
                elif number:
                    rare.append(int(key))
    return rare, common


def screen(known: Known, by: Actor, *, least: float | None = None, document: str = "") -> Screened:
    """Who may be meant, the best first; `least`: from which score, else what the administration set. Nothing is
    recorded here: the doors do that.
    """
    least = thresholds_of(by).screening if least is None else least
    keys: set[int] = set()
    kinds = [known.kind] if known.kind else ["person", "company"]
    for kind in kinds:
        keys |= keys_of_name(kind, known.name)
    if (birth := read_birth(known.birth)) is not None and "person" in kinds:
        keys |= keys_of_birth(known.name, birth.iso[: {"day": 10, "month": 7, "year": 4}[birth.precision]])
    if document:
        keys |= keys_of_value("idNumber", document)
    rare, common = rare_keys(keys)
    made = Screened(state="too_common" if common and not rare else "none")
    if not rare:
        return made
    seen = visible_entities(by)
    if known.kind:
        seen = seen.filter(kind=known.kind)
    found = _candidates(seen, rare, known.name)
    made.compared = len(found)
    best: dict[str, Hit] = {}
    profiles = profiles_of([one.ref for one in found], by)
    for one in found:
        hit = _best(known, one, profiles[one.ref])
        if hit is not None and hit.found.score >= least:
            before = best.get(one.canonical)
            if before is None or _rank(hit) > _rank(before):
                best[one.canonical] = hit
    made.hits = sorted(_as_read(best, by), key=_rank, reverse=True)[:MOST_HITS]
    if made.hits:
        made.state = "hits"
    return made


def _candidates(seen: QuerySet[Entity], rare: list[int], name: str) -> list[Entity]:
    """Those that share most keys; of many that share as many, those whose caption is nearest in letters."""
    found = seen.filter(keys__key__in=rare).annotate(shared=Count("keys")).order_by("-shared", "ref")
    looked: list[Any] = list(found.only("ref", "caption", "kind", "listed", "canonical")[:MOST_LOOKED])
    if len(looked) <= MOST_CANDIDATES:
        return looked
    wanted = fold(name)
    near = {one.ref: one.shared + 0.05 * fuzz.token_sort_ratio(wanted, fold(one.caption)) for one in looked}
    return sorted(looked, key=lambda one: (-near[one.ref], one.ref))[:MOST_CANDIDATES]


def _rank(hit: Hit) -> tuple[float, float]:
    return round(hit.found.score, 2), hit.found.evidence


def _as_read(best: dict[str, Hit], by: Actor) -> list[Hit]:
    """Hits under the refs by which they are read, where the person sees these."""
    read = {one.ref: one for one in visible_entities(by).filter(ref__in=among(list(best))).only("ref", "caption")}
    for ref, hit in best.items():
        if ref in read and hit.ref != ref:
            hit.ref, hit.caption = ref, read[ref].caption
    return list(best.values())


def profiles_of(refs: Iterable[str], by: Actor | None = None) -> dict[str, Profile]:
    """What is compared of some entities, in one question; of what a person sees, where one is named."""
    made: dict[str, Profile] = defaultdict(Profile)
    seen = visible_statements(by) if by is not None else Q()
    rows = Statement.objects.filter(seen, entity__in=among(list(refs)), prop__in=_COMPARED).order_by("pk")
    for ref, prop, value in rows.values_list("entity_id", "prop", "value"):
        of = made[ref]
        if prop in NAMES:
            if value not in of.names and len(of.names) < MOST_NAMES:
                of.names.append(value)
        elif prop in BIRTHS:
            of.births.append(value)
        elif prop in COUNTRIES:
            of.countries.add(value)
        else:
            of.numbers.add(value)
    return made


def _best(known: Known, one: Entity, profile: Profile) -> Hit | None:
    best: Hit | None = None
    for name in profile.names:
        found = compare(known, of_profile(name, one.kind, profile, known.birth))
        hit = Hit(one.ref, one.caption, one.kind, one.listed, found, name)
        if best is None or _rank(hit) > _rank(best):
            best = hit
    return best


def of_profile(name: str, kind: str, profile: Profile, birth: str) -> Known:
    """One side of a comparison: of several births the one that is nearest to the other side's."""
    wanted = read_birth(birth)
    births = profile.births
    if wanted is not None and len(births) > 1:
        births = sorted(births, key=lambda said: (said != wanted.iso, said[:4] != wanted.iso[:4]))
    return Known(
        name=name,
        kind=kind,
        birth=births[0] if births and kind == "person" else "",
        countries=frozenset(profile.countries),
        numbers=frozenset(profile.numbers),
    )


def best_of(kind: str, left: Profile, right: Profile) -> Compared:
    """The best of the comparisons of all names of two."""
    best = Compared(0.0, 0.0)
    for name in left.names[:4]:
        one = of_profile(name, kind, left, right.births[0] if right.births else "")
        for other in right.names[:4]:
            found = compare(one, of_profile(other, kind, right, one.birth))
            if (found.score, found.evidence) > (best.score, best.evidence):
                best = found
    return best
