"""How long mail is kept, at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.mail.actions import hold_mail, lift_hold, set_keeping
from tidewaiter.mail.policy import may_look_after
from tidewaiter.mail.queries import holds_of, keeping_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`keep_mail [--days N|--always] [--hold THREAD|all|--lift HOLD --reason TEXT] --by U`."""

    help = "sets how long mail is kept, holds a thread or lifts a hold; without these shows what holds"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to hold."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--days", type=int, metavar="N", help="a thread goes so many days after its last letter")
        what.add_argument("--always", action="store_true", help="threads stay")
        what.add_argument("--hold", default="", metavar="THREAD", help="the ref of a thread, or all")
        what.add_argument("--lift", default="", metavar="HOLD", help="the ref of a hold")
        parser.add_argument("--reason", default="", metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"days", "holds": [{"ref", "thread", "reason", "made_by", "lifted_by"}]}`; days null: it stays."""
        by = officer_at_shell(options["by"])
        may_look_after(by)
        if options["days"] is not None or options["always"]:
            set_keeping(days=options["days"], by=by)
        elif hold := options["hold"]:
            hold_mail(thread="" if hold == "all" else hold, reason=options["reason"], by=by)
        elif options["lift"]:
            lift_hold(ref=options["lift"], reason=options["reason"], by=by)
        held = keeping_of(by)
        names = ("ref", "thread", "reason", "made_by", "lifted_by")
        holds = [{name: getattr(one, name) for name in names} for one in holds_of(by)]
        return {"days": held.days if held else None, "holds": holds}
