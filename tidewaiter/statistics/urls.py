"""Addresses of the statistics."""

from __future__ import annotations

from django.urls import path

from tidewaiter.statistics import views

urlpatterns = [path("", views.figures, name="statistics")]
