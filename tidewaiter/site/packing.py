"""Pages go over the line packed."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class packed(GZipMiddleware):
    """Packs texts that are answered whole; a download that comes piece by piece goes as it is, and keeps its length.

    What is packed tells by its length what of it repeats (BREACH, breachattack.com). The signs against forged requests
    are masked anew in every answer, Django adds a random number of bytes to each, a session's cookie does not come with
    what other sites fetch, and what is secret (a code, a token's key) is shown once, in answer to a POST.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, packed where that is worth it and the asker can open it."""
        if response.streaming or not response.get("Content-Type", "").startswith(_TEXTS):
            return response
        return super().process_response(request, response)
