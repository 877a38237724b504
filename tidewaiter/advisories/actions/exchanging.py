"""Deeds of the exchange: a warning, its revocation or a sighting that another node has sent under an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.advisories.actions.importing import take_objects
from tidewaiter.advisories.models import Advisory, Collection, Sighting, StixObject
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record

USUAL = "experts"


def take_from_node(*, ref: str, node: str, code: str, objects: Sequence[Any], by: Actor) -> str:
    """Keeps what another node has sent, in the collection of the same code, else in that of the node's experts; gives
    the ref under which it is here. Raises a refusal where nothing of it could be kept.
    """
    found = {one.code: one for one in Collection.objects.filter(code__in=(code, USUAL))}
    collection = found.get(code) or found.get(USUAL)
    if collection is None:
        raise Refusal("no_collection", _("This node has no collection for it: a steward opens one."))
    with transaction.atomic():
        made = take_objects(collection=collection, objects=objects, by=by, source=node)
        if made.rejected == made.objects and made.errors:
            raise Refusal(made.errors[0]["code"], made.errors[0]["message"])
        Advisory.objects.filter(pk__in=made.warnings, ours=False).update(origin=ref)
        here = made.warnings[0] if made.warnings else ref
        record(by=by, deed="advisories.received", ref=here, detail={"objects": made.objects})
        return here


def take_back_from_node(*, ref: str, node: str, by: Actor) -> str:
    """Erases what a node has sent under this ref, because it calls it back; gives the word for it."""
    with transaction.atomic():
        for one in Advisory.objects.select_for_update().filter(node=node, origin=ref, ours=False):
            ids = [one.report_id, *one.indicators.values_list("stix_id", flat=True)]
            StixObject.objects.filter(collection=one.collection_id, stix_id__in=ids, came=True).delete()
            Sighting.objects.filter(advisory=one).delete()
            record(by=by, deed="advisories.erased", ref=one.ref)
            one.delete()
        sighted = Sighting.objects.filter(node=node, ref=ref)
        for row in sighted:
            StixObject.objects.filter(stix_id=row.stix_id, came=True).delete()
            record(by=by, deed="advisories.erased", ref=row.ref)
        sighted.delete()
    return "erased"
