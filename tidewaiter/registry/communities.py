"""Which things of a graph hang together more than with the rest: communities by modularity.

V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, Fast unfolding of communities in large networks, J. Stat.
Mech. 2008, P10008: things move one by one to the neighbouring community that gains most, then communities are the
things of a smaller graph. Always in the same order, so that the same graph gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

PASSES, LEVELS = 12, 8
"""How often things are gone through on a level, and how many levels there are at most."""
type _Graph = dict[int, dict[int, float]]


def communities_of(things: Sequence[str], ties: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The things by community, the largest first; what nothing ties is a community of its own."""
    place = {one: at for at, one in enumerate(things)}
    graph: _Graph = {at: defaultdict(float) for at in range(len(things))}
    for one, other in ties:
        if one in place and other in place and one != other:
            graph[place[one]][place[other]] += 1.0
            graph[place[other]][place[one]] += 1.0
    of = list(range(len(things)))
    for _level in range(LEVELS):
        moved = _moved(graph)
        if all(at == to for at, to in moved.items()):
            break
        of = [moved[at] for at in of]
        graph = _merged(graph, moved)
    made: dict[int, list[str]] = defaultdict(list)
    for at, one in enumerate(things):
        made[of[at]].append(one)
    return sorted(made.values(), key=lambda some: (-len(some), place[some[0]]))


def _moved(graph: _Graph) -> dict[int, int]:
    """Of each thing the community (named by one of its things) in which it rests."""
    of = {at: at for at in graph}
    degree = {at: sum(near.values()) for at, near in graph.items()}
    total = dict(degree)
    whole = sum(degree.values())
    if not whole:
        return of
    for _pass in range(PASSES):
        still = True
        for at, near in graph.items():
            here = of[at]
            total[here] -= degree[at]
            gains = {here: 0.0}
            for other, weight in near.items():
                if other != at:
                    gains[of[other]] = gains.get(of[other], 0.0) + weight
            best = here
            most = gains[here] - total[here] * degree[at] / whole
            for community in sorted(gains):
                gain = gains[community] - total[community] * degree[at] / whole
                if gain > most + 1e-9:
                    best, most = community, gain
            total[best] += degree[at]
            of[at] = best
            still = still and best == here
        if still:
            break
    return of


def _merged(graph: _Graph, of: dict[int, int]) -> _Graph:
    made: _Graph = {at: defaultdict(float) for at in sorted(set(of.values()))}
    for at, near in graph.items():
        for other, weight in near.items():
            made[of[at]][of[other]] += weight
    return made
