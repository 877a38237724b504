"""What `make demo` runs: prepares the node, loads the demo, serves on the loopback address alone."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.site import demo
from tidewaiter.site.supervisor import supervise

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(DeedCommand):
    """`demo [--host H] [--port P] [--no-serve]`."""

    help = "prepares a node, loads the demo and serves it on this machine alone"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve; only the loopback address is taken."""
        super().add_arguments(parser)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="load and print, then end")

    def answer(self, **options: Any) -> dict[str, Any]:
        """What came in; serves before it ends."""
        if options["host"] not in LOOPBACK:
            raise BadInput("not_loopback", "The demo has people with printed passwords: it serves on 127.0.0.1 alone.")
        call_command("init", stdout=self.stderr, stderr=self.stderr, format="json")
        answer = demo.load(self.progress)
        self._print(answer, options["host"], options["port"])
        os.environ.setdefault("TIDEWAITER_LOG", "warning")  # the page with the passwords stays readable
        if options["no_serve"]:
            return answer
        self.stdout.flush()
        sys.exit(supervise(host=options["host"], port=options["port"], workers=2))

    def _print(self, answer: dict[str, Any], host: str, port: int) -> None:
        say = self.stdout.write
        if "findings" in answer:
            self._of_file(answer)
        if "screened" in answer:
            say(f"\n{answer['records']:,} records of the registry; of {answer['screened']['rows']} passengers")
            say(f"{answer['screened']['hits']} may be known (demo/invented_passengers.csv: screen it yourself).")
        say("\nThe cases of Kenya, Chile and Korea, and all people, firms and lists, are invented.")
        say(f"\nOpen http://{host}:{port}/ and sign in as one of")
        for username, administration, role, _ in demo.people():
            say(f"  {username:<12} {demo.people_with_passwords()[username]}   {role}, {administration}")
        say("")

    def _of_file(self, answer: dict[str, Any]) -> None:
        say = self.stdout.write
        found = ", ".join(f"{code} {number:,}" for code, number in answer["findings"].items()) or "none"
        reasons: dict[str, int] = {}
        for error in answer["errors"]:
            reasons[error["message"]] = reasons.get(error["message"], 0) + 1
        say(
            f"U.S. CBP weapons file (public domain): {answer['rows']:,} lines -> {answer['cases']:,} cases; findings:"
            f" {found}"
        )
        say(f"Rejected with their whole case: {answer['rejected']:,} lines, because of")
        for reason, number in reasons.items():
            say(f"  {number} x {reason}")
