"""Warnings, revocations and sightings on the wire: objects of STIX 2.1 under their own marks, without names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as p

from tidewaiter.advisories import states
from tidewaiter.advisories.actions.exchanging import take_back_from_node, take_from_node
from tidewaiter.advisories.models import Advisory, Sighting, StixObject
from tidewaiter.advisories.stix.checking import judged_object
from tidewaiter.advisories.stix.fixed import Stix
from tidewaiter.advisories.stix.writing import bundle_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Held, Leaving, Taken, Terms, WireKind
from tidewaiter.privacy.masking import MASK

WARNING, REVOCATION, SIGHTING = "warning", "revocation", "sighting"
FIELDS = ("handling", "collection", "objects")


def leaving_warning(kind: str, ref: str, terms: Terms) -> Leaving | None:
    """A warning of this node as it stands, or that it was revoked; nothing for a draft, or for one of another node."""
    one = Advisory.objects.filter(pk=ref, ours=True).select_related("collection").first()
    wanted = states.PUBLISHED if kind == WARNING else states.REVOKED
    if one is None or one.state != wanted:
        return None
    return _leaving(one, ref, one.version, bundle_of(one)["objects"], terms)


def leaving_sighting(ref: str, terms: Terms) -> Leaving | None:
    """A sighting that was told here, or that it was taken back."""
    one = Sighting.objects.filter(pk=ref, node="").select_related("advisory__collection").first()
    if one is None:
        return None
    bodies = StixObject.objects.filter(
        collection=one.advisory.collection_id, stix_id=one.stix_id, is_last=True
    ).values_list("body", flat=True)
    objects = [json.loads(body) for body in bodies]
    return _leaving(one.advisory, ref, 2 if one.withdrawn_at else 1, objects, terms)


def _leaving(advisory: Advisory, ref: str, version: int, objects: Sequence[Stix], terms: Terms) -> Leaving:
    held: list[Held] = []
    return Leaving(
        ref=ref,
        version=version,
        body={
            "handling": advisory.tlp,
            "collection": advisory.collection.code,
            "objects": [_clean(one, terms, held) for one in objects],
        },
        handling=advisory.tlp,
        called=f"{advisory.called}: {advisory.title}",
        held=tuple(held),
    )


def _clean(one: Stix, terms: Terms, held: list[Held]) -> Stix:
    """An object as it may leave for a node that holds no names; for one that does it leaves as it stands."""
    if terms.nominal:
        return one
    clean = judged_object(one)
    known = [re.escape(name) for name in terms.names if len(name) >= 3]
    if known:
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE)
        for name in ("name", "description"):
            if isinstance(clean.get(name), str):
                clean = {**clean, name: pattern.sub(MASK, clean[name])}
    if clean != one:
        held.append(Held(one["type"], "masked"))
    return clean


def over_body(body: Mapping[str, Any], _terms: Terms) -> Sequence[str]:
    """The fields that such a body has not."""
    return sorted(set(body) - set(FIELDS))


def take(came: Arriving) -> Taken:
    """Keeps what has come, or erases it again. Raises a refusal."""
    if came.op != PUT:
        return Taken(came.ref, take_back_from_node(ref=came.ref, node=came.node, by=came.by))
    objects = came.body.get("objects")
    if not isinstance(objects, list):
        raise BadInput("objects", _("A warning on the wire is a list of objects of STIX 2.1."))
    code = str(came.body.get("collection") or "")
    return Taken(take_from_node(ref=came.ref, node=came.node, code=code, objects=objects, by=came.by))


def refs_of(kind: str, after: str, most: int) -> list[str]:
    """Refs of this node's warnings, or of its sightings, after a ref, in order."""
    if kind == SIGHTING:
        found = Sighting.objects.filter(node="", ref__gt=after).order_by("ref")
        return list(found.values_list("ref", flat=True)[:most])
    state = states.PUBLISHED if kind == WARNING else states.REVOKED
    rows = Advisory.objects.filter(ours=True, state=state, ref__gt=after).order_by("ref")
    return list(rows.values_list("ref", flat=True)[:most])


_SCHEMA = {
    "type": "object",
    "required": ["handling", "objects"],
    "additionalProperties": False,
    "properties": {
        "handling": {"enum": ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]},
        "collection": {"type": "string", "maxLength": 40},
        "objects": {"type": "array", "items": {"type": "object"}, "maxItems": 5000},
    },
}
_TITLES = {
    "handling": gettext_lazy("Handling"),
    "collection": gettext_lazy("Collection"),
    "objects": gettext_lazy("Objects of STIX 2.1"),
}


def _kind(name: str, word: Any, follows: tuple[str, ...], leaving: Callable[[str, Terms], Leaving | None]) -> WireKind:
    return WireKind(
        name=name,
        word=word,
        follows=follows,
        leaving=leaving,
        take=take,
        over=over_body,
        refs=partial(refs_of, name),
        schema=_SCHEMA,
        titles=_TITLES,
    )


KINDS = (
    _kind(
        WARNING,
        p("kind on the wire", "warning"),
        ("advisories.published", "advisories.revised"),
        partial(leaving_warning, WARNING),
    ),
    _kind(
        REVOCATION, p("kind on the wire", "revocation"), ("advisories.revoked",), partial(leaving_warning, REVOCATION)
    ),
    _kind(
        SIGHTING,
        p("kind on the wire", "sighting"),
        ("advisories.sighted", "advisories.sighting_withdrawn"),
        leaving_sighting,
    ),
)
"""What of warnings goes to other nodes."""
