"""Choosing a password by a one-time code: an open door, slowed down like the sign-in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.people import backoff, sign_ins
from tidewaiter.people.actions import redeem


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The person gives their name, the code and the password they choose."""
    if request.method != "POST":
        return render(request, "people/welcome.html")
    username = request.POST.get("username", "").strip().lower()[:150]
    source = get_adapter().get_client_ip(request)
    tried = (f"code:{username}", source)
    wait = backoff.seconds_to_wait(*tried)
    refused = ""
    if wait:
        refused = backoff.too_soon(wait)
    else:
        try:
            redeem(username=username, code=request.POST.get("code", ""), password=request.POST.get("password", ""))
        except Refusal as refusal:
            if refusal.code == "code":
                backoff.failed(*tried)
                sign_ins.note(username=username, source=source, outcome=sign_ins.WRONG_CODE, method="code")
            refused = refusal.sentence
        else:
            backoff.succeeded(*tried)
            return render(request, "people/welcome.html", {"done": True, "username": username})
    return render(request, "people/welcome.html", {"refused": refused, "username": username}, status=422)
