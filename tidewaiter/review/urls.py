"""Addresses of the regional office."""

from __future__ import annotations

from django.urls import path

from tidewaiter.review import office_views, request_views, views

urlpatterns = [
    path("", views.queue, name="review"),
    path("together/", views.together, name="review_together"),
    path("returned/", office_views.returned, name="review_returned"),
    path("checks/", office_views.checks, name="review_checks"),
    path("office/", office_views.office, name="review_office"),
    path("office/<str:deed>/", office_views.office_deed, name="office_deed"),
    path("monthly/", office_views.monthly, name="monthly_check"),
    path("monthly/<str:country>/letter/", office_views.letter, name="monthly_letter"),
    path("requests/", request_views.requests, name="analysis_requests"),
    path("requests/<str:ref>/", request_views.request_page, name="analysis_request"),
    path("requests/<str:ref>/<str:deed>/", request_views.request_deed, name="request_deed"),
    path("case/<str:ref>/", views.review_case, name="review_case"),
    path("case/<str:ref>/<str:deed>/", views.review_deed, name="review_deed"),
]
