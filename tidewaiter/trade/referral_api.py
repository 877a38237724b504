"""The JSON door of referrals."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.tokens import reader, writer
from tidewaiter.trade import actions
from tidewaiter.trade.actions import Agency, Result
from tidewaiter.trade.models import Referral
from tidewaiter.trade.policy import analyses_trade, refers
from tidewaiter.trade.queries import counted, referral_named, referrals_of
from tidewaiter.vault.actions import stream

router = Router(tags=["trade"])
LISTED = 200


def _referrer(by: Actor) -> Actor:
    if not refers(by):
        raise Missing("missing", _("There is no such page."))
    return by


class ReferralOut(Schema):
    """A finding that was given to another agency. `evidence` is the SHA-256 of what was frozen, `finding` names it in
    its run; `recovered` stands with its currency, or both are empty.
    """

    ref: str
    status: str
    run: str
    analysis: str
    finding: str
    title: str
    amount: float | None
    evidence: str
    agency: str
    agency_name: str
    their_ref: str
    note: str
    reason: str
    outcome: str
    recovered: Decimal | None
    currency: str
    drafted_by: str
    drafted_at: datetime
    sent_at: datetime | None
    changed_at: datetime


@router.get(
    "/trade/referrals",
    response=list[ReferralOut],
    operation_id="referrals",
    summary="Findings referred to other agencies",
)
def all_referrals(request: HttpRequest) -> list[Referral]:
    """The last two hundred of one's administration, the latest change first."""
    by = _referrer(reader(request))
    known_only(request, ())
    return list(referrals_of(by)[:LISTED])


class CountOut(Schema):
    """Referrals to one kind of agency; amounts recovered by currency, never added up."""

    agency: str
    referrals: int
    states: dict[str, int]
    outcomes: dict[str, int]
    recovered: dict[str, str]


@router.get(
    "/trade/referral-counts",
    response=list[CountOut],
    operation_id="referral_counts",
    summary="Referrals by agency and result",
)
def referral_counts(request: HttpRequest) -> list[dict[str, Any]]:
    """How many in which state, with which outcome."""
    by = _referrer(reader(request))
    known_only(request, ())
    return counted(by)


class ReferralIn(Schema):
    """A finding and to whom it goes. `finding`: the number of a row of unit prices, or `CN-KE-640411-2024` of a mirror
    comparison; `agency`: a code of the list `referral_agency`.
    """

    finding: str = Field(..., max_length=120)
    agency: str = Field(..., max_length=20)
    agency_name: str = Field(..., max_length=150)
    note: str = Field("", max_length=2000)


@router.post(
    "/trade/runs/{ref}/referrals",
    response={201: ReferralOut},
    operation_id="refer_finding",
    summary="Refer a finding to another agency",
)
def new_referral(request: HttpRequest, ref: str, said: Body[ReferralIn]) -> Status[Referral]:
    """Drafts it: its evidence is frozen now."""
    by = writer(request)
    if not analyses_trade(by):
        raise Missing("missing", _("There is no such page."))
    to = Agency(said.agency, said.agency_name, said.note)
    return Status(201, actions.refer(run=ref, finding=said.finding, to=to, by=by))


@router.get("/trade/referrals/{ref}", response=ReferralOut, operation_id="referral", summary="One referral")
def one_referral(request: HttpRequest, ref: str) -> Referral:
    """Its state and what came of it."""
    return referral_named(ref, _referrer(reader(request)))


@router.get(
    "/trade/referrals/{ref}/evidence",
    operation_id="referral_evidence",
    summary="The frozen evidence",
    openapi_extra={"responses": {200: {"description": "the evidence", "content": {"application/json": {}}}}},
)
def referral_evidence(request: HttpRequest, ref: str) -> HttpResponseBase:
    """As it was frozen: its SHA-256 is the referral's `evidence`."""
    one = referral_named(ref, _referrer(reader(request)))
    return attached(FileResponse(stream(one.evidence), content_type="application/json"), f"{one.ref}.json")


class ReferralMoveIn(Schema):
    """What a move writes down: `reason` when it is declined or withdrawn, `their_ref` when it is accepted, `outcome`
    (a code of the list `referral_outcome`) and what was recovered when it is concluded. `seen`: `changed_at` of the
    referral that was read; another one is refused (409).
    """

    reason: str = Field("", max_length=1000)
    their_ref: str = Field("", max_length=80)
    outcome: str = Field("", max_length=20)
    recovered: str = Field("", max_length=40)
    currency: str = Field("", max_length=3)
    seen: datetime | None = None


@router.post(
    "/trade/referrals/{ref}/{deed}", response=ReferralOut, operation_id="move_referral", summary="Move a referral on"
)
def move_referral(
    request: HttpRequest,
    ref: str,
    deed: Literal["send", "accept", "decline", "conclude", "withdraw"],
    said: Body[ReferralMoveIn],
) -> Referral:
    """Sent, accepted, declined, concluded with its outcome, or withdrawn."""
    by = _referrer(writer(request))
    one = referral_named(ref, by)
    result = Result(said.reason, said.their_ref, said.outcome, said.recovered, said.currency)
    mark = said.seen.astimezone(UTC).isoformat(timespec="milliseconds") if said.seen else ""
    return actions.move_referral(referral=one, deed=deed, said=result, by=by, mark=mark)
