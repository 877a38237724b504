"""All photos one may see, as a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidewaiter.cases.models import CasePhoto
from tidewaiter.cases.policy import under, visible
from tidewaiter.cases.words import latest_with
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.vault.models import Picture

PAGE = 60
_OF_CASE = ("form", "country", "mode", "year", "status")


def visible_photos(actor: Actor) -> QuerySet[CasePhoto]:
    """The photos of the versions of cases a person sees, whose pictures are here and the case's own (`photos.owns`)."""
    owner = Concat(Value(";"), OuterRef("case__administration"), Value(";"))
    # not `contains`: PostgreSQL takes a LIKE for rare, joins everything there is and sorts it
    owned = GreaterThan(StrIndex("owners", owner), 0)
    here = Picture.objects.filter(owned, digest=OuterRef("digest"))
    return CasePhoto.objects.filter(under("case__", visible(actor))).filter(Exists(here)).select_related("case")


def photos_of(actor: Actor, wanted: dict[str, list[str]], keys: Sequence[int] | None = None) -> QuerySet[CasePhoto]:
    """Photos narrowed by fields of their case, what they show, concealment tags, and words (`keys`: whose cases are found already)."""
    photos = visible_photos(actor)
    for name in _OF_CASE:
        if values := wanted.get(name):
            if name == "year" and not all(value.isdigit() for value in values):
                raise BadInput("year", _("«%(text)s» is not a year.") % {"text": values[-1][:40]})
            photos = photos.filter(**{f"case__{name}__in": values})
    if shows := wanted.get("shows"):
        photos = photos.filter(shows__in=shows)
    if tags := wanted.get("tag"):
        photos = photos.filter(tags__contains=tags[-1])
    if said := wanted.get("q", [""])[-1].strip():
        found = latest_with(said, {})[0] if keys is None else keys
        photos = photos.filter(case_id__in=among(found))
    return photos


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Newest first, sixty at a time."""
    by = actor_of(request)
    names = (*_OF_CASE, "shows", "tag", "q")
    wanted = {name: request.GET.getlist(name) for name in names if any(request.GET.getlist(name))}
    photos = photos_of(by, wanted).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdigit():
        photos = photos.filter(pk__lt=int(before))
    rows = list(photos[: PAGE + 1])
    kept = request.GET.copy()
    kept.pop("before", None)
    shown: dict[str, Any] = {
        "rows": rows[:PAGE], "next": rows[PAGE - 1].pk if len(rows) > PAGE else "", "query": kept.urlencode(), "wanted": wanted,
        "shows": list_view("photo_shows").current(), "tags": list_view("concealment_method").current(), "forms": list_view("commodity").current(),
    }  # fmt: skip
    return render(request, "cases/wall.html", shown)
