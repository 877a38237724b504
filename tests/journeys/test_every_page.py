"""Every page that somebody can come to by links on a central node is put to axe: WCAG 2.2 A and AA."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error

from tests.journeys.conftest import AXE, PICTURES, Person, RunningNode

pytestmark = pytest.mark.browser
WALKERS = ("p.duval", "n.achieng", "l.okafor", "t.kiplagat", "a.wanjiru", "r.lindgren", "postal.union")
"""A steward, a reviewer, an analyst, an officer, a contact point, an editor, a partner."""
EACH = (
    *("start", "case_list", "case_page", "library", "library_item", "intake", "review", "job_list"),
    "analysis_requests",
)
"""Pages that are looked at as everybody sees them; others once."""
TELLING = ("view", "row", "exporter", "again", "lang", "long")
"""What an address asks for that makes another page of it."""
_RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"


def _name(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).url_name)
    except Resolver404:
        return ""


class _Walk:
    """What was seen of the node, and what is wrong with it."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, ...]] = set()
        self.pages: set[str] = set()
        self.faults: list[str] = []

    def go(self, person: Person, username: str) -> None:
        """Follows all links from the start page and from one's work in progress; of pages of one kind the first."""
        waiting = ["/", "/jobs/"]
        while waiting:
            address = waiting.pop(0)
            name, asked = _name(address), parse_qs(urlsplit(address).query)
            key = (username if name in EACH else "", name, *(one for one in TELLING if one in asked))
            if not name or key in self.seen:
                continue
            self.seen.add(key)
            if self._looked_at(person, address):
                self.pages |= {name, _name(person.page.url)}
                found = "[...document.querySelectorAll('a[href]')].map(one => one.href)"
                here = person.node.address
                links = [one.removeprefix(here).split("#")[0] for one in person.page.evaluate(found) if here in one]
                waiting += links

    def _looked_at(self, person: Person, address: str) -> bool:
        """Whether this is a page; what is wrong with it is kept."""
        page = person.page
        try:
            answer = page.goto(person.node.address + address)
        except Error:  # a file: the browser takes it and stays where it was
            return False
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            return False
        if answer.status >= 400:
            self.faults.append(f"{address}: {answer.status}, where a link leads")
        page.evaluate(AXE.read_text())
        self.faults += [
            f"{address}: {one['id']} {one['nodes'][0]['target']} {one['nodes'][0]['html'][:120]}"
            for one in page.evaluate(_RULES)["violations"]
            if one["impact"] in ("serious", "critical") and not person.merely_covered(one)
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.faults += [f"{address} runs {wide} px over the side"] if wide > 0 else []
        return True


@pytest.mark.long
def test_every_page_that_links_lead_to_has_nothing_serious(browser: Browser, demo: RunningNode) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    walk = _Walk()
    for username in WALKERS:
        person = Person(browser, demo, username)
        walk.go(person, username)
        person.context.close()
    assert walk.faults == []
    assert len(walk.pages) >= 55, "what links lead to on a demo; files, and what follows a deed, are others' journeys"
