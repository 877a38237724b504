"""What is answered when something went wrong that no door refused: a full disk in a
sentence, anything else as the plain page.
"""

from __future__ import annotations

import logging
import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from tidewaiter.foundation.disk import DiskFull, disk_full
from tidewaiter.foundation.problems import problem

NO_ROOM = 507
_log = logging.getLogger("tidewaiter.disk")


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Django calls it while the error is being handled, wherever between the door and the answer it was raised."""
    full = disk_full(sys.exc_info()[1])
    if full is None:
        return server_error(request)
    _log.error(full.code)
    if request.path.startswith("/api/"):
        return problem(NO_ROOM, full.code, full.sentence)
    return _page(request, full)


def _page(request: HttpRequest, full: DiskFull) -> HttpResponse:
    """The page of a refusal; where even that needs room, the sentence alone."""
    try:
        return render(request, "refused.html", {"refusal": full, "status": NO_ROOM}, status=NO_ROOM)
    except (DatabaseError, OSError):
        return HttpResponse(f"{full.sentence}\n", status=NO_ROOM, content_type="text/plain; charset=utf-8")
