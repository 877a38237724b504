"""How right the checks are, sampling and clocks, the monthly check."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.checks.findings import WORDS, title_of
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import read_number, read_whole
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.foundation.tables import csv_answer, workbook_answer
from tidewaiter.notices.documents import document_page
from tidewaiter.review.actions import set_clock, set_sampling
from tidewaiter.review.models import Sampling
from tidewaiter.review.monthly import HEADS, Month, as_rows, looked_after, monthly_check, read_month
from tidewaiter.review.papers import letter_shown, monthly_shown, percent
from tidewaiter.review.policy import reviewers_page
from tidewaiter.review.queries import clock_of, past_of, precision_for, proposed_rate
from tidewaiter.review.start_panel import sent_back_by
from tidewaiter.review.tasks import print_paper

_PERCENT = 100


@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """What one sent back oneself, and what has become of it."""
    by = actor_of(request)
    reviewers_page(by)
    return render(request, "review/returned.html", {"rows": sent_back_by(by)})


@require_GET
def checks(request: HttpRequest) -> HttpResponseBase:
    """How often each check fired and was right, over the cases of one's office."""
    by = actor_of(request)
    reviewers_page(by)
    rows = precision_for(by)
    if request.GET.get("format") == "csv":
        heads = list(rows[0]) if rows else ["code"]
        return csv_answer("checks", heads, ([row[head] for head in heads] for row in rows))
    for row in rows:
        row |= {"title": title_of(row["code"]), "why": WORDS[row["code"]].why if row["code"] in WORDS else ""}
    return render(request, "review/checks.html", {"rows": rows})


@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """What share of each country is looked at, and the days that everybody has."""
    by = actor_of(request)
    reviewers_page(by)
    set_rates = {row.administration: row for row in Sampling.objects.all()}
    rows = []
    for place in looked_after(by):
        judged, back = past_of(place.code)
        rule = set_rates.get(place.code)
        if judged or rule:
            rows.append(
                {
                    "place": place,
                    "judged": judged,
                    "back": back,
                    "share": percent(back, judged),
                    "rule": rule,
                    "rate": round(_PERCENT * rule.rate) if rule else _PERCENT,
                    "proposed": round(_PERCENT * proposed_rate(judged, back)),
                }
            )
    regions = sorted({place.region_id for place in looked_after(by) if place.region_id})
    clocks = [clock_of(region) for region in regions]
    return render(request, "review/office.html", {"rows": rows, "clocks": clocks, "steward": is_steward(by)})


def _set_sampling(said: QueryDict, by: Actor) -> None:
    rate = read_number(said.get("rate", "")) / _PERCENT
    set_sampling(administration=said.get("administration", ""), rate=rate, by=by)


def _set_clock(said: QueryDict, by: Actor) -> None:
    days = {name: read_whole(said.get(name, ""), most=3650) for name in ("review_days", "mend_days", "answer_days")}
    set_clock(region=said.get("region", ""), by=by, **days)


_DEEDS = {"sampling": _set_sampling, "clock": _set_clock}


@require_POST
def office_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Sets a sampling or a clock."""
    by = actor_of(request)
    if deed not in _DEEDS:
        raise Http404
    _DEEDS[deed](request.POST, by)
    messages.info(request, _("Saved."))
    return redirect("review_office")


@require_http_methods(["GET", "HEAD", "POST"])
def monthly(request: HttpRequest) -> HttpResponseBase:
    """The check of a month: a page, a table; a PDF is asked for by a button and made by the worker."""
    by = actor_of(request)
    if not looked_after(by):
        raise Missing("missing", _("There is no such page."))
    month = read_month(request.GET.get("month") or f"{now():%Y-%m}")
    country, kind = request.GET.get("country", ""), request.GET.get("format", "")
    if kind == "pdf" or request.method == "POST":
        return _paper(request, "monthly", month, country, by)
    if kind in ("csv", "xlsx"):
        with heavy_page(by.username):
            rows = [[row[head] for head in HEADS] for row in as_rows(monthly_check(by, month, country))]
            return (csv_answer if kind == "csv" else workbook_answer)(f"monthly-{month.text}", HEADS, rows)
    return render(request, "review/monthly.html", monthly_shown(by, month, country))


def _paper(request: HttpRequest, paper: str, month: Month, country: str, by: Actor) -> HttpResponse:
    asked = {"paper": paper, "month": month.text, "country": country}
    return document_page(request, task=print_paper, subject=f"{paper}:{month.text}"[:64], asked=asked, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, country: str) -> HttpResponse:
    """The draft of a letter to a country's contact points about a month; its PDF is made by the worker."""
    by = actor_of(request)
    month = read_month(request.GET.get("month") or f"{now():%Y-%m}")
    shown = letter_shown(by, month, country)
    if request.GET.get("format") == "pdf" or request.method == "POST":
        return _paper(request, "letter", month, country, by)
    return render(request, "review/letter.html", shown)
