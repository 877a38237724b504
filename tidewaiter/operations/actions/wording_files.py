"""The words of files, read by the clock in a child and sealed beside them, so that rooms find files by what they say.

Restricted files are not read. What cannot be read has no words, and is found by its name alone.
"""

from __future__ import annotations

from django.db import transaction

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.foundation.scratch import must_fit, scratch
from tidewaiter.foundation.text import fold
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.operations import states
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.models import Attachment
from tidewaiter.operations.room_files import read_file
from tidewaiter.operations.room_keys import key_of

AT_ONCE = 20


def read_files() -> int:
    """Reads the words of files that hang on a message and were not read yet; gives how many."""
    rows = Attachment.objects.filter(
        words=None, restricted=False, number__isnull=False, operation__phase__in=states.OPEN
    ).select_related("operation")
    ran = run_each(
        list(rows.order_by("at")[:AT_ONCE]),
        _read,
        deed="operations_files_read",
        ref_of=lambda one: one.ref,
        in_transaction=False,
    )
    return len(ran.done)


def _read(row: Attachment) -> None:
    key = key_of(row.operation_id, row.operation.key_print)
    must_fit(row.size)
    with scratch() as folder:
        path = folder / "file"
        with path.open("wb") as file:
            file.writelines(read_file(key, row.ref))
        try:
            [said] = stream_from_child("tidewaiter.operations.text_child", str(path), seconds=seconds_for(path))
            text = fold(str(said["text"]))
        except BadInput:
            text = ""
    with transaction.atomic():
        operation = held(row.operation_id)
        fresh = Attachment.objects.filter(pk=row.pk, operation=operation).first()
        if fresh is None or operation.phase not in states.OPEN:
            return
        fresh.words = key.seal(f"words {fresh.ref}", text.encode())
        fresh.save(update_fields=["words"])
        happened(operation, "worded", fresh.number)
