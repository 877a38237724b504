"""Deeds of files: looked through in a child process before they are kept, taken by those who see their letter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.mail.models import Draft, File
from tidewaiter.mail.policy import must_correspond
from tidewaiter.vault.actions import keep_looked_through, read

KEPT = timedelta(days=1)
"""So long a file waits that was brought and goes with no letter."""


def attach_file(*, path: Path, name: str, by: Actor, draft: Draft | None = None) -> File:
    """Keeps a file for a letter, and says what it is. A picture is drawn afresh, so that nothing its file said beside
    its points goes along. Raises `BadInput` for what is not taken, `OverLimit` for one too large or too many.
    """
    must_correspond(by)
    waiting = File.objects.filter(letter=None, by=by.username)
    if waiting.filter(draft=draft).count() >= most("mail_files"):
        raise over("mail_files", _("Put several into one zip archive."))
    kept = keep_looked_through(path=path, name=name, by=by)
    with transaction.atomic():
        made = File.objects.create(
            ref=new_ref("MF"),
            draft=draft,
            by=by.username,
            at=now(),
            name=kept.name,
            media_type=kept.media_type,
            size=kept.size,
            digest=kept.digest,
        )
        record(by=by, deed="mail.file_brought", ref=made.ref, detail={"size": kept.size})
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
