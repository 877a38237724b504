"""Verifies an export of evidence, whoever made it: no account, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography import x509
from django.core.management.base import CommandParser

from tidewaiter.evidence.proof.boxes import Wrong
from tidewaiter.evidence.proof.verifier import check, not_proven, proven
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput


class Command(DeedCommand):
    """`verify_evidence FILE.zip|FOLDER [--receipt FILE …] [--roots FILE …] [--key HEX …]`."""

    help = "verifies an export of evidence off-line: any changed byte, order, omission or swapped file is named"

    def add_arguments(self, parser: CommandParser) -> None:
        """The export, and what one knows from elsewhere."""
        super().add_arguments(parser)
        parser.add_argument("export", type=Path, metavar="FILE.zip|FOLDER")
        parser.add_argument("--receipt", action="append", type=Path, default=[], help="of a hand-over, as it was given")
        parser.add_argument("--roots", action="append", type=Path, default=[], help="authorities that one trusts, PEM")
        parser.add_argument("--key", action="append", default=[], help="the node's public key, 64 hexadecimal digits")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"intact", "stamped", "first_fault"}`, and what was shown and what was not."""
        if not options["export"].exists():
            raise BadInput("file", f"There is no «{options['export']}».")
        receipts = [read_json(bytes_of(path, "key_file_bytes")) for path in options["receipt"]]
        roots = [one for path in options["roots"] for one in _certificates(path)]
        try:
            found = check(options["export"], receipts=receipts, roots=roots, keys=options["key"])
        except Wrong as wrong:
            self.done_in_part = True
            return {"intact": False, "stamped": False, "first_fault": str(wrong)}
        return {
            "intact": True,
            "stamped": found.stamped == found.events,
            "first_fault": "",
            "exhibits": found.exhibits,
            "events": found.events,
            "files": found.files,
            "shown": "; ".join(proven(found)),
            "not_shown": "; ".join(not_proven(found, options["key"])),
        }


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(bytes_of(path, "key_file_bytes"))
    except ValueError as error:
        raise BadInput("file", f"«{path}» holds no certificates (PEM).") from error
