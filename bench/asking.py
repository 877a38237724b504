"""What the benchmarks ask of a node from outside: its pages, and how much memory its processes hold."""

from __future__ import annotations

import html
import re
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client

ASKED = {
    "list": [
        "",
        "form=DRG",
        "country=FR",
        "form=DRG&country=FR&year=2019",
        "status=validated&mode=1",
        "worst=warn",
        "year=2014",
        "since=2015-01-01&until=2015-02-01",
        "country=CL&country=KE",
        "mode=4&form=CIT&country=JP",
    ],
    "search": [
        "q=pistol",
        "q=pistola",
        "q=Mombasa",
        "q=B-4711",
        "q=B-4711-3",
        "q=silencer+Kisumu",
        "q=pistol&form=DRG",
        "q=rifle&country=FR&year=2019",
        "q=mag",
        "q=nothing-like-it",
        "q=KE",
        "q=%22kenya+seaport%22",
    ],
}
"""Queries of the list's page: filters, and words from rare to those that every case has."""


def timed(work: Callable[[], Any], times: int = 1) -> float:
    """Median seconds of `times` runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def measured(work: Callable[[], Any]) -> tuple[float, float]:
    """(seconds, seconds of processor) of a run: of this process and of its children that ended. Beside other work the
    clock tells of the other work, the processor less so.
    """
    start, before = time.perf_counter(), _processor()
    work()
    return time.perf_counter() - start, _processor() - before


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def asked_for_pages(username: str, password: str) -> dict[str, list[tuple[float, str]]]:
    """Seconds and query of each page of the list as a person gets it, facets and
    all, for many queries, some pages deep.
    """
    client = Client(SERVER_NAME="127.0.0.1")
    client.login(username=username, password=password)
    spent: dict[str, list[tuple[float, str]]] = {name: [] for name in ASKED}
    for name, query in [(name, query) for name, several in ASKED.items() for _ in range(3) for query in several]:
        address = f"/cases/?{query}"
        for _ in range(3):
            start = time.perf_counter()
            answer = client.get(address)
            spent[name].append((time.perf_counter() - start, query))
            assert answer.status_code == 200, answer.status_code
            following = re.search(r'href="\?([^"]*)" rel="next"', answer.content.decode())
            if following is None:
                break
            address = f"/cases/?{html.unescape(following[1])}"
    return spent


def memory_of(process: int) -> int:
    """Bytes that a process and those it started hold for themselves, shared pages divided among them (PSS)."""
    total = 0
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has just ended
        return total
    return total + sum(memory_of(int(child)) for child in children)
