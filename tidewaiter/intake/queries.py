"""Finding receipts and what is wrong in them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from tidewaiter.forms.problems import problem_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.people.policy import is_customs


def visible_receipts(actor: Actor) -> QuerySet[Receipt]:
    """Receipts of one's own administration, for customs people; the secretariat sees its own."""
    if not is_customs(actor):
        return Receipt.objects.none()
    return Receipt.objects.filter(administration=actor.administration_code).order_by("-brought_at")


def receipt_by_ref(actor: Actor, ref: str) -> Receipt:
    """One receipt; raises `Missing` for absent and unseen alike."""
    receipt = visible_receipts(actor).filter(ref=ref).first()
    if receipt is None:
        raise Missing("no_receipt", gettext("There is no such receipt."))
    return receipt


def errors_of(receipt: Receipt, limit: int = 1000) -> list[dict[str, Any]]:
    """What is wrong, cell by cell in the file's order: `{"row", "column", "code", "message"}`, the first `limit`."""
    errors: list[dict[str, Any]] = []
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected").exclude(problems="").order_by("number")
    for number, text in rows.values_list("number", "problems")[:limit]:
        for item in json.loads(text):
            problem = problem_of(item)
            errors.append({
                "row": number, "column": problem.path, "code": problem.code, "message": problem.sentence(), "said": problem.said,
                "proposals": [code for code, _ in problem.proposals],
            })  # fmt: skip
    return errors[:limit]


def answer_of(receipt: Receipt, rejected_file: str | None) -> dict[str, Any]:
    """The JSON document of CONTRACT.md."""
    counts = {
        name: getattr(receipt, name)
        for name in ("rows", "cases", "accepted", "rejected", "unchanged", "changed", "skipped", "submitted")
    }
    errors = [{key: error[key] for key in ("row", "column", "code", "message")} for error in errors_of(receipt)]
    return {
        "receipt": receipt.ref,
        **counts,
        "findings": receipt.findings,
        "errors": errors,
        "rejected_file": rejected_file,
    }
