"""Objects that are the same on every node: TLP 2.0 and PAP marks, countries, identities, techniques, our extension."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from tidewaiter.advisories.marks import PAP, TLP2_IDS
from tidewaiter.codelists.queries import list_view
from tidewaiter.people.models import Administration

NAMESPACE = "tidewaiter"
"""Of all that is named by its content, so that two nodes name one country alike."""
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
OURS = "extension-definition--4f8e5a36-6a43-4d2b-8d3e-6b1f5a0c9e27"
"""What a warning says that STIX has no word for: systems, where it is likely next, PAP, until when it holds."""
_REGIONS = {"XK": "southern-europe"}
"""Codes that ISO 3166-1 leaves to its users: STIX takes none of these for a country."""
_CREATED = "2026-01-01T00:00:00.000Z"
_TLP_CREATED = "2022-10-01T00:00:00.000Z"

type Stix = dict[str, Any]


def timestamp(moment: datetime) -> str:
    """A moment as STIX writes it, to the thousandth."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def named(kind: str, what: str) -> str:
    """The id of what is named by its content: in the form of version 4, which STIX asks of its objects."""
    made = hashlib.sha256(f"{NAMESPACE} {kind} {what}".encode()).digest()
    return f"{kind}--{UUID(bytes=made[:16], version=4)}"


@cache
def tlp_object(mark: str) -> Stix:
    """A mark of TLP 2.0 as OASIS defines it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP2_IDS[mark],
        "created": _TLP_CREATED,
        "name": f"TLP:{mark}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": mark.lower()}},
    }


@cache
def pap_object(mark: str) -> Stix:
    """A mark of PAP, as a statement: STIX has no other word for it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": named("marking-definition", f"PAP:{mark}"),
        "created": _CREATED,
        "definition_type": "statement",
        "definition": {"statement": f"PAP:{mark}"},
        "name": f"PAP:{mark}",
    }


PAP_IDS = {named("marking-definition", f"PAP:{mark}"): mark for mark in PAP}


@cache
def programme() -> Stix:
    """Who defined the extension."""
    return _known("identity", "Tidewaiter", name="Tidewaiter", identity_class="system")


@cache
def extension() -> Stix:
    """The definition of what warnings say beside STIX's own properties."""
    return {
        **_known("extension-definition", "warning"),
        "id": OURS,
        "name": "Customs early warning",
        "description": "Type, fraud, systems, countries likely next, PAP and validity of a customs early warning.",
        "created_by_ref": programme()["id"],
        "schema": "https://json-schema.org/draft/2020-12/schema",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def country_object(code: str) -> Stix:
    """A country."""
    view = list_view("country").codes.get(code)
    place = {"region": _REGIONS[code]} if code in _REGIONS else {"country": code}
    return _known("location", code, name=view.label("en") if view else code, **place)


def identity_object(code: str) -> Stix:
    """An administration."""
    found = Administration.objects.filter(code=code).values_list("name", flat=True).first()
    name = "International secretariat" if code == "INT" else f"Customs administration, {found or code}"
    return _known("identity", code, name=name, identity_class="organization", sectors=["government"])


def is_fraud(code: str) -> bool:
    """Whether attck4fraud has a technique of this code."""
    return code in list_view("attck4fraud").codes


def technique_object(code: str) -> Stix:
    """A technique of ATT&CK, or of attck4fraud."""
    if code.startswith("T"):
        name, source = code, "mitre-attack"
    else:
        view = list_view("attck4fraud").codes.get(code)
        name, source = (view.label("en") if view else code), "attck4fraud"
    return _known("attack-pattern", code, name=name, external_references=[{"source_name": source, "external_id": code}])


def is_public(one: Stix) -> bool:
    """Whether an object is one that every node makes alike: a country, a technique, the programme."""
    kind = one["type"]
    if kind == "location":
        return bool(one["id"] == named(kind, str(one.get("country") or "XK")))
    if kind == "attack-pattern":
        references = one.get("external_references")
        said = references[0] if isinstance(references, list) and references else {}
        return isinstance(said, dict) and bool(one["id"] == named(kind, str(said.get("external_id"))))
    return bool(one["id"] == programme()["id"])


def _known(kind: str, what: str, **properties: Any) -> Stix:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": named(kind, what),
        "created": _CREATED,
        "modified": _CREATED,
        **properties,
    }
