"""A thread as a signed file: what somebody sees of it, as it was sent, with digests of its files."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.keys import known_public_keys, node_key, public_key_hex
from tidewaiter.mail.addresses import written
from tidewaiter.mail.models import Letter
from tidewaiter.mail.queries import letters_of, thread_named

FORMAT = "tidewaiter thread of mail 1"


def export_thread(*, ref: str, by: Actor) -> bytes:
    """The letters of a thread that the person sees, as canonical JSON signed by the node's key:
    `{"said": {"format", "thread", "subject", "taken_by", "taken_at", "letters": […]}, "public_key", "signature"}`.

    `verified` checks such a file. That it was taken is recorded. Raises `Missing`.
    """
    thread = thread_named(by, ref)
    said = {
        "format": FORMAT,
        "thread": thread.ref,
        "subject": thread.subject,
        "taken_by": by.username,
        "taken_at": now().isoformat(),
        "letters": [_letter(one) for one in letters_of(thread, by)],
    }
    document = {"said": said, "public_key": public_key_hex(), "signature": node_key().sign(canonical(said)).hex()}
    with transaction.atomic():
        record(by=by, deed="mail.exported", ref=thread.ref, detail={"letters": len(said["letters"])})
    return canonical(document) + b"\n"


def verified(document: Any) -> tuple[bool, str]:
    """Whether a document is a thread as this node wrote it, and why not: the key must be one that was the node's."""
    try:
        key, said = str(document["public_key"]), document["said"]
        signature = bytes.fromhex(document["signature"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, canonical(said))
    except (KeyError, TypeError, ValueError):
        return False, _("It is no signed document.")
    except InvalidSignature:
        return False, _("It was changed after it was signed.")
    if said.get("format") != FORMAT:
        return False, _("It is no thread of mail.")
    if key.lower() not in known_public_keys():
        return False, _("It was signed by a key that never was this node's.")
    return True, ""


def _letter(one: Letter) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "by": one.by,
        "administration": one.administration,
        "at": one.at.isoformat(),
        "to": [written(to) for to in one.addressees.all()],
        "text": one.text,
        "handling": one.handling,
        "answers": one.answers_id or "",
        "opened": [{"by": read.username, "at": read.at.isoformat()} for read in one.readings.all()],
        "files": [
            {"name": file.name, "type": file.media_type, "size": file.size, "sha256": file.digest}
            for file in one.files.all()
        ],
    }
