"""Deeds of four eyes: a steward's gravest deeds are asked for by one and confirmed by another (docs/decisions/0032)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.actions.accounts import grant, resume, revoke
from tidewaiter.people.actions.places import cover, demand_second_factor, drop_second_factor, place_administration
from tidewaiter.people.actions.sign_on import link_identity, map_claim, unmap_claim
from tidewaiter.people.four_eyes import TwoStewards
from tidewaiter.people.keys import last_code, open_codes
from tidewaiter.people.models import Officer, Proposal

VALID_FOR = timedelta(days=1)


def propose(*, deed: str, subject: str, data: dict[str, Any], by: Actor) -> Proposal:
    """Asks another steward to confirm a deed within a day; the same question is asked once. Raises a refusal."""
    policy.must_be_steward(by)
    if deed not in DEEDS:
        raise Refusal("no_deed", _("This deed is not confirmed by another."))
    moment = now()
    with transaction.atomic():
        same = Proposal.objects.filter(
            deed=deed, subject=subject, data=data, asked_by=by.username, decided_at=None, expires_at__gt=moment
        ).first()
        if same is not None:
            return same
        made = Proposal.objects.create(
            ref=new_ref("FE"),
            deed=deed,
            subject=subject,
            data=data,
            asked_by=by.username,
            asked_at=moment,
            expires_at=moment + VALID_FOR,
        )
        record(by=by, deed="people.proposed", ref=made.ref, detail={"deed": deed, "subject": subject, **data})
    return made


def confirm(*, ref: str, by: Actor) -> Proposal:
    """Confirms what another steward has asked for; it is done at once in their name, and both
    stand in the ledger. Raises a refusal.
    """
    with transaction.atomic():
        asked = _waiting(ref, by)
        if asked.asked_by == by.username:
            raise NotAllowed("own_proposal", _("Another steward confirms what you have asked for."))
        asker = Officer.objects.filter(username=asked.asked_by, is_active=True).first()
        if asker is None or not policy.is_steward(asker):
            raise Refusal("asker_gone", _("Who asked for this is no steward any more."))
        if asked.deed in RAISING:
            _must_be_redeemed(_officer(asked))
        _decide(asked, "confirmed", by)
        record(by=by, deed="people.confirmed", ref=asked.ref, detail={"deed": asked.deed, "asked_by": asked.asked_by})
        DEEDS[asked.deed](asked, TwoStewards(asker, by.username))
    return asked


def decline(*, ref: str, by: Actor) -> None:
    """Says no to what another steward has asked for, or takes one's own question back. Raises a refusal."""
    with transaction.atomic():
        asked = _waiting(ref, by)
        _decide(asked, "declined", by)
        record(by=by, deed="people.declined", ref=asked.ref, detail={"deed": asked.deed, "asked_by": asked.asked_by})


def take_up(*, deed: str, by: Actor, subject: str = "", data: dict[str, Any] | None = None) -> Actor | None:
    """Uses up what another has confirmed to this person and what they do by themselves.

    A code is shown to who asked for it and to nobody else. Gives who acts then: both
    together; nothing where nothing of the kind was confirmed. Raises a refusal.
    """
    policy.must_be_steward(by)
    with transaction.atomic():
        waiting = Proposal.objects.select_for_update().filter(
            deed=deed, asked_by=by.username, outcome="confirmed", expires_at__gt=now()
        )
        if subject:
            waiting = waiting.filter(subject=subject)
        found = next((one for one in waiting.order_by("pk") if data is None or one.data == data), None)
        if found is None:
            return None
        Proposal.objects.filter(pk=found.pk).update(outcome="done")
        record(
            by=by, deed="people.confirmed_done", ref=found.ref, detail={"deed": deed, "confirmed_by": found.decided_by}
        )
    return TwoStewards(by, found.decided_by)


def _must_be_redeemed(officer: Officer) -> None:
    """Who made the code that still waits could become what is confirmed. Raises `Refusal`."""
    code = last_code(officer)
    if code is not None and open_codes(officer).filter(pk=code.pk).exists():
        raise Refusal(
            "not_redeemed",
            _("«%(name)s» has not used the code that %(who)s made yet: confirm when its person has chosen a password.")
            % {"name": officer.username, "who": code.made_by},
        )


def _waiting(ref: str, by: Actor) -> Proposal:
    policy.must_be_steward(by)
    found = Proposal.objects.select_for_update().filter(ref=ref, decided_at=None, expires_at__gt=now()).first()
    if found is None:
        raise Missing("no_proposal", _("Nothing of this name waits: it was decided, or a day has passed."))
    return found


def _decide(asked: Proposal, outcome: str, by: Actor) -> None:
    asked.outcome, asked.decided_by, asked.decided_at = outcome, by.username, now()
    asked.save(update_fields=["outcome", "decided_by", "decided_at"])


def _officer(asked: Proposal) -> Officer:
    found = Officer.objects.filter(username=asked.subject).first()
    if found is None:
        raise Missing("no_officer", _("There is no such account."))
    return found


def _grant(asked: Proposal, by: Actor) -> None:
    grant(officer=_officer(asked), role=str(asked.data["role"]), by=by)


def _revoke(asked: Proposal, by: Actor) -> None:
    revoke(officer=_officer(asked), role=str(asked.data["role"]), by=by)


def _cover(asked: Proposal, by: Actor) -> None:
    cover(officer=_officer(asked), regions=list(asked.data["regions"]), by=by)


def _resume(asked: Proposal, by: Actor) -> None:
    resume(officer=_officer(asked), by=by)


def _drop(asked: Proposal, by: Actor) -> None:
    drop_second_factor(officer=_officer(asked), by=by)


def _place(asked: Proposal, by: Actor) -> None:
    said = {name: str(asked.data[name]) for name in ("region", "time_zone", "name")}
    place_administration(code=asked.subject, by=by, **said)


def _demand(asked: Proposal, by: Actor) -> None:
    demand_second_factor(roles=list(asked.data["roles"]), by=by)


def _map_claim(asked: Proposal, by: Actor) -> None:
    said = {name: str(asked.data[name]) for name in ("provider", "value", "role", "administration")}
    map_claim(by=by, **said)


def _unmap_claim(asked: Proposal, by: Actor) -> None:
    unmap_claim(ref=asked.subject, by=by)


def _link_identity(asked: Proposal, by: Actor) -> None:
    said = {name: str(asked.data[name]) for name in ("provider", "subject")}
    link_identity(officer=_officer(asked), by=by, **said)


def _left_to_the_asker(_asked: Proposal, _by: Actor) -> None:
    """What is confirmed is done by the asker themselves (`take_up`)."""


DEEDS = {
    "grant": _grant,
    "revoke": _revoke,
    "cover": _cover,
    "resume": _resume,
    "drop_second_factor": _drop,
    "place_administration": _place,
    "demand_second_factor": _demand,
    "map_claim": _map_claim,
    "unmap_claim": _unmap_claim,
    "link_identity": _link_identity,
    "take_ledger": _left_to_the_asker,
    "reset": _left_to_the_asker,
    "invite": _left_to_the_asker,
}
"""The gravest deeds, and how each is done once it is confirmed."""
RAISING = frozenset({"grant", "cover", "resume"})
"""Those after which an account may do more than before."""
