"""Files of an item: taken along by everybody who reads it, on nodes that may hold names alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.library.models import Item
from tidewaiter.library.policy import may_amend
from tidewaiter.vault.actions import keep_looked_through, read

MOST = 20


def attach_file(*, item: Item, path: Path, name: str, by: Actor) -> dict[str, Any]:
    """Attaches a file to a draft and says what it is; the same again takes the new name. Raises `BadInput` for what is
    not taken, `OverLimit`, and a refusal.
    """
    if not settings.HOLDS_NAMES:
        raise Refusal(
            "keeps_no_files", _("This node holds no names, and keeps no files in which there may be some: link to it.")
        )
    may_amend(by, item)
    kept = keep_looked_through(path=path, name=name, by=by)
    made = {"file": kept.digest, "name": kept.name, "type": kept.media_type, "size": kept.size}
    with transaction.atomic():
        held = Item.objects.select_for_update().get(pk=item.pk)
        may_amend(by, held)
        others = [one for one in held.files if one["file"] != kept.digest]
        if len(others) >= MOST:
            raise BadInput("too_many_files", _("Twenty files are enough for one item."))
        Item.objects.filter(pk=held.pk).update(files=[*others, made], changed_at=now())
        record(by=by, deed="library.file_attached", ref=item.ref)
    return made


def drop_file(*, item: Item, digest: str, by: Actor) -> None:
    """Takes a file off a draft. Raises `Missing`, and a refusal."""
    with transaction.atomic():
        held = Item.objects.select_for_update().get(pk=item.pk)
        may_amend(by, held)
        rest = [one for one in held.files if one["file"] != digest]
        if len(rest) == len(held.files):
            raise Missing("no_file", _("The item has no such file."))
        Item.objects.filter(pk=held.pk).update(files=rest, changed_at=now())
        record(by=by, deed="library.file_dropped", ref=item.ref)


def file_of_item(item: Item, digest: str) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a file of an item that one reads, and what is kept of it. Raises `Missing`."""
    found = next((one for one in item.files if one["file"] == digest), None)
    if found is None:
        raise Missing("no_file", _("The item has no such file."))
    return read(digest), found
