"""Deeds of large files: they come piece by piece, go on where they stopped, and are kept when whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy
from tidewaiter.evidence.models import Exhibit, Upload
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.encryption import files
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import keep_pieces
from tidewaiter.vault.storage import must_fit

FOLDER, PURPOSE = "evidence_incoming", "evidence_incoming"
KEPT_FOR = timedelta(days=7)
"""How long a file that nobody goes on with waits."""
_hex64 = re.compile(r"[0-9a-f]{64}")


def begin_upload(*, exhibit: Exhibit, name: str, size: int, sha256: str, by: Actor) -> Upload:
    """Says what will come. Raises `BadInput`, `OverLimit` for what is larger than the vault takes."""
    policy.may_test(by, exhibit)
    if not _hex64.fullmatch(sha256):
        raise BadInput("sha256", _("Give the SHA-256 of the file: 64 hexadecimal digits."))
    if size <= 0:
        raise BadInput("size", _("The file is empty."))
    if size > most("evidence_file_bytes"):
        raise over("evidence_file_bytes", _("Keep it elsewhere, and acquire it by reference and digest."))
    must_fit(by, size)
    waiting = Upload.objects.filter(by=by.username, done=False).count()
    if waiting >= most("evidence_uploads"):
        raise over("evidence_uploads", _("Finish those first."))
    with transaction.atomic():
        upload = Upload.objects.create(
            ref=new_ref("UP"),
            exhibit=exhibit,
            name=clean_name(name)[:200],
            size=size,
            sha256=sha256,
            by=by.username,
            at=now(),
        )
        record(by=by, deed="evidence.upload_begun", ref=exhibit.ref, detail={"upload": upload.ref, "size": size})
    return upload


def bring_file(*, exhibit: Exhibit, file: BinaryIO, name: str, by: Actor) -> Upload:
    """Brings a file that lies here already, in one go. Raises what the other deeds raise."""
    step, size = hashlib.sha256(), 0
    while piece := file.read(most("evidence_piece_bytes")):
        step.update(piece)
        size += len(piece)
    file.seek(0)
    upload = begin_upload(exhibit=exhibit, name=name, size=size, sha256=step.hexdigest(), by=by)
    while piece := file.read(most("evidence_piece_bytes")):
        upload = add_piece(upload=upload, offset=upload.received, piece=piece, by=by)
    return upload


def add_piece(*, upload: Upload, offset: int, piece: bytes, by: Actor) -> Upload:
    """Adds the bytes that follow; said again, they are passed over. The last one ends it: the file is kept.

    Raises `BadInput` for bytes that leave a gap, `Refusal` for what is over.
    """
    if len(piece) > most("evidence_piece_bytes"):
        raise over("evidence_piece_bytes", _("Send smaller pieces."))
    with transaction.atomic():
        upload = Upload.objects.select_for_update().select_related("exhibit").get(pk=upload.pk)
        if upload.by != by.username:
            raise Refusal("not_yours", _("Somebody else brings this file."))
        if upload.done or (offset < upload.received and offset + len(piece) <= upload.received):
            return upload
        if offset != upload.received:
            said = {"n": upload.received}
            raise BadInput("offset", _("The node has %(n)s bytes of it: go on from there.") % said)
        if offset + len(piece) > upload.size or not piece:
            raise BadInput("size", _("That is more than was said, or nothing."))
        folder = _folder(upload)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(folder / f"{offset:015d}", [piece], PURPOSE)
        upload.received = offset + len(piece)
        upload.save(update_fields=["received"])
        record(by=by, deed="evidence.piece_brought", ref=upload.exhibit_id, detail={"upload": upload.ref})
    return _ended(upload, by) if upload.received == upload.size else upload


def _folder(upload: Upload) -> Path:
    return Path(settings.TIDEWAITER_HOME) / FOLDER / upload.ref


def _pieces(upload: Upload) -> Iterator[bytes]:
    for path in sorted(_folder(upload).iterdir()):
        yield from files.pieces(path, PURPOSE)


def _ended(upload: Upload, by: Actor) -> Upload:
    """Keeps what has come, if it is what was said; else it is thrown away and begins anew."""
    try:
        keep_pieces(
            pieces=_pieces(upload),
            digest=upload.sha256,
            size=upload.size,
            media_type="application/octet-stream",
            by=by,
        )
    except (BadInput, OSError) as error:
        rmtree(_folder(upload), ignore_errors=True)
        Upload.objects.filter(pk=upload.pk).update(received=0)
        raise BadInput("sha256", _("What came is not what its digest says: bring it anew.")) from error
    with transaction.atomic():
        upload.done = True
        upload.save(update_fields=["done"])
        detail = {"upload": upload.ref, "file": upload.sha256}
        record(by=by, deed="evidence.file_brought", ref=upload.exhibit_id, detail=detail)
    rmtree(_folder(upload), ignore_errors=True)
    return upload


def drop_old_uploads() -> int:
    """Throws away what nobody goes on with; gives how many."""
    old = list(Upload.objects.filter(done=False, at__lt=now() - KEPT_FOR)[:100])
    for upload in old:
        folder = _folder(upload)
        with transaction.atomic():
            record(by=NODE, deed="evidence.upload_dropped", ref=upload.exhibit_id, detail={"upload": upload.ref})
            upload.delete()
        rmtree(folder, ignore_errors=True)
    return len(old)
