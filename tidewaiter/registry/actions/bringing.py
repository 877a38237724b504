"""Bringing a file of persons, companies, conveyances and links in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches, insert_rows
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_refs
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.keeping import BATCH, Ready, put_anew, put_in, ready
from tidewaiter.registry.models import Entity, Link
from tidewaiter.registry.policy import may_write
from tidewaiter.registry.reading.opening import read_file
from tidewaiter.registry.reading.said import SaidLink, SaidThing, Unread
from tidewaiter.registry.reading.tables import Mapping

MOST_ERRORS = 1_000
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


def _take(things: list[SaidThing], by: Actor, listed: str, done: Brought) -> None:
    moment = now()
    by_key: dict[str, Ready] = {}
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
        known = {one.source_key: one for one in held} | _known_by_ref(by_key, by)
        fresh = [one for key, one in by_key.items() if key not in known]
        changed = [
            (known[key], one)
            for key, one in by_key.items()
            if key in known and known[key].digest != one.digest and known[key].listed == listed
        ]
        refs = put_in(fresh, by, listed, moment)
        record_many(by=by, deed="registry.entered", things=[(ref, 0) for ref in refs])
        put_anew(changed, by, moment)
        record_many(by=by, deed="registry.amended", things=[(entity.ref, 0) for entity, _one in changed])
    done.entities += len(fresh)
    done.accepted += len(fresh)
    done.changed += len(changed)
    done.unchanged += len(by_key) - len(fresh) - len(changed)


def _known_by_ref(by_key: dict[str, Ready], by: Actor) -> dict[str, Entity]:
    """What went out of this node and comes back is known by its ref, on whatever list it stands."""
    refs = [key for key in by_key if key.startswith("RG-")]
    held = Entity.objects.select_for_update().filter(administration=by.administration_code, ref__in=among(refs))
    return {one.ref: one for one in held}


def _take_links(links: list[SaidLink], by: Actor, listed: str, done: Brought) -> None:
    moment = now()
    wanted = {key for one in links for key in (one.subject, one.object)}
    with transaction.atomic():
        mine = Entity.objects.filter(administration=by.administration_code, listed=listed)
        place = dict(mine.filter(source_key__in=among(wanted)).values_list("source_key", "ref"))
        place |= {ref: ref for ref in mine.filter(ref__in=among(wanted)).values_list("ref", flat=True)}
        held = Link.objects.filter(administration=by.administration_code, listed=listed)
        keys = [one.key for one in links]
        known = set(held.filter(source_key__in=among(keys)).values_list("source_key", flat=True))
        known |= set(Link.objects.filter(ref__in=among(keys)).values_list("ref", flat=True))
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
