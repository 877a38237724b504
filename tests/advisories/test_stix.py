"""Every warning is a valid bundle of STIX 2.1, under its own marks."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest
import stix2
from stix2validator import ValidationOptions, validate_string

from tests.advisories.conftest import WARNING
from tidewaiter.advisories import actions
from tidewaiter.advisories.stix.writing import bundle_of

pytestmark = pytest.mark.django_db
EMPTY = {"type": "bundle", "id": "bundle--3e6a8b2a-54a1-4d0b-9b1c-0f2f7a2c5d10"}
TLP2 = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def problems_of(bundle: dict[str, Any]) -> list[str]:
    """What the validator of OASIS says against a bundle, its warnings too."""
    found = validate_string(json.dumps(bundle), ValidationOptions(version="2.1", strict=False))
    results = found if isinstance(found, list) else [found]
    said = [str(one) for result in results for one in (*result.errors, *result.warnings)]
    return said + ([] if all(result.is_valid for result in results) else ["invalid"])


def test_the_validator_knows_a_good_object_and_a_bad_one() -> None:
    good = {
        "type": "identity",
        "spec_version": "2.1",
        "id": "identity--7f3b1c1e-3f6e-4c9a-9b0a-0a2f3c4d5e6f",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": "Customs",
        "identity_class": "organization",
    }
    assert (
        problems_of({"type": "bundle", "id": "bundle--3e6a8b2a-54a1-4d0b-9b1c-0f2f7a2c5d10", "objects": [good]}) == []
    )
    bad = {**good, "created": "yesterday"}
    assert problems_of({"type": "bundle", "id": "bundle--3e6a8b2a-54a1-4d0b-9b1c-0f2f7a2c5d10", "objects": [bad]})


@pytest.mark.parametrize("mark", ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"])
def test_each_mark_of_tlp_goes_with_every_object(staff: SimpleNamespace, eceg: Any, mark: str) -> None:
    one = actions.warn(collection=eceg, said={**WARNING, "tlp": mark}, by=staff.editor)
    bundle = bundle_of(one)
    problems = problems_of(bundle)
    assert not problems, problems
    marked = {
        ref for thing in bundle["objects"] for ref in thing.get("object_marking_refs", []) if ref in TLP2.values()
    }
    assert marked == {TLP2[mark]}
    kinds = {thing["type"] for thing in bundle["objects"]}
    assert {"report", "indicator", "course-of-action", "attack-pattern", "location", "identity"} <= kinds
    own = [thing for thing in bundle["objects"] if thing["type"] in ("report", "indicator", "course-of-action")]
    assert all(TLP2[mark] in thing["object_marking_refs"] for thing in own)
    parsed = stix2.parse(json.dumps(bundle), allow_custom=False)
    assert len(parsed.objects) == len(bundle["objects"])
    [report] = [thing for thing in bundle["objects"] if thing["type"] == "report"]
    named = {thing["id"] for thing in bundle["objects"]}
    assert set(report["object_refs"]) <= named
    assert report["name"] == WARNING["title"]


def _invented(chance: random.Random, at: int) -> dict[str, Any]:
    """One of many different warnings."""
    host = f"parcel-{at}.example"
    values = [
        f"https://{host}/pay?x={at}'\\",
        host,
        f"198.51.100.{at % 250}",
        f"2001:db8::{at:x}",
        f"info@{host}",
        f"{at:064x}",
        f"{at:040x}",
        f"{at:032x}",
        f"Rechnung Nº {at}.pdf",
    ]
    return {
        "title": chance.choice(["Fausse page «douane» ", "短信诈骗 ", "Vulnérabilité ' \\ ", "x "]) + str(at),
        "summary": chance.choice(["a", "line\nline\ttab", "🚢 " * 50, '"quoted" <b>']),
        "kind": chance.choice(["vulnerability", "modus_operandi", "tool", "campaign", "fraud_scheme"]),
        "fraud": chance.choice(["", "cyber_smuggling", "identity_fraud", "data_theft"]),
        "tlp": chance.choice(["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]),
        "pap": chance.choice(["CLEAR", "GREEN", "AMBER", "RED"]),
        "confidence": chance.choice(["high", "medium", "low"]),
        "countries": chance.sample(["KE", "GH", "PT", "CL", "SN", "JP", "XK"], chance.randint(0, 5)),
        "likely": chance.sample(["FR", "DE"], chance.randint(0, 2)),
        "systems": chance.sample(["declaration", "payment", "port", "other"], chance.randint(0, 3)),
        "systems_note": chance.choice(["", "log-in"]),
        "indicators": [{"value": one} for one in chance.sample(values, chance.randint(0, 9))],
        "countermeasures": [f"Do {n} " + "x" * chance.randint(0, 200) for n in range(chance.randint(0, 4))],
        "techniques": chance.sample(["T1566.002", "T1656", "smishing", "ceo-bec-fraud"], chance.randint(0, 4)),
        "vulnerabilities": chance.sample(["CVE-2026-12345", "CVE-2025-0001"], chance.randint(0, 2)),
        "valid_until": chance.choice(["", "2027-01-31"]),
        "language": chance.choice(["en", "fr", "pt-BR"]),
        "urgent": chance.choice(["", "1"]),
    }


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_a_thousand_different_warnings_are_valid(
    staff: SimpleNamespace, eceg: Any, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_WARNINGS_HOUR", "2000")
    chance = random.Random(part)
    objects: dict[str, Any] = {}
    for at in range(100):
        one = actions.warn(collection=eceg, said=_invented(chance, part * 100 + at), by=staff.editor)
        if at % 10 == 3:
            actions.sight(advisory=one, seen=actions.Seen(times=at), indicator=one.indicators.first(), by=staff.editor)
        if at % 10 == 5:
            one = actions.revoke(advisory=one, reason="wrong", by=staff.editor)
        objects |= {thing["id"]: thing for thing in bundle_of(one)["objects"]}
    whole = {**EMPTY, "objects": list(objects.values())}
    problems = problems_of(whole)
    assert not problems, problems[:10]
    assert sum(thing["type"] == "report" for thing in objects.values()) == 100
