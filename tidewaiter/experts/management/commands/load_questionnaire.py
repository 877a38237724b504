"""A questionnaire is taken into use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.experts.actions import define_questionnaire
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`load_questionnaire FILE.toml --by USERNAME`: `{"code", "version", "questions"}`."""

    help = "takes a version of a questionnaire into use; rounds that run keep theirs"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.toml")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """What it is."""
        text = text_of(Path(options["file"]), "json_body_bytes")
        made = define_questionnaire(text=text, by=officer_at_shell(options["by"]))
        return {"code": made.code, "version": made.version, "questions": len(made.questions)}
