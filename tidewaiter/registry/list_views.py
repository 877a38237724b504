"""The page on which a list of names is screened: a passenger list, a manifest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.foundation.tables import csv_of_rows
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.registry.purposes import for_agencies_too, purpose_of
from tidewaiter.registry.reading.wanted import FOUND_HEADS, found_rows
from tidewaiter.registry.screening_lists import Listed, screen_list

MOST_ROWS = 500
LARGEST = 4 * 2**20
MOST_SHOWN = 5


@takes_files
@require_http_methods(["GET", "POST"])
@for_agencies_too
def screen_a_list(request: HttpRequest) -> HttpResponse:
    """Takes a csv or a workbook; shows each row that needs a person, or gives all rows as csv. The file is not kept."""
    by, purpose = actor_of(request), purpose_of(request)
    rows: list[Listed] = []
    shown: dict[str, object] = {"purpose": purpose, "most": MOST_ROWS, "most_shown": MOST_SHOWN}
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            if upload is None:
                raise BadInput("no_file", _("Choose a file."))
            if (upload.size or 0) > LARGEST:
                raise BadInput("too_large", _("A page takes lists of 4 MiB. Screen larger ones by screen_file."))
            with on_disk([upload]) as [path], heavy_page(by.username):
                made = screen_list(path=path, by=by, purpose=purpose, most=MOST_ROWS)
                rows = list(made.rows)
        except Missing:
            raise
        except Refusal as refusal:
            return render(request, "registry/screen_list.html", shown | {"refused": refusal}, status=422)
        if request.POST.get("as") == "csv":
            return _as_csv(made.heads, rows)
        at = made.heads.index("name")
        states: dict[str, list[tuple[str, Listed]]] = {"hits": [], "too_common": [], "none": [], "no_name": []}
        for row in rows:
            states[row.found.state if row.found else "no_name"].append((row.cells[at], row))
        shown |= {"done": made.done, "states": states}
    return render(request, "registry/screen_list.html", shown)


def _as_csv(heads: list[str], rows: list[Listed]) -> HttpResponse:
    lines = ((*row.cells, *line) for row in rows for line in found_rows(row.found))
    written = csv_of_rows([*heads, *FOUND_HEADS], lines)
    return attached(HttpResponse(written, content_type="text/csv; charset=utf-8"), "screened.csv")
