"""How right the checks are, sampling and clocks, the monthly check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.settling import precision_of_checks
from tidewaiter.checks.findings import WORDS, title_of
from tidewaiter.foundation.actors import is_steward
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.printing import pdf_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.tables import csv_answer, workbook_answer
from tidewaiter.people.models import Administration, Officer
from tidewaiter.review.actions import set_clock, set_sampling
from tidewaiter.review.models import Sampling
from tidewaiter.review.monthly import HEADS, Country, as_rows, field_title, looked_after, monthly_check, read_month
from tidewaiter.review.policy import reviewers_page
from tidewaiter.review.queries import clock_of, office_cases, past_of, proposed_rate

_PERCENT = 100


@require_GET
def checks(request: HttpRequest) -> HttpResponseBase:
    """How often each check fired and was right, over the cases of one's office."""
    by = actor_of(request)
    reviewers_page(by)
    rows = precision_of_checks(office_cases(by))
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
            rows.append({
                "place": place, "judged": judged, "back": back, "share": _percent(back, judged), "rule": rule,
                "rate": round(_PERCENT * rule.rate) if rule else _PERCENT, "proposed": round(_PERCENT * proposed_rate(judged, back)),
            })  # fmt: skip
    regions = sorted({place.region_id for place in looked_after(by) if place.region_id})
    clocks = [clock_of(region) for region in regions]
    return render(request, "review/office.html", {"rows": rows, "clocks": clocks, "steward": is_steward(by)})


def _percent(part: int, whole: int) -> float:
    return round(_PERCENT * part / whole, 1) if whole else 0.0


@require_POST
def office_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Sets a sampling or a clock."""
    by = actor_of(request)
    said = request.POST
    if deed == "sampling":
        set_sampling(
            administration=said.get("administration", ""), rate=_number(said.get("rate", "")) / _PERCENT, by=by
        )
    elif deed == "clock":
        days = {name: int(_number(said.get(name, ""))) for name in ("review_days", "mend_days", "answer_days")}
        set_clock(region=said.get("region", ""), by=by, **days)
    else:
        raise Http404
    messages.info(request, _("Kept."))
    return redirect("review_office")


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadInput("number", _("«%(said)s» is not a number.") % {"said": text[:20]}) from None


@require_GET
def monthly(request: HttpRequest) -> HttpResponseBase:
    """The check of a month: a page, a PDF, a table."""
    by = actor_of(request)
    if not looked_after(by):
        raise Missing("missing", _("There is no such page."))
    month = read_month(request.GET.get("month") or f"{now():%Y-%m}")
    country, kind = request.GET.get("country", ""), request.GET.get("format", "")
    found = monthly_check(by, month, country)
    if kind == "csv":
        return csv_answer(f"monthly-{month.text}", HEADS, ([row[head] for head in HEADS] for row in as_rows(found)))
    if kind == "xlsx":
        return workbook_answer(
            f"monthly-{month.text}", HEADS, [[row[head] for head in HEADS] for row in as_rows(found)]
        )
    shown = {"month": month, "countries": _in_words(found), "country": country, "made": now()}
    if kind == "pdf":
        return _printed(f"monthly-{month.text}{'-' + country if country else ''}", "review/monthly_print.html", shown)
    return render(request, "review/monthly.html", shown)


def _in_words(found: list[Country]) -> list[dict[str, Any]]:
    lang = get_language() or "en"
    answer = []
    for country in found:
        kinds = []
        for kind in (country.whole, *country.kinds):
            fields = [
                {"title": field_title(kind.form, path, lang) if kind.form else "", "n": n, "share": _percent(n, kind.received)}
                for path, n in kind.fields.most_common(6)
            ] if kind.form else []  # fmt: skip
            kinds.append({"kind": kind, "share": _percent(kind.with_findings, kind.received), "fields": fields})
        answer.append({"country": country, "kinds": kinds, "whole": kinds[0]})
    return answer


def _printed(name: str, template: str, shown: dict[str, Any]) -> HttpResponse:
    content, _pages = pdf_of(render_to_string(template, {**shown, "lang": get_language() or "en"}))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


@require_GET
def letter(request: HttpRequest, country: str) -> HttpResponse:
    """The draft of a letter to a country's contact points about a month."""
    by = actor_of(request)
    month = read_month(request.GET.get("month") or f"{now():%Y-%m}")
    found = monthly_check(by, month, country)
    if not found:
        raise Missing("missing", _("There is no such page."))
    contacts = Officer.objects.filter(administration=country, grants__role="contact", is_active=True).distinct()
    place = Administration.objects.get(code=country)
    shown = {
        "month": month, "one": _in_words(found)[0], "place": place, "contacts": contacts, "by": by.display_name, "clock": clock_of(place.region_id or ""),
        "made": now(),
    }  # fmt: skip
    if request.GET.get("format") == "pdf":
        return _printed(f"letter-{country}-{month.text}", "review/letter_print.html", shown)
    return render(request, "review/letter.html", shown)
