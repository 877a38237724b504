"""Deeds of preservation: asking that data be kept, renewing, what they answer, and the request that must follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.room_cards import nodes_reached
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for
from tidewaiter.people.models import Administration
from tidewaiter.response import policy, states
from tidewaiter.response.letters.bases import basis_of
from tidewaiter.response.models import Alarm, Preservation
from tidewaiter.response.queries import next_number, today_of
from tidewaiter.response.words import GROUNDS
from tidewaiter.response.written import Reader, read_country, read_text

PARTS = (
    ("authority", gettext_lazy("a. the authority that asks")),
    ("offence", gettext_lazy("b. the offence, and the facts in brief")),
    ("data", gettext_lazy("c. the stored data, and what they have to do with the offence")),
    ("custodian", gettext_lazy("d. who keeps them, or where the system is")),
    ("necessity", gettext_lazy("e. why preservation is necessary")),
    ("mla_intended", gettext_lazy("f. that a request for mutual assistance is intended")),
)
"""Article 29(2) of the Convention on Cybercrime, in its order."""
LONGEST_DAYS = 180
PRESERVE = "preservation_request"


def read_preservation(said: Mapping[str, Any], day: date, *, renewal: bool = False) -> dict[str, Any]:
    """The columns of a preservation, of a `renewal` with the days that its basis extends by. Raises `WrongFields`."""
    reader = Reader(said, "UTC")
    basis = reader.read("basis", lambda code: basis_of(code, day), None)
    if basis is None:
        reader.needed("basis", _("By which legal basis."))
    days = reader.text("days")
    made: dict[str, Any] = {
        name: reader.read(name, read_text, "") for name in ("authority", "offence", "data", "custodian", "necessity")
    }
    made |= {
        "basis": basis["code"] if basis else "",
        "form": basis["form"] if basis else "",
        "to_country": reader.read("to_country", read_country, ""),
        "to_name": reader.read("to_name", read_text, "")[:200],
        "their_reference": reader.read("their_reference", read_text, "")[:100],
        "mla_intended": _is_yes(said.get("mla_intended")),
        "confidential": _is_yes(said.get("confidential", True)),
        "urgent": _is_yes(said.get("urgent", True)),
        "days": basis["extends" if renewal else "days"] if basis else 60,
    }
    if days and basis:
        least = min(basis["least"], basis["extends"]) if renewal else basis["least"]
        if not (days.isascii() and days.isdigit() and least <= int(days) <= LONGEST_DAYS):
            reader.wrong["days"] = _("From %(least)s to %(most)s days.") % {
                "least": least,
                "most": LONGEST_DAYS,
            }
        else:
            made["days"] = int(days)
    reader.done()
    return made


def _is_yes(said: Any) -> bool:
    return said is True or str(said).strip().lower() in ("1", "true", "on", "yes")


def missing_of(one: Preservation) -> list[str]:
    """The parts of article 29(2) that are not filled, by name."""
    return [name for name, _label in PARTS if not getattr(one, name)]


def draft_preservation(
    *,
    said: Mapping[str, Any],
    by: Actor,
    alarm: Alarm | None = None,
    parent: Preservation | None = None,
    path_of: Preservation | None = None,
    incoming: bool = False,
) -> Preservation:
    """Begins a request that data be kept (or writes down one that came in). Raises `WrongFields`, a refusal."""
    policy.must_preserve(by)
    moment = now()
    fields = read_preservation(said, today_of(by.administration_code), renewal=parent is not None)
    with transaction.atomic():
        Administration.objects.select_for_update().get(code=by.administration_code)
        made = Preservation.objects.create(
            ref=new_ref("PR"),
            administration=by.administration_code,
            year=moment.year,
            number=next_number(Preservation, by.administration_code, moment.year),
            incoming=incoming,
            parent=parent,
            path_of=path_of,
            alarm=alarm,
            made_by=by.username,
            made_at=moment,
            **fields,
        )
        record(by=by, deed="response.preservation_drafted", ref=made.ref, detail={"basis": made.basis})
    return made


def mend_preservation(*, one: Preservation, said: Mapping[str, Any], by: Actor) -> Preservation:
    """Changes a draft. Raises a refusal for one that has gone."""
    fields = read_preservation(said, today_of(one.administration), renewal=one.parent_id is not None)
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.DRAFT)
        for name, value in fields.items():
            setattr(one, name, value)
        one.save()
        record(by=by, deed="response.preservation_mended", ref=one.ref)
    return one


def _held(one: Preservation) -> Preservation:
    return Preservation.objects.select_for_update(of=("self",)).get(pk=one.pk)


def _must_be(one: Preservation, *known: str) -> None:
    if one.state not in known:
        raise Refusal("state", _("This cannot be done with it as it stands: look at it again."))


def send_preservation(*, one: Preservation, by: Actor, by_node: bool = False) -> Preservation:
    """Says that it went, or sends it to the node of its country; its days count from today,
    those of a renewal from the end of what it extends. Raises `BadInput` naming
    what article 29(2) still wants, a refusal where that node is not reached.
    """
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.DRAFT)
        if lacking := missing_of(one):
            labels = dict(PARTS)
            raise WrongFields({name: _("Still to fill: %(part)s.") % {"part": labels[name]} for name in lacking})
        if by_node and (one.incoming or one.to_country not in nodes_reached(PRESERVE)):
            raise Refusal("not_reached", _("No agreement lets such a request go to a node of that country."))
        today = today_of(one.administration)
        one.by_node = by_node
        one.state, one.ordered_on, one.expires_on = states.ASKED, today, _begins(one, today) + timedelta(days=one.days)
        one.save(update_fields=["state", "ordered_on", "expires_on", "by_node"])
        record(by=by, deed="response.preservation_asked", ref=one.ref, detail={"days": one.days})
    return one


def _begins(one: Preservation, today: date) -> date:
    """From which day the days of one count: of a renewal from the end of what it extends, while that runs."""
    extended = one.parent
    if extended is None or extended.state not in states.KEEPING or extended.expires_on is None:
        return today
    return max(today, extended.expires_on)


def answer_preservation(*, one: Preservation, kind: str, text: str, by: Actor, ground: str = "") -> Preservation:
    """What the other side says: `preserved`, `not_preserved` (with why: of one that came in a `ground` of the treaty),
    `path_disclosed` (article 30: the next provider).
    """
    if kind not in (states.PRESERVED, states.NOT_PRESERVED, states.DISCLOSED):
        raise BadInput("kind", _("Say preserved, not_preserved or path_disclosed."))
    if kind != states.PRESERVED and not text.strip():
        raise BadInput("text", _("Say why, or which provider comes next."))
    ground = ground if kind == states.NOT_PRESERVED else ""
    if kind == states.NOT_PRESERVED and one.incoming and not ground:
        raise BadInput("ground", _("Say by which ground: %(all)s.") % {"all": ", ".join(GROUNDS)})
    if ground:
        ground = GROUNDS.reader()(ground)
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, *states.KEEPING)
        one.state, one.answer, one.ground = kind, read_text(text), ground
        one.save(update_fields=["state", "answer", "ground"])
        acknowledge_for(ref=one.ref, by=by)
        record(by=by, deed="response.preservation_answered", ref=one.ref, detail={"kind": kind, "ground": ground})
    return one


def note_dual_criminality(*, one: Preservation, text: str, by: Actor) -> Preservation:
    """Writes down of a request that came in whether what they call an offence is one here. Keeping needs none
    (article 29(3)); their request for assistance may. Raises a refusal.
    """
    said = read_text(text)
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        if not one.incoming:
            raise Refusal("not_asked", _("This request is your own: the other side looks at it."))
        one.dual = said
        one.save(update_fields=["dual"])
        record(by=by, deed="response.dual_noted", ref=one.ref)
    return one


def follow_path(*, one: Preservation, by: Actor) -> Preservation:
    """Prepares the request to the next provider that an answer named (article 30): a draft with the same parts, and
    with what was answered as its keeper. Raises a refusal.
    """
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.DISCLOSED)
        if one.incoming:
            raise Refusal("not_asked", _("They ask the next provider: what you answered is on its way to them."))
        said = {name: getattr(one, name) for name in _COPIED} | {
            "custodian": one.answer,
            "to_name": "",
            "to_country": "",
        }
        made = draft_preservation(said=said, by=by, alarm=one.alarm, path_of=one)
    return made


_OF_THE_OTHER = ("custodian", "to_country", "to_name", "their_reference")
_COPIED = ("basis", "authority", "offence", "data", "necessity", "mla_intended", "confidential", "urgent")


def renew_preservation(*, one: Preservation, by: Actor) -> Preservation:
    """A renewal: a draft of its own, linked to what it extends, with the same parts. Raises a refusal."""
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, *states.KEEPING)
        times = basis_of(one.basis, today_of(one.administration)).get("times")
        if times and _renewed(one) >= times:
            raise Refusal("extended", _("By this legal basis a request is extended once, and this one was."))
        said = {
            name: getattr(one, name) for name in (*_COPIED, *("custodian", "to_country", "to_name", "their_reference"))
        }
        made = draft_preservation(said=said, by=by, alarm=one.alarm, parent=one, incoming=one.incoming)
        acknowledge_for(ref=one.ref, by=by)
    return made


def _renewed(one: Preservation) -> int:
    """How many renewals lie before it, and whether one follows it."""
    number, above = int(one.renewals.exclude(state=states.DRAFT).exists()), one
    while above.parent is not None and number < LONGEST_DAYS:
        number, above = number + 1, above.parent
    return number


def follow_by_assistance(*, one: Preservation, reference: str, by: Actor) -> Preservation:
    """The request for mutual legal assistance went: warnings end, what is preserved stays so (article 29(7))."""
    said = read_text(reference)[:100]
    if not said:
        raise BadInput("reference", _("Give the reference of the request for mutual legal assistance."))
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, *states.KEEPING)
        one.mla_reference, one.mla_on = said, today_of(one.administration)
        one.save(update_fields=["mla_reference", "mla_on"])
        acknowledge_for(ref=one.ref, by=by)
        record(by=by, deed="response.assistance_asked", ref=one.ref)
    return one


def end_preservation(*, one: Preservation, by: Actor) -> Preservation:
    """Says that the data need not be kept any longer."""
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        one.state = states.ENDED
        one.save(update_fields=["state"])
        acknowledge_for(ref=one.ref, by=by, outcome="withdrawn")
        record(by=by, deed="response.preservation_ended", ref=one.ref)
    return one


def look_at_preservation(*, one: Preservation, by: Actor) -> None:
    """Writes down that somebody read whom a preservation is about, and for what."""
    with transaction.atomic():
        record(by=by, deed="response.preservation_read", ref=one.ref, detail={"purpose": "preservation of evidence"})
