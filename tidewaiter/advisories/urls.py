"""Addresses of the room: its pages, and the TAXII door beside them."""

from __future__ import annotations

from django.urls import include, path

from tidewaiter.advisories import entry_views, views

_PAGES = [
    path("", views.advisories_page, name="advisories"),
    path("new/", entry_views.new_advisory, name="new_advisory"),
    path("bring/", entry_views.bring_page, name="bring_advisories"),
    path("collections/", entry_views.collections_page, name="advisories_collections"),
    path("<str:ref>/", views.advisory_page, name="advisory"),
    path("<str:ref>/edit/", entry_views.edit_advisory, name="edit_advisory"),
    path("<str:ref>/bundle.json", views.advisory_bundle, name="advisory_bundle"),
    path("<str:ref>/indicators.csv", views.advisory_indicators, name="advisory_indicators"),
    path("<str:ref>/do/<str:deed>/", views.advisory_deed, name="advisory_deed"),
]
urlpatterns = [
    path("advisories/", include(_PAGES)),
    path("taxii2/", include("tidewaiter.advisories.taxii.urls")),
]
