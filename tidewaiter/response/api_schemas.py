"""What programs send to the response and get from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema
from pydantic import Field


class PaymentIn(Schema):
    """A payment as typed: accounts with their check digits, amounts as a person writes them."""

    after: str = Field("", max_length=6, description="the number of the payment that this one continues")
    method: str = Field("", max_length=16)
    from_bank: str = Field("", max_length=200)
    from_bic: str = Field("", max_length=20)
    from_country: str = Field("", max_length=60)
    from_account: str = Field("", max_length=100)
    from_name: str = Field("", max_length=200)
    from_address: str = Field("", max_length=300)
    via_bic: str = Field("", max_length=20)
    to_bank: str = Field("", max_length=200)
    to_bic: str = Field("", max_length=20)
    to_country: str = Field("", max_length=60)
    to_account: str = Field(..., max_length=100)
    to_name: str = Field("", max_length=200)
    to_address: str = Field("", max_length=300)
    currency: str = Field("", max_length=40)
    amount: str = Field("", max_length=40)
    sent_at: str = Field("", max_length=40)
    uetr: str = Field("", max_length=40)


class AlarmIn(Schema):
    """An alarm: who lost how much, by which payments, and when."""

    kind: str = Field("payment_diversion", max_length=32)
    victim: str = Field(..., max_length=200)
    victim_kind: str = Field("company", max_length=8)
    victim_country: str = Field("", max_length=60)
    victim_contact: str = Field("", max_length=300)
    summary: str = Field("", max_length=10_000)
    currency: str = Field(..., max_length=40)
    amount: str = Field(..., max_length=40)
    dollars: str = Field("", max_length=40)
    zone: str = Field("", max_length=64)
    transferred_at: str = Field("", max_length=40)
    detected_at: str = Field("", max_length=40)
    reported_at: str = Field("", max_length=40)
    recall_at: str = Field("", max_length=40)
    legs: list[PaymentIn] = Field(..., min_length=1, max_length=500)
    files: list[str] = Field([], max_length=50, description="of POST /response/mails")


class AlarmMadeOut(Schema):
    """An alarm that was written."""

    ref: str
    reference: str


class PaymentOut(Schema):
    """A payment: what of it is frozen, returned, moved on, gone, and what nobody has answered for (`rest`)."""

    number: int
    after: int | None
    method: str
    from_bank: str
    from_bic: str
    from_country: str
    from_account: str
    to_bank: str
    to_bic: str
    to_country: str
    to_account: str
    to_kind: str
    currency: str
    amount: Decimal
    sent_at: datetime | None
    uetr: str
    frozen: Decimal
    returned: Decimal
    moved: Decimal
    gone: Decimal
    rest: Decimal


class FreezeRequestOut(Schema):
    """A request to freeze, and what was answered."""

    ref: str
    scheme: str
    to_kind: str
    to: str
    to_name: str
    language: str
    state: str
    at: datetime
    legs: list[int]
    text: str
    acknowledged_at: datetime | None
    answered_at: datetime | None
    answers: list[dict[str, Any]]


class AskedRowOut(Schema):
    """What somebody asks of one's desk: `of` is their administration."""

    ref: str
    reference: str
    of: str
    scheme: str
    to_kind: str
    state: str
    at: datetime


class ConditionOut(Schema):
    """A condition of a scheme: `met`, `not_met` or `open`."""

    code: str
    label: str
    state: str
    seen: str
    mend: str


class SchemeOut(Schema):
    """A scheme: `can`, `not_now` or `to_settle`."""

    code: str
    name: str
    state: str
    source: str
    conditions: list[ConditionOut]


class AlarmRowOut(Schema):
    """An alarm as the board lists it."""

    ref: str
    reference: str
    state: str
    kind: str
    currency: str
    amount: Decimal
    transferred_at: datetime | None
    reported_at: datetime
    outcome: str


class AlarmOut(AlarmRowOut):
    """An alarm whole."""

    version: int
    victim: str
    victim_country: str
    summary: str
    zone: str
    detected_at: datetime | None
    recall_at: datetime | None
    money: dict[str, Decimal]
    legs: list[PaymentOut]
    requests: list[FreezeRequestOut]
    schemes: list[SchemeOut]


class AlarmsAsked(Schema):
    """Which box (`open new asked recovery closed all`); `before` is the `reported_at` of the last row before."""

    box: str = Field("open", max_length=20)
    before: datetime | None = None
    limit: int = Field(50, ge=1, le=200)


class FreezeAskedIn(Schema):
    """Whom to ask for what: a `bank` by its name, a `contact` point by its ref, an `administration` of this node by its
    code, or by its code the `node` of one.
    """

    legs: list[int] = Field(..., min_length=1, max_length=500)
    scheme: str = Field(..., max_length=32)
    to_kind: str = Field(..., max_length=16)
    to: str = Field(..., max_length=200)
    language: str = Field("", max_length=8)


class PassedOnIn(Schema):
    """Which bank is asked."""

    bank: str = Field(..., max_length=200)


class FreezeMadeOut(Schema):
    """A request that was sent; for a bank with the way in, which is given this once."""

    ref: str
    text: str
    link: str
    code: str


class FreezeAnswerIn(Schema):
    """What a counterpart says of a payment."""

    leg: int
    kind: str = Field(..., max_length=16)
    amount: str = Field("", max_length=40)
    reason: str = Field("", max_length=2000)
    onward: dict[str, str] = Field({}, max_length=20)


class WhenIn(Schema):
    """`transferred`, `detected` or `recall`, and when: now where nothing is said."""

    what: str = Field(..., max_length=16)
    at: str = Field("", max_length=40)


class CloseIn(Schema):
    """With what an alarm ended."""

    outcome: str = Field(..., max_length=24)


class MailNameIn(Schema):
    """What the file is called."""

    name: str = Field(..., min_length=1, max_length=200)


class MailOut(Schema):
    """A mail that was kept, and what it says of itself."""

    file: str
    facts: dict[str, Any]


class PreservationIn(Schema):
    """A preservation: article 29(2) a to f."""

    basis: str = Field(..., max_length=32)
    authority: str = Field("", max_length=10_000)
    offence: str = Field("", max_length=10_000)
    data: str = Field("", max_length=10_000)
    custodian: str = Field("", max_length=10_000)
    necessity: str = Field("", max_length=10_000)
    mla_intended: bool = True
    to_country: str = Field("", max_length=60)
    to_name: str = Field("", max_length=200)
    their_reference: str = Field("", max_length=100)
    confidential: bool = True
    urgent: bool = True
    days: str = Field("", max_length=20)
    incoming: bool = False
    alarm: str = Field("", max_length=64)


class PreservationOut(Schema):
    """A preservation and its clock."""

    ref: str
    reference: str
    state: str
    basis: str
    form: str
    incoming: bool
    parent: str | None
    to_country: str
    to_name: str
    ordered_on: date | None
    expires_on: date | None
    path_of: str | None
    mla_reference: str
    answer: str
    ground: str
    dual: str


class PreservationDeedIn(Schema):
    """`send`, `send_by_node`, `answer` (with `kind`, `text`, and of `not_preserved` a `ground`), `renew`, `path` (the
    request to the next provider that was named), `dual` (with `text`: double criminality), `assistance` (with `text`:
    the reference) or `end`.
    """

    deed: str = Field(..., max_length=16)
    kind: str = Field("", max_length=24)
    text: str = Field("", max_length=10_000)
    ground: str = Field("", max_length=24)
