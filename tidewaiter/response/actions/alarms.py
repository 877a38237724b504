"""Deeds of alarms: writing one down, mending it, naming the next payment, taking, closing; and the files with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.people.models import Administration
from tidewaiter.people.queries import zone_of
from tidewaiter.response import policy, states
from tidewaiter.response.mails.reading import facts_of
from tidewaiter.response.models import Alarm, EvidenceFile, Happening, Leg
from tidewaiter.response.queries import digest_of, leg_named, next_number
from tidewaiter.response.words import OUTCOMES
from tidewaiter.response.written import read_alarm, read_leg, read_parties, reader_of_moments
from tidewaiter.vault.actions import keep_file, read

MAIL = ("message/rfc822", "application/vnd.ms-outlook")
_CLOCK = (
    ("transferred_at", "transferred"),
    ("detected_at", "detected"),
    ("reported_at", "reported"),
    ("recall_at", "recall"),
)


def raise_alarm(
    *, said: Mapping[str, Any], legs: Sequence[Mapping[str, Any]], by: Actor, files: Sequence[EvidenceFile] = ()
) -> Alarm:
    """Writes an alarm down with its payments, and calls the desk at once.

    Raises `WrongFields` for what is not understood, `NotAllowed`, `OverLimit`.
    """
    policy.must_raise(by)
    head = read_alarm(said, zone_of(by.administration_code))
    if not legs:
        raise BadInput("legs", _("Name one payment at least: the account that the money went to."))
    if len(legs) > most("response_legs"):
        raise over("response_legs", _("Make a second alarm of the rest."))
    read_legs = [read_leg({"amount": head["amount"], **one}, head["zone"], head["currency"]) for one in legs]
    moment = now()
    year = moment.year
    with transaction.atomic():
        Administration.objects.select_for_update().get(code=by.administration_code)
        recent = Alarm.objects.filter(made_by=by.username, made_at__gt=moment - timedelta(hours=1)).count()
        if recent >= most("response_alarms_hour"):
            raise over("response_alarms_hour", _("Name further payments within one alarm."), waiting_helps=True)
        alarm = Alarm.objects.create(
            ref=new_ref("AL"),
            administration=by.administration_code,
            year=year,
            number=next_number(Alarm, by.administration_code, year),
            made_by=by.username,
            made_at=moment,
            acted_at=moment,
            **head,
        )
        _keep_legs(alarm, legs, read_legs)
        EvidenceFile.objects.filter(pk__in=[one.pk for one in files], alarm=None, by=by.username).update(alarm=alarm)
        happens(alarm=alarm, what="entered", by=by)
        record(by=by, deed="response.alarmed", ref=alarm.ref, version=1, detail={"kind": alarm.kind, "legs": len(legs)})
        ring(ref=alarm.ref, deed="response.alarmed", administration=alarm.administration, by=by)
    return alarm


def _keep_legs(alarm: Alarm, said: Sequence[Mapping[str, Any]], made: Sequence[dict[str, Any]]) -> list[Leg]:
    """Keeps payments in their order; `after` names the payment that one continues. Raises `BadInput`."""
    last = alarm.legs.order_by("-number").values_list("number", flat=True).first() or 0
    known = {leg.number: leg for leg in alarm.legs.all()}
    kept = []
    for number, (typed, fields) in enumerate(zip(said, made, strict=True), start=last + 1):
        after = str(typed.get("after") or "").strip()
        before = known.get(int(after)) if after.isascii() and after.isdigit() and len(after) < 6 else None
        if after and before is None:
            raise BadInput("after", _("The alarm has no payment %(n)s before this one.") % {"n": after[:20]})
        leg = Leg.objects.create(
            alarm=alarm, number=number, after=before, digest=digest_of(fields["to_account"]), **fields
        )
        known[number] = leg
        kept.append(leg)
    return kept


def held(alarm: Alarm) -> Alarm:
    """The alarm's row, held until the transaction ends."""
    return Alarm.objects.select_for_update().get(pk=alarm.pk)


def happens(
    *, alarm: Alarm, what: str, by: Actor, at: datetime | None = None, note: str = "", request: Any = None
) -> None:
    """Writes an act on the alarm's clock."""
    Happening.objects.create(alarm=alarm, what=what, at=at or now(), by=by.username, note=note[:300], request=request)


def acted(alarm: Alarm, by: Actor, *fields: str) -> None:
    """Somebody acted: what rings for it is answered, and the version goes on."""
    alarm.acted_at, alarm.version = now(), alarm.version + 1
    alarm.save(update_fields=["acted_at", "version", *fields])
    acknowledge_for(ref=alarm.ref, by=by)


def say_when(*, alarm: Alarm, what: str, at: str, by: Actor) -> Alarm:
    """Writes down when the payment went, was detected, or was recalled (`transferred detected recall`)."""
    column = {word: name for name, word in _CLOCK if word != "reported"}.get(what)
    if column is None:
        raise BadInput("what", _("Say transferred, detected or recall."))
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_mend(by, alarm)
        moment = reader_of_moments(alarm.zone)(at) if at.strip() else now()
        if column != "transferred_at" and alarm.transferred_at and moment < alarm.transferred_at:
            raise BadInput("at", _("This is before the payment went: look at both times, and their zone."))
        setattr(alarm, column, moment)
        acted(alarm, by, column)
        record(by=by, deed="response.timed", ref=alarm.ref, version=alarm.version, detail={"what": what})
    return alarm


def add_legs(*, alarm: Alarm, legs: Sequence[Mapping[str, Any]], by: Actor) -> list[Leg]:
    """Names further payments of an alarm: onward ones, or others of the same fraud."""
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_mend(by, alarm)
        if not legs:
            raise BadInput("legs", _("Name one payment at least: the account that the money went to."))
        if alarm.legs.count() + len(legs) > most("response_legs"):
            raise over("response_legs", _("Make a second alarm of the rest."))
        made = _keep_legs(alarm, legs, [read_leg(one, alarm.zone, alarm.currency) for one in legs])
        acted(alarm, by)
        happens(alarm=alarm, what="added", by=by)
        record(by=by, deed="response.leg_added", ref=alarm.ref, version=alarm.version, detail={"legs": len(made)})
    return made


def take_alarm(*, alarm: Alarm, by: Actor) -> Alarm:
    """Says that one has it. Raises a refusal where somebody was faster."""
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_take(by, alarm)
        alarm.state, alarm.taken_by = states.TRIAGED, by.username
        acted(alarm, by, "state", "taken_by")
        happens(alarm=alarm, what="taken", by=by)
        record(by=by, deed="response.taken", ref=alarm.ref, version=alarm.version)
    return alarm


def close_alarm(*, alarm: Alarm, outcome: str, by: Actor) -> Alarm:
    """Closes an alarm with its outcome: a person does, never the clock."""
    outcome = OUTCOMES.reader()(outcome)
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_act(by, alarm)
        alarm.state, alarm.outcome = states.CLOSED, outcome
        acted(alarm, by, "state", "outcome")
        happens(alarm=alarm, what="closed", by=by)
        record(by=by, deed="response.closed", ref=alarm.ref, version=alarm.version, detail={"outcome": outcome})
    return alarm


def reopen_alarm(*, alarm: Alarm, by: Actor) -> Alarm:
    """Opens a closed alarm again: money has been found days after."""
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_reopen(by, alarm)
        alarm.state, alarm.outcome = states.TRIAGED, ""
        acted(alarm, by, "state", "outcome")
        happens(alarm=alarm, what="reopened", by=by)
        record(by=by, deed="response.reopened", ref=alarm.ref, version=alarm.version)
    return alarm


def bring_mail(*, path: Path, name: str, by: Actor, alarm: Alarm | None = None) -> EvidenceFile:
    """Keeps a fraudulent mail as it came, with the facts that a child process read in it.

    Raises `BadInput` for what is no mail, `OverLimit`, a refusal.
    """
    policy.must_raise(by)
    _within_budget(by)
    facts = facts_of(path)
    clean = clean_name(name)
    media = MAIL[1] if clean.lower().endswith(".msg") else MAIL[0]
    return keep_evidence(path=path, name=clean, media=media, by=by, alarm=alarm, facts=facts)


def _within_budget(by: Actor) -> None:
    """Of mails that belong to no alarm yet a person brings so many in an hour. Raises `OverLimit`."""
    since = now() - timedelta(hours=1)
    if EvidenceFile.objects.filter(alarm=None, by=by.username, at__gt=since).count() >= most("response_files"):
        raise over("response_files", _("Write the alarms of those that you have brought."), waiting_helps=True)


def keep_evidence(
    *, path: Path, name: str, media: str, by: Actor, alarm: Alarm | None, facts: dict[str, Any] | None = None
) -> EvidenceFile:
    """Keeps a file as it came, in the vault. Raises `OverLimit`, a refusal."""
    kept = keep_file(path=path, media_type=media, by=by)
    with transaction.atomic():
        if alarm is not None:
            alarm = held(alarm)
            policy.may_mend(by, alarm)
            if alarm.files.count() >= most("response_files"):
                raise over("response_files", _("Put several into one zip archive."))
        file = EvidenceFile.objects.create(
            ref=new_ref("EF"),
            alarm=alarm,
            by=by.username,
            at=now(),
            name=name,
            media_type=media,
            size=kept.size,
            digest=kept.digest,
            facts=facts or {},
        )
        record(by=by, deed="response.file_kept", ref=file.ref)
    return file


def take_file(*, file: EvidenceFile, by: Actor) -> bytes:
    """The bytes of a file that one sees; that they were taken is recorded."""
    content = read(file.digest)
    with transaction.atomic():
        record(by=by, deed="response.file_taken", ref=file.ref)
    return content


def name_parties(*, alarm: Alarm, number: Any, said: Mapping[str, Any], by: Actor) -> Leg:
    """Names payer and payee of a payment (`from_name`, `to_born` …). Raises `WrongFields`, a refusal."""
    payer, payee = read_parties(said)
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_mend(by, alarm)
        leg = leg_of(alarm, number)
        leg.from_party, leg.to_party = payer, payee
        leg.save(update_fields=["from_party", "to_party"])
        acted(alarm, by)
        record(by=by, deed="response.parties_named", ref=alarm.ref, version=alarm.version, detail={"leg": leg.number})
    return leg


def look_at(*, alarm: Alarm, by: Actor) -> None:
    """Writes down that somebody read the names of an alarm, and for what."""
    with transaction.atomic():
        record(by=by, deed="response.read", ref=alarm.ref, version=alarm.version, detail={"purpose": "stop-payment"})


def leg_of(alarm: Alarm, number: Any) -> Leg:
    """A payment by the number that a door was told. Raises `BadInput`."""
    text = str(number).strip()
    return leg_named(alarm, int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0)
