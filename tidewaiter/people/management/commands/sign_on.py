"""Providers of sign-in at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people import policy
from tidewaiter.people.actions import bring_people, link_identity, map_claim, unlink_identity, unmap_claim
from tidewaiter.people.models import ClaimRule, Officer
from tidewaiter.people.people_file import read_people
from tidewaiter.people.queries import officer_at_shell, officer_for


class Command(DeedCommand):
    """`sign_on DEED --by USERNAME [--provider ID] …`: list, map, unmap, link, unlink, bring."""

    help = "providers of sign-in: rules of their groups, accounts that are linked, people by a file"

    def add_arguments(self, parser: CommandParser) -> None:
        """The deed, who does it, and what it needs."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=list(_DEEDS))
        parser.add_argument("--by", required=True, metavar="USERNAME", help="the steward who does it")
        parser.add_argument("--provider", default="", metavar="ID", help="as the file of TIDEWAITER_SIGN_ON names it")
        parser.add_argument("--group", default="", help="for map: the group, as the provider writes it")
        parser.add_argument("--role", default="", help="for map")
        parser.add_argument("--administration", default="", help="for map")
        parser.add_argument("--rule", default="", metavar="REF", help="for unmap")
        parser.add_argument("--username", default="", help="for link and unlink: the account here")
        parser.add_argument("--subject", default="", help="for link: the provider's own name for the person (sub)")
        parser.add_argument("--file", default="", metavar="FILE.csv", help="for bring (docs/sign-on.md)")
        parser.add_argument("--whole", action="store_true", help="for bring: close the accounts it does not name")

    def answer(self, **options: Any) -> Any:
        """`[{"provider", "group", "role", "administration", "rule"}]`; of `bring`
        `{"made", "changed", "same", "closed", "refused": [{"line", "username", "message"}]}`.
        """
        by = officer_at_shell(options["by"])
        policy.must_be_steward(by)
        answer = _DEEDS[options["deed"]](options, by)
        if isinstance(answer, dict):
            self.done_in_part = bool(answer["refused"])
        return answer


def _rules(_said: dict[str, Any], _by: Officer) -> list[dict[str, str]]:
    return [
        {
            "provider": one.provider,
            "group": one.value,
            "role": one.role,
            "administration": one.administration_id,
            "rule": one.ref,
        }
        for one in ClaimRule.objects.filter(provider__in=settings.SIGN_ON).order_by("provider", "value", "role")
    ]


def _map(said: dict[str, Any], by: Officer) -> list[dict[str, str]]:
    names = ("provider", "role", "administration")
    map_claim(value=said["group"], by=by, **{name: said[name] for name in names})
    return _rules(said, by)


def _unmap(said: dict[str, Any], by: Officer) -> list[dict[str, str]]:
    unmap_claim(ref=said["rule"], by=by)
    return _rules(said, by)


def _link(said: dict[str, Any], by: Officer) -> list[dict[str, str]]:
    officer = officer_for(by, said["username"])
    link_identity(officer=officer, provider=said["provider"], subject=said["subject"], by=by)
    return _rules(said, by)


def _unlink(said: dict[str, Any], by: Officer) -> list[dict[str, str]]:
    unlink_identity(officer=officer_for(by, said["username"]), provider=said["provider"], by=by)
    return _rules(said, by)


def _bring(said: dict[str, Any], by: Officer) -> dict[str, Any]:
    if not said["file"]:
        raise BadInput("file", "bring needs --file FILE.csv.")
    rows = read_people(bytes_of(Path(said["file"]), "side_table_bytes"))
    brought = bring_people(provider=said["provider"], rows=rows, whole=said["whole"], by=by)
    refused = [{"line": line, "username": name, "message": why} for line, name, why in brought.refused]
    counts = {name: getattr(brought, name) for name in ("made", "changed", "same", "closed")}
    return {**counts, "refused": refused}


_DEEDS = {"list": _rules, "map": _map, "unmap": _unmap, "link": _link, "unlink": _unlink, "bring": _bring}
