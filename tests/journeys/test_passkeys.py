"""A passkey is made, signs in alone, is the second step after a password, and is worth nothing on another address."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.conftest import PASSWORD
from tests.journeys.conftest import Person, RunningNode, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def named(prepared_home: Path, tmp_path: Path) -> Iterator[RunningNode]:
    """A node that is reached by a name: browsers make no passkeys for a bare address."""
    home = tmp_path / "home"
    shutil.copytree(prepared_home, home)
    node = RunningNode(home)
    node.person("k.otieno", "KE", "contact")
    node.json("demand_second_factor", "contact")
    with serving(node, "localhost"):
        yield node


def _authenticator(somebody: Person, **changes: Any) -> tuple[CDPSession, str]:
    """A security key of the browser's own making, with a PIN that is always given."""
    tools = somebody.context.new_cdp_session(somebody.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **changes,
    }
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools, str(made["authenticatorId"])


def test_a_passkey_is_made_and_signs_in_alone(browser: Browser, named: RunningNode) -> None:
    somebody = Person(browser, named, "")
    tools, key = _authenticator(somebody)
    page = somebody.page
    somebody.go("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    somebody.looks_right("passkey-login")
    page.fill("#id_login", "k.otieno")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/**")
    if page.locator("#id_password").count():
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Or make a passkey").click()
    somebody.looks_right("passkey-make")
    page.fill("#id_name", "blue key")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("h1")).to_contain_text("Recovery codes")
    somebody.go("/you/")
    expect(page.locator("main")).to_contain_text("blue key")
    somebody.looks_right("passkey-you")
    credentials = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert [one["rpId"] for one in credentials] == ["localhost"]

    somebody.context.clear_cookies()  # signs in with nothing but the passkey, and lands where they wished to go
    somebody.go("/accounts/login/?next=/cases/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(named.address + "/cases/")

    somebody.context.clear_cookies()  # a password, and the passkey as the second step
    somebody.go("/accounts/login/")
    page.fill("#id_login", "k.otieno")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/second/")
    somebody.looks_right("passkey-second")
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(named.address + "/")

    somebody.context.clear_cookies()  # no PIN, no finger: not taken
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    somebody.go("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    assert not somebody.complaints, somebody.complaints
    with sqlite3.connect(named.home / "tidewaiter.sqlite3") as database:
        methods = [row[0] for row in database.execute("SELECT method FROM people_sign_in ORDER BY id")]
        deeds = [row[0] for row in database.execute("SELECT deed FROM ledger_entry WHERE ref = 'officer:k.otieno'")]
    assert methods[-2:] == ["passkey", "password+passkey"]
    assert "people.second_factor_set" in deeds
    somebody.context.close()
