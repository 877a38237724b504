"""The page that gives the narrowed list away as a file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.cases.actions import export_cases
from tidewaiter.cases.export import must_be_kind
from tidewaiter.cases.filter_params import read_filters
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import narrowed
from tidewaiter.cases.tasks import take_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.notices.documents import document_page

TABLE_ROWS = 100_000


@require_http_methods(["GET", "HEAD", "POST"])
def case_export(request: HttpRequest) -> HttpResponseBase:
    """The narrowed list as a file of whole records, as far as 100,000 cases; a long one is made by the worker."""
    by = actor_of(request)
    wanted, kind = read_filters(request.GET), request.GET.get("format", "csv")
    cases = narrowed(by, wanted)
    if is_long(cases, kind):
        asked = {"wanted": wanted, "kind": kind}
        return document_page(request, task=take_cases, subject="cases", asked=asked, by=by)
    return exported(cases, kind, by)


def is_long(cases: QuerySet[Case], kind: str) -> bool:
    """Whether these are more than are written while somebody waits. Raises
    `BadInput` for more than are taken at once.
    """
    must_be_kind(kind)
    if cases.order_by()[: TABLE_ROWS + 1].count() > TABLE_ROWS:
        raise BadInput(
            "too_many_cases",
            _("These are more than %(most)s cases. Narrow the list, or let a steward take them by the command.")
            % {"most": TABLE_ROWS},
        )
    return cases.order_by()[: most("direct_cases") + 1].count() > most("direct_cases")


def exported(cases: QuerySet[Case], kind: str, by: Actor) -> FileResponse:
    """Some cases as a file to take away. Raises `OverLimit` where too many large pages are being made."""
    with heavy_page(by.username), scratch() as folder:
        path = folder / "cases"
        export_cases(cases=cases, to=path, kind=kind, by=by)
        return attached(FileResponse(path.open("rb"), content_type="application/octet-stream"), f"cases.{kind}")
