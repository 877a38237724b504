"""Addresses of the trade room."""

from __future__ import annotations

from django.urls import path

from tidewaiter.trade import referral_views, views

urlpatterns = [
    path("", views.trade, name="trade"),
    path("bring/", views.bring, name="bring_trade_file"),
    path("new/<str:analysis>/", views.new, name="new_analysis"),
    path("referrals/", referral_views.referrals, name="referrals"),
    path("referrals/<str:ref>/", referral_views.referral, name="referral"),
    path("referrals/<str:ref>/evidence/", referral_views.evidence, name="referral_evidence"),
    path("referrals/<str:ref>/<str:deed>/", referral_views.move, name="referral_deed"),
    path("<str:ref>/refer/", referral_views.refer, name="refer_finding"),
    path("<str:ref>/", views.run_page, name="trade_run"),
    path("<str:ref>/beside/", views.beside_run, name="analyses_beside"),
    path("<str:ref>/forget/", views.forget_run, name="forget_analysis"),
    path("<str:ref>/take/<str:kind>/", views.take, name="take_analysis"),
]
