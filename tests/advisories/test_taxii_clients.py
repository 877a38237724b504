"""Requests as connectors of others send them, and whatever else somebody may send: never an answer of 5xx."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.advisories.conftest import WARNING, token_of
from tests.advisories.test_taxii import MEDIA, Machine, indicators
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Collection

pytestmark = pytest.mark.django_db
BASE = "/taxii2/members/collections"


def test_opencti_polls_by_added_after_and_next_and_gets_each_once(staff: SimpleNamespace, eceg: Any) -> None:
    """The TAXII connector of OpenCTI (external-import/taxii2): Basic, added_after with each `next`, no limit."""
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(250)})
    got: list[str] = []
    query: dict[str, str] = {"added_after": "2020-01-01T00:00:00Z"}
    while True:
        page = machine.get(f"collections/{Collection.objects.get(code='eceg').pk}/objects/", **query)
        got += [one["id"] for one in page["objects"]]
        if not page.get("more"):
            break
        query = {"added_after": "2020-01-01T00:00:00Z", "next": page["next"]}
    assert len(got) == len(set(got)) == 250


def test_sentinel_polls_with_its_media_type_and_a_lower_limit(staff: SimpleNamespace, eceg: Any) -> None:
    """Microsoft Sentinel's TAXII client: Accept with a blank, basic credentials, `added_after` to the millisecond."""
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(30)})
    headers = {"Accept": "application/taxii+json; version=2.1", "User-Agent": "Microsoft Azure Sentinel"}
    said = machine.client.get(f"{BASE}/", headers=headers)
    assert said.status_code == 200
    page = json.loads(
        machine.client.get(
            f"{BASE}/eceg/objects/", {"added_after": "2026-11-01T00:00:00.000Z", "limit": "10"}, headers=headers
        ).content
    )
    assert len(page["objects"]) == 10
    seen = [one["id"] for one in page["objects"]]
    while page["more"]:
        page = json.loads(
            machine.client.get(f"{BASE}/eceg/objects/", {"next": page["next"], "limit": "10"}, headers=headers).content
        )
        seen += [one["id"] for one in page["objects"]]
    assert len(set(seen)) == 30


def test_misp_pulls_with_version_all_and_pushes_an_envelope(staff: SimpleNamespace, eceg: Any) -> None:
    """MISP's TAXII import and push: taxii2-client's headers, `match[version]=all`, an envelope posted as 2.1."""
    machine = Machine(staff.expert)
    sent = machine.client.post(
        f"{BASE}/eceg/objects/",
        json.dumps({"objects": indicators(3)}),
        content_type="application/taxii+json;version=2.1",
        headers={"User-Agent": "taxii2-client/2.3.0", "Accept": MEDIA},
    )
    assert sent.status_code == 202
    every = machine.get("collections/eceg/objects/", **{"match[version]": "all", "match[spec_version]": "2.1"})
    assert len(every["objects"]) == 3
    named = machine.get("collections/eceg/manifest/", **{"match[type]": "indicator,malware"})
    assert len(named["objects"]) == 3


def test_a_client_pages_through_the_manifest_by_modified(staff: SimpleNamespace, eceg: Any) -> None:
    """Minemeld asks by the newest `modified` it knows: the answer goes by `date_added`, and nothing is lost."""
    machine = Machine(staff.expert)
    machine.post("collections/eceg/objects/", {"objects": indicators(5)})
    page = machine.get("collections/eceg/objects/", added_after="2026-11-26T08:20:00.000Z")
    assert len(page["objects"]) == 5


def _values(chance: random.Random) -> str:
    return chance.choice(
        [
            "",
            "0",
            "-1",
            "1",
            "1e9",
            "9" * 40,
            "٣",
            "last",
            "all",
            "first,last",
            "2026-13-45T99:99:99Z",
            "2026-11-26T08:20:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59.999999-23:59",
            "indicator--x",
            "' OR 1=1 --",
            "%",
            "\u202e",
            "[]",
            "A" * 3000,
            ",",
            ",,,",
            "é",
            "🚢",
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_request_makes_the_door_answer_with_a_mistake(staff: SimpleNamespace, eceg: Any, seed: int) -> None:
    chance = random.Random(seed)
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    machine = Machine(staff.expert)
    machine.client.raise_request_exception = False
    paths = [
        "/taxii2/",
        "/taxii2/members/",
        "/taxii2/partners/",
        "/taxii2/x/collections/",
        f"{BASE}/",
        f"{BASE}/eceg/",
        f"{BASE}/{eceg.pk}/objects/",
        f"{BASE}/eceg/manifest/",
        f"{BASE}/eceg/objects/{one.report_id}/",
        f"{BASE}/eceg/objects/{one.report_id}/versions/",
        f"{BASE}/nothing/objects/",
        "/taxii2/members/status/x/",
        "/taxii2/members/status/00000000-0000-4000-8000-000000000000/",
    ]
    names = ["added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"]
    names += ["match[x]", "match[", "x", "match[]"]
    tried = 0
    for _turn in range(150):
        query = {chance.choice(names): _values(chance) for _one in range(chance.randint(0, 3))}
        method = chance.choice(["get", "get", "get", "post", "delete", "put", "patch", "head", "options"])
        headers = {
            "Accept": chance.choice([MEDIA, "", "*/*", "text/html;q=x", "application/taxii+json;version", ";;,"])
        }
        body = chance.choice(
            [
                b"",
                b"{}",
                b"[]",
                b"{",
                b'{"objects":[]}',
                b'{"objects":{}}',
                b'{"objects":[null,1,"x",[],{}]}',
                b'{"objects":[{"type":"report","id":"report--1","created":"x"}]}',
                json.dumps({"objects": indicators(2)}).encode(),
                b'{"objects":' + b"[" * 500,
                b"\xff\xfe\x00",
                b'{"objects":[{"type":"a\\u0000b"}]}',
            ]
        )
        path = chance.choice(paths)
        address = f"{path}?{_query(query)}"
        kind = chance.choice([MEDIA, "application/json", "text/plain", ""])
        send = getattr(machine.client, method)
        if method in ("post", "put", "patch"):
            said = send(address, body, content_type=kind, headers=headers)
        else:
            said = send(address, headers=headers)
        assert said.status_code < 500, (method, address, body, said.content[:300])
        if said.status_code not in (404,) and method != "head":
            assert said["Content-Type"].startswith(("application/taxii+json", "text/html")), said["Content-Type"]
        tried += 1
    assert tried == 150


def _query(query: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(query)


def test_documents_that_are_nearly_right_are_rejected_object_by_object(staff: SimpleNamespace, eceg: Any) -> None:
    chance = random.Random(7)
    machine = Machine(staff.expert)
    machine.client.raise_request_exception = False
    base: dict[str, Any] = {
        **indicators(1)[0],
        "object_refs": [],
        "extensions": {},
        "external_references": [],
        "granular_markings": [],
        "count": 1,
    }
    odd: list[Any] = [None, 0, -1, 1.5, True, "", "x", [], {}, [[]], [{}], {"a": {}}, "x" * 5000, [1, None, "a"]]
    for turn in range(300):
        kind = chance.choice(["indicator", "report", "sighting", "location", "attack-pattern", "marking-definition"])
        thing = {**base, "type": kind, "id": f"{kind}--00000000-0000-4000-8000-{turn:012x}"}
        for name in chance.sample([*base, "definition", "lang", "sighting_of_ref", "where_sighted_refs"], 3):
            if name not in ("type", "id"):
                thing[name] = chance.choice(odd)
        said = machine.client.post(f"{BASE}/eceg/objects/", json.dumps({"objects": [thing]}), content_type=MEDIA)
        assert said.status_code in (202, 400), (thing, said.content[:500])


def test_a_large_body_of_a_stranger_is_not_read(staff: SimpleNamespace, eceg: Any) -> None:
    body = b'{"objects":["' + b"x" * 200_000 + b'"]}'
    stranger = Client().post(f"{BASE}/eceg/objects/", body, content_type=MEDIA)
    assert stranger.status_code == 413
    assert stranger["Content-Type"] == MEDIA
    token = token_of(staff.expert)
    known = Client(headers={"Authorization": f"Bearer {token}"}).post(f"{BASE}/eceg/objects/", body, content_type=MEDIA)
    assert known.status_code == 202
