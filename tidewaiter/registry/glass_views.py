"""The page of the broken glass: to break it, and to judge what others broke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.registry import policy
from tidewaiter.registry.actions.glass import break_glass, judge_glass
from tidewaiter.registry.queries import glass_to_judge


@require_http_methods(["GET", "POST"])
def broken_glass(request: HttpRequest) -> HttpResponse:
    """Asks why it cannot wait; shows those who judge what was broken."""
    by = actor_of(request)
    judges = policy.judges_glass(by)
    if not judges:
        policy.may_read(by)
    refused = None
    if request.method == "POST":
        try:
            made = break_glass(reason=request.POST.get("reason", ""), by=by)
            said = _("Open until %(until)s UTC. Investigators, data protection and stewards have been told.")
            messages.success(request, said % {"until": made.until.strftime("%H:%M")})
            return redirect("registry_screening")
        except Missing:
            raise
        except Refusal as refusal:
            refused = refusal
    shown = {
        "refused": refused,
        "typed": request.POST,
        "open": policy.open_glass(by),
        "may_break": policy.reads(by) and not policy.sees_red(by),
        "rows": list(glass_to_judge(by)[:100]) if judges else [],
        "judges": judges,
        "me": by.username,
    }
    return render(request, "registry/glass.html", shown, status=422 if refused else 200)


@require_POST
def judge(request: HttpRequest, ref: str) -> HttpResponse:
    """Says whether it was right."""
    said = request.POST
    judge_glass(ref=ref, verdict=said.get("verdict", ""), note=said.get("note", ""), by=actor_of(request))
    return redirect("broken_glass")
