"""Public editions whose periods overlap: what two of them together would tell, the later one hides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tidewaiter.statistics.disclosure.thresholds import Behind, changed_by_few, together
from tidewaiter.statistics.models import Snapshot
from tidewaiter.vault.actions import path_of


def earlier_editions(snapshot: Snapshot) -> list[Snapshot]:
    """The public editions of which a month is one of this public edition too and that were frozen before it, the
    oldest first.

    One whose file is gone is passed over.
    """
    overlapping = Snapshot.objects.filter(
        audience="public",
        since__lte=snapshot.until,
        until__gte=snapshot.since,
        frozen_at__lt=snapshot.frozen_at,
    ).exclude(digest=snapshot.digest)
    return [one for one in overlapping.order_by("frozen_at") if path_of(one.file).exists()]


def marked(now: Sequence[Behind], before: Iterable[Sequence[Behind]]) -> list[list[bool]]:
    """Of a list of figures, its total last, which must be hidden for what an earlier edition said of the same: as
    `disclosure_control.hidden` takes it. `before` has the list of each earlier edition, in the order of this one.
    """
    every = [*now, together(now)]
    hide = [False] * len(every)
    for former in before:
        for at, (one, was) in enumerate(zip(every, [*former, together(former)], strict=True)):
            hide[at] = hide[at] or changed_by_few(one, was)
    return [[one, one] for one in hide]
