"""The registry at size: `bench/registry.py [--persons N] [--names N] [--doubles N] [--brought N] [--no-splink]`
(`make bench REGISTRY="--persons 1000000 --names 10000 --doubles 50000"` for what is promised; else a small one).

A file of invented persons is brought; many more are kept as it would have kept them, one name is screened against all
(p50, p95), then a list of names in one run, and doubles are looked for among so many records of which a tenth was
planted again with a typing mistake, turned words or without the birth. Beside the doubles splink on the same rows,
where it is installed. Seconds are of the wall and of this process's processor, which alone tells while others work on
the machine; memory is the most that the process ever had. The node is encrypted, as a national one is.
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

from persons import Person, again, keep, person  # noqa: E402
from scratch import HOME, prepared  # noqa: E402 -- settings come from here, before Django

from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.people.models import Officer  # noqa: E402
from tidewaiter.registry.actions.bringing import bring_entities  # noqa: E402
from tidewaiter.registry.actions.doubles import look_for_doubles  # noqa: E402
from tidewaiter.registry.models import Candidate, Entity, Key, Statement  # noqa: E402
from tidewaiter.registry.names.comparing import Known  # noqa: E402
from tidewaiter.registry.screening import Screened, screen, screen_many  # noqa: E402

PROMISED = {"p95_ms": 50.0, "seconds": 60.0}
"""One name against 1,000,000; 10,000 names against them."""


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
    """One name after the other against all, then a list of them, half of them known in another spelling, half unknown;
    and how many of those that are known were found.
    """
    meant = [chance.choice(rows) if at % 2 else None for at in range(names)]
    known = [again(one, chance) if one is not None else person(chance) for one in meant]
    wanted = [Known(name=name, kind="person", birth=birth) for name, birth, _country in known]
    screen(wanted[0], by)  # the table of spellings is read once a process
    spent: list[float] = []
    for one in wanted[: min(500, names)]:
        begun = time.process_time()
        screen(one, by)
        spent.append(time.process_time() - begun)
    spent.sort()
    made = {"p95_ms": spent[int(len(spent) * 0.95)] * 1e3}
    answers, wall, own = timed(lambda: screen_many([(one, "") for one in wanted], by))
    made["seconds"] = own * 10_000 / names
    print(
        f"one name against {len(rows):,}: p50 {spent[len(spent) // 2] * 1e3:.1f} ms, p95 {made['p95_ms']:.1f} ms of "
        f"processor; {names:,} names in {wall:.1f} s ({own:.1f} s of processor, {own / names * 1e3:.2f} ms a name), "
        f"{found_again(answers, meant):.1%} of the known found; memory {memory()}"
    )
    return made


def found_again(answers: list[Screened], meant: list[Person | None]) -> float:
    """The share of those that are known who are among the hits."""
    known = [(answer, one) for answer, one in zip(answers, meant, strict=True) if one is not None]
    return sum(any(hit.caption == one[0] for hit in answer.hits) for answer, one in known) / max(len(known), 1)


def quality(found: set[tuple[int, int]], planted: set[tuple[int, int]]) -> str:
    """Precision, recall, F1 of found pairs."""
    right = len(found & planted)
    precision, recall = right / max(len(found), 1), right / len(planted)
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def emptied() -> None:
    """Nobody is in the registry."""
    for model in (Candidate, Key, Statement, Entity):
        model.objects.all()._raw_delete(using="default")


def doubles(number: int, by: Officer, chance: Random) -> tuple[list[Person], set[tuple[int, int]], dict[str, float]]:
    """Doubles among so many, with their figures; the rows, the planted pairs, seconds."""
    emptied()
    rows = [person(chance) for _ in range(number - number // 11)]
    planted = set()
    for at in chance.sample(range(len(rows)), number // 11):
        planted.add((at, len(rows)))
        rows.append(again(rows[at], chance))
    keep(rows, by.username)
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
    return rows, planted, {"wall": wall, "processor": own}


def main() -> None:
    """Prints the figures, and their ratios to what the decision promises."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--doubles", type=int, default=50_000)
    parser.add_argument("--brought", type=int, default=2_000)
    parser.add_argument("--no-splink", action="store_true")
    asked = parser.parse_args()
    prepared()
    by = add_officer(
        username="bench", administration="KE", role="investigator", password="a-long-passphrase-1", by=NODE
    )
    chance = Random("tidewaiter registry")
    few = [person(chance) for _ in range(asked.brought)]
    seconds, _wall, own = timed(lambda: bring(few, by))
    print(
        f"{len(few):,} persons brought as a file in {seconds:.1f} s ({own / len(few) * 1e3:.2f} ms of processor each)"
    )
    emptied()
    rows = [person(chance) for _ in range(asked.persons)]
    before = sum(path.stat().st_size for path in HOME.rglob("*sqlite3*"))
    _nothing, wall, own = timed(lambda: keep(rows, by.username))
    size = sum(path.stat().st_size for path in HOME.rglob("*sqlite3*")) - before
    print(
        f"{len(rows):,} persons kept in {wall:.0f} s ({own:.0f} s of processor), {size / len(rows) / 1e3:.1f} kB each; "
        f"memory {memory()}"
    )
    made = screening(rows, asked.names, by, chance)
    print(json.dumps({f"{name}/promised": round(made[name] / said, 2) for name, said in PROMISED.items()}))
    some, planted, ours = doubles(asked.doubles, by, chance)
    if not asked.no_splink:
        path = HOME / "doubles.json"
        path.write_text(json.dumps({"rows": some, "planted": sorted(planted), "ours": ours}))
        subprocess.run([sys.executable, str(PROJECT / "bench" / "rival_doubles.py"), str(path)], check=False)


if __name__ == "__main__":
    main()
