"""Events of MISP as STIX 2.1: our own mapping from MISP's published templates; whatever has no place is named as lost.

One attribute is one object, and one uuid never stands for two: what a composite attribute says second has an id made
of the uuid and of its value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.advisories.indicators import Read, defang, pattern_of, read_indicator
from tidewaiter.advisories.marks import TLP2_IDS, narrowest, read_pap, read_tlp
from tidewaiter.advisories.stix import fixed
from tidewaiter.advisories.stix.fixed import OURS, Stix, timestamp
from tidewaiter.advisories.stix.writing import english
from tidewaiter.advisories.words import INDICATORS
from tidewaiter.foundation.refusals import BadInput

_uuid = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_attack = re.compile(r"T\d{4}(?:\.\d{3})?")
_ONE = {
    "domain": "domain",
    "hostname": "domain",
    "ip-src": "",
    "ip-dst": "",
    "url": "url",
    "uri": "url",
    "link": "url",
    "email": "email",
    "email-src": "email",
    "email-dst": "email",
    "email-reply-to": "email",
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "filename": "file_name",
    "attachment": "file_name",
    "email-attachment": "file_name",
}
"""Types of one value, and what each is here."""
_TWO = {
    "filename|md5": ("file_name", "md5"),
    "filename|sha1": ("file_name", "sha1"),
    "filename|sha256": ("file_name", "sha256"),
    "domain|ip": ("domain", ""),
    "hostname|port": ("domain", None),
    "ip-src|port": ("", None),
    "ip-dst|port": ("", None),
}
"""Types of two values; None is a part that has no place."""
type Lost = Counter[str]


def is_misp(document: Any) -> bool:
    """Whether a document is an event of MISP, or several as its server answers."""
    return bool(_events(document))


def _events(document: Any) -> list[Mapping[str, Any]]:
    if isinstance(document, Mapping):
        if isinstance(document.get("Event"), Mapping):
            return [document["Event"]]
        return _events(document.get("response"))
    if isinstance(document, list):
        return [event for one in document[:1000] for event in _events(one)]
    return []


def objects_of_misp(document: Any, lost: Lost) -> list[Stix]:
    """The objects of STIX that an event is. Raises `BadInput` for one without uuid or title."""
    made: list[Stix] = []
    for event in _events(document):
        made += _event(event, lost)
    return list({(one["id"], one.get("modified", "")): one for one in made}.values())


def _event(event: Mapping[str, Any], lost: Lost) -> list[Stix]:
    number = str(event.get("uuid") or "").lower()
    title = str(event.get("info") or "").strip()
    if _uuid.fullmatch(number) is None or not title:
        raise BadInput("not_misp", _("An event of MISP has a uuid and says what it is about."))
    tags = _tags(event)
    tlp = narrowest(tags.marks, "AMBER")
    created = _day(event.get("date"), event.get("timestamp"))
    modified = max(created, _epoch(event.get("timestamp"), created))
    indicators: list[Stix] = []
    cves: list[str] = []
    for attribute, within in _attributes(event, lost):
        own = narrowest([tlp, *_tags(attribute).marks])
        _attribute(attribute, within, own, indicators, cves, lost)
    _name_losses(event, tags, lost)
    marks = [TLP2_IDS[tlp], fixed.pap_object(tags.pap)["id"]]
    statics = [fixed.tlp_object(tlp), fixed.pap_object(tags.pap), fixed.programme(), fixed.extension()]
    techniques = [fixed.technique_object(code) for code in tags.techniques]
    flaws = [_vulnerability(code, number, marks, created) for code in dict.fromkeys(cves)]
    named = [*techniques, *flaws, *indicators]
    report: Stix = {
        "type": "report",
        "spec_version": "2.1",
        "id": f"report--{_version4(number)}",
        "created": timestamp(created),
        "modified": timestamp(modified),
        "name": title[:500],
        "description": title,
        "report_types": ["threat-report"],
        "published": timestamp(created),
        "object_refs": [one["id"] for one in named] or [fixed.programme()["id"]],
        "object_marking_refs": marks,
        "external_references": [{"source_name": "misp", "external_id": number}],
        "extensions": {OURS: {"extension_type": "property-extension", "kind": "fraud_scheme", "pap": tags.pap}},
    }
    return [*statics, *techniques, *flaws, *indicators, report]


def _version4(number: str) -> str:
    """A uuid in the form that STIX asks of its objects; one of another version is made one of the fourth."""
    return number if number[14] == "4" and number[19] in "89ab" else fixed.named("x", number).partition("--")[2]


class _Tags:
    """What the tags and galaxies of an event or an attribute say."""

    def __init__(self) -> None:
        self.marks: list[str] = []
        self.pap = "AMBER"
        self.techniques: list[str] = []
        self.lost: list[str] = []


def _tags(thing: Mapping[str, Any]) -> _Tags:
    made = _Tags()
    for name in [*_names(thing.get("Tag")), *_clusters(thing.get("Galaxy"))]:
        text = name.strip()
        lower = text.lower()
        attack = _attack.search(text) if lower.startswith("misp-galaxy:mitre-attack-pattern") else None
        if lower.startswith("tlp:"):
            mark = read_tlp(text)
            made.marks.append(mark or "RED")  # a mark that is not understood is the narrowest, never the widest
        elif lower.startswith("pap:"):
            made.pap = read_pap(text) or "RED"
        elif attack is not None:
            made.techniques.append(attack.group())
        elif lower.startswith("misp-galaxy:financial-fraud") and (code := fraud_code(text)):
            made.techniques.append(code)
        else:
            made.lost.append(text.partition("=")[0][:40])
    made.techniques = list(dict.fromkeys(made.techniques))
    return made


def fraud_code(text: str) -> str:
    """The code of a technique of attck4fraud as a tag names it, or nothing."""
    said = text.partition("=")[2].strip('" ') or text
    code = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:48].strip("-")
    return code if fixed.is_fraud(code) else ""


def _names(tags: Any) -> Iterator[str]:
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, Mapping) and isinstance(tag.get("name"), str):
            yield tag["name"]


def _clusters(galaxies: Any) -> Iterator[str]:
    for galaxy in galaxies if isinstance(galaxies, list) else []:
        clusters = galaxy.get("GalaxyCluster") if isinstance(galaxy, Mapping) else None
        for cluster in clusters if isinstance(clusters, list) else []:
            if isinstance(cluster, Mapping) and isinstance(cluster.get("tag_name"), str):
                yield cluster["tag_name"]


def _attributes(event: Mapping[str, Any], lost: Lost) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The attributes of an event and of its objects, each with the name of its object."""
    for one in _rows(event, "Attribute"):
        yield one, ""
    for thing in _rows(event, "Object"):
        name = str(thing.get("name") or "object")[:40]
        lost[f"object {name}: its grouping"] += 1
        for one in _rows(thing, "Attribute"):
            yield one, name


def _rows(thing: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = thing.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _attribute(one: Mapping[str, Any], within: str, tlp: str, made: list[Stix], cves: list[str], lost: Lost) -> None:
    kind, value = str(one.get("type") or ""), str(one.get("value") or "").strip()
    where = f"{within} {kind}".strip()
    if kind == "vulnerability":
        cves.append(value.upper())
        return
    if kind in _ONE:
        parts: list[tuple[str | None, str]] = [(_ONE[kind], value)]
    elif kind in _TWO:
        first, _bar, second = value.partition("|")
        parts = [(_TWO[kind][0], first), (_TWO[kind][1], second)]
    else:
        lost[f"attribute {where}: no place for it"] += 1
        return
    number = str(one.get("uuid") or "").lower()
    if _uuid.fullmatch(number) is None:
        lost[f"attribute {where}: without a uuid"] += 1
        return
    if one.get("comment"):
        lost[f"attribute {where}: its comment"] += 1
    if one.get("Sighting"):
        lost[f"attribute {where}: its sightings"] += 1
    for at, (name, text) in enumerate(parts):
        if name is None:
            lost[f"attribute {where}: its second part"] += 1
            continue
        try:
            read = read_indicator(text, name)
        except BadInput:
            lost[f"attribute {where}: not well formed"] += 1
            continue
        made.append(_indicator(one, number, at, read, tlp))


def _indicator(one: Mapping[str, Any], number: str, at: int, read: Read, tlp: str) -> Stix:
    moment = timestamp(_epoch(one.get("timestamp"), datetime(2020, 1, 1, tzinfo=UTC)))
    plain = f"indicator--{_version4(number)}"
    made: Stix = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": plain if at == 0 else fixed.named("indicator", f"{number} {read.value}"),
        "created": moment,
        "modified": moment,
        "name": f"{english(INDICATORS[read.kind])}: {defang(read.kind, read.value)}",
        "description": str(one.get("category") or "MISP")[:100],
        "indicator_types": ["malicious-activity" if one.get("to_ids") else "unknown"],
        "pattern": pattern_of(read.kind, read.value),
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": moment,
        "object_marking_refs": [TLP2_IDS[tlp]],
    }
    if one.get("deleted"):
        made["revoked"] = True
    return made


def _vulnerability(code: str, number: str, marks: list[str], created: datetime) -> Stix:
    return {
        "type": "vulnerability",
        "spec_version": "2.1",
        "id": fixed.named("vulnerability", f"{number} {code}"),
        "created": timestamp(created),
        "modified": timestamp(created),
        "name": code[:200],
        "object_marking_refs": marks,
        "external_references": [{"source_name": "cve", "external_id": code[:40]}],
    }


def _name_losses(event: Mapping[str, Any], tags: _Tags, lost: Lost) -> None:
    for name in tags.lost:
        lost[f"tag {name}"] += 1
    for name, word in (
        ("EventReport", "report of the event"),
        ("RelatedEvent", "related event"),
        ("ShadowAttribute", "proposal"),
        ("Sighting", "sighting of the event"),
    ):
        found = event.get(name)
        if isinstance(found, list) and found:
            lost[word] += len(found)
    if event.get("threat_level_id"):
        lost["threat level"] += 1


def _day(said: Any, otherwise: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
    except ValueError:
        return _epoch(otherwise, datetime(2020, 1, 1, tzinfo=UTC))


def _epoch(said: Any, otherwise: datetime) -> datetime:
    text = str(said or "")
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > 7_000_000_000:
        return otherwise
    return datetime.fromtimestamp(int(text), UTC) if int(text) else otherwise
