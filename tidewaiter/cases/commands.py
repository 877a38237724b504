"""The door of commands that do something with many cases: who, and which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import QuerySet

from tidewaiter.cases.filter_params import add_where, read_where
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import narrowed
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class CasesCommand(DeedCommand):
    """A command with `--by USERNAME` and `--where FIELD=VALUE …`, which may be given several times."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and which cases; a command with arguments of its own extends this."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        add_where(parser)

    def chosen(self, options: dict[str, Any]) -> tuple[Actor, QuerySet[Case]]:
        """The person, and the cases they see that fit. Raises `BadInput` for a condition that is none."""
        by = officer_at_shell(options["by"])
        return by, narrowed(by, read_where(options["where"]))

    def taken(self, options: dict[str, Any]) -> tuple[Actor, QuerySet[Case]]:
        """The same for what is taken away: of validated cases alone their validated
        versions, also while an amendment waits.
        """
        by = officer_at_shell(options["by"])
        return by, narrowed(by, read_where(options["where"]))
