"""Names planted at the doors of a served central node (headers, addresses, every write operation, every form) are in
none of its bytes, nor in what it logged.
"""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from tests.conftest import PASSWORD, Program
from tests.served import serving
from tests.site.canary import NAMES, found_in
from tests.site.canary_bodies import story, write_operations
from tests.site.canary_doors import Planted, Visitor, every_form, every_write_operation

pytestmark = pytest.mark.long
PEOPLE = (
    ("d.contact", "KE", "contact"),
    ("d.analyst", "INT", "analyst"),
    ("d.reviewer", "UG", "reviewer"),
    ("d.editor", "INT", "editor"),
    ("d.second", "INT", "editor"),
    ("d.steward", "INT", "steward"),
)
KNOCK_WILDLY = ("d.contact", "d.analyst", "d.steward")
"""Who asks every operation with bodies that no door expects, and names in its address."""
REFUSED = {"POST /library/*/files": 409}
"""A node without names keeps no files beside its library, whatever is in them."""
NEEDS_ANOTHER_STORY = {"POST /jobs/*/cancel", "POST /ringing/*/acknowledge"}
"""These take no text, and stand on what is no part of this story: a long piece of work, a rota in the night."""
STARTS = (
    "/",
    "/cases/",
    "/cases/new/WPN/",
    "/intake/",
    "/search/",
    "/statistics/",
    "/library/",
    "/trade/",
    "/jobs/",
    "/library/new/",
    "/exchange/",
)


def test_names_in_headers_addresses_operations_and_forms_of_a_served_node_are_in_none_of_its_bytes(
    node: Program,
) -> None:
    planted = Planted(NAMES)
    for person in PEOPLE:
        node.person(*person)
    tokens = {who: node.json("make_token", who, "--scope", "write")["token"] for who, *_rest in PEOPLE}
    with serving(node, TIDEWAITER_API_RATE="100000") as served:
        visitors = {who: Visitor(served.port, planted, token) for who, token in tokens.items()}
        told = story(visitors, planted)
        refused = {what: answer for what, answer in told.items() if answer[0] >= 300}
        asked_for = write_operations(visitors["d.steward"]) - set(told)
        operations, forms = 0, 0
        for who, token in tokens.items():
            program = Visitor(served.port, planted, token)
            body = {
                "form": "WPN",
                "date": "2026-03-04",
                "country": "KE",
                "narrative": planted.text(),
                "lines": [{"subtype": "pistol", "quantity": "2", "unit": "H87"}],
            }
            answer = json.loads(program.ask("POST", "/api/v1/cases", json.dumps(body).encode(), "application/json")[1])
            if who in KNOCK_WILDLY:
                operations = every_write_operation(program, {"ref": str(answer.get("ref", "")), "name": "unlocode"})
            browser = Visitor(served.port, planted)
            assert browser.sign_in(who, PASSWORD) in (302, 303)
            for address in ("/{}/", "/cases/?q={}", "/nowhere?next={}", "/accounts/login/?next=/{}"):
                browser.ask(
                    "GET", address.format(planted.name().encode("ascii", "ignore").decode().replace(" ", "%20"))
                )
            forms += sum(1 for _form in every_form(browser, STARTS, most=80))
        broken = sqlite3.connect(node.home / "tidewaiter.sqlite3")
        broken.execute("ALTER TABLE library_item RENAME TO library_item_away")
        broken.commit()
        browser.ask("GET", "/library/?q=Amina%20Wanjiru%20Otieno")
        broken.execute("ALTER TABLE library_item_away RENAME TO library_item")
        broken.commit()
        broken.close()
        print(json.dumps(planted.answers), flush=True)
    node.run("backup", str(node.home / "backup.tar.gz"))
    shutil.copy(served.log, node.home / "serve.log")
    print(json.dumps({"planted": planted.count, "operations": operations, "forms": forms}))
    assert {what: status for what, (status, _answer) in refused.items()} == REFUSED, refused
    assert asked_for == NEEDS_ANOTHER_STORY
    assert operations > 30
    assert forms > 100
    assert sum(1 for door, statuses in planted.answers.items() if door[:5] == "form " and min(statuses) < 400) > 14
    assert (node.home / "tidewaiter.sqlite3").read_bytes().count("█".encode()) > 300  # they were kept, and hidden
    found = found_in(node.home)
    assert found == [], found[:20]
