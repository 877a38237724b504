"""Deeds with referrals: a finding is referred to another agency, and what becomes of it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.numbers import NumberRefused, read_decimal
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.trade import policy, states
from tidewaiter.trade.files.sources import run_named
from tidewaiter.trade.models import Referral
from tidewaiter.trade.referral_evidence import evidence_of
from tidewaiter.vault.actions import keep

AGENCIES, OUTCOMES = "referral_agency", "referral_outcome"
LARGEST = Decimal(10) ** 17
WITHOUT_ACCEPTANCE = {
    states.SENT: ("no_answer",),
    states.DECLINED: ("no_irregularity", "data_error", "closed", "passed_on", "other"),
}
"""With which outcomes a referral is concluded that no agency has taken on."""


@dataclass(frozen=True, slots=True)
class Agency:
    """To whom a finding is referred, and what is said beside the evidence."""

    kind: str
    """A code of the list `referral_agency`."""
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What is written down of a move; each deed takes what it needs."""

    reason: str = ""
    """Why it was declined or withdrawn."""
    their_ref: str = ""
    """Under what the agency keeps it."""
    outcome: str = ""
    """A code of the list `referral_outcome`."""
    recovered: str = ""
    """An amount, as it is written."""
    currency: str = ""


def refer(*, run: str, finding: str, to: Agency, by: Actor) -> Referral:
    """Drafts a referral of one finding of one's own administration; its evidence is frozen now and does not change
    any more.

    `finding`: the number of a row of unit prices, or `EXPORTER-IMPORTER-PRODUCT-YEAR` of a mirror comparison. Raises
    `Missing`, `NotAllowed`, `BadInput` for an unknown agency or a finding that the same agency was given already.
    """
    policy.may_analyse(by)
    found = run_named(run, by)
    said = _checked(to)
    finding = finding.strip()[:120]
    frozen = evidence_of(found, finding, by)
    moment = now()
    with transaction.atomic():
        before = Referral.objects.select_for_update().filter(run=run, finding=finding, agency=to.kind)
        if open_one := before.exclude(status=states.WITHDRAWN).first():
            raise BadInput(
                "referred",
                _("This finding was referred to such an agency already: %(ref)s.") % {"ref": open_one.ref},
            )
        kept = keep(content=frozen.content, media_type="application/json", by=by)
        made = Referral.objects.create(
            ref=new_ref("TR"),
            administration=by.administration_code,
            run=run,
            analysis=found.analysis,
            finding=finding,
            title=frozen.title,
            amount=frozen.amount,
            evidence=kept.digest,
            **said,
            drafted_by=by.username,
            drafted_at=moment,
            changed_by=by.username,
            changed_at=moment,
        )
        record(by=by, deed="trade.referred", ref=made.ref, detail={"agency": made.agency, "evidence": made.evidence})
    return made


def _checked(to: Agency) -> dict[str, str]:
    if to.kind not in list_view(AGENCIES).codes:
        codes = ", ".join(list_view(AGENCIES).codes)
        raise BadInput("agency", _("Say what kind of agency it is: %(codes)s.") % {"codes": codes})
    name, note = mask_personal_data(read_name(to.name, 150)), mask_personal_data(to.note.strip())
    if not name:
        raise BadInput("agency_name", _("Say which agency it is."))
    if len(note) > 2000:
        raise BadInput("too_long", _("A note may have 2,000 signs."))
    return {"agency": to.kind, "agency_name": name, "note": note}


def amend_referral(*, referral: Referral, to: Agency, by: Actor, mark: str = "") -> Referral:
    """Names another agency, or says something else beside the evidence,
    as long as it was not sent. Raises a refusal.
    """
    said = _checked(to)
    with transaction.atomic():
        held = _held(referral, "amend", by, mark)
        for name, value in said.items():
            setattr(held, name, value)
        return _moved(held, "amend", "trade.referral_amended", by)


def send_referral(*, referral: Referral, by: Actor, mark: str = "") -> Referral:
    """Writes down that the agency was given the evidence. Raises a refusal."""
    with transaction.atomic():
        held = _held(referral, "send", by, mark)
        held.sent_by, held.sent_at = by.username, now()
        return _moved(held, "send", "trade.referral_sent", by)


def accept_referral(*, referral: Referral, said: Result, by: Actor, mark: str = "") -> Referral:
    """Writes down that the agency has taken it on, and under what it keeps it. Raises a refusal."""
    with transaction.atomic():
        held = _held(referral, "accept", by, mark)
        held.their_ref = mask_personal_data(read_name(said.their_ref, 80))
        return _moved(held, "accept", "trade.referral_accepted", by)


def decline_referral(*, referral: Referral, said: Result, by: Actor, mark: str = "") -> Referral:
    """Writes down that the agency will not take it on, and why. Raises a refusal."""
    with transaction.atomic():
        held = _held(referral, "decline", by, mark)
        held.reason = _reason(said)
        return _moved(held, "decline", "trade.referral_declined", by)


def withdraw_referral(*, referral: Referral, said: Result, by: Actor, mark: str = "") -> Referral:
    """Takes a referral back, and says why; that is its end. Raises a refusal."""
    with transaction.atomic():
        held = _held(referral, "withdraw", by, mark)
        held.reason = _reason(said)
        return _moved(held, "withdraw", "trade.referral_withdrawn", by)


def conclude_referral(*, referral: Referral, said: Result, by: Actor, mark: str = "") -> Referral:
    """Writes down what came of it, and what was recovered; that is its end.

    Without an agency that took it on nothing but `no_answer`, or of a declined one a reason to close, can have come of
    it, and nothing was recovered. Raises a refusal.
    """
    with transaction.atomic():
        held = _held(referral, "conclude", by, mark)
        known = list_view(OUTCOMES).codes
        allowed = WITHOUT_ACCEPTANCE.get(held.status, tuple(known))
        if said.outcome not in known or said.outcome not in allowed:
            raise BadInput("outcome", _("Say what came of it: %(codes)s.") % {"codes": ", ".join(allowed)})
        held.outcome = said.outcome
        held.recovered, held.currency = _recovered(said)
        if held.recovered is not None and held.status != states.ACCEPTED:
            raise BadInput("recovered", _("No agency has taken it on, so nothing was recovered by it."))
        return _moved(held, "conclude", "trade.referral_concluded", by)


def _recovered(said: Result) -> tuple[Decimal | None, str]:
    if not said.recovered.strip():
        if said.currency.strip():
            raise BadInput("recovered", _("Say how much was recovered, or leave the currency out."))
        return None, ""
    try:
        amount = read_decimal(said.recovered.strip()[:60])
    except NumberRefused as refused:
        raise BadInput(
            "recovered", _("«%(text)s» is not one certain amount.") % {"text": said.recovered[:40]}
        ) from refused
    if not 0 <= amount < LARGEST:
        raise BadInput("recovered", _("An amount recovered is nothing or more."))
    currency = said.currency.strip().upper()
    if currency not in list_view("currency").codes:
        raise BadInput("currency", _("Say in which currency: a code such as USD."))
    return amount.quantize(Decimal("0.01")), currency


def _reason(said: Result) -> str:
    why = said.reason.strip()
    if not why:
        raise Refusal("reason", _("Say why: the colleagues who come after need it."))
    return mask_personal_data(why[:1000])


def _held(referral: Referral, deed: str, by: Actor, mark: str) -> Referral:
    """The referral under lock, once it may be moved so. Raises a refusal, `Outdated`."""
    held = Referral.objects.select_for_update().get(pk=referral.pk)
    policy.may_move(by, held, deed)
    policy.must_be_as_seen(held, mark)
    return held


def _moved(held: Referral, deed: str, entry: str, by: Actor) -> Referral:
    held.status = states.MOVES[deed][held.status]
    held.changed_by, held.changed_at = by.username, now()
    held.save()
    record(by=by, deed=entry, ref=held.ref)
    return held


def move_referral(*, referral: Referral, deed: str, said: Result, by: Actor, mark: str = "") -> Referral:
    """One of `send`, `accept`, `decline`, `conclude`, `withdraw`, as the doors name
    them. Raises `BadInput` for another.
    """
    if deed == "send":
        return send_referral(referral=referral, by=by, mark=mark)
    if deed not in _SAYING:
        raise BadInput("deed", _("A referral is sent, accepted, declined, concluded or withdrawn."))
    return _SAYING[deed](referral=referral, said=said, by=by, mark=mark)


_SAYING = {
    "accept": accept_referral,
    "decline": decline_referral,
    "conclude": conclude_referral,
    "withdraw": withdraw_referral,
}
