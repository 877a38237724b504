"""Opening files of an exhibit: recorded each time; of a restricted one by two people, and never by a program."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy
from tidewaiter.evidence.files import keep
from tidewaiter.evidence.models import Exhibit, Look
from tidewaiter.evidence.queries import file_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import read

OPEN_FOR = timedelta(minutes=10)
"""How long a file of a restricted exhibit stays open to whom it was opened for."""


def open_file(*, exhibit: Exhibit, digest: str, purpose: str, by: Actor, view: bool = False) -> tuple[bytes, str, str]:
    """The bytes of a file, its type and its name; of a picture (`view`) the copy that was drawn for pages.

    Raises `Missing` for what the exhibit does not have, `NotAllowed` where a restricted one was not opened by two.
    """
    file = file_of(exhibit, digest)
    if exhibit.restricted:
        if by.door.startswith("token:"):
            raise NotAllowed("restricted", _("A restricted file is opened on its page, by two people."))
        _must_be_let(exhibit, digest, by)
    wanted = str(file.get("view") or "") if view else digest
    if not wanted:
        raise Missing("no_file", _("There is no such file for you."))
    content = read(wanted)
    with transaction.atomic():
        detail = {"file": digest, "purpose": purpose}
        record(by=by, deed="evidence.file_opened", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return content, "image/jpeg" if view else str(file.get("type")), str(file.get("name"))


def _must_be_let(exhibit: Exhibit, digest: str, by: Actor) -> None:
    let = exhibit.looks.filter(digest=digest, asked_by=by.username, allowed_at__gt=now() - OPEN_FOR)
    if not let.exists():
        raise NotAllowed("restricted", _("Ask to look, and let another one allow it: then it opens for ten minutes."))


def ask_to_look(*, exhibit: Exhibit, digest: str, by: Actor) -> Look:
    """Asks that somebody else lets one open a restricted file. Raises a refusal."""
    policy.must_read(by)
    file_of(exhibit, digest)
    if not exhibit.restricted:
        raise Refusal("state", _("This file is not restricted: open it."))
    with transaction.atomic():
        look = Look.objects.create(exhibit=exhibit, digest=digest, asked_by=by.username, asked_at=now())
        record(
            by=by, deed="evidence.look_asked", ref=exhibit.ref, version=exhibit.events_count, detail={"file": digest}
        )
    return look


def allow_look(*, exhibit: Exhibit, digest: str, asker: str, by: Actor) -> Look:
    """Lets somebody else open a restricted file, for ten minutes. Raises a refusal."""
    policy.must_order(by)
    if asker == by.username:
        raise NotAllowed("same_hand", _("Two people open a restricted file: somebody else allows it."))
    with transaction.atomic():
        waiting = exhibit.looks.select_for_update().filter(digest=digest, asked_by=asker, allowed_at=None)
        look = waiting.order_by("-pk").first()
        if look is None:
            raise Missing("no_look", _("Nobody has asked to look at this."))
        look.allowed_by, look.allowed_at = by.username, now()
        look.save()
        detail = {"file": digest, "for": asker}
        record(by=by, deed="evidence.look_allowed", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return look


def bring_file(*, exhibit: Exhibit, path: Path, name: str, role: str, by: Actor) -> dict[str, Any]:
    """Keeps a file that an event of the exhibit will name. Raises `BadInput`, `OverLimit`."""
    policy.must_read(by)
    kept = keep(path, name, role, by, restricted=exhibit.restricted)
    with transaction.atomic():
        detail = {"file": kept["sha256"], "size": kept["size"]}
        record(by=by, deed="evidence.file_kept", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return kept
