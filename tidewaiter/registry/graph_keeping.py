"""Graphs that are kept: who finds them, and how what was erased leaves them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import Missing
from tidewaiter.registry.models import Entity, KeptGraph
from tidewaiter.registry.policy import may_read, visible


def visible_graphs(by: Actor) -> QuerySet[KeptGraph]:
    """Kept graphs of the person's administration, the last changed first."""
    may_read(by)
    return KeptGraph.objects.filter(administration=by.administration_code).order_by("-changed_at", "ref")


def listed_graphs(by: Actor, most: int = 200) -> list[KeptGraph]:
    """Those of them that begin at a record that the person sees."""
    found = list(visible_graphs(by)[:most])
    seen = set(
        Entity.objects.filter(visible(by), ref__in=among([one.begun_at for one in found])).values_list("ref", flat=True)
    )
    return [one for one in found if one.begun_at in seen]


def graph_named(ref: str, by: Actor) -> KeptGraph:
    """A kept graph that begins at a record that the person sees. Raises `Missing`."""
    held = visible_graphs(by).filter(ref=ref).first()
    if held is None or not Entity.objects.filter(visible(by), ref=held.begun_at).exists():
        raise Missing("no_graph", _("There is no such graph."))
    return held


def forget_in_graphs(refs: Sequence[str]) -> None:
    """Takes erased records out of kept graphs, inside the transaction that erases them, after they are gone. Titles of
    graphs in which they stood go too, for a title may name them; a graph in which no record is left goes as a whole.
    """
    gone = set(refs)
    held = [
        one
        for one in KeptGraph.objects.select_for_update().order_by("ref")
        if one.begun_at in gone or gone & set(one.nodes)
    ]
    ids = sorted({at for one in held for at in one.nodes} - gone)
    left = set(Entity.objects.filter(ref__in=among(ids)).values_list("ref", flat=True))
    for one in held:
        one.nodes = {at: place for at, place in one.nodes.items() if at not in gone}
        one.title = _("Graph of %(day)s") % {"day": one.made_at.date().isoformat()}
        if one.begun_at in gone:
            one.begun_at = min(left & set(one.nodes), default="")
    KeptGraph.objects.filter(ref__in=[one.ref for one in held if not one.begun_at]).delete()
    KeptGraph.objects.bulk_update([one for one in held if one.begun_at], ["nodes", "title", "begun_at"])
