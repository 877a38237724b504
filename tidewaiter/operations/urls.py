"""Addresses of operations."""

from __future__ import annotations

from django.urls import path

from tidewaiter.operations import views

urlpatterns = [path("", views.operations, name="operations")]
