"""Makes an account of an administration, or gives a further role to one."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import add_officer
from tidewaiter.people.passwords import LONGEST
from tidewaiter.people.policy import ROLES


class Command(DeedCommand):
    """`add_officer USERNAME --administration CC|INT --role ROLE --password-stdin`."""

    help = "makes an account of a country's administration, or of the international secretariat (INT)"

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's name, administration and role; the password comes on standard input."""
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--administration", required=True, help="a country's two letters, or INT")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            required=True,
            help="read the password from standard input",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"username", "administration", "roles"}`."""
        password = sys.stdin.readline(LONGEST + 2).rstrip("\n")  # one sign more than any may have is refused
        if not password:
            raise BadInput("password", "No password came on standard input.")
        officer = add_officer(
            username=options["username"],
            administration=options["administration"],
            role=options["role"],
            password=password,
            name=options["name"],
            email=options["email"],
            by=node_at_shell(),
        )
        return {
            "username": officer.username,
            "administration": officer.administration_id,
            "roles": sorted(officer.role_codes),
        }
