"""Finding receipts and what is wrong in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext

from tidewaiter.forms.problems import problem_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake import states
from tidewaiter.intake.mending.cell_proposals import proposal_of
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
from tidewaiter.intake.reading.layouts import NOTE as LAYOUT
from tidewaiter.people.policy import is_customs
from tidewaiter.vault.storage import Thing


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


def wrong_rows(receipt: Receipt, code: str = "", after: int = 0) -> QuerySet[StagedRow]:
    """Rows in which something is wrong, in the file's order: all, or those with one reason, beyond a row's number."""
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected", number__gt=after).exclude(problems="")
    if code:
        rows = rows.filter(problems__contains=f'"code": {json.dumps(code)}')
    return rows.order_by("number", "pk")


def errors_of(receipt: Receipt, limit: int = 1000, code: str = "", after: int = 0) -> list[dict[str, Any]]:
    """What is wrong, cell by cell in the file's order: `{"row", "column", "code", "message", "said", "proposals"}`,
    the first `limit`; all, or for one reason, beyond a row's number.
    """
    errors: list[dict[str, Any]] = []
    for number, text in wrong_rows(receipt, code, after).values_list("number", "problems")[:limit]:
        for item in read_json(text):
            problem = problem_of(item)
            if code in ("", problem.code):
                errors.append(
                    {
                        "row": number,
                        "column": problem.path,
                        "code": problem.code,
                        "message": problem.sentence(),
                        "said": problem.said,
                        "proposals": [one for one, _ in problem.proposals],
                        "labels": problem.proposals,
                    }
                )
    return errors[:limit]


def proposals_in(receipt: Receipt, limit: int = 5000) -> tuple[int, bool]:
    """How many cells of the first `limit` wrong rows have one nearest proposal, and whether these are all rows."""
    texts = list(wrong_rows(receipt).values_list("problems", flat=True)[: limit + 1])
    found = sum(bool(proposal_of(problem_of(item))) for text in texts[:limit] for item in read_json(text))
    return found, len(texts) <= limit


def waiting_in(receipt: Receipt) -> int:
    """How many rows of the file are read and not decided yet."""
    return 0 if receipt.state in states.ENDS else max(receipt.rows - receipt.decided, 0)


def hidden_until(receipt: Receipt) -> datetime | None:
    """Until when the sheet of what was hidden can be taken; nothing where there is none (any more)."""
    until = receipt.hidden_until if receipt.hidden_taken_at is None else None
    return until if until is not None and until > now() else None


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
        "waiting": waiting_in(receipt),
        "findings": receipt.findings,
        "errors": errors,
        "error_counts": dict(sorted(receipt.problems.items())),
        "rejected_file": rejected_file,
        "hidden": receipt.hidden,
        "hidden_until": until.isoformat(timespec="seconds") if (until := hidden_until(receipt)) else None,
        "notes": {name: said for name, said in receipt.notes.items() if name != LAYOUT},
    }


def mapping_names(actor: Actor) -> list[str]:
    """Names of the mappings that this person's administration can use: its own,
    then those that come with the program.
    """
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


def incoming_things() -> Iterator[Thing]:
    """Files that wait to be read, for the count of what is stored."""
    waiting = Receipt.objects.exclude(state__in=states.ENDS).exclude(file_path="")
    for path, administration, username in waiting.values_list("file_path", "administration", "brought_by"):
        file = Path(path)
        if file.parent == Path(settings.TIDEWAITER_HOME) / "incoming" and file.is_file():
            yield Thing(file.name, administration, username, file.stat().st_size)


def _shipped() -> list[Path]:
    return list(Path(settings.MAPPINGS_FOLDER).glob("*.toml"))
