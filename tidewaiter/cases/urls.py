"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from tidewaiter.cases import chosen, entry_views, photo_views, saved_filters, taking, views
from tidewaiter.cases.photos import photo_wall

urlpatterns = [
    path("", views.case_list, name="case_list"),
    path("export/", taking.case_export, name="case_export"),
    path("chosen/", chosen.chosen, name="cases_chosen"),
    path("filters/keep/", saved_filters.keep_filter, name="keep_filter"),
    path("filters/drop/", saved_filters.drop_filter, name="drop_filter"),
    path("photos/", photo_wall.wall, name="photo_wall"),
    path("new/", entry_views.new_case, name="new_case"),
    path("new/photos/<str:digest>.jpg", entry_views.entry_photo, name="entry_photo"),
    path("new/<str:form>/", entry_views.new_case_of, name="new_case_of"),
    path("new/<str:form>/read/", entry_views.read_field, name="read_field"),
    path("new/<str:form>/photos/", entry_views.entry_photos, name="entry_photos"),
    path("<str:ref>/", views.case_page, name="case_page"),
    path("<str:ref>/say/", views.case_say, name="say_of_case"),
    path("<str:ref>/edit/", entry_views.edit_case, name="edit_case"),
    path("<str:ref>/edit/photos/", entry_views.entry_photos, name="edit_photos"),
    path("<str:ref>/photos/", photo_views.photos_deed, name="photos_deed"),
    path("<str:ref>/photos/<str:digest>/blur/", photo_views.blur_page, name="blur_photo"),
    path("<str:ref>/photos/<str:digest>/", photo_views.photo_deed, name="photo_deed"),
    path("<str:ref>/photos/<str:digest>.jpg", photo_views.photo_file, name="photo_file"),
    path("<str:ref>/<str:deed>/", views.case_deed, name="case_deed"),
]
