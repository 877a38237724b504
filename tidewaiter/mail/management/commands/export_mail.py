"""A thread as a signed file, at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import NotJson, read_json
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.mail.actions import export_thread, verified
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`export_mail REF -o FILE --by U`, `export_mail --verify FILE`."""

    help = "writes a thread as a file that the node signs, or says whether such a file is as it was signed"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which thread and where to, or which file."""
        super().add_arguments(parser)
        parser.add_argument("ref", nargs="?", default="", metavar="REF")
        parser.add_argument("--by", default="", metavar="USERNAME")
        parser.add_argument("-o", "--output", default="", metavar="FILE")
        parser.add_argument("--verify", default="", metavar="FILE")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "bytes"}`; of a file that is verified `{"valid", "why"}`."""
        if options["verify"]:
            try:
                document = read_json(bytes_of(Path(options["verify"]), "json_document_bytes"))
            except NotJson as error:
                raise BadInput("file", str(error)) from error
            valid, why = verified(document)
            return {"valid": valid, "why": why}
        if not (options["ref"] and options["by"] and options["output"]):
            raise BadInput("arguments", _("Say which thread, who takes it (--by) and where to (-o)."))
        content = export_thread(ref=options["ref"], by=officer_at_shell(options["by"]))
        with whole(Path(options["output"])) as part:
            part.write_bytes(content)
        return {"file": options["output"], "bytes": len(content)}
