"""The start page and the node's own small doors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases import states
from tidewaiter.cases.policy import FILING_ROLES
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_views
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.models import Entry, Head
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_steward, may_manage_people
from tidewaiter.people.queries import visible_officers
from tidewaiter.people.tokens import Bearer
from tidewaiter.site.measures import exposition, unready


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and what moved lately."""
    by = request.user
    if not isinstance(by, Officer):
        return redirect("account_login")
    cases = visible_cases(by)
    home = cases.filter(administration=by.administration_code, latest=True)
    waiting: list[dict[str, Any]] = []
    if by.reviewed_regions or (by.administration_code == "INT" and "reviewer" in by.role_codes):
        rows = cases.filter(status=states.SUBMITTED, latest=True).exclude(administration=by.administration_code)
        waiting.append(
            {
                "kind": "review",
                "query": "status=submitted",
                "rows": list(rows.order_by("changed_at")[:8]),
                "more": rows[:1000].count(),
            }
        )
    if by.administration_code != "INT" and by.role_codes & FILING_ROLES:
        for status in (states.RETURNED, states.DRAFT):
            rows = home.filter(status=status)
            query = f"status={status}&administration={by.administration_code}"
            waiting.append(
                {
                    "kind": status,
                    "query": query,
                    "rows": list(rows.order_by("changed_at")[:8]),
                    "more": rows[:1000].count(),
                }
            )
    newest = list(cases.order_by("-date", "-pk")[:8])
    code_views("unlocode", {case.place for part in waiting for case in part["rows"] if case.place})
    return render(
        request,
        "start.html",
        {"waiting": waiting, "newest": newest, "total_waiting": sum(part["more"] for part in waiting), **_managed(by)},
    )


def _managed(by: Officer) -> dict[str, Any]:
    """What waits for those who look after people and after the node."""
    answer: dict[str, Any] = {}
    if may_manage_people(by):
        people = visible_officers(by).exclude(pk=by.pk)
        unused = (
            people.filter(is_active=True, codes__used_at=None, codes__isnull=False).distinct().order_by("date_joined")
        )
        closed = people.filter(is_active=False, closed_why="unused").order_by("-closed_at")
        answer["accounts"] = {"unused": list(unused[:6]), "closed": list(closed[:6])}
    if is_steward(by):
        answer["node"] = {
            "entries": ledger_end(), "head": Head.objects.order_by("-seq").first(), "why": unready(),
            "failed": Job.objects.filter(state="failed").count(), "backup": Entry.objects.filter(deed="site.backed_up").order_by("-seq").first(),
        }  # fmt: skip
    return answer


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the person's language with the account and in a cookie."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = redirect(after if safe else "/")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", httponly=True)
        if isinstance(request.user, Officer):
            Officer.objects.filter(pk=request.user.pk).update(language=language)
    return answer


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Says that the node can serve: database, tables as this release needs them, data folder. 503 with codes otherwise."""
    why = unready()
    return HttpResponse(
        "".join(f"{code}\n" for code in why or ["ok"]), content_type="text/plain", status=503 if why else 200
    )


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for this machine itself or for a token; to others there is no such address."""
    near = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
    if not near and Bearer()(request) is None:
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
