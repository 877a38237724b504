"""Addresses of the room: its pages, and the TAXII door beside them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("taxii2/", include("tidewaiter.advisories.taxii.urls")),
]
