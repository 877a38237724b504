"""The whole ledger taken away: made by the worker, for a steward."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.tasks import task
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.actors import Actor, stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.jobs.kinds import HEAVY, Kind
from tidewaiter.ledger.export import export_ledger
from tidewaiter.notices.documents import Document, deliver, document_page


def ledger_document(_asked: dict[str, Any], by: Actor, path: Path, _progress: Progress) -> Document:
    """The whole chain with its heads and the verifier, as a zip; recorded."""
    stewards_page(by)
    with path.open("wb") as file:
        export_ledger(file=file, by=by)
    return Document("ledger.zip", "application/zip")


@task(queue_name=HEAVY)
def take_ledger(job_ref: str) -> None:
    """Writes the ledger to a file."""
    deliver(job_ref, ledger_document)


def take_away(request: HttpRequest) -> HttpResponse:
    """Asks for the zip of the whole chain."""
    by = actor_of(request)
    stewards_page(by)
    return document_page(request, task=take_ledger, subject="ledger", asked={}, by=by)


KINDS = {"take_ledger": Kind(task=take_ledger, title=gettext_lazy("The ledger as a file"))}
