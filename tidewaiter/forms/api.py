"""The JSON door of the forms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.forms.schemas import json_schema

router = Router(tags=["forms"])


class FormOut(Schema):
    """A form in use."""

    code: str
    version: int
    fields: int
    label: str


@router.get("/forms", response=list[FormOut], operation_id="list_forms", summary="The forms in use")
def list_forms(request: HttpRequest) -> list[dict[str, Any]]:
    """Every commodity that cases can be filed for."""
    return [
        {"code": form.code, "version": form.version, "fields": len(form.columns), "label": form.title("en")}
        for form in forms_in_use()
    ]


@router.get("/forms/{code}", response=dict[str, Any], operation_id="get_form", summary="The JSON Schema of a form")
def get_form(request: HttpRequest, code: str) -> dict[str, Any]:
    """What a case record of this form may hold."""
    return json_schema(form_named(code))
