"""Heads of the ledger sent where the node's keeper cannot reach: each once, to a folder or to an address
(TIDEWAITER_HEADS_TO).

Whoever holds them holds the node to them: `verify_ledger --heads FOLDER` finds a
ledger that was cut, emptied or rewritten.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.heads_to import MAILTO
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.running_items import attempt
from tidewaiter.ledger.models import ChainEnd, Head

DEED = "heads_sent"
"""As which it stands on the schedule."""
FIRST_PAUSE, LONGEST_PAUSE = 60, 6 * 3600
"""Seconds after the first failure, and at most, until a head is tried again."""
AT_ONCE = 200


def send_heads() -> int:
    """Sends what was not sent yet, oldest first; gives how many. What fails is tried
    again, more and more slowly, for ever.
    """
    if not settings.HEADS_TO:
        return 0
    end = ChainEnd.objects.first()
    due = Head.objects.filter(Q(try_at=None) | Q(try_at__lte=now()), sent_at=None).order_by("seq")
    sent = 0
    for head in due[:AT_ONCE]:
        said = head_document(head, end.node if end else "")
        error = attempt(partial(_send, said), task=DEED)
        if error:
            pause = min(FIRST_PAUSE * 2.0 ** min(head.tries, 20), LONGEST_PAUSE)
            head.tries, head.error, head.try_at = head.tries + 1, error[:100], now() + timedelta(seconds=pause)
        else:
            head.sent_at, head.error, head.try_at = now(), "", None
            sent += 1
        head.save(update_fields=["tries", "error", "try_at", "sent_at"])
    return sent


def not_sent() -> Any:
    """Heads that wait, oldest first."""
    return Head.objects.filter(sent_at=None).order_by("seq")


def head_document(head: Head, node: str) -> dict[str, Any]:
    """A head as `ledger_head` writes one and `verify_ledger` reads it."""
    return {
        "day": head.day,
        "node": node,
        "seq": head.seq,
        "hash": head.hash,
        "signed_at": head.signed_at,
        "public_key": head.public_key,
        "signature": head.signature,
        **({"ml_dsa_key": head.ml_dsa_key, "ml_dsa_signature": head.ml_dsa_signature} if head.ml_dsa_key else {}),
    }


def _send(said: dict[str, Any]) -> None:
    text, name = json.dumps(said, indent=1) + "\n", f"head-{said['day']}.json"
    if settings.HEADS_TO.startswith(MAILTO):
        _mail(settings.HEADS_TO.removeprefix(MAILTO), said, name, text)
    else:
        _write(Path(settings.HEADS_TO), name, text)


def _write(folder: Path, name: str, text: str) -> None:
    """One file a head, whole or not at all, and never another's in its place. Raises
    `Refusal` where another head lies there.
    """
    part = folder / f".{name}.{os.getpid()}.part"
    with suppress(FileNotFoundError):
        part.unlink()
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, folder / name)
        except FileExistsError:
            with (folder / name).open(encoding="utf-8", errors="replace") as there:
                same = there.read(len(text) + 1) == text
            if not same:
                raise Refusal("another_head", _("Another head lies at %(path)s.") % {"path": folder / name}) from None
    finally:
        part.unlink(missing_ok=True)


def _mail(address: str, said: dict[str, Any], name: str, text: str) -> None:
    if not settings.MAIL_SERVER:
        raise Refusal("no_mail", _("Heads are to be sent by mail, and there is no mail server (TIDEWAITER_EMAIL)."))
    subject = _("Tidewaiter: head of the ledger of %(node)s, %(day)s") % {"node": said["node"], "day": said["day"]}
    body = _(
        "Keep the attached file where nobody who keeps the node can change it. The ledger must continue it: "
        "tidewaiter verify_ledger --head FILE"
    )
    letter = EmailMessage(subject, f"{body}\n", settings.DEFAULT_FROM_EMAIL, [address])
    letter.attach(name, text, "application/json")
    mailers.default.send_messages([letter])
