"""An officer's day without a line: twelve cases with photos, a changed form, a conflict, a colleague on the same
device, storage full, the browser killed twice, the clock wrong; in the evening a slow line that is cut every minute.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect

from tests.conftest import PASSWORD, PROJECT, prepared_for
from tests.journeys.conftest import CHROMIUM, FLAGS, PICTURES, RunningNode, serving
from tests.offline.device import picture
from tests.offline.test_full_device import FULL

PHONE = {"width": 390, "height": 844}
PASSPHRASE, OTHER = "boat harbour at dusk", "seven mangrove crabs"
SLOW = {"downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8, "latency": 300}


class Phone:
    """A phone: a browser with a folder of its own, that can be killed and started again."""

    def __init__(self, folder: Path, node: RunningNode, playwright: Any) -> None:
        self.folder, self.node, self._playwright = folder, node, playwright
        self.context: BrowserContext
        self.page: Page
        self.cdp: CDPSession
        self.complaints: list[str] = []
        self.on()

    def on(self, *, line: bool = True) -> None:
        """Starts the browser."""
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=CHROMIUM, args=FLAGS, viewport=PHONE, locale="en-US"
        )
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("Network.enable")
        if not line:
            self.cut()

    def cut(self) -> None:
        """No line."""
        self.context.set_offline(True)

    def slow(self) -> None:
        """50 kbit/s."""
        self.context.set_offline(False)
        self.cdp.send("Network.emulateNetworkConditions", {"offline": False, **SLOW})

    def kill(self) -> None:
        """As when the battery is out: nothing is told to the page."""
        mark = str(self.folder)
        listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines():
            if f"--user-data-dir={mark}" in line and "--type=" not in line:
                os.kill(int(line.split()[0]), signal.SIGKILL)
        time.sleep(1)
        try:
            self.context.close()
        except Exception as gone:  # noqa: BLE001 -- what it was killed for
            print(type(gone).__name__)

    def sign_in(self, username: str) -> None:
        """At the node, by its page."""
        self.page.goto(self.node.address + "/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("[data-main]")
        self.page.wait_for_url(self.node.address + "/")

    def take_into_use(self, name: str, passphrase: str) -> None:
        """The desk of whoever is signed in."""
        self.page.wait_for_selector("#enrol")
        self.page.fill("#desk-name", name)
        self.page.fill("#desk-new", passphrase)
        self.page.fill("#desk-again", passphrase)
        self.page.click("#enrol .btn-primary")
        self.page.wait_for_selector("#send-now", timeout=120_000)

    def desk(self, passphrase: str, who: str = "") -> None:
        """Opens the page, with a line or without, and the desk."""
        self.page.goto(self.node.address + "/offline/")
        self.page.wait_for_selector("#desk-passphrase", timeout=60_000)
        if who:
            self.page.select_option("#desk-who", who)
        self.page.fill("#desk-passphrase", passphrase)
        self.page.click("form .btn-primary")
        self.page.wait_for_selector("#send-now")

    def begin(self, number: str, goods: str = "TUS") -> None:
        """A case of wildlife with all that it needs, not submitted."""
        self.page.click("#rail a[href='#new']")
        self.page.click("[data-form=CIT]")
        self.page.wait_for_selector("#submit")
        self.page.fill("#f-h-national_ref", number)
        self.page.fill("#f-l1-subtype", goods)
        self.page.dispatch_event("#f-l1-subtype", "change")
        expect(self.page.locator("select#f-l1-unit")).to_be_attached()
        self.page.fill("#f-l1-quantity", "12")
        self.page.select_option("#f-l1-unit", "H87")

    def photos(self, *files: Path) -> None:
        """Takes photos."""
        before = self.page.locator(".strip figure").count()
        self.page.set_input_files("#photos-in", [str(file) for file in files])
        expect(self.page.locator(".strip figure")).to_have_count(before + len(files), timeout=30_000)

    def submit(self) -> None:
        """Into the queue."""
        self.page.click("#submit")
        self.page.wait_for_selector("#send-now", timeout=30_000)

    def waiting(self) -> int:
        """Everything that is kept to be sent: texts and photos, of all who work here."""
        script = """() => new Promise((resolve) => { const open = indexedDB.open('tidewaiter-offline');
            open.onsuccess = () => { const count = open.result.transaction('queue').objectStore('queue').count();
            count.onsuccess = () => { open.result.close(); resolve(count.result) } } })"""
        return int(self.page.evaluate(script))

    def look(self, name: str) -> None:
        """A picture to be looked at."""
        self.page.screenshot(path=str(PICTURES / f"{name}.png"))


@contextmanager
def phone_of(folder: Path, node: RunningNode, playwright: Playwright) -> Iterator[Phone]:
    """A phone, switched off in the end."""
    phone = Phone(folder, node, playwright)
    yield phone
    phone.context.close()


@pytest.fixture
def national(tmp_path: Path) -> Iterator[RunningNode]:
    """A national node of Kenya, serving."""
    shutil.copytree(prepared_for("national"), tmp_path / "home")
    node = RunningNode(tmp_path / "home", "national")
    for username, role in (("t.kiplagat", "officer"), ("a.mumo", "officer"), ("a.wanjiru", "contact")):
        node.person(username, "KE", role)
    with serving(node):
        yield node


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)")
def test_a_day_without_a_line(national: RunningNode, playwright: Playwright, tmp_path: Path) -> None:
    pictures = [tmp_path / f"photo-{n}.jpg" for n in range(13)]
    for n, path in enumerate(pictures):
        path.write_bytes(picture(n * 15, 280))
    with phone_of(tmp_path / "phone", national, playwright) as phone:
        play_the_day(phone, national, pictures, tmp_path)
        assert not phone.complaints


def play_the_day(phone: Phone, node: RunningNode, pictures: list[Path], folder: Path) -> None:
    """The day, in its order; all that is asserted of the node is asked by command."""
    standing = _brought(node, folder, "KE-D-0", "2026-11-20")
    _morning(phone)
    _entered(phone, pictures)
    _storage_full(phone, pictures[12])
    _begun(phone)
    _colleague(phone, pictures[11])
    _corrected(phone, node, folder)
    _form_changes(node, folder)
    assert phone.waiting() == 12 + 12 + 1
    phone.look("offline-queue")
    _saved(phone, folder)
    _evening(phone)
    _whole(node, folder, standing)
    _finished_on_the_new_form(phone, node, folder)


def _brought(node: RunningNode, folder: Path, number: str, day: str, **more: Any) -> str:
    """A case of the office's own, brought by command; its ref."""
    line = {"subtype": "TUS", "quantity": "12", "unit": "H87"}
    case = {"form": "CIT", "national_ref": number, "date": day, "country": "KE", "lines": [line], **more}
    path = folder / f"{number}.json"
    path.write_text(json.dumps([case]))
    node.json("import_cases", str(path), "--by", "a.wanjiru")
    return number


def _morning(phone: Phone) -> None:
    """Two officers take their desks on one device into use while there is a line; then there is none."""
    phone.sign_in("t.kiplagat")
    phone.page.goto(phone.node.address + "/offline/")
    phone.take_into_use("phone of the Vanga post", PASSPHRASE)
    for _turn in range(600):
        if phone.page.evaluate("navigator.serviceWorker.controller !== null"):
            break
        phone.page.wait_for_timeout(100)
    phone.context.clear_cookies()
    phone.sign_in("a.mumo")
    phone.page.goto(phone.node.address + "/offline/")
    phone.page.click("text=Another officer")
    phone.take_into_use("phone of the Vanga post", OTHER)
    phone.cut()
    phone.desk(PASSPHRASE, "t.kiplagat")


def _entered(phone: Phone, pictures: list[Path]) -> None:
    """Eleven cases, each with a photo; the browser is killed while the third is typed."""
    for n in range(11):
        phone.begin(f"KE-D-{n + 1}")
        phone.photos(pictures[n])
        if n == 2:
            phone.page.wait_for_timeout(1_500)
            phone.kill()
            phone.on(line=False)
            phone.desk(PASSPHRASE, "t.kiplagat")
            phone.page.click(".qi a[href='#new']")
            phone.page.wait_for_selector("#submit")
            assert phone.page.input_value("#f-h-national_ref") == "KE-D-3"
            assert phone.page.locator(".strip figure").count() == 1
        phone.submit()
    assert phone.waiting() == 22


def _storage_full(phone: Phone, photo: Path) -> None:
    """There is no room for a photo: it is said, the text stays, and nothing that waits is touched."""
    phone.begin("KE-D-FULL")
    phone.page.wait_for_timeout(600)
    phone.page.evaluate(FULL)
    phone.page.evaluate("window.__full = 50_000")
    big = photo.with_name("big.jpg")
    big.write_bytes(picture(40, 1_600))
    phone.page.set_input_files("#photos-in", str(big))
    expect(phone.page.locator("#full")).to_contain_text("the photo is not")
    phone.look("offline-full")
    assert phone.waiting() == 22
    phone.page.evaluate("window.__full = 0")
    phone.page.click("text=Delete this draft")
    phone.page.wait_for_selector("#send-now")


def _begun(phone: Phone) -> None:
    """A case is begun, with a permit, and left for later: the form will be another by then."""
    phone.begin("KE-D-13")
    phone.page.select_option("#f-l1-permit", "yes")
    phone.page.get_by_role("button", name="Keep", exact=True).click()
    phone.page.wait_for_selector("#send-now")
    assert phone.page.locator(".qi a[href='#new']").count() == 1


def _colleague(phone: Phone, photo: Path) -> None:
    """Another officer on the same device sees nothing of the first, cannot open it with hers, and what she enters is
    hers; the first finds all of it again.
    """
    phone.page.click("text=Lock")
    phone.page.wait_for_selector("#desk-passphrase")
    assert "11 wait under the name of" in phone.page.inner_text("#main")
    phone.page.select_option("#desk-who", "t.kiplagat")
    phone.page.fill("#desk-passphrase", OTHER)
    phone.page.click("form .btn-primary")
    expect(phone.page.locator(".tw-err")).to_have_text("This does not open the desk.")
    phone.desk(OTHER, "a.mumo")
    assert "Nothing waits to be sent" in phone.page.inner_text("h1")
    assert phone.page.locator(".qi").count() == 0, "neither drafts nor the queue of the first"
    phone.page.click("#rail a[href='#device']")
    expect(phone.page.locator("#main")).to_contain_text("11 wait under their own name")
    phone.begin("KE-D-12")
    phone.photos(photo)
    phone.submit()
    assert "1 waits to be sent" in phone.page.inner_text("h1")
    phone.page.click("text=Lock")


def _corrected(phone: Phone, node: RunningNode, folder: Path) -> None:
    """A case that was brought along is corrected; the office changes it too. The device's clock goes two days ahead."""
    phone.context.clock.set_system_time(datetime.now(UTC).timestamp() + 2 * 86_400)
    phone.desk(PASSPHRASE, "t.kiplagat")
    phone.page.click("#rail a[href='#lookup']")
    phone.page.fill("#find-case", "KE-D-0")
    phone.page.click("text=Correct")
    phone.page.wait_for_selector("#submit")
    phone.page.fill("#f-l1-quantity", "14")
    phone.submit()
    assert "Correction to KE-D-0" in phone.page.inner_text("#main")
    _brought(node, folder, "KE-D-0", "2026-11-20", lines=[{"subtype": "TUS", "quantity": "13", "unit": "H87"}])


def _form_changes(node: RunningNode, folder: Path) -> None:
    """The node has a newer form by now, which no longer asks whether a permit was shown."""
    text = (PROJECT / "forms" / "CIT.toml").read_text().replace("version = 3", "version = 4", 1)
    parts = text.replace('\npermit = "no"\n', "\n", 1).split("[[fields]]")
    newer = folder / "CIT.toml"
    newer.write_text("[[fields]]".join(part for part in parts if not part.startswith('\nname = "permit"\n')))
    assert node.json("load_form", str(newer)) == {"form": "CIT", "version": 4}


def _saved(phone: Phone, folder: Path) -> None:
    """The queue as a file, for a colleague to carry; it stays here all the same."""
    with phone.page.expect_download() as waited:
        phone.page.click("text=Save queue to a file")
    waited.value.save_as(folder / "evening.bundle")
    assert (folder / "evening.bundle").read_bytes().startswith(b'{"tw_offline_bundle":1')


def _evening(phone: Phone) -> None:
    """50 kbit/s, cut every minute; the browser is killed in the middle of it."""
    phone.slow()
    ends, killed = time.monotonic() + 900, False
    cut_at = time.monotonic() + 60
    while time.monotonic() < ends:
        left = phone.waiting()
        if not left:
            return
        if left < 14 and not killed:
            phone.kill()
            phone.on()
            phone.page.goto(phone.node.address + "/offline/")
            phone.slow()
            killed = True
        if time.monotonic() > cut_at:
            phone.cut()
            phone.page.wait_for_timeout(3_000)
            phone.slow()
            cut_at = time.monotonic() + 60
        phone.page.wait_for_timeout(1_000)
    raise AssertionError(f"{phone.waiting()} wait still")


def _whole(node: RunningNode, folder: Path, standing: str) -> None:
    """Twelve cases once, their photos whole, each under the right name; the conflict waits for a person."""
    out = folder / "out.json"
    node.json("export_cases", "--by", "a.wanjiru", "-o", str(out))
    told = [case for case in json.loads(out.read_text()) if case["national_ref"].startswith("KE-D-")]
    cases = {case["national_ref"]: case for case in told}
    assert len(told) == len(cases)
    mine = [f"KE-D-{n}" for n in range(1, 13)]
    assert sorted(cases) == sorted([*mine, standing])
    assert {cases[name]["channel"] for name in mine} == {"offline"}
    node.json("export_ledger", "-o", str(folder / "ledger.zip"))
    with zipfile.ZipFile(folder / "ledger.zip") as box:
        entries = [json.loads(line) for line in box.read("entries.ndjson").splitlines()]
    drafted = {one["ref"]: one["by"] for one in entries if one["deed"] == "cases.drafted"}
    by = [drafted[cases[name]["ref"]] for name in mine]
    assert by == ["t.kiplagat"] * 11 + ["a.mumo"]
    assert [len(cases[name]["photos"]) for name in mine] == [1] * 12
    assert len({photo["file"] for name in mine for photo in cases[name]["photos"]}) == 12
    assert {cases[name]["status"] for name in mine} == {"submitted"}
    assert cases[standing]["lines"][0]["quantity"] == "13"
    again = node.json("import_cases", str(folder / "evening.bundle"), "--by", "a.mumo")
    assert (again["rows"], again["unchanged"], again["accepted"]) == (25, 25, 0)


def _finished_on_the_new_form(phone: Phone, node: RunningNode, folder: Path) -> None:
    """With a line the new form comes; the draft shows what it no longer asks for, which goes along as a message."""
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    phone.sign_in("t.kiplagat")
    phone.desk(PASSPHRASE, "t.kiplagat")
    phone.page.click("#rail a[href='#device']")
    phone.page.click("text=Get forms and codes")
    expect(phone.page.locator("#main")).to_contain_text("Forms and codes are up to date.", timeout=60_000)
    phone.page.click("#rail a[href='#queue']")
    phone.page.click(".qi a[href='#new']")
    phone.page.wait_for_selector("#submit")
    text = phone.page.inner_text("#main")
    assert "The form has changed since you began: it is now version 4." in text
    assert "«A permit was shown» is no longer asked for. You wrote: Yes" in text
    assert phone.page.locator("#f-l1-permit").count() == 0
    phone.look("offline-form-changed")
    phone.submit()
    expect(phone.page.locator("h1")).to_have_text("Nothing waits to be sent", timeout=60_000)
    out = folder / "late.json"
    node.json("export_cases", "--by", "a.wanjiru", "-o", str(out))
    [late] = [case for case in json.loads(out.read_text()) if case["national_ref"] == "KE-D-13"]
    assert (late["form_version"], late["status"], late["lines"][0]["quantity"]) == (4, "submitted", "12")
    assert "permit" not in late["lines"][0].get("fields", {})
    phone.page.goto(f"{node.address}/cases/{late['ref']}/")
    expect(phone.page.locator("main")).to_contain_text("A permit was shown: Yes")
