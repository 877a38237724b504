"""What intake sweeps by the clock: uploads that nothing waits for, imports that nobody goes on with, sheets
of what was hidden whose hour is over.
"""

from __future__ import annotations

from pathlib import Path
from time import time

from django.utils import translation
from django.utils.translation import gettext

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.running_items import Ran, run_items
from tidewaiter.intake import states
from tidewaiter.intake.actions import forget_upload, incoming_folder, stop
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.models import Job
from tidewaiter.jobs.states import QUEUED, RUNNING
from tidewaiter.people.queries import language_of

HOUR, DAY = 3600, 86400
"""Seconds after which an upload without a receipt is nobody's, and one of an import whose work has ended is given up.
"""


def sweep_uploads() -> Ran[Path]:
    """Deletes uploads whose request ended before there was a receipt, and those of imports whose work ended a day ago
    and which nobody went on with: such an import is stopped, and its receipt says so. Gives what became of each file.
    """
    folder = incoming_folder()
    paths = list(folder.iterdir()) if folder.is_dir() else []
    waiting = {
        Path(one.file_path).name: one for one in Receipt.objects.exclude(state__in=states.ENDS).exclude(file_path="")
    }
    refs = [receipt.ref for receipt in waiting.values()]
    worked_at = set(Job.objects.filter(subject__in=refs, state__in=(QUEUED, RUNNING)).values_list("subject", flat=True))

    def sweep(path: Path) -> None:
        receipt, age = waiting.get(path.name), time() - path.stat().st_mtime
        if receipt is None:
            if age > HOUR:
                forget_upload(path=str(path))
        elif age > DAY and receipt.ref not in worked_at:
            with translation.override(language_of(receipt.brought_by)):
                why = gettext("Its work ended, and nobody brought the file again for a day.")
                stop(receipt=receipt, why=why, by=NODE)

    return run_items(paths, sweep, task="uploads_swept", in_transaction=False)
