"""The certificate that a room is destroyed: numbers and moments, signed by the node, checked by anybody off line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import DatabaseError

from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.foundation.scratch import scratch
from tidewaiter.ledger.keys import known_public_keys, node_key, public_key_hex

FORMAT = "tidewaiter certificate of destruction 1"
SIGNED_EXPORT = "tidewaiter export of a room 1"


def signed(said: dict[str, Any]) -> dict[str, Any]:
    """A document with the node's signature over its canonical form."""
    return {"said": said, "public_key": public_key_hex(), "signature": node_key().sign(canonical(said)).hex()}


def folder() -> Path:
    """Where certificates and reports of rooms lie: they stay."""
    return Path(settings.TIDEWAITER_HOME) / "certificates"


def write_certificate(ref: str, said: dict[str, Any]) -> Path:
    """Signs and writes the certificate of an operation; gives its path."""
    path = folder() / f"{ref}.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_bytes(canonical(signed({"format": FORMAT, **said})) + b"\n")
    return path


def paper(path: Path) -> bytes:
    """What a certificate or a report says, as it was written. Raises `OverLimit` for a file that is longer than any,
    `BadInput` for one that cannot be read.
    """
    return bytes_of(path, "json_document_bytes")


def certificate_of(ref: str) -> dict[str, Any] | None:
    """What the certificate of an operation says, or nothing."""
    path = folder() / f"{ref}.json"
    return dict(read_json(paper(path))["said"]) if path.exists() else None


def verify_signed(document: Any, *, trusted: str = "") -> tuple[bool, str]:
    """Whether a signed document is as the node wrote it, and why not.

    The key must be one that is trusted: `trusted` where it is said, else a key of this node where it has any. On a
    machine without a node the signature alone is checked: hold the key against one that the node has told you.
    """
    try:
        key = str(document["public_key"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(document["signature"]), canonical(document["said"])
        )
    except (KeyError, TypeError, ValueError):
        return False, "it is no signed document"
    except InvalidSignature:
        return False, "it was changed after it was signed"
    known = {trusted.lower()} if trusted else _own_keys()
    if known and key.lower() not in known:
        return False, "it is signed by a key that is not the node's: name the key you trust (--key)"
    return True, ""


def _own_keys() -> set[str]:
    try:
        return known_public_keys()
    except DatabaseError:
        return set()


def verify_file(path: Path, *, trusted: str = "") -> dict[str, Any]:
    """`{"valid", "kind", "operation", "counts", "key", "why"}` of the file of a certificate, or of an owner's export:
    its archive, whose files must be those that its messages name, or the document in it. Raises `BadInput` where it
    cannot be read.
    """
    files: dict[str, str] | None = None
    if _is_archive(path):
        with scratch() as folder:
            out = folder / "document"
            told = stream_from_child(
                "tidewaiter.operations.export_child", str(path), str(out), seconds=seconds_for(path)
            )
            files = {one["name"]: one["sha256"] for one in told}
            document = read_json(paper(out))
    else:
        document = read_json(paper(path))
    valid, why = verify_signed(document, trusted=trusted)
    said = document.get("said") if isinstance(document, dict) else None
    said = said if isinstance(said, dict) else {}
    if valid and said.get("format") not in (FORMAT, SIGNED_EXPORT):
        valid, why = False, "it is signed, and no certificate of destruction and no export of a room"
    if valid and files is not None and (strange := _strange(said, files)):
        valid, why = False, strange
    about = {"valid": valid, "operation": said.get("operation"), "title": said.get("title")}
    about["key"] = document.get("public_key") if isinstance(document, dict) else None
    if said.get("format") == SIGNED_EXPORT:
        counts = {"messages": len(said.get("messages", [])), "files": len(files or {})}
        of_export = {"administration": said.get("administration"), "made_at": said.get("made_at")}
        return {**about, "kind": "export", "counts": counts, **of_export, "why": why}
    moments = {name: said.get(name) for name in ("sealed_at", "destroyed_at")}
    return {**about, "kind": "certificate", "counts": said.get("counts"), **moments, "why": why}


def _is_archive(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False  # whoever reads it next says why


def _strange(said: dict[str, Any], files: dict[str, str]) -> str:
    """What is wrong with the files beside the messages of an export; nothing where each is one that they name, and none
    that the owner has written is missing.
    """
    named: dict[str, set[str]] = {}
    for one in said.get("messages", []):
        named[str(one.get("number"))] = {file.get("sha256") for file in one.get("attachments", [])}
    for name, digest in files.items():
        number = name.removeprefix("files/").partition("-")[0]
        if digest not in named.get(number, ()):
            return f"«{name[:80]}» is not as its message names it"
    if said.get("files") is not None and said["files"] != len(files):
        return "a file is missing"
    return ""
