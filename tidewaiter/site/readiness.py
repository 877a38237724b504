"""Whether the node does its work: what web processes can tell from the database, in a few small reads.

A deed is overdue when it has not succeeded for five times its distance (two minutes at least), counted from
the node's start where that is later: so a node that has just started, or has no worker yet, is ready, and
ill when nobody comes. Stamps from the future are of no moment: what has no other is overdue, and the code
`clock_ahead` says that there are some.
"""

from __future__ import annotations

import math
import os
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count

from tidewaiter.foundation.moments import is_ahead, now, seconds_since
from tidewaiter.jobs import item_states
from tidewaiter.jobs.models import FailedItem, ScheduledDeed
from tidewaiter.ledger.models import Cursor, Entry
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.people.sources import proxy_undeclared
from tidewaiter.site.clock import BEAT, CLOCK, followers, schedule
from tidewaiter.site.heads_away import not_sent
from tidewaiter.site.running import children_of

LOW_DISK = 200 * 1024**2
A_DAY, AN_HOUR = 86400, 3600
LATE, LEAST = 5, 120
"""Times its distance, and seconds, after which a deed is overdue."""


@dataclass(frozen=True, slots=True)
class DeedState:
    """A deed of the schedule: every how many seconds, how long ago it succeeded and was begun, how it last failed.

    Ages are nothing where there is none, and -1 where the stamp lies in the future.
    """

    name: str
    every: int
    age: int | None
    begun: int | None
    error: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class FollowerState:
    """Who follows the ledger, by which deed: entries not read yet, seconds since the oldest
    of them, and whether it stands still.
    """

    name: str
    deed: str
    lag: int
    oldest: int
    stands: bool


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process that `serve` watches: how often it died within an hour, for how many seconds it is held back."""

    name: str
    deaths: int
    held: int


@dataclass(slots=True)
class Readiness:
    """`why` holds codes and is empty where the node is ready; `notices` holds codes
    of what somebody should look at soon.
    """

    why: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    children: list[ProcessState] = field(default_factory=list)
    heads_waiting: int = 0
    heads_oldest: int = 0
    heads_error: str = ""
    clock_age: int | None = None
    deeds: list[DeedState] = field(default_factory=list)
    followers: list[FollowerState] = field(default_factory=list)
    set_aside: int = 0
    waiting: int = 0

    def codes(self) -> list[str]:
        """For strangers: `ok` or the codes, without the names of deeds and followers, ages and numbers."""
        codes, notices = ([code.partition(":")[0] for code in found] for found in (self.why, self.notices))
        return [*(dict.fromkeys(codes) or ["ok"]), *dict.fromkeys(f"notice {code}" for code in notices)]

    def lines(self) -> list[str]:
        """For programs of this node: `ok` or the codes, then what they rest on."""
        said = [*(self.why or ["ok"]), *(f"notice {code}" for code in self.notices)]
        if self.deeds:
            said.append(f"clock age={_said(self.clock_age)} every={BEAT}")
        said += [
            f"deed {one.name} age={_said(one.age)} every={one.every}{f' error={one.error}' if one.error else ''}"
            for one in self.deeds
        ]
        said += [f"follower {one.name} lag={one.lag} oldest={one.oldest}" for one in self.followers]
        if self.deeds:
            said.append(f"items set_aside={self.set_aside} waiting={self.waiting}")
        if settings.HEADS_TO and self.deeds:
            said.append(f"heads not_sent={self.heads_waiting} oldest={self.heads_oldest}{self.heads_error}")
        said += [f"child {one.name} deaths={one.deaths} held={one.held}" for one in self.children]
        return said


def _said(seconds: int | None) -> str:
    return "never" if seconds is None else "ahead" if seconds < 0 else str(seconds)


def readiness(*, since: datetime | None = None) -> Readiness:
    """How the node stands now; never raises for a database that is away. `since` stands for the node's start."""
    found = Readiness()
    try:
        if migrations_wait():
            found.why.append("migrations_waiting")
        else:
            _of_the_clock(found, since or datetime.fromtimestamp(settings.NODE_STARTED, UTC))
            _of_heads(found)
    except DatabaseError:
        found = Readiness(["database"])
    found.why += _of_the_disk()
    _of_processes(found)
    if proxy_undeclared():  # no reason to be out of service: whoever may send a header could put it there
        found.notices.append("proxy_undeclared")
    return found


def _of_heads(found: Readiness) -> None:
    """Heads that are to leave the node and have not: told after a day; the node serves on."""
    if not settings.HEADS_TO:
        return
    waiting = list(not_sent().values_list("signed_at", "error"))
    found.heads_waiting = len(waiting)
    if waiting:
        signed_at, error = min(waiting)
        found.heads_oldest = max(0, _age(datetime.fromisoformat(signed_at)) or 0)
        found.heads_error = f" error={error}" if error else ""
    if found.heads_oldest > A_DAY:
        found.notices.append("heads_not_sent")


def _of_processes(found: Readiness) -> None:
    """What the supervisor has noted of the processes it watches."""
    moment = time.time()
    for one in children_of(Path(settings.TIDEWAITER_HOME)):
        held = max(0, math.ceil(one.next_start - moment)) if not one.pid else 0
        lately = sum(moment - died <= AN_HOUR for died in one.died)
        found.children.append(ProcessState(one.name, lately, held))
        if held:
            found.notices.append(f"held_back:{one.name}")


def _of_the_disk() -> list[str]:
    why = []
    home = Path(settings.TIDEWAITER_HOME)
    if not os.access(home, os.W_OK):
        why.append("data_folder")
    elif shutil.disk_usage(home).free < LOW_DISK:
        why.append("disk_full")
    if (home / "restoring").exists():
        why.append("restoring")
    return why


@lru_cache(maxsize=1)
def migrations_here() -> frozenset[tuple[str, str]]:
    """The migrations of this release; they do not change while it runs."""
    loader = MigrationLoader(None)
    return frozenset(loader.graph.nodes)


def migrations_wait() -> bool:
    """Whether this release has migrations that the database has not."""
    return bool(migrations_here() - set(MigrationRecorder(connection).applied_migrations()))


def _of_the_clock(found: Readiness, started: datetime) -> None:
    rows = {row.name: row for row in ScheduledDeed.objects.all()}
    deeds = schedule()
    for name, (every, _deed) in {CLOCK: (BEAT, None), **deeds}.items():
        row = rows.get(name)
        last = row.succeeded_at if row else None
        late = _seconds_since_any(last, started) > _limit(every)
        if late:
            found.why.append("clock_stopped" if name == CLOCK else f"deed_overdue:{name}")
        if name == CLOCK:
            found.clock_age = _age(last)
        else:
            begun = row.started_at if row else None
            said = DeedState(name, every, _age(last), _age(begun), row.error if row else "", late)
            found.deeds.append(said)
    found.followers = _followers(started, {name: every for name, (every, _deed) in deeds.items()})
    found.why += [f"follower_stands:{one.name}" for one in found.followers if one.stands]
    waits = [one.name for one in found.followers if one.lag]
    moved = Cursor.objects.filter(name__in=waits).values_list("moved_at", flat=True)
    if any(map(is_ahead, [*(row.succeeded_at for row in rows.values()), *moved])):
        found.why.append("clock_ahead")
    number = dict(FailedItem.objects.values_list("state").annotate(n=Count("pk")).order_by())
    found.set_aside, found.waiting = number.get(item_states.SET_ASIDE, 0), number.get(item_states.WAITING, 0)


def _followers(started: datetime, every: dict[str, int]) -> list[FollowerState]:
    end = ledger_end()
    cursors = {row.name: row for row in Cursor.objects.all()}
    read = {name: cursors[name].seq if name in cursors else 0 for name in followers()}
    oldest = dict(Entry.objects.filter(seq__in={seq + 1 for seq in read.values()}).values_list("seq", "at"))
    found = []
    for name, deed in followers().items():
        cursor, lag = cursors.get(name), max(end - read[name], 0)
        since = datetime.fromisoformat(oldest[read[name] + 1]) if lag and read[name] + 1 in oldest else now()
        moved = (cursor.moved_at if cursor else None) or started
        stands = bool(lag) and _seconds_since_any(since, moved, started) > _limit(every[deed])
        found.append(FollowerState(name, deed, lag, max(_age(since) or 0, 0), stands))
    return found


def _limit(every: int) -> int:
    return max(LATE * every, LEAST)


def _seconds_since_any(*moments: datetime | None) -> float:
    """Since the latest of them that can be true; for ever where none can."""
    return min(map(seconds_since, moments))


def _age(since: datetime | None) -> int | None:
    if since is None or is_ahead(since):
        return None if since is None else -1
    return int(seconds_since(since))
