"""Signing in and out by a ministry's provider."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import perform_login
from allauth.account.views import reauthenticate
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.sign_on_file import Provider
from tidewaiter.people import backoff, sign_ins
from tidewaiter.people.actions import arrive, end_provider_sessions
from tidewaiter.people.models import Officer
from tidewaiter.people.provider_client import NO_ANSWER, BadToken, client_of, logged_out
from tidewaiter.people.sign_on import (
    SECOND_SHOWN,
    Said,
    identities_of,
    provider_named,
    said_by,
    shows_second_factor,
)

_logger = logging.getLogger(__name__)
ASKED, CAME_BY = "tw_sign_on", "tw_provider"
"""In a session: what was asked of a provider; by which one somebody came."""
FRESH = 300
"""Seconds that a sign-in at the provider may be old where somebody is asked again."""
LONGEST_TOKEN = 16 * 1024


@login_not_required
@require_POST
def sign_on_begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Leads to the provider; who is signed in already is asked there anew who they are."""
    its = provider_named(provider)
    said = request.POST.get("next", "")
    again = isinstance(request.user, Officer)
    request.session[ASKED] = {
        "provider": its.id,
        "next": said if said and get_adapter().is_safe_url(said) else "",
        "again": again,
    }
    back = request.build_absolute_uri(reverse("sign_on_back", args=[its.id]))
    more = {"prompt": "login", "max_age": "0"} if again else {}
    try:
        client: Any = client_of(its)  # half typed
        answer: HttpResponse = client.authorize_redirect(request, back, **more)
    except NO_ANSWER as error:
        return _ended(request, its, error)
    return answer


@login_not_required
@require_GET
def sign_on_back(request: HttpRequest, provider: str) -> HttpResponse:
    """The provider sends somebody back: they are let in, or told why not."""
    its = provider_named(provider)
    asked = request.session.pop(ASKED, None)
    if not isinstance(asked, dict) or asked["provider"] != its.id:
        return _ended(request, its, None)
    try:
        claims, sid = _claims(request, its)
        said = said_by(its, claims)
    except Refusal as refusal:
        return _refused(request, its, refusal, "")
    except NO_ANSWER as error:
        return _ended(request, its, error)
    if asked["again"]:
        return _again(request, its, claims, said, asked["next"])
    try:
        officer = arrive(provider=its.id, said=said, sid=sid)
    except Refusal as refusal:
        return _refused(request, its, refusal, said.username)
    if isinstance(request.user, Officer):
        logout(request)
    record_authentication(request, officer, method="provider", provider=its.id)
    request.session[CAME_BY] = its.id
    request.session[SECOND_SHOWN] = shows_second_factor(its, claims)
    answer: HttpResponse = perform_login(
        request, officer, email_verification="none", redirect_url=asked["next"] or None
    )
    return answer


def _claims(request: HttpRequest, its: Provider) -> tuple[dict[str, Any], str]:
    """What the ID token says, and of the user info what it does not; raises one of `NO_ANSWER`."""
    client: Any = client_of(its)  # half typed
    token = client.authorize_access_token(request, leeway=60)
    claims = dict(token["userinfo"])
    if its.groups_claim not in claims or its.username_claim not in claims:
        more = dict(client.userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise ValueError("the user info is of another subject")
        claims = {**more, **claims}
    return claims, str(claims.get("sid") or "")


def _again(request: HttpRequest, its: Provider, claims: dict[str, Any], said: Said, after: str) -> HttpResponse:
    """Is it still you? What waited is done, where the provider has asked the same person just now."""
    person, moment = request.user, claims.get("auth_time")
    same = isinstance(person, Officer) and arrive(provider=its.id, said=said).pk == person.pk
    if not same or not isinstance(moment, int | float) or time.time() - moment > FRESH:
        return _ended(request, its, None)
    record_authentication(request, person, method="provider", provider=its.id, reauthenticated=True)
    if shows_second_factor(its, claims):
        request.session[SECOND_SHOWN] = True
    asked = request.GET.copy()
    asked["next"] = after
    request.GET = asked  # type: ignore[assignment]  # where the waiting request is looked up
    answer: HttpResponse = resume_request(request) or redirect("/")
    return answer


def _ended(request: HttpRequest, its: Provider, error: Exception | None) -> HttpResponse:
    """It came to nothing, for a reason that its people do not mend; the log has its kind and no more."""
    if error is not None:
        _logger.warning("sign-in by a provider failed", extra={"provider": its.id, "kind": type(error).__name__})
    sentence = _("Signing in by %(name)s did not come to its end. Try once more; if it stays so, tell the steward.")
    return render(
        request, "people/not_let_in.html", {"provider": its, "sentence": sentence % {"name": its.name}}, status=502
    )


def _refused(request: HttpRequest, its: Provider, refusal: Refusal, username: str) -> HttpResponse:
    """The provider knows the person, this node has nothing for them; kept where stewards look."""
    source = get_adapter().get_client_ip(request)
    sign_ins.note(username=username, source=source, outcome=sign_ins.NOT_LET_IN, method="provider")
    return render(request, "people/not_let_in.html", {"provider": its, "sentence": refusal.sentence}, status=403)


@csrf_exempt
@login_not_required
@require_POST
def sign_on_out(request: HttpRequest, provider: str) -> JsonResponse:
    """The provider's back channel: somebody has signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    its = provider_named(provider)
    source = get_adapter().get_client_ip(request)
    tried = (f"sign-on:{its.id}", source)
    if wait := backoff.seconds_to_wait(*tried):
        return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": str(wait)})
    token = request.POST.get("logout_token", "")
    try:
        if not token or len(token) > LONGEST_TOKEN:
            raise BadToken("size")
        subject, session = logged_out(its, token)
    except (BadToken, *NO_ANSWER) as error:
        backoff.failed(*tried)
        _logger.warning("logout of a provider refused", extra={"provider": its.id, "kind": type(error).__name__})
        return JsonResponse({"error": "invalid_request"}, status=400)
    end_provider_sessions(provider=its.id, subject=subject, sid=session)
    return JsonResponse({})


def sign_out_there(request: HttpRequest, provider: str) -> HttpResponse | None:
    """Where somebody who came by a provider signs out there too; nothing where it has no such place.

    Nothing of the person is sent: the provider asks its own browser session who it is.
    """
    its = provider_named(provider)
    try:
        place = client_of(its).load_server_metadata().get("end_session_endpoint")
    except NO_ANSWER:
        return None
    if not place:
        return None
    home = request.build_absolute_uri(reverse("account_login"))
    said = urlencode({"client_id": its.client_id, "post_logout_redirect_uri": home})
    return HttpResponseRedirect(f"{place}{'&' if '?' in place else '?'}{said}")


def ask_again(request: HttpRequest) -> HttpResponse:
    """Is it still you? Who has no password here shows it to their provider."""
    person = request.user if isinstance(request.user, Officer) else None
    theirs = [] if person is None or person.has_usable_password() else identities_of(person)
    if not theirs:
        answer: HttpResponse = reauthenticate(request)
        return answer
    said = {"sign_on": [provider_named(one.provider) for one in theirs], "next": request.GET.get("next", "")}
    return render(request, "people/shown_there.html", said)
