"""What the JSON door of operations takes and gives."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from tidewaiter.foundation.parameters import Key


class OperationIn(Schema):
    """A room as it is opened."""

    title: str = Field(..., min_length=1, max_length=200)
    type: str = Field("", max_length=80)
    countries: list[str] = Field([], max_length=250)
    agencies: list[str] = Field([], max_length=60)
    languages: list[str] = Field([], max_length=9)
    starts: date | None = None
    ends: date | None = None
    waiting_days: int = Field(14, ge=0, le=365, description="0 only where test is true")
    test: bool = False
    unit: str = Field("", max_length=120)


class RefOut(Schema):
    """What was made or changed."""

    ref: str


class OperationOut(Schema):
    """A room one is in, or is invited to."""

    ref: str
    title: str
    phase: str
    part: str
    joined: bool
    starts: date | None
    ends: date | None
    test: bool
    messages: int = Field(..., description="the number of the last message")
    last_event: str = Field(..., description="what a stream begins after (Last-Event-ID)")


class MemberIn(Schema):
    """Who is invited, and as what."""

    username: str = Field(..., min_length=1, max_length=150)
    part: str = Field(..., max_length=16, description="coordinator, participant or observer")
    agency: str = Field("customs", max_length=16, description="customs, police, organisation or private")


class MemberOut(Schema):
    """Who takes part."""

    username: str
    administration: str
    part: str
    agency: str
    joined: bool
    here: str = Field(..., description="full: here now; half: lately; empty: not")


class InvitationAnswer(Schema):
    """Whether one joins."""

    yes: bool = True


class MessageIn(Schema):
    """A message as it is sent."""

    template: str = Field(..., min_length=1, max_length=32)
    data: dict[str, Any] = Field(..., description="by the template's fields; text, lang and annex beside them")
    to: list[str] = Field([], max_length=300, description="countries, OCU, @accounts; empty: all")
    reply_to: Key | None = None
    urgent: bool = False
    reply_minutes: Key | None = None
    files: list[str] = Field([], max_length=20, description="refs of files that one has brought")


class RoomSentOut(Schema):
    """A message that was sent."""

    message: str
    number: int


class CorrectionIn(Schema):
    """What a message says from now on."""

    data: dict[str, Any]


class RoomFileOut(Schema):
    """A file that was sealed, to be sent with a message."""

    ref: str
    size: int


class PhaseIn(Schema):
    """The phase an operation moves to."""

    phase: str = Field(..., max_length=16)


class SharesIn(Schema):
    """Who opens a sealed room with one, and the shares of those who have taken theirs."""

    second: str = Field(..., max_length=150)
    shares: dict[str, str] = Field({}, max_length=3)


class HoldIn(Schema):
    """Whether it is under legal hold."""

    on: bool


class TrimIn(Schema):
    """The fields that a template keeps."""

    keep: list[str] = Field(..., max_length=60)


class ClosedOut(Schema):
    """What closing did; the share is told once."""

    messages: int
    attachments: int
    transferred: int
    sealed_at: str
    share: str
    holders: list[str]


class CertificateOut(Schema):
    """The certificate, as it was signed."""

    said: dict[str, Any]
    public_key: str
    signature: str
