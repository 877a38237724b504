"""A collection as one bundle of STIX 2.1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy
from tidewaiter.advisories.marks import TLP
from tidewaiter.advisories.models import Collection
from tidewaiter.advisories.queries import collection_named
from tidewaiter.advisories.stix.writing import write_collection
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`export_stix --collection C -o FILE [--by U] [--ceiling MARK]`: the newest version of each object."""

    help = "writes the newest version of each object of a collection into one bundle of STIX 2.1"

    def add_arguments(self, parser: CommandParser) -> None:
        """The collection, the file, and up to which mark."""
        super().add_arguments(parser)
        parser.add_argument("--collection", required=True, metavar="CODE")
        parser.add_argument("-o", "--output", required=True, metavar="FILE")
        parser.add_argument("--by", default="", metavar="USERNAME", help="what this person sees; else all of it")
        parser.add_argument("--ceiling", choices=TLP, default="RED", help="nothing narrower than this mark")

    def answer(self, **options: Any) -> Any:
        """`{"objects", "file"}`."""
        rank = TLP.index(options["ceiling"])
        if options["by"]:
            by = officer_at_shell(options["by"])
            collection = collection_named(by, options["collection"])
            may = policy.access(by).get(collection.pk)
            rank = min(rank, may.rank if may else -1)
        else:
            found = Collection.objects.filter(code=options["collection"]).first()
            if found is None:
                raise Missing("no_collection", _("There is no such collection."))
            collection = found
        path = Path(options["output"])
        try:
            with path.open("w", encoding="utf-8") as file:
                objects = write_collection(collection, rank, file)
        except OSError as error:
            raise BadInput("output", _("%(name)s cannot be written.") % {"name": path.name}) from error
        return {"objects": objects, "file": str(path)}
