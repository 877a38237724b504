"""What `make demo-network` runs: a centre and two national nodes, joined, on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site import demo_network


class Command(DeedCommand):
    """`demo_network [--folder DIR] [--port P] [--no-serve]`."""

    help = "prepares a centre and two national nodes, joins them, and serves them on this machine alone"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where they lie, and at which three ports they serve."""
        super().add_arguments(parser)
        parser.add_argument("--folder", default="var/network", metavar="DIR")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="prepare and join, then end")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"nodes": {name: address}}`; serves before it ends."""
        nodes = demo_network.nodes_in(Path(options["folder"]).resolve(), options["port"])
        passwords = demo_network.prepare(nodes, self.progress)
        told = {"nodes": {node.name: node.address for node in nodes}}
        if options["no_serve"]:
            return told
        demo_network.tell_story(nodes)
        for node in nodes:
            self.stdout.write(f"\n{node.name}: {node.address}/")
            for username, home, role, _name in demo_network.PEOPLE[node.name]:
                self.stdout.write(f"  {username:<12} {passwords[username]}   {role}, {home}")
        self.stdout.write(_("\nAll people, firms and seizures are invented."))
        self.stdout.flush()
        self._serve(nodes)
        return told

    def _serve(self, nodes: list[demo_network.DemoNode]) -> None:
        """Serves all three until it is told to end, or one of them ends."""
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "tidewaiter", "serve", "--port", str(node.port), "--workers", "1"],
                env=node.environment,
                cwd=os.getcwd(),
            )
            for node in nodes
        ]
        try:
            while all(one.poll() is None for one in started):
                time.sleep(0.5)
        except KeyboardInterrupt:
            pass
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait()
