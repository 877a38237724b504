"""The JSON door of the reference lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import Field

from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.queries import code_views
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing

router = Router(tags=["codelists"])


class CodesAsked(Schema):
    """Which page of a list."""

    after: str = Field("", max_length=100)
    limit: int = Field(1000, ge=1, le=5000)


class ListOut(Schema):
    """A reference list."""

    name: str
    title: str
    version: str
    source: str
    licence: str
    codes: int


class CodeOut(Schema):
    """A code with its names by language."""

    code: str
    labels: dict[str, str]
    parent: str
    valid_from: date | None
    valid_to: date | None


class CodesOut(ListOut):
    """A page of a list's codes, and the code after which the next page begins."""

    page: list[CodeOut]
    next_after: str | None


@router.get("/codelists", response=list[ListOut], operation_id="list_codelists", summary="The reference lists")
def list_codelists(request: HttpRequest) -> list[CodeList]:
    """All lists with their edition, source and licence."""
    return list(CodeList.objects.order_by("name"))


@router.get("/codelists/{name}", response=CodesOut, operation_id="get_codelist", summary="The codes of a list")
def get_codelist(request: HttpRequest, name: str, asked: Query[CodesAsked]) -> dict[str, Any]:
    """Codes in order, retired ones too (they have `valid_to`)."""
    known_only(request, CodesAsked.model_fields)
    found = CodeList.objects.filter(name=name).first()
    if found is None:
        raise Missing("no_list", gettext("There is no such list."))
    codes = list(
        found.code_set.filter(code__gt=asked.after).order_by("code").values_list("code", flat=True)[: asked.limit + 1]
    )
    views = code_views(name, codes[: asked.limit])
    page = [
        {
            "code": code,
            "labels": views[code].labels,
            "parent": views[code].parent,
            "valid_from": views[code].valid_from,
            "valid_to": views[code].valid_to,
        }
        for code in codes[: asked.limit]
        if code in views
    ]
    about = {field: getattr(found, field) for field in ("name", "title", "version", "source", "licence", "codes")}
    return {**about, "page": page, "next_after": codes[asked.limit - 1] if len(codes) > asked.limit else None}
