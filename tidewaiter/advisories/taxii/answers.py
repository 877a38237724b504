"""Answers of the TAXII door: its media type, its errors, and who asks (TAXII 2.1, sections 1.6 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.doors import takes_tokens
from tidewaiter.foundation.problems import status_of, told_when
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.pace import seconds_to_wait
from tidewaiter.people.tokens import holder_known

MEDIA = "application/taxii+json;version=2.1"
_TYPES = ("application/taxii+json", "application/*", "*/*")
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    429: "Too many requests",
}

type View = Callable[..., HttpResponse]


class NotAcceptable(Refusal):
    """The client takes no answer that this door gives."""


class WrongType(Refusal):
    """The client sends what this door does not read."""


def answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A document of TAXII."""
    return said(canonical(document), status, headers)


def said(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The same of what is written already."""
    made = HttpResponse(body, status=status, content_type=MEDIA)
    for name, value in (headers or {}).items():
        made[name] = value
    return made


def error(status: int, code: str, sentence: str) -> HttpResponse:
    """An error message of TAXII (section 3.6.1)."""
    body = {
        "title": _TITLES.get(status, "Error"),
        "description": sentence,
        "error_code": code,
        "http_status": str(status),
    }
    made = answer(body, status)
    if status == 401:
        made["WWW-Authenticate"] = 'Basic realm="taxii", Bearer realm="taxii"'
    return told_when(made)


def door(*methods: str) -> Callable[[View], View]:
    """A resource of the door: knows the client by a token, whichever way it is shown; no cookie opens it."""

    def decorate(view: View) -> View:
        @csrf_exempt  # no cookie is looked at
        @login_not_required
        @takes_tokens
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with translation.override("en"):
                try:
                    return _asked(view, methods, request, *args, **kwargs)
                except NotAcceptable as refusal:
                    return error(406, refusal.code, refusal.sentence)
                except WrongType as refusal:
                    return error(415, refusal.code, refusal.sentence)
                except Refusal as refusal:
                    return error(status_of(refusal, bad_input=400, otherwise=422), refusal.code, refusal.sentence)

        return asked

    return decorate


def _asked(view: View, methods: tuple[str, ...], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    holder = holder_known(request)
    if holder is None:
        return error(401, "token", _("Show a token: as bearer, or as the password of your account's name."))
    if wait := seconds_to_wait(f"api {holder}", settings.API_REQUESTS_A_MINUTE):
        made = error(429, "pace", _("Too many requests in a minute."))
        made["Retry-After"] = str(int(wait) + 1)
        return made
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        made = error(405, "method", _("This is not done here."))
        made["Allow"] = ", ".join(methods)
        return made
    _must_accept(request)
    return view(request, holder, *args, **kwargs)


def _must_accept(request: HttpRequest) -> None:
    """Raises `NotAcceptable` where no media type of the client's fits ours."""
    accepts = request.headers.get("Accept", "").strip()
    if not accepts:
        return
    for part in accepts.split(","):
        kind, *parameters = [word.strip().lower() for word in part.split(";")]
        named = dict(word.partition("=")[::2] for word in parameters)
        if kind in _TYPES and named.get("version", "2.1").strip('"') == "2.1" and named.get("q") not in ("0", "0.0"):
            return
    raise NotAcceptable("accept", _("This door answers %(type)s.") % {"type": MEDIA})


def must_be_sent_as_taxii(request: HttpRequest) -> None:
    """Raises `WrongType` for a body that says it is something else."""
    kind, *parameters = [word.strip().lower() for word in request.headers.get("Content-Type", "").split(";")]
    named = dict(word.partition("=")[::2] for word in parameters)
    if kind != "application/taxii+json" or named.get("version", "2.1").strip('"') != "2.1":
        raise WrongType("content_type", _("Send it as %(type)s.") % {"type": MEDIA})


def number_in(text: str, name: str) -> int:
    """A whole number above nothing. Raises `BadInput`."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        raise BadInput(name, _("«%(name)s» is a whole number above 0.") % {"name": name})
    return int(text)
