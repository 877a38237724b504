"""Makes every picture of README.md and docs/guide again: `.venv/bin/python tools/guide_pictures.py [NAME …]`.

It prepares a node in a temporary folder (`init`, `load_demo`), serves it, signs in as the demo people in headless
Chromium, brings a file with wrong cells, and writes docs/pictures/NAME.png: 1280 × 800 (the phone: 390 × 844), light,
256 colours, 120 kB at most. All people and, but for the published file of weapons seizures, all cases are invented.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
PICTURES = PROJECT / "docs" / "pictures"
MOST = 120_000
"""The most bytes of a picture."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


class Node:
    """A demo node in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Prepares and fills it; takes half a minute."""
        self.folder, self.address = folder, ""
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("TIDEWAITER_")}
        self.environment |= {
            "TIDEWAITER_HOME": str(folder / "home"),
            "TIDEWAITER_KEYS": str(folder / "keys"),
            "TIDEWAITER_SHAPE": "central",
            "TIDEWAITER_LOG": "warning",
            "PYTHONPATH": str(PROJECT),
        }
        self.tell("init")
        self.tell("load_demo")
        self.passwords: dict[str, str] = json.loads((folder / "home" / "demo-people.json").read_text())

    def tell(self, *command: str, said: str = "", fine: tuple[int, ...] = (0,)) -> str:
        """Runs a command and gives what it printed. Raises `SystemExit` with its words where it ends otherwise."""
        done = subprocess.run(
            [sys.executable, "-m", "tidewaiter", *command],
            env=self.environment,
            cwd=PROJECT,
            input=said,
            capture_output=True,
            text=True,
        )
        if done.returncode not in fine:
            raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serves it on a free port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        server = subprocess.Popen(
            [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port), "--workers", "1"],
            env={**self.environment, "TIDEWAITER_URL": self.address},
            cwd=PROJECT,
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{self.address}/healthz", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield
        finally:
            server.terminate()
            server.wait(30)


def officer(page: Page, node: Node) -> None:
    """The returned case: who sent it back, which field, why."""
    page.get_by_role("link", name="KE-2026-0391").click()


def contact(page: Page, node: Node) -> None:
    """The colleagues of an administration, one just invited."""
    page.goto(f"{node.address}/people/invite/")
    page.fill("[name=username]", "b.otieno")
    page.fill("[name=name]", "B. Otieno")
    page.get_by_role("button", name="Make the code").click()
    page.goto(f"{node.address}/people/")


def reviewer(page: Page, node: Node) -> None:
    """A case goes back, field by field."""
    page.goto(f"{node.address}/review/")
    page.keyboard.press("t")
    page.wait_for_timeout(500)
    form = page.locator("form", has=page.get_by_role("button", name="Return", exact=True))
    form.locator("select").nth(0).select_option(label="Place")
    form.locator("select").nth(1).select_option(label="Unclear or contradictory")
    form.get_by_placeholder("In words").first.fill("Which terminal of the port was it?")


def analyst(page: Page, node: Node) -> None:
    """One of the questions that are ready asked, as a table."""
    page.goto(f"{node.address}/statistics/?since=2026-01&until=2026-10")
    page.get_by_role("link", name="How are which goods hidden?").click()


def editor(page: Page, node: Node) -> None:
    """Writing for the library."""
    page.goto(f"{node.address}/library/new/")
    page.locator("input[name^=title]:visible").first.fill("Cigarettes in hollow pallets")
    page.locator("textarea:visible").first.fill(
        "Planks of pallets are hollowed and filled. This bulletin is invented.\n\n## What to look for\n"
        "- Pallets that weigh 4 kg more than their like\n- Fresh glue between the planks\n\n"
        "## What to do\nWeigh one pallet empty before you open the load."
    )
    page.get_by_label("Kind", exact=True).select_option(label="Bulletin")
    page.locator("h1").click()


def steward(page: Page, node: Node) -> None:
    """The morning of who looks after the node."""
    page.goto(f"{node.address}/")


def review(page: Page, node: Node) -> None:
    """The queue beside its case."""
    page.goto(f"{node.address}/review/")


def statistics(page: Page, node: Node) -> None:
    """Figures of a period, and flows."""
    page.goto(f"{node.address}/statistics/?since=2026-01&until=2026-10&measure=cases")


def case(page: Page, node: Node) -> None:
    """A validated case with its route and pictures."""
    page.goto(f"{node.address}/cases/?administration=KE&status=validated")
    page.locator("main tbody a").first.click()


def trade(page: Page, node: Node) -> None:
    """Prices that like goods do not have."""
    for _ in range(60):
        page.goto(f"{node.address}/trade/")
        page.get_by_role("link", name="declarations_").first.click()
        if page.locator("td a.ref").count():
            return
        page.wait_for_timeout(2000)


def intake_receipt(page: Page, node: Node) -> None:
    """What became of a file with wrong cells."""
    path = node.folder / "weapons_november.csv"
    path.write_text(sheet_with_slips())
    said = node.tell("import_cases", str(path), "--by", "j.quiroga", "--format", "json", fine=(0, 1))
    answer = json.loads(said)
    page.goto(f"{node.address}/intake/{answer['receipt']}/")


def phone(page: Page, node: Node) -> None:
    """A case on a telephone."""
    case(page, node)


_HEADS = (
    *("form", "national_ref", "date", "country", "location_type", "place", "direction", "detection.method"),
    *("conveyance.mode", "subtype", "quantity", "unit"),
)
_SLIPS = (
    (7, "place", "Valparaiso puerto"),
    (11, "subtype", "pistoll"),
    (12, "subtype", "riffle"),
    (19, "unit", "cajas"),
    (33, "date", "2026-11-31"),
    (41, "quantity", "1.25,5"),
    (52, "place", "Valparaizo"),
)
"""Row, column and what somebody wrote there."""


def sheet_with_slips() -> str:
    """A table of sixty rows of Chile with seven wrong cells, with the heads of the form."""
    what = ("CL", "seaport", "CLSAI", "import", "routine", "1", "pistol")
    rows = [
        ["WPN", f"CL-2026-{2000 + n}", f"2026-11-{1 + n % 28:02d}", *what, str(1 + n % 7), "H87"] for n in range(60)
    ]
    for at, column, written in _SLIPS:
        rows[at][_HEADS.index(column)] = written
    out = io.StringIO()
    csv.writer(out).writerows([_HEADS, *rows])
    return out.getvalue()


SHOTS: dict[str, tuple[str, Callable[[Page, Node], None]]] = {
    "guide-officer": ("t.kiplagat", officer),
    "guide-contact": ("a.wanjiru", contact),
    "guide-reviewer": ("n.achieng", reviewer),
    "guide-analyst": ("l.okafor", analyst),
    "guide-editor": ("r.lindgren", editor),
    "guide-steward": ("p.duval", steward),
    "review": ("n.achieng", review),
    "statistics": ("l.okafor", statistics),
    "case": ("t.kiplagat", case),
    "trade": ("l.okafor", trade),
    "intake-receipt": ("j.quiroga", intake_receipt),
    "phone": ("t.kiplagat", phone),
}
"""Pictures by name: who looks, and what they open."""


def shot(browser: Browser, node: Node, name: str) -> bytes:
    """One picture, as PNG of 256 colours."""
    username, walk = SHOTS[name]
    size = {"width": 390, "height": 844} if name == "phone" else {"width": 1280, "height": 800}
    context = browser.new_context(locale="en-US", color_scheme="light", viewport=size)
    page = context.new_page()
    page.goto(f"{node.address}/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", node.passwords[username])
    page.click("[data-main]")
    page.wait_for_url(f"{node.address}/")
    walk(page, node)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    out = io.BytesIO()
    taken.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    """Makes all, or those that are named."""
    names = sys.argv[1:] or list(SHOTS)
    if unknown := sorted(set(names) - set(SHOTS)):
        raise SystemExit(f"No such picture: {', '.join(unknown)}. There are {', '.join(SHOTS)}.")
    chromium = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        node = Node(Path(folder))
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        with node.serving():
            for name in names:
                picture = shot(browser, node, name)
                if len(picture) > MOST:
                    raise SystemExit(f"{name}.png has {len(picture):,} bytes, more than {MOST:,}.")
                (PICTURES / f"{name}.png").write_bytes(picture)
                print(f"docs/pictures/{name}.png  {len(picture):,} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
