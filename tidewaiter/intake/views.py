"""Bringing a file, and its receipt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import may_file
from tidewaiter.checks.findings import title_of
from tidewaiter.forms.problems import SENTENCES
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.intake import states
from tidewaiter.intake.actions import keep_upload, receive
from tidewaiter.intake.queries import (
    errors_of,
    mapping_named,
    mapping_names,
    own_mapping_names,
    receipt_by_ref,
    visible_receipts,
)
from tidewaiter.intake.readers import channel_of
from tidewaiter.intake.tasks import run_intake
from tidewaiter.jobs.actions import enqueue
from tidewaiter.jobs.models import Job
from tidewaiter.vault.actions import read

_SHOWN = 100


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
    path = keep_upload(chunks=upload.chunks())
    options = {
        "submit": bool(request.POST.get("submit")),
        "keep_duplicates": False,
        "channel": channel_of(path),
    }
    try:
        receipt = receive(
            path=path,
            name=Path(upload.name or "file").name,
            mapping_text=text,
            mapping_name=mapping_name,
            options=options,
            by=by,
        )
    except Refusal:
        path.unlink(missing_ok=True)
        raise
    enqueue(task=run_intake, key=f"intake:{receipt.ref}", subject=receipt.ref, by=by)
    return redirect("receipt", ref=receipt.ref)


def receipt_page(request: HttpRequest, ref: str) -> HttpResponse:
    """How far the file is, what became of its rows, what must be mended."""
    receipt = receipt_by_ref(actor_of(request), ref)
    job = Job.objects.filter(subject=receipt.ref).first()
    running = receipt.state not in states.ENDS and not (job and job.state == "failed")
    shown: dict[str, Any] = {"receipt": receipt, "job": job, "running": running}
    shown["share"] = job.share if job and receipt.state == states.ACCEPTING else 0
    if request.headers.get("HX-Request") and running:
        return render(request, "intake/_progress.html", shown)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    errors = errors_of(receipt)
    reasons = Counter(error["code"] for error in errors)
    shown |= {
        "errors": errors[:_SHOWN], "cells": len(errors),
        "reasons": [(_(SENTENCES.get(code, code)), number) for code, number in reasons.most_common()],
        "notes": _notes(receipt.notes), "findings": [(title_of(code), number) for code, number in sorted(receipt.findings.items())],
    }  # fmt: skip
    return render(request, "intake/receipt.html", shown)


def _notes(notes: dict[str, Any]) -> list[tuple[str, str]]:
    """What the reader guessed and what it passed over, in words."""
    words = {
        "encoding": _("Encoding, guessed"), "delimiter": _("Separator"), "sheet": _("Sheet"),
        "pictures": _("Pictures that came with it"), "passed_over": _("Columns that are none of ours, not read"),
    }  # fmt: skip
    shown = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}
    return [
        (words[name], ", ".join(said) if isinstance(said, list) else shown.get(said, said))
        for name, said in notes.items()
        if name in words
    ]


def mend_file(request: HttpRequest, ref: str) -> HttpResponse:
    """The error sheet."""
    receipt = receipt_by_ref(actor_of(request), ref)
    if not receipt.rejected_digest:
        raise Http404
    answer = HttpResponse(read(receipt.rejected_digest), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{receipt.rejected_name}"'
    answer["Content-Security-Policy"] = "sandbox"
    return answer
