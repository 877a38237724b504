"""How what is said of a thing is cleaned and kept: its row, its statements, its keys. Deeds call this and record it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, insert_rows
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refs import new_refs
from tidewaiter.foundation.text import fold
from tidewaiter.registry.indexing import keys_of
from tidewaiter.registry.models import Decision, Entity, Key, Statement
from tidewaiter.registry.reading.said import SaidThing, Unread
from tidewaiter.registry.verdicts import ONE
from tidewaiter.registry.vocabulary import NAMES, NUMBERS, Value, cleaned

BATCH = 1_000
HANDLING = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
_STATEMENT = (
    "entity_id",
    "prop",
    "value",
    "original",
    "doubt",
    "source",
    "said_on",
    "scheme",
    "grade",
    "handling",
    "owner",
    "made_by",
    "made_at",
)


@dataclass(slots=True)
class Ready:
    """A thing that was cleaned."""

    said: SaidThing
    rows: list[tuple[Any, ...]]
    caption: str
    folded: str
    digest: str
    keys: set[int]


def ready(said: SaidThing, by: Actor, moment: datetime) -> Ready | Unread:
    """A thing as it will be kept: values cleaned, or why it is none."""
    values: list[tuple[Value, dict[str, str]]] = []
    for prop, text, told in _with_sources(said):
        if value := cleaned(said.kind, prop, text):
            values.append((value, told))
    names = [value.value for value, _told in values if value.prop in NAMES]
    if not names:
        return Unread(row=said.row, code="no_name", message=_("The row has no name."), column="name")
    handling = said.handling if said.handling in HANDLING else "AMBER"
    rows = []
    for value, told in values:
        rows.append(
            (
                value.prop,
                value.value,
                value.original,
                value.doubt,
                told["source"][:300],
                _day(told["date"]),
                told["scheme"][:20],
                told["grade"][:20],
                told["handling"] if told["handling"] in HANDLING else handling,
                told["owner"][:3] or by.administration_code,
                by.username,
                moment,
            )
        )
    rows = list(dict.fromkeys(rows))
    plain = sorted([*map(str, row[:10])] for row in rows)
    digest = hashlib.sha256(canonical([said.kind, handling, plain])).hexdigest()
    pairs = [(value.prop, value.value) for value, _told in values]
    caption = next((value.value for value, _told in values if value.prop == "name"), names[0])
    numbers = " ".join(value.value for value, _told in values if value.prop in NUMBERS)
    folded = f" {fold(' '.join(names)[:4000])} {numbers.lower()}"
    return Ready(said, rows, caption[:300], folded, digest, keys_of(said.kind, pairs))


def _with_sources(said: SaidThing) -> list[tuple[str, str, dict[str, str]]]:
    """(property, text, where it comes from): by its own statements where the file has them, else by the row."""
    names = ("source", "date", "scheme", "grade", "handling", "owner")
    if said.told:
        return [
            (
                one.get("prop", ""),
                one.get("original") or one.get("value", ""),
                {name: one.get(name, "") for name in names},
            )
            for one in said.told
        ]
    row = {
        "source": said.source,
        "date": said.said_on,
        "scheme": said.scheme,
        "grade": said.grade,
        "handling": said.handling,
        "owner": "",
    }
    return [(prop, text, row) for prop, text in said.values]


def _day(text: str) -> date | None:
    found = read_date(text).value if text else None
    return date.fromisoformat(found.iso) if found else None


def put_in(fresh: list[Ready], by: Actor, listed: str, moment: datetime) -> list[str]:
    """Keeps new things with their statements and keys, inside a transaction; gives their refs."""
    refs = new_refs("RG", len(fresh))
    Entity.objects.bulk_create(
        [
            Entity(
                ref=ref,
                kind=one.said.kind,
                caption=one.caption,
                folded=one.folded,
                canonical=ref,
                administration=by.administration_code,
                listed=listed,
                source_key=one.said.key,
                digest=one.digest,
                made_by=by.username,
                made_at=moment,
                changed_at=moment,
                handling=one.said.handling if one.said.handling in HANDLING else "AMBER",
            )
            for ref, one in zip(refs, fresh, strict=True)
        ],
        batch_size=BATCH,
    )
    insert_rows(Statement, _STATEMENT, ((ref, *row) for ref, one in zip(refs, fresh) for row in one.rows))
    insert_rows(Key, ("entity_id", "key"), ((ref, key) for ref, one in zip(refs, fresh) for key in one.keys))
    return refs


def put_anew(changed: list[tuple[Entity, Ready]], by: Actor, moment: datetime) -> None:
    """What a source says otherwise now takes the place of what it said."""
    if not changed:
        return
    refs = [entity.ref for entity, _one in changed]
    Statement.objects.filter(entity__in=among(refs)).delete()
    Key.objects.filter(entity__in=among(refs)).delete()
    for entity, one in changed:
        entity.caption, entity.folded, entity.digest, entity.changed_at = one.caption, one.folded, one.digest, moment
        entity.handling = one.said.handling if one.said.handling in HANDLING else "AMBER"
    Entity.objects.bulk_update(
        [entity for entity, _one in changed], ["caption", "folded", "digest", "changed_at", "handling"], batch_size=200
    )
    insert_rows(Statement, _STATEMENT, ((entity.ref, *row) for entity, one in changed for row in one.rows))
    insert_rows(Key, ("entity_id", "key"), ((entity.ref, key) for entity, one in changed for key in one.keys))


def refresh(entity: Entity, moment: datetime) -> None:
    """Makes what is kept for lists and finding of an entity's statements anew. Inside a transaction."""
    said = list(entity.statements.order_by("pk").values_list("prop", "value"))
    names = [value for prop, value in said if prop in NAMES]
    numbers = " ".join(value for prop, value in said if prop in NUMBERS)
    entity.caption = next((value for prop, value in said if prop == "name"), entity.caption)[:300]
    entity.folded = f" {fold(' '.join(names)[:4000])} {numbers.lower()}"
    entity.changed_at, entity.digest = moment, ""
    entity.save(update_fields=["caption", "folded", "changed_at", "digest"])
    held = set(entity.keys.values_list("key", flat=True))
    Key.objects.bulk_create([Key(entity=entity, key=key) for key in keys_of(entity.kind, said) - held])


def read_anew(under: list[str]) -> None:
    """Says of all that were read under these refs, under which they are read by the decisions that stand: the oldest
    of what hangs together, the node's own before those of published lists.
    """
    members = {one.ref: one for one in Entity.objects.select_for_update().filter(canonical__in=under)}
    near: dict[str, set[str]] = defaultdict(set)
    standing = Decision.objects.filter(
        verdict=ONE, undone_at=None, left__in=among(list(members)), right__in=among(list(members))
    )
    for left, right in standing.values_list("left", "right"):
        near[left].add(right)
        near[right].add(left)
    waiting = set(members)
    moved = []
    while waiting:
        together, at = set(), [min(waiting)]
        while at:
            ref = at.pop()
            if ref not in together:
                together.add(ref)
                at += near[ref] - together
        waiting -= together
        head = min(together, key=lambda ref: (members[ref].listed != "", ref))
        for ref in together:
            if members[ref].canonical != head:
                members[ref].canonical = head
                moved.append(members[ref])
    Entity.objects.bulk_update(moved, ["canonical"], batch_size=200)


def empty_log() -> None:
    """Empties SQLite's write-ahead file, where what was erased may still lie; nothing on PostgreSQL."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
