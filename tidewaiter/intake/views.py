"""Bringing a file, and its receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tidewaiter.cases.models import CaseBatch
from tidewaiter.cases.policy import may_file
from tidewaiter.checks.findings import title_of
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import Carried, carried_file
from tidewaiter.intake import states
from tidewaiter.intake.actions import forget_upload, keep_upload, readable, receive
from tidewaiter.intake.mending.cell_proposals import Taken
from tidewaiter.intake.mending.filling import filled_in, hidden_answer, rejected_file_answer
from tidewaiter.intake.presenters import mending_shown, parts_of
from tidewaiter.intake.queries import (
    hidden_until,
    mapping_named,
    mapping_names,
    own_mapping_names,
    receipt_by_ref,
    visible_receipts,
    waiting_in,
)
from tidewaiter.intake.reading.layouts import NOTE as LAYOUT
from tidewaiter.intake.reading.readers import channel_of
from tidewaiter.intake.restating import sentence_of
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import enqueue, may_wait
from tidewaiter.jobs.models import Job

FEW_ERRORS = 5
"""Of a saved queue that was brought, said on the page where its bringer goes on."""


@takes_files
def intake(request: HttpRequest) -> HttpResponse:
    """The files of one's administration, and the door for a new one."""
    by = actor_of(request)
    refusal = ""
    if request.method == "POST":
        try:
            may_file(by, by.administration_code)
            return _brought(request)
        except BadInput as bad:
            refusal = bad.sentence
    receipts = visible_receipts(by)[:50]
    names = mapping_names(by)
    return render(
        request,
        "intake/list.html",
        {"receipts": receipts, "mappings": names, "own_mappings": own_mapping_names(by), "refusal": refusal},
        status=400 if refusal else 200,
    )


def _brought(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise BadInput("no_file", _("Choose a file."))
    mapping_name, text = mapping_named(by, request.POST.get("mapping", ""))
    may_wait(by=by)
    path = keep_upload(chunks=upload.chunks(), size=upload.size or 0, by=by)
    with readable(path) as plain:
        if carried := carried_file(plain):
            return _carried(request, carried, path, plain)
        channel = channel_of(plain)
    options = {"submit": bool(request.POST.get("submit")), "keep_duplicates": False, "channel": channel}
    try:
        with transaction.atomic():
            receipt = receive(
                path=path,
                name=Path(upload.name or "file").name,
                mapping_text=text,
                mapping_name=mapping_name,
                options=options,
                by=by,
            )
            enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)
    except Refusal:
        forget_upload(path=str(path))
        raise
    return redirect("receipt", ref=receipt.ref)


def _carried(request: HttpRequest, carried: Carried, upload: Path, plain: Path) -> HttpResponse:
    """A file that is no table: the room that knows it takes it at once, and its page tells what came of it."""
    try:
        answer = carried.take(plain, actor_of(request))
    finally:
        forget_upload(path=str(upload))
    for error in answer["errors"][:FEW_ERRORS]:
        messages.warning(request, f"{error['row']}: {error['message']}")
    return redirect(carried.page(answer))


def receipt_page(request: HttpRequest, ref: str) -> HttpResponse:
    """How far the file is, what became of its rows, what must be mended."""
    receipt = receipt_by_ref(actor_of(request), ref)
    job = Job.objects.filter(subject=receipt.ref).first()
    running = receipt.state not in states.ENDS and not (job and job.state == "failed")
    shown: dict[str, Any] = {
        "receipt": receipt,
        "job": job,
        "running": running,
        "parts": parts_of(receipt),
        "waiting": waiting_in(receipt),
    }
    if request.headers.get("HX-Request") and running:
        return render(request, "intake/_progress.html", shown)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    shown |= mending_shown(receipt, request.GET.get("reason", ""), whole(request.GET.get("after", "")) or 0)
    shown |= {
        "notes": _notes(receipt.notes),
        "findings": [(title_of(code), number) for code, number in sorted(receipt.findings.items())],
        "mapping": name
        if (name := receipt.mapping_name.removesuffix(".toml")) in mapping_names(actor_of(request))
        else "",
        "layout": receipt.notes.get(LAYOUT, {}).get("kind", ""),
        "found": sum(receipt.findings.values()),
        "hidden_until": hidden_until(receipt),
        "own": receipt.brought_by == actor_of(request).username,
        "has_cases": CaseBatch.objects.filter(source=receipt.ref).exists(),
    }
    return render(request, "intake/receipt.html", shown)


@require_POST
def take_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes one proposal (`cell` as `row:column:value`), or all that need no choosing."""
    by = actor_of(request)
    receipt = receipt_by_ref(by, ref)
    cells = None
    if "cell" in request.POST:
        row, _colon, rest = request.POST["cell"].partition(":")
        column, _colon, value = rest.partition(":")
        cells = [Taken(whole(row) or 0, column, value)]
    try:
        filled, done = filled_in(receipt, by, cells)
    except BadInput as refusal:
        messages.info(request, refusal.sentence)
        return redirect("receipt", ref=ref)
    if not filled:
        messages.info(request, _("There is nothing to fill in: no cell has one proposal."))
        return redirect("receipt", ref=ref)
    said = ngettext("%(n)s cell is filled in.", "%(n)s cells are filled in.", filled) % {"n": filled}
    messages.info(request, said if done else f"{said} {_('The node takes in what is whole by that.')}")
    return redirect("receipt", ref=ref)


def _notes(notes: dict[str, Any]) -> list[tuple[str, str]]:
    """What the reader guessed and what it passed over, in words."""
    words = {
        "encoding": _("Encoding, guessed"),
        "delimiter": _("Separator"),
        "sheet": _("Sheet"),
        "sheets": _("Other sheets, not read"),
        "broken_bytes": _("Bytes that are none of UTF-8, replaced"),
        "hidden_rows": _("Rows that are hidden or filtered out in the workbook, read as all others"),
        "lost_cells": _("Cells with an error or a formula without its result, read as empty"),
        "short_rows": _("Lines with fewer cells than heads"),
        "left_out": _("Rows to mend that did not fit into the error sheet"),
        "restates": _("Restates"),
        "pictures": _("Pictures that came with it"),
        "passed_over": _("Columns that are none of ours, not read"),
    }
    shown = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}
    return [(words[name], _note(said, shown)) for name, said in notes.items() if name in words]


def _note(said: Any, shown: dict[str, str]) -> str:
    if isinstance(said, dict):
        return sentence_of(said)
    return ", ".join(said) if isinstance(said, list) else shown.get(said, said)


@require_POST
def take_hidden_page(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The sheet of what was hidden, once, to whoever brought the file."""
    by = actor_of(request)
    return hidden_answer(receipt_by_ref(by, ref), by)


def mend_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The error sheet."""
    return rejected_file_answer(receipt_by_ref(actor_of(request), ref))
