"""Deeds of intake: staging a file by the row, accepting it by the case."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from tidewaiter.cases.policy import may_file
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.beside import beside, can_run_beside
from tidewaiter.foundation.bulk import calm_collector, insert_rows, lean_connection
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept, kept_name
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake import states
from tidewaiter.intake.accepting import FileNorms, prepared, take
from tidewaiter.intake.cleaning import COLUMNS, Cleaned, HowRead, cleaned, cleaned_by_two
from tidewaiter.intake.mapping import read_mapping
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
from tidewaiter.intake.rejected import write_rejected
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import keep

LARGE_FILE = 2 * 1024**2
"""Bytes, and below rows, from which two cores are put to a file."""
LARGE_ROWS = 10_000


def receive(
    *, path: Path, name: str, mapping_text: str, mapping_name: str, options: dict[str, Any], by: Actor
) -> Receipt:
    """A receipt for a file; the same file brought by the same person after a cut-off import continues that one.

    Raises `NotAllowed` for a person who may not file cases, `BadInput` for a mapping that cannot be read.
    """
    may_file(by, by.administration_code)
    if mapping_text:
        read_mapping(mapping_text)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": name}) from error
    key = digest([sha256, mapping_text, by.username, options])
    with transaction.atomic():
        waiting = Receipt.objects.filter(key=key).exclude(state__in=states.ENDS).first()
        if waiting is not None:
            if waiting.file_path != str(path):
                forget_upload(path=waiting.file_path)
            Receipt.objects.filter(pk=waiting.pk).update(file_path=str(path))
            waiting.file_path = str(path)
            return waiting
        receipt = Receipt.objects.create(
            ref=new_ref("RC"), key=key, file_name=kept_name(name[:200]), file_sha256=sha256, file_path=str(path), mapping_name=mapping_name[:200],
            mapping_text=mapping_text, options=options, brought_by=by.username, administration=by.administration_code, brought_at=now(),
        )  # fmt: skip
        record(by=by, deed="intake.received", ref=receipt.ref, detail={"sha256": sha256})
    return receipt


def incoming_folder() -> Path:
    """Where uploads lie until they have been read."""
    return Path(settings.TIDEWAITER_HOME) / "incoming"


def keep_upload(*, chunks: Iterable[bytes]) -> Path:
    """Writes what is brought to a file of its own, readable by the node alone, and gives where it lies."""
    folder = incoming_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / new_ref("UP")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return path


def forget_upload(*, path: str) -> None:
    """Deletes an upload that has been read; a file elsewhere (brought by the command line) is its owner's."""
    upload = Path(path)
    if upload.parent == incoming_folder():
        upload.unlink(missing_ok=True)


def take_in(*, receipt: Receipt, by: Actor, progress: Progress) -> Receipt:
    """Does all that is still to do for a receipt: staging, then accepting. May be cut off and called again."""
    with calm_collector(), lean_connection(32):
        _staged_and_accepted(receipt, by, progress)
    return receipt


def _staged_and_accepted(receipt: Receipt, by: Actor, progress: Progress) -> None:
    if receipt.state == states.STAGING:
        try:
            stage(receipt=receipt, by=by, progress=progress)
        except BadInput as refusal:
            with transaction.atomic():
                StagedRow.objects.filter(receipt=receipt).delete()
                Receipt.objects.filter(pk=receipt.pk).update(
                    state=states.UNREADABLE,
                    why=kept(refusal.sentence),
                    ended_at=now(),
                )
                record(by=by, deed="intake.refused", ref=receipt.ref, detail={"code": refusal.code})
            forget_upload(path=receipt.file_path)
            raise
        forget_upload(path=receipt.file_path)
    if receipt.state == states.ACCEPTING:
        accept(receipt=receipt, by=by, progress=progress)


def stage(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Reads the file row by row into the database, a batch a transaction; continues after the last batch that was kept.

    Raises `BadInput` when the file cannot be read or holds no rows.
    """
    path = Path(receipt.file_path)
    how = HowRead({}, FileNorms())
    for some in _cleaned(path, receipt, by):
        if isinstance(some, HowRead):
            how = some
            continue
        if not some.read:
            continue
        with transaction.atomic():
            insert_rows(StagedRow, ("receipt_id", *COLUMNS), ((receipt.pk, *row) for row in some.rows))
            receipt.skipped += some.skipped
            receipt.rows += some.read
            receipt.staged_to = some.last
            receipt.save(update_fields=["rows", "staged_to", "skipped"])
        progress.report(gettext_noop("Reading rows"), receipt.rows, 0)
    if not receipt.rows:
        raise BadInput("no_rows", gettext("The file has column heads but no rows."))
    with transaction.atomic():
        receipt.state, receipt.notes, receipt.norms = states.ACCEPTING, how.notes, how.norms.plain()
        receipt.save(update_fields=["state", "notes", "norms"])
        record(by=by, deed="intake.staged", ref=receipt.ref, detail={"rows": receipt.rows})


def _cleaned(path: Path, receipt: Receipt, by: Actor) -> Iterator[Cleaned | HowRead]:
    """The file's rows. Two processes share a large one; of a large document, costly to read, a second one does the cleaning.

    A parcel's pictures are kept while it is read, by this process alone.
    """
    asked = (str(path), receipt.mapping_text, by.administration_code, receipt.staged_to)
    try:
        if path.stat().st_size < LARGE_FILE or is_zipfile(path) or not can_run_beside():
            return cleaned(*asked, by)
        with path.open("rb") as file:
            return beside(cleaned, *asked, None) if b"<" in file.read(16) else cleaned_by_two(*asked)
    except OSError:  # it is gone; the reader says so
        return cleaned(*asked, by)


def accept(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Turns staged rows into cases, some thousand cases a transaction; continues where it was cut off."""
    done = receipt.accepted + receipt.rejected + receipt.unchanged + receipt.changed + receipt.skipped
    large = receipt.rows >= LARGE_ROWS and can_run_beside()
    for some in beside(prepared, receipt.pk) if large else prepared(receipt.pk):
        with transaction.atomic():
            take(some, receipt, by)
        done += some.rows
        progress.report(gettext_noop("Making cases"), done, receipt.rows)
    with transaction.atomic():
        if receipt.rejected:
            content, media_type, suffix = write_rejected(receipt)
            receipt.rejected_digest = keep(content=content, media_type=media_type, by=by).digest
            receipt.rejected_name = f"{receipt.ref}.{suffix}"
        receipt.state, receipt.ended_at, receipt.file_path = states.DONE, now(), ""
        receipt.save()
        record(
            by=by,
            deed="intake.accepted",
            ref=receipt.ref,
            detail={"cases": receipt.cases, "rejected": receipt.rejected},
        )


def keep_mapping(*, name: str, text: str, by: Actor) -> None:
    """Keeps a mapping for the administration; the same name again replaces it. Raises `BadInput` for one that cannot be read."""
    may_file(by, by.administration_code)
    if not name.strip() or len(name) > 60 or "/" in name:
        raise BadInput("mapping_name", gettext("Give the mapping a name of at most 60 signs, without a slash."))
    read_mapping(text)
    with transaction.atomic():
        KeptMapping.objects.update_or_create(
            administration=by.administration_code,
            name=name.strip(),
            defaults={"text": text, "made_by": by.username, "made_at": now()},
        )
        record(
            by=by, deed="intake.mapping_kept", ref=f"mapping:{by.administration_code}", detail={"digest": digest(text)}
        )


def drop_mapping(*, name: str, by: Actor) -> None:
    """Drops a mapping of one's own administration. Raises `Missing`."""
    may_file(by, by.administration_code)
    with transaction.atomic():
        gone, _ = KeptMapping.objects.filter(administration=by.administration_code, name=name).delete()
        if not gone:
            raise Missing("no_mapping", gettext("There is no such mapping."))
        record(by=by, deed="intake.mapping_dropped", ref=f"mapping:{by.administration_code}")
