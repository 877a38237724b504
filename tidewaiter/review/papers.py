"""The monthly check and its letters as they are shown and printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.jobs.actions import Progress
from tidewaiter.notices.documents import Document
from tidewaiter.people.models import Administration, Officer
from tidewaiter.review.monthly import Country, Month, field_title, monthly_check, read_month
from tidewaiter.review.queries import clock_of

_PERCENT = 100
COMMONEST = 6
"""Fields of a commodity that are named."""


def percent(part: int, whole: int) -> float:
    """A share in per cent, to a tenth; of nothing 0."""
    return round(_PERCENT * part / whole, 1) if whole else 0.0


def in_words(found: list[Country]) -> list[dict[str, Any]]:
    """Countries with their commodities, shares, and the fields that came back most, in the reader's language."""
    lang = get_language() or "en"
    answer = []
    for country in found:
        kinds = []
        for kind in (country.whole, *country.kinds):
            fields = [
                {"title": field_title(kind.form, path, lang), "n": n, "share": percent(n, kind.received)}
                for path, n in (kind.fields.most_common(COMMONEST) if kind.form else ())
            ]
            kinds.append({"kind": kind, "share": percent(kind.with_findings, kind.received), "fields": fields})
        answer.append({"country": country, "kinds": kinds, "whole": kinds[0]})
    return answer


def monthly_shown(by: Actor, month: Month, country: str) -> dict[str, Any]:
    """The check of a month, of all countries a person looks after or of one."""
    found = monthly_check(by, month, country)
    return {"month": month, "countries": in_words(found), "country": country, "made": now()}


def letter_shown(by: Actor, month: Month, country: str) -> dict[str, Any]:
    """The draft of a letter to a country's contact points. Raises `Missing` where the person does not look after it."""
    found = monthly_check(by, month, country)
    if not found:
        raise Missing("missing", gettext("There is no such page."))
    contacts = Officer.objects.filter(administration=country, grants__role="contact", is_active=True).distinct()
    place = Administration.objects.get(code=country)
    return {
        "month": month,
        "one": in_words(found)[0],
        "place": place,
        "contacts": contacts,
        "by": by.display_name,
        "clock": clock_of(place.region_id or ""),
        "made": now(),
    }


def paper(asked: dict[str, Any], by: Actor, path: Path, progress: Progress) -> Document:
    """Prints a check, or a letter, as it was asked for."""
    month, country = read_month(asked["month"]), asked["country"]
    letter = asked["paper"] == "letter"
    shown = (letter_shown if letter else monthly_shown)(by, month, country)
    name = f"letter-{country}-{month.text}" if letter else f"monthly-{month.text}{'-' + country if country else ''}"
    template = "review/letter_print.html" if letter else "review/monthly_print.html"
    html = render_to_string(template, {**shown, "lang": get_language() or "en"})
    path.write_bytes(pdf_of(html, progress.report)[0])
    return Document(f"{name}.pdf", "application/pdf")
