"""Addresses of the forms."""

from __future__ import annotations

from django.urls import path

from tidewaiter.forms import views

urlpatterns = [
    path("", views.form_list, name="form_list"),
    path("load/", views.load, name="load_form"),
    path("<str:code>/retire/", views.retire_form, name="retire_form"),
    path("<str:code>/template.xlsx", views.template_file, name="form_template"),
    path("<str:code>/example.xml", views.example_file, name="form_example"),
    path("<str:code>/schema.<str:kind>", views.schema_file, name="form_schema"),
]
