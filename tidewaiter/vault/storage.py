"""How much each administration has stored: every thing is counted before it
is written, and refused where it would not fit.

The sums are kept with every change; `recount` makes them anew from what is there. What several
administrations store counts for each, although the bytes lie on the node once: what an administration is
counted never depends on what others have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.limits import LIMITS, bytes_text, most
from tidewaiter.foundation.moments import now
from tidewaiter.vault.models import Stored, StoredSum

LIMIT = "stored_bytes_administration"
BATCH = 2000
COLUMNS = ("username", "size", "at")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that takes space, as `recount` finds it."""

    ref: str
    administration: str
    username: str
    size: int


def bound_of(administration: str) -> int:
    """How many bytes an administration may have stored."""
    own = StoredSum.objects.filter(administration=administration).values_list("bound", flat=True).first()
    return most(LIMIT) if own is None else own


def must_fit(by: Actor, size: int) -> None:
    """Raises `OverLimit` where so many bytes more would not fit; asked before something is read or begun."""
    have = StoredSum.objects.filter(administration=by.administration_code).values_list("size", flat=True).first() or 0
    _must_fit(by, have, size)


def _must_fit(by: Actor, have: int, size: int) -> None:
    bound = bound_of(by.administration_code)
    if size > 0 and have + size > bound and not is_node(by):
        said = gettext(LIMITS[LIMIT].says) % {"most": bytes_text(bound)}
        advice = gettext("%(have)s are stored. Forget what you no longer need, or ask a steward for more.")
        raise OverLimit(LIMIT, f"{said} {advice % {'have': bytes_text(have)}}")


def count_stored(*, kind: str, ref: str, size: int, by: Actor, bounded: bool = True) -> None:
    """Counts a thing of so many bytes for the person's administration, whoever else has stored it; counted again,
    its new size counts.

    Raises `OverLimit` where it does not fit and is `bounded`.
    """
    with transaction.atomic():
        total, _made = StoredSum.objects.select_for_update().get_or_create(administration=by.administration_code)
        own: dict[str, Any] = {"kind": kind, "ref": ref, "administration": by.administration_code}
        before = Stored.objects.filter(**own).first()
        if before is not None and before.size == size:
            return
        grown = size - (before.size if before else 0)
        if bounded:
            _must_fit(by, total.size, grown)
        said = {"username": by.username, "size": size, "at": now()}
        Stored.objects.update_or_create(**own, defaults=said)
        StoredSum.objects.filter(pk=total.pk).update(size=F("size") + grown)


def count_gone(*, kind: str, ref: str) -> None:
    """A thing is no longer stored, by nobody; one that was not counted is passed over."""
    with transaction.atomic():
        _uncount(Stored.objects.filter(kind=kind, ref=ref))


def _uncount(rows: QuerySet[Stored]) -> None:
    for one in rows.select_for_update():
        StoredSum.objects.filter(administration=one.administration).update(size=F("size") - one.size)
        one.delete()


def recount(kind: str, there: Iterable[Thing]) -> None:
    """Counts what is there of a kind, and nothing else; things that others stored
    meanwhile may be missed until the next time.
    """
    begun = now()
    found = {(one.ref, one.administration): one for one in there}
    rows = Stored.objects.filter(kind=kind, at__lt=begun).values_list("ref", "administration", "size")
    counted = {(ref, administration): size for ref, administration, size in rows}
    for ref, administration in counted.keys() - found.keys():
        with transaction.atomic():
            _uncount(Stored.objects.filter(kind=kind, ref=ref, administration=administration))
    fresh = (
        Stored(
            kind=kind, ref=one.ref, administration=one.administration, username=one.username, size=one.size, at=begun
        )
        for one in found.values()
        if counted.get((one.ref, one.administration)) != one.size
    )
    for some in in_batches(fresh, BATCH):
        Stored.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["kind", "ref", "administration"], update_fields=COLUMNS
        )
    with transaction.atomic():
        _sum_up()


def stored_by(kind: str, refs: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """By whom things of a kind are counted to be stored: (administration, username) by ref."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = Stored.objects.filter(kind=kind, ref__in=among(refs)).order_by("pk")
    for ref, administration, username in rows.values_list("ref", "administration", "username"):
        found.setdefault(ref, []).append((administration, username))
    return found


def _sum_up() -> None:
    """The sums as the things say; whoever stores something meanwhile waits for it."""
    list(StoredSum.objects.select_for_update().order_by("pk"))
    sums = dict(Stored.objects.values_list("administration").annotate(total=Sum("size")).order_by())
    for administration, total in sums.items():
        StoredSum.objects.update_or_create(administration=administration, defaults={"size": total})
    StoredSum.objects.exclude(administration__in=list(sums)).update(size=0)


def stored_of(administration: str) -> list[tuple[str, int, int]]:
    """(kind, things, bytes) of an administration, the largest kind first."""
    rows = Stored.objects.filter(administration=administration).values("kind").order_by()
    found = [(row["kind"], row["n"], row["total"]) for row in rows.annotate(n=Count("pk"), total=Sum("size"))]
    return sorted(found, key=lambda one: -one[2])
