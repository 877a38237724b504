"""What programs send of statements, parties, orders, messages and providers, and get of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema
from pydantic import Field


class BankStatementIn(Schema):
    """A bank statement as it was pasted: lines, or a SWIFT message as banks print it."""

    text: str = Field(..., max_length=200_000)


class StatementPaymentOut(Schema):
    """A payment as the statement seems to say it; `doubts` in words."""

    line: str
    to_account: str
    to_bic: str
    to_name: str
    amount: str
    currency: str
    day: str
    uetr: str
    doubts: list[str]


class PartiesIn(Schema):
    """Payer (`from_`) and payee (`to_`); `home` is the country of the address."""

    from_name: str = Field("", max_length=200)
    from_address: str = Field("", max_length=300)
    from_town: str = Field("", max_length=100)
    from_home: str = Field("", max_length=60)
    from_born: str = Field("", max_length=10)
    from_number: str = Field("", max_length=60)
    from_lei: str = Field("", max_length=30)
    to_name: str = Field("", max_length=200)
    to_address: str = Field("", max_length=300)
    to_town: str = Field("", max_length=100)
    to_home: str = Field("", max_length=60)
    to_born: str = Field("", max_length=10)
    to_number: str = Field("", max_length=60)
    to_lei: str = Field("", max_length=30)


class PartiesOut(Schema):
    """Both parties, and what recommendation 16 asks for and nobody has named."""

    payer: dict[str, str]
    payee: dict[str, str]
    payer_lacks: list[str]
    payee_lacks: list[str]


class FreezingOrderIn(Schema):
    """A freezing order: `national` or `eu`."""

    kind: str = Field("national", max_length=16)
    country: str = Field("", max_length=60)
    authority: str = Field(..., max_length=200)
    reference: str = Field("", max_length=100)
    amount: str = Field("", max_length=40)
    ordered_on: str = Field("", max_length=10)
    mla_by: str = Field(..., max_length=10)
    legs: list[int] = Field(..., min_length=1, max_length=500)


class FreezingOrderOut(Schema):
    """A freezing order and its deadline."""

    ref: str
    kind: str
    country: str
    authority: str
    reference: str
    amount: Decimal | None
    ordered_on: date
    mla_by: date
    mla_reference: str
    mla_on: date | None
    ended_on: date | None
    legs: list[int]


class OrderFollowedIn(Schema):
    """The reference of the request for mutual assistance."""

    reference: str = Field(..., max_length=100)


class MessageNameIn(Schema):
    """What the file of a message is called."""

    name: str = Field(..., min_length=1, max_length=200)


class ProviderIn(Schema):
    """A provider, and where its address was found."""

    code: str = Field(..., max_length=40)
    name: str = Field(..., max_length=200)
    country: str = Field(..., max_length=60)
    address: str = Field(..., max_length=300)
    source: str = Field(..., max_length=300)


class ProviderOut(Schema):
    """A provider of the register; `seen`: on which day its address was last seen."""

    code: str
    name: str
    country: str
    address: str
    source: str
    seen: date
    shipped: bool


class AlarmMendIn(Schema):
    """What of an alarm is corrected; what is not said stays. With the `version` that was read: 409 where it is over."""

    version: int | None = None
    kind: str | None = Field(None, max_length=32)
    victim: str | None = Field(None, max_length=200)
    victim_kind: str | None = Field(None, max_length=8)
    victim_country: str | None = Field(None, max_length=60)
    victim_contact: str | None = Field(None, max_length=300)
    summary: str | None = Field(None, max_length=10_000)
    currency: str | None = Field(None, max_length=40)
    amount: str | None = Field(None, max_length=40)
    dollars: str | None = Field(None, max_length=40)
    zone: str | None = Field(None, max_length=64)
    reported_at: str | None = Field(None, max_length=40)


class PaymentMendIn(Schema):
    """What of a payment is corrected; what is not said stays."""

    version: int | None = None
    method: str | None = Field(None, max_length=16)
    from_bank: str | None = Field(None, max_length=200)
    from_bic: str | None = Field(None, max_length=20)
    from_country: str | None = Field(None, max_length=60)
    from_account: str | None = Field(None, max_length=100)
    via_bic: str | None = Field(None, max_length=20)
    to_bank: str | None = Field(None, max_length=200)
    to_bic: str | None = Field(None, max_length=20)
    to_country: str | None = Field(None, max_length=60)
    to_account: str | None = Field(None, max_length=100)
    currency: str | None = Field(None, max_length=40)
    amount: str | None = Field(None, max_length=40)
    sent_at: str | None = Field(None, max_length=40)
    uetr: str | None = Field(None, max_length=40)


class OutcomeAsked(Schema):
    """How the outcome is split: `hours`, `scheme` or `country`."""

    split: str = Field("hours", max_length=16)


class OutcomeRowOut(Schema):
    """A row of the outcome: `within` is the hours, the scheme or the country; `frozen` holds what was returned too."""

    currency: str
    within: str
    alarms: int
    lost: Decimal
    frozen: Decimal
    returned: Decimal
