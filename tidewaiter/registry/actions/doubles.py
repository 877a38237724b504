"""Looking for two that may be one: candidates with reasons, in a table of their own, never records by themselves."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, calm_collector, in_batches, insert_rows
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.registry.models import Candidate, Decision, Statement
from tidewaiter.registry.names.comparing import Compared
from tidewaiter.registry.policy import may_write, sees_red, visible_statements
from tidewaiter.registry.queries import content_of, visible_entities
from tidewaiter.registry.screening import best_of, profiles_of
from tidewaiter.registry.thresholds import thresholds_of
from tidewaiter.registry.tying import possible, tied
from tidewaiter.registry.verdicts import APART, UNSURE
from tidewaiter.registry.vocabulary import KINDS


@dataclass(slots=True)
class Run:
    """What a run compared, found and left out."""

    compared: int = 0
    found: int = 0
    decided: int = 0
    too_common: int = 0
    """Keys that so many share that they tie nobody (`tying.KEY_OF_MOST`)."""


@dataclass(slots=True)
class _Proposed:
    """Two that may be one."""

    left: str
    right: str
    found: Compared
    handling: str


def look_for_doubles(*, by: Actor) -> Run:
    """Compares the node's own records of each kind with each other (those of published lists are screened against,
    not doubled), and swaps the result in at once. Pairs that were decided do not come back while both say the same.
    """
    may_write(by)
    run = Run()
    with calm_collector():
        own = visible_entities(by).filter(listed="")
        rows = _all(own.order_by("ref").values_list("ref", "kind", "canonical"))
        known = {ref: (kind, under) for ref, kind, under in rows}
        made, run.decided = _undecided(_proposed(known, run, by))
    run.found = len(made)
    with transaction.atomic():
        _swap_in(made, known, by)
        record(
            by=by,
            deed="registry.looked_for_doubles",
            ref="registry",
            detail={"compared": run.compared, "found": run.found},
        )
    return run


def _proposed(known: dict[str, tuple[str, str]], run: Run, by: Actor) -> list[_Proposed]:
    """The pairs among some records (ref: kind, and under which ref it is read) that reach the threshold."""
    least, kinds = thresholds_of(by).doubles, {kind: at for at, kind in enumerate(KINDS)}
    pairs = tied({ref: kinds[kind] for ref, (kind, _under) in known.items()})
    run.too_common = pairs.too_common
    births = _births(by, {ref for ref, (kind, _under) in known.items() if kind == "person"})
    made: list[_Proposed] = []
    for batch in in_batches(possible(pairs, births, least), 2_000):
        refs = {ref for pair in batch for ref in pair}
        plain = profiles_of(refs, by, red=False)
        whole = profiles_of(_with_red(refs), by) if sees_red(by) else {}
        for left, right in batch:
            kind, under = known[left]
            if known[right][1] == under:
                continue
            run.compared += 1
            found, handling = best_of(kind, plain[left], plain[right], least), "AMBER"
            if found.score < least and (left in whole or right in whole):
                one, other = (whole.get(ref, plain[ref]) for ref in (left, right))
                found, handling = best_of(kind, one, other, least), "RED"
            if found.score >= least:
                made.append(_Proposed(left, right, found, handling))
    return made


def _swap_in(made: list[_Proposed], own: Collection[str], by: Actor) -> None:
    """Puts these in the place of those that the person sees, whose both ends are among `own`.

    Which they are is told here: asked for in SQL, all of the person's records are walked for each of them.
    """
    rows = Candidate.objects.all() if sees_red(by) else Candidate.objects.exclude(handling="RED")
    before = [pk for pk, left, right in rows.values_list("pk", "left_id", "right_id") if left in own and right in own]
    for batch in in_batches(before, 5_000):
        Candidate.objects.filter(pk__in=among(batch))._raw_delete(using="default")  # nothing hangs on a candidate
    moment = now()
    insert_rows(
        Candidate,
        ("left_id", "right_id", "score", "evidence", "why", "handling", "found_at"),
        (
            (one.left, one.right, one.found.score, one.found.evidence, json.dumps(one.found.why), one.handling, moment)
            for one in _not_there(made)
        ),
    )


def _with_red(refs: set[str]) -> set[str]:
    """Those of whom something RED is said."""
    rows = Statement.objects.filter(entity__in=among(sorted(refs)), handling="RED")
    return set(rows.values_list("entity_id", flat=True))


def _not_there(made: list[_Proposed]) -> list[_Proposed]:
    """Without pairs that stand still, for the person does not see by what they were found."""
    there = set(Candidate.objects.filter(handling="RED").values_list("left_id", "right_id"))
    return [one for one in made if (one.left, one.right) not in there]


def _all(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of texts, many at a time, as the database gives them: through the mapper each costs as much again."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from chain.from_iterable(iter(lambda: cursor.fetchmany(10_000), []))


def _births(by: Actor, persons: set[str]) -> dict[str, list[str]]:
    """What is said of these persons' births, as far as the person sees it."""
    made: dict[str, list[str]] = {}
    rows = Statement.objects.filter(visible_statements(by), prop="birthDate")
    for ref, value in _all(rows.order_by().values_list("entity_id", "value")):
        if ref in persons:
            made.setdefault(ref, []).append(value)
    return made


def _undecided(made: list[_Proposed]) -> tuple[list[_Proposed], int]:
    """Without those that somebody decided already, of what both still say."""
    refs = {ref for one in made for ref in (one.left, one.right)}
    decided = Decision.objects.filter(verdict__in=(APART, UNSURE), undone_at=None)
    pairs = {
        frozenset(pair): content
        for *pair, content in decided.filter(left__in=among(refs), right__in=among(refs)).values_list(
            "left", "right", "content"
        )
    }
    contents = set(decided.values_list("content", flat=True))
    kept = []
    for one in made:
        before = pairs.get(frozenset((one.left, one.right)))
        if (
            contents
            and (before is not None or len(contents) < len(made))
            and content_of(one.left, one.right) in contents
        ):
            continue
        kept.append(one)
    return kept, len(made) - len(kept)
