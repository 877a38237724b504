"""The start page and the node's own small doors."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.ledger.actions import take_table
from tidewaiter.ledger.queries import FILTERS, narrowed, taken_lately
from tidewaiter.ledger.views import ledger
from tidewaiter.people.actions import take_up
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import NeedsAnother, needed
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_steward
from tidewaiter.people.tokens import MetricsBearer
from tidewaiter.people.views.again import must_be_fresh
from tidewaiter.people.views.four_eyes import asked_another
from tidewaiter.site.ledger_away import take_away
from tidewaiter.site.measures import exposition
from tidewaiter.site.proof import proof
from tidewaiter.site.readiness import readiness


@require_GET
def read_ledger(request: HttpRequest) -> HttpResponseBase:
    """The page of the ledger. Its table is narrowed, where the whole of it is another steward's to confirm."""
    by = actor_of(request)
    stewards_page(by)
    if request.GET.get("format") == "csv":
        wanted = {name: request.GET.get(name, "").strip() for name in FILTERS}
        rows = narrowed(**wanted).count()
        changed = effects_of("take_ledger", rows=rows + taken_lately(by.username))
        if needed(by) and (changed or not any(wanted.values())):
            raise NeedsAnother(
                "needs_another",
                _("Narrow the ledger first, or take the whole of it away: another steward confirms that."),
            )
        take_table(rows=rows, by=by)
    return ledger(request)


@require_POST
def take_ledger(request: HttpRequest) -> HttpResponseBase:
    """The whole ledger, once it is sure who asks; where the node has two stewards, after another has confirmed."""
    by = actor_of(request)
    stewards_page(by)
    must_be_fresh(request)
    if needed(by) and not take_up(deed="take_ledger", by=by):
        return asked_another(request, "take_ledger", "ledger", {})
    return take_away(request)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the person's language with the account and in a cookie."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = redirect(after if safe else "/")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86400,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        if isinstance(request.user, Officer):
            Officer.objects.filter(pk=request.user.pk).update(language=language)
    return answer


@require_POST
def check_ledger(request: HttpRequest) -> HttpResponse:
    """Recomputes the whole chain now, holds the records of every room against it,
    and says what is proven and what is not.
    """
    stewards_page(actor_of(request))
    return render(request, "ledger/checked.html", {"answer": proof()})


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Says whether the node can serve and does its work: `ok`, or 503 with codes.

    This machine itself, stewards, and whoever has a token for the node's figures read which deeds, ages and numbers.
    """
    found = readiness()
    person = request.user
    inside = _from_this_machine(request)
    if not inside and "database" not in found.why:
        inside = (isinstance(person, Officer) and is_steward(person)) or MetricsBearer()(request) is not None
    told = found.lines() if inside else found.codes()
    text = "".join(f"{line}\n" for line in told)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=503 if found.why else 200)


_PROXIES = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
"""Headers by which a proxy says for whom it asks, besides all that begin with `X-Forwarded-`."""


def _from_this_machine(request: HttpRequest) -> bool:
    """Whether nobody but this machine can have asked: behind a proxy everybody comes from its address."""
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT or settings.TIDEWAITER_URL.startswith("https://"):
        return False
    names = [name.lower() for name in request.headers]
    if any(name in _PROXIES or name.startswith("x-forwarded-") for name in names):
        return False
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for this machine itself or for a token made for them; to others there is no such address."""
    if not _from_this_machine(request) and MetricsBearer()(request) is None:
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
