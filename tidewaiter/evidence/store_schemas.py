"""What programs send and get of stores, counts, batches and assets."""

from __future__ import annotations

from decimal import Decimal

from ninja import Field, Schema


class StoreIn(Schema):
    """A store: its code, what and where it is, what it takes."""

    code: str = Field(..., max_length=24)
    name: str = Field(..., max_length=200)
    capacity: int | None = None
    coldest: int | None = None
    warmest: int | None = None
    dangerous: list[str] = Field(default_factory=list, max_length=20)


class StoreMadeOut(Schema):
    """A new store."""

    ref: str
    code: str


class StoreOut(StoreMadeOut):
    """A store, and how much is there."""

    name: str
    capacity: int | None
    coldest: int | None
    warmest: int | None
    dangerous: list[str]
    closed: bool
    there: int


class CodesIn(Schema):
    """Scanned codes."""

    codes: list[str] = Field(..., max_length=5_000)


class InventoryOut(Schema):
    """A count of a store, and its differences."""

    ref: str
    store: str
    state: str
    there: list[str]
    missing: list[str]
    elsewhere: list[str]
    unknown: list[str]


class BatchIn(Schema):
    """Several exhibits into one hand."""

    exhibits: list[str] = Field(..., min_length=1, max_length=500)
    to: str = Field(..., max_length=150)
    purpose: str = Field("", max_length=16)
    authority: str = Field("", max_length=300)
    place: str = Field("", max_length=300)
    condition: str = Field("", max_length=10_000)
    note: str = Field("", max_length=10_000)
    due_at: str = Field("", max_length=40)


class AssetSumOut(Schema):
    """What is in custody of one currency."""

    currency: str
    number: int
    open: Decimal
    frozen: Decimal
    forfeited: Decimal
    returned: Decimal
