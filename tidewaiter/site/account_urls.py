"""Signing in and out, the second factor, and choosing a password by a one-time code."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path
from django.views.generic import RedirectView

from tidewaiter.people.views import passkeys, sign_on
from tidewaiter.people.views.codes import welcome
from tidewaiter.people.views.password import own_password
from tidewaiter.people.views.you import SetUp, SignOut, TakeDown

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", SignOut.as_view(), name="account_logout"),
    path("closed/", RedirectView.as_view(url="/"), name="account_signup"),
    path("reset/", RedirectView.as_view(url="/accounts/welcome/"), name="account_reset_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("again/", sign_on.ask_again, name="account_reauthenticate"),
    path("password/", own_password, name="account_change_password"),
    path("welcome/", welcome, name="welcome"),
    path("with/<str:provider>/", sign_on.sign_on_begin, name="sign_on_begin"),
    path("with/<str:provider>/back/", sign_on.sign_on_back, name="sign_on_back"),
    path("with/<str:provider>/out/", sign_on.sign_on_out, name="sign_on_out"),
    path("passkey/", passkeys.SignIn.as_view(), name="mfa_login_webauthn"),
    path("second/", passkeys.SecondStep.as_view(), name="mfa_authenticate"),
    path("second/passkeys/", RedirectView.as_view(url="/you/"), name="mfa_list_webauthn"),
    path("second/passkey/", passkeys.Add.as_view(), name="mfa_add_webauthn"),
    path("second/passkey/again/", passkeys.Again.as_view(), name="mfa_reauthenticate_webauthn"),
    path("second/passkey/<int:pk>/off/", passkeys.Remove.as_view(), name="mfa_remove_webauthn"),
    path("second/again/", second.reauthenticate, name="mfa_reauthenticate"),
    path("second/you/", RedirectView.as_view(url="/you/"), name="mfa_index"),
    path("second/app/", SetUp.as_view(), name="mfa_activate_totp"),
    path("second/app/off/", TakeDown.as_view(), name="mfa_deactivate_totp"),
    path("second/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
