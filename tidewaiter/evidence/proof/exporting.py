"""What an export holds: the exhibits of a case as they stood at one moment, their events, stamps, files and papers.

Rows are read as they are written: the memory that it takes does not grow with the case.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.evidence.chain import event_content
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Party, StampBatch, StampLeaf
from tidewaiter.evidence.presenters import exhibit_out
from tidewaiter.evidence.proof.boxes import PIECE
from tidewaiter.evidence.proof.case_uco import jsonld
from tidewaiter.evidence.proof.one_file import one_file
from tidewaiter.evidence.proof.statements import paths_of, statement_bytes
from tidewaiter.evidence.proof.writing import Writer
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import stamp
from tidewaiter.ledger.queries import current_head
from tidewaiter.people.called import person_called
from tidewaiter.vault import actions as vault
from tidewaiter.vault.models import StoredFile

Hears = Callable[[str, int, int], None]
AT_ONCE = 1000
README = """Evidence of {case}, as it was recorded by the node «{name}» and exported at {at} by {by}.

bundle.pdf          for people: contents, exhibits, photographs, custody, tests, and what is missing
bundle/             of a large case the exhibits in volumes, whose contents bundle.pdf has
case.jsonld         for programs: CASE/UCO, every event an action with what went in and what came out
events.ndjson       every event of custody, each with the digest of the one before it
exhibits.ndjson     every exhibit as it stands, with the number of its events and the digest of the last one
files.ndjson        every file that an event names, and whether it is here
files/              those files, each under the SHA-256 of its bytes
people.ndjson       whom the events name
paths.ndjson        from events to the statements that were stamped
stamps/             those statements (.json), the stamps over them (.tst, RFC 3161), certificates and revocation lists
manifest.ndjson     every file with its SHA-256; seal.json signs it with the node's Ed25519 and ML-DSA-65 keys
verify_evidence.py  checks all of it off-line:  python verify_evidence.py EXPORT --receipt … --roots … --key …

What it shows, and what it cannot, verify_evidence.py says itself. A stamp alone: openssl ts -verify -token_in
-in stamps/000001.tst -data stamps/000001.json -CAfile stamps/000001.chain.pem -attime SECONDS
"""


@dataclass(frozen=True, slots=True)
class Frozen:
    """An exhibit as it stood when the export began: what came later is not in it."""

    ref: str
    events: int
    head: str


@dataclass(slots=True)
class Case:
    """What is exported."""

    ref: str
    reference: str
    by: Actor
    purpose: str
    exported_at: str
    exhibits: Sequence[Frozen]
    """In the order of their refs."""
    order: str = ""
    files: dict[str, bool] = field(default_factory=dict)
    """By digest: whether the vault has it. Known once the events were read."""
    events: int = 0

    @property
    def refs(self) -> list[str]:
        """Of its exhibits."""
        return [one.ref for one in self.exhibits]

    @property
    def called(self) -> str:
        """What people call the case."""
        return self.reference or self.ref


def events_in(exhibits: Sequence[Frozen]) -> Iterator[CustodyEvent]:
    """Their events in the order of exhibits and of their numbers, up to where each stood."""
    wanted = {one.ref: one.events for one in exhibits}
    rows: QuerySet[CustodyEvent] = CustodyEvent.objects.filter(exhibit_id__in=among(wanted))
    for event in rows.order_by("exhibit_id", "sequence").iterator(chunk_size=AT_ONCE):
        if event.sequence <= wanted[event.exhibit_id]:
            yield event


def look_through(case: Case) -> None:
    """Counts the events, and finds which files are here."""
    named: set[str] = set()
    for event in events_in(case.exhibits):
        case.events += 1
        named.update(str(one["sha256"]) for one in event.files)
    kept = set(StoredFile.objects.filter(digest__in=among(named)).values_list("digest", flat=True))
    case.files = {digest: digest in kept and vault.path_of(digest).is_file() for digest in sorted(named)}


def write(case: Case, to: Writer, papers: Path, report: Hears) -> dict[str, Any]:
    """Writes everything but the bundle, which lies in a folder already; gives what the seal says."""
    head = current_head()
    exported = {
        "node": head["node"],
        "node_name": settings.NODE_NAME,
        "case": case.called,
        "case_ref": case.ref,
        "exported_at": case.exported_at,
        "exported_by": case.by.username,
        "purpose": case.purpose,
        "order": case.order,
        "exhibits": len(case.exhibits),
        "events": case.events,
        "head": {name: head[name] for name in ("day", "seq", "hash")},
    }
    words = {"case": case.called, "name": settings.NODE_NAME, "at": case.exported_at, "by": case.by.username}
    to.put("README.txt", [README.format_map(words).encode()])
    for path in printed(papers):
        to.put(str(path.relative_to(papers)), _pieces(path))
    report(_("Writing what programs read"), 0, 0)
    to.put("case.jsonld", jsonld(settings.NODE_NAME, case.called, _exhibits_with_events(case)))
    to.put_lines("events.ndjson", (_event_line(event) for event in events_in(case.exhibits)))
    to.put_lines("exhibits.ndjson", _exhibit_lines(case))
    to.put_lines("files.ndjson", _file_lines(case))
    for number, (digest, here) in enumerate(case.files.items()):
        if here:
            to.put(f"files/{digest}", _of_vault(digest))
        report(_("Writing files"), number + 1, len(case.files))
    leaves = _leaves(case)
    to.put_lines("paths.ndjson", _paths(leaves))
    to.put_lines("people.ndjson", _people(case))
    for batch in _batches(leaves):
        _put_stamp(to, batch, str(head["node"]))
    to.put("verify_evidence.py", [one_file().encode()])
    return to.seal(exported)


def printed(papers: Path) -> list[Path]:
    """The volumes of a bundle, in the order of their names."""
    return sorted(papers.rglob("*.pdf"), key=lambda path: str(path.relative_to(papers)))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _of_vault(digest: str) -> Iterator[bytes]:
    with vault.stream(digest) as file:
        while piece := file.read(PIECE):
            yield piece


def _event_line(event: CustodyEvent) -> dict[str, Any]:
    return {"exhibit": event.exhibit_id, "content": event_content(event), "digest": event.digest}


def _exhibits(case: Case) -> Iterator[tuple[Frozen, Exhibit]]:
    frozen = {one.ref: one for one in case.exhibits}
    rows = Exhibit.objects.filter(pk__in=among(frozen)).select_related("store", "box", "parent").order_by("pk")
    for exhibit in rows.iterator(chunk_size=AT_ONCE):
        yield frozen[exhibit.ref], exhibit


def _exhibit_lines(case: Case) -> Iterator[dict[str, Any]]:
    for frozen, exhibit in _exhibits(case):
        said = exhibit_out(exhibit)
        said["found_at"] = stamp(exhibit.found_at)
        said["holder"] = {name: value for name, value in said["holder"].items() if isinstance(value, str)}
        yield said | {"events": frozen.events, "head": frozen.head}


def _exhibits_with_events(case: Case) -> Iterator[tuple[dict[str, Any], Iterator[dict[str, Any]]]]:
    by_exhibit = groupby(events_in(case.exhibits), key=lambda event: event.exhibit_id)
    for (_frozen, exhibit), (_ref, events) in zip(_exhibits(case), by_exhibit, strict=True):
        said = {"ref": exhibit.ref, "reference": exhibit.reference, "description": exhibit.description}
        yield said, (event_content(event) | {"digest": event.digest} for event in events)


def _file_lines(case: Case) -> Iterator[dict[str, Any]]:
    for event in events_in(case.exhibits):
        for one in event.files:
            said = {name: one[name] for name in ("sha256", "size", "type", "name", "role") if name in one}
            here = case.files[str(one["sha256"])]
            yield said | {"exhibit": event.exhibit_id, "sequence": event.sequence, "here": here}


def _people(case: Case) -> Iterator[dict[str, Any]]:
    names: set[str] = set()
    for event in events_in(case.exhibits):
        names.update(one for one in (event.by, event.giver, event.taker) if one and not one.startswith("store:"))
    parties = {one.ref: one for one in Party.objects.filter(pk__in=among(names))}
    for name in sorted(names):
        party = parties.get(name)
        yield (
            {"id": name, "name": party.name, "organisation": party.organisation, "salt": party.salt}
            if party
            else {"id": name, "name": person_called(name)}
        )


def _leaves(case: Case) -> dict[int, list[StampLeaf]]:
    """The leaves of its exhibits, and those of later batches that renew their stamps, by batch."""
    standing = {one.ref: one.events for one in case.exhibits}
    found: dict[int, list[StampLeaf]] = {}
    for leaf in StampLeaf.objects.filter(exhibit_id__in=among(standing)).order_by("batch_id", "place"):
        if leaf.sequence <= standing[str(leaf.exhibit_id)]:
            found.setdefault(leaf.batch_id, []).append(leaf)
    fresh: list[int] = list(found)
    while fresh:
        renewing = StampLeaf.objects.filter(**{"renews_id__in": among(fresh)}).order_by("batch_id", "place")
        fresh = []
        for leaf in renewing:
            if leaf.batch_id not in found:
                fresh.append(leaf.batch_id)
            found.setdefault(leaf.batch_id, []).append(leaf)
    return dict(sorted(found.items()))


def _batches(leaves: dict[int, list[StampLeaf]]) -> Iterator[StampBatch]:
    yield from StampBatch.objects.filter(pk__in=among(leaves)).order_by("number").iterator(chunk_size=50)


def _paths(leaves: dict[int, list[StampLeaf]]) -> Iterator[dict[str, Any]]:
    for batch in _batches(leaves):
        yield from paths_of(batch, leaves[batch.number])


def _put_stamp(to: Writer, batch: StampBatch, node: str) -> None:
    name = f"stamps/{batch.number:06d}"
    if batch.token:
        to.put(f"{name}.chain.pem", [batch.chain.encode()])
        if batch.lists:
            to.put(f"{name}.crl.pem", [batch.lists.encode()])
    to.put(f"{name}.json", [statement_bytes(batch, node)])
    if batch.token:
        to.put(f"{name}.tst", [base64.b64decode(batch.token)])
