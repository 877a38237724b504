"""How long mail is kept: a steward's choice, a hold that stops the clock, and the clock that forgets.

A steward reads no mail by that: threads are named by their refs, and nothing of them is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.mail.models import Addressee, Hold, Keeping, Letter, Thread
from tidewaiter.mail.policy import may_look_after

LEAST_DAYS, MOST_DAYS = 30, 36_500
LONGEST_REASON, BATCH = 500, 200


def set_keeping(*, days: int | None, by: Actor) -> None:
    """From now on threads of the administration go so many days after their last letter; `None`: they stay.

    Raises `BadInput`, `Missing`.
    """
    may_look_after(by)
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        raise BadInput("days", _("Say between %(least)s and %(most)s days.") % {"least": LEAST_DAYS, "most": MOST_DAYS})
    home = by.administration_code
    with transaction.atomic():
        if days is None:
            Keeping.objects.filter(administration=home).delete()
        else:
            said = {"days": days, "set_by": by.username, "set_at": now()}
            Keeping.objects.update_or_create(administration=home, defaults=said)
        record(by=by, deed="mail.keeping_set", ref="mail", detail={"days": days})


def hold_mail(*, reason: str, by: Actor, thread: str = "") -> Hold:
    """Nothing of a thread (without one: of all in which the administration has part) is forgotten until the hold is
    lifted. Raises `BadInput` without a reason, `Missing` for a thread in which the administration has no part.
    """
    may_look_after(by)
    why, ref = _reason(reason), thread.strip()
    with transaction.atomic():
        if ref and by.administration_code not in homes_of([ref]).get(ref, set()):
            raise Missing("no_thread", _("Your administration has no part in a thread of this reference."))
        made = Hold.objects.create(
            ref=new_ref("MH"),
            administration=by.administration_code,
            thread=ref,
            reason=why,
            made_by=by.username,
            made_at=now(),
        )
        record(by=by, deed="mail.held", ref=made.ref, detail={"thread": ref})
    return made


def lift_hold(*, ref: str, reason: str, by: Actor) -> Hold:
    """Lifts a hold of one's administration. Raises `BadInput` without a reason, `Missing`, `Refusal` where it is."""
    may_look_after(by)
    why = _reason(reason)
    with transaction.atomic():
        held = Hold.objects.select_for_update().filter(ref=ref, administration=by.administration_code).first()
        if held is None:
            raise Missing("no_hold", _("There is no such hold."))
        if held.lifted_at is not None:
            raise Refusal("lifted", _("It was lifted already."))
        held.lifted_by, held.lifted_at, held.lifted_why = by.username, now(), why
        held.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
        record(by=by, deed="mail.hold_lifted", ref=held.ref)
    return held


def _reason(said: str) -> str:
    reason = " ".join(said.split())[:LONGEST_REASON]
    if len(reason) < 3:
        raise BadInput("reason", _("Say why: it is kept with the hold."))
    return reason


def homes_of(threads: Iterable[str]) -> dict[str, set[str]]:
    """Of threads the administrations that have part in them: of who wrote and of who was written to."""
    refs, made = list(threads), defaultdict[str, set[str]](set)
    letters = Letter.objects.filter(thread__in=refs).values_list("thread", "administration")
    sent = Addressee.objects.filter(letter__thread__in=refs).values_list("letter__thread", "administration")
    for thread, home in (*letters, *sent):
        made[thread].add(home)
    return made


def forget_old_mail() -> int:
    """Forgets threads whose last letter is older than every administration with part in them wants, where none of
    these holds them; gives how many. Where one of them has set no days, the thread stays.
    """
    days = dict(Keeping.objects.values_list("administration", "days"))
    if not days:
        return 0
    moment, gone = now(), 0
    held = Hold.objects.filter(lifted_at=None)
    all_of = set(held.filter(thread="").values_list("administration", flat=True))
    old = (
        Thread.objects.annotate(last=Max("letters__at"))
        .filter(last__lt=moment - timedelta(days=min(days.values())))
        .exclude(Exists(held.filter(thread=OuterRef("ref"))))
        .order_by("ref")
    )
    for batch in in_batches(list(old.values_list("ref", "last")), BATCH):
        homes = homes_of(ref for ref, _last in batch)
        ends = [
            ref
            for ref, last in batch
            if not homes[ref] & all_of
            and all(home in days and last < moment - timedelta(days=days[home]) for home in homes[ref])
        ]
        with transaction.atomic():
            letters = list(Letter.objects.filter(thread__in=ends).order_by("pk").values_list("ref", flat=True))
            record_many(by=NODE, deed="mail.forgotten", things=[(ref, 0) for ref in letters])
            Thread.objects.filter(ref__in=ends).delete()
        gone += len(ends)
    return gone
