"""Evidence at size: a room of 200,000 exhibits and 2 million events, the count of a store of 2,000, and the export of a
case of 500 exhibits with 20,000 files: seconds, and the memory that it takes.

    python bench/evidencing.py [--exhibits 200000] [--case 500] [--files 40]

Runs in a data folder of its own on a national node. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ["TIDEWAITER_SHAPE"], os.environ["TIDEWAITER_ENCRYPTION"] = "national", "off"

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from scratch import HOME, prepared  # noqa: E402 -- settings come from here, before Django

from tidewaiter.evidence.actions import begin_inventory, end_inventory, keep_store, scan_into  # noqa: E402
from tidewaiter.evidence.actions.exports import export_case  # noqa: E402
from tidewaiter.evidence.chain import digest_of  # noqa: E402
from tidewaiter.evidence.models import CustodyEvent, Exhibit  # noqa: E402
from tidewaiter.evidence.proof.verifier import check  # noqa: E402
from tidewaiter.evidence.queries import exhibits_in  # noqa: E402
from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.foundation.moments import now  # noqa: E402
from tidewaiter.foundation.refs import new_ref  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.vault.actions import path_of  # noqa: E402
from tidewaiter.vault.models import StoredFile  # noqa: E402

EVENTS = 10
"""Of each exhibit."""
KINDS = ("seize", "seal", "hand_over", "take", "test", "move", "hand_over", "take", "measure", "move")


def people() -> Any:
    """An investigator and a custodian."""

    made = {}
    for name, role in (("investigator", "investigator"), ("custodian", "custodian"), ("officer", "officer")):
        made[name] = add_officer(
            username=f"bench.{name}", administration="KE", role=role, password="a-long-passphrase-1", by=NODE
        )
    return made


def exhibits(first: int, number: int, case: str) -> Iterator[Any]:
    """So many exhibits, their numbers from `first` on."""

    moment = now() - timedelta(days=30)
    for at in range(first, first + number):
        yield Exhibit(
            ref=new_ref("EX"),
            administration="KE",
            office="KEMBA",
            year=2026,
            number=at,
            reference=f"EX-KEMBA-26-{at:07d}",
            case=case or f"KE-{at % 20_000:026d}",
            case_reference=case or f"KE-2026-{at % 20_000:05d}",
            description=f"Sports shoes, carton {at}, with the mark Wave Line",
            place="KEMBA, yard 4",
            found_at=moment,
            found_by="bench.officer",
            quantity=at % 97 + 1,
            unit="PR",
            holder_kind="person",
            holder="bench.custodian" if at % 50 else "bench.investigator",
            since=moment,
            state="out_of_store" if at % 3 else "seized",
            made_by="bench.officer",
            made_at=moment,
        )


def events(exhibit: Any, files: list[dict[str, Any]]) -> Iterator[Any]:
    """Its events; the files stand in the first ones."""

    head, share = "", -(-len(files) // EVENTS)
    for number in range(1, EVENTS + 1):
        at = exhibit.found_at + timedelta(hours=number)
        event = CustodyEvent(
            ref=new_ref("CE"),
            exhibit=exhibit,
            sequence=number,
            kind=KINDS[number - 1],
            at=at,
            recorded_at=at,
            by="bench.officer",
            door="page",
            giver="bench.officer",
            taker="bench.custodian",
            place="KEMBA",
            authority="MC-221/26",
            files=files[(number - 1) * share : number * share],
            previous=head,
        )
        event.digest = head = digest_of(event)
        yield event
    exhibit.events_count, exhibit.head = EVENTS, head


def stored(number: int, tag: str) -> list[dict[str, Any]]:
    """So many small files in the vault."""

    made, rows = [], []
    for at in range(number):
        content = f"{tag}:{at}:".encode() * 120
        digest = hashlib.sha256(content).hexdigest()
        path = path_of(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        rows.append(
            StoredFile(digest=digest, media_type="text/plain", size=len(content), kept_by="bench", kept_at=now())
        )
        made.append(
            {"sha256": digest, "size": len(content), "type": "text/plain", "name": f"f{at}.txt", "role": "file"}
        )
    StoredFile.objects.bulk_create(rows, batch_size=500)
    return made


def fill(number: int, case: str = "", files: int = 0, first: int = 1) -> None:
    """Writes exhibits with their events past the deeds: a room as it is after years."""

    rows = list(exhibits(first, number, case))
    for at in range(0, number, 2_000):
        some = rows[at : at + 2_000]
        found = [event for one in some for event in events(one, stored(files, one.reference) if files else [])]
        with transaction.atomic():
            Exhibit.objects.bulk_create(some, batch_size=400)
            CustodyEvent.objects.bulk_create(found, batch_size=400)


def timed(times: int, do: Any) -> dict[str, float]:
    """Median and p95 of some runs, in milliseconds."""
    took = []
    for _turn in range(times):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


def reads(made: Any) -> dict[str, Any]:
    """The list, and who has what."""

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(made["custodian"])

    def page(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}: nothing is measured")

    return {
        "list_page": timed(30, lambda: page("/evidence/?box=all")),
        "who_has_what_page": timed(30, lambda: page("/evidence/?box=mine")),
        "who_has_what": timed(30, lambda: exhibits_in("mine", made["investigator"])),
    }


def count(made: Any, number: int) -> dict[str, Any]:
    """A store of so many: filled, scanned a hundred at a time, and the count ended with its differences."""

    store = keep_store(said={"code": "BENCH", "name": "bench"}, by=made["custodian"])
    refs = list(Exhibit.objects.order_by("-pk").values_list("pk", flat=True)[:number])
    Exhibit.objects.filter(pk__in=refs).update(store=store, state="in_custody", holder_kind="store", holder="")
    codes = list(Exhibit.objects.filter(pk__in=refs).values_list("reference", flat=True))
    began = time.perf_counter()
    one = begin_inventory(store=store, by=made["custodian"])
    for at in range(0, len(codes) - 10, 100):
        scan_into(inventory=one, codes=codes[at : min(at + 100, len(codes) - 10)], by=made["custodian"])
    scanned = time.perf_counter() - began
    began = time.perf_counter()
    ended = end_inventory(inventory=one, by=made["custodian"])
    return {
        "expected": ended.expected,
        "missing": ended.missing,
        "scan_seconds": round(scanned, 2),
        "end_seconds": round(time.perf_counter() - began, 2),
    }


def export(made: Any, home: Path, case: str) -> dict[str, Any]:
    """The export of a case: seconds, bytes, the peak of this process's memory beyond what it had, and a child's."""

    before, spent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, _processor()
    began = time.perf_counter()
    bundle = export_case(case=case, path=home / "case.zip", purpose="bench", by=made["investigator"])
    took = time.perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    spent = _processor() - spent
    began = time.perf_counter()
    check(home / "case.zip")
    return {
        "exhibits": bundle.exhibits,
        "files": bundle.files,
        "seconds": round(took, 1),
        "processor_seconds": round(spent, 1),
        "grown_mib": round(grown / 1024),
        "child_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "zip_mib": round(bundle.size / 1024**2),
        "verify_seconds": round(time.perf_counter() - began, 1),
    }


def _processor() -> float:
    """Seconds of the processor that this process and its children have had: what a busy machine does not stretch."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in every)


def main() -> None:
    """Fills, measures, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--exhibits", type=int, default=200_000)
    parser.add_argument("--case", type=int, default=500)
    parser.add_argument("--files", type=int, default=40)
    asked = parser.parse_args()
    prepared()
    made = people()
    began = time.perf_counter()
    fill(asked.case, case="KE-BENCH", files=asked.files)
    fill(asked.exhibits - asked.case, first=asked.case + 1)
    answer: dict[str, Any] = {"exhibits": asked.exhibits, "events": asked.exhibits * EVENTS}
    answer["fill_seconds"] = round(time.perf_counter() - began, 1)
    answer |= reads(made)
    answer["count"] = count(made, min(2_000, asked.exhibits // 4))
    answer["export"] = export(made, HOME, "KE-BENCH")
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
