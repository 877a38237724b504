"""Addresses of the work in progress."""

from __future__ import annotations

from django.urls import path

from tidewaiter.jobs import views

urlpatterns = [
    path("", views.job_list, name="job_list"),
    path("all/", views.all_jobs, name="all_jobs"),
    path("<str:ref>/", views.job_page, name="job_page"),
    path("<str:ref>/result/", views.job_result, name="job_result"),
    path("<str:ref>/cancel/", views.cancel_job, name="cancel_job"),
]
