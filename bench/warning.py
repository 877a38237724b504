"""The TAXII door: the first page of 100 at 4,000 objects and at 100,000, and the pull of all of them in pages.

    bench/warning.py [--few 4000] [--many 100000]

Asked through the whole stack of the node, in this process, without a socket; JSON on standard output.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import Any

import scratch  # isort: skip -- settings come from here, before Django reads any model
from django.test import Client

from tidewaiter.advisories.actions import let_read, open_collection, take_objects
from tidewaiter.advisories.models import Collection
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.actions import add_officer, demand_second_factor, make_token

PASSWORD = "a-long-passphrase-1"
MEDIA = "application/taxii+json;version=2.1"
PLACE = "/taxii2/members/collections/bench/objects/"
TURNS = 30


def indicators(start: int, end: int) -> list[dict[str, Any]]:
    """So many invented objects."""
    return [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--00000000-0000-4000-8000-{at:012x}",
            "created": "2026-11-26T08:20:00.000Z",
            "modified": "2026-11-26T08:20:00.000Z",
            "name": f"Domain: d{at}[.]example",
            "description": "not safe-listed",
            "indicator_types": ["malicious-activity"],
            "pattern": f"[domain-name:value = 'd{at}.example']",
            "pattern_type": "stix",
            "valid_from": "2026-11-26T08:20:00.000Z",
            "object_marking_refs": ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
        }
        for at in range(start, end)
    ]


def first_page(client: Client) -> dict[str, float]:
    """Milliseconds of the first page of 100: on the clock, and of the processor, which others do not slow."""
    times, worked = [], []
    client.get(PLACE, {"limit": "100"})  # the first request of a process loads what all later ones have
    for _turn in range(TURNS):
        began, at_work = time.perf_counter(), time.process_time()
        answer = client.get(PLACE, {"limit": "100"})
        times.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
        assert answer.status_code == 200
        assert len(json.loads(answer.content)["objects"]) == 100
    return {
        "median_ms": round(statistics.median(times), 2),
        "fastest_ms": round(min(times), 2),
        "p95_ms": round(sorted(times)[int(TURNS * 0.95)], 2),
        "processor_ms": round(statistics.median(worked), 2),
    }


def pull(client: Client, expected: int) -> dict[str, float]:
    """All objects in pages of 1,000, each once."""
    began = time.perf_counter()
    seen: set[str] = set()
    query = {"limit": "1000"}
    while True:
        page = json.loads(client.get(PLACE, query).content)
        ids = [one["id"] for one in page["objects"]]
        assert not seen & set(ids)
        seen |= set(ids)
        if not page["more"]:
            break
        query = {"limit": "1000", "next": page["next"]}
    assert len(seen) == expected
    return {"objects": len(seen), "seconds": round(time.perf_counter() - began, 2)}


def main() -> None:
    """Fills a node step by step and measures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=4_000)
    parser.add_argument("--many", type=int, default=100_000)
    asked = parser.parse_args()
    scratch.prepared()
    demand_second_factor(roles=[], by=NODE)
    person = add_officer(username="bench.ke", administration="KE", role="expert", password=PASSWORD, by=NODE)
    collection = open_collection(code="bench", title="Bench", by=NODE)
    let_read(collection=collection, kind="person", value="bench.ke", ceiling="RED", writes=True, by=NODE)
    token = make_token(officer=person, scope="read", by=person)[1]
    client = Client(headers={"Authorization": f"Bearer {token}", "Accept": MEDIA}, HTTP_HOST="127.0.0.1")
    said: dict[str, Any] = {}
    began = time.perf_counter()
    _fill(collection, 0, asked.few)
    said["few"] = {"objects": asked.few, **first_page(client)}
    _fill(collection, asked.few, asked.many)
    said["filled"] = {"objects": asked.many, "seconds": round(time.perf_counter() - began, 1)}
    said["many"] = {"objects": asked.many, **first_page(client)}
    said["many_over_few"] = round(said["many"]["processor_ms"] / said["few"]["processor_ms"], 2)
    said["pull"] = pull(client, asked.many)
    print(json.dumps(said, indent=1))


def _fill(collection: Collection, start: int, end: int) -> None:
    for at in range(start, end, 10_000):
        take_objects(collection=collection, objects=indicators(at, min(end, at + 10_000)), by=NODE)


if __name__ == "__main__":
    main()
