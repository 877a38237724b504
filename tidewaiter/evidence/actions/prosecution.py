"""Deeds of the way through the court: opening, charging, filing, hearing, ordering, disclosing, judging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import Charge, CourtOrder, Disclosure, Exhibit, Hearing, Proceeding
from tidewaiter.evidence.queries import case_exhibits, exhibit_named, exhibits_named
from tidewaiter.evidence.typed import (
    one_of,
    read_currency_code,
    read_day,
    read_line,
    read_quantity,
    read_text,
    reader_of_moments,
)
from tidewaiter.evidence.words_of_proof import DISCLOSED, ORDERS, OUTCOMES, RESULTS_OF_CHARGES
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.queries import zone_of

REMINDED = timedelta(days=7)


def open_proceeding(*, case: str, said: Mapping[str, Any], by: Actor) -> Proceeding:
    """Begins the way of a case through the court. Raises `Missing` where one sees no exhibit of it."""
    policy.must_order(by)
    rows = case_exhibits(by, case)
    if not rows or not rows[0].case:
        raise Missing("no_exhibit", _("There are no exhibits of such a case for you."))
    typed = TypedFields(said)
    typed.needed("court", _("Say which court or prosecutor."))
    fields = {name: typed.read(name, read_line, "") for name in ("court", "court_reference", "prosecutor")}
    typed.done()
    with transaction.atomic():
        if Proceeding.objects.filter(administration=by.administration_code, case=rows[0].case).exists():
            raise Refusal("open_already", _("This case is before a court already."))
        one = Proceeding.objects.create(
            ref=new_ref("CP"),
            administration=by.administration_code,
            case=rows[0].case,
            case_reference=rows[0].case_reference,
            court=fields["court"][:200],
            court_reference=fields["court_reference"][:100],
            prosecutor=fields["prosecutor"][:200],
            seized_on=min(row.found_at for row in rows).date(),
            made_by=by.username,
            made_at=now(),
        )
        record(by=by, deed="evidence.court_opened", ref=one.ref, version=1, detail={"case": one.case})
    return one


def _held(proceeding: Proceeding, by: Actor, move: str = "") -> Proceeding:
    """The row, held, where its state lets the deed happen, and moved on by it."""
    policy.must_order(by)
    one = Proceeding.objects.select_for_update().get(pk=proceeding.pk)
    allowed = states.PROCEEDING_MOVES[move] if move else dict.fromkeys(states.PROCEEDING_OPEN, "")
    if one.state not in allowed:
        raise Refusal("state", _("This case is no longer, or not yet, at that point."))
    one.state, one.version = allowed[one.state] or one.state, one.version + 1
    return one


def _next(rows: Any) -> int:
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def charge(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Charge:
    """Adds what somebody is charged with."""
    typed = TypedFields(said)
    typed.needed("law", _("Say under which law."))
    typed.needed("text", _("Say with what."))
    fields = {
        "law": typed.read("law", read_line, "")[:200],
        "text": typed.read("text", read_text, ""),
        "accused": typed.read("accused", read_line, "")[:200],
    }
    typed.done()
    with transaction.atomic():
        one = _held(proceeding, by)
        made = Charge.objects.create(proceeding=one, number=_next(one.charges), by=by.username, at=now(), **fields)
        one.save(update_fields=["version"])
        record(by=by, deed="evidence.charged", ref=one.ref, version=one.version, detail={"number": made.number})
    return made


def file_case(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Proceeding:
    """The charges are before the court. Raises `Refusal` where there is none."""
    typed = TypedFields(said)
    on = typed.read("on", read_day, now().date())
    reference = typed.read("court_reference", read_line, "")[:100]
    typed.done()
    with transaction.atomic():
        one = _held(proceeding, by, "file")
        if not one.charges.exists():
            raise Refusal("no_charge", _("There is no charge to file."))
        one.filed_on, one.court_reference = on, reference or one.court_reference
        one.save()
        record(by=by, deed="evidence.court_filed", ref=one.ref, version=one.version)
    return one


def set_hearing(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Hearing:
    """A day in court, and which exhibits must be there."""
    typed = TypedFields(said)
    typed.needed("on", _("Say when."))
    fields = {
        "on": typed.read("on", reader_of_moments(zone_of(by.administration_code), ahead=True), now()),
        "about": typed.read("about", read_text, ""),
    }
    typed.done()
    needed, unknown = exhibits_named(by, _codes(said.get("needs")))
    if unknown:
        raise BadInput("needs", _("Unknown: %(codes)s.") % {"codes": ", ".join(unknown[:10])})
    with transaction.atomic():
        one = _held(proceeding, by, "hear")
        made = Hearing.objects.create(
            proceeding=one,
            number=_next(one.hearings),
            needs=[each.ref for each in needed],
            by=by.username,
            at=now(),
            **fields,
        )
        one.save(update_fields=["state", "version"])
        record(by=by, deed="evidence.hearing_set", ref=one.ref, version=one.version, detail={"number": made.number})
    return made


def _codes(said: Any) -> list[str]:
    if isinstance(said, list):
        return [str(one) for one in said]
    return str(said or "").replace(",", " ").split()


def end_hearing(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Hearing:
    """What came of a day in court."""
    typed = TypedFields(said)
    typed.needed("result", _("Say what came of it."))
    result = typed.read("result", read_text, "")
    typed.done()
    number = str(said.get("number") or "")
    with transaction.atomic():
        one = _held(proceeding, by)
        found = one.hearings.select_for_update().filter(number=int(number) if number.isdecimal() else 0).first()
        if found is None:
            raise Missing("no_hearing", _("There is no such hearing."))
        found.result = result
        found.save(update_fields=["result"])
        one.save(update_fields=["version"])
        record(by=by, deed="evidence.hearing_ended", ref=one.ref, version=one.version, detail={"number": found.number})
    return found


def write_order(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> CourtOrder:
    """What a court or a prosecutor has ordered, about which exhibits."""
    typed = TypedFields(said)
    for name, sentence in (("called", _("Say how it is called.")), ("issued_by", _("Say who ordered it."))):
        typed.needed(name, sentence)
    fields = {
        "kind": typed.read("kind", one_of(ORDERS), "other"),
        "called": typed.read("called", read_line, "")[:100],
        "issued_by": typed.read("issued_by", read_line, "")[:200],
        "issued_on": typed.read("issued_on", read_day, now().date()),
        "text": typed.read("text", read_text, ""),
    }
    typed.done()
    about, unknown = exhibits_named(by, _codes(said.get("exhibits")))
    if unknown:
        raise BadInput("exhibits", _("Unknown: %(codes)s.") % {"codes": ", ".join(unknown[:10])})
    with transaction.atomic():
        one = _held(proceeding, by)
        made = CourtOrder.objects.create(
            proceeding=one,
            number=_next(one.orders),
            exhibits=[each.ref for each in about],
            by=by.username,
            at=now(),
            **fields,
        )
        one.save(update_fields=["version"])
        detail = {"number": made.number, "kind": made.kind}
        record(by=by, deed="evidence.order_written", ref=one.ref, version=one.version, detail=detail)
    return made


def disclose(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Disclosure:
    """A line of the disclosure list. What was shown or copied is an event of the exhibit, too.

    Raises `WrongFields`: shown needs to whom, withheld needs why.
    """
    typed = TypedFields(said)
    kind = typed.read("kind", one_of(DISCLOSED), "listed")
    if kind in ("shown", "copied"):
        typed.needed("to", _("Say to whom."))
    if kind == "withheld":
        typed.needed("reason", _("Say why it is withheld."))
    fields = {
        "to": typed.read("to", read_line, "")[:200],
        "on": typed.read("on", read_day, now().date()),
        "reason": typed.read("reason", read_text, ""),
        "material": typed.read("material", read_text, ""),
    }
    if not typed.text("exhibit") and not fields["material"]:
        typed.wrong["exhibit"] = _("Say which exhibit, or which other material.")
    typed.done()
    exhibit = exhibit_named(by, typed.text("exhibit")) if typed.text("exhibit") else None
    with transaction.atomic():
        one = _held(proceeding, by)
        if exhibit is not None and exhibit.case != one.case:
            raise BadInput("exhibit", _("This exhibit is of another case."))
        number = _next(one.disclosures)
        if number > most("disclosure_lines"):
            raise over("disclosure_lines", _("Disclose by bundle."))
        made = Disclosure.objects.create(
            proceeding=one, number=number, exhibit=exhibit, kind=kind, by=by.username, at=now(), **fields
        )
        one.save(update_fields=["version"])
        record(by=by, deed="evidence.disclosed", ref=one.ref, version=one.version, detail={"kind": kind})
        if exhibit is not None and kind in ("shown", "copied"):
            _shown(exhibit, made, by)
    return made


def _shown(exhibit: Exhibit, made: Disclosure, by: Actor) -> None:
    exhibit = held(exhibit)
    detail = {"disclosure": made.proceeding_id, "line": made.number, "how": made.kind}
    event = append(exhibit, states.SHOW, by, purpose="court", note=made.to, detail=detail)
    record(by=by, deed="evidence.shown", ref=exhibit.ref, version=event.sequence, detail=told(event))


def judge(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Proceeding:
    """How it ended, charge by charge."""
    typed = TypedFields(said)
    typed.needed("outcome", _("Say how it ended."))
    fields = {
        "outcome": typed.read("outcome", one_of(OUTCOMES), ""),
        "judged_on": typed.read("on", read_day, now().date()),
        "judgement": typed.read("text", read_text, ""),
        "fine": typed.read("fine", read_quantity, None),
        "currency": typed.read("currency", read_currency_code, ""),
    }
    if fields["fine"] is not None and not fields["currency"]:
        typed.wrong["currency"] = _("In which currency?")
    results = {
        name.removeprefix("charge."): one_of(RESULTS_OF_CHARGES)(str(value))
        for name, value in said.items()
        if name.startswith("charge.") and value
    }
    typed.done()
    with transaction.atomic():
        one = _held(proceeding, by, "judge")
        for name, value in fields.items():
            setattr(one, name, value)
        one.save()
        for row in one.charges.all():
            row.result = results.get(str(row.number), row.result)
            row.save(update_fields=["result"])
        detail = {"outcome": one.outcome}
        record(by=by, deed="evidence.judged", ref=one.ref, version=one.version, detail=detail)
    return one


def drop_case(*, proceeding: Proceeding, said: Mapping[str, Any], by: Actor) -> Proceeding:
    """It goes no further, and why."""
    typed = TypedFields(said)
    typed.needed("reason", _("Say why."))
    reason = typed.read("reason", read_text, "")
    typed.done()
    with transaction.atomic():
        one = _held(proceeding, by, "drop")
        one.judgement, one.judged_on = reason, now().date()
        one.save()
        record(by=by, deed="evidence.court_dropped", ref=one.ref, version=one.version)
    return one


type Deed = Callable[..., object]
DEEDS: dict[str, Deed] = {
    "charge": charge,
    "file": file_case,
    "hearing": set_hearing,
    "heard": end_hearing,
    "order": write_order,
    "disclose": disclose,
    "judge": judge,
    "drop": drop_case,
}
"""What pages, programs and commands call them."""


def remind_of_hearings() -> int:
    """Tells whoever opened a case of hearings within the week, once each; gives how many."""
    found = Hearing.objects.filter(told=False, on__lte=now() + REMINDED, on__gt=now()).select_related("proceeding")
    done = 0
    for hearing in found[:200]:
        with transaction.atomic():
            one = hearing.proceeding
            moved = Hearing.objects.filter(pk=hearing.pk, told=False).update(told=True)
            if not moved:
                continue
            tell(to=[(one.made_by, one.ref, one.version)], deed="evidence.hearing_near", by=NODE)
            record(by=NODE, deed="evidence.hearing_near", ref=one.ref, version=one.version)
            done += 1
    return done
