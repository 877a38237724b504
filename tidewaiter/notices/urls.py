"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from tidewaiter.notices import views

urlpatterns = [path("", views.notices, name="notices"), path("seen/", views.seen, name="notices_seen")]
