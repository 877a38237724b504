"""Run in a process of its own: kills importing, submitting and backing up with -9 at random points, fifty times.

Prints what it counted as JSON; ends with a message where something was lost, doubled or half.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from tests.making import case_in, record  # noqa: E402
from tidewaiter.cases.actions import draft, submit  # noqa: E402
from tidewaiter.cases.models import Case, Line  # noqa: E402
from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.foundation.refusals import BadInput  # noqa: E402
from tidewaiter.intake.actions import receive, take_in  # noqa: E402
from tidewaiter.intake.models import Receipt, StagedRow  # noqa: E402
from tidewaiter.jobs.actions import Progress  # noqa: E402
from tidewaiter.ledger.models import Entry  # noqa: E402
from tidewaiter.ledger.queries import verify  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.people.queries import officer_named  # noqa: E402
from tidewaiter.site.backup import archive  # noqa: E402
from tidewaiter.site.backup.backup import back_up  # noqa: E402

CASES = 60
HOME = Path(os.environ["TIDEWAITER_HOME"])
chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 20261121)


def killed(work: Callable[[], object], after: float) -> bool:
    """Does the work in a child and kills it after so many seconds; whether it was still at it."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BadInput:
            os._exit(3)
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def timed(work: Callable[[], object]) -> float:
    """How long the work takes when nobody kills it."""
    began = time.monotonic()
    connection.close()
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    must(status == 0, "the work fails by itself")
    return time.monotonic() - began


def must(holds: bool, what: str) -> None:
    """Ends the run where something does not hold."""
    if not holds:
        raise SystemExit(f"NOT SO: {what}")


def write(name: str) -> Path:
    """A file of cases, two lines of goods each."""
    path = HOME / f"{name}.ndjson"
    path.write_text("\n".join(json.dumps(record(national_ref=f"{name}-{n}", place="", route=[])) for n in range(CASES)))
    return path


def bring(path: Path) -> None:
    """What `import_cases --submit` does."""
    by = officer_named("k.contact")
    options = {"submit": True, "keep_duplicates": False, "channel": "json"}
    receipt = receive(path=path, name=path.name, mapping_text="", mapping_name="", options=options, by=by)
    take_in(receipt=receipt, by=by, progress=Progress(None))


def whole(name: str) -> None:
    """The file's cases are here, each once, whole, submitted, recorded once."""
    cases = Case.objects.filter(national_ref__startswith=f"{name}-")
    must(cases.count() == CASES, f"{name}: {cases.count()} cases of {CASES}")
    must(Line.objects.filter(case__in=cases).count() == 2 * CASES, f"{name}: lines")
    must(cases.filter(status="submitted").count() == CASES, f"{name}: submitted")
    refs = set(cases.values_list("ref", flat=True))
    for deed in ("cases.drafted", "cases.submitted"):
        entries = list(Entry.objects.filter(deed=deed, ref__in=refs).values_list("ref", flat=True))
        must(len(entries) == len(set(entries)) == CASES, f"{name}: {deed} {len(entries)}")
    first, *again = Receipt.objects.filter(file_name=f"{name}.ndjson").order_by("pk")
    must(
        (first.state, first.accepted, first.rows) == ("done", CASES, CASES),
        f"{name}: receipt {first.accepted} of {first.rows}",
    )
    must(all(one.unchanged == CASES for one in again), f"{name}: killed after its end, brought again, all unchanged")
    must(not StagedRow.objects.filter(receipt=first).exists(), f"{name}: staged rows left")


def kill_imports(times: int) -> int:
    """Imports, each killed once and brought again."""
    usual = timed(lambda: bring(write("warm")))
    whole("warm")
    hit = 0
    for n in range(times):
        path = write(f"I{n:02}")
        hit += killed(lambda path=path: bring(path), chance.uniform(0.005, usual))  # type: ignore[misc]
        timed(lambda path=path: bring(path))  # type: ignore[misc]
        whole(path.stem)
    return hit


def kill_submits(times: int) -> int:
    """Submitting many drafts, killed once: all or none, then all."""
    by = officer_named("k.contact")
    hit, usual, many = 0, 0.0, 4 * CASES
    for n in range(times + 1):
        name = f"S{n:02}"
        draft(
            cases=[case_in(national_ref=f"{name}-{k}", place="", route=[]) for k in range(many)], by=by, channel="json"
        )
        mine = Case.objects.filter(national_ref__startswith=f"{name}-", latest=True)
        if n == 0:  # how long it takes, fork and all, when nobody kills it
            usual = timed(lambda mine=mine: submit(cases=mine, by=by))  # type: ignore[misc]
        else:
            after = chance.uniform(0.001, usual)
            hit += killed(lambda mine=mine: submit(cases=mine, by=by), after)  # type: ignore[misc]
        done = mine.filter(status="submitted").count()
        must(done in (0, many), f"{name}: {done} of {many} submitted")
        submit(cases=mine, by=by)
        refs = set(mine.values_list("ref", flat=True))
        must(mine.filter(status="submitted").count() == many, f"{name}: submitted")
        must(Entry.objects.filter(deed="cases.submitted", ref__in=refs).count() == many, f"{name}: recorded once")
    return hit


def kill_backups(times: int) -> int:
    """Backups, killed: the file is whole or is not there, and the next one is made."""
    target = HOME.parent / "node.backup"
    work = lambda: back_up(target=target, recipients=[], by=NODE, say=lambda _text: None)  # noqa: E731
    usual = timed(work)
    hit = 0
    for n in range(times):
        target.unlink(missing_ok=True)
        hit += killed(work, chance.uniform(0.005, usual))
        if target.exists():
            folder = HOME.parent / f"unpacked-{n}"
            folder.mkdir()
            archive.unpack(target, folder)
    timed(work)
    folder = HOME.parent / "unpacked-last"
    folder.mkdir()
    archive.unpack(target, folder)
    left = [path.name for path in (HOME / "scratch").iterdir() if path.name.partition(".")[0] != str(os.getpid())]
    must(not left, "scratch folders of killed backups are left")
    return hit


def main() -> None:
    """Fifty points."""
    add_officer(username="k.contact", administration="KE", role="contact", password="a-long-passphrase-1", by=NODE)
    hit = {"import": kill_imports(25), "submit": kill_submits(12), "backup": kill_backups(13)}
    answer = verify()
    must(bool(answer["intact"]), f"the ledger: {answer}")
    print(
        json.dumps({"points": 50, "killed_at_work": hit, "cases": Case.objects.count(), "entries": answer["entries"]})
    )


if __name__ == "__main__":
    main()
