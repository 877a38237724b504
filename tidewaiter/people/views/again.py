"""Is it still you? What a thief at an open desk would do first asks for the password again."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tidewaiter.people.models import Officer
from tidewaiter.people.queries import app_of, has_second_factor


def must_be_fresh(request: HttpRequest) -> None:
    """Leads to the question for a password, a code or a passkey, unless one was given in the last five minutes.

    What was asked is done afterwards: the request waits in the session meanwhile. Ask the policy first: who
    may not do the deed is told so at once.
    """
    person = request.user if isinstance(request.user, Officer) else None
    given = get_authentication_records(request, person)
    if not given or time.time() - given[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired


def second_again(request: HttpRequest) -> HttpResponse | None:
    """The question for the second factor, unless it was shown in the last five minutes; nothing where it was.

    Who has none is asked for the password (`must_be_fresh`). What was asked is done afterwards. Ask the policy first.
    """
    person = request.user if isinstance(request.user, Officer) else None
    if person is None or not has_second_factor(person):
        must_be_fresh(request)
        return None
    shown = [one["at"] for one in get_authentication_records(request, person) if one.get("method") == "mfa"]
    if shown and time.time() - shown[-1] <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return None
    where = "mfa_reauthenticate" if app_of(person) else "mfa_reauthenticate_webauthn"
    question: HttpResponse = suspend_request(request, reverse(where))
    return question
