"""Bringing a file of persons, companies, conveyances and links in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches, insert_rows
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refs import new_refs
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import fold, read_name
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.indexing import keys_of
from tidewaiter.registry.models import Entity, Key, Link, Statement
from tidewaiter.registry.policy import may_write
from tidewaiter.registry.reading.opening import read_file
from tidewaiter.registry.reading.said import SaidLink, SaidThing, Unread
from tidewaiter.registry.reading.tables import Mapping
from tidewaiter.registry.vocabulary import NAMES, NUMBERS, Value, cleaned

BATCH = 1_000
MOST_ERRORS = 1_000
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
_LINK = (
    "ref",
    "schema",
    "role",
    "subject_id",
    "object_id",
    "begins",
    "ends",
    "share",
    "source",
    "scheme",
    "grade",
    "administration",
    "listed",
    "source_key",
    "made_by",
    "made_at",
)


@dataclass(slots=True)
class Brought:
    """What came of a file: `accepted + rejected + unchanged + changed = rows`."""

    rows: int = 0
    entities: int = 0
    accepted: int = 0
    rejected: int = 0
    unchanged: int = 0
    changed: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, one: Unread) -> None:
        """One row that was not taken."""
        self.rejected += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"row": one.row, "column": one.column, "code": one.code, "message": one.message})


@dataclass(slots=True)
class _Ready:
    """A thing that was cleaned."""

    said: SaidThing
    rows: list[tuple[Any, ...]]
    caption: str
    folded: str
    digest: str
    keys: set[int]


def bring_entities(
    *, path: Path, by: Actor, listed: str = "", mapping: str = "", progress: Callable[[int], None] = lambda _rows: None
) -> Brought:
    """Takes a file in; again the same changes nothing. `listed` names the published list that it is.

    Raises `BadInput` where it cannot be read at all, or a refusal.
    """
    may_write(by)
    listed = read_name(listed, 60)
    done, how = Brought(), Mapping(mapping)
    links = False
    for batch in in_batches(read_file(path, how), BATCH):
        done.rows += len(batch)
        things = []
        for one in batch:
            if isinstance(one, Unread):
                done.refuse(one)
            elif isinstance(one, SaidThing):
                things.append(one)
            else:
                links = True
        _take(things, by, listed, done)
        progress(done.rows)
    if links:
        for batch_of_links in in_batches(_links_of(path, how), BATCH):
            _take_links(batch_of_links, by, listed, done)
    if not done.rows:
        raise BadInput("no_rows", _("The file has no rows."))
    with transaction.atomic():
        record(by=by, deed="registry.brought", ref="registry", detail={"rows": done.rows, "rejected": done.rejected})
    return done


def _links_of(path: Path, mapping: Mapping) -> Iterator[SaidLink]:
    return (one for one in read_file(path, mapping) if isinstance(one, SaidLink))


def ready(said: SaidThing, by: Actor, moment: datetime) -> _Ready | Unread:
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
    return _Ready(said, rows, caption[:300], folded, digest, keys_of(said.kind, pairs))


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


def _take(things: list[SaidThing], by: Actor, listed: str, done: Brought) -> None:
    moment = now()
    by_key: dict[str, _Ready] = {}
    for said in things:
        made = ready(said, by, moment)
        if isinstance(made, Unread):
            done.refuse(made)
        elif said.key in by_key:
            done.unchanged += 1  # the same thing once more in one file
        else:
            by_key[said.key] = made
    with transaction.atomic():
        held = Entity.objects.select_for_update().filter(
            administration=by.administration_code, listed=listed, source_key__in=among(list(by_key))
        )
        known = {one.source_key: one for one in held} | _known_by_ref(by_key, by, listed)
        fresh = [one for key, one in by_key.items() if key not in known]
        changed = [(known[key], one) for key, one in by_key.items() if key in known and known[key].digest != one.digest]
        put_in(fresh, by=by, listed=listed, moment=moment)
        _put_anew(changed, by, moment)
    done.entities += len(fresh)
    done.accepted += len(fresh)
    done.changed += len(changed)
    done.unchanged += len(by_key) - len(fresh) - len(changed)


def _known_by_ref(by_key: dict[str, _Ready], by: Actor, listed: str) -> dict[str, Entity]:
    """What went out of this node and comes back is known by its ref."""
    refs = [key for key in by_key if key.startswith("RG-")]
    held = Entity.objects.select_for_update().filter(
        administration=by.administration_code, listed=listed, ref__in=among(refs)
    )
    return {one.ref: one for one in held}


def put_in(fresh: list[_Ready], *, by: Actor, listed: str, moment: datetime) -> list[str]:
    """Keeps new things with their statements and keys, and records each. Inside a transaction; gives their refs."""
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
    record_many(by=by, deed="registry.entered", things=[(ref, 0) for ref in refs])
    return refs


def _put_anew(changed: list[tuple[Entity, _Ready]], by: Actor, moment: datetime) -> None:
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
    record_many(by=by, deed="registry.amended", things=[(ref, 0) for ref in refs])


def _take_links(links: list[SaidLink], by: Actor, listed: str, done: Brought) -> None:
    moment = now()
    wanted = {key for one in links for key in (one.subject, one.object)}
    with transaction.atomic():
        mine = Entity.objects.filter(administration=by.administration_code, listed=listed)
        place = dict(mine.filter(source_key__in=among(wanted)).values_list("source_key", "ref"))
        place |= {ref: ref for ref in mine.filter(ref__in=among(wanted)).values_list("ref", flat=True)}
        held = Link.objects.filter(administration=by.administration_code, listed=listed)
        known = set(held.filter(source_key__in=among([one.key for one in links])).values_list("source_key", flat=True))
        rows: list[tuple[Any, ...]] = []
        for one in links:
            if one.subject not in place or one.object not in place:
                words = _("What it links is not in the registry: «%(key)s».")
                missing = one.subject if one.subject not in place else one.object
                done.refuse(Unread(row=one.row, code="link", message=words % {"key": missing[:60]}))
            elif one.key in known:
                done.unchanged += 1
            else:
                known.add(one.key)
                rows.append(
                    (
                        "",
                        one.schema,
                        one.role[:200],
                        place[one.subject],
                        place[one.object],
                        one.begins[:20],
                        one.ends[:20],
                        one.share[:40],
                        one.source[:300],
                        one.scheme,
                        one.grade,
                        by.administration_code,
                        listed,
                        one.key,
                        by.username,
                        moment,
                    )
                )
        refs = new_refs("RL", len(rows))
        insert_rows(Link, _LINK, ((ref, *row[1:]) for ref, row in zip(refs, rows, strict=True)))
        record_many(by=by, deed="registry.linked", things=[(ref, 0) for ref in refs])
    done.accepted += len(rows)
