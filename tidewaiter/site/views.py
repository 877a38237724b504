"""The start page and the node's own small doors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def start(request: HttpRequest) -> HttpResponse:
    return HttpResponse("start")


def choose_language(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")
