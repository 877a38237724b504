"""Writes `tests/long.txt`, the tests that take eight seconds and more, from what a whole run took.

TIDEWAITER_DURATIONS=FILE make test-all; python tools/long_tests.py FILE
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.shares import LONG

SECONDS = 8.0


def main() -> None:
    """Adds up the setup, call and teardown of each test (lines of seconds, a tab, its id) and keeps the long ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("durations", type=Path, help="what a run wrote where TIDEWAITER_DURATIONS named it")
    took: dict[str, float] = {}
    for line in parser.parse_args().durations.read_text(encoding="utf-8").splitlines():
        seconds, _tab, name = line.partition("\t")
        took[name] = took.get(name, 0.0) + float(seconds)
    long = sorted(((seconds, name) for name, seconds in took.items() if seconds >= SECONDS), reverse=True)
    LONG.write_text("".join(f"{seconds:.0f} {name}\n" for seconds, name in long), encoding="utf-8")
    print(f"{len(long)} of {len(took)} tests are long: {sum(s for s, _ in long):.0f} s of {sum(took.values()):.0f} s")


if __name__ == "__main__":
    main()
