"""Addresses of the statistics."""

from __future__ import annotations

from django.urls import path

from tidewaiter.statistics import table_views, views

urlpatterns = [
    path("", views.dashboard, name="statistics"),
    path("map/", views.world_map, name="statistics_map"),
    path("table/", table_views.builder, name="statistics_table"),
    path("table/keep/", table_views.table_deed, name="table_deed"),
    path("cases/", table_views.behind, name="statistics_cases"),
]
