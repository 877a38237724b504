"""Changing one's own password: the present one is asked for, and guessing it costs time as at the door."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people.actions import change_password
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named
from tidewaiter.people.renewals import goes_on


@require_http_methods(["GET", "HEAD", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """The present password and a new one; this session stays, the others end."""
    officer = officer_named(actor_of(request).username)
    if request.method != "POST":
        return render(request, "people/password.html")
    key = request.session.session_key or ""
    try:
        _must_be_present(officer, request.POST.get("present", ""))
        ended = change_password(
            officer=officer, password=request.POST.get("password", ""), this_session=key, by=officer
        )
    except ValidationError as error:
        return render(request, "people/password.html", {"refused": " ".join(error.messages)}, status=422)
    except Refusal as refusal:
        return render(request, "people/password.html", {"refused": refusal.sentence}, status=422)
    with transaction.atomic():
        update_session_auth_hash(request, officer)
        goes_on(key, str(request.session.session_key))
    said = ngettext(
        "Your password is changed; %(n)s other session has ended.",
        "Your password is changed; %(n)s other sessions have ended.",
        ended,
    )
    messages.info(request, said % {"n": ended})
    return redirect("you")


def _must_be_present(officer: Officer, password: str) -> None:
    """Raises `ValidationError` for a wrong password, which counts and is kept as one at
    the door, or one that comes too soon.
    """
    adapter = get_adapter()
    if not adapter.reauthenticate(officer, password):
        raise adapter.validation_error("incorrect_password")
