"""Addresses of the off-line desk."""

from __future__ import annotations

from django.urls import path

from tidewaiter.offline import door, views

urlpatterns = [
    path("", views.desk, name="offline_desk"),
    path("worker.js", views.worker, name="offline_worker"),
    path("manifest.webmanifest", views.manifest, name="offline_manifest"),
    path("mark.svg", views.mark, name="offline_mark"),
    path("app/<str:version>/<str:name>", views.app_file, name="offline_app"),
    path("packs/", views.pack_index, name="offline_packs"),
    path("packs/<str:name>.json", views.pack_file, name="offline_pack"),
    path("carried/", views.carried, name="offline_carried"),
    path("enrol/", views.enrol_device, name="offline_enrol"),
    path("devices/", views.devices_page, name="offline_devices"),
    path("devices/<str:ref>/end/", views.end_deed, name="offline_end"),
    path("arrivals/", views.arrivals_page, name="offline_arrivals"),
    path("receipts/<str:bundle>/", views.receipts_of, name="offline_receipts"),
    path("arrivals/<str:ref>/", views.item_page, name="offline_item"),
    path("v1/hello", door.hello, name="offline_hello"),
    path("v1/items", door.item_head, name="offline_head"),
    path("v1/asked", door.items_asked, name="offline_asked"),
    path("v1/items/<str:ref>", door.item_bytes, name="offline_bytes"),
]
