"""The shortest way between two things of the registry: from both sides at once, level by level, one query a kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tidewaiter.foundation.actors import Actor
from tidewaiter.registry.graph_nodes import Drawn, drawing
from tidewaiter.registry.graph_ties import ties_of

MOST_STEPS = 6
MOST_VISITED = 20_000
"""Things that a search looks at before it ends without an answer."""


@dataclass(slots=True)
class Path:
    """`state`: `found`, `same` (both are read as one), `none` (within so many steps), `ended` (at so many things)."""

    state: str
    keys: list[str]
    visited: int
    drawn: Drawn

    @property
    def steps(self) -> int:
        """How many ties lie between the ends."""
        return max(0, len(self.keys) - 1)


@dataclass(slots=True)
class _Side:
    """One end's search: by what each thing was reached, and what was reached last."""

    came_from: dict[str, str]
    frontier: list[str]

    def step(self, actor: Actor) -> bool:
        """One level more; whether all ties of it could be looked at."""
        found = ties_of(self.frontier, actor)
        self.frontier = []
        for tie in sorted(found.rows, key=lambda tie: (tie.one, tie.other)):
            if not tie.common and tie.other not in self.came_from:
                self.came_from[tie.other] = tie.one
                self.frontier.append(tie.other)
        return found.whole

    def way(self, key: str) -> list[str]:
        """From a thing back to this side's end."""
        made = [key]
        while (before := self.came_from[made[-1]]) != made[-1]:
            made.append(before)
        return made


def path_between(
    one: str, other: str, actor: Actor, *, drawn: Collection[str] = (), most_visited: int = MOST_VISITED
) -> Path:
    """The shortest path between two keys, through what the person sees and through no value that is too common."""
    if one == other:
        return Path("same", [one], 1, drawing([one], actor, drawn=drawn))
    sides = (_Side({one: one}, [one]), _Side({other: other}, [other]))
    state = "none"
    for _step in range(MOST_STEPS):
        side = min(sides, key=lambda side: len(side.frontier))
        whole = side.step(actor)
        if meeting := _meeting(sides, side.frontier):
            keys = [*reversed(sides[0].way(meeting)), *sides[1].way(meeting)[1:]]
            return Path("found", keys, _visited(sides), drawing(keys, actor, drawn=drawn))
        if not whole or _visited(sides) > most_visited:
            state = "ended"
            break
        if not side.frontier:
            break
    return Path(state, [], _visited(sides), Drawn([], []))


def _visited(sides: tuple[_Side, _Side]) -> int:
    return len(sides[0].came_from.keys() | sides[1].came_from.keys())


def _meeting(sides: tuple[_Side, _Side], reached: list[str]) -> str:
    """Where both have come, by the fewest steps; the first in order where several are as near."""
    met = [key for key in reached if key in sides[0].came_from and key in sides[1].came_from]
    return min(met, key=lambda key: (len(sides[0].way(key)) + len(sides[1].way(key)), key), default="")
