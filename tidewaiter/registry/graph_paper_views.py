"""A kept graph as a whole: what hangs together, where, within some days; and on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.registry.actions.graph_papers import drawings, look_at_graph, print_graph
from tidewaiter.registry.graph_views import kind_words
from tidewaiter.registry.purposes import for_a_purpose, purpose_of


@require_GET
@for_a_purpose
def whole_graph(request: HttpRequest, ref: str) -> HttpResponse:
    """Communities, countries and the drawing; `since` and `until` leave ties of other days out."""
    by, purpose, asked = actor_of(request), purpose_of(request), request.GET
    refused: BadInput | None = None
    typed = {name: asked.get(name, "")[:40] for name in ("since", "until")}
    try:
        paper = look_at_graph(ref=ref, by=by, purpose=purpose, since=typed["since"], until=typed["until"])
    except BadInput as refusal:
        refused = refusal
        paper = look_at_graph(ref=ref, by=by, purpose=purpose)
    shown = {"paper": paper, "typed": typed, "refused": refused, "purpose": purpose, "kind_words": kind_words()}
    return render(
        request, "registry/graph_whole.html", shown | drawings(paper, linked=True), status=422 if refused else 200
    )


@require_POST
@for_a_purpose
def graph_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """A numbered copy on paper."""
    by, said = actor_of(request), request.POST
    with heavy_page(by.username):
        content = print_graph(
            ref=ref,
            by=by,
            purpose=purpose_of(request),
            since=said.get("since", "")[:40],
            until=said.get("until", "")[:40],
        )
    return attached(HttpResponse(content, content_type="application/pdf"), "graph.pdf")
