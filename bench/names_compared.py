"""How well two names are compared: `bench/names_compared.py [--wrong]`, part of `make bench`.

Over the labelled pairs of codes/ (name_clusters.txt: one person, firm or vessel a line in several spellings and
scripts; name_strangers.txt: pairs that are not one): precision, recall and F1 at the score from which the registry says
«the same», and at the best threshold; microseconds a pair, loading apart. Beside it, on the same pairs, rapidfuzz on
transliterated text. By halves: lines before «= held out» were looked at while the rules were written.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from rapidfuzz import fuzz

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
django.setup()

from tidewaiter.foundation.text import fold  # noqa: E402 -- the project is on the path from here on
from tidewaiter.registry.names.comparing import SAME_FROM, Known, compare  # noqa: E402
from tidewaiter.registry.names.labelled import Pair, figures, pairs  # noqa: E402


def ours(pair: Pair) -> float:
    """The registry's score."""
    return compare(pair.left, pair.right).score


def fuzzy(pair: Pair) -> float:
    """What rapidfuzz says of transliterated words in any order."""
    return fuzz.token_sort_ratio(fold(pair.left.name), fold(pair.right.name)) / 100


def _shown(name: str, some: list[Pair], score: Callable[[Pair], float], least: float) -> list[tuple[float, bool]]:
    begun = time.perf_counter()
    said = [(score(pair), pair.same) for pair in some]
    spent = (time.perf_counter() - begun) / len(some)
    best = max((number / 100 for number in range(30, 100)), key=lambda number: figures(said, number)[2])
    at, top = figures(said, least), figures(said, best)
    print(
        f"{name:<22} {len(some):>5} pairs  at {least:.2f}: P {at[0]:.3f} R {at[1]:.3f} F1 {at[2]:.3f}   "
        f"best at {best:.2f}: P {top[0]:.3f} R {top[1]:.3f} F1 {top[2]:.3f}   {spent * 1e6:,.0f} µs a pair"
    )
    return said


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--wrong", action="store_true", help="name what is judged wrongly, of the half that was seen")
    parser.add_argument("--all-wrong", action="store_true", help="of both halves: the second is none any more then")
    asked = parser.parse_args()
    every = pairs()
    begun = time.perf_counter()
    compare(Known(name="Anna Nemo"), Known(name="Анна Немо"))
    compare(Known(name="Anna Ltd", kind="company"), Known(name="Nemo Ltd", kind="company"))
    print(f"loading {time.perf_counter() - begun:.2f} s")
    for half in ("seen", "held out"):
        some = [pair for pair in every if pair.half == half]
        said = _shown(f"tidewaiter, {half}", some, ours, SAME_FROM)
        _shown(f"rapidfuzz, {half}", some, fuzzy, 0.85)
        if asked.all_wrong or (asked.wrong and half == "seen"):
            for pair, (score, same) in zip(some, said, strict=True):
                if (score >= SAME_FROM) != same:
                    why = " ".join(compare(pair.left, pair.right).why)
                    print(f"  {score:.2f} {'same' if same else 'not '} {pair.left.name} | {pair.right.name}  {why}")


if __name__ == "__main__":
    main()
