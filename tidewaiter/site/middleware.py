"""Refusals become answers; the person's language, last day of use, and a second factor that their role demands."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.problems import status_of, told_when
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.people.models import Officer
from tidewaiter.people.outsiders import must_be_open_to
from tidewaiter.people.queries import lacks_second_factor
from tidewaiter.people.sign_on import second_shown
from tidewaiter.people.sources import look_at
from tidewaiter.site.door import came_from
from tidewaiter.site.given_back import given_back

_WITHOUT_SECOND = ("/accounts/", "/you/session/", "/language/", "/static/", "/healthz", "/readyz")


class refusals_answered:
    """Answers 404 for what one may not see, 403 for a deed one may not do, 422 for other refusals, 400 for bad input:
    the latter two in the page that the form was sent from, where there was one (`given_back`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_said: object) -> HttpResponse | None:
        """Answers for a room that is not open to the person (people.outsiders)."""
        try:
            if isinstance(request.user, Officer):
                must_be_open_to(request.user, request)
        except Missing as missing:
            return self.process_exception(request, missing)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns a refusal into its answer; anything else goes its way."""
        if not isinstance(exception, Refusal):
            return None
        status = status_of(exception, bad_input=400, otherwise=422)
        if status in (400, 422) and (page := given_back(request, exception, status)) is not None:
            return page
        said = {"refusal": exception, "status": status, "back": came_from(request) if request.method == "POST" else ""}
        return told_when(render(request, "refused.html", said, status=status))


class person_known:
    """Speaks the person's language, remembers the day of use, and asks for the second factor that a role demands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, unless a second factor must be set up first."""
        look_at(request)
        person = request.user
        if not isinstance(person, Officer):
            return self._get_response(request)
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language() or "en"
        moment = now()
        if person.used_at is None or person.used_at.date() != moment.date():
            Officer.objects.filter(pk=person.pk).update(used_at=moment, reminded_at=None)
        if not (request.path.startswith(_WITHOUT_SECOND) or second_shown(request)) and lacks_second_factor(person):
            return redirect("mfa_activate_totp")
        return self._get_response(request)
