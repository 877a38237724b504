"""What a process keeps of what it read or computed, for as long as what it is made of has the same stamp."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class _Kept[T]:
    """One value with its stamp; who makes it holds the lock, which the same thread may take again."""

    __slots__ = ("lock", "made")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.made: tuple[Any, T] | None = None


class StampedCache[T]:
    """At most `most` values by key, those that were asked for lately. A value is believed while its stamp is the one
    that is asked with, whatever a stamp is: a time, a number, the names and times of several lists.

    Of one key one thread makes the value and who comes meanwhile waits for it; of others nobody waits. What was
    being made when all was forgotten is given to who waits for it and not kept. Callers do not change what they get.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept[T]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Hashable, stamp: Any, make: Callable[[], T]) -> T:
        """The value of a key, made where there is none of this stamp. What `make` raises is raised, nothing kept."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept()
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        made = kept.made
        if made is None or made[0] != stamp:
            with kept.lock:
                made = kept.made
                if made is None or made[0] != stamp:
                    kept.made = None  # what is of another stamp need not lie in memory beside what is made now
                    made = kept.made = (stamp, make())
        return made[1]

    def forget(self) -> None:
        """Nothing is believed any longer: another database or folder stands behind the same process."""
        with self._lock:
            self._kept.clear()
