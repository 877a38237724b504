"""Which cases one file brought, for whoever brought it."""

from __future__ import annotations

from collections.abc import Sequence

from tidewaiter.cases.models import CaseBatch
from tidewaiter.foundation.actors import Actor


def refs_brought(sources: Sequence[str]) -> list[str]:
    """The refs of the cases that some files brought."""
    batches = CaseBatch.objects.filter(source__in=sources).values_list("refs", flat=True)
    return list(dict.fromkeys(ref for refs in batches for ref in refs))


def of_own_files(actor: Actor, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same filters; files of another administration bring nobody anything: which cases came together is its own."""
    if "receipt" not in wanted:
        return wanted
    mine = CaseBatch.objects.filter(source__in=wanted["receipt"], administration=actor.administration_code)
    return wanted | {"receipt": list(dict.fromkeys(mine.values_list("source", flat=True)))}
