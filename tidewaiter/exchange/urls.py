"""Addresses of the exchange: pages for people, and the door of other nodes."""

from __future__ import annotations

from django.urls import path

from tidewaiter.exchange import door

urlpatterns = [
    path("v1/sync", door.sync, name="exchange_sync"),
    path("v1/card", door.card, name="exchange_card"),
]
