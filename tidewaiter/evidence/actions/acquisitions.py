"""Deeds of digital evidence (ISO/IEC 27037): acquiring, and reading again whether the image is still the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.digital import images
from tidewaiter.evidence.digital.manifests import Counted, lines_of
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import Acquisition, CustodyEvent, Exhibit, Upload, Verification
from tidewaiter.evidence.typed import one_of, read_line, read_text, reader_of_moments
from tidewaiter.evidence.words_of_proof import METHODS, ROLES
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.encryption import files
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import sealed_scratch
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.people.queries import zone_of
from tidewaiter.vault import actions as vault

WHOLE, CHANGED, GONE, TOLD = "whole", "changed", "gone", "told"
ASKED, MOVED, CLOCK = "asked", "moved", "clock"
TASK = "evidence_verified"
AT_ONCE = 20
MOVES = (states.TAKE, states.MOVE)
"""Events after which an image is read again."""
DISK = ("physical", "logical", "file")
"""Methods that read a device: it is protected against writing, or it is said why not."""
AFAR = ("remote", "cloud", "live")
"""Methods that need a legal basis of their own."""
SHOWN = ("screenshot", "message")
_hex64 = re.compile(r"[0-9a-f]{64}")


def acquire(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor, manifest: BinaryIO | None = None) -> Acquisition:
    """Writes down a copy of what a device, an account or a screen held, by whom, with what, protected how.

    The image is in the vault (`file`: the digest of what was brought), below the folder of images or elsewhere
    (`where`, `sha256`, `size`); `manifest` lists its files. Raises `WrongFields`, `BadInput`.
    """
    policy.may_test(by, exhibit)
    fields = _read(said, by)
    kept = _image(exhibit, said, fields)
    if manifest is None and said.get("manifest"):
        manifest = vault.stream(_brought(exhibit, str(said["manifest"])).sha256)
    listed = _manifest(manifest, by) if manifest is not None else None
    names = ("role", "method", "tool", "version", "write_protection", "why_unprotected", "source", "legal_basis")
    detail = {name: str(fields[name]) for name in names} | {name: str(kept[name]) for name in ("kept_in", "where")}
    image = {"sha256": kept["sha256"], "size": kept["size"], "type": "application/octet-stream", "role": "image"}
    named: list[dict[str, Any]] = [image | {"name": str(kept["name"])}]
    if listed is not None:
        digest, counted, size = listed
        named.append(
            {"sha256": digest, "size": size, "type": "application/x-ndjson", "role": "manifest", "name": "files.ndjson"}
        )
        detail |= {"manifest_files": str(counted.files), "manifest_bytes": str(counted.size)}
    with transaction.atomic():
        exhibit = held(exhibit)
        more = {"authority": fields["legal_basis"][:300], "place": fields["place"]}
        event = append(exhibit, states.ACQUIRE, by, at=fields["at"], detail=detail, files=named, **more)
        acquisition = Acquisition.objects.create(
            ref=new_ref("AQ"),
            exhibit=exhibit,
            event=event,
            **{name: fields[name] for name in names},
            **{name: kept[name] for name in ("sha256", "size", "kept_in", "where")},
            manifest=listed[0] if listed else "",
            manifest_files=listed[1].files if listed else 0,
            manifest_bytes=listed[1].size if listed else 0,
            every_days=fields["every_days"],
            next_at=_next(fields["every_days"]),
            acquired_at=event.at,
            made_by=by.username,
            made_at=event.recorded_at,
        )
        record(by=by, deed="evidence.acquired", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return acquisition


def _read(said: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    typed = TypedFields(said)
    typed.needed("method", _("Say how it was acquired."))
    typed.needed("tool", _("Say with which tool."))
    typed.needed("version", _("Say of which version."))
    fields: dict[str, Any] = {
        "method": typed.read("method", one_of(METHODS), ""),
        "role": typed.read("role", one_of(ROLES), "defr"),
        "at": typed.read("at", reader_of_moments(zone_of(by.administration_code)), now()),
        "every_days": typed.read("every_days", _days, 0),
        "why_unprotected": typed.read("why_unprotected", read_text, ""),
        "source": typed.read("source", read_text, ""),
        "legal_basis": typed.read("legal_basis", read_text, ""),
        "place": typed.read("place", read_line, ""),
    }
    fields |= {name: typed.read(name, read_line, "") for name in ("tool", "version", "write_protection")}
    for name, longest in (("tool", 100), ("version", 60), ("write_protection", 200)):
        fields[name] = fields[name][:longest]
    if fields["method"] in DISK and not (fields["write_protection"] or fields["why_unprotected"]):
        typed.wrong["write_protection"] = _("Say how writing was prevented, or why it could not be.")
    if fields["method"] in AFAR and not fields["legal_basis"]:
        typed.wrong["legal_basis"] = _("Say on which legal basis.")
    if fields["method"] in (*AFAR, *SHOWN) and not fields["source"]:
        typed.wrong["source"] = _("Say where it comes from: the address, the account, who sent it.")
    typed.done()
    return fields


def _days(said: str) -> int:
    if not said.isdecimal() or int(said) > 3650:
        raise BadInput("every_days", _("Give a number of days."))
    return int(said)


def _next(every_days: int) -> datetime | None:
    return now() + timedelta(days=every_days) if every_days else None


def _image(exhibit: Exhibit, said: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Where the image is, and its digest; what the node can read is read. Raises `BadInput`."""
    brought = str(said.get("file") or "").strip()
    if brought:
        upload = _brought(exhibit, brought)
        kept = {"sha256": brought, "size": upload.size, "kept_in": images.VAULT, "where": ""}
        return kept | {"name": upload.name}
    where, digest = str(said.get("where") or "").strip()[:1000], str(said.get("sha256") or "").strip().lower()
    if not where or not _hex64.fullmatch(digest):
        raise BadInput("sha256", _("Bring the file, or say where it lies and its SHA-256."))
    path = images.path_below(where)
    if path is not None and images.digest_of_path(path) != digest:
        raise BadInput("sha256", _("The file there has another SHA-256."))
    size_said = str(said.get("size") or "")
    if path is None and not size_said.isdecimal():
        raise BadInput("size", _("Say how many bytes it has."))
    size = path.stat().st_size if path is not None else int(size_said)
    name = where.replace("\\", "/").rstrip("/").rpartition("/")[2][:200]
    return {"sha256": digest, "size": size, "kept_in": images.ELSEWHERE, "where": where, "name": name}


def _brought(exhibit: Exhibit, digest: str) -> Upload:
    upload = Upload.objects.filter(exhibit=exhibit, sha256=digest, done=True).first()
    if upload is None:
        raise BadInput("file", _("No such file was brought for this exhibit."))
    return upload


def _manifest(file: BinaryIO, by: Actor) -> tuple[str, Counted, int]:
    """Keeps the list of files, in one form; gives its digest, what it counts, and its size."""
    counted, step, size = Counted(), hashlib.sha256(), 0
    with sealed_scratch() as folder:
        kept = folder / "manifest"

        def written() -> Any:
            nonlocal size
            for some in lines_of(file, counted):
                step.update(some)
                size += len(some)
                yield some

        files.write(kept, written(), vault.PURPOSE)
        digest = step.hexdigest()
        vault.keep_pieces(
            pieces=files.pieces(kept, vault.PURPOSE),
            digest=digest,
            size=size,
            media_type="application/x-ndjson",
            by=by,
        )
    return digest, counted, size


def verify_image(*, acquisition: Acquisition, by: Actor, why: str = ASKED, told_sha256: str = "") -> Verification:
    """Reads the image again, or, of one that the node cannot reach, writes down the digest that a person has read
    there. Raises `BadInput` where neither is possible.
    """
    found = images.digest_now(acquisition)
    result = GONE if found is None else WHOLE if found == acquisition.sha256 else CHANGED
    if found is None and told_sha256:
        if not _hex64.fullmatch(told_sha256):
            raise BadInput("sha256", _("Give the SHA-256 of the file: 64 hexadecimal digits."))
        found, result = told_sha256, TOLD if told_sha256 == acquisition.sha256 else CHANGED
    with transaction.atomic():
        exhibit = held(acquisition.exhibit)
        detail = {"acquisition": acquisition.ref, "why": why, "result": result, "sha256": found or ""}
        event = append(exhibit, states.VERIFY, by, detail=detail, answers=acquisition.event)
        made = Verification.objects.create(
            acquisition=acquisition, why=why, result=result, sha256=found or "", by=by.username, at=event.recorded_at
        )
        acquisition.verified_at, acquisition.result = made.at, result
        acquisition.next_at = _next(acquisition.every_days)
        acquisition.save(update_fields=["verified_at", "result", "next_at"])
        record(by=by, deed="evidence.verified", ref=exhibit.ref, version=event.sequence, detail=told(event))
    return made


def verify_due() -> int:
    """Reads the images whose day has come, and those whose exhibit changed hands or place since; gives how many."""
    moved = CustodyEvent.objects.filter(
        exhibit=OuterRef("exhibit"),
        kind__in=MOVES,
        recorded_at__gt=Coalesce(OuterRef("verified_at"), OuterRef("made_at")),
    )
    due = Acquisition.objects.filter(Q(next_at__lte=now()) | Q(Exists(moved))).exclude(exhibit__state=states.ENDED)
    due = due.filter(Q(kept_in=images.VAULT) | ~Q(result=GONE) | Q(next_at__lte=now()))
    found = due.select_related("exhibit", "event").order_by(F("verified_at").asc(nulls_first=True))[:AT_ONCE]
    return len(run_each(found, _verify_one, deed=TASK, ref_of=lambda one: one.ref, in_transaction=False).done)


def _verify_one(acquisition: Acquisition) -> None:
    by_clock = acquisition.next_at is not None and acquisition.next_at <= now()
    verify_image(acquisition=acquisition, by=NODE, why=CLOCK if by_clock else MOVED)
