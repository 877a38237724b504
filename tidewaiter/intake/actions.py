"""Deeds of intake: staging a file by the row, accepting it by the case."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from tidewaiter.cases.policy import INT, may_file
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import calm_collector, insert_rows
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept, kept_name
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake import states
from tidewaiter.intake.accepting import Acceptance, FileNorms, next_groups
from tidewaiter.intake.album import Album
from tidewaiter.intake.mapping import Mapping, ReaderHints, read_mapping
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
from tidewaiter.intake.readers import Source, open_source
from tidewaiter.intake.rejected import write_rejected
from tidewaiter.intake.rows import Staged, Stager
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import keep

STAGE_BATCH = 5_000
LONGEST_RAW = 2_000
"""Signs of a wrong value that come back on the error sheet."""
_ROW = ("receipt_id", "number", "key", "form", "header_text", "lines_text", "problems", "raw", "state")


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
    with calm_collector():
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
    mapping: Mapping | None = read_mapping(receipt.mapping_text) if receipt.mapping_text else None
    source = open_source(Path(receipt.file_path), mapping.reader if mapping else ReaderHints())
    try:
        _stage_rows(receipt, source, mapping, by, progress)
    finally:
        if source.folder is not None:
            shutil.rmtree(source.folder, ignore_errors=True)


def _stage_rows(receipt: Receipt, source: Source, mapping: Mapping | None, by: Actor, progress: Progress) -> None:
    rows = receipt.rows
    album, norms = Album(source.pictures, by), FileNorms()
    for batch in Stager(source, mapping).staged(STAGE_BATCH):
        album.put_into(batch)
        norms.learn(batch)
        fresh = [row for row in batch if row.number > receipt.staged_to]
        if not fresh:
            continue
        with transaction.atomic():
            insert_rows(StagedRow, _ROW, (_row(receipt.pk, row, by) for row in fresh if not row.skipped))
            receipt.skipped += sum(row.skipped for row in fresh)
            rows += len(fresh)
            receipt.rows, receipt.staged_to = rows, fresh[-1].number
            receipt.save(update_fields=["rows", "staged_to", "skipped"])
        progress.report(gettext_noop("Reading rows"), rows, 0)
    if not rows:
        raise BadInput("no_rows", gettext("The file has column heads but no rows."))
    with transaction.atomic():
        receipt.state, receipt.notes, receipt.norms = states.ACCEPTING, _how_read(source), norms.plain()
        receipt.save(update_fields=["state", "notes", "norms"])
        record(by=by, deed="intake.staged", ref=receipt.ref, detail={"rows": rows})


def _how_read(source: Source) -> dict[str, Any]:
    """What was guessed and what was passed over; heads are a stranger's words, and may name somebody."""
    said: dict[str, Any] = {name: kept(text) for name, text in source.guessed.items() if text}
    if source.pictures:
        said["pictures"] = str(len(source.pictures))
    if source.passed_over:
        said["passed_over"] = [kept(head) for head in dict.fromkeys(source.passed_over)][:40]
    return said


def _row(receipt: int, row: Staged, by: Actor) -> tuple[Any, ...]:
    country = row.header.get("country")
    if country and by.administration_code not in (INT, country):
        row.problems.append(Problem("country", "not_your_country", str(country)))
    if row.problems:  # what was said and is wrong is kept too, but on a node without names never a name
        row.problems = [replace(problem, said=kept(problem.said)) for problem in row.problems]
        row.raw = {path: kept(said[:LONGEST_RAW]) for path, said in row.raw.items()}
    problems = json.dumps([problem.plain() for problem in row.problems], ensure_ascii=False) if row.problems else ""
    raw = json.dumps(row.raw, ensure_ascii=False).replace("\\u0000", "") if row.problems else ""
    key = row.key if len(row.key) <= 110 else f"#{digest(row.key)}"
    return (
        receipt,
        row.number,
        key,
        row.form,
        canonical(row.header).decode(),
        canonical(row.lines).decode(),
        problems,
        raw,
        "",
    )


def accept(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Turns staged rows into cases, some thousand cases a transaction; continues where it was cut off."""
    acceptance = Acceptance(receipt, by)
    done = receipt.accepted + receipt.rejected + receipt.unchanged + receipt.changed + receipt.skipped
    while groups := next_groups(receipt):
        with transaction.atomic():
            acceptance.accept(groups)
        done += sum(len(rows) for _, rows in groups)
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
