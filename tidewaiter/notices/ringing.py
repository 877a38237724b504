"""What rings until somebody has it: told along a rota, level by level, and never quiet by itself.

Rooms above call `ring` for a thing of theirs (an urgent letter, an alarm, a warning without feedback); who hears it is
asked anew at each level, so that whoever is on duty then is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.notices.models import Ringing, Rung
from tidewaiter.notices.policy import DESK, may_acknowledge
from tidewaiter.people.duty import on_duty_of
from tidewaiter.people.models import Officer

NAMED, DUTY, FOLLOWING, CONTACTS, STEWARDS = "named", "duty", "next", "contacts", "stewards"
WHOM = (NAMED, DUTY, FOLLOWING, CONTACTS, STEWARDS)
"""Those that were named; on duty now, by the rotas of the administration; those that come next; its contact points and
whoever reads its mail; the node's stewards."""
LEVELS: tuple[tuple[str, int], ...] = ((DUTY, 10), (FOLLOWING, 10), (CONTACTS, 15), (STEWARDS, 30))
"""Whom, and minutes until the next level, where nothing else is said."""
TASK = "ringing"
AT_ONCE = 200
LONGEST = 24 * 60


def ring(
    *,
    ref: str,
    deed: str,
    administration: str,
    by: Actor,
    named: Sequence[str] = (),
    levels: Sequence[tuple[str, int]] = LEVELS,
) -> Ringing:
    """Begins to ring for a thing, and tells the first level at once. What rings for it there already goes on.

    `deed` is what was done with the thing, by which notices find its page. Raises `BadInput` for levels that are none.
    """
    steps = [*([(NAMED, levels[0][1] if levels else 10)] if named else []), *levels]
    if not steps or any(whom not in WHOM or not 1 <= minutes <= LONGEST for whom, minutes in steps):
        raise BadInput("levels", _("Say whom to ring, and how many minutes (1 to 1440) until the next."))
    with transaction.atomic():
        known = Ringing.objects.select_for_update().filter(
            about=ref, deed=deed, administration=administration, ended_at=None
        )
        if (there := known.first()) is not None:
            return there
        made = Ringing.objects.create(
            ref=new_ref("RG"),
            about=ref,
            deed=deed,
            administration=administration,
            named=list(named),
            levels=[[whom, minutes] for whom, minutes in steps],
            next_at=now(),
            by=by.username,
            at=now(),
        )
        record(by=by, deed="notices.rings", ref=made.ref)
        _next_level(ringing=made, by=NODE)
    return made


def ring_on() -> int:
    """The clock's part: each thing that still rings goes on to its next level when its time is over. Gives how many."""
    due = Ringing.objects.filter(ended_at=None, next_at__lte=now()).order_by("next_at")[:AT_ONCE]
    return len(run_each(due, _ring_on, deed=TASK, ref_of=lambda one: one.ref).done)


def _ring_on(ringing: Ringing) -> None:
    held = Ringing.objects.select_for_update().filter(pk=ringing.pk, ended_at=None, next_at__lte=now()).first()
    if held is not None:
        _next_level(ringing=held, by=NODE)


def _next_level(*, ringing: Ringing, by: Actor) -> None:
    """Tells the next level; one with nobody in it is passed over at once, the last is told again and again."""
    told: list[str] = []
    whom, minutes = ringing.levels[-1]
    while not told and ringing.level < len(ringing.levels):
        whom, minutes = ringing.levels[ringing.level]
        ringing.level += 1
        told = people_at(ringing, whom)
    if (
        not told
    ):  # after the last one, or with nobody left: everybody who can be reached, so that it does not fall quiet
        told = people_at(ringing, whom) or people_at(ringing, STEWARDS)
    moment = now()
    with transaction.atomic():
        Rung.objects.bulk_create(
            [Rung(ringing=ringing, to=name, level=ringing.level, whom=whom, at=moment) for name in told]
        )
        tell(to=[(name, ringing.ref, 1) for name in told], deed="notices.rung", by=by)
        ringing.next_at = moment + timedelta(minutes=minutes)
        ringing.save(update_fields=["level", "next_at"])
        record(by=by, deed="notices.rung", ref=ringing.ref, detail={"level": ringing.level, "people": len(told)})


def people_at(ringing: Ringing, whom: str) -> list[str]:
    """The open accounts of a level as they are now."""
    home = ringing.administration
    if whom == NAMED:
        names: Sequence[str] = ringing.named
    elif whom == DUTY:
        names = on_duty_of(home)
    elif whom == FOLLOWING:
        names = on_duty_of(home, following=True)
    else:
        people = Officer.objects.filter(is_active=True)
        if whom == CONTACTS:
            people = people.filter(administration=home, grants__role__in=DESK)
        else:
            people = people.filter(grants__role="steward")
        return sorted(set(people.values_list("username", flat=True)) - {ringing.by})
    there = set(Officer.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    return [name for name in names if name in there and name != ringing.by]


def acknowledge(*, ringing: Ringing, by: Actor) -> Ringing:
    """Says that one has it: it stops ringing for everybody. Raises a refusal where somebody was faster."""
    with transaction.atomic():
        held = Ringing.objects.select_for_update().get(pk=ringing.pk)
        may_acknowledge(by, held)
        _end(ringing=held, by=by, outcome="acknowledged")
        tell(to=[(held.by, held.ref, 1)], deed="notices.acknowledged", by=by)
    return held


def acknowledge_for(*, ref: str, by: Actor, outcome: str = "acknowledged") -> None:
    """Whoever answers a thing has it: what rings for it and for them ends; `withdrawn` where it was taken back."""
    with transaction.atomic():
        for held in Ringing.objects.select_for_update().filter(about=ref, ended_at=None):
            if outcome == "withdrawn" or held.administration == by.administration_code:
                _end(ringing=held, by=by, outcome=outcome)


def _end(*, ringing: Ringing, by: Actor, outcome: str) -> None:
    ringing.outcome, ringing.ended_by, ringing.ended_at = outcome, by.username, now()
    with transaction.atomic():
        ringing.save(update_fields=["outcome", "ended_by", "ended_at"])
        record(by=by, deed="notices.acknowledged", ref=ringing.ref, detail={"outcome": outcome})
