"""Looking for two that may be one: candidates with reasons, in a table of their own, never records by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.registry.models import Candidate, Decision
from tidewaiter.registry.policy import may_write
from tidewaiter.registry.queries import content_of, visible_entities
from tidewaiter.registry.screening import best_of, profiles_of
from tidewaiter.registry.thresholds import thresholds_of
from tidewaiter.registry.verdicts import APART, UNSURE

KEY_OF_MOST, MOST_PAIRS = 40, 200_000
"""Entities that may share a key which ties them; pairs that are compared."""


@dataclass(slots=True)
class Run:
    """What a run compared, found and left out."""

    compared: int = 0
    found: int = 0
    decided: int = 0
    too_common: int = 0
    """Keys that more than `KEY_OF_MOST` share: they tie nobody."""


def look_for_doubles(*, by: Actor) -> Run:
    """Compares the node's own records of each kind with each other (those of published lists are screened against,
    not doubled), and swaps the result in at once. Pairs that were decided do not come back while both say the same.
    """
    may_write(by)
    run, moment, least = Run(), now(), thresholds_of(by).doubles
    made: list[Candidate] = []
    own = visible_entities(by).filter(listed="")
    known = {ref: (kind, under) for ref, kind, under in own.values_list("ref", "kind", "canonical")}
    pairs = [pair for pair in _pairs(run) if pair[0] in known and pair[1] in known]
    for batch in in_batches(pairs, 2_000):
        profiles = profiles_of({ref for pair in batch for ref in pair})
        for left, right in batch:
            kind, under = known[left]
            if known[right][0] != kind or known[right][1] == under:
                continue
            run.compared += 1
            found = best_of(kind, profiles[left], profiles[right])
            if found.score >= least:
                made.append(
                    Candidate(
                        left_id=left,
                        right_id=right,
                        score=found.score,
                        evidence=found.evidence,
                        why=found.why,
                        found_at=moment,
                    )
                )
    made, run.decided = _undecided(made)
    run.found = len(made)
    with transaction.atomic():
        Candidate.objects.filter(left__in=own.values("pk")).delete()
        Candidate.objects.bulk_create(made, batch_size=500)
        record(
            by=by,
            deed="registry.looked_for_doubles",
            ref="registry",
            detail={"compared": run.compared, "found": run.found},
        )
    return run


def _pairs(run: Run) -> list[tuple[str, str]]:
    """Pairs that share a key of two words, of a word and a birth, or a number, which few have: a row a pair, those
    that share most first.

    The few keys are found first and joined from there (`CROSS JOIN` holds SQLite to that order): seconds, not minutes.
    """
    tying = "FROM registry_key WHERE (key & 7) > 0 GROUP BY key HAVING count(*)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT key {tying} > %s) AS many", [KEY_OF_MOST])  # noqa: S608
        run.too_common = int(cursor.fetchone()[0])
        cursor.execute(
            f"WITH few AS MATERIALIZED (SELECT key {tying} BETWEEN 2 AND %s) "  # noqa: S608 -- our own words
            "SELECT a.entity_id, b.entity_id FROM few CROSS JOIN registry_key a CROSS JOIN registry_key b "
            "WHERE a.key = few.key AND b.key = few.key AND b.entity_id > a.entity_id "
            "GROUP BY a.entity_id, b.entity_id ORDER BY count(*) DESC LIMIT %s",
            [KEY_OF_MOST, MOST_PAIRS],
        )
        return [(str(left), str(right)) for left, right in cursor]


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
