"""What lies on a device goes on a receipt that the node has signed for it, and on nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from tests.offline.desk_page import CHROMIUM, DeskPage, PlayedNode, desk_page

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


FORGED: dict[str, Callable[[PlayedNode], object]] = {
    "signed by another key": lambda node: setattr(node, "signed_by", Ed25519PrivateKey.generate()),
    "of another item": lambda node: node.receipt.update(id="44444444-4444-4444-8444-444444444444"),
    "of other bytes": lambda node: node.receipt.update(digest="0" * 64),
    "for another device": lambda node: node.receipt.update(device="DEV-9"),
    "of something not done": lambda node: node.receipt.update(outcome="coming"),
    "that is a note": lambda node: setattr(node, "typ", "tw-offline-note"),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_receipt_deletes_nothing_that(desk: DeskPage, how: str) -> None:
    FORGED[how](desk.node)
    desk.begin("KE-F-1")
    desk.submit()
    expect(desk.page.locator("#main")).to_contain_text("A receipt came that the node has not signed")
    [item] = desk.kept("queue")
    assert item["refused"] == "forged_receipt"
    assert desk.kept("receipts") == []
    desk.node.signed_by, desk.node.typ, desk.node.receipt = desk.node.signing, "tw-offline-receipt", {}
    desk.page.click("#send-now")
    expect(desk.page.locator("h1")).to_have_text("Nothing waits to be sent")
    assert desk.kept("queue") == []


def test_an_answer_that_nobody_signed_ends_no_device(desk: DeskPage) -> None:
    desk.node.ends_unsigned = True
    desk.begin("KE-F-2")
    desk.submit()
    expect(desk.page.locator("#main")).to_contain_text("The node did not take it")
    [standing] = desk.kept("desks")
    assert (standing["status"], standing["wrapped"]) == ("enrolled", 1)
    desk.node.ends_unsigned = False
    desk.page.click("#send-now")
    expect(desk.page.locator("h1")).to_have_text("Nothing waits to be sent")


def test_a_device_that_the_node_has_ended_forgets_what_its_passphrase_opens(desk: DeskPage) -> None:
    desk.node.line = False
    desk.begin("KE-F-3")
    desk.submit()
    expect(desk.page.locator("h1")).to_have_text("1 waits to be sent")
    desk.node.line, desk.node.status = True, "revoked"
    desk.page.click("#send-now")
    desk.page.wait_for_selector("#desk-passphrase")
    [standing] = desk.kept("desks")
    assert (standing["status"], standing["wrapped"], standing["signing"], standing["salt"]) == ("revoked", *3 * [None])
    assert len(desk.kept("queue")) == 1
    assert desk.node.heads == {}


def test_a_locked_desk_hears_from_the_node_that_it_was_ended(desk: DeskPage) -> None:
    desk.node.line = False
    desk.begin("KE-F-4")
    desk.submit()
    desk.page.click("text=Lock")
    desk.page.wait_for_selector("#desk-passphrase")
    desk.node.line, desk.node.status = True, "revoked"
    desk.page.click("text=Send now")
    for _turn in range(100):
        if desk.kept("desks")[0]["status"] == "revoked":
            break
        desk.page.wait_for_timeout(100)
    assert desk.kept("desks")[0]["wrapped"] is None
    assert len(desk.kept("queue")) == 1


def test_another_passphrase_opens_nothing(desk: DeskPage) -> None:
    desk.begin("KE-F-5")
    desk.page.wait_for_timeout(600)
    desk.page.click("text=Lock")
    desk.page.fill("#desk-passphrase", "boat harbour at dawn")
    desk.page.click("form .btn-primary")
    expect(desk.page.locator(".tw-err")).to_have_text("This does not open the desk.")
    desk.unlock()
    assert len(desk.kept("drafts")) == 1
    said = str([{**row, "at": ""} for name in ("drafts", "queue", "carried", "desks") for row in desk.kept(name)])
    assert "KE-F-5" not in said
