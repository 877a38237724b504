"""`--where FIELD=VALUE` of the commands."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput


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
