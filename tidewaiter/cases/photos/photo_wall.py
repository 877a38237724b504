"""All photos one may see, as a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tidewaiter.cases.models import CasePhoto
from tidewaiter.cases.policy import visible_rule
from tidewaiter.cases.search_index import latest_with
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.cursors import sealed, unsealed
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_year
from tidewaiter.vault.models import Picture

PAGE = 60
OF_CASE = ("form", "country", "mode", "year", "status")


def visible_photos(actor: Actor) -> QuerySet[CasePhoto]:
    """The photos of the versions of cases a person sees, whose pictures are here and the case's own
    (`case_photos.owns`).
    """
    owner = Concat(Value(";"), OuterRef("case__administration"), Value(";"))
    # not `contains`: PostgreSQL takes a LIKE for rare, joins everything there is and sorts it
    owned = GreaterThan(StrIndex("owners", owner), 0)
    here = Picture.objects.filter(owned, digest=OuterRef("digest"))
    return CasePhoto.objects.filter(visible_rule(actor).query("case__")).filter(Exists(here)).select_related("case")


def photos_of(actor: Actor, wanted: dict[str, list[str]], keys: Sequence[int] | None = None) -> QuerySet[CasePhoto]:
    """Photos narrowed by fields of their case, what they show, concealment tags, and words
    (`keys`: whose cases are found already).
    """
    photos = visible_photos(actor)
    for name in OF_CASE:
        if values := wanted.get(name):
            given = [read_year(value) for value in values] if name == "year" else values
            photos = photos.filter(**{f"case__{name}__in": given})
    if shows := wanted.get("shows"):
        photos = photos.filter(shows__in=shows)
    if tags := wanted.get("tag"):
        photos = photos.filter(tags__contains=tags[-1])
    if said := wanted.get("q", [""])[-1].strip():
        found = latest_with(said, {}, actor)[0] if keys is None else keys
        photos = photos.filter(case_id__in=among(found))
    return photos


def page_of_photos(photos: QuerySet[CasePhoto], before: str, size: int) -> tuple[list[CasePhoto], str]:
    """Photos from where the page before ended, newest first, and where this one
    ends if more follow. Raises `BadInput`.
    """
    photos = photos.order_by("-pk")
    if before:
        photos = photos.filter(pk__lt=int(unsealed("photos", before)))
    rows = list(photos[: size + 1])
    return rows[:size], sealed("photos", str(rows[size - 1].pk)) if len(rows) > size else ""


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Newest first, sixty at a time."""
    by = actor_of(request)
    names = (*OF_CASE, "shows", "tag", "q")
    wanted = {name: request.GET.getlist(name) for name in names if any(request.GET.getlist(name))}
    photos = photos_of(by, wanted)
    rows, following = page_of_photos(photos, request.GET.get("before", ""), PAGE)
    kept = request.GET.copy()
    kept.pop("before", None)
    shown: dict[str, Any] = {
        "rows": rows,
        "next": following,
        "query": kept.urlencode(),
        "wanted": wanted,
        "shows": list_view("photo_shows").current(),
        "tags": list_view("concealment_method").current(),
        "forms": list_view("commodity").current(),
    }
    return render(request, "cases/wall.html", shown)
