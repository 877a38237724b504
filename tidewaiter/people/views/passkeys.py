"""Pages of passkeys: making one, giving one up, signing in with one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.people import passkeys
from tidewaiter.people.pace import seconds_to_wait
from tidewaiter.people.sign_ins import keyed, networks_of

BEGUN_A_MINUTE = 120
"""Sign-ins by passkey that one source may begin in a minute: an office of five hundred comes in the morning."""


class Add(AddWebAuthnView):  # type: ignore[misc]  # it ships no types
    """Making a passkey; recorded."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Says where it cannot be done."""
        if not passkeys.possible():
            raise Missing(
                "no_passkeys",
                _("Passkeys need a node that is reached by https and by a name. Use an authenticator app."),
            )
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked for: a passkey with a PIN, a finger or a face, that knows whose it is."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        shown["options"] = passkeys.as_json(auth.begin_registration(self.request.user, True))
        return shown

    def form_valid(self, form: object) -> HttpResponse:
        """Keeps it, and says so in the ledger."""
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            by = actor_of(self.request)
            record(by=by, deed="people.second_factor_set", ref=f"officer:{by.username}", detail={"kind": "passkey"})
        return answer


class Remove(RemoveWebAuthnView):  # type: ignore[misc]  # it ships no types
    """Giving up one's own passkey; recorded."""

    success_url = reverse_lazy("you")

    def form_valid(self, form: object) -> HttpResponse:
        """Drops it, and says so in the ledger."""
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            by = actor_of(self.request)
            record(by=by, deed="people.second_factor_dropped", ref=f"officer:{by.username}", detail={"kind": "passkey"})
        return answer


class SignIn(LoginWebAuthnView):  # type: ignore[misc]  # it ships no types
    """Signing in with a passkey alone. What the browser is asked lies in the session of whoever is nobody yet."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the browser is asked; 429 for a source that asks without end."""
        source = account_adapter().get_client_ip(request)
        wait = max(
            seconds_to_wait(f"passkey {keyed('passkey', network)}", BEGUN_A_MINUTE * times)
            for network, times in networks_of(source)
        )
        if wait:
            return JsonResponse({}, status=429, headers={"Retry-After": str(int(wait) + 1)})
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer


class SecondStep(AuthenticateView):  # type: ignore[misc]  # it ships no types
    """The second step of a sign-in: a code, or a passkey where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked, for whoever has a passkey."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        owner = self.stage.login.user
        kinds = set(Authenticator.objects.filter(user_id=owner.pk).values_list("type", flat=True))
        if passkeys.possible() and "webauthn" in kinds:
            shown["options"] = passkeys.as_json(shown["js_data"]["request_options"])
        shown["has_app"] = "totp" in kinds
        return shown


class Again(ReauthenticateWebAuthnView):  # type: ignore[misc]  # it ships no types
    """Is it still you? By passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        shown["options"] = passkeys.as_json(shown["js_data"]["request_options"])
        return shown

    def form_invalid(self, form: object) -> HttpResponse:
        """Asks again, and says why."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form, failed=True))
        return answer
