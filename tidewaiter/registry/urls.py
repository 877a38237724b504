"""Addresses of the registry."""

from __future__ import annotations

from django.urls import path

from tidewaiter.registry import deed_views, views

urlpatterns = [
    path("", views.registry, name="registry"),
    path("persons/", views.persons, name="registry_persons"),
    path("companies/", views.companies, name="registry_companies"),
    path("conveyances/", views.conveyances, name="registry_conveyances"),
    path("purpose/", deed_views.purpose, name="registry_purpose"),
    path("new/", deed_views.new_entity, name="new_entity"),
    path("bring/", deed_views.bring, name="bring_entities"),
    path("screening/", views.screening, name="registry_screening"),
    path("doubles/", views.doubles, name="registry_doubles"),
    path("doubles/<int:pk>/", views.double, name="registry_double"),
    path("decisions/<str:ref>/undo/", deed_views.undo, name="undo_decision"),
    path("<str:ref>/", views.entity, name="registry_entity"),
    path("<str:ref>/<str:deed>/", deed_views.entity_deed, name="entity_deed"),
]
