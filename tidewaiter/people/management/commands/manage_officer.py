"""One deed with one account, as a contact point or a steward would do it on the page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import cover, drop_second_factor, grant, reset, resume, revoke, sign_out, suspend
from tidewaiter.people.queries import officer_at_shell, officer_for

_PLAIN = {"suspend": suspend, "resume": resume, "drop_second_factor": drop_second_factor, "sign_out": sign_out}
_OF_ROLES = {"grant": grant, "revoke": revoke}


class Command(DeedCommand):
    """`manage_officer USERNAME DEED --by USERNAME [--role ROLE] [--region CODE …]`."""

    help = "suspends, opens, resets, signs out an account, gives or takes a role"

    def add_arguments(self, parser: CommandParser) -> None:
        """The account, the deed, who does it."""
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("deed", choices=[*_PLAIN, *_OF_ROLES, "reset", "cover"])
        parser.add_argument("--by", required=True, help="the contact point or steward who does it")
        parser.add_argument("--role", default="", help="for grant and revoke")
        parser.add_argument(
            "--region", nargs="*", default=[], help="for cover; none: the region of the own administration"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"username", "deed", "open", "roles"}`, and `code` after a reset."""
        by = officer_at_shell(options["by"])
        officer, deed = officer_for(by, options["username"]), options["deed"]
        answer: dict[str, Any] = {"username": officer.username, "deed": deed}
        if deed == "reset":
            answer["code"] = reset(officer=officer, by=by)
        elif deed == "cover":
            cover(officer=officer, regions=options["region"], by=by)
        elif deed in _OF_ROLES:
            if not options["role"]:
                raise BadInput("role", f"{deed} needs --role.")
            _OF_ROLES[deed](officer=officer, role=options["role"], by=by)
        else:
            _PLAIN[deed](officer=officer, by=by)
        fresh = officer_for(by, officer.username)
        return {**answer, "open": fresh.is_active, "roles": sorted(fresh.role_codes)}
