"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from tidewaiter.people.views import contact_points, duty, four_eyes, people, places, providers, sign_ins, you

urlpatterns = [
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite_person, name="invite_person"),
    path("people/statistics/", people.statistics, name="people_statistics"),
    path("people/places/", places.places, name="people_places"),
    path("people/places/administration/<str:code>/", places.administration, name="people_administration"),
    path("people/places/<str:deed>/", places.place_deed, name="place_deed"),
    path("people/confirm/", four_eyes.proposals, name="proposals"),
    path("people/confirm/<str:ref>/<str:deed>/", four_eyes.decide, name="decide_proposal"),
    path("people/sign-ins/", sign_ins.sign_ins, name="sign_ins"),
    path("people/sign-on/", providers.sign_on, name="sign_on"),
    path("people/sign-on/<str:deed>/", providers.sign_on_deed, name="sign_on_deed"),
    path("people/duty/", duty.duty, name="people_duty"),
    path("people/duty.ics", duty.duty_calendar, name="duty_calendar"),
    path("people/contacts/", contact_points.contact_points, name="contact_points"),
    path("people/contacts/<str:deed>/", contact_points.contact_point_deed, name="contact_point_deed"),
    path("people/duty/<str:deed>/", duty.duty_deed, name="duty_deed"),
    path("people/of/<str:username>/", people.person_page, name="person_page"),
    path("people/of/<str:username>/<str:deed>/", people.person_deed, name="person_deed"),
    path("you/", you.you, name="you"),
    path("you/<str:deed>/", you.your_deed, name="your_deed"),
]
