"""DuckDB shut in: it reads the files and folders that are named, writes into its own,
and nothing in a question can change that.

It knows no DuckDB, so that whoever opens none need not load it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tidewaiter.foundation.limits import most


def quoted(text: object) -> str:
    """A text as SQL has it."""
    return "'" + str(text).replace("'", "''").replace("\x00", "") + "'"


def literally(path: Path) -> str:
    """A path as DuckDB's patterns read it: signs that stand for other
    signs stand for themselves, links are followed.
    """
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path.resolve()))


def _both(paths: Iterable[Path]) -> str:
    """Paths as they are, and as patterns that mean them: the engine looks at the
    pattern first, then at what it finds by it.
    """
    return ", ".join(quoted(one) for path in paths for one in dict.fromkeys((str(path), literally(path))))


def lock(
    *, reads: Iterable[Path], writes: Iterable[Path], aside: Path, memory: str, ordered: bool, disk: int | None = None
) -> list[str]:
    """Statements that shut an engine in; the last one makes them final.

    `reads` are files, or folders with all that lies in them; `writes` folders; what does not fit into `memory` is
    put into `aside` meanwhile: at most `disk` bytes; without a number what the table of limits gives a page, with 0
    what the engine takes by itself (nine tenths of what is free), which is for commands. There is no network, no
    extension, no other file, no table of this program's variables.
    """
    named = [path.resolve() for path in reads]
    folders = [path for path in named if path.is_dir()] + [path.resolve() for path in (*writes, aside)]
    files = [path for path in named if not path.is_dir()]
    put_aside = most("engine_disk_bytes") if disk is None else disk
    settings = (
        f"allowed_directories = [{_both(folders)}]",
        f"allowed_paths = [{_both(files)}]",
        f"temp_directory = {quoted(aside.resolve())}",
        f"memory_limit = {quoted(memory)}",
        f"threads = {os.cpu_count() or 1}",
        f"preserve_insertion_order = {str(ordered).lower()}",
        *([f"max_temp_directory_size = '{put_aside}B'"] if put_aside else []),
        "enable_progress_bar = true",
        "enable_progress_bar_print = false",
        "python_enable_replacements = false",
        "enable_external_file_cache = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    )
    return [f"SET {setting}" for setting in settings]
