"""Invented persons, and how another writes them: rows for `bench/registry.py`, and a quick way to keep many of them.

Family names come as often as they do in life: few are had by many, most by few.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import scratch  # noqa: F401 -- settings come from here, before Django reads any model
from django.db import connection, transaction

from tidewaiter.foundation.bulk import in_batches, insert_rows
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_refs
from tidewaiter.foundation.text import fold
from tidewaiter.registry.indexing import keys_of
from tidewaiter.registry.models import Entity, Key, Statement

_SYLLABLES = "ka mo ri ta ne lu sa vi do pe ha no ze ba ti ru ma lo shi fe gu ya ko wa ni"
SYLLABLES = _SYLLABLES.split()
_COUNTRIES = "KE UG TZ ET SO CL KR CN IN AE TR NL FR BR ZA"
COUNTRIES = _COUNTRIES.split()
BATCH = 5_000
_ENTITY = """
    ref kind caption folded canonical administration listed source_key handling digest made_by made_at changed_at
"""
_STATEMENT = """
    entity_id prop value original doubt source said_on scheme grade handling owner made_by made_at
"""
type Person = tuple[str, str, str]
type _Row = tuple[object, ...]


def person(chance: Random) -> Person:
    """Name, birth, country of somebody."""
    words = [
        "".join(SYLLABLES[min(int(chance.expovariate(0.12)), 24)] for _ in range(chance.randint(2, 4)))
        for _ in range(chance.choice((2, 2, 2, 3)))
    ]
    birth = f"{chance.randint(1945, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    return " ".join(word.capitalize() for word in words), birth, chance.choice(COUNTRIES)


def again(one: Person, chance: Random) -> Person:
    """The same person as another writes them."""
    name, birth, country = one
    words = name.split()
    how = chance.randrange(3)
    if how == 0:
        words = words[1:] + words[:1]
    elif how == 1:
        at = chance.randrange(len(words))
        place = chance.randrange(1, len(words[at]))
        words[at] = words[at][:place] + words[at][place + 1 :] or words[at]
    return " ".join(words), birth[: chance.choice((4, 10))] if how != 1 else birth, country


@contextmanager
def indexes_afterwards() -> Iterator[None]:
    """On SQLite the indexes of the registry's tables are made when these are full: minutes, not an hour."""
    held: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                "AND tbl_name IN ('registry_entity', 'registry_statement', 'registry_key')"
            )
            held = list(cursor.fetchall())
        for name, _sql in held:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in held:
            cursor.execute(sql)


def keep(rows: list[Person], by: str) -> None:
    """Keeps them as bringing them would have, without a file, without cleaning what is clean, without the ledger."""
    with indexes_afterwards():
        _keep(rows, by)


def _keep(rows: list[Person], by: str) -> None:
    moment = now()
    for batch in in_batches(enumerate(rows), BATCH):
        refs = new_refs("RG", len(batch))
        with transaction.atomic():
            insert_rows(Entity, _ENTITY.split(), _entities(refs, batch, by, moment))
            insert_rows(Statement, _STATEMENT.split(), _said(refs, batch, by, moment))
            insert_rows(
                Key,
                ("entity_id", "key"),
                (
                    (ref, key)
                    for ref, (_at, (name, birth, _country)) in zip(refs, batch, strict=True)
                    for key in keys_of("person", [("name", name), ("birthDate", birth)])
                ),
            )


def _entities(
    refs: list[str], batch: list[tuple[int, Person]], by: str, moment: object
) -> Iterator[tuple[object, ...]]:
    for ref, (at, (name, _birth, _country)) in zip(refs, batch, strict=True):
        folded = f" {fold(name)} "
        yield (ref, "person", name, folded, ref, "KE", "", f"p{at}", "AMBER", "", by, moment, moment)


def _said(refs: list[str], batch: list[tuple[int, Person]], by: str, moment: object) -> Iterator[_Row]:
    for ref, (_at, row) in zip(refs, batch, strict=True):
        for prop, value in zip(("name", "birthDate", "nationality"), row, strict=True):
            said = value.lower() if prop == "nationality" else value
            yield (ref, prop, said, "", "", "bench", None, "", "", "AMBER", "KE", by, moment)
