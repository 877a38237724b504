"""Addresses of the statistics."""

from __future__ import annotations

from django.urls import path

from tidewaiter.statistics import comparison_views, report_views, signal_views, table_views, views

urlpatterns = [
    path("", views.dashboard, name="statistics"),
    path("map/", views.world_map, name="statistics_map"),
    path("table/", table_views.builder, name="statistics_table"),
    path("table/keep/", table_views.table_deed, name="table_deed"),
    path("signals/", signal_views.rising, name="statistics_signals"),
    path("cites/", report_views.cites, name="cites_report"),
    path("reports/", report_views.reports, name="reports"),
    path("reports/<str:ref>/", report_views.report, name="report"),
    path("reports/<str:ref>/take/<str:kind>/", report_views.take, name="take_report"),
    path("counterfeits/", comparison_views.propensity, name="propensity"),
    path("wildlife/", comparison_views.wildlife, name="wildlife"),
    path("bring/<str:kind>/", comparison_views.bring, name="bring_table"),
    path("cases/", table_views.behind, name="statistics_cases"),
]
