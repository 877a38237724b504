"""Deeds of threads."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.threads.models import Message

LONGEST = 4000


def say(*, ref: str, text: str, by: Actor, to: Iterable[str] = (), version: int = 0) -> Message:
    """Says something under a ref and tells the accounts in `to`. Raises a refusal for nothing said.

    The caller has made sure that the person sees the thing and may speak there.
    """
    said = kept(text.strip()[:LONGEST])
    if not said:
        raise Refusal("nothing_said", _("Write something first."))
    with transaction.atomic():
        message = Message.objects.create(
            ref=ref, version=version, by=by.username, administration=by.administration_code, at=now(), text=said
        )
        record(by=by, deed="threads.said", ref=ref, version=version)
        tell(to=[(name, ref, 1) for name in dict.fromkeys(to)], deed="threads.said", by=by)
    return message
