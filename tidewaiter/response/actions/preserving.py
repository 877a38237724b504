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
from tidewaiter.response.queries import next_number
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


def read_preservation(said: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The columns of a preservation. Raises `WrongFields`."""
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
        "days": basis["days"] if basis else 60,
    }
    if days and basis:
        if not (days.isascii() and days.isdigit() and basis["least"] <= int(days) <= LONGEST_DAYS):
            reader.wrong["days"] = _("From %(least)s to %(most)s days.") % {
                "least": basis["least"],
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
    incoming: bool = False,
) -> Preservation:
    """Begins a request that data be kept (or writes down one that came in). Raises `WrongFields`, a refusal."""
    policy.must_preserve(by)
    moment = now()
    fields = read_preservation(said, moment.date())
    with transaction.atomic():
        Administration.objects.select_for_update().get(code=by.administration_code)
        made = Preservation.objects.create(
            ref=new_ref("PR"),
            administration=by.administration_code,
            year=moment.year,
            number=next_number(Preservation, by.administration_code, moment.year),
            incoming=incoming,
            parent=parent,
            alarm=alarm,
            made_by=by.username,
            made_at=moment,
            **fields,
        )
        record(by=by, deed="response.preservation_drafted", ref=made.ref, detail={"basis": made.basis})
    return made


def mend_preservation(*, one: Preservation, said: Mapping[str, Any], by: Actor) -> Preservation:
    """Changes a draft. Raises a refusal for one that has gone."""
    fields = read_preservation(said, now().date())
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
    """Says that it went, or sends it to the node of its country; its days count from today. Raises `BadInput` naming
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
        today = now().date()
        one.by_node = by_node
        one.state, one.ordered_on, one.expires_on = states.ASKED, today, today + timedelta(days=one.days)
        one.save(update_fields=["state", "ordered_on", "expires_on", "by_node"])
        record(by=by, deed="response.preservation_asked", ref=one.ref, detail={"days": one.days})
    return one


def answer_preservation(*, one: Preservation, kind: str, text: str, by: Actor) -> Preservation:
    """What the other side says: `preserved`, `not_preserved` (with why), `path_disclosed` (article 30: the next
    provider).
    """
    if kind not in (states.PRESERVED, states.NOT_PRESERVED, states.DISCLOSED):
        raise BadInput("kind", _("Say preserved, not_preserved or path_disclosed."))
    if kind != states.PRESERVED and not text.strip():
        raise BadInput("text", _("Say why, or which provider comes next."))
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.ASKED, states.PRESERVED, states.DISCLOSED)
        one.state, one.answer = kind, read_text(text)
        one.save(update_fields=["state", "answer"])
        acknowledge_for(ref=one.ref, by=by)
        record(by=by, deed="response.preservation_answered", ref=one.ref, detail={"kind": kind})
    return one


def renew_preservation(*, one: Preservation, by: Actor) -> Preservation:
    """A renewal: a draft of its own, linked to what it extends, with the same parts. Raises a refusal."""
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.ASKED, states.PRESERVED, states.DISCLOSED)
        said = {
            name: getattr(one, name)
            for name in (
                *("basis", "authority", "offence", "data", "custodian", "necessity", "to_country", "to_name"),
                *("their_reference", "mla_intended", "confidential", "urgent"),
            )
        }
        made = draft_preservation(said=said, by=by, alarm=one.alarm, parent=one, incoming=one.incoming)
        acknowledge_for(ref=one.ref, by=by)
    return made


def follow_by_assistance(*, one: Preservation, reference: str, by: Actor) -> Preservation:
    """The request for mutual legal assistance went: warnings end, what is preserved stays so (article 29(7))."""
    said = read_text(reference)[:100]
    if not said:
        raise BadInput("reference", _("Give the reference of the request for mutual legal assistance."))
    with transaction.atomic():
        one = _held(one)
        policy.may_move_preservation(by, one)
        _must_be(one, states.ASKED, states.PRESERVED, states.DISCLOSED)
        one.mla_reference, one.mla_on = said, now().date()
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
