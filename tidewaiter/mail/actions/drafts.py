"""Deeds of drafts: they are their writer's alone, and kept as they type."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.ledger.actions import record
from tidewaiter.mail.models import Draft, Letter
from tidewaiter.mail.policy import may_answer, may_forward, must_correspond
from tidewaiter.mail.written import LONGEST, LONGEST_SUBJECT, Written, read_mark


def keep_draft(
    *,
    said: Written,
    by: Actor,
    draft: Draft | None = None,
    answers: Letter | None = None,
    forwards: Letter | None = None,
) -> Draft:
    """Keeps what is being written as it stands, whole or not: it is read when it is sent. A new one is recorded, what
    is typed into it afterwards is not. Raises `OverLimit`, or a refusal.
    """
    must_correspond(by)
    if answers is not None:
        may_answer(by, answers)
    if forwards is not None:
        may_forward(by, forwards)
    fields = {
        "to": [word.strip()[:200] for word in said.to if word.strip()][: most("mail_addressees") + 1],
        "subject": said.subject.replace("\x00", "")[:LONGEST_SUBJECT],
        "text": said.text.replace("\x00", "").replace("\r\n", "\n")[: LONGEST * 2],
        "handling": read_mark(said.handling),
        "urgent": said.urgent,
        "due": said.due.strip()[:32],
        "changed_at": now(),
    }
    with transaction.atomic():
        if draft is not None:
            Draft.objects.filter(pk=draft.pk, by=by.username).update(**fields)
            draft.refresh_from_db()
            return draft
        if Draft.objects.filter(by=by.username).count() >= most("mail_drafts"):
            raise over("mail_drafts", _("Send or throw away some of them."))
        made = Draft.objects.create(
            ref=new_ref("MD"),
            by=by.username,
            answers=answers,
            forwards=forwards,
            read_up_to=said.read_up_to[:64],
            **fields,
        )
        record(by=by, deed="mail.drafted", ref=made.ref)
    return made


def drop_draft(*, draft: Draft, by: Actor) -> None:
    """Throws a draft of one's own away, with the files that were brought for it."""
    with transaction.atomic():
        record(by=by, deed="mail.draft_dropped", ref=draft.ref)
        Draft.objects.filter(pk=draft.pk, by=by.username).delete()
