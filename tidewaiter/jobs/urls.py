"""Addresses of the work in progress."""

from __future__ import annotations

from django.urls import path

from tidewaiter.jobs import views

urlpatterns = [
    path("", views.job_list, name="job_list"),
    path("<str:ref>/cancel/", views.cancel_job, name="cancel_job"),
]
