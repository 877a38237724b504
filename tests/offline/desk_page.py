"""The desk's own page in a browser, before a node that is played: what it answers is chosen by the test."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from tidewaiter.offline.packs import packs_for
from tidewaiter.offline.words import page_words

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
APP = Path(__file__).resolve().parents[2] / "tidewaiter" / "offline" / "app"
ADDRESS = "http://localhost:9"
PASSPHRASE = "boat harbour at dusk"


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def said_in(token: str) -> dict[str, Any]:
    """What a signed text says, whoever signed it."""
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


class PlayedNode:
    """A node with keys of its own, that takes what it is sent and signs for it, unless a test says otherwise."""

    def __init__(self) -> None:
        self.packs = {name: (pack.entry(), pack.content) for name, pack in packs_for("KE", "en").items()}
        self.signing, self.recovery = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.username, self.name, self.status, self.enrolled = "t.kiplagat", "Titus Kiplagat", "enrolled", 0
        self.heads: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.cases: list[dict[str, Any]] = []
        self.line = True
        self.receipt: dict[str, Any] = {}
        """What a receipt says otherwise than it should."""
        self.signed_by, self.typ, self.ends_unsigned = self.signing, "tw-offline-receipt", False
        self.page = (
            f'<!doctype html><html lang="en"><title>Desk</title><body data-version="v" data-icons="/i.svg" '
            f"data-words='{json.dumps(page_words()).replace(chr(39), '&#39;')}'><nav id=rail></nav><span id=who></span>"
            '<main id=main tabindex="-1"></main><script type=module src="/app/desk.js"></script>'
        )

    def keys(self) -> list[dict[str, str]]:
        """Its public halves."""
        raw = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return [
            {"kid": "s", "use": "sig", "x": b64(self.signing.public_key().public_bytes(*raw))},
            {"kid": "e", "use": "enc", "x": b64(self.recovery.public_key().public_bytes(*raw))},
        ]

    def jws(self, said: dict[str, Any], typ: str, key: Ed25519PrivateKey | None = None) -> str:
        """Signed by it."""
        head = {"alg": "Ed25519", "kid": "s", "typ": typ}
        text = ".".join(b64(json.dumps(part).encode()) for part in (head, said))
        return f"{text}.{b64((key or self.signing).sign(text.encode()))}"

    def receipt_for(self, ref: str) -> str:
        """Of an item."""
        head = self.heads[ref]
        said = {"receipt": 1, "id": ref, "device": head["device"], "digest": head["digest"], "outcome": "taken"}
        said |= {"case": "KE-01ABC", "version": 1, "lacks": [], "at": "2026-12-01T10:00:00Z"} | self.receipt
        return self.jws(said, self.typ, self.signed_by)

    def answer(self, route: Route) -> None:
        """Whatever the page asks for."""
        path = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        if path.startswith("/app/"):
            route.fulfill(body=(APP / path[5:]).read_bytes(), content_type="text/javascript")
        elif not self.line:
            route.abort("internetdisconnected")
        elif path.startswith("/offline/packs/") and path.endswith(".json"):
            route.fulfill(body=self.packs[path[15:-5]][1], content_type="application/json")
        elif path == "/offline/":
            route.fulfill(body=self.page, content_type="text/html")
        else:
            status, said = self._said(path, route.request.post_data_buffer or b"")
            route.fulfill(status=status, body=json.dumps(said), content_type="application/json")

    def _said(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        now = {"now": datetime.now(UTC).isoformat()}
        if path == "/offline/packs/":
            who = {"username": self.username, "name": self.name, "administration": "KE", "csrf": "x"}
            return 200, {**who, "keys": self.keys(), "packs": [entry for entry, _content in self.packs.values()]}
        if path == "/offline/enrol/":
            self.enrolled += 1
            return 201, {"device": f"DEV-{self.enrolled}", "keys": self.keys()}
        if path == "/offline/carried/":
            return 200, {"username": self.username, "cases": self.cases}
        if path == "/offline/v1/hello":
            device = said_in(body.decode())["device"]
            note = {"device": device, "status": self.status, "keys": self.keys()}
            return 200, {**now, "note": self.jws(note, "tw-offline-note")}
        if path == "/offline/v1/asked":
            return 200, {**now, "items": {}}
        if not path.startswith("/offline/v1/items"):
            return 404, {}
        if path.endswith("/items"):
            head = said_in(body.decode())
            ended = {"device": head["device"], "status": "revoked", "keys": self.keys()}
            if self.ends_unsigned or self.status != "enrolled":
                note = {} if self.ends_unsigned else {"note": self.jws(ended, "tw-offline-note")}
                return 410, {"code": "device_ended", "detail": "This device was taken out of use.", **note}
            self.heads[head["id"]] = head
            ref, got = head["id"], len(self.bodies.get(head["id"], b""))
        else:
            ref = path.rpartition("/")[2]
            self.bodies[ref] = self.bodies.get(ref, b"") + body
            got = len(self.bodies[ref])
        done = got == self.heads[ref]["size"]
        return 200, {**now, "id": ref, "got": got, "status": "x", "receipt": self.receipt_for(ref) if done else ""}


class DeskPage:
    """A person at the page."""

    def __init__(self, context: BrowserContext, node: PlayedNode) -> None:
        self.context, self.node = context, node
        self.complaints: list[str] = []
        self.page: Page = self.tab()

    def tab(self) -> Page:
        """A tab more."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{ADDRESS}/offline/")
        return page

    def take_into_use(self, passphrase: str = PASSPHRASE) -> None:
        """The desk of whoever is signed in at the node."""
        self.page.fill("#desk-name", "phone of the post")
        self.page.fill("#desk-new", passphrase)
        self.page.fill("#desk-again", passphrase)
        self.page.click("#enrol .btn-primary")
        self.page.wait_for_selector("#send-now")

    def unlock(self, page: Page | None = None, passphrase: str = PASSPHRASE) -> None:
        """Opens the desk."""
        page = page or self.page
        page.wait_for_selector("#desk-passphrase")
        page.fill("#desk-passphrase", passphrase)
        page.click("form .btn-primary")
        page.wait_for_selector("#send-now")

    def begin(self, number: str, form: str = "CIT") -> None:
        """A case of wildlife with all that it needs."""
        self.page.click("#rail a[href='#new']")
        self.page.click(f"[data-form={form}]")
        self.page.wait_for_selector("#submit")
        self.page.fill("#f-h-national_ref", number)
        self.page.fill("#f-l1-subtype", "TUS")
        self.page.dispatch_event("#f-l1-subtype", "change")
        expect(self.page.locator("select#f-l1-unit")).to_be_attached()
        self.page.fill("#f-l1-quantity", "12")
        self.page.select_option("#f-l1-unit", "H87")

    def submit(self) -> None:
        """Into the queue."""
        self.page.click("#submit")
        self.page.wait_for_selector("#send-now")

    def kept(self, store: str) -> list[dict[str, Any]]:
        """What lies in a store of the device, without its bytes."""
        script = """(name) => new Promise((resolve) => { const open = indexedDB.open("tidewaiter-offline");
          open.onsuccess = () => { const all = open.result.transaction(name).objectStore(name).getAll();
          all.onsuccess = () => { open.result.close();
            resolve(JSON.parse(JSON.stringify(all.result, (key, value) => (value instanceof Uint8Array ? 1 : value))))
          } } })"""
        found: list[dict[str, Any]] = self.page.evaluate(script, store)
        return found


@contextmanager
def desk_page(node: PlayedNode) -> Iterator[DeskPage]:
    """A browser at the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.set_default_timeout(15_000)
        context.route("**/*", node.answer)
        desk = DeskPage(context, node)
        yield desk
        browser.close()
