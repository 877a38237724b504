"""Which objects of a collection a client gets, page by page, in the order in which they were added.

What a page ends with is sealed into its `next`: the place, the filters, and what was asked for. It is tolerated beside
`added_after`, which it already holds; whoever follows it misses nothing and gets nothing twice, because no object is
ever added before another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.advisories.models import Collection, StixObject
from tidewaiter.advisories.stix.writing import moment_of
from tidewaiter.advisories.taxii.answers import number_in
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.cursors import sealed, unsealed
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.moments import stamp
from tidewaiter.foundation.refusals import BadInput

USUAL, MOST = 100, 1000
LONGEST_NEXT, MOST_VALUES = 6000, 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MATCHES = ("id", "type", "version", "spec_version")
_match = re.compile(r"match\[([^\]]*)\]")


class Row(NamedTuple):
    """One object of a page."""

    stix_id: str
    version_said: str
    date_added: datetime
    spec_version: str
    body: str


@dataclass(slots=True)
class Page:
    """Some objects, and where the next ones begin."""

    rows: list[Row]
    next: str
    """Empty where nothing is left."""

    @property
    def headers(self) -> dict[str, str]:
        """When the first and the last of the page were added."""
        if not self.rows:
            return {}
        return {
            "X-TAXII-Date-Added-First": stamp(self.rows[0].date_added),
            "X-TAXII-Date-Added-Last": stamp(self.rows[-1].date_added),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asked for: after which place, and which objects."""

    after: datetime | None
    filters: dict[str, list[str]]
    limit: int


def read_asked(query: Mapping[str, str], name: str) -> Asked:
    """The parameters of a request for the resource `name`. Raises `BadInput`."""
    limit = min(MOST, number_in(query["limit"], "limit")) if "limit" in query else USUAL
    if query.get("next"):
        return _went_on(query["next"], name, limit)
    after = None
    if "added_after" in query:
        try:
            after = moment_of(query["added_after"].replace(" ", "+"))
        except (ValueError, OverflowError) as error:
            raise BadInput("added_after", _("added_after is a moment (2026-11-26T08:20:00.000000Z).")) from error
    return Asked(after, _filters(query), limit)


def _filters(query: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in query.items():
        match = _match.fullmatch(name)
        if match is None:
            continue
        if match.group(1) not in MATCHES:
            raise BadInput("match", _("There is no such match. There are: %(all)s.") % {"all": ", ".join(MATCHES)})
        values = [text for one in value.split(",") if (text := one.strip())]
        if not values or len(values) > MOST_VALUES:
            raise BadInput("match", _("A match names 1 to %(n)s values.") % {"n": MOST_VALUES})
        found[match.group(1)] = values
    for one in found.get("version", []):
        if one not in ("first", "last", "all"):
            _version(one)
    return found


def _version(said: str) -> datetime:
    try:
        return moment_of(said)
    except (ValueError, OverflowError) as error:
        raise BadInput("version", _("A version is first, last, all, or a moment.")) from error


def _went_on(text: str, name: str, limit: int) -> Asked:
    document = read_json(unsealed("taxii next", text, LONGEST_NEXT))
    if document["of"] != name:
        raise BadInput("next", _("This next belongs to another collection or resource."))
    return Asked(_EPOCH + timedelta(microseconds=document["after"]), document["match"], limit)


def _next(name: str, after: datetime, filters: dict[str, list[str]]) -> str:
    place = (after - _EPOCH) // timedelta(microseconds=1)
    return sealed("taxii next", canonical({"of": name, "after": place, "match": filters}).decode())


def found(collection: Collection, rank: int, filters: Mapping[str, list[str]]) -> QuerySet[StixObject]:
    """The objects of a collection up to a mark, narrowed by matches; without a word on versions the newest ones."""
    rows = StixObject.objects.filter(collection=collection, rank__lte=rank)
    versions = filters.get("version", ["last"])
    if "all" not in versions:
        which = Q(is_last=True) if "last" in versions else Q(pk__in=[])
        if "first" in versions:
            which |= Q(is_first=True)
        exact = [_version(one) for one in versions if one not in ("first", "last")]
        rows = rows.filter(which if not exact else which | Q(version__in=exact))
    if "id" in filters:
        rows = rows.filter(stix_id__in=filters["id"])
    if "type" in filters:
        rows = rows.filter(type__in=filters["type"])
    if "spec_version" in filters:
        rows = rows.filter(spec_version__in=filters["spec_version"])
    return rows


def page_of(collection: Collection, rank: int, asked: Asked, name: str) -> Page:
    """One page, in the order in which its objects were added."""
    rows = found(collection, rank, asked.filters)
    if asked.after is not None:
        rows = rows.filter(date_added__gt=asked.after)
    columns = Row._fields
    kept = [Row(*row) for row in rows.order_by("date_added").values_list(*columns)[: asked.limit + 1]]
    if len(kept) <= asked.limit:
        return Page(kept, "")
    kept.pop()
    return Page(kept, _next(name, kept[-1].date_added, asked.filters))


def envelope(page: Page) -> bytes:
    """Objects as they are kept, put together without being read again."""
    parts = [f'"more":{"true" if page.next else "false"}']
    if page.next:
        parts.append(f'"next":"{page.next}"')
    parts.append(f'"objects":[{",".join(row.body for row in page.rows)}]')
    return f"{{{','.join(parts)}}}".encode()


def manifest(page: Page) -> dict[str, Any]:
    """The same objects by name, version and moment."""
    media = "application/stix+json;version="
    made: dict[str, Any] = {
        "more": bool(page.next),
        "objects": [
            {
                "id": row.stix_id,
                "date_added": stamp(row.date_added),
                "version": row.version_said,
                "media_type": f"{media}{row.spec_version}",
            }
            for row in page.rows
        ],
    }
    return made | ({"next": page.next} if page.next else {})


def versions(page: Page) -> dict[str, Any]:
    """The versions of one object."""
    made: dict[str, Any] = {"more": bool(page.next), "versions": [row.version_said for row in page.rows]}
    return made | ({"next": page.next} if page.next else {})
