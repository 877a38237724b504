"""Suspects: grounds to look out for somebody, in predefined states, each with a day to review it and a day it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Outdated, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.registry import states
from tidewaiter.registry.models import Entity, Sighting, Suspect, SuspectStep, SuspectTask
from tidewaiter.registry.policy import may_read, may_write, must_be_writer, must_have_reason, writes
from tidewaiter.registry.suspect_queries import visible_suspects

VERDICTS = ("same", "other", "unsure")
_DEED = {
    "assess": "registry.suspect_assessed",
    "watch": "registry.suspect_watched",
    "investigate": "registry.suspect_investigated",
    "hand_over": "registry.suspect_handed_over",
    "close": "registry.suspect_closed",
    "reopen": "registry.suspect_reopened",
    "review": "registry.suspect_reviewed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is decided of a suspect, and what is said with it. Days are ISO; empty ones follow the state's term."""

    deed: str
    reason: str
    version: int | None = None
    """The suspect's version that was read; nothing: whichever stands (a command at the node itself)."""
    action: str = ""
    advice: str = ""
    owner: str = ""
    to: str = ""
    review_on: str = ""
    expires_on: str = ""


def signal(*, entity: Entity, reason: str, by: Actor) -> Suspect:
    """Says that there are grounds to look out for an entity of one's administration, or one on a published list.

    Officers signal too; an investigator or contact point takes it with the first move. Raises `Refusal` where it is
    signalled already, `NotAllowed` for another administration's, `BadInput` without a reason.
    """
    may_read(by)
    reason = must_have_reason(reason)
    if not entity.listed and entity.administration != by.administration_code:
        raise NotAllowed("not_yours", _("Another administration's record is theirs to signal."))
    moment, term = now(), states.TERMS[states.SIGNALLED]
    today = moment.date()
    try:
        with transaction.atomic():
            made = Suspect.objects.create(
                entity=entity,
                administration=by.administration_code,
                state=states.SIGNALLED,
                owner=by.username if writes(by) else "",
                review_on=today + term.review,
                expires_on=today + term.kept,
                made_at=moment,
                changed_at=moment,
            )
            _step(made, "signal", reason, by, moment)
            record(by=by, deed="registry.suspect_signalled", ref=entity.ref, version=1)
            tell(to=_investigators(by, entity.ref), deed="registry.suspect_signalled", by=by)
    except IntegrityError as error:
        raise Refusal("signalled_already", _("It is signalled already.")) from error
    return made


def _step(suspect: Suspect, deed: str, reason: str, by: Actor, moment: Any, to: str = "") -> None:
    SuspectStep.objects.create(
        suspect=suspect,
        version=suspect.version,
        deed=deed,
        state=suspect.state,
        reason=reason,
        to=to.strip()[:200],
        by=by.username,
        at=moment,
    )


def _investigators(by: Actor, ref: str) -> list[tuple[str, str, int]]:
    named = Officer.objects.filter(
        is_active=True, administration_id=by.administration_code, grants__role="investigator"
    ).values_list("username", flat=True)
    return [(name, ref, 1) for name in sorted(set(named))]


def move_suspect(*, ref: str, move: Move, by: Actor) -> Suspect:
    """Moves a suspect on, or reviews it. Whoever moves one that nobody has takes it.

    Raises `Missing`, `NotAllowed`, `Outdated` where another step was taken meanwhile, `Refusal` for a move that the
    state does not have, `BadInput` for days that do not fit or a hand-over to nobody.
    """
    may_write(by)
    reason = must_have_reason(move.reason)
    if move.deed not in states.MOVES:
        raise BadInput("deed", _("Say what is decided: %(deeds)s.") % {"deeds": ", ".join(states.MOVES)})
    with transaction.atomic():
        held = _held(ref, by, move.version)
        to_state = states.MOVES[move.deed].get(held.state)
        if to_state is None:
            raise Refusal("wrong_state", _("That cannot be done with a suspect in this state."))
        _taken_in(held, to_state, move, by)
        moment = now()
        held.version, held.state, held.changed_at, held.reminded_on = held.version + 1, to_state, moment, None
        held.save()
        _step(held, move.deed, reason, by, moment, move.to)
        record(by=by, deed=_DEED[move.deed], ref=held.pk, version=held.version)
        tell(
            to=[(name, held.pk, 1) for name in dict.fromkeys([held.owner, *held.helpers]) if name],
            deed=_DEED[move.deed],
            by=by,
        )
    return held


def _held(ref: str, by: Actor, version: int | None) -> Suspect:
    held = visible_suspects(by).select_for_update(of=("self",)).filter(pk=ref).first()
    if held is None:
        raise Missing("no_suspect", _("There is no such suspect."))
    if version is not None and version != held.version:
        raise Outdated("another_version", _("Another step was taken meanwhile. Read it, then decide."), held.version)
    return held


def _taken_in(held: Suspect, to_state: str, move: Move, by: Actor) -> None:
    """What a move says beside its state. Raises `BadInput`."""
    if move.action and move.action not in states.ACTIONS:
        raise BadInput("action", _("Say what to do if met: %(actions)s.") % {"actions": ", ".join(states.ACTIONS)})
    if to_state == states.WATCHED and not (move.action or held.action):
        raise BadInput("action", _("Who is watched needs what to do if met: report, discreet check or specific check."))
    if move.deed == "hand_over" and len(move.to.strip()) < 2:
        raise BadInput("to", _("Say to whom it is handed over."))
    if move.owner:
        held.owner = must_be_writer(move.owner, by)
    held.owner = held.owner or by.username
    held.action = "" if to_state == states.CLOSED else move.action or held.action
    held.advice = move.advice.strip()[:500] or held.advice
    today, term = now().date(), states.TERMS[to_state]
    expires = _day("expires_on", move.expires_on) or today + term.kept
    review = _day("review_on", move.review_on) or min(today + term.review, expires)
    if not today < expires <= today + states.LONGEST:
        raise BadInput("expires_on", _("It ends between tomorrow and five years from now."))
    if not today < review <= expires:
        raise BadInput("review_on", _("It is reviewed between tomorrow and the day it ends."))
    held.review_on, held.expires_on = review, expires


def _day(field: str, said: str) -> date | None:
    if not said.strip():
        return None
    found = read_date(said).value
    if found is None or found.precision != "day":
        raise BadInput(field, _("«%(said)s» is no day. Write it as 2027-04-14.") % {"said": said[:40]})
    return date.fromisoformat(found.iso)


def assign_suspect(*, ref: str, owner: str, helpers: list[str], by: Actor, version: int | None = None) -> Suspect:
    """Gives a suspect to somebody, with helpers. Raises `Missing`, `Outdated`, `BadInput`."""
    may_write(by)
    with transaction.atomic():
        held = _held(ref, by, version)
        held.owner = must_be_writer(owner, by)
        named = dict.fromkeys(name.strip() for name in helpers if name.strip())
        held.helpers = [must_be_writer(name, by) for name in named if name != held.owner]
        held.changed_at = now()
        held.save(update_fields=["owner", "helpers", "changed_at"])
        record(by=by, deed="registry.suspect_assigned", ref=held.pk, version=held.version)
        tell(to=[(name, held.pk, 1) for name in [held.owner, *held.helpers]], deed="registry.suspect_assigned", by=by)
    return held


def add_task(*, ref: str, what: str, by: Actor, to: str = "", due_on: str = "") -> SuspectTask:
    """Gives somebody something to do about a suspect; oneself where nobody is named. Raises `BadInput`, `Missing`."""
    may_write(by)
    if len(what.strip()) < 3:
        raise BadInput("what", _("Say what is to be done."))
    with transaction.atomic():
        held = _held(ref, by, None)
        made = SuspectTask.objects.create(
            ref=new_ref("RT"),
            suspect=held,
            what=" ".join(what.split())[:300],
            to=must_be_writer(to, by) if to.strip() else by.username,
            due_on=_day("due_on", due_on),
            made_by=by.username,
            made_at=now(),
        )
        record(by=by, deed="registry.task_given", ref=held.pk, detail={"task": made.ref})
        tell(to=[(made.to, held.pk, 1)], deed="registry.task_given", by=by)
    return made


def finish_task(*, ref: str, by: Actor) -> SuspectTask:
    """Says that a task is done. Raises `Missing`, and `Refusal` where it was done already."""
    may_write(by)
    with transaction.atomic():
        seen = visible_suspects(by).values("pk")
        held = SuspectTask.objects.select_for_update().filter(ref=ref, suspect__in=seen).first()
        if held is None:
            raise Missing("no_task", _("There is no such task."))
        if held.done_at is not None:
            raise Refusal("done_already", _("It is done already."))
        held.done_by, held.done_at = by.username, now()
        held.save(update_fields=["done_by", "done_at"])
        record(by=by, deed="registry.task_done", ref=held.suspect_id, detail={"task": held.ref})
    return held


def report_sighting(*, ref: str, seen_on: str, place: str, what: str, by: Actor) -> Sighting:
    """Says that a suspect was met. Officers do that; the owner and helpers are told. Raises `BadInput`, `Missing`."""
    may_read(by)
    if len(place.strip()) < 2 or len(what.strip()) < 3:
        raise BadInput("what", _("Say where it was, and what was seen."))
    day = _day("seen_on", seen_on) or now().date()
    if day > now().date():
        raise BadInput("seen_on", _("That day has not come yet."))
    with transaction.atomic():
        held = _held(ref, by, None)
        if held.state == states.CLOSED:
            raise Refusal("wrong_state", _("It is closed: signal it anew, then say where it was met."))
        made = Sighting.objects.create(
            ref=new_ref("RS"),
            suspect=held,
            seen_on=day,
            place=place.strip()[:200],
            what=what.strip()[:2000],
            made_by=by.username,
            made_at=now(),
        )
        record(by=by, deed="registry.sighted", ref=held.pk, detail={"sighting": made.ref})
        named = [name for name in [held.owner, *held.helpers] if name]
        tell(to=[(name, held.pk, 1) for name in named] or _investigators(by, held.pk), deed="registry.sighted", by=by)
    return made


def judge_sighting(*, ref: str, verdict: str, note: str, by: Actor) -> Sighting:
    """Says whether it was the suspect: `same`, `other`, `unsure`. Raises `BadInput`, `Missing`, `Refusal`."""
    may_write(by)
    if verdict not in VERDICTS:
        raise BadInput("verdict", _("Say whether it was the same, another, or cannot be told."))
    with transaction.atomic():
        seen = visible_suspects(by).values("pk")
        held = Sighting.objects.select_for_update().filter(ref=ref, suspect__in=seen).first()
        if held is None:
            raise Missing("no_sighting", _("There is no such sighting."))
        if held.verdict:
            raise Refusal("judged_already", _("It was assessed already."))
        held.verdict, held.note, held.judged_by, held.judged_at = verdict, note.strip()[:1000], by.username, now()
        held.save(update_fields=["verdict", "note", "judged_by", "judged_at"])
        record(by=by, deed="registry.sighting_assessed", ref=held.suspect_id, detail={"sighting": held.ref})
        tell(to=[(held.made_by, held.suspect_id, 1)], deed="registry.sighting_assessed", by=by)
    return held
