"""What a report says of its data set: the lists in force and the conversions."""

from __future__ import annotations

from typing import Any

from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.queries import list_view
from tidewaiter.statistics.conversion import LIST
from tidewaiter.statistics.models import Snapshot


def factors(lang: str) -> list[dict[str, Any]]:
    """What each assumed or exact conversion of the figures is."""
    return [
        {"word": view.label(lang), "factor": view.data["factor"], "exact": str(view.data.get("exact")) == "1"}
        for view in list_view(LIST).current()
    ]


def lists(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The lists in force, by their titles, and which version."""
    titles = dict(CodeList.objects.filter(name__in=snapshot.lists).values_list("name", "title"))
    return [(titles.get(name, name), version) for name, version in sorted(snapshot.lists.items())]
