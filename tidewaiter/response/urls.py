"""Addresses of the response."""

from __future__ import annotations

from django.urls import path

from tidewaiter.response import bank_views, entry_views, outcome_views, paper_views, preserving_views, views

urlpatterns = [
    path("", views.response, name="response"),
    path("new/", entry_views.new_alarm, name="new_alarm"),
    path("outcome/", outcome_views.outcome, name="response_outcome"),
    path("outcome/report.pdf", outcome_views.outcome_report, name="outcome_report"),
    path("bank/<str:secret>/", bank_views.bank_door, name="response_bank"),
    path("files/<str:ref>/", views.response_file, name="response_file"),
    path("requests/<str:ref>/", views.request_page, name="response_request"),
    path("requests/<str:ref>/paper.pdf", paper_views.freeze_paper, name="freeze_paper"),
    path("providers/", preserving_views.providers_page, name="response_providers"),
    path("preservations/", preserving_views.preservations, name="response_preservations"),
    path("preservations/new/", preserving_views.new_preservation, name="new_preservation"),
    path("preservations/<str:ref>/", preserving_views.preservation_page, name="response_preservation"),
    path("preservations/<str:ref>/mend/", preserving_views.mend_preservation_page, name="mend_preservation"),
    path("preservations/<str:ref>/paper.pdf", preserving_views.preservation_paper, name="preservation_paper"),
    path("preservations/<str:ref>/do/<str:deed>/", preserving_views.preservation_deed, name="preservation_deed"),
    path("<str:ref>/", views.alarm_page, name="response_alarm"),
    path("<str:ref>/recall/<int:number>.xml", views.recall_page, name="response_recall"),
    path("<str:ref>/orders/<str:order>/paper.pdf", paper_views.paper_of_order, name="order_paper"),
    path("<str:ref>/<str:deed>/", views.alarm_deed, name="alarm_deed"),
]
