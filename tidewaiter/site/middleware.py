"""Refusals become answers; the person's language, last day of use, and a second factor that their role demands."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import lacks_second_factor

_WITHOUT_SECOND = ("/accounts/", "/language/", "/static/", "/healthz", "/readyz")


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


class person_known:
    """Speaks the person's language, remembers the day of use, and asks for the second factor that a role demands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, unless a second factor must be set up first."""
        person = request.user
        if not isinstance(person, Officer):
            return self._get_response(request)
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language() or "en"
        moment = now()
        if person.used_at is None or person.used_at.date() != moment.date():
            Officer.objects.filter(pk=person.pk).update(used_at=moment, reminded_at=None)
        if not request.path.startswith(_WITHOUT_SECOND) and lacks_second_factor(person):
            return redirect("mfa_activate_totp")
        return self._get_response(request)
