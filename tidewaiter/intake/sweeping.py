"""What intake sweeps by the clock: uploads that nothing waits for, imports that nobody goes on with, sheets
of what was hidden whose hour is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from time import time

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.running_items import Ran, run_items
from tidewaiter.intake import states
from tidewaiter.intake.actions import forget_upload, incoming_folder, stop
from tidewaiter.intake.mending.hidden_sheets import KEPT, newest_parts
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.states import QUEUED, RUNNING
from tidewaiter.people.queries import language_of

WAITS = KEPT.total_seconds()
"""Seconds after which an upload without a receipt is nobody's, and an import whose work has ended is given up: swept
every five minutes, both are gone within the hour.
"""


def sweep_uploads() -> Ran[Path]:
    """Deletes uploads whose request ended before there was a receipt, and ends imports whose work ended the better part
    of an hour ago and which nobody went on with: their upload and what was hidden of it go, and the receipt says so.
    Gives what became of each file.
    """
    folder = incoming_folder()
    open_ones = list(Receipt.objects.exclude(state__in=states.ENDS))
    by_name = {Path(one.file_path).name: one for one in open_ones if one.file_path}
    parts = newest_parts()
    by_part = {parts[one.ref]: one for one in open_ones if not one.file_path and one.ref in parts}
    refs = [one.ref for one in (*by_name.values(), *by_part.values())]
    worked_at = set(Job.objects.filter(subject__in=refs, state__in=(QUEUED, RUNNING)).values_list("subject", flat=True))
    ended = dict(Job.objects.filter(subject__in=refs).values_list("subject").annotate(Max("ended_at")))

    def sweep(path: Path) -> None:
        receipt = by_part.get(path) or by_name.get(path.name)
        if receipt is None:
            if time() - path.stat().st_mtime > WAITS:
                forget_upload(path=str(path))
        elif receipt.ref not in worked_at and _idle(path, receipt, ended) > WAITS:
            with translation.override(language_of(receipt.brought_by)):
                why = gettext("Its work ended, and nobody brought the file again within the hour.")
                stop(receipt=receipt, why=why, by=NODE)

    paths = [*(folder.iterdir() if folder.is_dir() else ()), *by_part]
    return run_items(paths, sweep, task="uploads_swept", in_transaction=False)


def _idle(path: Path, receipt: Receipt, ended: Mapping[str, datetime | None]) -> float:
    """Seconds since the file came, or since its work ended where that was later."""
    last = ended.get(receipt.ref)
    return time() - max(path.stat().st_mtime, last.timestamp() if last else 0.0)
