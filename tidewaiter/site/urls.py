"""The addresses of the node."""

from __future__ import annotations

import importlib

from django.conf import settings
from django.urls import include, path

from tidewaiter.site import views
from tidewaiter.site.api import docs, openapi
from tidewaiter.site.api import urls as api_urls

shape = importlib.import_module(f"tidewaiter.site.shapes.{settings.TIDEWAITER_SHAPE}")

urlpatterns = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("language/", views.choose_language, name="choose_language"),
    path("accounts/", include("tidewaiter.site.account_urls")),
    path("", include("tidewaiter.people.urls")),
    path("cases/", include("tidewaiter.cases.urls")),
    path("codelists/", include("tidewaiter.codelists.urls")),
    path("ledger/", include("tidewaiter.ledger.urls")),
    path("search/", include("tidewaiter.search.urls")),
    path("notices/", include("tidewaiter.notices.urls")),
    path("jobs/", include("tidewaiter.jobs.urls")),
    path("forms/", include("tidewaiter.forms.urls")),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/docs", docs, name="api_docs"),
    path("api/v1/", api_urls),
    *shape.URLS,
]
