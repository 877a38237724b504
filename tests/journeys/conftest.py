"""A running node and a browser. Skipped by name where no Chromium is installed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.conftest import PASSWORD, PROJECT, Program

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser driver keeps a loop running in this process
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(os.environ.get("TIDEWAITER_PICTURES", PROJECT / "shots"))
AXE = PROJECT / "tests" / "vendor" / "axe.min.js"


class RunningNode(Program):
    """A node that serves."""

    address = ""


@pytest.fixture(scope="session")
def running(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node with people of Kenya, Uganda (who review Kenya) and the United States, serving on a free port."""
    home = tmp_path_factory.mktemp("running") / "home"
    shutil.copytree(prepared_home, home)
    node = RunningNode(home)
    for username, country, role in (
        ("t.kiplagat", "KE", "officer"),
        ("a.wanjiru", "KE", "contact"),
        ("n.achieng", "UG", "reviewer"),
        ("j.miller", "US", "contact"),
        ("j.quiroga", "CL", "contact"),
        ("c.moreau", "FR", "reviewer"),
        ("p.duval", "INT", "steward"),
    ):
        node.person(username, country, role)
    with serving(node):
        yield node


DEMO_PEOPLE = (
    *("j.miller", "t.kiplagat", "a.wanjiru", "j.quiroga", "s.park", "n.achieng", "m.sandoval", "l.okafor", "p.duval"),
    *("r.lindgren", "postal.union"),
)


@pytest.fixture(scope="session")
def demo(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """The demo, served; its people have the tests' password."""
    home = tmp_path_factory.mktemp("tour") / "home"
    shutil.copytree(prepared_home, home)
    (home / "demo-people.json").write_text(json.dumps(dict.fromkeys(DEMO_PEOPLE, PASSWORD)))
    node = RunningNode(home)
    node.run("load_demo", seconds=1200)  # a busy machine takes minutes
    with serving(node):
        yield node


@contextmanager
def serving(node: RunningNode, host: str = "127.0.0.1") -> Iterator[None]:
    """Serves the node on a free port; `host` is the name people reach it by."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    node.address = f"http://{host}:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port), "--workers", "1"],
        env={**node.environment, "TIDEWAITER_URL": node.address},
        cwd=PROJECT,
        start_new_session=True,
    )
    try:
        for _ in range(1200):  # a busy machine takes minutes to start what takes a free one seconds
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        server.terminate()
        try:
            server.wait(45)  # a busy machine takes longer
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one a process."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium."""
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield started
    started.close()


class Person:
    """Somebody at the browser: every request must stay on the node, and nothing may complain in the console."""

    def __init__(self, browser: Browser, node: RunningNode, username: str, **options: Any) -> None:
        self.node = node
        self.context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1440, "height": 900}, **options})
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request",
            lambda request: (
                self.complaints.append(f"asked {request.url}")
                if not request.url.startswith((node.address, "data:", "blob:"))
                else None
            ),
        )
        if username:
            self.go("/accounts/login/")
            self.page.fill("#id_login", username)
            self.page.fill("#id_password", PASSWORD)
            self.page.click("[data-main]")
            self.page.wait_for_url(node.address + "/")

    def go(self, address: str) -> None:
        """Opens an address."""
        self.page.goto(self.node.address + address)
        self.page.wait_for_load_state("networkidle")

    def looks_right(self, name: str) -> None:
        """Takes a picture; axe (WCAG 2.2 A and AA) finds nothing serious; nothing runs over the side."""
        picture = str(PICTURES / f"{name}.png")
        try:
            self.page.screenshot(path=picture)
        except (
            Error
        ):  # a browser just started on a busy machine cannot always draw at once; a second refusal is an error
            self.page.screenshot(path=picture)
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        serious = [
            f"{item['id']}: {item['nodes'][0]['target']} {item['nodes'][0]['failureSummary']}"
            for item in found["violations"]
            if item["impact"] in ("serious", "critical") and not self.merely_covered(item)
        ]
        assert not serious, (name, serious)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} runs {wide} px over the side"
        assert not self.complaints, (name, self.complaints)

    def merely_covered(self, item: dict[str, Any]) -> bool:
        """Whether what is said to be too small only lay half under a bar that stays in
        place: once scrolled to, it is free.
        """
        if item["id"] != "target-size":
            return False
        for node in item["nodes"]:
            again = self.page.evaluate(
                """([where]) => { document.querySelector(where).scrollIntoView({block: 'center', behavior: 'instant'});
                return axe.run({include: [where]}, {runOnly: {type: 'rule', values: ['target-size']}}) }""",
                node["target"],
            )
            if again["violations"]:
                return False
        return True


@pytest.fixture
def person(browser: Browser, running: RunningNode) -> Iterator[Callable[..., Person]]:
    """Makes people at the browser."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    made: list[Person] = []

    def make(username: str, **options: Any) -> Person:
        somebody = Person(browser, running, username, **options)
        made.append(somebody)
        return somebody

    yield make
    for somebody in made:
        somebody.context.close()
