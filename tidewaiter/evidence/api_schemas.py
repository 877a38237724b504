"""What programs send and get of exhibits and their events."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema


class ExhibitIn(Schema):
    """What was seized: what, where, how much."""

    case: str = Field("", max_length=100)
    description: str = Field(..., max_length=10_000)
    place: str = Field("", max_length=300)
    quantity: Decimal | str | None = None
    unit: str = Field("", max_length=60)
    instrument: str = Field("", max_length=200)
    uncertainty: Decimal | str | None = None
    at: str = Field("", max_length=40)
    kind: str = Field("", max_length=8)
    material: str = Field("", max_length=24)
    value: Decimal | str | None = None
    currency: str = Field("", max_length=40)
    dangerous: str = Field("", max_length=8)
    coldest: int | str | None = None
    warmest: int | str | None = None
    decide_by: str = Field("", max_length=40)
    handling: str = Field("", max_length=16)
    restricted: bool = False


class ExhibitMadeOut(Schema):
    """The number of a new exhibit."""

    ref: str
    reference: str


class HolderOut(Schema):
    """Who has an exhibit now."""

    kind: str
    name: str
    since: datetime
    purpose: str
    due_at: datetime | None


class ExhibitRowOut(Schema):
    """An exhibit as programs list it."""

    ref: str
    reference: str
    kind: str
    state: str
    case: str
    case_reference: str
    description: str
    place: str
    quantity: str
    unit: str
    seal: str
    holder: HolderOut
    store: str
    shelf: str
    box: str
    handling: str
    restricted: bool
    hold: bool
    awaits: str


class ExhibitOut(ExhibitRowOut):
    """An exhibit whole."""

    material: str
    instrument: str
    uncertainty: str
    value: str
    currency: str
    asset_state: str
    dangerous: str
    coldest: int | None
    warmest: int | None
    decide_by: str
    found_at: datetime
    found_by: str
    parent: str
    parts: list[str]
    inside: list[str]
    events: int
    head: str


class ExhibitsAsked(Schema):
    """Which exhibits: a box, a case, a text."""

    box: str = Field("all", max_length=12)
    case: str = Field("", max_length=100)
    text: str = Field("", max_length=100)
    cursor: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=500)


class CustodyEventOut(Schema):
    """An event of custody, as it stands in the chain."""

    ref: str
    sequence: int
    kind: str
    at: datetime
    recorded_at: datetime
    by: str
    giver: str
    taker: str
    place: str
    purpose: str
    authority: str
    condition: str
    seal_before: str
    seal_after: str
    seal_whole: bool | None
    note: str
    detail: dict[str, Any]
    files: list[dict[str, Any]]
    answers: str
    stands: bool
    batch: str
    previous: str
    digest: str


class CustodyEventIn(Schema):
    """What happened: a kind, and what that kind says beside."""

    kind: str = Field(..., max_length=16)
    to: str = Field("", max_length=200)
    at: str = Field("", max_length=40)
    note: str = Field("", max_length=10_000)
    seal: str = Field("", max_length=60)
    seal_whole: bool | str | None = None
    place: str = Field("", max_length=300)
    purpose: str = Field("", max_length=16)
    authority: str = Field("", max_length=300)
    condition: str = Field("", max_length=10_000)
    due_at: str = Field("", max_length=40)
    shelf: str = Field("", max_length=60)
    present: str = Field("", max_length=300)
    answers: str = Field("", max_length=64)
    box: str = Field("", max_length=64)
    quantity: Decimal | str | None = None
    unit: str = Field("", max_length=60)
    instrument: str = Field("", max_length=200)
    uncertainty: Decimal | str | None = None
    part: str = Field("", max_length=8)
    description: str = Field("", max_length=10_000)
    stage: str = Field("", max_length=16)
    method: str = Field("", max_length=300)
    of: str = Field("", max_length=300)
    result: str = Field("", max_length=10_000)
    tester: str = Field("", max_length=300)
    report: str = Field("", max_length=300)
    value: Decimal | str | None = None
    currency: str = Field("", max_length=40)
    asset_state: str = Field("", max_length=16)
    name: str = Field("", max_length=200)
    organisation: str = Field("", max_length=200)
    document: str = Field("", max_length=100)
    signature: str = Field("", max_length=2_000_000)
    role: str = Field("", max_length=8)
    tool: str = Field("", max_length=100)
    version: str = Field("", max_length=60)
    write_protection: str = Field("", max_length=200)
    why_unprotected: str = Field("", max_length=10_000)
    source: str = Field("", max_length=10_000)
    legal_basis: str = Field("", max_length=10_000)
    sha256: str = Field("", max_length=64)
    size: int | None = Field(None, ge=0)
    where: str = Field("", max_length=1_000)
    file: str = Field("", max_length=64)
    manifest: str = Field("", max_length=64)
    every_days: int | None = Field(None, ge=0, le=3650)
    order: str = Field("", max_length=200)
    ordered_by: str = Field("", max_length=200)
    ordered_on: str = Field("", max_length=40)
    way: str = Field("", max_length=16)
    material: str = Field("", max_length=24)
    weight: Decimal | str | None = None
    plant: str = Field("", max_length=300)
    permit: str = Field("", max_length=300)
    keep: Decimal | str | None = None
    difference: str = Field("", max_length=10_000)
    witnesses: list[str] = Field(default_factory=list, max_length=2)
    right_holder: str = Field("", max_length=200)
    cost: Decimal | str | None = None
    carbon: Decimal | str | None = None
    recycled: Decimal | str | None = None
    files: list[str] = Field(default_factory=list, max_length=50)


class CustodyConfirmIn(Schema):
    """What the taker says: how the seal is, in what condition it came, where it lies now."""

    seal_whole: bool | str | None = None
    condition: str = Field("", max_length=10_000)
    note: str = Field("", max_length=10_000)
    place: str = Field("", max_length=300)
    shelf: str = Field("", max_length=60)


class CustodyReasonIn(Schema):
    """Why."""

    reason: str = Field(..., max_length=10_000)


class DisposalRowOut(Schema):
    """A disposal as programs list it."""

    ref: str
    reference: str
    way: str
    state: str
    case: str
    order: str
    ordered_by: str
    ordered_on: str
    due_on: str


class DisposalOut(DisposalRowOut):
    """A disposal whole, without names of people who have no account."""

    methods: list[dict[str, str]]
    right_holder: str
    right_holder_says: str
    told_on: str
    items: list[dict[str, str]]
    witnesses: list[dict[str, str]]
    difference: str
    taken_back: str
    cost: str
    currency: str
    carbon: str
    recycled: str


class KeptFileOut(Schema):
    """A file that was kept for an event: name it there by its digest."""

    sha256: str
    size: int
    type: str


class FileNameIn(Schema):
    """What the file is called."""

    name: str = Field("file", max_length=200)
    role: str = Field("photo", max_length=32)
