"""What is refused before a byte of a body is read, and what is said when the node itself made a mistake.

`address_read` looks at address, headers and cookies; `body_bounded` knows who asks and sets how much may come. Both
stand before everything that reads a body (the check of the CSRF token does, before any page asks who somebody is).
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from typing import IO, BinaryIO, NoReturn, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tidewaiter.foundation.budgets import OverLimit, over
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import NUL
from tidewaiter.foundation.doors import BODIES_READ
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.problems import problem, status_of, told_when
from tidewaiter.foundation.refusals import BadInput, NotAllowed, Refusal
from tidewaiter.foundation.scratch import spooled
from tidewaiter.people.browsers import browser_family
from tidewaiter.people.models import Officer
from tidewaiter.people.tokens import TokenHolder, holder_known
from tidewaiter.site.front import PERSON, UPLOAD

FORBIDDEN = 403

API = "/api/v1/"
TAXII = "/taxii2/"
PROGRAMS = ("/api/", TAXII)
"""Addresses at which programs ask, with tokens."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CHUNK = 64 * 1024

type Answering = Callable[[HttpRequest], HttpResponse]


class mistakes_told:
    """Says a mistake of the node in words, with the number under which its log has
    it. Stands before what numbers requests.
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        answer = self._get_response(request)
        if answer.status_code != 500:
            return answer
        identifier = answer.get("X-Request-Id", "")
        sentence = _("The node made a mistake. Nothing was changed. Tell the steward this number: %(id)s.")
        told = stopped(request, Refusal("mistake", sentence % {"id": identifier}), 500)
        told["X-Request-Id"] = identifier
        return told


class address_read:
    """Refuses an address or headers that are too long or hold U+0000, unknown methods
    (TRACE), and programs that ask without TLS.
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, or answers 414, 400, 405 or 403."""
        refusal = _address_refused(request)
        if refusal is not None:
            return stopped(request, refusal, 414 if isinstance(refusal, OverLimit) else 400)
        if request.method not in METHODS:
            answer = stopped(
                request, BadInput("method", _("This is asked in a way that no page of the node knows.")), 405
            )
            answer["Allow"] = ", ".join(METHODS)
            return answer
        if request.path_info.startswith(PROGRAMS) and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            said = _("This node is asked over https alone. Take the token back: it has travelled in the clear.")
            return stopped(request, Refusal("not_secure", said), 403)
        return self._get_response(request)


def _address_refused(request: HttpRequest) -> Refusal | None:
    query = request.META.get("QUERY_STRING", "")
    if len(request.path_info.encode("utf-8", "replace")) + len(query) > most("url_bytes"):
        return over("url_bytes")
    headers = [value for name, value in request.META.items() if name.startswith("HTTP_")]
    if sum(map(len, headers)) > most("header_bytes"):
        return over("header_bytes")
    texts = [request.path_info, query.replace("%00", NUL), *headers, *request.COOKIES.values()]
    if any(NUL in text for text in texts):
        return BadInput("sign", _("The address or a header holds the sign U+0000, which no text has."))
    return None


class browser_bounded:
    """Leaves of what a browser says of itself its family and its system (people.browsers): whatever keeps it behind
    this door, a list of one's sessions say, keeps no more.
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        if said := request.META.get("HTTP_USER_AGENT"):
            request.META["HTTP_USER_AGENT"] = browser_family(said)
        return self._get_response(request)


class body_bounded:
    """Sets how much of a body may be read, by who asks and where; what is more is never read.

    Who is not signed in: `stranger_body_bytes`. The JSON door: `json_body_bytes`. Pages:
    `form_body_bytes`, and `upload_bytes` where the page takes files (`foundation.doors.takes_files`). A
    body without a length (in chunks) is counted as it comes.
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, or answers 413."""
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        length = _length_of(request)
        try:
            if length or chunked:
                limit = _limit_for(request, length, chunked=chunked)
                if chunked or length > most("stranger_body_bytes"):
                    _one_more(request)
                if length > most(limit):
                    _never_read(request, limit)
                elif chunked:
                    _count(request, limit)
        except OverLimit as refusal:
            answer = told_when(stopped(request, refusal, status_of(refusal, bad_input=413, otherwise=413)))
            answer["Connection"] = "close"
            return answer
        answer = self._get_response(request)
        request.META[PERSON] = _who(request)
        return answer

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuses a form with U+0000 in it; the check of the CSRF token has read it by now."""
        if request.method != "POST" or request.path_info.startswith(API):
            return None
        if any(NUL in text for name, texts in request.POST.lists() for text in (name, *texts)):
            return stopped(request, BadInput("sign", _("A field holds the sign U+0000, which no text has.")), 400)
        return None


def _one_more(request: HttpRequest) -> None:
    """Counts a large body of whoever sends it. Raises `OverLimit` where as many of theirs, or their
    administration's, are read as may be.
    """
    claim = request.META.get(UPLOAD)
    if claim is None:
        return
    holder = holder_known(request) if request.path_info.startswith(API) else None
    person = holder or request.user
    if isinstance(person, Officer | TokenHolder):
        claim(person.username, person.administration_code)


def _who(request: HttpRequest) -> str:
    """Who was answered: by a session or by a token; nothing for a stranger."""
    said = getattr(request, "auth", None) or request.user
    return str(getattr(said, "username", ""))


def _length_of(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said[:19]) if said.isascii() and said.isdigit() else 0


def _limit_for(request: HttpRequest, length: int, *, chunked: bool) -> str:
    """The row of the table. Nobody is looked up for what a stranger may send too."""
    if request.path_info.startswith(API):
        return _limit_of_program(request, length)
    if not chunked and length <= most("stranger_body_bytes"):
        return "stranger_body_bytes"
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        view = None
    if getattr(view, "takes_envelopes", False):
        return "exchange_body_bytes"
    if getattr(view, "takes_tokens", False):
        return "json_body_bytes" if holder_known(request) is not None else "stranger_body_bytes"
    if not request.user.is_authenticated:
        return "stranger_body_bytes"
    return "upload_bytes" if getattr(view, "takes_files", False) else "form_body_bytes"


def _limit_of_program(request: HttpRequest, length: int) -> str:
    """The JSON door asks for token, scope and pace before it reads: a body may wait unread
    for that, if anybody knows the token.
    """
    if length > most("json_body_bytes") and holder_known(request) is None:
        raise over("stranger_body_bytes")
    if request.content_type != "application/octet-stream":
        return "json_body_bytes"
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        name = ""
    return "upload_bytes" if name in BODIES_READ else "json_body_bytes"


class _Unread(io.RawIOBase):
    """A body of which nothing may be read."""

    def __init__(self, limit: str) -> None:
        self._limit = limit

    def readable(self) -> bool:
        """It says so, to say more when somebody does."""
        return True

    def readinto(self, _buffer: object) -> NoReturn:
        """Raises `OverLimit`."""
        raise over(self._limit)


class _Counted(io.RawIOBase):
    """A body in chunks: raises `OverLimit` where it becomes longer than it may be."""

    def __init__(self, inner: IO[bytes], limit: str) -> None:
        self._inner, self._limit = inner, limit
        self._left = most(limit)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Reads as `io.RawIOBase` promises, and counts."""
        into = memoryview(buffer)  # type: ignore[arg-type]  # typeshed says object
        data = self._inner.read(min(len(into), _CHUNK))
        self._left -= len(data)
        if self._left < 0:
            raise over(self._limit)
        into[: len(data)] = data
        return len(data)


def _never_read(request: HttpRequest, limit: str) -> None:
    if not request.path_info.startswith(API):
        raise over(limit)
    request._stream = cast(BinaryIO, io.BufferedReader(_Unread(limit)))


def _count(request: HttpRequest, limit: str) -> None:
    """Makes a body in chunks one with a length for pages (Django reads none
    without); the JSON door reads it when it will.
    """
    stream = io.BufferedReader(_Counted(request.META["wsgi.input"], limit), _CHUNK)
    if request.path_info.startswith(API):
        request._stream = cast(BinaryIO, stream)
        return
    whole = spooled()
    shutil.copyfileobj(stream, whole, _CHUNK)
    request.META["CONTENT_LENGTH"] = str(whole.tell())
    whole.seek(0)
    request._stream = cast(BinaryIO, whole)


def stopped(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    """The answer of the door itself: a page in words that needs nothing of the node, or problem details."""
    if request.path_info.startswith("/api/"):
        return problem(status, refusal.code, refusal.sentence)
    if request.path_info.startswith(TAXII):
        body = {"title": refusal.code, "description": refusal.sentence, "http_status": str(status)}
        return HttpResponse(canonical(body), status=status, content_type="application/taxii+json;version=2.1")
    said = {"sentence": refusal.sentence, "status": status, "back": came_from(request) if status == FORBIDDEN else ""}
    return HttpResponse(render_to_string("stopped.html", said), status=status)


def came_from(request: HttpRequest) -> str:
    """The page of this node from which something was asked, as a path; empty where the browser does not say."""
    said = urlsplit(request.META.get("HTTP_REFERER", ""))
    path = f"{said.path}?{said.query}" if said.query else said.path
    local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if local and said.netloc == request.META.get("HTTP_HOST") else ""


def outlived(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a page that was open since before somebody signed in or out, as in another tab: its token is not
    that of the session. Nothing was done; `reason` is for programmers.
    """
    sentence = _(
        "This page was open since before you signed in or out, so nothing was done. Load it again and repeat what you"
        " did. What you typed into the form of a case is kept in this browser."
    )
    return stopped(request, NotAllowed("page_outlived", sentence), FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself will not read: too many fields or files, a body that is cut off, a host that is not ours."""
    for kind, limit in (
        (RequestDataTooBig, "form_body_bytes"),
        (TooManyFieldsSent, "form_fields"),
        (TooManyFilesSent, "form_files"),
    ):
        if isinstance(exception, kind):
            refusal = over(limit)
            return stopped(request, refusal, status_of(refusal, bad_input=400, otherwise=400))
    return stopped(request, BadInput("bad_request", _("The request cannot be read. Try again.")), 400)
