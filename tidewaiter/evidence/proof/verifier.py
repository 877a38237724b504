#!/usr/bin/env python3
"""Checks an export of evidence by a Tidewaiter node. Needs Python 3.11 and the package `cryptography`, nothing else.

    python verify_evidence.py EXPORT [--receipt RECEIPT.json …] [--roots ROOTS.pem …] [--key PUBLIC_KEY_HEX …]

EXPORT is the zip, or the folder, as the node wrote it. --receipt is what somebody was given when they took or gave an
exhibit: the export must hold that event unchanged. --roots are certificates of time-stamp authorities that you trust;
--key is the node's public key as you know it from elsewhere. No network, no account. Exit code 0: nothing was changed.
1: something was, and the first fault is named. 2: it cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

from tidewaiter.evidence.proof.boxes import (
    FORMAT,
    HEX64,
    LONGEST,
    MANIFEST,
    PIECE,
    PLAIN,
    SEAL,
    Folder,
    MLDSA65PublicKey,
    Wrong,
    Zip,
    as_written,
    canonical,
    leaf_of,
    lines_of,
    must_be_signed,
    read_small,
    root_from,
)
from tidewaiter.evidence.proof.tokens import Stamped, WrongToken, read_token, verified


@dataclass
class Found:
    """What has been seen of an export."""

    exported: dict[str, Any] = field(default_factory=dict)
    seal: dict[str, Any] = field(default_factory=dict)
    exhibits: int = 0
    events: int = 0
    files: int = 0
    not_here: int = 0
    """Files that an event names and the export does not hold."""
    stamped: int = 0
    """Events that a verified stamp covers."""
    stamps: dict[int, Stamped] = field(default_factory=dict)
    trusted: bool = False
    receipts: int = 0


def _check_files(box: Folder | Zip, found: Found) -> dict[str, str]:
    """Every file against the manifest, the manifest against the seal; gives their digests by path."""
    [seal] = lines_of(box, SEAL)
    must_be_signed(seal, "the manifest")
    with box.open(MANIFEST) as file:
        step = hashlib.sha256()
        while piece := file.read(PIECE):
            step.update(piece)
        if step.hexdigest() != seal.get("manifest"):
            raise Wrong("the manifest is not the one that was signed")
    found.seal, last, names, known = seal, "", [], {}
    for at, line in enumerate(lines_of(box, MANIFEST)):
        if not at:
            found.exported = line
            if line.get("format") != FORMAT:
                raise Wrong("the manifest is of another kind")
            continue
        path, digest = str(line["path"]), str(line["sha256"])
        if path <= last or not PLAIN.fullmatch(path) or not HEX64.fullmatch(digest):
            raise Wrong(f"manifest: {path} stands where it cannot")
        if path.startswith("files/") and path != f"files/{digest}":
            raise Wrong(f"{path} is not the file of that name")
        _must_hold(box, path, digest, int(line["size"]))
        last = path
        names.append(path)
        known[path] = digest
    if box.names() != sorted([*names, MANIFEST, SEAL]):
        more = sorted(set(box.names()) - {*names, MANIFEST, SEAL}) or ["a file stands twice"]
        raise Wrong(f"the export holds what its manifest does not: {more[0]}")
    found.files = sum(one.startswith("files/") for one in names)
    return known


def _must_hold(box: Folder | Zip, path: str, digest: str, size: int) -> None:
    step, read = hashlib.sha256(), 0
    with box.open(path) as file:
        try:
            while piece := file.read(PIECE):
                step.update(piece)
                read += len(piece)
                if read > size:
                    break
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Wrong(f"{path} cannot be read") from error
    if (read, step.hexdigest()) != (size, digest):
        raise Wrong(f"{path} was changed or swapped")


def _check_events(
    box: Folder | Zip, known: dict[str, str], found: Found, wanted: dict[tuple[str, int], list[Any]]
) -> None:
    """Every chain link by link, the files that its events name, and what must be found in it."""
    exhibits, files = lines_of(box, "exhibits.ndjson"), lines_of(box, "files.ndjson")
    exhibit, last, number = next(exhibits, None), "", 0
    for line in lines_of(box, "events.ndjson"):
        while exhibit is not None and line["exhibit"] != exhibit["ref"]:
            _must_end(exhibit, number, last)
            found.exhibits, exhibit, last, number = found.exhibits + 1, next(exhibits, None), "", 0
        number += 1
        where = f"exhibit {line['exhibit']}, event {number}"
        content = line["content"]
        said = (content["exhibit"], content["sequence"], content["previous"])
        if exhibit is None or said != (line["exhibit"], number, last):
            raise Wrong(f"{where}: it is missing, or stands in another place")
        last = hashlib.sha256(canonical(content)).hexdigest()
        if line["digest"] != last:
            raise Wrong(f"{where}: its content does not fit its digest")
        for digest, what in wanted.pop((line["exhibit"], number), ()):
            if digest != last:
                raise Wrong(f"{where}: it is not the one of {what}: it was changed since")
        found.events += 1
        found.not_here += _check_named(content.get("files") or (), line, files, known)
    while exhibit is not None:
        _must_end(exhibit, number, last)
        found.exhibits, exhibit, last, number = found.exhibits + 1, next(exhibits, None), "", 0
    if next(files, None) is not None:
        raise Wrong("files.ndjson names a file that no event names")
    for (ref, sequence), told in wanted.items():
        raise Wrong(f"exhibit {ref}, event {sequence}: {told[0][1]} tells of it, and it is missing")


def _must_end(exhibit: dict[str, Any], number: int, last: str) -> None:
    if (exhibit["events"], exhibit["head"]) != (number, last):
        raise Wrong(f"exhibit {exhibit['ref']}: events after the {number}th are missing")


def _check_named(
    said: Sequence[dict[str, Any]], event: dict[str, Any], files: Iterator[Any], known: dict[str, str]
) -> int:
    """How many of the files that an event names the export says it does not hold."""
    missing = 0
    for one in said:
        line = next(files, None)
        place = (event["exhibit"], event["content"]["sequence"], one["sha256"])
        if line is None or (line["exhibit"], line["sequence"], line["sha256"]) != place:
            raise Wrong(f"exhibit {place[0]}, event {place[1]}: a file that it names is not listed")
        if line["here"] and f"files/{line['sha256']}" not in known:
            raise Wrong(f"exhibit {place[0]}, event {place[1]}: the file {line['sha256']} is missing")
        missing += not line["here"]
    return missing


def _pem(box: Folder | Zip, path: str, known: dict[str, str], what: str) -> list[Any]:
    if path not in known:
        return []
    ends = re.compile(rf"-----BEGIN {what}-----.*?-----END {what}-----", re.S)
    load = x509.load_pem_x509_certificate if what == "CERTIFICATE" else x509.load_pem_x509_crl
    try:
        return [load(one.encode()) for one in ends.findall(read_small(box, path).decode("ascii"))]
    except ValueError as error:
        raise Wrong(f"{path} cannot be read") from error


def _check_stamps(
    box: Folder | Zip, known: dict[str, str], found: Found, roots: list[x509.Certificate]
) -> dict[tuple[str, int], list[Any]]:
    """Every stamp at the time at which it was made; gives what they tell of events."""
    statements: dict[int, Any] = {}
    tokens: dict[int, str] = {}
    for path in sorted(one for one in known if re.fullmatch(r"stamps/\d{6}\.json", one)):
        name = path.removesuffix(".json")
        statement = as_written(read_small(box, path), path)
        number = int(statement["batch"])
        if name != f"stamps/{number:06d}" or statement["node"] != found.exported["node"]:
            raise Wrong(f"{path} is another's")
        before = statements.get(number - 1)
        if before is not None and statement["previous"] != hashlib.sha256(canonical(before)).hexdigest():
            raise Wrong(f"{path} does not continue the one before it")
        statements[number] = statement
        if f"{name}.tst" not in known:
            continue
        token = read_small(box, f"{name}.tst")
        chain = _pem(box, f"{name}.chain.pem", known, "CERTIFICATE")
        lists = _pem(box, f"{name}.crl.pem", known, "X509 CRL")
        try:
            trusted = roots or [one for one in chain if one.issuer == one.subject]
            digest = hashlib.sha256(canonical(statement)).hexdigest()
            found.stamps[number] = verified(read_token(token), digest, roots=trusted, more=chain, lists=lists)
        except WrongToken as error:
            raise Wrong(f"{name}.tst: {error}") from error
        tokens[number] = hashlib.sha256(token).hexdigest()
    found.trusted = bool(roots)
    return _check_paths(box, statements, tokens, found)


def _check_paths(
    box: Folder | Zip, statements: dict[int, Any], tokens: dict[int, str], found: Found
) -> dict[tuple[str, int], list[Any]]:
    """Every leaf leads to the root of its batch; gives the digests that events must have, by exhibit and number."""
    told: dict[tuple[str, int], list[Any]] = {}
    covered: dict[str, int] = {}
    for line in lines_of(box, "paths.ndjson"):
        batch = line["batch"]
        said = {name: line[name] for name in ("exhibit", "sequence", "stamp", "digest") if name in line}
        if (
            batch not in statements
            or root_from(leaf_of(said), line["place"], line["path"]) != statements[batch]["root"]
        ):
            raise Wrong(f"paths.ndjson: {canonical(said).decode()} is not in the batch that was stamped")
        if "stamp" in line:
            if tokens.get(line["stamp"], line["digest"]) != line["digest"]:
                raise Wrong(f"stamps/{line['stamp']:06d}.tst is not the one that was renewed")
            continue
        place = (line["exhibit"], line["sequence"])
        told.setdefault(place, []).append((line["digest"], f"the stamp of batch {batch}"))
        if batch in found.stamps:
            covered[place[0]] = max(covered.get(place[0], 0), place[1])
    found.stamped = sum(covered.values())
    return told


def check(
    path: pathlib.Path, *, receipts: Sequence[Any] = (), roots: Sequence[Any] = (), keys: Sequence[str] = ()
) -> Found:
    """Everything, in one go through the export. Raises `Wrong` with the first fault."""
    found, box = Found(), Folder(path) if path.is_dir() else Zip(path)
    try:
        known = _check_files(box, found)
        if keys and found.seal["public_key"] not in keys:
            raise Wrong("the export is signed by another key than you know")
        wanted = _check_stamps(box, known, found, list(roots))
        for one in receipts:
            must_be_signed(one, "the receipt")
            if one["node"] != found.exported["node"]:
                raise Wrong("the receipt is another node's")
            place = (one["exhibit"], int(one["sequence"]))
            wanted.setdefault(place, []).append((one["digest"], f"the receipt of {one['at']}"))
            found.receipts += 1
        _check_events(box, known, found, wanted)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Wrong(f"what the export says cannot be read ({type(error).__name__})") from error
    said = {name: found.exported.get(name) for name in ("exhibits", "events")}
    if said != {"exhibits": found.exhibits, "events": found.events}:
        raise Wrong("the export holds fewer or more events than its manifest says")
    return found


def proven(found: Found) -> list[str]:
    """What this check has shown, in words."""
    node = found.exported.get("node_name") or found.exported["node"]
    said = [
        f"{found.events} events of {found.exhibits} exhibits were recorded by {node}, and none of them was changed,"
        " taken out, put in or moved since; no file was changed or swapped"
    ]
    for number, one in sorted(found.stamps.items()):
        said.append(f"batch {number} was stamped at {one.at:%Y-%m-%d %H:%M:%S} UTC by {one.authority}")
    if found.receipts:
        said.append(f"the export agrees with the {found.receipts} receipts that you gave")
    return said


def not_proven(found: Found, keys: Sequence[str]) -> list[str]:
    """What it has not, in words."""
    said = []
    if found.stamped < found.events:
        said.append(f"when {found.events - found.stamped} of {found.events} events were recorded: no stamp covers them")
    if found.stamps and not found.trusted:
        said.append("that the time-stamp authority is one that you trust: give --roots with its certificate")
    if any(not one.unrevoked for one in found.stamps.values()):
        said.append("that no certificate of the authority was revoked: a revocation list was not kept")
    if not keys:
        said.append("that the key is the node's: give --key with its public key as you know it from elsewhere")
    if not found.receipts:
        said.append("that the node did not rewrite what no stamp covers: give --receipt with one that you were given")
    if MLDSA65PublicKey is None:
        said.append("the ML-DSA-65 signatures: this Python's `cryptography` has no ML-DSA")
    if found.not_here:
        said.append(f"the content of {found.not_here} files that events name and this export does not hold")
    return [*said, "that what was recorded is right, or that everything that happened was recorded"]


def certificates(path: pathlib.Path) -> list[x509.Certificate]:
    """Those of a PEM file."""
    return x509.load_pem_x509_certificates(_short(path))


def _short(path: pathlib.Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise ValueError(f"{path.name} is too long")
    return text


def main() -> int:
    """Reads the command line, checks, says what is proven and what is not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--receipt", action="append", type=pathlib.Path, default=[])
    parser.add_argument("--roots", action="append", type=pathlib.Path, default=[])
    parser.add_argument("--key", action="append", default=[])
    asked = parser.parse_args()
    try:
        receipts = [json.loads(_short(path)) for path in asked.receipt]
        roots = [one for path in asked.roots for one in certificates(path)]
        found = check(asked.export, receipts=receipts, roots=roots, keys=asked.key)
    except Wrong as wrong:
        print(f"NOT INTACT: {wrong}.")
        return 1
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error!r}")
        return 2
    print(f"INTACT: {found.exhibits} exhibits, {found.events} events, {found.files} files")
    for sentence in proven(found):
        print(f"Shown: {sentence}.")
    for sentence in not_proven(found, asked.key):
        print(f"Not shown: {sentence}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
