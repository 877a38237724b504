"""Takes this node on to the release that is installed: a backup of it as it was, the tables, the lists, a check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.site.backup.backup import back_up, backed_up
from tidewaiter.site.proof import proof


class Command(DeedCommand):
    """`upgrade FILE [--recipient age1… …]`."""

    help = "backs the node up as it is, takes it on to the installed release, and checks it; says the way back"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the backup goes, and to whom it is encrypted."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--recipient", action="append", default=[], help="encrypt the backup to this age recipient")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"backup", "sha256", "applied": [migration], "intact", "back"}`; exit 1 where the check finds a fault."""
        target = options["file"].absolute()
        if target.exists():
            raise Refusal("exists", _("%(file)s is there already: name a new file.") % {"file": target})
        waiting = _waiting()
        self.progress(_("Backing up the node as it is"))
        by = node_at_shell()
        kept = back_up(
            target=target, recipients=options["recipient"], by=by, say=self.progress, before_upgrade=bool(waiting)
        )
        back = _("install the former release, and run: tidewaiter restore %(file)s --replace") % {"file": target}
        try:
            call_command("init", verbosity=0, stdout=self.stderr)
            if waiting:
                backed_up(by=by, encrypted=kept["encrypted"], keys=kept["keys"])
            checked = proof()
        except (CommandError, DatabaseError, Refusal) as error:
            raise Refusal(
                "upgrade",
                _("The upgrade stopped: %(why)s The node as it was is kept; the way back: %(back)s.")
                % {"why": str(getattr(error, "sentence", error))[:300], "back": back},
            ) from error
        self.done_in_part = not checked["intact"]
        return {
            "backup": str(target),
            "sha256": kept["sha256"],
            "applied": waiting,
            "intact": checked["intact"],
            "back": back,
        }


def _waiting() -> list[str]:
    """The migrations that the installed release brings, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
