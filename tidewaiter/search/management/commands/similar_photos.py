"""Photos like one in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.search.pictures import must_have_details, photos_like
from tidewaiter.vault.actions import hashes_of_file


class Command(DeedCommand):
    """`similar_photos FILE --by USERNAME`."""

    help = "lists the photos most like one in a file; the file is not kept"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which picture, for whom."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "digest", "likeness", "caption"}]`, the most alike first."""
        by = officer_at_shell(options["by"])
        if not options["file"].is_file():
            raise BadInput("no_file", _("Choose a picture."))
        hashes, quality = hashes_of_file(path=options["file"])
        must_have_details(quality)
        return [
            {"ref": one.photo.case.ref, "digest": one.photo.digest, "likeness": one.share, "caption": one.photo.caption}
            for one in photos_like(hashes, by)
        ]
