"""Deeds of notices. What they tell of stands in the ledger already; they leave no entry of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.queries import advance, follow_entries
from tidewaiter.notices.models import Digest, Notice
from tidewaiter.people.models import Officer

FOLLOWER = "notices"
OF_PEOPLE = (
    "people.suspended", "people.resumed", "people.reset", "people.granted", "people.revoked", "people.covered", "people.reminded",
    "people.second_factor_dropped", "people.token_made", "people.shift_given", "people.shift_ended",
)  # fmt: skip
KEPT = timedelta(days=180)
DIGEST_EVERY = timedelta(hours=23)


def tell(*, to: Iterable[tuple[str, str, int]], deed: str, by: Actor) -> None:
    """Tells people of a deed: (account, ref, number of things) each. Nobody is told of their own deed but of people's."""
    moment = now()
    Notice.objects.bulk_create(
        [
            Notice(to=name, at=moment, deed=deed, by=by.username, ref=ref, number=number)
            for name, ref, number in to
            if name != by.username
        ]
    )


def tell_about_people() -> int:
    """Follows the ledger: what was done with an account is told to its person and to who did it. Gives how many."""
    with transaction.atomic():
        entries, reached = follow_entries(FOLLOWER, OF_PEOPLE)
        told = []
        known = set(Officer.objects.values_list("username", flat=True)) if entries else set()
        for entry in entries:
            person = entry.ref.removeprefix("officer:") if entry.ref.startswith("officer:") else entry.by
            told += [
                Notice(to=name, at=entry.at, deed=entry.deed, by=entry.by, ref=entry.ref)
                for name in {person, entry.by}
                if name in known
            ]
        Notice.objects.bulk_create(told)
        advance(FOLLOWER, reached)
        Notice.objects.filter(at__lt=now() - KEPT).delete()
    return len(told)


def mark_seen(*, by: Actor) -> int:
    """Everything is read; gives how many notices were not."""
    return Notice.objects.filter(to=by.username, seen_at=None).update(seen_at=now())


def send_digests() -> int:
    """One message a day to each person who wants it and has notices they have not read; it says how many, never what.

    Nothing is sent on a node without a mail server (TIDEWAITER_EMAIL). Gives how many messages were sent.
    """
    if not settings.EMAIL_HOST:
        return 0
    moment = now()
    lately = set(Digest.objects.filter(at__gt=moment - DIGEST_EVERY).values_list("to", flat=True))
    waiting = dict(Notice.objects.filter(seen_at=None).values_list("to").annotate(n=Count("pk")).order_by())
    people = Officer.objects.filter(Q(is_active=True, digest=True) & ~Q(email="")).filter(username__in=list(waiting))
    sent = 0
    for officer in people:
        if officer.username in lately:
            continue
        number = waiting[officer.username]
        with translation.override(officer.language):
            words = ngettext("%(n)s notice waits for you", "%(n)s notices wait for you", number) % {"n": number}
            body = _("Read them on %(address)s. This message says nothing more, on purpose.") % {
                "address": f"{settings.TIDEWAITER_URL}/notices/"
            }
        send_mail(f"Tidewaiter: {words}", f"{words}.\n{body}\n", settings.DEFAULT_FROM_EMAIL, [officer.email])
        Digest.objects.update_or_create(to=officer.username, defaults={"at": moment})
        sent += 1
    return sent
