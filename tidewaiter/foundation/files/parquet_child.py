"""Looks into a Parquet file in a process of its own:
`python -m tidewaiter.foundation.files.parquet_child FILE FIRST [weighed]`.

Tells `{"heads": […], "rows": …}`, and the first rows as texts where some are wanted. What its
footer says is held against the limits before any engine opens it; the first rows are unpacked here,
under the limit of this process's memory.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import GIB, MIB, most

FOOTER, CHUNKS = 64 * MIB, 1_000_000
"""Bytes of a footer, and pieces (row groups times columns) of a file."""
ROWS = 16_384
"""How many are weighed at a time."""
HONEST = GIB
"""Bytes that any file may unpack to, however small it is: columns that say few words pack very well."""


def main() -> None:
    """Reads the footer, and the first rows."""
    path, first = Path(sys.argv[1]), int(sys.argv[2])
    try:
        _bounded_footer(path)
        with pq.ParquetFile(path, memory_map=False, buffer_size=MIB) as file:
            _within(file.metadata)
            said = {"heads": [str(name)[: most("file_head_signs")] for name in file.schema_arrow.names]}
            if sys.argv[3:] == ["weighed"]:
                _weigh(path, file.schema_arrow)
            wanted = first and file.metadata.num_rows
            tell(said | {"rows": file.metadata.num_rows, "first": _first_rows(file, first) if wanted else []})
    except (pa.ArrowException, OSError, ValueError) as error:
        refuse(gettext_noop("It is no Parquet file, or it is damaged: %(what)s"), what=str(error).split("\n")[0][:200])


def _bounded_footer(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 8))
        end = file.read(8)
    if end[4:] != b"PAR1":
        refuse(gettext_noop("It is no Parquet file, or it is damaged."))
    if int.from_bytes(end[:4], "little") > min(FOOTER, size):
        refuse(gettext_noop("Its index is longer than the file, or than an index may be."), "too_large")


def _within(said: Any) -> None:
    if said.num_columns > most("file_columns"):
        refuse_over("file_columns", gettext_noop("This one has %(columns)s."), columns=f"{said.num_columns:,}")
    if not 0 <= said.num_rows <= most("trade_rows"):
        refuse_over("trade_rows", gettext_noop("This one says it has %(rows)s."), rows=f"{said.num_rows:,}")
    if said.num_row_groups * max(said.num_columns, 1) > CHUNKS:
        refuse(gettext_noop("It is cut into too many pieces. Write it with larger row groups."), "too_large")
    unpacked = sum(said.row_group(at).total_byte_size for at in range(said.num_row_groups))
    if unpacked > most("trade_unpacked_bytes"):
        refuse_over(
            "trade_unpacked_bytes", gettext_noop("This one says it takes %(size)s bytes."), size=f"{unpacked:,}"
        )


def _weigh(path: Path, schema: pa.Schema) -> None:
    """Holds all cells against the limits, as they are unpacked. Words are read as
    their dictionary has them, each once.
    """
    bound, ratio = most("trade_unpacked_bytes"), max(HONEST, most("file_ratio") * path.stat().st_size)
    words = [one.name for one in schema if pa.types.is_string(one.type) or pa.types.is_binary(one.type)]
    unpacked = 0
    with pq.ParquetFile(path, memory_map=False, buffer_size=MIB, read_dictionary=words) as file:
        for batch in file.iter_batches(batch_size=ROWS, use_threads=False):
            unpacked += sum(map(_bytes_of, batch.columns))
            if unpacked > bound:
                refuse_over("trade_unpacked_bytes", gettext_noop("This one unpacks to more."))
            if unpacked > ratio:
                refuse_over("file_ratio", gettext_noop("This one unpacks to more."))


def _bytes_of(column: pa.Array) -> int:
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary)
    if (pc.max(lengths).as_py() or 0) > most("file_cell_signs"):
        refuse_over("file_cell_signs", gettext_noop("This one has a longer one."))
    return int(pc.sum(pc.take(lengths, column.indices)).as_py() or 0) + 4 * len(column)


def _first_rows(file: pq.ParquetFile, first: int) -> list[list[str]]:
    batch = next(file.iter_batches(batch_size=first, use_threads=False), None)
    rows = batch.to_pylist() if batch is not None else []
    return [["" if cell is None else str(cell)[:200] for cell in row.values()] for row in rows]


if __name__ == "__main__":
    main()
