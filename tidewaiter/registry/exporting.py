"""Entities and links as lines of FollowTheMoney: by canonical record, with its statements beside the properties."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import batched
from typing import Any, TextIO

from django.db.models import F

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.registry.models import Entity, Link, Statement
from tidewaiter.registry.policy import sees_red, visible_links
from tidewaiter.registry.queries import lasting_entities
from tidewaiter.registry.vocabulary import SCHEMA_OF, schemata, type_of

BATCH = 500


def lines_of(by: Actor) -> Iterator[tuple[str, dict[str, Any]]]:
    """(ref, line) of every canonical entity that the person sees, then of every link between two of them."""
    refs = lasting_entities(by).filter(canonical=F("ref")).order_by("ref").values_list("ref", flat=True)
    for part in batched(refs.iterator(chunk_size=2_000), BATCH):
        yield from _entities(list(part), by)
    links = Link.objects.filter(
        visible_links(by), subject__in=lasting_entities(by).values("pk"), object__in=lasting_entities(by).values("pk")
    )
    for row in links.select_related("subject", "object").order_by("ref").iterator(chunk_size=2_000):
        if row.subject.canonical != row.object.canonical:
            yield row.ref, _link(row)


def _entities(refs: list[str], by: Actor) -> Iterator[tuple[str, dict[str, Any]]]:
    members = list(lasting_entities(by).filter(canonical__in=among(refs)).order_by("ref"))
    under = {one.ref: one.canonical for one in members}
    heads = {one.ref: one for one in members if one.ref == one.canonical}
    said: dict[str, list[Statement]] = defaultdict(list)
    rows = Statement.objects.filter(entity__in=among(list(under))).order_by("pk")
    if not sees_red(by, lasting=True):
        rows = rows.exclude(handling="RED")
    for row in rows:
        said[under[row.entity_id]].append(row)
    for ref in refs:
        if ref in heads:
            merged = sorted(one.ref for one in members if one.canonical == ref and one.ref != ref)
            yield ref, _entity(heads[ref], said[ref], merged)


def _entity(entity: Entity, rows: list[Statement], merged: list[str]) -> dict[str, Any]:
    properties: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        value = _out(entity.kind, row)
        if value and value not in properties[row.prop]:
            properties[row.prop].append(value)
    if entity.kind == "container" and "container" not in properties["type"]:
        properties["type"].append("container")
    properties.setdefault("name", [entity.caption])
    made: dict[str, Any] = {
        "id": entity.ref,
        "caption": entity.caption,
        "schema": SCHEMA_OF[entity.kind],
        "properties": {prop: values for prop, values in sorted(properties.items()) if values},
        "datasets": [entity.listed or entity.administration.lower()],
        "handling": entity.handling,
        "statements": [
            {
                "prop": row.prop,
                "value": _out(entity.kind, row) or row.value,
                "original": row.original,
                "source": row.source,
                "date": row.said_on.isoformat() if row.said_on else "",
                "scheme": row.scheme,
                "grade": row.grade,
                "handling": row.handling,
                "owner": row.owner,
            }
            for row in rows
        ],
    }
    return made | ({"referents": merged} if merged else {})


def _out(kind: str, row: Statement) -> str:
    """A value as FollowTheMoney writes it: countries in small letters; what its type does not take stays out."""
    what = type_of(kind, row.prop)
    if what == "country":
        return "" if row.doubt else row.value.lower()
    if what in ("date", "email", "phone") and row.doubt:
        return ""
    return row.value


def _link(row: Link) -> dict[str, Any]:
    subject, target = schemata()[row.schema]["edge"]
    properties = {subject: [row.subject.canonical], target: [row.object.canonical]}
    role = "relationship" if "relationship" in schemata()[row.schema]["properties"] else "role"
    for prop, value in ((role, row.role), ("startDate", row.begins), ("endDate", row.ends), ("publisher", row.source)):
        if value:
            properties[prop] = [value]
    if row.share and "percentage" in schemata()[row.schema]["properties"]:
        properties["percentage"] = [row.share]
    return {
        "id": row.ref,
        "schema": row.schema,
        "properties": properties,
        "datasets": [row.listed or row.administration.lower()],
    }


def write_lines(by: Actor, to: TextIO) -> list[str]:
    """Writes all lines; gives the refs of the entities that went out."""
    refs = []
    for ref, line in lines_of(by):
        to.write(json.dumps(line, ensure_ascii=False) + "\n")
        if ref.startswith("RG-"):
            refs.append(ref)
    return refs
