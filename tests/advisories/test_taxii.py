"""The TAXII 2.1 door: what a client finds, pages through, sends, deletes; and what it must never see."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.advisories.conftest import WARNING, page_of, token_of
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import StixObject, Taking

pytestmark = pytest.mark.django_db
MEDIA = "application/taxii+json;version=2.1"


class Machine:
    """A client of the door with somebody's token."""

    def __init__(self, person: Any, scope: str = "write", root: str = "members") -> None:
        self.token, self.root = token_of(person, scope), root
        self.client = Client(headers={"Authorization": f"Bearer {self.token}", "Accept": MEDIA})

    def get(self, path: str, expected: Any = 200, **query: Any) -> Any:
        said = self.client.get(f"/taxii2/{self.root}/{path}", query)
        assert said.status_code == expected, said.content
        assert said["Content-Type"] == MEDIA
        self.headers = said.headers
        return json.loads(said.content)

    def post(self, path: str, document: Any, expected: int = 202, kind: str = MEDIA) -> Any:
        said = self.client.post(f"/taxii2/{self.root}/{path}", json.dumps(document), content_type=kind)
        assert said.status_code == expected, said.content
        return json.loads(said.content)

    def delete(self, path: str, expected: int = 200, query: str = "") -> None:
        said = self.client.delete(f"/taxii2/{self.root}/{path}?{query}")
        assert said.status_code == expected, said.content


def indicators(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--00000000-0000-4000-8000-{at:012x}",
            "created": "2026-11-26T08:20:00.000Z",
            "modified": "2026-11-26T08:20:00.000Z",
            "name": f"Domain {at}",
            "pattern": f"[domain-name:value = 'd{at}.example']",
            "pattern_type": "stix",
            "valid_from": "2026-11-26T08:20:00.000Z",
            "object_marking_refs": ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
        }
        for at in range(start, start + count)
    ]


def test_a_client_finds_its_root_and_its_collections(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    found = machine.client.get("/taxii2/")
    assert found["Content-Type"] == MEDIA
    assert json.loads(found.content)["api_roots"] == ["http://testserver/taxii2/members/"]
    root = machine.get("")
    assert root["versions"] == [MEDIA]
    assert root["max_content_length"] == 20971520
    named = {one["alias"]: one for one in machine.get("collections/")["collections"]}
    assert named["eceg"]["can_write"] is True
    assert machine.get(f"collections/{named['eceg']['id']}/") == machine.get("collections/eceg/")
    bank = Machine(staff.bank, root="partners")
    [only] = bank.get("collections/")["collections"]
    assert (only["alias"], only["can_write"]) == ("eceg", False)


def test_what_one_may_not_see_is_missing(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said={**WARNING, "tlp": "AMBER+STRICT"}, by=staff.expert)
    bank, stranger = Machine(staff.bank, root="partners"), Machine(staff.stranger, root="partners")
    assert stranger.get("collections/eceg/objects/", 404)["http_status"] == "404"
    stranger.get("", 404)
    Machine(staff.bank, root="members").get("collections/eceg/", 404)
    bank.get("collections/experts/", 404)
    bank.get(f"collections/eceg/objects/{one.report_id}/", 404)
    bank.get(f"collections/eceg/objects/{one.report_id}/versions/", 404)
    seen = {thing["type"] for thing in bank.get("collections/eceg/objects/")["objects"]}
    assert "report" not in seen
    assert "indicator" not in seen
    text = json.dumps(bank.get("collections/eceg/manifest/", **{"match[version]": "all"}))
    assert one.report_id not in text


def test_nobody_comes_in_without_a_token(staff: SimpleNamespace, eceg: Any) -> None:
    for client in (Client(), page_of(staff.expert), Client(headers={"Authorization": "Bearer tw_wrong"})):
        said = client.get("/taxii2/")
        assert said.status_code == 401
        assert said["Content-Type"] == MEDIA
        assert "Basic" in said["WWW-Authenticate"]
    token = token_of(staff.expert, "read")
    pair = base64.b64encode(f"{staff.expert.username}:{token}".encode()).decode()
    assert Client(headers={"Authorization": f"Basic {pair}"}).get("/taxii2/").status_code == 200
    for name, secret in ((staff.ghana.username, token), (staff.expert.username, "a-long-passphrase-1")):
        wrong = base64.b64encode(f"{name}:{secret}".encode()).decode()
        assert Client(headers={"Authorization": f"Basic {wrong}"}).get("/taxii2/").status_code == 401


def test_pages_miss_nothing_and_double_nothing_while_others_write(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(250)})
    got: list[str] = []
    page = machine.get("collections/eceg/objects/", limit=20, **{"match[type]": "indicator"})
    written = 250
    while True:
        got += [one["id"] for one in page["objects"]]
        if not page["more"]:
            break
        if written < 300:
            machine.post("collections/eceg/objects/", {"objects": indicators(10, written)})
            written += 10
        page = machine.get("collections/eceg/objects/", limit=20, next=page["next"], added_after="2020-01-01T00:00:00Z")
    assert len(got) == len(set(got)) == 300
    dates = list(StixObject.objects.filter(collection=eceg).order_by("date_added").values_list("date_added", flat=True))
    assert all(before < after for before, after in pairwise(dates))


def test_a_naive_client_that_asks_by_the_last_date_added_gets_each_once(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(60)})
    got: list[str] = []
    page = machine.get("collections/eceg/objects/", limit=7)
    while page["objects"]:
        got += [one["id"] for one in page["objects"]]
        last = machine.headers["X-TAXII-Date-Added-Last"]
        assert len(last) == 27
        page = machine.get("collections/eceg/objects/", limit=7, added_after=last)
    assert len(got) == len(set(got)) == 60
    assert page == {"more": False, "objects": []}
    assert Taking.objects.get(collection=eceg).until is not None


def test_next_carries_its_filters_and_cannot_be_made_up(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(30)})
    actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    page = machine.get("collections/eceg/objects/", limit=20, **{"match[type]": "indicator"})
    rest = machine.get("collections/eceg/objects/", limit=100, next=page["next"])
    assert {one["type"] for one in page["objects"] + rest["objects"]} == {"indicator"}
    assert len(page["objects"] + rest["objects"]) == 33
    machine.get("collections/eceg/objects/", 400, next=page["next"][:-3] + "AAA")
    machine.get("collections/eceg/manifest/", 400, next=page["next"])
    machine.get("collections/experts/objects/", 400, next=page["next"])


def test_matches_narrow_and_versions_are_those_asked_for(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    first = indicators(1)[0]
    newer = {**first, "modified": "2026-11-27T08:20:00.000Z", "name": "again"}
    machine.post("collections/eceg/objects/", {"objects": [first, newer, *indicators(2, 1)]})
    base = "collections/eceg/objects/"
    assert [one["name"] for one in machine.get(base, **{"match[id]": first["id"]})["objects"]] == ["again"]
    every = machine.get(base, **{"match[id]": first["id"], "match[version]": "all"})["objects"]
    assert len(every) == 2
    oldest = machine.get(base, **{"match[id]": first["id"], "match[version]": "first"})["objects"]
    assert [one["name"] for one in oldest] == ["Domain 0"]
    exact = machine.get(base, **{"match[version]": "2026-11-27T08:20:00.000Z"})["objects"]
    assert [one["name"] for one in exact] == ["again"]
    assert machine.get(base, **{"match[spec_version]": "2.0"})["objects"] == []
    assert machine.get(f"{base}{first['id']}/versions/")["versions"] == [
        "2026-11-26T08:20:00.000Z",
        "2026-11-27T08:20:00.000Z",
    ]
    rows = machine.get("collections/eceg/manifest/")["objects"]
    assert len(rows) == 3
    assert set(rows[0]) == {"id", "date_added", "version", "media_type"}
    assert rows[0]["media_type"] == "application/stix+json;version=2.1"
    for query in ({"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"added_after": "soon"}, {"match[name]": "x"}):
        machine.get(base, 400, **query)
    assert len(machine.get(base, limit=100000)["objects"]) == 3


def test_what_is_sent_is_told_object_by_object(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    good, bad = indicators(1)[0], {"type": "indicator", "id": "indicator--1"}
    told = machine.post("collections/eceg/objects/", {"objects": [good, bad]})
    assert (told["status"], told["total_count"], told["success_count"], told["failure_count"]) == ("complete", 2, 1, 1)
    assert told["successes"] == [{"id": good["id"], "version": "2026-11-26T08:20:00.000Z"}]
    assert machine.get(f"status/{told['id']}/") == told
    Machine(staff.ghana).get(f"status/{told['id']}/", 404)
    again = machine.post("collections/eceg/objects/", {"objects": [good]})
    assert again["success_count"] == 1
    other = machine.post("collections/eceg/objects/", {"objects": [{**good, "name": "other"}]})
    assert other["failure_count"] == 1
    machine.post("collections/eceg/objects/", {"objects": [good]}, 415, "application/json")
    Machine(staff.expert, "read").post("collections/eceg/objects/", {"objects": [good]}, 403)
    Machine(staff.bank, root="partners").post("collections/eceg/objects/", {"objects": [good]}, 403)
    machine.post("collections/eceg/objects/", [good], 400)
    red = {**indicators(1, 7)[0], "object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}
    assert machine.post("collections/eceg/objects/", {"objects": [red]})["failure_count"] == 1


def test_whoever_sent_an_object_deletes_it_and_nobody_else(staff: SimpleNamespace, eceg: Any) -> None:
    machine = Machine(staff.expert)
    first = indicators(1)[0]
    newer = {**first, "modified": "2026-11-27T08:20:00.000Z", "name": "again"}
    machine.post("collections/eceg/objects/", {"objects": [first, newer]})
    path = f"collections/eceg/objects/{first['id']}/"
    Machine(staff.ghana).delete(path, 403)
    machine.delete(path, query=urlencode({"match[version]": "2026-11-27T08:20:00.000Z"}))
    assert [one["name"] for one in machine.get(path)["objects"]] == ["Domain 0"]
    machine.delete(path)
    machine.get(path, 404)
    machine.delete(path, 404)
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    machine.delete(f"collections/eceg/objects/{one.report_id}/", 403)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json;version=2.1", 200),
        ("application/taxii+json; version=2.1", 200),
        ("application/taxii+json", 200),
        ("*/*", 200),
        ("text/html, application/taxii+json;version=2.1;q=0.5", 200),
        ("application/vnd.oasis.taxii+json; version=2.0", 406),
        ("application/taxii+json;version=2.0", 406),
        ("text/html", 406),
    ],
)
def test_the_media_type_is_exact(staff: SimpleNamespace, eceg: Any, accept: str, status: int) -> None:
    machine = Machine(staff.expert)
    said = machine.client.get("/taxii2/", headers={"Accept": accept})
    assert said.status_code == status
    assert said["Content-Type"] == MEDIA
    assert machine.client.put("/taxii2/").status_code == 405
