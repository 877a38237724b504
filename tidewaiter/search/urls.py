"""Addresses of search."""

from __future__ import annotations

from django.urls import path

from tidewaiter.search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("watch/", views.watch_deed, name="watch_deed"),
    path("like/", views.like, name="photos_like"),
    path("compare/", views.compare, name="compare"),
    path("link/", views.link_deed, name="link_deed"),
    path("similar/<str:ref>/", views.similar, name="similar"),
]
