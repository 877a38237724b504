"""The desk as its officer has it: forms that change, pages drawn anew, two pages at once, photos, another officer."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.offline.desk_page import CHROMIUM, DeskPage, PlayedNode, desk_page
from tests.offline.device import picture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]


@pytest.fixture
def desk(db: None) -> Iterator[DeskPage]:
    """A desk in use, of which nothing was complained."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with desk_page(PlayedNode()) as page:
        page.take_into_use()
        yield page
        assert page.complaints == []


def _form_changes(node: PlayedNode, without: str = "", retired: str = "") -> None:
    """The node has newer forms: one field of CIT is gone, or a form."""
    entry, content = node.packs["definitions"]
    said = json.loads(content)
    said["forms_in_use"] = [form for form in said["forms_in_use"] if form["code"] != retired]
    for form in said["forms_in_use"]:
        if form["code"] == "CIT":
            form["version"] += 1
            form["columns"] = [one for one in form["columns"] if one["path"] != without]
    node.packs["definitions"] = ({**entry, "digest": "f" * 32}, json.dumps(said).encode())


def _renew(desk: DeskPage) -> None:
    desk.page.click("#rail a[href='#device']")
    desk.page.click("text=Get forms and codes")
    expect(desk.page.locator("#main")).to_contain_text("Forms and codes are up to date.")


def test_a_draft_begun_on_the_old_form_shows_what_is_gone_and_takes_it_along(desk: DeskPage) -> None:
    desk.begin("KE-C-1")
    desk.page.select_option("#f-l1-permit", "yes")
    desk.page.wait_for_timeout(600)
    _form_changes(desk.node, without="permit")
    _renew(desk)
    desk.page.click("#rail a[href='#queue']")
    desk.page.click(".qi a[href='#new']")
    desk.page.wait_for_selector("#submit")
    text = desk.page.inner_text("#main")
    assert "The form has changed since you began: it is now version 4." in text
    assert "«A permit was shown» is no longer asked for. You wrote: Yes" in text
    assert desk.page.locator("#f-l1-permit").count() == 0
    assert "Form version 4" in desk.page.inner_text("#kept")
    desk.node.line = False
    desk.submit()
    [item] = desk.kept("queue")
    assert item["kind"] == "case"


def test_a_draft_of_a_form_that_is_no_longer_in_use_is_finished_on_it(desk: DeskPage) -> None:
    desk.begin("KE-C-2")
    desk.page.wait_for_timeout(600)
    _form_changes(desk.node, retired="CIT")
    _renew(desk)
    desk.page.click("#rail a[href='#new']")
    desk.page.wait_for_selector("[data-form]")
    assert desk.page.locator("[data-form=CIT]").count() == 0
    desk.page.reload()
    desk.unlock()
    desk.page.click(".qi a[href='#new']")
    desk.page.wait_for_selector("#submit")
    assert desk.page.input_value("#f-h-national_ref") == "KE-C-2"
    desk.submit()
    expect(desk.page.locator("h1")).to_have_text("Nothing waits to be sent")


def test_a_photo_and_its_draft_are_kept_together_and_more_than_a_case_holds_is_said(
    desk: DeskPage, tmp_path: Path
) -> None:
    files = [tmp_path / f"{n}.jpg" for n in range(3)]
    for n, path in enumerate(files):
        path.write_bytes(picture(n * 30, 64))
    entry, content = desk.node.packs["definitions"]
    assert json.loads(content)["photos_most"] == 200
    said = {**json.loads(content), "photos_most": 2}
    desk.node.packs["definitions"] = ({**entry, "digest": "e" * 32}, json.dumps(said).encode())
    _renew(desk)
    desk.page.click("#rail a[href='#new']")
    desk.page.click("[data-form=CIT]")
    desk.page.set_input_files("#photos-in", [str(path) for path in files])
    expect(desk.page.locator("#full")).to_contain_text("A case holds 2 photos at most: 1 were left out.")
    assert len(desk.kept("drafts")) == 1, "a photo alone makes the draft"
    desk.page.reload()
    desk.unlock()
    desk.page.click(".qi a[href='#new']")
    expect(desk.page.locator(".strip figure")).to_have_count(2)
    desk.page.locator(".strip figure button").first.click()
    expect(desk.page.locator(".strip figure")).to_have_count(1)
    assert len(desk.kept("photos")) == 1


def test_the_desk_opened_on_a_second_page_locks_the_first_with_what_was_typed(desk: DeskPage) -> None:
    desk.begin("KE-C-3")
    second = desk.tab()
    desk.unlock(second)
    expect(desk.page.locator("#main")).to_contain_text("The desk was opened on another page of this device.")
    second.click(".qi a[href='#new']")
    second.wait_for_selector("#submit")
    assert second.input_value("#f-h-national_ref") == "KE-C-3"
    desk.unlock()
    expect(second.locator("#main")).to_contain_text("The desk was opened on another page of this device.")


def test_whoever_goes_by_keyboard_stays_at_a_button_of_a_page_that_is_drawn_anew(desk: DeskPage) -> None:
    desk.node.line = False
    desk.begin("KE-C-4")
    desk.submit()
    button = desk.page.get_by_role("button", name="Save queue to a file")
    button.focus()
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.page.wait_for_timeout(1_500)
    expect(desk.page.get_by_role("button", name="Save queue to a file")).to_be_focused()


def test_another_who_is_signed_in_brings_no_cases_onto_the_desk(desk: DeskPage) -> None:
    desk.node.username, desk.node.name = "a.mumo", "A. Mumo"
    desk.node.cases = [{"ref": "X", "reference": "KE-SECRET", "record": {}, "changed_at": "2026-12-01T00:00:00Z"}]
    desk.page.click("#rail a[href='#device']")
    desk.page.click("text=Get forms and codes")
    expect(desk.page.locator("#main")).to_contain_text("Somebody else is signed in at the node")
    desk.page.click("#rail a[href='#lookup']")
    expect(desk.page.locator("#main")).not_to_contain_text("KE-SECRET")


def test_a_forgotten_passphrase_loses_nothing_that_waits(desk: DeskPage) -> None:
    desk.node.line = False
    desk.begin("KE-C-5")
    desk.submit()
    desk.page.click("text=Lock")
    desk.node.line = True
    desk.node.receipt = {"outcome": "coming"}
    desk.page.click("text=Another officer")
    desk.page.fill("#desk-name", "phone of the post")
    desk.page.fill("#desk-new", "seven mangrove crabs")
    desk.page.fill("#desk-again", "seven mangrove crabs")
    desk.page.click("#enrol .btn-primary")
    expect(desk.page.locator(".tw-err")).to_contain_text("has a desk on this device already")
    desk.page.click("text=Take into use anew")
    desk.page.wait_for_selector("#send-now")
    [item] = desk.kept("queue")
    assert (item["device"], desk.kept("desks")[0]["device"]) == ("DEV-1", "DEV-2")
    desk.node.receipt = {}
    desk.page.click("#send-now")
    expect(desk.page.locator("h1")).to_have_text("Nothing waits to be sent")


def test_what_the_checks_say_is_told_before_a_case_is_frozen(desk: DeskPage) -> None:
    desk.begin("KE-C-6")
    desk.page.select_option("#f-h-location_type", "seaport")
    desk.page.fill("#f-h-place", "KENBO")
    desk.page.dispatch_event("#f-h-place", "change")
    desk.node.line = False
    desk.page.click("#submit")
    expect(desk.page.locator("#wrong")).to_contain_text("Submit again if it is right as it is.")
    assert desk.kept("queue") == []
    desk.submit()
    assert len(desk.kept("queue")) == 1


def test_a_queue_of_the_edition_before_is_set_apart_and_goes(desk: DeskPage) -> None:
    desk.node.line = False
    desk.begin("KE-C-7")
    desk.submit()
    desk.page.evaluate(
        """() => new Promise((resolve, reject) => { const open = indexedDB.open("tidewaiter-offline");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => { const deal = open.result.transaction(["queue", "bytes"], "readwrite");
          deal.objectStore("bytes").getAll().onsuccess = ({ target: { result: [one] } }) => {
            deal.objectStore("queue").get(one.id).onsuccess = ({ target: { result: item } }) => {
              window.kept = { ...item, sealed: one.sealed };
            };
          };
          deal.oncomplete = () => { open.result.close(); resolve(); } } })"""
    )
    moved = desk.page.evaluate(
        """async () => { const { kept } = window;
        const old = await new Promise((resolve) => { const open = indexedDB.open("before", 1);
          open.onupgradeneeded = () => open.result.createObjectStore("queue", { keyPath: "id" });
          open.onsuccess = () => { const deal = open.result.transaction("queue", "readwrite");
            deal.objectStore("queue").put(kept); deal.oncomplete = () => { open.result.close(); resolve(); } } });
        const { setApart } = await import("/app/store.js");
        return new Promise((resolve) => { const open = indexedDB.open("before", 2);
          open.onupgradeneeded = () => { open.result.createObjectStore("bytes", { keyPath: "id" });
            setApart(open.transaction); };
          open.onsuccess = () => { const deal = open.result.transaction(["queue", "bytes"]), said = {};
            deal.objectStore("queue").getAll().onsuccess = ({ target: { result } }) => { said.queue = result; };
            deal.objectStore("bytes").getAll().onsuccess = ({ target: { result } }) => { said.bytes = result; };
            deal.oncomplete = () => resolve([said.queue[0].sealed === undefined, said.queue[0].id === kept.id,
              said.bytes[0].sealed.byteLength === kept.size]); } }); }"""
    )
    assert moved == [True, True, True]
