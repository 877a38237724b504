"""Addresses of the TAXII door (TAXII 2.1, sections 4 and 5)."""

from __future__ import annotations

from django.urls import path

from tidewaiter.advisories.taxii import views

_ROOT = "<slug:root>/"
_ONE = f"{_ROOT}collections/<str:name>/"
urlpatterns = [
    path("", views.discovery, name="taxii_discovery"),
    path(_ROOT, views.api_root, name="taxii_root"),
    path(f"{_ROOT}status/<str:name>/", views.status, name="taxii_status"),
    path(f"{_ROOT}collections/", views.collections, name="taxii_collections"),
    path(_ONE, views.collection, name="taxii_collection"),
    path(f"{_ONE}manifest/", views.manifests, name="taxii_manifest"),
    path(f"{_ONE}objects/", views.objects, name="taxii_objects"),
    path(f"{_ONE}objects/<str:stix_id>/", views.one_object, name="taxii_object"),
    path(f"{_ONE}objects/<str:stix_id>/versions/", views.object_versions, name="taxii_versions"),
]
