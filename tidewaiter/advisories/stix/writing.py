"""A warning as STIX 2.1: a report and what it speaks of, each object under the warning's own marks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TextIO
from uuid import uuid4

from django.utils import translation
from django.utils.functional import Promise

from tidewaiter.advisories import states
from tidewaiter.advisories.indicators import defang, pattern_of
from tidewaiter.advisories.marks import TLP2_IDS
from tidewaiter.advisories.models import Advisory, Collection, Indicator, Sighting, StixObject
from tidewaiter.advisories.stix import fixed
from tidewaiter.advisories.stix.fixed import OURS, Stix, timestamp
from tidewaiter.advisories.words import CHECKS, HOWS, INDICATORS, SECTORS
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now

CONFIDENCE = {"high": 85, "medium": 50, "low": 15}
"""STIX's own scale of None, Low, Med, High (appendix A)."""
REPORT_TYPES = {
    "vulnerability": "vulnerability",
    "modus_operandi": "attack-pattern",
    "tool": "tool",
    "campaign": "campaign",
    "fraud_scheme": "threat-report",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One version of an object as the store takes it."""

    stix_id: str
    type: str
    spec_version: str
    version: datetime
    version_said: str
    rank: int
    body: str
    digest: str
    versioned: bool = True
    """Whether it says itself which version it is."""


def english(word: Promise) -> str:
    """A word as machines get it, whoever's language is spoken now: one content has one text."""
    with translation.override("en"):
        return str(word)


def moment_of(said: str) -> datetime:
    """A moment as STIX writes it. Raises `ValueError`."""
    found = datetime.fromisoformat(said)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def written(stix: Stix, rank: int, came: datetime | None = None) -> Written:
    """An object as it is stored; what has no version of its own has the moment at which it came."""
    said = str(stix.get("modified") or stix.get("created") or timestamp(came or now()))
    body = canonical(stix).decode()
    return Written(
        stix["id"],
        stix["type"],
        str(stix.get("spec_version") or "2.0"),
        moment_of(said),
        said,
        rank,
        body,
        hashlib.sha256(body.encode()).hexdigest(),
        "modified" in stix or "created" in stix,
    )


def report_of(advisory: Advisory) -> list[Stix]:
    """All objects of a warning as it stands, the report last; `modified` is left to whoever knows what is new."""
    marks = [TLP2_IDS[advisory.tlp], fixed.pap_object(advisory.pap)["id"]]
    statics = [
        fixed.tlp_object(advisory.tlp),
        fixed.pap_object(advisory.pap),
        fixed.programme(),
        fixed.extension(),
        fixed.identity_object(advisory.administration),
        *[fixed.country_object(code) for code in advisory.countries],
        *[fixed.technique_object(code) for code in advisory.techniques],
    ]
    author = fixed.identity_object(advisory.administration)["id"]
    created = timestamp(advisory.published_at or advisory.made_at)
    common: Stix = {"spec_version": "2.1", "created_by_ref": author, "object_marking_refs": marks}
    if advisory.state == states.REVOKED:
        common["revoked"] = True
    own = [
        *[_indicator(advisory, one, common) for one in advisory.indicators.order_by("number")],
        *[_measure(advisory, one, common, created) for one in advisory.countermeasures],
        *[_vulnerability(advisory, code, common, created) for code in advisory.vulnerabilities],
    ]
    refs = [one["id"] for one in (*statics, *own) if one["type"] not in ("marking-definition", "extension-definition")]
    report: Stix = {
        "type": "report",
        "id": advisory.report_id,
        "created": created,
        **common,
        "name": advisory.title,
        "description": advisory.summary,
        "report_types": [REPORT_TYPES[advisory.kind]],
        "published": created,
        "object_refs": [ref for ref in refs if ref != fixed.programme()["id"]],
        "confidence": CONFIDENCE[advisory.confidence],
        "lang": advisory.language,
        "extensions": {OURS: {"extension_type": "property-extension", **_beside(advisory)}},
    }
    if advisory.number:
        report["external_references"] = [{"source_name": "tidewaiter", "external_id": advisory.number}]
    return [*statics, *own, report]


def _beside(advisory: Advisory) -> Stix:
    """What STIX has no property for."""
    found = {
        "kind": advisory.kind,
        "fraud": advisory.fraud,
        "systems": advisory.systems,
        "systems_note": advisory.systems_note,
        "likely_next": advisory.likely,
        "pap": advisory.pap,
        "urgent": advisory.urgent,
        "version": advisory.version,
        "valid_until": advisory.valid_until.isoformat() if advisory.valid_until else "",
        "reason": advisory.reason,
    }
    return {name: value for name, value in found.items() if value not in ("", [], None, False)}


def _indicator(advisory: Advisory, one: Indicator, common: Stix) -> Stix:
    since = timestamp(one.added_at)
    made: Stix = {
        "type": "indicator",
        "id": one.stix_id,
        "created": since,
        **common,
        "name": f"{english(INDICATORS[one.kind])}: {defang(one.kind, one.value)}",
        "description": english(CHECKS[one.checked]),
        "indicator_types": ["malicious-activity"],
        "pattern": pattern_of(one.kind, one.value),
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": since,
        "confidence": CONFIDENCE[one.confidence],
    }
    if one.revoked_at is not None:
        made["revoked"] = True
    if advisory.valid_until is not None:
        ends = datetime.combine(advisory.valid_until + timedelta(days=1), time(), UTC)
        if ends > one.added_at:
            made["valid_until"] = timestamp(ends)
    return made


def _measure(advisory: Advisory, text: str, common: Stix, created: str) -> Stix:
    return {
        "type": "course-of-action",
        "id": fixed.named("course-of-action", f"{advisory.ref} {text}"),
        "created": created,
        **common,
        "name": text if len(text) <= 80 else f"{text[:79]}…",
        "description": text,
    }


def _vulnerability(advisory: Advisory, code: str, common: Stix, created: str) -> Stix:
    return {
        "type": "vulnerability",
        "id": fixed.named("vulnerability", f"{advisory.ref} {code}"),
        "created": created,
        **common,
        "name": code,
        "external_references": [{"source_name": "cve", "external_id": code}],
    }


def _shared(stix: Stix) -> bool:
    """Whether an object is the same for all warnings, and tells nothing of one."""
    return "object_marking_refs" not in stix


def objects_of(advisory: Advisory) -> list[Written]:
    """What a version of a warning adds to its collection: objects that are new there, or say something new."""
    return _versions(advisory, report_of(advisory), advisory.changed_at)


def _versions(advisory: Advisory, objects: Sequence[Stix], moment: datetime) -> list[Written]:
    there = _stored(advisory, [one["id"] for one in objects])
    made = []
    for one in objects:
        if _shared(one):
            made.append(written(one, 0))
            continue
        before = there.get(one["id"])
        if before is not None and {**before, "modified": ""} == {**one, "modified": ""}:
            continue
        made.append(written({**one, "modified": _later(one, before, moment)}, advisory.rank))
    return made


def _later(stix: Stix, before: Stix | None, moment: datetime) -> str:
    """When a version was made: never as early as the one before."""
    last = moment_of(stix["created"])
    if before is not None:
        last = moment_of(before["modified"]) + timedelta(milliseconds=1)
    return timestamp(max(moment, last))


def _stored(advisory: Advisory, ids: Iterable[str]) -> dict[str, Stix]:
    rows = StixObject.objects.filter(collection=advisory.collection_id, stix_id__in=list(ids), is_last=True)
    return {stix_id: json.loads(body) for stix_id, body in rows.values_list("stix_id", "body")}


def sighting_of(sighting: Sighting) -> list[Written]:
    """A sighting as it stands, and where it was seen."""
    advisory = sighting.advisory
    author = fixed.identity_object(sighting.administration)
    where = [] if sighting.administration == "INT" else [fixed.country_object(sighting.administration)]
    seen = sighting.indicator.stix_id if sighting.indicator else advisory.report_id
    words = [english(SECTORS[sighting.sector]), english(HOWS[sighting.how]), sighting.note]
    made: Stix = {
        "type": "sighting",
        "spec_version": "2.1",
        "id": sighting.stix_id,
        "created_by_ref": author["id"],
        "created": timestamp(sighting.at),
        "description": "; ".join(word for word in words if word),
        "first_seen": timestamp(sighting.seen_from),
        "last_seen": timestamp(sighting.seen_until),
        "count": min(sighting.times, 999_999_999),
        "sighting_of_ref": seen,
        "object_marking_refs": [TLP2_IDS[advisory.tlp], fixed.pap_object(advisory.pap)["id"]],
    }
    if where:
        made["where_sighted_refs"] = [where[0]["id"]]
    if sighting.withdrawn_at is not None:
        made["revoked"] = True
    return _versions(advisory, [author, *where, made], sighting.withdrawn_at or sighting.at)


def bundle(objects: Iterable[Stix]) -> dict[str, Any]:
    """Objects as a bundle."""
    return {"type": "bundle", "id": f"bundle--{uuid4()}", "objects": list(objects)}


def bundle_of(advisory: Advisory) -> dict[str, Any]:
    """A warning as a bundle of its own: what stands in the store, else what would be put there."""
    objects = report_of(advisory)
    there = _stored(advisory, [one["id"] for one in objects])
    return bundle(
        there.get(one["id"]) or one | ({} if "modified" in one or _shared(one) else {"modified": one["created"]})
        for one in objects
    )


def write_collection(collection: Collection, rank: int, into: TextIO) -> int:
    """Writes the newest version of each object up to a mark as one bundle; gives how many."""
    rows = StixObject.objects.filter(collection=collection, is_last=True, rank__lte=rank).order_by("date_added")
    into.write(f'{{"type":"bundle","id":"bundle--{uuid4()}"')
    count = 0
    for body in rows.values_list("body", flat=True).iterator(chunk_size=2000):
        into.write("," if count else ',"objects":[')
        into.write(body)
        count += 1
    into.write("]}" if count else "}")
    return count
