"""The door of the command line: exit codes, one JSON document on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from tidewaiter.foundation.disk import disk_spoken_of
from tidewaiter.foundation.refusals import Refusal

BAR = 40
"""Columns of a terminal that a bar of progress takes."""


class DeedCommand(BaseCommand):
    """A command of the contract. `answer()` does the work and gives back the JSON document.

    Exit codes: 0 done; 1 done in part or refused; 2 wrong usage or unreadable input.
    """

    requires_system_checks: list[str] = []
    done_in_part = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds `--format`; a command with arguments of its own extends this."""
        parser.add_argument("--format", choices=("json", "table"), default="table", help="how to print the answer")

    def answer(self, **options: Any) -> Any:
        """The work; gives back what is printed."""
        raise CommandError("This command has no answer.")

    def table(self, answer: Any) -> str:
        """The answer for people; by default a line for each name of the document."""
        if isinstance(answer, dict):
            width = max((len(str(key)) for key in answer), default=0)
            return "\n".join(f"{key!s:<{width}}  {_cell(value)}" for key, value in answer.items())
        if isinstance(answer, list) and answer and isinstance(answer[0], dict):
            return _grid(answer)
        return _json(answer)

    def progress(self, text: str) -> None:
        """A line for the person who waits."""
        self.stderr.write(f"{self._cleared()}{text}")

    def share(self, done: float) -> None:
        """Draws how far the work at hand is (0 to 1) where a person watches,
        on the line that the next progress takes.
        """
        if self.stderr.isatty():
            full = round(done * BAR)
            self.stderr.write(f"{self._cleared()}{'█' * full}{'·' * (BAR - full)} {done:4.0%}", ending="")
            self.stderr.flush()

    def _cleared(self) -> str:
        return "\r\033[K" if self.stderr.isatty() else ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs `answer`, prints it, turns a refusal into its exit code."""
        as_json = options.get("format") == "json"
        try:
            with disk_spoken_of():
                answer = self.answer(**options)
            self.stderr.write(self._cleared(), ending="")
        except Refusal as refusal:
            if as_json:
                self.stdout.write(json.dumps({"error": refusal.code, "message": refusal.sentence}, ensure_ascii=False))
            raise CommandError(refusal.sentence, returncode=refusal.exit_code) from refusal
        self.stdout.write(_json(answer) if as_json else self.table(answer))
        if self.done_in_part:
            self.stdout.flush()
            sys.exit(1)


def _json(answer: Any) -> str:
    """Moments, days and exact numbers as the API writes them."""
    return json.dumps(answer, ensure_ascii=False, cls=DjangoJSONEncoder)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "–"
    if isinstance(value, list):
        return f"{len(value)}" if value else "–"
    return "–" if value is None else str(value)


def _grid(rows: list[dict[str, Any]]) -> str:
    heads = list(rows[0])
    cells = [heads, *[[_cell(row.get(head)) for head in heads] for row in rows]]
    widths = [max(len(line[at]) for line in cells) for at in range(len(heads))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in cells)
