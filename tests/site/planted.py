"""Run in a process of its own on a `national` node: plants a word at each door, then dies as by a power cut.

It prints the words as `{door: word}` before, and ends by SIGKILL: the write-ahead file stays, and what lay in scratch.
"""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from PIL import Image  # noqa: E402

from tests.making import case_in, done_by_worker  # noqa: E402
from tidewaiter.cases.actions import draft  # noqa: E402
from tidewaiter.cases.models import Case  # noqa: E402
from tidewaiter.cases.tasks import take_cases  # noqa: E402
from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.foundation.scratch import scratch  # noqa: E402
from tidewaiter.jobs.actions import enqueue  # noqa: E402
from tidewaiter.people.actions import add_officer  # noqa: E402
from tidewaiter.people.models import Officer  # noqa: E402
from tidewaiter.statistics import store  # noqa: E402
from tidewaiter.statistics.report.frozen_data import freeze  # noqa: E402
from tidewaiter.trade.files.sources import bring_file  # noqa: E402

settings.ALLOWED_HOSTS.append("testserver")
WORDS: dict[str, str] = {}


def word(door: str) -> str:
    """A surname that stands nowhere else, for that door."""
    return WORDS.setdefault(door, f"Quvx{door.title().replace('_', '')}Kassarani")


def posted(browser: Client, address: str, said: dict[str, Any], expected: int = 302) -> Any:
    """What a page answers; it must take what is said."""
    answer = browser.post(address, said)
    if answer.status_code != expected:
        raise SystemExit(f"{address}: {answer.status_code} {answer.content[:800]!r}")
    return answer


def person(username: str, role: str) -> Officer:
    """Somebody of Kenya."""
    return add_officer(username=username, administration="KE", role=role, password="a-long-passphrase-1", by=NODE)


def of_registry(browser: Client) -> None:
    """A record, a suspect, a graph, what was looked for, a file of records."""
    made = posted(
        browser,
        "/registry/new/",
        {"kind": "person", "name": f"Yusuf {word('entity')}", "source": "passport", "grading": "4x4 A1"},
    )
    address = made["Location"]
    ref = address.strip("/").split("/")[-1]
    posted(browser, f"{address}say/", {"property": "notes", "value": f"met {word('statement')}", "source": "a call"})
    posted(browser, f"{address}suspect/signal/", {"reason": f"named by {word('suspect')}"})
    graph = {"title": f"Ring of {word('graph')}", "begun_at": ref, "nodes": json.dumps({ref: [0, 0]})}
    posted(browser, "/registry/graphs/keep/", graph, 201)
    posted(browser, "/registry/persons/", {"q": word("search")}, 200)
    posted(browser, "/registry/screening/", {"name": f"Yusuf {word('screening')}"}, 200)
    rows = f"kind,name,source\nperson,Anna {word('file')},register\n".encode()
    posted(browser, "/registry/bring/", {"file": SimpleUploadedFile("a.csv", rows), "list": ""}, 200)


def of_a_case(contact: Officer) -> None:
    """A case's text and its annex, a photo with its caption, an upload by its name and what it says."""
    browser = Client()
    browser.force_login(contact)
    posted(browser, "/registry/purpose/", {"purpose": f"about {word('purpose')}"})
    browser.get("/registry/persons/")  # names are read for it: it stands in the ledger
    [ref] = draft(cases=[case_in(narrative=f"The driver {word('case')} ran away.")], by=contact, channel="page").refs
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(out, "JPEG")
    posted(browser, f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile(f"{word('photo')}.jpg", out.getvalue())]})
    digest = Case.objects.get(ref=ref, latest=True).header["photos"][0]["file"]
    posted(browser, f"/cases/{ref}/photos/{digest}/", {"deed": "keep", "caption": f"{word('caption')} at the wheel"})
    browser.get(f"/cases/{ref}/photos/{digest}.jpg?small=1")
    name = SimpleUploadedFile(f"{word('upload')}.csv", f"form,narrative\nWPN,{word('row')}\n".encode())
    browser.post("/intake/", {"file": name})
    browser.get("/search/", {"q": word("box")})


def of_the_node(contact: Officer, analyst: Officer) -> None:
    """What the node makes of it: a kept result, the analysis store, a data set, a trade file, scratch, a log."""
    draft(cases=[case_in(narrative=f"In the boot sat {word('result')}.")], by=contact, channel="page")
    asked = {"wanted": {}, "kind": "csv", "lang": "en"}
    done_by_worker(enqueue(task=take_cases, key="planted", subject="cases", by=contact, asked=asked).ref)
    store.bring_up_to_date()
    freeze(since="2026-01", until="2026-12", audience="members", name=word("data_set"), by=analyst)
    rows = f"hs,value,consignee\n090111,10,{word('trade')}\n".encode()
    bring_file(name="declarations.csv", chunks=[rows], by=analyst)
    try:
        raise ValueError(f"no such person: {word('log')}")
    except ValueError:
        logging.getLogger("tidewaiter").exception("a name was refused: %s", word("log"))


def main() -> None:
    """Plants everything, says what, and dies."""
    if "--nobody" in sys.argv:
        call_command("demand_second_factor", nobody=True, format="json", stdout=io.StringIO(), stderr=io.StringIO())
    investigator, contact, analyst = (person(f"p.{role}", role) for role in ("investigator", "contact", "analyst"))
    browser = Client()
    browser.force_login(investigator)
    posted(browser, "/registry/purpose/", {"purpose": "a test"})
    of_registry(browser)
    of_a_case(contact)
    of_the_node(contact, analyst)
    with scratch() as folder:
        (folder / "open").write_text(f"unpacked: {word('scratch')}")
        print(json.dumps(WORDS), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
