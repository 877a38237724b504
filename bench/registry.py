"""The registry at size: `bench/registry.py [--persons N] [--names N] [--doubles N] [--no-splink]` (`make bench`).

Invented persons with births and countries are brought as a file; one name is then screened against all (p50, p95), a
list of names in one run, and doubles are looked for among so many records of which a tenth was planted again with a
typing mistake, turned words or without the birth. Beside the doubles splink on the same rows, where it is installed.
Seconds are of the wall and of this process's processor; memory is the most that the process ever had.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "bench"))

from scratch import HOME, prepared  # noqa: E402 -- settings come from here, before Django

from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.people.models import Officer  # noqa: E402
from tidewaiter.registry.actions.bringing import bring_entities  # noqa: E402
from tidewaiter.registry.actions.doubles import look_for_doubles  # noqa: E402
from tidewaiter.registry.models import Candidate, Entity, Key, Statement  # noqa: E402
from tidewaiter.registry.names.comparing import Known  # noqa: E402
from tidewaiter.registry.screening import screen  # noqa: E402

SYLLABLES = (
    "ka",
    "mo",
    "ri",
    "ta",
    "ne",
    "lu",
    "sa",
    "vi",
    "do",
    "pe",
    "ha",
    "no",
    "ze",
    "ba",
    "ti",
    "ru",
    "ma",
    "lo",
    "shi",
    "fe",
    "gu",
    "ya",
    "ko",
    "wa",
    "ni",
)
COUNTRIES = ["KE", "UG", "TZ", "ET", "SO", "CL", "KR", "CN", "IN", "AE", "TR", "NL", "FR", "BR", "ZA"]
type Person = tuple[str, str, str]


def person(chance: Random) -> Person:
    """Name, birth, country of somebody; family names come as often as they do in life: few are had by many."""
    words = [
        "".join(SYLLABLES[min(int(chance.expovariate(0.12)), 24)] for _ in range(chance.randint(2, 4)))
        for _ in range(chance.choice((2, 2, 2, 3)))
    ]
    birth = f"{chance.randint(1945, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    return " ".join(word.capitalize() for word in words), birth, chance.choice(COUNTRIES)


def again(one: Person, chance: Random) -> Person:
    """The same person as another writes them."""
    name, birth, country = one
    words = name.split()
    how = chance.randrange(3)
    if how == 0:
        words = words[1:] + words[:1]
    elif how == 1:
        at = chance.randrange(len(words))
        place = chance.randrange(1, len(words[at]))
        words[at] = words[at][:place] + words[at][place + 1 :] or words[at]
    return " ".join(words), birth[: chance.choice((4, 10))] if how != 1 else birth, country


def bring(rows: list[Person], by: Officer) -> float:
    """Brings them as a file; gives the seconds."""
    path = HOME / "persons.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("kind", "id", "name", "birth_date", "nationality", "source"))
        writer.writerows(("person", f"p{at}", *row, "bench") for at, row in enumerate(rows))
    begun = time.perf_counter()
    done = bring_entities(path=path, by=by)
    assert done.accepted == len(rows), done.errors[:3]
    return time.perf_counter() - begun


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """(what it gave, seconds of the wall, of the processor)."""
    wall, own = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - own


def memory() -> str:
    """The most that this process had."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def screening(rows: list[Person], names: int, by: Officer, chance: Random) -> dict[str, float]:
    """One name after the other against all, half of them known in another spelling, half unknown."""
    known = [again(chance.choice(rows), chance) if at % 2 else person(chance) for at in range(names)]
    spent: list[float] = []
    hits = 0
    for name, birth, _country in known:
        begun = time.perf_counter()
        found = screen(Known(name=name, kind="person", birth=birth), by)
        spent.append(time.perf_counter() - begun)
        hits += bool(found.hits)
    spent.sort()
    made = {"p50_ms": spent[len(spent) // 2] * 1e3, "p95_ms": spent[int(len(spent) * 0.95)] * 1e3}
    print(
        f"one name against {len(rows):,}: p50 {made['p50_ms']:.1f} ms, p95 {made['p95_ms']:.1f} ms; {names:,} names in "
        f"{sum(spent):.1f} s ({hits:,} with hits); memory {memory()}"
    )
    return made | {"seconds": sum(spent)}


def quality(found: set[tuple[int, int]], planted: set[tuple[int, int]]) -> str:
    """Precision, recall, F1 of found pairs."""
    right = len(found & planted)
    precision, recall = right / max(len(found), 1), right / len(planted)
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def doubles(number: int, by: Officer, chance: Random) -> tuple[list[Person], set[tuple[int, int]], float]:
    """Doubles among so many, with their figures; the rows, the planted pairs and the seconds."""
    for model in (Candidate, Key, Statement, Entity):
        model.objects.all().delete()
    rows = [person(chance) for _ in range(number - number // 11)]
    planted = set()
    for at in chance.sample(range(len(rows)), number // 11):
        planted.add((at, len(rows)))
        rows.append(again(rows[at], chance))
    bring(rows, by)
    _run, wall, own = timed(lambda: look_for_doubles(by=by))
    keys = dict(Entity.objects.values_list("ref", "source_key"))
    pairs = (
        sorted(int(keys[ref][1:]) for ref in pair) for pair in Candidate.objects.values_list("left_id", "right_id")
    )
    found = {(low, high) for low, high in pairs}
    print(
        f"doubles among {number:,}: {quality(found, planted)} in {wall:.1f} s ({own:.1f} s of processor); "
        f"memory {memory()}"
    )
    return rows, planted, wall


def main() -> None:
    """Prints the figures, and their ratios to what the decision promises."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--doubles", type=int, default=50_000)
    parser.add_argument("--no-splink", action="store_true")
    asked = parser.parse_args()
    prepared()
    by = add_officer(
        username="bench", administration="KE", role="investigator", password="a-long-passphrase-1", by=NODE
    )
    chance = Random("tidewaiter registry")
    rows = [person(chance) for _ in range(asked.persons)]
    seconds = bring(rows, by)
    size = sum(path.stat().st_size for path in HOME.rglob("*sqlite3*"))
    print(f"{len(rows):,} persons brought in {seconds:.0f} s, {size / len(rows) / 1e3:.1f} kB each; memory {memory()}")
    made = screening(rows, asked.names, by, chance)
    promised = {"p95_ms": 50.0, "seconds": 60.0}
    print(json.dumps({f"{name}/promised": round(made[name] / said, 2) for name, said in promised.items()}))
    some, planted, ours = doubles(asked.doubles, by, chance)
    if not asked.no_splink:
        path = HOME / "doubles.json"
        path.write_text(json.dumps({"rows": some, "planted": sorted(planted), "ours": ours}))
        subprocess.run([sys.executable, str(PROJECT / "bench" / "rival_doubles.py"), str(path)], check=False)


if __name__ == "__main__":
    main()
