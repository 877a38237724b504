"""The register of providers at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response import actions, policy
from tidewaiter.response.letters.providers import Listed, providers


class Command(DeedCommand):
    """`providers list|keep [FILE.json] --by USERNAME`."""

    help = "providers that keep electronic evidence, with the address at which requests of authorities are taken"

    def add_arguments(self, parser: CommandParser) -> None:
        """To list, or to keep one."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=("list", "keep"))
        parser.add_argument("file", metavar="FILE.json", nargs="?", default="")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """As the API gives them."""
        by = officer_at_shell(options["by"])
        policy.must_preserve(by)
        if options["deed"] == "list":
            return [_said(one) for one in providers()]
        said = read_json(bytes_of(Path(options["file"]), "json_body_bytes"))
        if not isinstance(said, dict):
            raise BadInput("file", _("The file holds one object: code, name, country, address, source."))
        kept = actions.keep_provider(said=said, by=by)
        return next(_said(one) for one in providers() if one.code == kept.code)


def _said(one: Listed) -> dict[str, Any]:
    names = ("code", "name", "country", "address", "source", "shipped")
    return {name: getattr(one, name) for name in names} | {"seen": one.seen.isoformat()}
