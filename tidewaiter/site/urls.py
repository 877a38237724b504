"""The addresses of the node."""

from __future__ import annotations

from django.urls import include, path

from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.site import clock_views, door, start_page, views
from tidewaiter.site import stored_views as stored
from tidewaiter.site.api import docs, openapi
from tidewaiter.site.api import urls as api_urls
from tidewaiter.site.sessions import your_session
from tidewaiter.site.went_wrong import went_wrong

handler400 = door.bad_request
handler500 = went_wrong
urlpatterns = [
    path("", start_page.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("clock/", clock_views.clock, name="clock"),
    path("clock/<str:deed>/", clock_views.clock_deed, name="clock_deed"),
    path("language/", views.choose_language, name="choose_language"),
    path("accounts/", include("tidewaiter.site.account_urls")),
    path("you/session/", your_session, name="your_session"),
    path("ledger/", views.read_ledger, name="ledger"),
    path("ledger/take-away/", views.take_ledger, name="take_ledger"),
    path("ledger/check/", views.check_ledger, name="check_ledger"),
    path("stored/", stored.own_stored, name="own_stored"),
    path("stored/all/", stored.all_stored, name="all_stored"),
    path("stored/bound/", stored.set_bound, name="set_stored_bound"),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/docs", docs, name="api_docs"),
    path("api/v1/", api_urls),
    *[path(room.urls, include(f"{room.package}.urls")) for room in rooms_of_node() if room.urls is not None],
]
