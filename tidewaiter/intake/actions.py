"""Deeds of intake: staging a file by the row, accepting it by the case."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import is_zipfile

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext, gettext_noop

from tidewaiter.cases.policy import may_file
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import calm_collector, insert_rows, lean_connection
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Gone, Missing, NotAllowed, Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.sealed_files import is_sealed, opened, write_sealed
from tidewaiter.foundation.text import read_name
from tidewaiter.foundation.worker_process import can_run_second_process, in_second_process
from tidewaiter.intake import states
from tidewaiter.intake.accepting import FileNorms, prepared, reject_too_long, take
from tidewaiter.intake.cleaning import COLUMNS, Cleaned, HowRead, Wrong, cleaned, cleaned_by_two
from tidewaiter.intake.mapping.mapping_file import read_mapping
from tidewaiter.intake.mapping.targets import check_targets
from tidewaiter.intake.mending.cell_proposals import Taken, fill_in
from tidewaiter.intake.mending.hidden_sheets import KEPT, forget_parts, keep_part, make_sheet, opened_sheet
from tidewaiter.intake.mending.rejected_file import write_rejected
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
from tidewaiter.intake.reading.layouts import keep_layout
from tidewaiter.intake.reading.lengths import rows_in
from tidewaiter.intake.restating import RESTATES, restated_by
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import keep_file
from tidewaiter.vault.storage import count_gone, count_stored

LARGE_FILE = 5 * 1024**2
"""Bytes, and below rows, from which two cores are put to a file: to begin a second process costs .7 s of processor, as
much as cleaning 20,000 rows or checking 35,000.
"""
LARGE_ROWS = 40_000


def receive(
    *, path: Path, name: str, mapping_text: str, mapping_name: str, options: dict[str, Any], by: Actor
) -> Receipt:
    """A receipt for a file; the same file brought by the same person after a cut-off import continues that one.

    Raises `NotAllowed` for a person who may not file cases, `BadInput` for a mapping that cannot be read.
    """
    may_file(by, by.administration_code)
    if mapping_text:
        check_targets(read_mapping(mapping_text))
    try:
        with readable(path) as plain, plain.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": name}) from error
    uploaded = str(path) if path.parent == incoming_folder() else ""
    key = digest([sha256, mapping_text, by.username, options])
    with transaction.atomic():
        waiting = Receipt.objects.filter(key=key).exclude(state__in=states.ENDS).first()
        if waiting is not None:
            if waiting.file_path and waiting.file_path != uploaded:
                forget_upload(path=waiting.file_path)
            Receipt.objects.filter(pk=waiting.pk).update(file_path=uploaded)
            waiting.file_path, waiting.own_path = uploaded, "" if uploaded else str(path)
            return waiting
        receipt = Receipt.objects.create(
            ref=new_ref("RC"),
            key=key,
            file_name=name[:200],
            file_sha256=sha256,
            file_path=uploaded,
            mapping_name=mapping_name[:200],
            mapping_text=mapping_text,
            options=options,
            brought_by=by.username,
            administration=by.administration_code,
            brought_at=now(),
        )
        receipt.own_path = "" if uploaded else str(path)
        record(by=by, deed="intake.received", ref=receipt.ref, detail={"sha256": sha256})
    return receipt


def incoming_folder() -> Path:
    """Where uploads lie, sealed, until they have been read."""
    return Path(settings.TIDEWAITER_HOME) / "incoming"


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """A file in the clear for the time of the block: an upload is opened for it, a file of the command line (and what
    an earlier release kept) is read where it lies. Raises `BadInput` for an upload that cannot be opened.
    """
    if path.parent == incoming_folder() and is_sealed(path):
        with opened(path) as plain:
            yield plain
    else:
        yield path


def keep_upload(*, chunks: Iterable[bytes], size: int, by: Actor) -> Path:
    """Writes what is brought (`size` bytes) to a sealed file of its own, and gives where it lies.

    Raises `OverLimit` where it does not fit into what the administration may store.
    """
    folder = incoming_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / new_ref("UP")
    count_stored(kind="incoming", ref=path.name, size=size, by=by)
    with ExitStack() as undo:
        undo.callback(forget_upload, path=str(path))
        with whole(path) as part:
            write_sealed(part, chunks)
        undo.pop_all()
    return path


def forget_upload(*, path: str) -> None:
    """Deletes an upload that has been read; a file elsewhere (brought by the command line) is its owner's."""
    upload = Path(path)
    if upload.parent == incoming_folder():
        upload.unlink(missing_ok=True)
        count_gone(kind="incoming", ref=upload.name)


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
                    state=states.MOVES["refuse"][receipt.state],
                    why=refusal.sentence,
                    ended_at=now(),
                    file_path="",
                )
                record(by=by, deed="intake.refused", ref=receipt.ref, detail={"code": refusal.code})
            forget_upload(path=receipt.file_path)
            forget_parts(receipt)
            raise
    if receipt.state == states.ACCEPTING:
        path = receipt.file_path
        accept(receipt=receipt, by=by, progress=progress)
        forget_upload(path=path)


def stage(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Reads the file row by row into the database, a batch a transaction; continues after the last batch that was kept.

    Raises `BadInput` when the file cannot be read or holds no rows.
    """
    forget_parts(receipt, after=receipt.staged_to)
    with readable(Path(receipt.file_path or receipt.own_path)) as path:
        how = _staged(path, receipt, by, progress)
    if not receipt.rows:
        raise BadInput("no_rows", gettext("The file has column heads but no rows."))
    with transaction.atomic():
        receipt.state = states.MOVES["stage"][receipt.state]
        receipt.notes, receipt.norms = how.notes, how.norms.plain()
        receipt.save(update_fields=["state", "notes", "norms"])
        record(by=by, deed="intake.staged", ref=receipt.ref, detail={"rows": receipt.rows})


def _staged(path: Path, receipt: Receipt, by: Actor, progress: Progress) -> HowRead:
    """Puts the rows of a file into the database; gives how it was read."""
    rows = rows_in(path)
    how, wrong = HowRead({}, FileNorms()), Wrong()
    for some in _cleaned(path, receipt, by):
        if isinstance(some, HowRead):
            how = some
            continue
        if not some.read:
            continue
        wrong.count(some)
        with transaction.atomic():
            insert_rows(StagedRow, ("receipt_id", *COLUMNS), ((receipt.pk, *row) for row in some.rows))
            receipt.skipped += some.skipped
            receipt.rows += some.read
            receipt.staged_to = some.last
            keep_part(receipt, some.last, some.hidden)
            receipt.hidden += len(some.hidden)
            receipt.save(update_fields=["rows", "staged_to", "skipped", "hidden"])
        progress.report(gettext_noop("Reading rows"), min(some.last, rows), rows)
    return how


def _cleaned(path: Path, receipt: Receipt, by: Actor) -> Iterator[Cleaned | HowRead]:
    """The file's rows. Two processes share a large one; of a large document, costly to read, a second one does the
    cleaning.

    A parcel's pictures are kept while it is read, by this process alone.
    """
    asked = (str(path), receipt.mapping_text, by.administration_code, receipt.staged_to)
    try:
        if path.stat().st_size < LARGE_FILE or is_zipfile(path) or not can_run_second_process():
            return cleaned(*asked, by)
        with path.open("rb") as file:
            return in_second_process(cleaned, *asked, None) if b"<" in file.read(16) else cleaned_by_two(*asked)
    except OSError:  # it is gone; the reader says so
        return cleaned(*asked, by)


def stop(*, receipt: Receipt, why: str, by: Actor) -> None:
    """Ends an import that was cancelled, or given up because of `why`. Cases that
    were made stay; rows that waited go.
    """
    with transaction.atomic():
        found = Receipt.objects.select_for_update().filter(pk=receipt.pk).exclude(state__in=states.ENDS).first()
        if found is None:
            return
        if found.rejected_digest:  # it was done before: what waits are rows in which proposals were filled in
            _put_back(found, by)
            return
        StagedRow.objects.filter(receipt=found).delete()
        kept_rows = found.accepted + found.changed + found.unchanged
        said = gettext("%(rows)s rows are kept, in %(cases)s cases; all others were not taken in.")
        told = said % {"rows": kept_rows, "cases": found.cases} if kept_rows else gettext("Nothing of it was kept.")
        Receipt.objects.filter(pk=found.pk).update(
            state=states.MOVES["stop"][found.state],
            why=f"{why or gettext('The import was cancelled.')} {told}",
            ended_at=now(),
            file_path="",
        )
        record(by=by, deed="intake.stopped", ref=found.ref, detail={"cases": found.cases})
    forget_upload(path=found.file_path)
    forget_parts(found)


def _put_back(receipt: Receipt, by: Actor) -> None:
    """Rows that waited after proposals were filled in wait to be mended again; the receipt is done as it was."""
    waiting = StagedRow.objects.filter(receipt=receipt, state="")
    receipt.rejected += int(waiting.aggregate(counts=Sum("counts"))["counts"] or 0)
    waiting.update(state="rejected")
    receipt.state, receipt.ended_at = states.MOVES["stop_filling"][receipt.state], now()
    receipt.save(update_fields=["rejected", "state", "ended_at"])
    record(by=by, deed="intake.stopped", ref=receipt.ref, detail={"cases": receipt.cases})


def accept(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Turns staged rows into cases, some thousand cases a transaction; continues where it was cut off."""
    done = receipt.decided
    with transaction.atomic():
        done += reject_too_long(receipt)
    large = receipt.rows >= LARGE_ROWS and can_run_second_process()
    for some in in_second_process(prepared, receipt.pk) if large else prepared(receipt.pk):
        with transaction.atomic():
            take(some, receipt, by)
        done += some.rows
        progress.report(gettext_noop("Making cases"), done, receipt.rows)
    with transaction.atomic():
        receipt.rejected_digest = receipt.rejected_name = ""
        receipt.notes.pop("left_out", None)
        if receipt.rejected:
            with readable(Path(receipt.file_path or receipt.own_path)) as path:
                keep_layout(receipt, path)
            _keep_rejected_file(receipt, by)
        if restated := restated_by(receipt):
            receipt.notes[RESTATES] = restated
        if make_sheet(receipt):
            receipt.hidden_until, receipt.hidden_taken_at = now() + KEPT, None
        receipt.state = states.MOVES["accept"][receipt.state]
        receipt.ended_at, receipt.file_path = now(), ""
        receipt.save()
        record(
            by=by,
            deed="intake.accepted",
            ref=receipt.ref,
            detail={"cases": receipt.cases, "rejected": receipt.rejected},
        )


def _keep_rejected_file(receipt: Receipt, by: Actor) -> None:
    """Writes the sheet of rows to mend and keeps it with the receipt."""
    with scratch() as folder:
        sheet = write_rejected(receipt, folder)
        kept_sheet = keep_file(path=sheet.path, media_type=sheet.media_type, by=by, bounded=False)
    receipt.rejected_digest = kept_sheet.digest
    receipt.rejected_name = f"{receipt.ref}.{sheet.path.suffix[1:]}"
    if sheet.left_out:
        receipt.notes["left_out"] = str(sheet.left_out)


def take_proposals(*, receipt: Receipt, by: Actor, cells: Sequence[Taken] | None = None) -> int:
    """Fills in what is proposed for wrong cells: those named, or every one that has one nearest proposal. Rows whose
    case is whole by that wait to be accepted (`take_in`); the others keep what was filled in. Gives how many cells.

    Raises `BadInput` for a value that is not proposed there, and a refusal where the file is still being read.
    """
    may_file(by, by.administration_code)
    with transaction.atomic():
        held = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if held.state not in states.MOVES["take_proposals"]:
            raise Refusal("receipt_state", gettext("The file is still being worked at. Wait until it is done."))
        done = fill_in(held, by, cells)
        if not done.cells:
            return 0
        held.rejected -= done.waiting
        held.problems = dict(+(Counter[str](held.problems) - done.gone + done.come))
        held.state, held.ended_at = states.MOVES["take_proposals"][held.state], None
        held.save()
        record(by=by, deed="intake.proposals_taken", ref=held.ref, detail={"cells": done.cells, "rows": done.rows})
    receipt.refresh_from_db()
    return done.cells


def take_hidden(*, receipt: Receipt, by: Actor) -> IO[bytes]:
    """Gives the sheet of what was hidden of a file to the person who brought it, once; the node has it no more then.

    Raises `NotAllowed` for anybody else, `Missing` where nothing was hidden, `Gone`
    where it was taken or its time is over.
    """
    if by.username != receipt.brought_by:
        raise NotAllowed("not_yours", gettext("Only who brought the file may take the sheet of what was hidden."))
    if not receipt.hidden:
        raise Missing("no_sheet", gettext("Nothing was hidden of this file."))
    with transaction.atomic():
        held = Receipt.objects.select_for_update().get(pk=receipt.pk)
        there = held.hidden_until is not None and held.hidden_until > now() and held.hidden_taken_at is None
        file = opened_sheet(held) if there else None
        if file is None:
            raise Gone(
                "sheet_gone", gettext("The sheet was taken, or its hour is over. Bring the file again for another.")
            )
        held.hidden_taken_at = now()
        held.save(update_fields=["hidden_taken_at"])
        record(by=by, deed="intake.hidden_taken", ref=held.ref, detail={"stretches": held.hidden})
    return file


def keep_mapping(*, name: str, text: str, by: Actor) -> None:
    """Keeps a mapping for the administration; the same name again replaces it. Raises
    `BadInput` for one that cannot be read.
    """
    may_file(by, by.administration_code)
    called = read_name(name, 60)
    if not called or len(name) > 60 or "/" in name:
        raise BadInput("mapping_name", gettext("Give the mapping a name of at most 60 signs, without a slash."))
    check_targets(read_mapping(text))
    with transaction.atomic():
        KeptMapping.objects.update_or_create(
            administration=by.administration_code,
            name=called,
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
