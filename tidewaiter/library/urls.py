"""Addresses of the library."""

from __future__ import annotations

from django.urls import path

from tidewaiter.library import views

urlpatterns = [
    path("", views.library, name="library"),
    path("new/", views.new_item, name="new_item"),
    path("feed.atom", views.atom, name="library_feed"),
    path("digest.txt", views.digest, name="library_digest"),
    path("<str:ref>/", views.item_page, name="library_item"),
    path("<str:ref>/edit/", views.edit_item, name="edit_item"),
    path("<str:ref>/picture/<str:digest>/", views.item_picture, name="item_picture"),
    path("<str:ref>/file/<str:digest>/", views.item_file, name="item_file"),
    path("<str:ref>/<str:deed>/", views.item_deed, name="item_deed"),
]
