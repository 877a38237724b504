"""Deeds of threads."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.threads.models import Message

LONGEST = 4000


def say(*, ref: str, text: str, by: Actor, version: int = 0, state: str = "") -> Message:
    """Says something under a ref, while it is in a `state`. Raises a refusal for nothing said.

    The caller has made sure that the person sees the thing and may speak there, and tells whom it concerns.
    """
    said = mask_personal_data(text.strip()[:LONGEST])
    if not said:
        raise Refusal("nothing_said", _("Write something first."))
    with transaction.atomic():
        message = Message.objects.create(
            ref=ref,
            version=version,
            by=by.username,
            administration=by.administration_code,
            at=now(),
            text=said,
            state=state,
        )
        record(by=by, deed="threads.said", ref=ref, version=version)
    return message
