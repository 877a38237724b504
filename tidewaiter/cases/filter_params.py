"""Which cases: `--where FIELD=VALUE` of the commands, and the query of the list's address."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.http import QueryDict
from django.utils.translation import gettext

from tidewaiter.cases.queries import FILTERS
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.stored_queries import read_query_text, text_to_keep

BESIDE = ("q", "since", "until")
_NAMES = {*FILTERS, *BESIDE, "receipt"}


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
    found = {name: [value for value in query.getlist(name) if value.strip()] for name in query if name in _NAMES}
    return {name: values for name, values in found.items() if values}


def read_query(query: str) -> dict[str, list[str]]:
    """The filters of a query that a person gives to be kept (`form=WPN&q=pump`). Raises `BadInput`."""
    return read_filters(read_query_text(query))


def query_to_keep(wanted: dict[str, list[str]]) -> str:
    """The filters as the text that is kept. Raises `BadInput` for one that is too long or would be read otherwise."""
    return text_to_keep(_as_query(wanted))


def read_kept(query: str) -> dict[str, list[str]]:
    """The filters of a query that was kept. Raises `BadInput` for a name that is none (any
    more): without it more would be found.
    """
    found = read_query_text(query)
    if unknown := sorted(set(found) - _NAMES):
        raise BadInput("unknown_field", gettext("Cases cannot be filtered by «%(name)s».") % {"name": unknown[0][:40]})
    return read_filters(found)


def query_of(wanted: dict[str, list[str]], name: str = "", value: str = "") -> str:
    """The address' query with one value switched on or off."""
    changed = _as_query(
        {key: [item for item in values if not (key == name and item == value)] for key, values in wanted.items()}
    )
    if name and value and value not in wanted.get(name, []):
        changed.appendlist(name, value)
    return changed.urlencode()


def _as_query(wanted: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in wanted.items():
        query.setlist(name, values)
    return query
