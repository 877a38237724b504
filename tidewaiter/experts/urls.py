"""Addresses of the experts' room."""

from __future__ import annotations

from django.urls import path

from tidewaiter.experts import needs_views, report_views, views, work_views

urlpatterns = [
    path("", views.experts, name="experts"),
    path("new/", views.new_group, name="new_expert_group"),
    path("meeting/<str:ref>/", work_views.meeting_page, name="expert_meeting"),
    path("meeting/<str:ref>/calendar.ics", work_views.meeting_calendar, name="expert_meeting_calendar"),
    path("thread/<str:ref>/", work_views.thread_page, name="expert_thread"),
    path("report/<str:ref>/", report_views.report_page, name="expert_report"),
    path("report/<str:ref>/<str:kind>/", report_views.report_file, name="expert_report_file"),
    path("certificate/<str:ref>/", report_views.certificate, name="expert_certificate"),
    path("round/<str:ref>/", needs_views.round_page, name="expert_round"),
    path("answers/<str:ref>/", needs_views.answers_page, name="expert_answers"),
    path("answers/<str:ref>/profile/", needs_views.profile_page, name="expert_profile"),
    path("answers/<str:ref>/table/<str:kind>/", needs_views.profile_table, name="expert_profile_table"),
    path("answers/<str:ref>/do/<str:deed>/", needs_views.needs_deed, name="expert_needs_deed"),
    path("<str:code>/", views.group_page, name="expert_group"),
    path("<str:code>/terms/", views.terms_page, name="expert_terms"),
    path("<str:code>/members/", views.members_page, name="expert_members"),
    path("<str:code>/work/", work_views.work_page, name="expert_work"),
    path("<str:code>/work/<str:kind>/", work_views.work_table, name="expert_work_table"),
    path("<str:code>/meetings/", work_views.meetings_page, name="expert_meetings"),
    path("<str:code>/polls/", work_views.polls_page, name="expert_polls"),
    path("<str:code>/threads/", work_views.threads_page, name="expert_threads"),
    path("<str:code>/practice/", work_views.practice_page, name="expert_practice"),
    path("<str:code>/reports/", report_views.reports_page, name="expert_reports"),
    path("<str:code>/needs/", needs_views.needs_page, name="expert_needs"),
    path("<str:code>/calendar.ics", views.group_calendar, name="expert_calendar"),
    path("<str:code>/do/<str:deed>/", views.group_deed, name="expert_deed"),
]
