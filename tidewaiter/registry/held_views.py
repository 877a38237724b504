"""The page of the data-protection officer: what is held on somebody who asks."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.registry.actions.held_on import HeldOn
from tidewaiter.registry.actions.held_on import held_on as gathered
from tidewaiter.registry.held_paper import paper_of, shown_of
from tidewaiter.registry.policy import may_answer
from tidewaiter.registry.purposes import for_a_purpose, purpose_of


@require_http_methods(["GET", "POST"])
@partial(for_a_purpose, rule=may_answer)
def held_on(request: HttpRequest) -> HttpResponse:
    """Whom it is about is posted, so that no name stands in an address; `as=pdf` gives the paper."""
    by, purpose = actor_of(request), purpose_of(request)
    typed = {name: request.POST.get(name, "").strip()[:300] for name in ("ref", "name", "birth")}
    found: HeldOn | None = None
    refused = ""
    if request.method == "POST":
        try:
            found = gathered(by=by, purpose=purpose, **typed)
        except (BadInput, Missing) as refusal:
            refused = refusal.sentence
    if found is not None and request.POST.get("as") == "pdf":
        with heavy_page(by.username):
            answer = HttpResponse(paper_of(found, by, purpose), content_type="application/pdf")
        return attached(answer, "held-on.pdf")
    shown = {"typed": typed, "refused": refused, "purpose": purpose} | (shown_of(found) if found else {})
    return render(request, "registry/held_on.html", shown, status=422 if refused else 200)
