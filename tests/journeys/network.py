"""The demo network for journeys: a centre and two nations as real processes, and people of each at their browsers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser

from tests import prepared
from tests.conftest import PROJECT
from tests.journeys.conftest import PICTURES, Person
from tests.served import free_port
from tidewaiter.site import demo_network
from tidewaiter.site.demo_network import DemoNode

LONG = 240_000
"""Milliseconds that a busy machine may need for what takes seconds on a free one."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The three nodes, serving on free ports, with the story's beginning told."""
    folder = tmp_path_factory.mktemp("network") / "network"
    os.environ["TIDEWAITER_ENCRYPTION"] = "off"
    made = Path(os.environ.get("TIDEWAITER_NETWORK") or prepared.FOLDER / f"{prepared.digest()}-open-network")
    with prepared.alone("open-network"):
        if not (made / "joined").exists():  # a preparation that was cut off goes on
            demo_network.prepare(demo_network.nodes_in(made, 8000), print)
    shutil.copytree(made, folder)
    nodes = demo_network.nodes_in(folder, 0)
    for node in nodes:
        node.port = free_port()
    centre, *nations = nodes
    centre.run("exchange", "key", "--url", centre.address, "-o", str(folder / "centre.card"))
    for node in nations:
        node.run("exchange", "add_peer", str(folder / "centre.card"))
    demo_network.tell_story(nodes)
    passwords = json.loads((folder / "passwords.json").read_text())
    PICTURES.mkdir(parents=True, exist_ok=True)
    with ExitStack() as served:
        for serving in [served.enter_context(Serving(node)) for node in nodes]:
            serving.answers()
        yield SimpleNamespace(centre=centre, kenya=nations[0], mauritius=nations[1], passwords=passwords)
    os.environ.pop("TIDEWAITER_ENCRYPTION")


class Serving:
    """A node of the network that serves, from when it `answers`."""

    def __init__(self, node: DemoNode) -> None:
        self.node = node

    def __enter__(self) -> Serving:
        words = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(self.node.port), "--workers", "1"]
        self.process = subprocess.Popen(words, env=self.node.environment, cwd=PROJECT)
        return self

    def answers(self) -> None:
        """Waits for it: a busy machine takes minutes, and many seconds for one answer."""
        until_then = time.monotonic() + 900
        while time.monotonic() < until_then and self.process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{self.node.address}/healthz", timeout=30) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.3)
        raise AssertionError(f"{self.node.name} does not serve")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        if self.process.poll() is None:
            self.process.kill()


def at(browser: Browser, network: SimpleNamespace, node: DemoNode, username: str, **options: object) -> Person:
    """Somebody of that node at a browser, signed in."""
    who = Person(browser, node, "", **options)  # type: ignore[arg-type]  # it has an address
    who.page.set_default_timeout(LONG)
    who.page.set_default_navigation_timeout(LONG)
    who.go("/accounts/login/")
    who.page.fill("#id_login", username)
    who.page.fill("#id_password", network.passwords[username])
    who.page.click("[data-main]")
    who.page.wait_for_url(node.address + "/")
    return who


def until(who: Person, address: str, words: str) -> float:
    """Looks again and again until words stand there; gives after how many seconds."""
    began = time.monotonic()
    while time.monotonic() - began < LONG / 1000:
        who.go(address)
        if words in who.page.locator("main").inner_text():
            return time.monotonic() - began
        time.sleep(1)
    raise AssertionError(f"«{words}» never stood at {address}")
