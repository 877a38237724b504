"""Filters of the list that a person keeps under a name. They are the person's own; nothing of a record is in them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tidewaiter.cases.filter_params import query_to_keep, read_query
from tidewaiter.cases.models import SavedFilter
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name

MOST = 30


@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keeps the present narrowing under a name; the same name again replaces it."""
    by = actor_of(request)
    name = read_name(request.POST.get("name", ""), 60)
    wanted = read_query(request.POST.get("query", ""))
    if not name or not wanted:
        raise BadInput("filter", _("Narrow the list first, then give the filter a name."))
    query = query_to_keep(wanted)
    filtered(visible_cases(by), wanted).exists()  # a date or a year that is none is refused here
    mine = SavedFilter.objects.filter(username=by.username)
    if mine.exclude(name=name).count() >= MOST:
        raise BadInput("filter", _("Thirty filters are enough: drop one first."))
    mine.update_or_create(username=by.username, name=name, defaults={"query": query})
    messages.info(request, _("Saved."))
    return redirect(f"{reverse('case_list')}?{query}")


@require_POST
def drop_filter(request: HttpRequest) -> HttpResponse:
    """Forgets one of one's own filters."""
    SavedFilter.objects.filter(username=actor_of(request).username, name=request.POST.get("name", "")).delete()
    return redirect("case_list")
