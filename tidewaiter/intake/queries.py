"""Finding receipts and what is wrong in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext

from tidewaiter.forms.problems import problem_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
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
        "notes": receipt.notes,
    }


def mapping_names(actor: Actor) -> list[str]:
    """Names of the mappings that this person's administration can use: its own, then those that come with the program."""
    return [*own_mapping_names(actor), *sorted(path.stem for path in _shipped())]


def own_mapping_names(actor: Actor) -> list[str]:
    """Names of the mappings that this person's administration made."""
    own = KeptMapping.objects.filter(administration=actor.administration_code).order_by("name")
    return list(own.values_list("name", flat=True))


def mapping_named(actor: Actor, name: str) -> tuple[str, str]:
    """(name, text) of a mapping; two empty texts without a name. Raises `BadInput` for one that is not here."""
    if not name:
        return "", ""
    own = KeptMapping.objects.filter(administration=actor.administration_code, name=name).first()
    if own is not None:
        return own.name, own.text
    path = next((path for path in _shipped() if path.stem == name), None)
    if path is None:
        raise BadInput("mapping", gettext("There is no mapping «%(name)s» here.") % {"name": name[:60]})
    return path.name, path.read_text(encoding="utf-8")


def _shipped() -> list[Path]:
    return list(Path(settings.MAPPINGS_FOLDER).glob("*.toml"))
