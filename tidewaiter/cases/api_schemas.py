"""What goes in and out at the JSON door of cases."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field


class Narrowed(Schema):
    """What a list of cases is narrowed by; a field given twice means either value."""

    q: str = Field(
        "", max_length=300, description="words, in any language; every one must be found; a phrase in quotes"
    )
    status: list[str] = []
    form: list[str] = []
    country: list[str] = []
    administration: list[str] = []
    region: list[str] = []
    mode: list[str] = []
    year: list[str] = []
    worst: list[str] = []
    national_ref: list[str] = []
    place: list[str] = []
    direction: list[str] = []
    location_type: list[str] = []
    departure: list[str] = []
    destination: list[str] = []
    channel: list[str] = []
    receipt: list[str] = []
    since: str = ""
    until: str = ""
    cursor: str = ""
    limit: int = Field(50, ge=1, le=200)

    def narrowing(self) -> dict[str, list[str]]:
        """Values by field, as `filtered` takes them."""
        said = self.model_dump(exclude={"cursor", "limit", "format"})
        return {name: value if isinstance(value, list) else [value] for name, value in said.items() if value}


class CaseAsked(Schema):
    """How to take the case."""

    submit: bool = False


class CasesOut(Schema):
    """A page of case records, newest first, and the cursor of the next."""

    cases: list[dict[str, Any]]
    next_cursor: str | None


class Taken(Schema):
    """What became of a case that was brought; version and digest are what a decision about it names."""

    ref: str
    version: int
    digest: str
    status: str
    outcome: str
    findings: list[dict[str, Any]]
    hidden: list[dict[str, Any]] = Field([], description="what was hidden; it stays where `judged` says `field=text`")


class CaseMoved(Schema):
    """A case after a deed."""

    ref: str
    version: int
    digest: str
    status: str


class CaseVersionIn(Schema):
    """The version that a decision is about, as the GET of the case gives it;
    another that is current is answered 409.
    """

    version: int = Field(..., ge=1, examples=[1])
    digest: str = Field(..., min_length=1, max_length=64, description="SHA-256 of what the version says, in hex")


class NamedOrNot(Schema):
    """The same where it need not be named: both or neither."""

    version: int | None = Field(None, ge=1)
    digest: str | None = Field(None, min_length=1, max_length=64)


class Reason(CaseVersionIn):
    """Why, and about which version."""

    reason: str = Field("", max_length=4000)


class FieldBack(Schema):
    """Why one field comes back."""

    path: str = Field(
        ..., max_length=100, description="as in a row of a file: date, route.departure.country, lines.2.quantity"
    )
    code: str = Field(..., max_length=40, description="a code of the list return_reason")
    text: str = Field("", max_length=500)


class Back(Reason):
    """Why a case comes back: in words, field by field, or both."""

    fields: list[FieldBack] = Field([], max_length=60)


class Taking(Narrowed):
    """What is taken away, and as which kind of file."""

    format: Literal["csv", "xlsx", "xml", "json", "ndjson", "parquet"] = "ndjson"


class Described(Schema):
    """What is said of a photo."""

    caption: str = Field("", max_length=200)
    shows: Literal["", "concealment", "goods", "conveyance", "scan"] = ""
    judged: list[str] = Field(
        [], max_length=100, description="words of the caption that are no person, as `photos.caption=Santa Marta`"
    )


class Pictured(Schema):
    """A case after a photo was added."""

    ref: str
    version: int
    photos: list[dict[str, Any]]
    hidden: list[dict[str, Any]] = Field(
        [], description="what was hidden in the caption; it stays where `judged` says `field=text`"
    )
