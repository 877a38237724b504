"""Breaking the glass: an officer who cannot wait reads what investigators alone read, for a quarter of an hour.

A reason is asked, investigators, data-protection officers and stewards are told at once, everything that is read stands
in the ledger as ever, and somebody else judges it after.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.registry.models import BrokenGlass
from tidewaiter.registry.policy import may_read, sees_red
from tidewaiter.registry.queries import glass_to_judge

OPEN_FOR = timedelta(minutes=15)
A_DAY = 3
"""Times a day; who needs it more often calls an investigator."""
LEAST_REASON = 15
VERDICTS = ("justified", "unjustified")
TOLD = ("investigator", "protection", "steward")


def break_glass(*, reason: str, by: Actor) -> BrokenGlass:
    """Opens RED records of one's administration to a reader for fifteen minutes.

    Raises `BadInput` for a reason that says nothing, `Refusal` where it is open, not needed, or was broken thrice
    today; `Missing` for whoever reads no names.
    """
    may_read(by)
    said = " ".join(reason.split())
    if len(said) < LEAST_REASON:
        raise BadInput("reason", _("Say why it cannot wait, in a sentence: others will judge it."))
    moment = now()
    with transaction.atomic():
        held = Officer.objects.select_for_update().get(username=by.username)
        if sees_red(by):
            raise Refusal("open_already", _("You read them already."))
        if BrokenGlass.objects.filter(by=held.username, at__gt=moment - timedelta(days=1)).count() >= A_DAY:
            raise NotAllowed("too_often", _("It was broken three times in a day: call an investigator."))
        made = BrokenGlass.objects.create(
            ref=new_ref("BG"),
            administration=by.administration_code,
            by=held.username,
            reason=said[:1000],
            at=moment,
            until=moment + OPEN_FOR,
        )
        record(by=by, deed="registry.glass_broken", ref=made.ref)
        named = Officer.objects.filter(
            is_active=True, administration_id=by.administration_code, grants__role__in=TOLD
        ).values_list("username", flat=True)
        tell(to=[(name, made.ref, 1) for name in sorted(set(named))], deed="registry.glass_broken", by=by)
    return made


def judge_glass(*, ref: str, verdict: str, note: str, by: Actor) -> BrokenGlass:
    """Says whether it was right. By an investigator or data-protection officer who did not break it, once.

    Raises `Missing`, `NotAllowed`, `BadInput`, `Refusal`.
    """
    with transaction.atomic():
        held = glass_to_judge(by).select_for_update().filter(ref=ref).first()
        if held is None:
            raise Missing("no_glass", _("There is no such page."))
        if verdict not in VERDICTS:
            raise BadInput("verdict", _("Say whether it was justified."))
        if held.by == by.username:
            raise NotAllowed("own", _("Somebody else judges it."))
        if held.verdict:
            raise Refusal("judged_already", _("It was judged already."))
        held.verdict, held.note, held.judged_by, held.judged_at = verdict, note.strip()[:1000], by.username, now()
        held.save(update_fields=["verdict", "note", "judged_by", "judged_at"])
        record(by=by, deed="registry.glass_judged", ref=held.ref, detail={"verdict": verdict})
        tell(to=[(held.by, held.ref, 1)], deed="registry.glass_judged", by=by)
    return held
