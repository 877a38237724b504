"""Fifty reviewers and two hundred officers at once.

bench/crowd.py [--minutes 5] [--pause 20] [--postgresql] [--workers 2]

Starts a node of its own with `serve`, signs everybody in, and lets them work on loopback: officers look at lists and
cases, enter cases, mend what came back and send it again, each a page or two every `--pause` seconds; reviewers look at
the queue, validate and send back, many of them the same cases. Prints how many answers there were, how many were not
what they should be, the median and the 95th percentile by kind, and whether what the answers said is what the node
holds: no case judged twice, none lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))
from run_tests import postgres  # noqa: E402 -- the path is set above

HOME = Path(tempfile.mkdtemp(prefix="tidewaiter-crowd-"))
PASSWORD = "a-long-passphrase-1"
PEOPLE = """
from tidewaiter.people.actions import add_officer
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.models import Officer
from django.contrib.auth.hashers import make_password
from tidewaiter.people.models import Grant
from tidewaiter.foundation.moments import now
import sys
reviewers, officers = int(sys.argv[1]), int(sys.argv[2])
secret = make_password("a-long-passphrase-1")
names = [(f"r{n}", "UG", "reviewer") for n in range(reviewers)] + [(f"o{n}", "KE", "officer") for n in range(officers)]
Officer.objects.bulk_create([
    Officer(username=name, administration_id=home, password=secret, date_joined=now(), used_at=now())
    for name, home, _ in names
])
here = {one.username: one for one in Officer.objects.all()}
Grant.objects.bulk_create([
    Grant(officer=here[name], role=role, granted_by="bench", granted_at=now())
    for name, _, role in names
])
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
import json
keys = {}
for name, _home, _role in names:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(here[name].pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = here[name].get_session_auth_hash()
    store.create()
    keys[name] = store.session_key
print(json.dumps(keys))
"""
PAUSE = 20.0
BURST = "all in the same moment"
"""Everybody's first page, asked at once; said apart, for it is no five minutes of work."""
SPENT: dict[str, list[float]] = {}
WRONG: Counter[str] = Counter()
SAID: Counter[str] = Counter()


class Person:
    """Somebody with a browser's cookies."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        self.client, self.name, self.token = client, name, ""

    async def ask(
        self, kind: str, method: str, address: str, expected: tuple[int, ...] = (200,), **said: Any
    ) -> httpx.Response:
        """Asks, notes how long it took and whether the answer is one that may be."""
        if method == "POST":
            said.setdefault("data", {})["csrfmiddlewaretoken"] = self.token
        start = time.perf_counter()
        answer = await self.client.request(method, address, **said)
        SPENT.setdefault(kind, []).append(time.perf_counter() - start)
        if answer.status_code not in expected:
            WRONG[f"{kind}: {answer.status_code}"] += 1
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    async def sign_in(self, key: str) -> None:
        """With a session made beforehand: so many sign-ins from one address would be held up, as they should be."""
        self.client.cookies.set("sessionid", key)
        await self.ask("start", "GET", "/")


async def review(person: Person, until: float, chance: random.Random) -> None:
    """A reviewer: the queue, a case, judging it; another may have been faster."""
    await asyncio.sleep(chance.uniform(0, PAUSE * 0.7))
    while time.time() < until:
        answer = await person.ask("queue", "GET", "/review/", (200, 302))
        address = answer.headers.get("location", "")
        if address:
            page = await person.ask("review page", "GET", address, (200, 404))
            named = dict(re.findall(r'name="(version|digest)" value="([^"]+)"', page.text))
            ref = re.search(r"/review/case/([^/]+)/", address)
            if named and ref:
                deed = "validate" if chance.random() < 0.7 else "return_case"
                said = {
                    **named,
                    "reason": "Count again.",
                    "path": ["lines.1.quantity"],
                    "code": ["implausible"],
                    "say": ["Count again."],
                }
                done = await person.ask(
                    f"judging: {deed}", "POST", f"/review/case/{ref[1]}/{deed}/", (302, 404, 403, 409, 422), data=said
                )
                SAID[f"{deed} {'done' if done.status_code == 302 else 'told'}"] += 1
        await asyncio.sleep(chance.uniform(0.4, 1.6) * PAUSE * 0.7)


async def file(person: Person, until: float, chance: random.Random) -> None:
    """An officer: lists, a case, a new case, one that came back."""
    await asyncio.sleep(chance.uniform(0, PAUSE))
    while time.time() < until:
        dice = chance.random()
        if dice < 0.4:
            await person.ask("list", "GET", f"/cases/?form=WPN&year=202{chance.randrange(3, 7)}")
        elif dice < 0.6:
            await person.ask("search", "GET", f"/search/?q={chance.choice(('pistol', 'Mombasa', 'magazine', 'KE-'))}")
        elif dice < 0.85:
            await person.ask("entry page", "GET", "/cases/new/WPN/?simple=1")
            said = {
                "lines": "1",
                "date": f"2026-0{chance.randrange(1, 9)}-1{chance.randrange(0, 9)}",
                "country": "KE",
                "kind": "seizure",
                "location_type": "seaport",
                "place": "KEMBA",
                "direction": "import",
                "lines.1.subtype": chance.choice(("pistol", "rifle", "magazine")),
                "lines.1.quantity": str(chance.randrange(1, 400)),
                "lines.1.unit": "H87",
                "national_ref": f"{person.name}-{chance.randrange(10**9)}",
                "deed": "submit",
            }
            done = await person.ask("entry kept", "POST", "/cases/new/WPN/?simple=1", (302,), data=said)
            SAID["entered"] += done.status_code == 302
        else:
            page = await person.ask("list", "GET", "/cases/?status=returned")
            refs = re.findall(r'href="/cases/(TW-[0-9A-Z]+)/"', page.text)
            if refs:
                ref = chance.choice(refs)
                await person.ask("case", "GET", f"/cases/{ref}/", (200,))
                done = await person.ask("sent again", "POST", f"/cases/{ref}/submit/", (302, 422, 403))
                SAID[f"sent again {'done' if done.status_code == 302 else 'told'}"] += 1
        await asyncio.sleep(chance.uniform(0.4, 1.6) * PAUSE)


async def crowd(address: str, reviewers: int, officers: int, minutes: float, keys: dict[str, str]) -> None:
    """Everybody at once."""
    limits = httpx.Limits(max_connections=None)
    clients = [httpx.AsyncClient(base_url=address, timeout=60, limits=limits) for _ in range(reviewers + officers)]
    people = [Person(client, f"r{n}" if n < reviewers else f"o{n - reviewers}") for n, client in enumerate(clients)]
    for start in range(0, len(people), 10):
        await asyncio.gather(*(one.sign_in(keys[one.name]) for one in people[start : start + 10]))
    SPENT.clear()
    await asyncio.gather(
        *(one.ask(BURST, "GET", "/review/" if one.name[0] == "r" else "/cases/", (200, 302)) for one in people)
    )
    until = time.time() + 60 * minutes
    await asyncio.gather(
        *((review if n < reviewers else file)(one, until, random.Random(n)) for n, one in enumerate(people))
    )
    await asyncio.gather(*(client.aclose() for client in clients))


CHECK = """
import json
from django.db.models import Count
from tidewaiter.cases.models import Case
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import verify
deeds = dict(Entry.objects.values_list("deed").annotate(n=Count("seq")).order_by())
validated = Entry.objects.filter(deed="cases.validated")
twice = validated.values("ref", "version").annotate(n=Count("seq")).filter(n__gt=1).count()
states = dict(Case.objects.filter(latest=True).values_list("status").annotate(n=Count("pk")).order_by())
print(json.dumps({"deeds": deeds, "twice": twice, "states": states, "intact": verify()["intact"]}))
"""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_until_ready(address: str) -> None:
    """Asks the node whether it is ready, forty seconds long."""
    for _ in range(200):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)


def main() -> None:
    """Starts the node, lets everybody in, prints what was."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--officers", type=int, default=200)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between an officer's pages, on average")
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    globals()["PAUSE"] = chosen.pause
    environment = {
        **os.environ,
        "TIDEWAITER_HOME": str(HOME),
        "TIDEWAITER_KEYS": f"{HOME}-keys",
        "TIDEWAITER_SHAPE": "central",
        "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
    }
    environment.pop("DATABASE_URL", None)
    server: Any = None
    if chosen.postgresql:
        server = postgres()
        environment["DATABASE_URL"] = server.__enter__()
    program = [sys.executable, "-m", "tidewaiter"]
    port = _free_port()
    try:
        for words in (("init",), ("demand_second_factor", "--nobody")):
            subprocess.run([*program, *words], env=environment, cwd=PROJECT, check=True, capture_output=True)
        script = (
            f"import sys; sys.argv = ['x', '{chosen.reviewers}', '{chosen.officers}']\nimport django;"
            f" django.setup()\n{PEOPLE}"
        )
        made = subprocess.run(
            [sys.executable, "-c", script], env=environment, cwd=PROJECT, check=True, capture_output=True, text=True
        )
        keys = json.loads(made.stdout)
        serving = subprocess.Popen(
            [*program, "serve", "--port", str(port), "--workers", chosen.workers],
            env=environment,
            cwd=PROJECT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            asyncio.run(crowd(f"http://127.0.0.1:{port}", chosen.reviewers, chosen.officers, chosen.minutes, keys))
        finally:
            os.killpg(serving.pid, signal.SIGTERM)
            serving.wait(30)
        script = f"import django; django.setup()\n{CHECK}"
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, cwd=PROJECT, check=True, capture_output=True, text=True
        )
        _say(json.loads(done.stdout))
    finally:
        if server is not None:
            server.__exit__(None, None, None)
        shutil.rmtree(HOME, ignore_errors=True)
        shutil.rmtree(f"{HOME}-keys", ignore_errors=True)


def _say(held: dict[str, Any]) -> None:
    burst = sorted(SPENT.pop(BURST))
    print(
        f"{BURST}: {len(burst)} pages, median {burst[len(burst) // 2] * 1000:.0f} ms, slowest {burst[-1] * 1000:.0f} ms"
    )
    every = sorted(one for times in SPENT.values() for one in times)
    for kind, times in sorted(SPENT.items()):
        times.sort()
        print(
            f"{kind:<26} {len(times):>6}  median {times[len(times) // 2] * 1000:5.0f} ms  p95"
            f" {times[int(len(times) * 0.95)] * 1000:5.0f} ms"
        )
    print(
        f"{'all':<26} {len(every):>6}  median {every[len(every) // 2] * 1000:5.0f} ms  p95"
        f" {every[int(len(every) * 0.95)] * 1000:5.0f} ms"
    )
    print(f"answers that should not have been: {dict(WRONG) or 'none'}")
    print(f"said: {dict(SAID)}")
    print(f"held: {held['states']}, judged twice: {held['twice']}, ledger intact: {held['intact']}")
    same = (
        held["deeds"].get("cases.validated", 0) == SAID["validate done"]
        and held["deeds"].get("cases.returned", 0) == SAID["return_case done"]
    )
    print(f"what was answered is what is held: {same and sum(held['states'].values()) == SAID['entered']}")


if __name__ == "__main__":
    main()
