"""Makes an API token and prints it once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.actions import make_token
from tidewaiter.people.actions.tokens import SCOPES
from tidewaiter.people.queries import officer_named


class Command(DeedCommand):
    """`make_token USERNAME [--scope read|write|metrics] [--days N] [--name TEXT]`."""

    help = "makes an API token and prints it once"

    def add_arguments(self, parser: CommandParser) -> None:
        """The account, what the token may do, and how long."""
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--scope", choices=SCOPES, default="read")
        parser.add_argument("--days", type=int, default=365, help="how many days it lives; at most 365")
        parser.add_argument("--name", default="", help="what it is for")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"token", "ref", "scope", "expires_at"}`."""
        officer = officer_named(options["username"])
        token, text = make_token(
            officer=officer, scope=options["scope"], days=options["days"], name=options["name"], by=node_at_shell()
        )
        return {"token": text, "ref": token.ref, "scope": token.scope, "expires_at": token.expires_at.isoformat()}
