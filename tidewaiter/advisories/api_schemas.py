"""What programs send to the room of warnings and get from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field


class IndicatorIn(Schema):
    """An indicator as written, defanged or not; without a kind it is what it looks like."""

    value: str = Field(..., max_length=600)
    kind: str = Field("", max_length=16, description="url domain ipv4 ipv6 email sha256 sha1 md5 file_name")
    confidence: str = Field("medium", max_length=8, description="high medium low")


class WarningIn(Schema):
    """A warning as it is written."""

    collection: str = Field("experts", max_length=64, description="its code or its id")
    title: str = Field(..., max_length=400)
    summary: str = Field(..., max_length=30_000)
    kind: str = Field(
        "modus_operandi", max_length=20, description="vulnerability modus_operandi tool campaign fraud_scheme"
    )
    fraud: str = Field("", max_length=32)
    language: str = Field("en", max_length=8)
    countries: list[str] = Field([], max_length=250)
    likely: list[str] = Field([], max_length=250)
    systems: list[str] = Field([], max_length=20)
    systems_note: str = Field("", max_length=300)
    techniques: list[str] = Field([], max_length=50, description="T1566.002, or a code of the list attck4fraud")
    vulnerabilities: list[str] = Field([], max_length=50, description="CVE numbers")
    countermeasures: list[str] = Field([], max_length=50)
    indicators: list[IndicatorIn] = Field([], max_length=2000)
    tlp: str = Field("AMBER", max_length=20, description="CLEAR GREEN AMBER AMBER+STRICT RED")
    pap: str = Field("AMBER", max_length=20, description="CLEAR GREEN AMBER RED")
    confidence: str = Field("medium", max_length=8)
    valid_until: str = Field("", max_length=10, description="YYYY-MM-DD")
    answer_by: str = Field("", max_length=40)
    urgent: bool = Field(False, description="rings on-duty officers until somebody reads it")


class RevisionIn(Schema):
    """What changes with the next version; what is not said stays."""

    note: str = Field("", max_length=300)
    draft: int | None = Field(None, description="409 where another stands")
    said: dict[str, Any] = Field(..., description="fields of a warning")


class DraftNamedIn(Schema):
    """Which draft a decision is about, as GET gives it."""

    draft: int | None = None


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(..., max_length=1000)


class AcknowledgedIn(Schema):
    """What a warning is to one's country or organisation."""

    state: str = Field(..., max_length=16, description="not_concerned concerned handled")
    note: str = Field("", max_length=300)


class WarningSightingIn(Schema):
    """What was seen; never at whom."""

    indicator: int | None = Field(None, description="its number; nothing for the warning as a whole")
    times: int = Field(1, ge=1, le=1_000_000_000)
    how: str = Field("other", max_length=16)
    note: str = Field("", max_length=300)
    sector: str = Field("", max_length=16)
    since: str = Field("", max_length=40)
    until: str = Field("", max_length=40)


class WarningsAsked(Schema):
    """Which warnings."""

    box: str = Field("current", max_length=16, description="current drafts mine revoked all")
    q: str = Field("", max_length=200)
    limit: int = Field(50, ge=1, le=200)


class WarningRowOut(Schema):
    """A warning in a list."""

    ref: str
    number: str
    collection: str
    state: str
    version: int
    draft: int
    kind: str
    fraud: str
    title: str
    tlp: str
    pap: str
    confidence: str
    countries: list[str]
    urgent: bool
    administration: str
    valid_until: date | None
    published_at: datetime | None
    changed_at: datetime


class IndicatorOut(Schema):
    """An indicator, as it is and defanged."""

    number: int
    kind: str
    value: str
    defanged: str
    checked: str
    confidence: str
    seen: int
    revoked: bool


class ReachOut(Schema):
    """What is known of one country or organisation."""

    party: str
    state: str
    told_at: datetime
    read_at: datetime | None
    said_at: datetime | None
    version: int
    note: str


class WarningSightingOut(Schema):
    """A sighting."""

    ref: str
    indicator: int | None
    administration: str
    sector: str
    times: int
    how: str
    note: str
    seen_from: datetime
    seen_until: datetime
    at: datetime
    withdrawn: bool


class WarningOut(WarningRowOut):
    """A warning whole."""

    summary: str
    language: str
    likely: list[str]
    systems: list[str]
    systems_note: str
    techniques: list[str]
    vulnerabilities: list[str]
    countermeasures: list[str]
    answer_by: datetime | None
    reason: str
    report_id: str
    indicators: list[IndicatorOut]
    reach: list[ReachOut]
    sightings: list[WarningSightingOut]
    may: list[str]


class WarningMadeOut(Schema):
    """A warning that was written."""

    ref: str
    number: str
    state: str


class BroughtAsked(Schema):
    """Into which collection, and the mark of what says none."""

    collection: str = Field("experts", max_length=64)
    default: str = Field("AMBER", max_length=12)


class StixBroughtOut(Schema):
    """What became of a bundle or an event."""

    objects: int
    accepted: int
    unchanged: int
    rejected: int
    warnings: list[str]
    lost: dict[str, int]
    errors: list[dict[str, str]]


class CollectionOut(Schema):
    """A collection that one reads."""

    id: str
    code: str
    title: str
    ceiling: str
    writes: bool
    objects_until: datetime | None
