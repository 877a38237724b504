"""Shows the beginning of a text table in a process of its own: `python -m
tidewaiter.foundation.files.table_child FILE FIRST NAME`.

Tells `{"heads": […], "first": [[…]]}` as the engine of the analyses reads a table: in UTF-8, its first line the heads,
all cells as texts, those that say nothing empty. The engine is shut in and sees this file alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from tidewaiter.foundation.child_errors import gettext_noop, refuse, tell
from tidewaiter.foundation.limits import MIB
from tidewaiter.foundation.locked_engine import literally, lock

_MEMORY = 128 * MIB


def main() -> None:
    """Reads the heads and the first rows."""
    path, first, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with duckdb.connect(":memory:") as connection:
        shut = lock(
            reads=[path], writes=(), aside=path.parent, memory=f"{_MEMORY // MIB}MiB", ordered=True, disk=2 * _MEMORY
        )
        for statement in (*shut[:-2], "SET threads = 1", *shut[-2:]):
            connection.execute(statement)
        try:
            table = connection.read_csv(literally(path), all_varchar=True, header=True).limit(first)
            heads, found = list(map(str, table.columns)), table.fetchmany(first)
        except duckdb.Error as error:
            why = str(error).split("\n")[0][:300]
            refuse(gettext_noop("%(name)s cannot be read as a table: %(why)s"), name=name[:80], why=why)
        tell({"heads": heads, "first": [["" if cell is None else str(cell) for cell in row] for row in found]})


if __name__ == "__main__":
    main()
