"""What watches have told."""

from __future__ import annotations

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.search.models import Hit


def refs_told(watch_name: str, by: Actor) -> list[Case]:
    """The cases of which a watch has told, newest first, as far as its owner still sees them."""
    hits = list(
        Hit.objects.filter(watch__username=by.username, watch__name=watch_name)
        .order_by("-at", "-pk")
        .values_list("ref", flat=True)[:200]
    )
    here = {case.ref: case for case in visible_cases(by).filter(ref__in=hits)}
    return [here[ref] for ref in hits if ref in here]
