"""The addresses of the node."""

from __future__ import annotations

import importlib

from django.conf import settings
from django.urls import include, path

from tidewaiter.site import clock_views, door, views
from tidewaiter.site import stored_views as stored
from tidewaiter.site.api import docs, openapi
from tidewaiter.site.api import urls as api_urls
from tidewaiter.site.sessions import your_session
from tidewaiter.site.went_wrong import went_wrong

shape = importlib.import_module(f"tidewaiter.site.shapes.{settings.TIDEWAITER_SHAPE}")

handler400 = door.bad_request
handler500 = went_wrong
urlpatterns = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("clock/", clock_views.clock, name="clock"),
    path("clock/<str:deed>/", clock_views.clock_deed, name="clock_deed"),
    path("language/", views.choose_language, name="choose_language"),
    path("accounts/", include("tidewaiter.site.account_urls")),
    path("you/session/", your_session, name="your_session"),
    path("", include("tidewaiter.people.urls")),
    path("cases/", include("tidewaiter.cases.urls")),
    path("codelists/", include("tidewaiter.codelists.urls")),
    path("ledger/", views.read_ledger, name="ledger"),
    path("ledger/take-away/", views.take_ledger, name="take_ledger"),
    path("ledger/check/", views.check_ledger, name="check_ledger"),
    path("ledger/", include("tidewaiter.ledger.urls")),
    path("search/", include("tidewaiter.search.urls")),
    path("notices/", include("tidewaiter.notices.urls")),
    path("stored/", stored.own_stored, name="own_stored"),
    path("stored/all/", stored.all_stored, name="all_stored"),
    path("stored/bound/", stored.set_bound, name="set_stored_bound"),
    path("jobs/", include("tidewaiter.jobs.urls")),
    path("forms/", include("tidewaiter.forms.urls")),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/docs", docs, name="api_docs"),
    path("api/v1/", api_urls),
    *shape.URLS,
]
