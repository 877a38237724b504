"""What encryption costs: the same national node in the clear and encrypted, one after the other, as ratios of
processor time.

bench/encrypting.py [--rows 10000]: taking in a file, a list and a search (p95), a file of the vault, opening the store.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

WORDS = {
    "import_seconds": "import of {rows} rows",
    "list_p95": "list of cases, p95",
    "search_p95": "search, p95",
    "open_seconds": "connection to the store",
    "keep_seconds": "64 MiB into the vault",
    "read_seconds": "64 MiB out of the vault",
    "command_seconds": "a command, from start to end",
    "bytes": "bytes of the database",
}


def main() -> None:
    """Runs both and prints what one costs beside the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    figures = {}
    for how in ("off", "on"):
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("encrypting_one.py")), str(asked.rows)],
            env={**os.environ, "TIDEWAITER_ENCRYPTION": how, "TIDEWAITER_LOG": "warning"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        figures[how] = json.loads(done.stdout.splitlines()[-1])
    print("encryption")
    for name, word in WORDS.items():
        plain, sealed = figures["off"][name], figures["on"][name]
        unit = "" if name == "bytes" else " s"
        said = word.format(rows=asked.rows)
        print(f"{said:<34} {sealed / plain:5.2f} x   ({plain:,.4g}{unit} in the clear, {sealed:,.4g}{unit} encrypted)")
    print(json.dumps({"encryption": {name: figures["on"][name] / figures["off"][name] for name in WORDS}}))


if __name__ == "__main__":
    main()
