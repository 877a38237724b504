"""Refusals as RFC 9457 problem details, for the JSON doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Method not allowed", 409: "Conflict",
    413: "Too large", 415: "Unsupported media type", 422: "Not valid", 429: "Too many requests",
}  # fmt: skip


def problem(status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """An answer `{"type", "title", "status", "detail", "code"}`, and with `errors` the fields that are wrong."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, "code": code,
    }  # fmt: skip
    if errors is not None:
        body["errors"] = errors
    return HttpResponse(canonical(body), status=status, content_type=MEDIA_TYPE)


def problem_of_refusal(refusal: Refusal) -> HttpResponse:
    """404 for what one may not see, 403 for a deed one may not do, 422 for what is not valid, 409 for a state that forbids it."""
    status = {Missing: 404, NotAllowed: 403, BadInput: 422}.get(type(refusal), 409)
    return problem(status, refusal.code, refusal.sentence)
