"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from tidewaiter.notices import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("seen/", views.seen, name="notices_seen"),
    path("ringing/", views.ringing, name="ringing"),
    path("ringing/<str:ref>/", views.ringing_page, name="ringing_page"),
    path("ringing/<str:ref>/acknowledge/", views.acknowledge_ringing, name="acknowledge_ringing"),
]
