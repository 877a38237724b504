"""Lines of FollowTheMoney."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.registry.reading.said import Said, SaidLink, SaidThing, Unread
from tidewaiter.registry.vocabulary import KIND_OF, LINKS, schemata


def read_ftm(records: Iterable[tuple[int, Any]]) -> Iterator[Said]:
    """What each line says. A schema that the registry does not keep is told, not taken."""
    for row, record in records:
        if not isinstance(record, dict) or not isinstance(record.get("properties"), dict) or not record.get("id"):
            yield Unread(
                row=row, code="no_entity", message=_("It is no line of FollowTheMoney: id, schema, properties.")
            )
            continue
        schema, key = str(record.get("schema", "")), str(record["id"])[:200]
        properties = {
            str(prop): [str(value) for value in (values if isinstance(values, list) else [values]) if value is not None]
            for prop, values in record["properties"].items()
        }
        if schema in LINKS:
            yield _link(row, key, schema, properties)
        elif schema in KIND_OF:
            yield _thing(row, key, schema, properties, record)
        else:
            words = _("The registry keeps no «%(schema)s».") % {"schema": schema[:40]}
            yield Unread(row=row, code="schema", message=words)


def _first(properties: dict[str, list[str]], name: str) -> str:
    return next(iter(properties.get(name, ())), "")


def _link(row: int, key: str, schema: str, properties: dict[str, list[str]]) -> SaidLink:
    subject, target = schemata()[schema]["edge"]
    return SaidLink(
        key=key,
        schema=schema,
        subject=_first(properties, subject),
        object=_first(properties, target),
        role=_first(properties, "role") or _first(properties, "relationship"),
        begins=_first(properties, "startDate"),
        ends=_first(properties, "endDate"),
        share=_first(properties, "percentage"),
        row=row,
        source=_first(properties, "publisher") or _first(properties, "sourceUrl"),
    )


def _thing(row: int, key: str, schema: str, properties: dict[str, list[str]], record: dict[str, Any]) -> SaidThing:
    kind = KIND_OF[schema]
    if kind == "vehicle" and "container" in properties.get("type", []):
        kind = "container"
    told = record.get("statements")
    return SaidThing(
        key=key,
        kind=kind,
        values=[(prop, value) for prop, values in properties.items() for value in values],
        row=row,
        source=_first(properties, "publisher") or _first(properties, "sourceUrl"),
        said_on=_first(properties, "retrievedAt")[:10],
        handling=str(record.get("handling", "AMBER"))[:12],
        told=[{str(name): str(text) for name, text in one.items()} for one in told if isinstance(one, dict)]
        if isinstance(told, list)
        else [],
    )
