"""Addresses of mail."""

from __future__ import annotations

from django.urls import path

from tidewaiter.mail import keeping_views, views, writing

urlpatterns = [
    path("", views.mail, name="mail"),
    path("new/", writing.new_letter, name="new_letter"),
    path("drafts/", views.drafts, name="mail_drafts"),
    path("drafts/<str:ref>/", writing.draft_page, name="mail_draft"),
    path("drafts/<str:ref>/keep/", writing.keep_typed, name="keep_mail_draft"),
    path("files/<str:ref>/", views.mail_file, name="mail_file"),
    path("keeping/", keeping_views.keeping, name="mail_keeping"),
    path("keeping/<str:ref>/lift/", keeping_views.lift, name="lift_mail_hold"),
    path("letters/<str:ref>/<str:deed>/", writing.letter_deed, name="letter_deed"),
    path("<str:ref>/", views.thread_page, name="mail_thread"),
    path("<str:ref>/export/", keeping_views.export, name="export_mail"),
]
