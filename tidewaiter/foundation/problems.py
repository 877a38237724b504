"""Refusals as RFC 9457 problem details, for the JSON doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tidewaiter.foundation.budgets import WAIT, OverLimit
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.refusals import BadInput, Gone, Missing, NotAllowed, Outdated, Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    411: "Length required",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "Not valid",
    429: "Too many requests",
    500: "Mistake of the node",
    507: "No room on the disk",
}


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None, version: int | None = None
) -> HttpResponse:
    """An answer `{"type", "title", "status", "detail", "code"}`, with `errors` the fields that are wrong, and with
    `version` the number of what stands where something else was named."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        body["errors"] = errors
    if version is not None:
        body["version"] = version
    return HttpResponse(canonical(body), status=status, content_type=MEDIA_TYPE)


def problem_of_refusal(refusal: Refusal) -> HttpResponse:
    """404 for what one may not see, 403 for a deed one may not do, 422 for what is not valid, 409 for a state
    that forbids it, 410 for what is no more.

    413 for more than a budget allows, 429 with `Retry-After` where waiting helps.
    """
    version = refusal.version if isinstance(refusal, Outdated) else None
    status = status_of(refusal, bad_input=422, otherwise=409)
    answer = problem(status, refusal.code, refusal.sentence, version=version)
    return told_when(answer)


def told_when(answer: HttpResponse) -> HttpResponse:
    """The answer; where waiting helps it says after how many seconds."""
    if answer.status_code == 429:
        answer["Retry-After"] = str(WAIT)
    return answer


def status_of(refusal: Refusal, *, bad_input: int, otherwise: int) -> int:
    """The status of a refusal's answer; pages and the JSON door differ in what they
    say to bad input and to a wrong state.
    """
    if isinstance(refusal, OverLimit):
        return 429 if refusal.waiting_helps else 413
    for kind, status in ((Missing, 404), (Gone, 410), (NotAllowed, 403), (BadInput, bad_input)):
        if isinstance(refusal, kind):
            return status
    return otherwise
