"""What an alarm sends on paper: requests to freeze, freezing orders, the request for assistance that follows one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response import actions
from tidewaiter.response.letters.papers import order_paper, request_paper
from tidewaiter.response.queries import alarm_named, order_named, request_named
from tidewaiter.response.views import of_the_room
from tidewaiter.response.words import PAPER_LANGUAGES

PAPERS = ("order", "mla")


def _language(request: HttpRequest, otherwise: str) -> str:
    said = request.GET.get("lang", "") or otherwise
    if said not in PAPER_LANGUAGES:
        raise BadInput("lang", _("The paper can be had in %(all)s.") % {"all": ", ".join(PAPER_LANGUAGES)})
    return said


@require_GET
def freeze_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """A request to freeze as PDF, in their language or in `?lang=`."""
    by = of_the_room(request)
    asked = request_named(by, ref)
    language = _language(request, asked.language if asked.language in PAPER_LANGUAGES else "en")
    actions.look_at(alarm=asked.alarm, by=by)
    content = request_paper(asked, language)
    name = f"{asked.alarm.reference.replace('/', '-')}-{language}.pdf"
    return attached(HttpResponse(content, content_type="application/pdf"), name)


@require_GET
def paper_of_order(request: HttpRequest, ref: str, order: str) -> HttpResponse:
    """A freezing order, or the request for assistance that follows it (`?as=order|mla`), as PDF in `?lang=`."""
    by = of_the_room(request)
    alarm = alarm_named(by, ref)
    kept = order_named(alarm, order)
    kind = request.GET.get("as", "order")
    if kind not in PAPERS:
        raise BadInput("as", _("Say %(all)s.") % {"all": ", ".join(PAPERS)})
    language = _language(request, "en")
    actions.look_at(alarm=alarm, by=by)
    content = order_paper(kept, language, kind)
    name = f"{alarm.reference.replace('/', '-')}-{kind}-{language}.pdf"
    return attached(HttpResponse(content, content_type="application/pdf"), name)
