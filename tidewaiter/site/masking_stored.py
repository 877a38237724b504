"""What earlier releases let through: every marked column of the node looked at again, and masked as today's rules do.

A value that a person judged to be nobody stays. The ledger cannot be changed, its entries hang together by their
hashes; what of it looks like personal data is counted and said. Nor are backups and files that were taken away reached.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext

from tidewaiter.cases.search_index import rebuild
from tidewaiter.cases.stored_masking import Masked
from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.ledger.models import Entry
from tidewaiter.privacy.columns import Marked
from tidewaiter.privacy.finding import find

AT_ONCE = 1_000
type _Walk = Callable[..., Masked | None]


def mask_stored(*, by: Actor, write: bool, told: Callable[[str], None]) -> dict[str, Any]:
    """Masks what stands in marked columns, some rows a transaction, and records what was done; without `write` says
    what would be: `{"columns": [{"column", "rows", "changed"}], "cases", "references", "ledger": {"entries",
    "suspected", "first"}}`. `told` hears of each column that is done.

    Raises `Refusal` on a node that holds names, `NotAllowed` for anybody but a steward or the node itself.
    """
    must_be_steward(by)
    if settings.HOLDS_NAMES:
        raise Refusal("holds_names", gettext("This node holds names: nothing of it is masked."))
    looked_at: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    cases = references = 0
    with _overwriting(write):
        for walk in _walks():
            after, going_on = 0, True
            while going_on:
                with transaction.atomic():
                    done = walk(after, write=write)
                    if done is not None and write and done.things:
                        record_many(by=by, deed="cases.masked", things=done.things)
                if going_on := done is not None:
                    after = done.last
                    looked_at.update(done.looked_at)
                    changed.update(done.changed)
                    cases, references = cases + len(done.things), references + done.references
        for model, columns in _marked():
            for name, rows, other in _masked_columns(model, columns, write=write):
                looked_at[name] += rows
                changed[name] += other
            told(model._meta.label)
        if write:
            with transaction.atomic():
                detail = {"rows": sum(changed.values()), "columns": sum(map(bool, changed.values()))}
                record(by=by, deed="site.masked_stored", ref="node", detail=detail)
            rebuild()  # though no case changed: words that were taken out earlier may lie in the index still
    told_of = [{"column": name, "rows": looked_at[name], "changed": changed[name]} for name in sorted(looked_at)]
    return {"columns": told_of, "cases": cases, "references": references, "ledger": _ledger()}


def _walks() -> Iterator[_Walk]:
    """Through records whose values are judged one by one before they are put together: what rests on others first."""
    for room in reversed(rooms_of_node()):
        yield from room.masks


@contextmanager
def _overwriting(write: bool) -> Iterator[None]:
    """On SQLite what is replaced is overwritten with zeros, and the write-ahead file is emptied afterwards."""
    here = write and connection.vendor == "sqlite"
    if here:
        _say("PRAGMA secure_delete = ON")  # it is on already, but where another's settings say otherwise
    try:
        yield
    finally:
        if here and not connection.in_atomic_block:
            _say("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)


def _marked() -> Iterator[tuple[type[models.Model], list[Any]]]:
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.label):
        columns = [one for one in model._meta.concrete_fields if isinstance(one, Marked) and one.judges]
        if columns:
            yield model, columns


def _masked_columns(model: type[models.Model], columns: list[Any], *, write: bool) -> Iterator[tuple[str, int, int]]:
    """(column, rows, changed rows) of each batch of a table."""
    names = [column.attname for column in columns]
    last: Any = None
    while True:
        wanted = model._base_manager.order_by("pk")
        rows = list((wanted if last is None else wanted.filter(pk__gt=last)).values_list("pk", *names)[:AT_ONCE])
        if not rows:
            return
        last = rows[-1][0]
        for at, column in enumerate(columns, 1):
            other = [(row[0], clean) for row in rows if (clean := column.judged(row[at])) != row[at]]
            if write and other:
                _write(model, column, other)
            yield f"{model._meta.label}.{column.name}", len(rows), len(other)


def _write(model: type[models.Model], column: Any, other: list[tuple[Any, Any]]) -> None:
    """Writes values; where two become alike that must differ, each is told apart by its key."""
    try:
        with transaction.atomic():
            _update(model, column, other)
    except IntegrityError:
        with transaction.atomic():
            _update(model, column, [(key, f"{value} {key}"[: column.max_length]) for key, value in other])


def _update(model: type[models.Model], column: Any, other: list[tuple[Any, Any]]) -> None:
    rows = [model(pk=key, **{column.attname: value}) for key, value in other]
    model._base_manager.bulk_update(rows, [column.name], batch_size=200)


def _ledger() -> dict[str, Any]:
    """How many entries there are, in how many the detail looks like personal data, and the number of the first."""
    entries = suspected = first = 0
    for seq, detail in Entry.objects.order_by("seq").values_list("seq", "detail").iterator(chunk_size=5000):
        entries += 1
        if detail and find(detail):
            suspected += 1
            first = first or seq
    return {"entries": entries, "suspected": suspected, "first": first or None}
