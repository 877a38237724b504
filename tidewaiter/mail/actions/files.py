"""Deeds of files: looked through in a child process before they are kept, taken by those who see their letter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.ledger.actions import record
from tidewaiter.mail.models import Draft, File
from tidewaiter.mail.policy import must_correspond
from tidewaiter.vault.actions import keep_file, keep_picture, read
from tidewaiter.vault.storage import must_fit

KEPT = timedelta(days=1)
"""So long a file waits that was brought and goes with no letter."""


def attach_file(*, path: Path, name: str, by: Actor, draft: Draft | None = None) -> File:
    """Keeps a file for a letter, and says what it is. A picture is drawn afresh, so that nothing its file said beside
    its points goes along. Raises `BadInput` for what is not taken, `OverLimit` for one too large or too many.
    """
    must_correspond(by)
    size = path.stat().st_size
    if size > most("mail_file_bytes"):
        raise over("mail_file_bytes", _("Bring a part of it, or a smaller copy."))
    waiting = File.objects.filter(letter=None, by=by.username)
    if waiting.filter(draft=draft).count() >= most("mail_files"):
        raise over("mail_files", _("Put several into one zip archive."))
    must_fit(by, size)
    [said] = stream_from_child("tidewaiter.mail.file_child", str(path), seconds=seconds_for(path))
    with transaction.atomic():
        if said["type"] == "image":
            digest = keep_picture(path=path, by=by, owner=by.administration_code).digest
            kept_type, kept_name = "image/jpeg", f"{clean_name(name).rpartition('.')[0] or clean_name(name)}.jpg"
            size = len(read(digest))
        else:
            kept = keep_file(path=path, media_type=said["type"], by=by)
            digest, kept_type, kept_name, size = kept.digest, said["type"], clean_name(name), kept.size
        made = File.objects.create(
            ref=new_ref("MF"),
            draft=draft,
            by=by.username,
            at=now(),
            name=kept_name,
            media_type=kept_type,
            size=size,
            digest=digest,
        )
        record(by=by, deed="mail.file_brought", ref=made.ref, detail={"size": size})
    return made


def drop_file(*, file: File, by: Actor) -> None:
    """Takes a file off a draft, or throws one away that waits. What was sent stays. Raises `Missing`."""
    with transaction.atomic():
        gone, _rows = File.objects.filter(pk=file.pk, letter=None, by=by.username).delete()
        if not gone:
            raise Missing("no_file", _("There is no such file for you."))
        record(by=by, deed="mail.file_dropped", ref=file.ref)


def take_file(*, file: File, by: Actor) -> bytes:
    """The bytes of a file that one sees; that they were taken is recorded. Raises `Missing` where they are gone."""
    content = read(file.digest)
    with transaction.atomic():
        record(by=by, deed="mail.file_taken", ref=file.ref)
    return content


def forget_files() -> int:
    """Forgets files that were brought a day ago and went with no letter; gives how many."""
    gone, _rows = File.objects.filter(letter=None, draft=None, at__lt=now() - KEPT).delete()
    return gone
