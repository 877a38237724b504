"""One name, or a list of them, against all that the registry holds.

Candidates are found by keys that few have (`candidates`), never counted in total, and capped; each is then compared by
`names.comparing`, fully where its name can reach the threshold at all.

Three answers: hits, none, or «too common»: so many are called so that the name alone tells nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.worker_process import can_run_second_process, in_second_process
from tidewaiter.people.queries import officer_named
from tidewaiter.registry.candidates import Called, Found, called, counted, counted_among, found_among, seen_among
from tidewaiter.registry.indexing import keys_of_birth, keys_of_name, keys_of_value
from tidewaiter.registry.models import Entity, Statement
from tidewaiter.registry.names.comparing import Compared, Known, compare, read_birth
from tidewaiter.registry.policy import lets_in, visible_statements
from tidewaiter.registry.queries import visible_entities
from tidewaiter.registry.thresholds import thresholds_of
from tidewaiter.registry.vocabulary import BIRTHS, COUNTRIES, NAMES, NUMBERS

WORTH_TWO = 3_000
"""From so many names on a second process is worth its start."""
MOST_NAMES, MOST_HITS, MOST_MISSES, AT_FIRST, TOGETHER = 8, 50, 12, 14, 500
"""Names of a record that are compared; hits that are told; candidates, the nearest first, of which none in a row
reaches the threshold before the rest is left; of how many it is read at first what is said; names that are screened
at once."""
_COMPARED = frozenset({*NAMES, *BIRTHS, *COUNTRIES, *NUMBERS})


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


def screen(known: Known, by: Actor, *, least: float | None = None, document: str = "") -> Screened:
    """Who may be meant, the best first; `least`: from which score, else what the administration set. Nothing is
    recorded here: the doors do that.
    """
    return screen_many([(known, document)], by, least=least)[0]


def screen_many(wanted: Sequence[tuple[Known, str]], by: Actor, *, least: float | None = None) -> list[Screened]:
    """The same of many names, each with the number of a document or none: what is asked of the database for all of
    them is asked at once, `TOGETHER` at a time. A second process takes every other part of a long list.
    """
    least = thresholds_of(by).screening if least is None else least
    parts = list(in_batches(wanted, TOGETHER))
    if len(wanted) < WORTH_TWO or not can_run_second_process():
        return [made for part in parts for made in _screened(part, by, least)]
    made: list[Screened] = []
    with closing(in_second_process(screened_parts, parts[1::2], by.username, least)) as beside:
        for part in parts[::2]:
            made += _screened(part, by, least)
            made += next(beside, [])
    return made


def screened_parts(parts: list[list[tuple[Known, str]]], username: str, least: float) -> Iterator[list[Screened]]:
    """What came of each of some parts of a list, one after the other: what the second process does."""
    by = officer_named(username)
    for part in parts:
        yield _screened(part, by, least)


def _screened(wanted: list[tuple[Known, str]], by: Actor, least: float) -> list[Screened]:
    keys = [keys_wanted(known, document) for known, document in wanted]
    seen = visible_entities(by)
    every = {key for one in keys for key in one}
    by_agreement = bool(lets_in(by))
    numbers = counted_among(every, seen) if by_agreement else counted(every)
    names = [called(one, numbers, unseen=by_agreement) for one in keys]
    found = found_among({ref for one in names for ref in one.refs}, seen)
    looked = [seen_among(one, known, found, seen) for one, (known, _document) in zip(names, wanted, strict=True)]
    ways = [_Way(known, one, some) for (known, _document), one, some in zip(wanted, names, looked, strict=True)]
    for stage in (slice(0, AT_FIRST), slice(AT_FIRST, None)):
        going = [way for way in ways if not way.ended and way.candidates[stage]]
        profiles = profiles_of({one.ref for way in going for one in way.candidates[stage]}, by) if going else {}
        for way in going:
            way.compare(stage, profiles, least)
    hits: dict[str, list[Hit]] = defaultdict(list)
    made = []
    for way in ways:
        found_of = way.best.values()
        answer = Screened(sorted(found_of, key=_rank, reverse=True)[:MOST_HITS], compared=way.compared)
        answer.state = "hits" if way.best else "too_common" if way.called.too_common else "none"
        for ref, hit in way.best.items():
            hits[ref].append(hit)
        made.append(answer)
    _read_canonically(hits, seen)
    return made


@dataclass(slots=True)
class _Way:
    """How far one name is: who of its candidates was compared, and the best of each that is read as one."""

    known: Known
    called: Called
    candidates: list[Found]
    best: dict[str, Hit] = field(default_factory=dict)
    compared: int = 0
    misses: int = 0

    @property
    def ended(self) -> bool:
        """Whether so many in a row were somebody else that the rest is left."""
        return self.misses >= MOST_MISSES

    def compare(self, stage: slice, profiles: dict[str, Profile], least: float) -> None:
        """Compares some of the candidates."""
        for candidate in self.candidates[stage]:
            self.compared += 1
            hit = _best(self.known, candidate, profiles[candidate.ref], least)
            if hit is None or hit.found.score < least:
                self.misses += 1
                if self.ended:
                    return
                continue
            self.misses = 0
            before = self.best.get(candidate.canonical)
            if before is None or _rank(hit) > _rank(before):
                self.best[candidate.canonical] = hit


def keys_wanted(known: Known, document: str = "") -> set[int]:
    """All keys by which somebody may be found of whom this is known."""
    keys: set[int] = set()
    kinds = [known.kind] if known.kind else ["person", "company"]
    for kind in kinds:
        keys |= keys_of_name(kind, known.name)
    if (birth := read_birth(known.birth)) is not None and "person" in kinds:
        keys |= keys_of_birth(known.name, birth.iso[: {"day": 10, "month": 7, "year": 4}[birth.precision]])
    if document:
        keys |= keys_of_value("idNumber", document) | keys_of_value("idNumber", f"IMO{document}")
    return keys


def _read_canonically(hits: dict[str, list[Hit]], seen: QuerySet[Entity]) -> None:
    """Gives hits the refs by which they are read, where the person sees these."""
    moved = {ref for ref, some in hits.items() if any(hit.ref != ref for hit in some)}
    for ref, one in found_among(moved, seen).items() if moved else ():
        for hit in hits[ref]:
            hit.ref, hit.caption = ref, one.caption


def _rank(hit: Hit) -> tuple[float, float]:
    return round(hit.found.score, 2), hit.found.evidence


def profiles_of(refs: Iterable[str], by: Actor | None = None, *, red: bool = True) -> dict[str, Profile]:
    """What is compared of some entities, in one question; of what a person sees, where one is named; `red`: and of
    what is said RED.
    """
    made: dict[str, Profile] = defaultdict(Profile)
    seen = visible_statements(by) if by is not None else Q()
    if not red:
        seen &= ~Q(handling="RED") | Q(entity__handling="RED")  # who sees a RED record sees what is said of it
    # properties are sorted out here: asked for in SQL, the index of values is taken, and every name of the node is read
    rows = Statement.objects.filter(seen, entity__in=among(list(refs))).order_by("pk")
    for ref, prop, value in rows.values_list("entity_id", "prop", "value"):
        if prop not in _COMPARED:
            continue
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


def _best(known: Known, one: Found, profile: Profile, least: float) -> Hit | None:
    best: Hit | None = None
    for name in profile.names:
        found = compare(known, of_profile(name, one.kind, profile, known.birth), least=least)
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


def best_of(kind: str, left: Profile, right: Profile, least: float = 0.0) -> Compared:
    """The best of the comparisons of all names of two; `least` as in `compare`."""
    best = Compared(0.0, 0.0)
    for name in left.names[:4]:
        one = of_profile(name, kind, left, right.births[0] if right.births else "")
        for other in right.names[:4]:
            found = compare(one, of_profile(other, kind, right, one.birth), least=least)
            if (found.score, found.evidence) > (best.score, best.evidence):
                best = found
    return best
