"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path

from tidewaiter.ledger import views

urlpatterns = [
    path("", views.ledger, name="ledger"),
]
