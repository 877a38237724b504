"""Refusals become answers: the right status, and a page that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal


class refusals_answered:
    """Answers 404 for what one may not see, 403 for a deed one may not do, 422 for other refusals, 400 for bad input."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns a refusal into its answer; anything else goes its way."""
        if not isinstance(exception, Refusal):
            return None
        status = {Missing: 404, NotAllowed: 403, BadInput: 400}.get(type(exception), 422)
        return render(request, "refused.html", {"refusal": exception, "status": status}, status=status)
