"""The JSON door of the figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tidewaiter.cases import states
from tidewaiter.cases.selection import read_where
from tidewaiter.foundation.doors import known_only
from tidewaiter.people.tokens import reader
from tidewaiter.statistics.queries import compute

router = Router(tags=["statistics"])


class Asked(Schema):
    """Which figures."""

    by: str = Field(..., description="dimensions, separated by commas", max_length=200)
    measure: str = Field("cases", description="cases, seizures, quantity or value")
    where: list[str] = Field([], description="FIELD=VALUE; a field given twice means either value")
    status: str = Field(states.VALIDATED, description="a state, or all")


@router.get("/statistics", response=list[dict[str, Any]], operation_id="compute", summary="Figures by dimensions")
def figures(request: HttpRequest, asked: Query[Asked]) -> list[dict[str, Any]]:
    """Counts over what this person may see: validated, current versions unless `status` says otherwise."""
    known_only(request, Asked.model_fields)
    dimensions = [name.strip() for name in asked.by.split(",") if name.strip()]
    return compute(
        by=dimensions, measure=asked.measure, where=read_where(asked.where), status=asked.status, actor=reader(request)
    )
