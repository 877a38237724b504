"""Invites a person: an account without a password, and the one-time code by which they choose one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.actions import invite
from tidewaiter.people.policy import ROLES
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`invite USERNAME --role ROLE --by USERNAME [--administration CC|INT] [--name N] [--email E]`."""

    help = "invites a person by a one-time code, which is printed once"

    def add_arguments(self, parser: CommandParser) -> None:
        """The account and who invites."""
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--by", required=True, help="the contact point or steward who invites")
        parser.add_argument("--administration", default="", help="default: the administration of --by")
        parser.add_argument("--name", default="")
        parser.add_argument("--email", default="")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"username", "administration", "code"}`."""
        by = officer_at_shell(options["by"])
        officer, code = invite(
            username=options["username"],
            administration=options["administration"] or by.administration_code,
            role=options["role"],
            name=options["name"],
            email=options["email"],
            by=by,
        )
        return {"username": officer.username, "administration": officer.administration_id, "code": code}
