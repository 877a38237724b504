"""The engines that the same expressions run on: DuckDB inside the process, Apache
Spark where one machine is not enough.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import ibis
from django.conf import settings
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.disk import disk_full
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.locked_engine import literally, lock
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.expressions import Column, Engine, Rows

EVERY = 0.5
"""Seconds between looks at how far a statement is."""
_put_aside: ContextVar[int] = ContextVar("put_aside", default=0)
"""Bytes that an engine may put aside; 0 where the disk alone bounds it, as it does for commands."""
_size = re.compile(r"(\d{1,6})\s*(MB|MiB|GB|GiB)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an engine is opened with."""

    memory: str
    folder: Path
    """Where it writes."""
    reads: tuple[Path, ...]
    """What it reads besides: files, or folders with all that lies in them."""
    aside: Path
    """Where it puts what does not fit into memory."""
    ordered: bool


def _duckdb(asked: Opened) -> Engine:
    """In process and out of core, shut in (`foundation.locked_engine`)."""
    connection = ibis.duckdb.connect(":memory:")
    for statement in lock(
        reads=asked.reads,
        writes=(asked.folder,),
        aside=asked.aside,
        memory=asked.memory,
        ordered=asked.ordered,
        disk=_put_aside.get(),
    ):
        connection.raw_sql(statement)
    return connection


def _spark(asked: Opened) -> Engine:
    """On the cluster that `PYSPARK_SUBMIT_ARGS` names, else on all cores of this machine; `memory` is the driver's."""
    if importlib.util.find_spec("pyspark") is None:
        raise BadInput("engine", _("Spark is not installed here. Run: make install-spark"))
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise BadInput("engine", _("Spark needs Java 17, and there is none here."))
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- an extra that need not be installed

    os.environ.setdefault(
        "PYSPARK_PYTHON", sys.executable
    )  # else workers take the first python3 there is, of any version
    builder = (
        SparkSession.builder.appName("tidewaiter")
        .config("spark.driver.memory", asked.memory.replace(" ", "").replace("i", "")[:-1].lower())
        .config("spark.local.dir", str(asked.aside))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", str(max(8, 2 * (os.cpu_count() or 1))))
    )
    named = "--master" in os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    session = (builder if named else builder.master("local[*]")).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)


ENGINES: dict[str, Callable[[Opened], Any]] = {"duckdb": _duckdb, "spark": _spark}


def engine(
    name: str,
    memory: str,
    folder: Path,
    *,
    reads: Iterable[Path | None] = (),
    aside: Path | None = None,
    ordered: bool = True,
) -> Engine:
    """A connection of an engine that holds at most `memory` («4GB») and puts the rest into `aside` (or `folder`).

    It sees `folder`, where it writes, and the files and folders `reads`; nothing else of the machine.
    Without `ordered` rows may come in any order, which saves memory: what is written is put in order
    where order matters. Raises `BadInput`.
    """
    if name not in ENGINES:
        raise BadInput("engine", _("Engines: %(names)s.") % {"names": ", ".join(ENGINES)})
    size_of(memory)
    named = tuple(path for path in reads if path is not None)
    return ENGINES[name](Opened(memory, folder, named, aside or folder, ordered))


_opened = count()


def reader(*paths: Path) -> Engine:
    """An engine for a page: it reads these files and folders, and what it must put aside goes with this process."""
    aside = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"engine-{next(_opened)}"
    with _may_put_aside("engine_disk_bytes"):
        return engine("duckdb", memory_of("engine_memory_bytes"), aside, reads=paths)


def memory_of(limit: str) -> str:
    """What a row of the table of limits gives an engine of memory."""
    return f"{max(most(limit) // 1000**2, 1)}MB"


@contextmanager
def _may_put_aside(limit: str) -> Iterator[None]:
    before = _put_aside.set(most(limit))
    try:
        yield
    finally:
        _put_aside.reset(before)


@contextmanager
def bounded(memory: str, disk: str) -> Iterator[None]:
    """Around work on a stranger's rows: engines that are opened in it put at most `disk` aside. Both name rows of
    the table of limits.

    Raises `OverLimit` where an engine needs more than it may take.
    """
    with _may_put_aside(disk):
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            met = disk if "max_temp_directory_size" in str(error) else memory
            raise over(met, _("Bring fewer rows or columns.")) from error


def size_of(memory: str) -> float:
    """How many gigabytes «4GB» or «500 MB» are. Raises `BadInput`."""
    found = _size.fullmatch(memory)
    if not found:
        raise BadInput("memory", _("«%(text)s» is no size of memory. Write 4GB.") % {"text": memory[:20]})
    return int(found[1]) / (1000 if found[2].upper().startswith("M") else 1)


@contextmanager
def fitting(memory: str) -> Iterator[None]:
    """Around what an engine may not have the memory for: then `BadInput` says what to do."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if full := disk_full(error):
            raise full from error
        raise BadInput(
            "memory",
            _("This does not fit into %(memory)s of memory. Give more with --memory, or fewer rows.")
            % {"memory": memory},
        ) from error


@contextmanager
def watched(connection: Engine, share: Callable[[float], None] | None) -> Iterator[None]:
    """Tells meanwhile which share of its statement the engine has done (0 to 1); Spark
    shows its own on the cluster's page.
    """
    if share is None or connection.name != "duckdb":
        yield
        return
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(EVERY):
            if (done := connection.con.query_progress()) >= 0:
                share(done / 100)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def scratch_of(connection: Engine) -> Path:
    """The folder that an engine was given to put things into."""
    if connection.name == "duckdb":
        return Path(connection.raw_sql("SELECT current_setting('temp_directory')").fetchone()[0])
    return Path(connection._session.conf.get("spark.local.dir"))


def _files(path: Path) -> list[str]:
    """A Parquet file, or all that lie in a folder, by name and as DuckDB names them. Raises
    `BadInput` for a link out of the folder.
    """
    if not path.is_dir():
        return [literally(path)]
    inside = path.resolve()
    found = sorted(one for one in path.rglob("*.parquet") if not one.is_dir())  # a part of Spark is a folder itself
    for one in found:
        if not one.resolve().is_relative_to(inside):
            raise BadInput("link", _("%(name)s is a link out of its folder.") % {"name": one.name[:80]})
    if not found:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name[:80]})
    return [literally(one) for one in found]


def read_parquet(connection: Engine, path: Path) -> Rows:
    """The table of a Parquet file, or of all that lie in a folder (parts of a
    stage, partitions named `column=value`).
    """
    if connection.name == "duckdb":
        return connection.read_parquet(_files(path))
    in_parts = (path / "0000.parquet").exists()
    return connection.read_parquet(str(path / "[0-9]*.parquet" if in_parts else path))


def read_texts(connection: Engine, path: Path) -> Rows:
    """The table of a CSV file in UTF-8, its first line the heads, all cells as texts."""
    if connection.name == "duckdb":
        return connection.read_csv(literally(path), all_varchar=True, header=True)
    return connection.read_csv(str(path), header=True, inferSchema=False, multiLine=True, escape='"')


@contextmanager
def held(connection: Engine, expression: Rows) -> Iterator[Rows]:
    """The rows of an expression, worked out once and held until the end of the block (what does not
    fit into memory lies in the folder).
    """
    if connection.name != "duckdb":
        with expression.cache() as table:
            yield table
        return
    name = ibis.util.gen_name("held")
    try:
        yield connection.create_table(name, expression, temp=True)
    finally:
        connection.raw_sql(
            f'DROP TABLE IF EXISTS "{name}"'
        )  # Ibis 12 with sqlglot 30 writes a drop that names no table


def built_in(name: str, takes: Sequence[Any], gives: str) -> Callable[..., Any]:
    """A function that the engines have by this name, and Ibis does not, or writes worse: types of what
    it takes, the type of what it gives.
    """

    def function() -> Any:
        raise NotImplementedError  # the engine has it

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    vars(function)["__signature__"] = inspect.Signature([inspect.Parameter(f"a{at}", kind) for at in range(len(takes))])
    found: Callable[..., Any] = ibis.udf.scalar.builtin(function, name=name, signature=(tuple(takes), gives))
    return found


def digest(connection: Engine, table: Rows, columns: Sequence[str]) -> Column:
    """64 bits of what the columns of a row say. (Ibis's own hash goes by a string of
    bits, which takes five times as long.)
    """
    said = ibis.struct({name: table[name] for name in columns})
    name, gives = ("hash", "uint64") if connection.name == "duckdb" else ("xxhash64", "int64")
    return built_in(name, (said.type(),), gives)(said)


def concatenated(*texts: Any) -> Column:
    """These texts as one, none of them null. (Ibis joins them two by two, which takes twice as long.)"""
    return built_in("concat", ("string",) * len(texts), "string")(*texts)


def numbered(connection: Engine, path: Path, table: Rows) -> Rows:
    """The table of `path` with `row`: which row of the file (or of the files of the folder, by name) it is, from 1.

    On Spark, where no part of a table knows how long those before it are, the numbers rise
    and are each one's own but leave gaps.
    """
    if connection.name != "duckdb":
        name = ibis.util.gen_name("numbered")
        frame = connection._session.table(table.get_name())
        frame.selectExpr("*", "monotonically_increasing_id() + 1 AS row").createOrReplaceTempView(name)
        return connection.table(name)
    if (path.suffix != ".parquet" and not path.is_dir()) or {"file_row_number", "filename"} & set(table.columns):
        return table.mutate(row=ibis.row_number() + 1)
    files = _files(path)
    table = connection.read_parquet(files, file_row_number=True, filename=True)
    lengths = connection.con.execute(
        "SELECT file_name, num_rows FROM parquet_file_metadata($1) ORDER BY 1", [files]
    ).fetchall()
    before = [
        {"filename": name, "before": sum(number for _name, number in lengths[:at])}
        for at, (name, _number) in enumerate(lengths)
    ]
    if len(before) == 1:
        return table.mutate(row=row.file_row_number + 1)
    return table.inner_join(ibis.memtable(before), "filename").mutate(row=row.file_row_number + row.before + 1)
