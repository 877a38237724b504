"""Addresses of the reference lists."""

from __future__ import annotations

from django.urls import path

from tidewaiter.codelists import views

urlpatterns = [
    path("", views.lists, name="codelists"),
    path("load/", views.load, name="load_list"),
    path("<str:name>/", views.one_list, name="codelist"),
    path("<str:name>/suggest", views.suggest_codes, name="suggest"),
]
