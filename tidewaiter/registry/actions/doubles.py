"""Looking for two that may be one: candidates with reasons, in a table of their own, never records by themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches, insert_rows
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.registry.models import Candidate, Decision, Entity, Statement
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


def look_for_doubles(*, by: Actor) -> Run:
    """Compares the node's own records of each kind with each other (those of published lists are screened against,
    not doubled), and swaps the result in at once. Pairs that were decided do not come back while both say the same.
    """
    may_write(by)
    run, moment, least = Run(), now(), thresholds_of(by).doubles
    made: list[Candidate] = []
    own = visible_entities(by).filter(listed="")
    known = {
        ref: (kind, under) for ref, kind, under in _all(own.order_by("ref").values_list("ref", "kind", "canonical"))
    }
    kinds = {kind: at for at, kind in enumerate(KINDS)}
    pairs = tied({ref: kinds[kind] for ref, (kind, _under) in known.items()})
    run.too_common = pairs.too_common
    births = _births(by, {ref for ref, (kind, _under) in known.items() if kind == "person"})
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
                made.append(
                    Candidate(
                        left_id=left,
                        right_id=right,
                        score=found.score,
                        evidence=found.evidence,
                        why=found.why,
                        handling=handling,
                        found_at=moment,
                    )
                )
    made, run.decided = _undecided(made)
    run.found = len(made)
    with transaction.atomic():
        _swap_in(made, own, by)
        record(
            by=by,
            deed="registry.looked_for_doubles",
            ref="registry",
            detail={"compared": run.compared, "found": run.found},
        )
    return run


def _swap_in(made: list[Candidate], own: QuerySet[Entity], by: Actor) -> None:
    """Puts these in the place of those that the person sees."""
    seen = own.values("pk")
    before = Candidate.objects.filter(left__in=seen, right__in=seen)
    (before if sees_red(by) else before.exclude(handling="RED")).delete()
    insert_rows(
        Candidate,
        ("left_id", "right_id", "score", "evidence", "why", "handling", "found_at"),
        (
            (one.left_id, one.right_id, one.score, one.evidence, json.dumps(one.why), one.handling, one.found_at)
            for one in _not_there(made)
        ),
    )


def _with_red(refs: set[str]) -> set[str]:
    """Those of whom something RED is said."""
    rows = Statement.objects.filter(entity__in=among(sorted(refs)), handling="RED")
    return set(rows.values_list("entity_id", flat=True))


def _not_there(made: list[Candidate]) -> list[Candidate]:
    """Without pairs that stand still, for the person does not see by what they were found."""
    there = set(Candidate.objects.filter(handling="RED").values_list("left_id", "right_id"))
    return [one for one in made if (one.left_id, one.right_id) not in there]


def _all(rows: Any) -> Any:
    """Rows, many at a time."""
    return rows.iterator(chunk_size=10_000)


def _births(by: Actor, persons: set[str]) -> dict[str, list[str]]:
    """What is said of these persons' births, as far as the person sees it."""
    made: dict[str, list[str]] = {}
    rows = Statement.objects.filter(visible_statements(by), prop="birthDate")
    for ref, value in _all(rows.order_by().values_list("entity_id", "value")):
        if ref in persons:
            made.setdefault(ref, []).append(value)
    return made


def _undecided(made: list[Candidate]) -> tuple[list[Candidate], int]:
    """Without those that somebody decided already, of what both still say."""
    refs = {ref for one in made for ref in (one.left_id, one.right_id)}
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
        before = pairs.get(frozenset((one.left_id, one.right_id)))
        if (
            contents
            and (before is not None or len(contents) < len(made))
            and content_of(one.left_id, one.right_id) in contents
        ):
            continue
        kept.append(one)
    return kept, len(made) - len(kept)
