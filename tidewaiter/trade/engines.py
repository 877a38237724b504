"""The engines that the same expressions run on: DuckDB inside the process, for now."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput

_size = re.compile(r"(\d{1,6})\s*(MB|MiB|GB|GiB)", re.IGNORECASE)


def _duckdb(memory: str, folder: Path) -> Any:
    """In process and out of core: what does not fit into `memory` is put into `folder` meanwhile."""
    connection = ibis.duckdb.connect(":memory:")
    scratch = str(folder).replace("'", "''")
    for setting in (f"memory_limit = '{memory}'", f"temp_directory = '{scratch}'", "preserve_insertion_order = true"):
        connection.raw_sql(f"SET {setting}")
    return connection


ENGINES: dict[str, Callable[[str, Path], Any]] = {"duckdb": _duckdb}


def engine(name: str, memory: str, folder: Path) -> Any:
    """A connection of an engine that holds at most `memory` («4GB») and puts the rest into `folder`. Raises `BadInput`."""
    if name not in ENGINES:
        raise BadInput("engine", _("Engines: %(names)s.") % {"names": ", ".join(ENGINES)})
    if not _size.fullmatch(memory):
        raise BadInput("memory", _("«%(text)s» is no size of memory. Write 4GB.") % {"text": memory[:20]})
    return ENGINES[name](memory, folder)
