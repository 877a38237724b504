"""One's own account: second factor, sessions, tokens, preferences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.views import LogoutView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.people.actions import make_token, revoke_token, sign_out
from tidewaiter.people.fields import STEP, Activate
from tidewaiter.people.models import Officer, RoleRule
from tidewaiter.people.queries import (
    app_of,
    has_second_factor,
    officer_named,
    own_sign_ins,
    passkeys_of,
    sessions_of,
    tokens_of,
)
from tidewaiter.people.views.again import must_be_fresh
from tidewaiter.people.views.sign_on import CAME_BY, sign_out_there


def _self(request: HttpRequest) -> Officer:
    return officer_named(actor_of(request).username)


@require_GET
def you(request: HttpRequest) -> HttpResponse:
    """What belongs to one's own account."""
    return render(request, "people/you.html", _shown(request))


def _shown(request: HttpRequest, **more: object) -> dict[str, object]:
    officer = _self(request)
    demanded = RoleRule.objects.filter(second_factor=True, role__in=officer.role_codes).exists()
    return {
        "officer": officer,
        "sessions": sessions_of(officer),
        "tokens": tokens_of(officer),
        "second_factor": has_second_factor(officer),
        "demanded": demanded,
        "app": app_of(officer),
        "own_passkeys": passkeys_of(officer),
        "sign_ins": own_sign_ins(officer),
        "this_session": request.session.session_key,
        "steward": "steward" in officer.role_codes,
        **more,
    }


def _make_token(request: HttpRequest, officer: Officer) -> HttpResponse:
    must_be_fresh(request)
    try:
        _token, text = make_token(
            officer=officer,
            scope=request.POST.get("scope", ""),
            days=whole(request.POST.get("days", ""), most=9999) or 0,
            name=request.POST.get("name", ""),
            by=officer,
        )
    except Refusal as refusal:
        return render(request, "people/you.html", _shown(request, refused=refusal), status=422)
    return render(request, "people/you.html", _shown(request, made=text))


def _end_token(request: HttpRequest, officer: Officer) -> None:
    token = next((one for one in tokens_of(officer) if one.ref == request.POST.get("token")), None)
    if token is None:
        raise Http404
    revoke_token(token=token, by=officer)
    messages.info(request, _("The token has ended."))


def _sign_out(request: HttpRequest, officer: Officer) -> HttpResponse:
    sign_out(officer=officer, by=officer)
    logout(request)
    return forgotten(redirect("account_login"))


def _prefer(request: HttpRequest, officer: Officer) -> None:
    Officer.objects.filter(pk=officer.pk).update(
        compact=request.POST.get("compact") == "1", digest=request.POST.get("digest") == "1"
    )
    messages.info(request, _("Saved."))


def _set_density(request: HttpRequest, officer: Officer) -> HttpResponse:
    """How close rows stand, in every list, and back to where one was."""
    Officer.objects.filter(pk=officer.pk).update(compact=request.POST.get("compact") == "1")
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(after if safe else "you")


_DEEDS: dict[str, Callable[[HttpRequest, Officer], HttpResponse | None]] = {
    "token": _make_token,
    "revoke_token": _end_token,
    "sign_out": _sign_out,
    "preferences": _prefer,
    "density": _set_density,
}
"""What one does with one's own account; an answer is the page that follows, where it is not one's own."""


@require_POST
def your_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """One deed with one's own account."""
    officer = _self(request)
    if deed not in _DEEDS:
        raise Http404
    return _DEEDS[deed](request, officer) or redirect("you")


def forgotten(answer: HttpResponse) -> HttpResponse:
    """Tells the browser to forget what it stored of the node: pages, and drafts of what was typed."""
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


class SignOut(LogoutView):  # type: ignore[misc]  # it ships no types
    """Signing out; the browser forgets."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ends the session, and the one at the provider by which the person came."""
        came_by = self.request.session.get(CAME_BY, "")
        answer = super().post(*args, **kwargs)
        there = sign_out_there(self.request, came_by) if came_by else None
        return forgotten(there or answer)


class SetUp(ActivateTOTPView):  # type: ignore[misc]  # it ships no types
    """Setting up the authenticator app; recorded."""

    def form_valid(self, form: Activate) -> HttpResponse:
        """Keeps it, and says so in the ledger."""
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            by = actor_of(self.request)
            app = Authenticator.objects.select_for_update().get(user__username=by.username, type="totp")
            app.data[STEP] = form.step
            app.save(update_fields=["data"])
            record(by=by, deed="people.second_factor_set", ref=f"officer:{by.username}", detail={"kind": "app"})
        return answer


class TakeDown(DeactivateTOTPView):  # type: ignore[misc]  # it ships no types
    """Giving up one's own second factor; recorded. Where a role demands it, it must be set up again at once."""

    def form_valid(self, form: object) -> HttpResponse:
        """Drops it, and says so in the ledger."""
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            by = actor_of(self.request)
            record(by=by, deed="people.second_factor_dropped", ref=f"officer:{by.username}")
        return answer
