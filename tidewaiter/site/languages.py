"""Languages told honestly: where one has no word for something, English stands there as English.

Of the languages of the lists, the pages themselves are complete in some alone. In the others what is said in English
stands between the marks of an isolated stretch (UAX #9), and on a page in an element that says its language and
direction, so that neither order of writing nor a screen reader's voice is that of another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from gettext import NullTranslations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import activate, get_language, trans_real

from tidewaiter.foundation.isolation import BEGIN, END, is_complete, isolated

_WORDS_ALONE = "title|option|textarea|script|style"
"""Elements that hold no elements: what stands in them keeps its marks."""
_pieces = re.compile(rf"(<!--.*?-->|<(?:{_WORDS_ALONE})\b.*?</(?:{_WORDS_ALONE})>|<[^>]*>)", re.S)
_SPAN = '<span lang="en" dir="ltr">'
SIGN_IN = "/accounts/"


class _Isolated(NullTranslations):
    """English words for those that a language lacks, between marks."""

    def __init__(self, english: NullTranslations) -> None:
        super().__init__()
        self._english = english

    def gettext(self, message: str) -> str:
        """The words in English; words that hold no sign stay as they are."""
        return isolated(self._english.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The same of a number."""
        return isolated(self._english.ngettext(msgid1, msgid2, n))


def isolate_fallback() -> None:
    """What a language lacks is marked from now on, in this process."""
    for code, _name in settings.LANGUAGES:
        if not is_complete(code):
            held = vars(trans_real.translation(code))  # gettext has no other way to ask what stands behind a catalogue
            if not isinstance(held["_fallback"], _Isolated):
                held["_fallback"] = _Isolated(held["_fallback"] or NullTranslations())


def with_elements(page: str) -> str:
    """A page whose marks in running text have become elements; those in attributes and titles stay marks."""
    if BEGIN not in page:
        return page
    pieces = _pieces.split(page)
    pieces[::2] = [text.replace(BEGIN, _SPAN).replace(END, "</span>") for text in pieces[::2]]
    return "".join(pieces)


class languages_told:
    """Marks what a language lacks; before one has signed in, speaks the language that a link of the door asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        isolate_fallback()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        asked = request.GET.get("language", "") if request.path.startswith(SIGN_IN) else ""
        chosen = asked if asked in dict(settings.LANGUAGES) else ""
        if chosen:
            activate(chosen)
            request.LANGUAGE_CODE = chosen
        answer = self._get_response(request)
        if chosen:
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=365 * 86400,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        html = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if html and not is_complete(get_language() or "en"):
            answer.content = with_elements(answer.content.decode()).encode()
        return answer
