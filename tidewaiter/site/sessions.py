"""Sessions end: when nothing was done for a while, and after a day's work whatever was
done. What a person sees is kept nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Set
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import APART, now
from tidewaiter.people.models import Officer, Token
from tidewaiter.people.renewals import goes_on, session_of
from tidewaiter.people.tokens import TokenHolder, holder_of

BEGAN, SEEN = "tw_began", "tw_seen"
"""In a session: when the person signed in, and when they last did something, in seconds."""
WRITTEN_EVERY = 30
"""Seconds between two notes of the last thing done: not every request writes."""
LOOKED_EVERY = 2
"""Seconds between two looks, while a long answer is sent, whether its person may still have it."""
ASKS = "/you/session/"
"""Where a page asks how long the session lasts; asking does not make it longer."""


def seconds_left(request: HttpRequest) -> int:
    """How many seconds the session lasts if nothing more is done."""
    moment = time.time()
    seen, began = request.session.get(SEEN, moment), request.session.get(BEGAN, moment)
    if max(seen, began) > moment + APART.total_seconds():
        return 0  # by a clock that was wrong: nobody knows how old it is
    return max(0, int(min(seen + settings.SESSION_IDLE_SECONDS, began + settings.SESSION_COOKIE_AGE) - moment))


def _by_itself(request: HttpRequest) -> bool:
    """Whether the page asks and not the person: it fetches its progress, or asks how long it has."""
    return "X-Poll" in request.headers or (request.path == ASKS and request.method == "GET")


@require_http_methods(["GET", "POST"])
def your_session(request: HttpRequest) -> JsonResponse:
    """How many seconds are left before one is signed out; by POST the person says that they are still there."""
    if request.method == "POST":
        request.session[SEEN] = int(time.time())
    return JsonResponse({"left": seconds_left(request)})


class sessions_end:
    """Ends sessions that are over, notes when something was done, and lets no private answer be stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, unless the session is over."""
        private = request.user.is_authenticated or request.path.startswith(("/accounts/", "/api/"))
        answer = self._over(request) if request.user.is_authenticated else _late(request)
        if answer is None:
            shown = _shown(request) if request.user.is_authenticated else []
            answer = self._get_response(request)
            if shown and request.user.is_authenticated and _shown(request) != shown:
                _renewed(request)
        if private or request.user.is_authenticated:
            answer["Cache-Control"] = "no-store"
            if isinstance(answer, StreamingHttpResponse):
                answer.streaming_content = _while_open(answer.streaming_content, request)
        return answer

    def _over(self, request: HttpRequest) -> HttpResponse | None:
        session, moment = request.session, int(time.time())
        if BEGAN not in session:
            session[BEGAN] = session[SEEN] = moment
        if seconds_left(request) > 0:
            if moment - session[SEEN] >= WRITTEN_EVERY and not _by_itself(request):
                session[SEEN] = moment
            return None
        why = "day" if moment - session[BEGAN] >= settings.SESSION_COOKIE_AGE else "idle"
        logout(request)
        where = f"{reverse('account_login')}?{urlencode({'next': _came_from(request), 'ended': why})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": where})
        return HttpResponseRedirect(where)


def _shown(request: HttpRequest) -> list[tuple[str, float]]:
    """What was shown in this session, and when: a password, a code, a passkey."""
    methods = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return [(str(one.get("method")), float(one.get("at", 0))) for one in methods]


def _renewed(request: HttpRequest) -> None:
    """A session in which somebody showed again who they are goes on under another
    key: whoever had the old one has none.
    """
    session, former = request.session, str(request.session.session_key)
    with transaction.atomic():  # whoever looks meanwhile sees the one or the other
        session.cycle_key()
        goes_on(former, str(session.session_key))


def _late(request: HttpRequest) -> HttpResponse | None:
    """Nothing is deleted for a request with a key of a moment ago: by now the browser has another, which that would
    delete.

    A page is sent to the door, from where the new key leads back. What a page fetches is answered 409, which it
    leaves be: the door would be put into it, or the page left for it, where the new key has not come yet.
    """
    said = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not said or not request.session.is_empty() or session_of(said) is None:
        return None
    del request.COOKIES[settings.SESSION_COOKIE_NAME]  # Django deletes at the browser what was sent and is no session
    if _by_itself(request) or request.path == ASKS or request.headers.get("HX-Request"):
        return HttpResponse(status=409, headers={"Cache-Control": "no-store"})
    return None


type _Rights = tuple[str, Set[str], Set[str]] | None
"""Administration, roles and reviewed regions of whoever may have the answer."""


def _while_open(parts: Iterator[bytes], request: HttpRequest) -> Iterator[bytes]:
    """Passes a long answer on as long as whoever asked may have it. Raises
    `SessionInterrupted`: half a table must not look whole.
    """
    by = getattr(request, "auth", None) or request.user
    asked = _rights(by) if isinstance(by, Officer | TokenHolder) else None  # as they were when they asked
    held = session_of(str(request.session.session_key)) if isinstance(by, Officer) else None
    return _passed(parts, request, asked, held)


def _passed(parts: Iterator[bytes], request: HttpRequest, asked: _Rights, held: UserSession | None) -> Iterator[bytes]:
    looked = time.monotonic()
    for part in parts:
        if time.monotonic() - looked >= LOOKED_EVERY:
            looked = time.monotonic()
            if not _open(request, asked, held):
                raise SessionInterrupted("The account was closed, signed out or given less to see while this was sent.")
        yield part


def _rights(actor: Actor | None) -> _Rights:
    return (actor.administration_code, actor.role_codes, actor.reviewed_regions) if actor else None


def _now_of(request: HttpRequest, held: UserSession | None) -> Actor | None:
    """Who holds the session, or the token, as they are now; nothing where it opens no door any more."""
    door = str(getattr(request, "auth", ""))
    if door.startswith("token:"):
        token = Token.objects.select_related("officer__administration").filter(
            ref=door[6:], revoked_at=None, expires_at__gt=now(), officer__is_active=True
        )
        found = token.first()
        return holder_of(found) if found else None
    key, person = request.session.session_key, request.user
    if held is not None:  # it may go on under another key
        key = UserSession.objects.filter(pk=held.pk).values_list("session_key", flat=True).first()
    if not key or not request.session.exists(key) or not isinstance(person, Officer):
        return None
    return Officer.objects.select_related("administration").filter(username=person.username, is_active=True).first()


def _open(request: HttpRequest, asked: _Rights, held: UserSession | None) -> bool:
    """Whether the session or token still opens the door, and its holder may see all that they could when they asked."""
    still = _rights(_now_of(request, held))
    if still is None:
        return False
    return asked is None or (still[0] == asked[0] and still[1] >= asked[1] and still[2] >= asked[2])


def _came_from(request: HttpRequest) -> str:
    """The page to go back to: of a form that was sent, or of a part that a page fetched, the page it stands on."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/")
    return (page.path or "/") + (f"?{page.query}" if page.query else "")
