"""Addresses of intake."""

from __future__ import annotations

from django.urls import path

from tidewaiter.intake import helper_views, views

urlpatterns = [
    path("", views.intake, name="intake"),
    path("map/", helper_views.map_file, name="map_file"),
    path("map/drop/", helper_views.forget_mapping, name="forget_mapping"),
    path("<str:ref>/", views.receipt_page, name="receipt"),
    path("<str:ref>/take", views.take_page, name="take_proposals"),
    path("<str:ref>/hidden", views.take_hidden_page, name="take_hidden"),
    path("<str:ref>/mend", views.mend_file, name="mend_file"),
]
