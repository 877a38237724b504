"""What programs send and get of scenes."""

from __future__ import annotations

from decimal import Decimal

from ninja import Field, Schema


class SceneIn(Schema):
    """Where, and of which case."""

    place: str = Field(..., max_length=300)
    case: str = Field("", max_length=100)


class SceneStepIn(Schema):
    """What a step asks for; what it does not ask for is passed over."""

    said: str = Field("", max_length=10_000)
    files: list[str] = Field(default_factory=list, max_length=50)
    description: str = Field("", max_length=10_000)
    quantity: Decimal | str | None = None
    unit: str = Field("", max_length=60)
    material: str = Field("", max_length=24)
    exhibit: str = Field("", max_length=100)
    seal: str = Field("", max_length=60)
    present: str = Field("", max_length=300)
    name: str = Field("", max_length=200)
    document: str = Field("", max_length=100)
    language: str = Field("", max_length=8)
    signature: str = Field("", max_length=2_000_000)


class SceneDoneOut(Schema):
    """A step that was done."""

    step: str
    said: str
    by: str
    party: str


class SceneOut(Schema):
    """A scene, and how far it is."""

    ref: str
    place: str
    state: str
    case: str
    case_reference: str
    checklist: str
    open: list[str]
    exhibits: list[str]
    steps: list[SceneDoneOut]
