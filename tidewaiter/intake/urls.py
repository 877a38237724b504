"""Addresses of intake."""

from __future__ import annotations

from django.urls import path

from tidewaiter.intake import views

urlpatterns = [
    path("", views.intake, name="intake"),
    path("<str:ref>/", views.receipt_page, name="receipt"),
    path("<str:ref>/mend", views.mend_file, name="mend_file"),
]
