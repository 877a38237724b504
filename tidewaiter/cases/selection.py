"""Which cases: `--where FIELD=VALUE` of the commands, and the query of the list's address."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.http import QueryDict
from django.utils.translation import gettext

from tidewaiter.cases.queries import FILTERS
from tidewaiter.foundation.refusals import BadInput

BESIDE = ("q", "since", "until")


def add_where(parser: CommandParser) -> None:
    """Adds `--where`, which may be given several times and takes several conditions."""
    parser.add_argument("--where", nargs="+", action="extend", default=[], metavar="FIELD=VALUE")


def read_where(conditions: list[str]) -> dict[str, list[str]]:
    """Values by field; one field given twice means either value."""
    wanted: dict[str, list[str]] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals:
            raise BadInput("where", gettext("«%(condition)s» is not FIELD=VALUE.") % {"condition": condition})
        wanted.setdefault(name, []).append(value)
    return wanted


def read_filters(query: QueryDict) -> dict[str, list[str]]:
    """The filters of an address; empty ones and unknown names are passed over."""
    return {
        name: [value for value in query.getlist(name) if value.strip()]
        for name in query
        if (name in FILTERS or name in BESIDE) and any(query.getlist(name))
    }


def read_query(query: str) -> dict[str, list[str]]:
    """The filters of a kept query (`form=WPN&q=pump`), as `read_filters`."""
    return read_filters(QueryDict(query.lstrip("?").strip()[:2000]))


def query_of(wanted: dict[str, list[str]], name: str = "", value: str = "") -> str:
    """The address' query with one value switched on or off."""
    changed = QueryDict(mutable=True)
    for key, values in wanted.items():
        kept = [item for item in values if not (key == name and item == value)]
        changed.setlist(key, kept)
    if name and value and value not in wanted.get(name, []):
        changed.appendlist(name, value)
    return changed.urlencode()
