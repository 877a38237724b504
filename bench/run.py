"""Benchmarks, as ratios within one run: `make bench`. Every ratio says what it is compared with.

bench/run.py [--lines 100000] [--cases 1000000] [--postgresql] [--kinds csv,xlsx,ndjson,xml]
             [--only intake,pages,looking,figures,battery,memory]
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="tidewaiter-bench-"))
os.environ["TIDEWAITER_HOME"] = str(HOME)
os.environ["TIDEWAITER_KEYS"] = f"{HOME}-keys"
os.environ["TIDEWAITER_SHAPE"] = "central"
os.environ.pop("DATABASE_URL", None)
PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))
if "--postgresql" in sys.argv:
    from run_tests import postgres

    server = postgres()
    url = server.__enter__()
    if url is None:
        raise SystemExit("No PostgreSQL server programs are here.")
    os.environ["DATABASE_URL"] = url
    atexit.register(server.__exit__, None, None, None)
os.environ["DJANGO_SETTINGS_MODULE"] = "tidewaiter.site.settings"

# the settings read the environment above, so what follows cannot stand at the top
import django  # noqa: E402

django.setup()

from asking import asked_for_pages, measured, memory_of, timed  # noqa: E402
from bare import bare_insert  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from figuring import asked_for_figures, seconds_of_a_change, seconds_of_a_report  # noqa: E402
from files import made_file, written_as  # noqa: E402
from growing import multiply  # noqa: E402
from looking import asked_for_looking, made_photos, made_waiting  # noqa: E402

from tidewaiter.cases import facets, search_index  # noqa: E402
from tidewaiter.cases.actions import recheck  # noqa: E402
from tidewaiter.cases.facets import facets_of  # noqa: E402
from tidewaiter.cases.models import Case  # noqa: E402
from tidewaiter.cases.queries import filtered, page_of, visible_cases  # noqa: E402
from tidewaiter.codelists.queries import suggest  # noqa: E402
from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.foundation.bulk import calm_collector  # noqa: E402
from tidewaiter.intake.actions import accept, receive, stage, take_in  # noqa: E402
from tidewaiter.jobs.actions import Progress  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.statistics import store  # noqa: E402
from tidewaiter.statistics.queries import compute, connect  # noqa: E402

PASSWORD = "a-long-passphrase-1"
ANSWERS: dict[str, Any] = {}


def say(name: str, text: str, **figures: float) -> None:
    """Prints a result and keeps it for the JSON line at the end."""
    ANSWERS[name] = {key: round(value, 4) for key, value in figures.items()}
    print(f"{name:<34} {text}", flush=True)


def intake(lines: int) -> None:
    """Intake beside the bare insert of the same final rows."""
    by = add_officer(username="bench.ke", administration="KE", role="contact", password=PASSWORD, by=NODE)
    path = made_file(lines, HOME)
    receipt = receive(
        path=path, name=path.name, mapping_text="", mapping_name="", options={"channel": "csv", "submit": False}, by=by
    )
    spent, used = measured(lambda: take_in(receipt=receipt, by=by, progress=Progress(None)))
    receipt.refresh_from_db()
    assert receipt.accepted == lines, (receipt.accepted, receipt.rejected)
    bare, bare_used = bare_insert(lines)
    say(
        "intake",
        f"{lines:,} lines ({receipt.cases:,} cases) {spent:.1f} s = {spent / bare:.1f} x a bare executemany of the same"
        f" final rows ({bare:.1f} s); of processor, all processes together, {used:.1f} s = {used / bare_used:.1f} x"
        f" ({bare_used:.1f} s)",
        seconds=spent,
        bare=bare,
        ratio=spent / bare,
        processor=used,
        processor_ratio=used / bare_used,
    )
    again = receive(
        path=path, name=path.name, mapping_text="", mapping_name="", options={"channel": "csv", "submit": False}, by=by
    )
    spent_again = timed(lambda: take_in(receipt=again, by=by, progress=Progress(None)))
    say(
        "the same file again",
        f"{spent_again:.1f} s = {spent_again / spent:.2f} x the first time, nothing changed",
        seconds=spent_again,
        ratio=spent_again / spent,
    )


def formats(lines: int) -> None:
    """The same rows as a workbook and as XML beside the CSV, each under references of its own, in this run."""
    by = add_officer(username="bench.formats.ke", administration="KE", role="contact", password=PASSWORD, by=NODE)
    spent: dict[str, float] = {}
    used: dict[str, float] = {}
    for kind in ("csv", "xlsx", "xml"):
        path = HOME / f"{kind}.{kind}"
        written_as(kind, made_file(lines, HOME), path)
        receipt = receive(
            path=path,
            name=path.name,
            mapping_text="",
            mapping_name="",
            options={"channel": kind, "submit": False},
            by=by,
        )
        with calm_collector():
            staging, read = measured(lambda receipt=receipt: stage(receipt=receipt, by=by, progress=Progress(None)))
            accepting, taken = measured(lambda receipt=receipt: accept(receipt=receipt, by=by, progress=Progress(None)))
        spent[kind], used[kind] = staging + accepting, read + taken
        assert not receipt.rejected, receipt.rejected
        say(
            f"intake of {kind}",
            f"{lines:,} lines {spent[kind]:.1f} s = {spent[kind] / spent['csv']:.2f} x csv, of processor"
            f" {used[kind]:.1f} s = {used[kind] / used['csv']:.2f} x (reading and cleaning {staging:.1f} s, checks,"
            f" lists, cases, ledger {accepting:.1f} s)",
            seconds=spent[kind],
            ratio=spent[kind] / spent["csv"],
            processor=used[kind],
            processor_ratio=used[kind] / used["csv"],
            staging=staging,
            accepting=accepting,
        )


def battery(cases: int) -> None:
    """All checks over every case that is here, findings compared and rewritten."""
    looked_at = 0
    by = add_officer(username="bench.int", administration="INT", role="steward", password=PASSWORD, by=NODE)

    def work() -> None:
        nonlocal looked_at
        looked_at = recheck(cases=Case.objects.all(), by=by)[0]

    spent, used = measured(work)
    say(
        "battery of checks",
        f"{looked_at:,} cases {spent:.0f} s, {used:.0f} s of processor: {looked_at / spent:,.0f} a second",
        seconds=spent,
        processor=used,
        cases=looked_at,
    )


def pages(cases: int) -> None:
    """List and facets at size, by the queries and by the page."""
    multiply(cases)
    by = add_officer(username="bench.cl", administration="CL", role="contact", password=PASSWORD, by=NODE)
    visible = visible_cases(by)
    first = timed(lambda: page_of(visible), 15)
    some = timed(lambda: page_of(filtered(visible, {"form": ["DRG"], "country": ["FR"], "year": ["2019"]})), 15)
    count = timed(lambda: visible.count(), 3)

    def cold() -> None:
        facets._cube = facets._Cube()
        facets_of(by, {})

    first_facets = timed(cold, 5)
    warm = timed(lambda: facets_of(by, {}), 5)
    narrowed = timed(lambda: facets_of(by, {"form": ["DRG"], "country": ["FR"]}), 5)
    say(
        "list",
        f"{cases:,} cases: newest 50 {first * 1000:.0f} ms, narrowed by three facets {some * 1000:.0f} ms (a bare count"
        f" of the visible takes {count * 1000:.0f} ms)",
        first=first,
        narrowed=some,
        count=count,
    )
    say(
        "facets",
        f"{cases:,} cases: six facets {first_facets * 1000:.0f} ms after a change = {first_facets / count:.1f} x the"
        f" bare count, {warm * 1000:.0f} ms while nothing changes; narrowed {narrowed * 1000:.0f} ms",
        after_change=first_facets,
        warm=warm,
        narrowed=narrowed,
        ratio=first_facets / count,
    )
    built = timed(search_index.rebuild)
    say("index of words", f"built anew in {built:.0f} s: {cases / built:,.0f} cases a second", seconds=built)
    for name, times in asked_for_pages("bench.cl", PASSWORD).items():
        spent = sorted(times)
        median, p95, slowest = spent[len(spent) // 2][0], spent[int(len(spent) * 0.95)][0], spent[-1]
        say(
            f"pages: {name}",
            f"{cases:,} cases, {len(spent)} pages with facets: median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
            f" (slowest «{slowest[1]}» {slowest[0] * 1000:.0f} ms)",
            median=median,
            p95=p95,
            slowest=slowest[0],
        )

    said = ("momb", "mombassa", "valpariso", "san anto", "rott", "shangai")
    suggest("unlocode", "mombassa")
    slowest = max(timed(lambda word=word: suggest("unlocode", word), 5) for word in said)
    say("type-ahead", f"slowest of {len(said)} words over {115_763:,} places {slowest * 1000:.0f} ms", slowest=slowest)


def looking(cases: int, photos: int = 40_000, waiting: int = 10_000) -> None:
    """The queue, a case, similar cases, photos: each as its person gets the page."""
    by = add_officer(username="bench.ug", administration="UG", role="reviewer", password=PASSWORD, by=NODE)
    made_photos(photos)
    made_waiting(waiting, by.region_code)
    for name, times in asked_for_looking("bench.ug", PASSWORD).items():
        spent = sorted(times)
        median, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
        say(
            f"looking: {name}",
            f"{cases:,} cases, {waiting:,} waiting, {photos:,} photos, {len(spent)} pages: median {median * 1000:.0f}"
            f" ms, p95 {p95 * 1000:.0f} ms",
            median=median,
            p95=p95,
        )


def memory(lines: int, kinds: tuple[str, ...] = ("csv", "xlsx", "ndjson", "xml")) -> None:
    """How much memory an import of a very long file takes at most, with all processes that it starts."""
    home = HOME / "memory"
    environment = {**os.environ, "TIDEWAITER_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    program = [sys.executable, "-m", "tidewaiter"]

    def run(*words: str, said: str = "") -> None:
        subprocess.run(
            [*program, *words],
            input=said.encode(),
            env=environment,
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )

    run("init")
    account = ["add_officer", "m.ke", "--administration", "KE", "--role", "contact", "--password-stdin"]
    run(*account, said=f"{PASSWORD}\n")
    source = made_file(lines, HOME)
    for kind in kinds:
        path = HOME / f"long.{kind}"
        written_as(kind, source, path)
        start = time.perf_counter()
        work = subprocess.Popen(
            [*program, "import_cases", str(path), "--by", "m.ke", "--format", "json"],
            env=environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        most = 0
        while work.poll() is None:
            most = max(most, memory_of(work.pid))
            time.sleep(0.2)
        said, errors = work.communicate()
        spent = time.perf_counter() - start
        what = f"{json.loads(said)['accepted']:,} lines accepted" if work.returncode == 0 else errors.decode()[-200:]
        say(
            f"memory, {kind}",
            f"{lines:,} lines in {spent:.0f} s, at most {most / 2**20:.0f} MiB in all its processes: {what}",
            mib=most / 2**20,
            seconds=spent,
        )
        path.unlink()


def figures() -> None:
    """`statistics` beside DuckDB SQL written by hand over the same Parquet files, and beside the row store."""
    build = timed(store.rebuild)
    say("analysis store", f"built from nothing in {build:.1f} s", seconds=build)
    ours = timed(lambda: compute(by=["commodity", "year", "country"]), 7)

    def by_hand() -> None:
        with connect() as engine:
            engine.execute(
                "SELECT commodity, year, country, unit, count(DISTINCT ref), count(*), sum(quantity) FROM lines WHERE"
                " counted GROUP BY ALL ORDER BY 5 DESC"
            ).fetchall()

    hand = timed(by_hand, 7)

    def rows() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.form, c.year, c.country, l.unit, count(DISTINCT c.ref), count(*), sum(l.quantity) FROM"
                " cases_line l JOIN cases_case c ON c.id = l.case_id WHERE c.counted GROUP BY 1, 2, 3, 4"
            )
            cursor.fetchall()

    row_store = timed(rows)
    say(
        "statistics",
        f"{ours * 1000:.0f} ms = {ours / hand:.1f} x hand-written DuckDB SQL ({hand * 1000:.0f} ms); the row store"
        f" needs {row_store * 1000:.0f} ms",
        ours=ours,
        hand=hand,
        ratio=ours / hand,
        row_store=row_store,
    )
    with connect() as engine:
        found = engine.execute("SELECT count(DISTINCT ref), count(line) FROM lines WHERE counted").fetchone() or (0, 0)
    by = add_officer(username="bench.analyst", administration="INT", role="analyst", password=PASSWORD, by=NODE)
    for name, times in asked_for_figures(by.username, PASSWORD).items():
        ordered = sorted(times)
        median, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        say(
            f"figures: {name}",
            f"{found[0]:,} cases, {found[1]:,} lines: median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms",
            median=median,
            p95=p95,
        )
    change = seconds_of_a_change()
    say("figures: a change", f"in the figures after {change:.1f} s of work", seconds=change)
    html, pdf = seconds_of_a_report(by.username, 2019)
    say(
        "figures: the annual report",
        f"frozen and written in {html:.1f} s as HTML, {pdf:.1f} s as PDF",
        html=html,
        pdf=pdf,
    )


PARTS = ("intake", "pages", "looking", "figures", "battery", "memory")


def main() -> None:
    """Runs all and prints one JSON line at the end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--only", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    parser.add_argument("--kinds", default="csv,xlsx,ndjson,xml", help="whose memory is measured, one after the other")
    chosen = parser.parse_args()
    only = chosen.only.split(",")
    try:
        call_command("init", stdout=sys.stderr, stderr=sys.stderr, format="json")
        call_command("demand_second_factor", nobody=True, stdout=sys.stderr, stderr=sys.stderr, format="json")
        if only != ["memory"]:
            intake(chosen.lines)
        if "intake" in only:
            formats(chosen.lines)
        if set(only) & {"pages", "looking", "battery"}:
            pages(chosen.cases)
        elif "figures" in only:
            multiply(chosen.cases)
        if "looking" in only:
            looking(chosen.cases)
        if "figures" in only:
            figures()
        if "battery" in only:
            battery(chosen.cases)
        if "memory" in only:
            memory(chosen.cases, tuple(chosen.kinds.split(",")))
        print(json.dumps(ANSWERS))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
        shutil.rmtree(f"{HOME}-keys", ignore_errors=True)


if __name__ == "__main__":
    main()
