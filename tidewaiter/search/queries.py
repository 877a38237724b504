"""Reading searches and what watches have told."""

from __future__ import annotations

from django.http import QueryDict

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import FILTERS, visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.search.models import Hit

_ASKED = {*FILTERS, "q", "since", "until"}


def read_search(query: str) -> dict[str, list[str]]:
    """The fields of a list's query (`form=WPN&q=pump`); names that are none and empty values are passed over."""
    said = QueryDict(query.lstrip("?")[:2000])
    wanted = {name: [value for value in said.getlist(name) if value.strip()] for name in said if name in _ASKED}
    return {name: values for name, values in wanted.items() if values}


def refs_told(watch_name: str, by: Actor) -> list[Case]:
    """The cases of which a watch has told, newest first, as far as its owner still sees them."""
    hits = list(
        Hit.objects.filter(watch__username=by.username, watch__name=watch_name)
        .order_by("-at", "-pk")
        .values_list("ref", flat=True)[:200]
    )
    here = {case.ref: case for case in visible_cases(by).filter(ref__in=hits)}
    return [here[ref] for ref in hits if ref in here]
