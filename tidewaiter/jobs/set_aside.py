"""Items that failed: tried again at longer and longer distances, then set aside until a
steward lets them be tried or drops them.

What runs items for many people runs them through here, so that a bad one is nobody
else's matter (DESIGN.md §4, rule 21).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.moments import is_over, now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.running_items import Failure, Ran, run_batch, run_items
from tidewaiter.jobs import item_states
from tidewaiter.jobs.models import FailedItem

PAUSES = (60, 300, 1800, 7200)
"""Seconds before the second, third, fourth and fifth try; after that the item is set aside."""


def run_each[T](
    items: Iterable[T],
    work: Callable[[T], object],
    *,
    deed: str,
    ref_of: Callable[[T], str],
    in_transaction: bool = True,
    passes_on: tuple[type[Exception], ...] = (),
    after: int = 0,
    whole: bool = False,
) -> Ran[T]:
    """Does `work` for each item that is not left alone, keeps what fails and forgets the failures of what succeeds.

    For work that finds its items anew each time; with `whole` these are all there are, and failures of others are
    forgotten. Raises what `run_items` raises.
    """
    items = list(items)
    if whole:
        forget_but(deed=deed, refs=map(ref_of, items))
    known = {row.ref: row for row in FailedItem.objects.filter(deed=deed)}
    wanted = [item for item in items if (row := known.get(ref_of(item))) is None or _is_due(row)]
    ran = run_items(wanted, work, task=deed, in_transaction=in_transaction, passes_on=passes_on)
    keep_failures(ran, deed=deed, ref_of=ref_of, after=after)
    return ran


def run_together[T](
    items: Sequence[T],
    work: Callable[[Sequence[T]], object],
    *,
    deed: str,
    ref_of: Callable[[T], str],
    in_transaction: bool = True,
    after: int = 0,
) -> Ran[T]:
    """The same at once for many, halving where it fails. For followers: items come
    with their entries, and with `due_refs`.

    So an item that was left alone is tried again when its record changes. `after` is where the follower stands.
    """
    ran = run_batch(items, work, task=deed, in_transaction=in_transaction)
    keep_failures(ran, deed=deed, ref_of=ref_of, after=after)
    return ran


def due_refs(deed: str) -> list[str]:
    """The items of a deed that wait and whose next try has come."""
    waiting = FailedItem.objects.filter(deed=deed, state=item_states.WAITING).order_by("next_at")
    return [row.ref for row in waiting if _is_due(row)][:500]


def left_alone(deed: str) -> set[str]:
    """The items of a deed that are not to be tried now: they wait for their next try, or for a steward."""
    return {row.ref for row in FailedItem.objects.filter(deed=deed) if not _is_due(row)}


def _is_due(row: FailedItem) -> bool:
    """Whether its next try has come; one that was set further off than the longest pause was set by a wrong clock."""
    return row.next_at is not None and is_over(row.next_at, timedelta(seconds=PAUSES[-1]))


def set_aside_refs(deed: str) -> set[str]:
    """The items of a deed that wait for a steward, or that a steward has dropped."""
    kept = FailedItem.objects.filter(deed=deed).exclude(state=item_states.WAITING)
    return set(kept.values_list("ref", flat=True))


def missed_since(deed: str) -> dict[str, int]:
    """Where the follower stood when each failing item of a deed first failed: since then it has missed what came."""
    return dict(FailedItem.objects.filter(deed=deed).values_list("ref", "after"))


def keep_failures[T](ran: Ran[T], *, deed: str, ref_of: Callable[[T], str], after: int = 0) -> None:
    """Writes down what failed, and takes off the list what has succeeded now."""
    known = set(FailedItem.objects.filter(deed=deed).values_list("ref", flat=True))
    mended = sorted(known & {ref_of(item) for item in ran.done}) if known else []
    if not mended and not ran.failed:
        return
    with transaction.atomic():
        for some in in_batches(mended, 500):
            FailedItem.objects.filter(deed=deed, ref__in=some).delete()
        for failure in ran.failed:
            _keep(deed, ref_of(failure.item)[:200], failure, after)


def forget_failure(*, deed: str, ref: str) -> None:
    """The thing was changed or is gone: what was known of its failures no longer holds."""
    FailedItem.objects.filter(deed=deed, ref=ref).delete()


def forget_but(*, deed: str, refs: Iterable[str]) -> None:
    """Of the failing items of a deed keeps those alone that are still there, and what a steward has dropped."""
    kept = set(refs)
    known = FailedItem.objects.filter(deed=deed).exclude(state=item_states.DROPPED)
    gone = [ref for ref in known.values_list("ref", flat=True) if ref not in kept]
    for some in in_batches(gone, 500):
        FailedItem.objects.filter(deed=deed, ref__in=some).delete()


def _keep[T](deed: str, ref: str, failure: Failure[T], after: int) -> None:
    moment = now()
    row = FailedItem.objects.select_for_update().filter(deed=deed, ref=ref).first()
    if row is None:
        row = FailedItem(deed=deed, ref=ref, since=moment, tries=0, after=after)
    row.tries += 1
    row.error = failure.error[:100]
    again = not failure.lasting and row.tries <= len(PAUSES)
    row.state = item_states.WAITING if again else item_states.SET_ASIDE
    row.next_at = moment + timedelta(seconds=PAUSES[row.tries - 1]) if again else None
    row.save()


def let_try(*, item: int) -> FailedItem:
    """Lets an item be tried at the next turn. Raises `Missing` for one that is not there (any more)."""
    return _moved("retry", item)


def drop(*, item: int) -> FailedItem:
    """Leaves an item alone for good, unless its record changes. Raises `Missing`."""
    return _moved("drop", item)


def let_all_try() -> int:
    """Lets every item that waits or is set aside be tried at the next turn; gives how many."""
    kept = FailedItem.objects.exclude(state=item_states.DROPPED)
    return kept.update(state=item_states.WAITING, next_at=now())


def _moved(move: str, item: int) -> FailedItem:
    with transaction.atomic():
        row = FailedItem.objects.select_for_update().filter(pk=item).first()
        if row is None or row.state not in item_states.MOVES[move]:
            raise Missing("no_item", _("Nothing of that number is set aside any more."))
        row.state = item_states.MOVES[move][row.state]
        row.next_at = now() if row.state == item_states.WAITING else None
        row.save()
    return row
