"""A saved queue that came in a file: on a stick, by a colleague, by a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange.jose import NotOurs
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.offline import policy, states, storage, wire
from tidewaiter.offline.actions.arriving import LARGEST_PIECE, announce, receive
from tidewaiter.offline.models import Item

MOST_ITEMS = 20_000
MOST_ERRORS = 1_000


@dataclass(slots=True)
class Brought:
    """What became of a saved queue."""

    ref: str
    items: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    waiting: int = 0
    cases: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    here: list[str] = field(default_factory=list)
    """The numbers of items that are here, come with it or known before."""
    errors: list[dict[str, Any]] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """As `import_cases` answers; rows are items."""
        return {
            "receipt": self.ref,
            "rows": self.items,
            "cases": len(self.cases),
            "accepted": self.accepted,
            "rejected": self.rejected,
            "unchanged": self.unchanged,
            "changed": 0,
            "skipped": self.waiting,
            "findings": {},
            "errors": self.errors[:MOST_ERRORS],
            "rejected_file": None,
            "receipts": self.receipts,
        }


def bring(*, path: Path, by: Actor) -> Brought:
    """Takes every item of a saved queue, each under the name of whose device it is, whoever carries it.

    What is here already is `unchanged`; what cannot be taken is told by its number in the file and by its reason, and
    stops nothing after it. Raises `BadInput` for a file that was cut off (what stood before is taken).
    """
    policy.may_bring(by)
    brought = Brought(new_ref("BND"))
    try:
        with path.open("rb") as file:
            for part in wire.parts_of(file, path.stat().st_size):
                brought.items += 1
                if brought.items > MOST_ITEMS:
                    raise BadInput("bundle", _("The saved queue holds more than one file may."))
                _take(path, part, by, brought)
    except BadInput as error:
        brought.errors.append({"row": brought.items + 1, "column": "", "code": error.code, "message": error.sentence})
        if not brought.items:
            raise
    finally:
        with transaction.atomic():
            for at in range(0, len(brought.here), 500):
                Item.objects.filter(pk__in=brought.here[at : at + 500]).update(brought_in=brought.ref)
            record(by=by, deed="offline.brought", ref=brought.ref, detail={"items": brought.items})
    return brought


def _take(path: Path, part: wire.Part, by: Actor, brought: Brought) -> None:
    try:
        item = announce(head=part.head, brought_by=by.username)
        known = item.status != states.COMING
        if not known:
            item = _fed(path, part, item)
    except (NotOurs, Refusal) as refusal:
        brought.rejected += 1
        said = {"row": brought.items, "column": "", "code": refusal.code, "message": refusal.sentence}
        brought.errors.append(said)
        return
    brought.receipts.append(item.receipt)
    brought.here.append(item.ref)
    if known:
        brought.unchanged += 1
    elif item.status == states.TAKEN:
        brought.accepted += 1
        brought.cases += [item.case] if item.kind == "case" else []
    elif item.status == states.WAITING:
        brought.waiting += 1
    else:
        brought.rejected += 1
        for one in item.problems or [
            {"path": "", "code": item.status, "message": _("Two versions: somebody chooses.")}
        ]:
            said = {"row": brought.items, "column": one["path"], "code": one["code"], "message": one.get("message", "")}
            brought.errors.append(said)


def _fed(path: Path, part: wire.Part, item: Item) -> Item:
    if part.size != item.size:
        raise NotOurs("digest", _("The bytes of the item are not those that the device has signed."))
    with path.open("rb") as file:
        at = storage.got(item.ref)
        while at < part.size:
            file.seek(part.start + at)
            item = receive(ref=item.ref, start=at, chunk=file.read(min(LARGEST_PIECE, part.size - at)))
            if item.status == states.COMING and item.got <= at:
                raise NotOurs("digest", _("The bytes of the item are not those that the device has signed."))
            at = part.size if item.status != states.COMING else item.got
    return item
