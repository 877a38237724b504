"""Signing in and out, the second factor, and choosing a password by a one-time code."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path
from django.views.generic import RedirectView

from tidewaiter.people.views.codes import welcome
from tidewaiter.people.views.you import SetUp, TakeDown

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("closed/", RedirectView.as_view(url="/"), name="account_signup"),
    path("reset/", RedirectView.as_view(url="/accounts/welcome/"), name="account_reset_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("again/", views.reauthenticate, name="account_reauthenticate"),
    path("welcome/", welcome, name="welcome"),
    path("second/", second.authenticate, name="mfa_authenticate"),
    path("second/again/", second.reauthenticate, name="mfa_reauthenticate"),
    path("second/you/", RedirectView.as_view(url="/you/"), name="mfa_index"),
    path("second/app/", SetUp.as_view(), name="mfa_activate_totp"),
    path("second/app/off/", TakeDown.as_view(), name="mfa_deactivate_totp"),
    path("second/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
