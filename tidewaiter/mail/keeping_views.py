"""How long mail is kept, holds, and a thread as a signed file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.mail.actions import export_thread, hold_mail, lift_hold, set_keeping
from tidewaiter.mail.policy import may_look_after
from tidewaiter.mail.queries import holds_of, keeping_of
from tidewaiter.mail.views import corresponding


@require_http_methods(["GET", "POST"])
def keeping(request: HttpRequest) -> HttpResponse:
    """How long, and what is held; posted, the days, or a hold more."""
    by, said = actor_of(request), request.POST
    may_look_after(by)
    refused = None
    if request.method == "POST":
        try:
            if "reason" in said:
                hold_mail(reason=said["reason"], thread=said.get("thread", ""), by=by)
                messages.success(request, _("It is held: nothing of it is forgotten."))
            else:
                days = said.get("days", "").strip()
                set_keeping(days=read_whole(days) if days else None, by=by)
                messages.success(request, _("Set. The clock looks every hour."))
            return redirect("mail_keeping")
        except Refusal as refusal:
            refused = refusal
    return _page(request, by, refused)


def _page(request: HttpRequest, by: Actor, refused: Refusal | None) -> HttpResponse:
    shown = {"keeping": keeping_of(by), "rows": holds_of(by), "refused": refused, "typed": request.POST}
    return render(request, "mail/keeping.html", shown, status=422 if refused else 200)


@require_POST
def lift(request: HttpRequest, ref: str) -> HttpResponse:
    """Lifts a hold."""
    by = actor_of(request)
    may_look_after(by)
    try:
        lift_hold(ref=ref, reason=request.POST.get("reason", ""), by=by)
    except Refusal as refusal:
        return _page(request, by, refusal)
    messages.success(request, _("Lifted: the clock goes on."))
    return redirect("mail_keeping")


@require_POST
def export(request: HttpRequest, ref: str) -> HttpResponse:
    """A thread as one sees it, signed by the node: posted, for that it was taken is written down."""
    content = export_thread(ref=ref, by=corresponding(request))
    answer = HttpResponse(content, content_type="application/json", headers={"Cache-Control": "private, no-store"})
    return attached(answer, f"{ref}.json")
