"""What the registry shows on the pages of other rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import passes
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.models import CaseTie
from tidewaiter.registry.policy import may_annex, reads
from tidewaiter.registry.purposes import purpose_of
from tidewaiter.registry.queries import visible_entities
from tidewaiter.registry.vocabulary import PART_WORDS


def case_panel(request: HttpRequest, thing: Any) -> str:
    """Who has part in a case, for whoever reads names and has said for what; else how many, without names."""
    by = actor_of(request)
    if not reads(by):
        return ""
    ties = list(
        CaseTie.objects.filter(case=thing.ref, entity__in=visible_entities(by).values("pk"))
        .select_related("entity")
        .order_by("pk")
    )
    purpose = purpose_of(request)
    if ties and purpose:
        read_names(refs=[tie.entity_id for tie in ties], by=by, purpose=purpose)
    adds = passes(may_annex, by, thing.administration)
    shown = {"ties": ties, "case": thing, "purpose": purpose, "part_words": PART_WORDS, "adds": adds}
    return render_to_string("registry/_case.html", shown, request=request) if ties or adds else ""
