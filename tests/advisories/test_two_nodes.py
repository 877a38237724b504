"""Real nodes over real sockets: taxii2-client reads and writes at one, another subscribes and has the warning soon."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from taxii2client.v21 import Server, as_pages

from tests.advisories.conftest import WARNING
from tests.advisories.test_taxii import MEDIA, indicators
from tests.conftest import Program, prepared_for
from tests.served import Served, serving

SAID = {**WARNING, "indicators": [{"value": "parcel-duty[.]example"}, {"value": "203.0.113.45"}]}
LISTS = ("countries", "likely", "systems", "techniques", "countermeasures")


def _node(folder: Path, shape: str) -> Program:
    shutil.copytree(prepared_for(shape), folder / "home")
    return Program(folder / "home", shape)


def _token(node: Program, username: str) -> str:
    return str(node.json("make_token", username, "--scope", "write")["token"])


def _ask(served: Served, method: str, path: str, token: str, document: Any = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    status, text = served.ask(
        method, path, body, Authorization=f"Bearer {token}", Content_Type="application/json", Accept="*/*"
    )
    assert status < 300, text
    return json.loads(text)


def _body() -> dict[str, Any]:
    made: dict[str, Any] = {**SAID, "collection": "experts"}
    for name in LISTS:
        made[name] = [one.strip() for one in str(made[name]).replace("\n", ",").split(",")]
    return made


@pytest.fixture
def centre(tmp_path: Path) -> Program:
    """A central node with an expert of Kenya and one of Ghana."""
    node = _node(tmp_path / "centre", "central")
    node.person("expert.ke", "KE", "expert")
    node.person("expert.gh", "GH", "expert")
    return node


def test_taxii2_client_reads_pages_while_others_write(centre: Program) -> None:
    token = _token(centre, "expert.ke")
    with serving(centre) as served:
        server = Server(f"http://127.0.0.1:{served.port}/taxii2/", user="expert.ke", password=token)
        assert server.title == "Tidewaiter"
        [root] = server.api_roots
        [collection] = root.collections
        assert (collection.alias, collection.can_read, collection.can_write) == ("experts", True, True)
        status = collection.add_objects({"objects": indicators(500)})
        assert (status.status, status.success_count, status.failure_count) == ("complete", 500, 0)

        def write() -> None:
            for start in range(500, 900, 40):
                collection.add_objects({"objects": indicators(40, start)})

        writer = threading.Thread(target=write)
        writer.start()
        got: list[str] = []
        for envelope in as_pages(collection.get_objects, per_request=50):
            got += [one["id"] for one in envelope.get("objects", [])]
        writer.join()
        last = _last(served, token)
        rest = [one["id"] for one in collection.get_objects(added_after=last).get("objects", [])]
        assert rest == []
        for envelope in as_pages(collection.get_objects, per_request=200, added_after="2020-01-01T00:00:00Z"):
            rest += [one["id"] for one in envelope.get("objects", [])]
        assert len(rest) == len(set(rest)) == 900
        assert len(got) == len(set(got))
        assert got == rest[: len(got)]
        names = [one["id"] for page in as_pages(collection.get_manifest, per_request=400) for one in page["objects"]]
        assert names == rest
        one = collection.get_object(rest[0])["objects"][0]
        assert one["id"] == rest[0]
        assert collection.object_versions(rest[0])["versions"] == ["2026-11-26T08:20:00.000Z"]
        collection.delete_object(rest[0])
        assert len(collection.get_objects(limit=1000)["objects"]) == 899


def _last(served: Served, token: str) -> str:
    newest = ""
    query = "limit=1000"
    while True:
        status, text = served.ask(
            "GET", f"/taxii2/members/collections/experts/manifest/?{query}", Authorization=f"Bearer {token}"
        )
        assert status == 200
        page = json.loads(text)
        newest = page["objects"][-1]["date_added"] if page["objects"] else newest
        if not page["more"]:
            return str(newest)
        query = f"limit=1000&next={page['next']}"


def test_a_second_node_subscribes_and_has_the_warning_within_a_minute(centre: Program, tmp_path: Path) -> None:
    nation = _node(tmp_path / "nation", "national")
    nation.person("chief.gh", "GH", "contact")
    nation.person("steward.gh", "GH", "steward")
    reader, writer = _token(centre, "expert.gh"), _token(centre, "expert.ke")
    here = _token(nation, "chief.gh")
    with serving(centre) as served, serving(nation) as own:
        address = f"http://127.0.0.1:{served.port}/taxii2/members/collections/experts/"
        nation.json(
            "collection", "subscribe", "experts", "--address", address, "--secret", reader, "--by", "steward.gh"
        )
        made = _ask(served, "POST", "/api/v1/advisories", writer, _body())
        began = time.monotonic()
        while time.monotonic() - began < 60:
            rows = _ask(own, "GET", "/api/v1/advisories", here)
            if rows:
                break
            time.sleep(0.5)
        assert [one["title"] for one in rows] == [WARNING["title"]], nation.json(
            "collection", "list", "--by", "steward.gh"
        )
        assert time.monotonic() - began < 60
        got = _ask(own, "GET", f"/api/v1/advisories/{rows[0]['ref']}", here)
        assert {one["value"] for one in got["indicators"]} == {"parcel-duty.example", "203.0.113.45"}
        assert (got["tlp"], got["pap"], got["state"]) == ("AMBER", "AMBER", "warning_published")
        _ask(served, "POST", f"/api/v1/advisories/{made['ref']}/revoke", writer, {"reason": "innocent host"})
        began = time.monotonic()
        state = ""
        while time.monotonic() - began < 60 and state != "warning_revoked":
            state = _ask(own, "GET", f"/api/v1/advisories/{rows[0]['ref']}", here)["state"]
            time.sleep(0.5)
        assert state == "warning_revoked"
        status, _text = own.ask("GET", "/taxii2/", Authorization=f"Bearer {here}", Accept=MEDIA)
        assert status == 200
