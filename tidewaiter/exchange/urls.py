"""Addresses of the exchange: pages for people, and the door of other nodes."""

from __future__ import annotations

from django.urls import path

from tidewaiter.exchange import door, inquiries, questions, views

urlpatterns = [
    path("", views.outbox_page, name="exchange"),
    path("deed/", views.outbox_deed, name="exchange_deed"),
    path("nodes/", views.nodes_page, name="exchange_nodes"),
    path("set-aside/", views.set_aside_page, name="exchange_set_aside"),
    path("set-aside/again/", views.set_aside_deed, name="exchange_again"),
    path("questions/", questions.questions_page, name="exchange_questions"),
    path("questions/<str:ref>/reply/", questions.reply_deed, name="exchange_reply"),
    path("requests/", inquiries.requests_page, name="exchange_requests"),
    path("requests/<str:ref>/reply/", inquiries.reply_deed, name="exchange_request_reply"),
    path("agreements/end/", inquiries.end_deed, name="exchange_agreement_end"),
    path("receipts/<str:ref>/", views.receipt_file, name="exchange_receipt"),
    path("v1/sync", door.sync, name="exchange_sync"),
    path("v1/card", door.card, name="exchange_card"),
]
