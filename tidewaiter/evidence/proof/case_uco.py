"""The export as CASE/UCO (JSON-LD): every event is an action with what went in and what came out of it.

Written node by node, so that no case is too large. The first action of an exhibit has nothing going in; every other
takes the provenance record of the one before (casework/CASE#146).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tidewaiter.evidence.proof.boxes import canonical

_SPACE = uuid.UUID("5f1f0f43-9b7f-5f0b-9f52-7b1f3b0f6c11")
"""In which the names of things become numbers, always the same for the same thing."""
_CONTEXT = {
    "kb": "urn:tidewaiter:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

type Events = Iterable[Mapping[str, Any]]
"""Contents of events, each with its `digest`."""


def _id(kind: str, *names: str) -> str:
    return f"kb:{kind}-{uuid.uuid5(_SPACE, chr(31).join((kind, *names)))}"


def _of(kind: str, *names: str) -> dict[str, str]:
    return {"@id": _id(kind, *names)}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": value}


def jsonld(node: str, case: str, exhibits: Iterable[tuple[Mapping[str, Any], Events]]) -> Iterator[bytes]:
    """The document, piece by piece."""
    yield b'{"@context":' + canonical(_CONTEXT) + b',"@graph":[\n'
    yield canonical(_organisation(node))
    for one in _Graph(node, case).nodes(exhibits):
        yield b",\n" + canonical(one)
    yield b"\n]}\n"


def _organisation(node: str) -> dict[str, Any]:
    return {"@id": _id("organization", node), "@type": "uco-identity:Organization", "uco-core:name": node}


class _Graph:
    """The nodes of a case. People, places, tools and files are written where they are met first."""

    def __init__(self, node: str, case: str) -> None:
        self.node, self.case = node, case
        self.met: set[str] = set()

    def nodes(self, exhibits: Iterable[tuple[Mapping[str, Any], Events]]) -> Iterator[dict[str, Any]]:
        """All of them, the investigation at last: it names the exhibits."""
        items = []
        for exhibit, events in exhibits:
            ref = str(exhibit["ref"])
            items.append(_of("item", ref))
            yield {
                "@id": _id("item", ref),
                "@type": "uco-core:Item",
                "uco-core:name": str(exhibit["reference"]),
                "uco-core:description": str(exhibit["description"]) or str(exhibit["reference"]),
            }
            before = ""
            for event in events:
                yield from self._event(exhibit, event, before)
                before = str(event["ref"])
        yield {
            "@id": _id("investigation", self.node, self.case),
            "@type": "case-investigation:Investigation",
            "uco-core:name": self.case,
            "uco-core:description": f"Exhibits of {self.case} as they were recorded by {self.node}",
            **({"uco-core:object": items} if items else {}),
        }

    def _event(self, exhibit: Mapping[str, Any], event: Mapping[str, Any], before: str) -> Iterator[dict[str, Any]]:
        ref, item = str(event["ref"]), _of("item", str(exhibit["ref"]))
        files: list[dict[str, Any]] = list(event.get("files") or ())
        yield from self._first(files, event)
        held = [item, *(_of("file", str(one["sha256"])) for one in files)]
        said = " · ".join(str(event[name]) for name in ("purpose", "authority", "condition", "note") if event.get(name))
        yield {
            "@id": _id("provenance-record", ref),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": str(exhibit["reference"]),
            "uco-core:description": f"After event {event['sequence']}; SHA-256 of the event {event['digest']}",
            "uco-core:objectCreatedTime": _typed(str(event["recorded_at"]), "dateTime"),
            "uco-core:object": held,
        }
        tool = event.get("detail", {}).get("tool")
        people = [_of("identity", str(event[name])) for name in ("giver", "taker") if event.get(name)]
        yield {
            "@id": _id("investigative-action", ref),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": str(event["kind"]),
            **({"uco-core:description": said} if said else {}),
            "uco-action:startTime": _typed(str(event["at"]), "dateTime"),
            "uco-action:endTime": _typed(str(event["recorded_at"]), "dateTime"),
            "uco-action:performer": _of("identity", str(event["by"])),
            **({"uco-action:participant": people} if people else {}),
            **({"uco-action:location": [_of("location", str(event["place"]))]} if event.get("place") else {}),
            **({"uco-action:instrument": [_of("tool", str(tool))]} if tool else {}),
            "uco-action:object": [item, *([_of("provenance-record", before)] if before else [])],
            "uco-action:result": [_of("provenance-record", ref), *held[1:]],
            **({"case-investigation:wasInformedBy": [_of("investigative-action", before)]} if before else {}),
        }

    def _first(self, files: list[dict[str, Any]], event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What an event names and none before it did."""
        for name in ("by", "giver", "taker"):
            if event.get(name) and self._is_new("identity", str(event[name])):
                kind = {"@type": "uco-identity:Identity", "uco-core:name": str(event[name])}
                yield {"@id": _id("identity", str(event[name])), **kind}
        if event.get("place") and self._is_new("location", str(event["place"])):
            kind = {"@type": "uco-location:Location", "uco-core:name": str(event["place"])}
            yield {"@id": _id("location", str(event["place"])), **kind}
        tool = event.get("detail", {}).get("tool")
        if tool and self._is_new("tool", str(tool)):
            version = str(event["detail"].get("version") or "")
            more = {"uco-tool:version": version} if version else {}
            yield {"@id": _id("tool", str(tool)), "@type": "uco-tool:Tool", "uco-core:name": str(tool), **more}
        for one in files:
            if self._is_new("file", str(one["sha256"])):
                yield _file(one)

    def _is_new(self, *names: str) -> bool:
        key, before = _id(*names), len(self.met)
        self.met.add(key)
        return len(self.met) > before


def _file(said: Mapping[str, Any]) -> dict[str, Any]:
    digest = str(said["sha256"])
    size = {"uco-observable:sizeInBytes": _typed(str(said["size"]), "integer")} if said.get("size") is not None else {}
    kind = {"uco-observable:mimeType": str(said["type"])} if said.get("type") else {}
    return {
        "@id": _id("file", digest),
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            {
                "@id": _id("file-facet", digest),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": str(said.get("name") or digest),
            },
            {
                "@id": _id("content-data-facet", digest),
                "@type": "uco-observable:ContentDataFacet",
                **kind,
                **size,
                "uco-observable:hash": [
                    {
                        "@id": _id("hash", digest),
                        "@type": "uco-types:Hash",
                        "uco-types:hashMethod": "SHA256",
                        "uco-types:hashValue": _typed(digest.upper(), "hexBinary"),
                    }
                ],
            },
        ],
    }
