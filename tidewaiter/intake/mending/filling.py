"""What the doors of a receipt share: filling in proposals at once or by the worker, and giving out its sheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.tables import XLSX
from tidewaiter.intake.actions import take_hidden, take_in, take_proposals
from tidewaiter.intake.mending.cell_proposals import Taken
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import Progress, enqueue
from tidewaiter.vault.actions import stream


def filled_in(receipt: Receipt, by: Actor, cells: Sequence[Taken] | None) -> tuple[int, bool]:
    """Fills in proposals and takes in what is whole by that: how many cells, and whether it is done already; where
    more rows must be mended than are taken at once, the worker does it. Raises a refusal.
    """
    now = receipt.rejected <= most("at_once_rows")
    with transaction.atomic():
        filled = take_proposals(receipt=receipt, by=by, cells=cells)
        if not now:
            enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)
    if now:
        take_in(receipt=receipt, by=by, progress=Progress(None))
        receipt.refresh_from_db()
    return filled, now


def hidden_answer(receipt: Receipt, by: Actor) -> HttpResponseBase:
    """The sheet of what was hidden, to take away once. Raises as `take_hidden`."""
    file = take_hidden(receipt=receipt, by=by)
    answer = attached(FileResponse(file, content_type=XLSX), f"{receipt.ref}-hidden.xlsx")
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


def rejected_file_answer(receipt: Receipt) -> HttpResponseBase:
    """The sheet of rows to mend, to take away. Raises `Missing` where there is none."""
    if not receipt.rejected_digest:
        raise Missing("no_sheet", gettext("No row of this file must be mended."))
    file = stream(receipt.rejected_digest)
    answer = attached(FileResponse(file, content_type="application/octet-stream"), receipt.rejected_name)
    answer["Content-Security-Policy"] = "sandbox"
    return answer
