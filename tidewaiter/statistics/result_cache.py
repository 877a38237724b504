"""Answers that were computed already: as long as the store is the same, the same
question of people who see the same has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.stamped_cache import StampedCache
from tidewaiter.statistics import store
from tidewaiter.statistics.dashboard.scope import Scope, validated_rows

MOST = 48
_kept: StampedCache[Any] = StampedCache(MOST)


def remembered[T](name: str, scope: Scope | None, actor: Actor | None, work: Callable[[], T]) -> T:
    """What `work` gives for a scope and what this person sees; computed once for each state of the store.

    People who see the same share answers: the key is the rule of sight itself, not the
    person. Answers are not changed by callers.
    """
    store.bring_up_to_date()
    key = (name, scope.query() if scope else "", validated_rows(actor), str(store.folder()))
    found: T = _kept.of(key, store.stamp(), work)
    return found
