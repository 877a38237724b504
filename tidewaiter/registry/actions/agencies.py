"""Letting other agencies in by agreement: by database, group of records and purpose, until a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Officer
from tidewaiter.registry.agreements import DATABASE_WORDS, MARKS, ROLE
from tidewaiter.registry.models import AgencyAgreement, AgencyMember
from tidewaiter.registry.policy import LEAST_PURPOSE, LONGEST_PURPOSE, may_agree, must_have_reason
from tidewaiter.registry.states import STATES

LONGEST_TERM = timedelta(days=3 * 366)
MOST_PURPOSES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was agreed with an agency, as it was written down."""

    agency: str
    paper: str
    databases: list[str]
    purposes: list[str]
    ends_on: str
    begins_on: str = ""
    forms: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    most: str = "AMBER"


def agree(*, said: Agreed, by: Actor) -> AgencyAgreement:
    """Lets an agency in; nobody of it yet. Raises `BadInput` with what is missing, or a refusal."""
    may_agree(by)
    begins = _day(said.begins_on, "begins_on") if said.begins_on.strip() else now().date()
    ends = _day(said.ends_on, "ends_on")
    if not begins <= ends <= begins + LONGEST_TERM:
        raise BadInput("ends_on", _("An agreement ends on a day after it begins, within three years."))
    agency, paper = " ".join(said.agency.split()), " ".join(said.paper.split())
    if len(agency) < LEAST_PURPOSE or len(paper) < LEAST_PURPOSE:
        raise BadInput("agency", _("Say which agency, and by which written agreement."))
    with transaction.atomic():
        made = AgencyAgreement.objects.create(
            ref=new_ref("AG"),
            administration=by.administration_code,
            agency=agency[:200],
            paper=paper[:200],
            databases=_of("databases", said.databases, DATABASE_WORDS, least=1),
            forms=_of("forms", said.forms, {form.code for form in forms_in_use()}),
            states=_of("states", said.states, STATES),
            most=_of("most", [said.most], MARKS, least=1)[0],
            purposes=_purposes(said.purposes),
            begins_on=begins,
            ends_on=ends,
            made_by=by.username,
            made_at=now(),
        )
        detail = {name: getattr(made, name) for name in ("databases", "forms", "states", "most")}
        record(by=by, deed="registry.agency_agreed", ref=made.ref, detail=detail | {"ends_on": ends.isoformat()})
    return made


def _day(said: str, name: str) -> date:
    found = read_date(said).value
    if found is None or found.precision != "day":
        raise BadInput(name, _("«%(said)s» is no day. Write it as 2027-04-14.") % {"said": said[:40]})
    return date.fromisoformat(found.iso)


def _of(name: str, said: Iterable[str], known: Iterable[str], least: int = 0) -> list[str]:
    wanted, codes = list(dict.fromkeys(part.strip() for part in said if part.strip())), list(known)
    if len(wanted) < least or not set(wanted) <= set(codes):
        raise BadInput(name, _("Say any of: %(codes)s.") % {"codes": ", ".join(codes)})
    return wanted


def _purposes(said: Iterable[str]) -> list[str]:
    made = list(dict.fromkeys(" ".join(one.split())[:LONGEST_PURPOSE] for one in said if one.strip()))
    if not made or len(made) > MOST_PURPOSES or any(len(one) < LEAST_PURPOSE for one in made):
        raise BadInput("purposes", _("Say for what its people read: one purpose a line, twelve at most."))
    return made


def _held(ref: str, by: Actor) -> AgencyAgreement:
    """An agreement that stands, locked. Raises `Missing`, `Refusal`."""
    may_agree(by)
    held = AgencyAgreement.objects.select_for_update().filter(ref=ref, administration=by.administration_code).first()
    if held is None:
        raise Missing("no_agreement", _("There is no such agreement."))
    if held.ended_at is not None:
        raise Refusal("ended", _("This agreement has ended."))
    return held


def end_agreement(*, ref: str, reason: str, by: Actor) -> AgencyAgreement:
    """Ends an agreement before its day: from now on nobody reads by it. Raises a refusal."""
    said = must_have_reason(reason)
    with transaction.atomic():
        held = _held(ref, by)
        held.ended_by, held.ended_at, held.ended_why = by.username, now(), said
        held.save(update_fields=["ended_by", "ended_at", "ended_why"])
        record(by=by, deed="registry.agency_ended", ref=held.ref)
    return held


def let_in(*, ref: str, username: str, by: Actor) -> AgencyMember:
    """Lets one of the agency's people in: an account of a partner and of nothing else. Raises a refusal."""
    with transaction.atomic():
        held = _held(ref, by)
        person = Officer.objects.filter(username=username.strip(), is_active=True).first()
        if person is None or person.role_codes != {ROLE}:
            raise BadInput(
                "username",
                _("«%(name)s» is no account of a partner. Make one for each person of the agency.")
                % {"name": username[:60]},
            )
        made, new = AgencyMember.objects.get_or_create(
            agreement=held, username=person.username, defaults={"made_by": by.username, "made_at": now()}
        )
        if new:
            record(by=by, deed="registry.agency_let_in", ref=held.ref, detail={"username": person.username})
    return made


def put_out(*, ref: str, username: str, by: Actor) -> None:
    """Takes one of an agency's people out of its agreement. Raises a refusal."""
    with transaction.atomic():
        held = _held(ref, by)
        gone, _kinds = AgencyMember.objects.filter(agreement=held, username=username).delete()
        if not gone:
            raise Missing("no_member", _("Nobody of this name is let in by it."))
        record(by=by, deed="registry.agency_put_out", ref=held.ref, detail={"username": username})
