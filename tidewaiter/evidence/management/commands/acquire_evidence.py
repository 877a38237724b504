"""Writes down an acquisition of digital evidence, with its image and the list of its files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.evidence.actions.acquisitions import acquire
from tidewaiter.evidence.actions.bringing import bring_file
from tidewaiter.evidence.queries import exhibit_named
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell

TOLD = ("method", "role", "tool", "write-protection", "why-unprotected", "source", "legal-basis", "where", "sha256")


class Command(DeedCommand):
    """`acquire_evidence REF --method M --tool T --tool-version V [--image FILE|--where PATH --sha256 D] --by U`."""

    help = "writes down an acquisition: tool, write protection, image, list of files"

    def add_arguments(self, parser: CommandParser) -> None:
        """Of what, how, with what."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF", help="of the exhibit, or what its label says")
        for name in TOLD:
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--tool-version", default="")
        parser.add_argument("--size", default="")
        parser.add_argument("--every-days", default="", help="verify it by the clock, so often")
        parser.add_argument("--image", type=Path, help="a file that goes into the vault")
        parser.add_argument("--manifest", type=Path, help="the list of its files: sha256sum, or JSON lines")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "sha256", "size", "files"}`."""
        by = officer_at_shell(options["by"])
        exhibit = exhibit_named(by, options["ref"])
        said = {name.replace("-", "_"): options[name.replace("-", "_")] for name in TOLD}
        said |= {name: options[name] for name in ("size", "every_days")} | {"version": options["tool_version"]}
        with ExitStack() as opened:
            try:
                image = opened.enter_context(options["image"].open("rb")) if options["image"] else None
                manifest = opened.enter_context(options["manifest"].open("rb")) if options["manifest"] else None
            except OSError as error:
                raise BadInput("file", _("«%(file)s» cannot be read.") % {"file": str(error.filename)}) from error
            if image is not None:
                said["file"] = bring_file(exhibit=exhibit, file=image, name=options["image"].name, by=by).sha256
            made = acquire(exhibit=exhibit, said=said, by=by, manifest=manifest)
        return {"ref": made.ref, "sha256": made.sha256, "size": made.size, "files": made.manifest_files}
