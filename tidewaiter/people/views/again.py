"""Is it still you? What a thief at an open desk would do first asks for the password again."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

from tidewaiter.people.models import Officer


def must_be_fresh(request: HttpRequest) -> None:
    """Leads to the question for a password, a code or a passkey, unless one was given in the last five minutes.

    What was asked is done afterwards: the request waits in the session meanwhile. Ask the policy first: who
    may not do the deed is told so at once.
    """
    person = request.user if isinstance(request.user, Officer) else None
    given = get_authentication_records(request, person)
    if not given or time.time() - given[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired
