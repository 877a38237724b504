"""Signing in and out; nothing else of allauth has a door yet."""

from __future__ import annotations

from allauth.account import views
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("closed/", RedirectView.as_view(url="/"), name="account_signup"),
    path("reset/", RedirectView.as_view(url="/"), name="account_reset_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]
