"""Brings a file of cases in."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.room_cards import Carried, carried_file
from tidewaiter.foundation.scratch import open_folder
from tidewaiter.intake.actions import receive, take_hidden, take_in
from tidewaiter.intake.mending.hidden_sheets import forget_sheet
from tidewaiter.intake.models import Receipt
from tidewaiter.intake.queries import answer_of, mapping_named
from tidewaiter.intake.reading.readers import channel_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.vault.actions import stream


class _Said(Progress):
    """Progress on standard error."""

    def __init__(self, command: DeedCommand) -> None:
        super().__init__(None)
        self._command = command

    def report(self, step: str, done: int, total: int) -> None:
        """One line a report."""
        self._command.progress(f"{step}: {done:,}" + (f" of {total:,}" if total else ""))


class Command(DeedCommand):
    """`import_cases FILE --by USERNAME [--mapping MAP.toml] [--hidden SHEET.xlsx] [--dry-run] [--submit]
    [--keep-duplicates]`.
    """

    help = "brings a file of cases in: xlsx, xml, csv, json, ndjson, a zip with photos, a saved queue, by content"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, who brings it, how it is mapped."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--mapping", default="", metavar="MAP", help="a mapping file, or the name of a kept one")
        parser.add_argument(
            "--hidden", type=Path, metavar="SHEET", help="where to write what was hidden (xlsx, for its owner alone)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")
        parser.add_argument("--submit", action="store_true", help="submit the cases that have nothing to settle")
        parser.add_argument(
            "--keep-duplicates",
            action="store_true",
            help="rows without reference that repeat another are cases of their own",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """The JSON document of CONTRACT.md."""
        by = officer_at_shell(options["by"])
        path: Path = options["file"]
        if not path.is_file():
            raise BadInput("no_file", f"There is no file {path}.")
        if (carried := carried_file(path)) is not None:
            return self._carried(carried, path, options, by)
        sheet: Path | None = options["hidden"]
        if sheet is not None and (sheet.exists() or not sheet.parent.is_dir()):
            raise BadInput("hidden_file", f"Name a file that is not there yet, in a folder that is: {sheet}.")
        mapping_name, mapping_text = self._mapping(options["mapping"], by)
        chosen = {
            "submit": options["submit"],
            "keep_duplicates": options["keep_duplicates"],
            "channel": channel_of(path),
        }
        with transaction.atomic() if options["dry_run"] else nullcontext():
            receipt = receive(
                path=path.resolve(),
                name=path.name,
                mapping_text=mapping_text,
                mapping_name=mapping_name,
                options=chosen,
                by=by,
            )
            take_in(receipt=receipt, by=by, progress=_Said(self))
            written = self._hidden(receipt, sheet, by) if sheet is not None and receipt.hidden else None
            answer = answer_of(receipt, self._rejected(receipt) if not options["dry_run"] else None)
            answer["hidden_file"] = written
            if options["dry_run"]:
                answer["hidden_until"] = None
                forget_sheet(receipt)
                transaction.set_rollback(True)
        self.done_in_part = receipt.rejected > 0
        return answer

    def _carried(self, carried: Carried, path: Path, options: dict[str, Any], by: Actor) -> dict[str, Any]:
        """What another room makes of a file that is no table; what it holds was checked where it was made."""
        if options["dry_run"] or options["mapping"] or options["hidden"]:
            raise BadInput("no_table", "This file is no table of cases: it is taken as it is, without options.")
        answer = carried.take(path, by)
        self.done_in_part = answer["rejected"] > 0
        return answer

    @staticmethod
    def _mapping(said: str, by: Actor) -> tuple[str, str]:
        """(name, text) of a mapping file, or of a mapping that the administration keeps."""
        path = Path(said)
        if not said or not path.is_file():
            return mapping_named(by, said)
        return path.name, text_of(path, "toml_bytes")

    @staticmethod
    def _hidden(receipt: Receipt, to: Path, by: Actor) -> str:
        """Takes the sheet of what was hidden and writes it where its owner alone reads it."""
        with (
            take_hidden(receipt=receipt, by=by) as sheet,
            os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ):
            shutil.copyfileobj(sheet, file)
        receipt.refresh_from_db(fields=["hidden_taken_at"])
        return str(to)

    @staticmethod
    def _rejected(receipt: Any) -> str | None:
        if not receipt.rejected_digest:
            return None
        home = open_folder(Path(settings.TIDEWAITER_HOME), sealed=settings.STORE_SEALED)
        path = home / "rejected" / receipt.rejected_name
        path.parent.mkdir(parents=True, exist_ok=True)
        with stream(receipt.rejected_digest) as sheet, path.open("wb") as file:
            shutil.copyfileobj(sheet, file, 1 << 20)
        return str(path)
