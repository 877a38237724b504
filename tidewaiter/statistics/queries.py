"""Asking the store: counts, quantities and values by dimension, through DuckDB."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.cases import states
from tidewaiter.cases.policy import any_version_rule, visible_rule
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.locked_engine import lock
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.rules import Is
from tidewaiter.foundation.sql import TRUE, Where, bound, composed, names
from tidewaiter.statistics import store
from tidewaiter.statistics.tables.grouping import OF_LINES, SEIZURES

DIMENSIONS = (
    "commodity",
    "subtype",
    "year",
    "month",
    "country",
    "administration",
    "region",
    "mode",
    "detection",
    "direction",
    "location_type",
    "concealment",
    "departure",
    "origin",
    "destination",
    "status",
    "channel",
    "kind",
    "place",
)
MEASURES = ("cases", "seizures", "quantity", "value")
WHERE = (*DIMENSIONS, "unit", "currency", "hs")


_engines: OrderedDict[str, duckdb.DuckDBPyConnection] = OrderedDict()
_starting = threading.Lock()
_opened = count()
_MOST_ENGINES = 4


def _engine(inside: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB that reads files of one folder and nothing else: no other file, no network, no change of settings.

    It is kept, for to start one takes as long as a question. What it has read it does not keep:
    files are written anew under their names.
    """
    with _starting:
        engine = _engines.get(str(inside))
        if engine is None:
            engine = duckdb.connect(":memory:")
            aside = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"statistics-{next(_opened)}"
            for statement in lock(reads=[inside], writes=(), aside=aside, memory="2GB", ordered=False):
                engine.execute(statement)
            _engines[str(inside)] = engine
        _engines.move_to_end(str(inside))
        while len(_engines) > _MOST_ENGINES:
            _engines.popitem(last=False)
        return engine


def connect(files: Path | None = None, years: Iterable[int] | None = None) -> duckdb.DuckDBPyConnection:
    """DuckDB with a view `lines` over the store's files (of some years), or over
    one frozen file. Close it after use.
    """
    paths = [files] if files else store.files_of(years)
    connection = _engine(files.parent if files else store.folder()).cursor()
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    view = composed(
        "CREATE TEMP VIEW lines AS SELECT *{lacking} FROM read_parquet([{listed}])",
        lacking=Where(_lacking(files) if files else ""),
        listed=Where(listed),
    )
    connection.execute(view.sql)
    return connection


_LATER = {
    # before lines said how many seizures they are, each was one
    "events": "line - line + 1",
    **dict.fromkeys(("mp_class", "tested", "dosage_form"), "CAST(NULL AS VARCHAR)"),
    "trademark": "CAST(NULL AS BOOLEAN)",
    "assay": "CAST(NULL AS DOUBLE)",
    "doses": "CAST(NULL AS DECIMAL(38, 12))",
}
"""Columns that a data set which was frozen by an older release lacks, and what stands for them."""


def _lacking(files: Path) -> str:
    """SQL of the columns that a frozen file lacks."""
    held = pq.read_schema(files).names
    return "".join(f", {said} AS {name}" for name, said in _LATER.items() if name not in held)


def executed(connection: duckdb.DuckDBPyConnection, statement: Where) -> duckdb.DuckDBPyConnection:
    """Asks a statement with its values."""
    return connection.execute(statement.sql, list(statement.values))


def with_values(statement: Where) -> str:
    """SQL with its values written in, for a view, which takes none: text in quotes that
    are doubled inside, as DuckDB reads it.
    """
    parts = statement.sql.split("?")
    if len(parts) != len(statement.values) + 1:
        raise ValueError("as many marks as values")
    said = [
        str(int(one)) if isinstance(one, int) else "'" + str(one).replace("'", "''").replace("\x00", "") + "'"
        for one in statement.values
    ]
    return "".join(part + value for part, value in zip(parts, [*said, ""], strict=True))


def visible_rows(actor: Actor | None, *, any_status: bool) -> Where:
    """The rules of `cases.policy` over the columns of the store; without a person, the whole node.

    With `any_status` each case stands in the one version this person sees; else the status picks the version.
    """
    if actor is None:
        return Is("latest").where() if any_status else TRUE
    return (visible_rule(actor) if any_status else any_version_rule(actor)).where()


def of_status(status: str) -> Where:
    """The versions of this status in SQL over the store: «all» but withdrawn ones. Raises `BadInput`."""
    if status == states.VALIDATED:
        return Is("counted").where()
    if status == "all":
        return Where("status <> 'withdrawn'")
    if status in states.STATES:
        return (Is("latest") & Is("status", status)).where()
    raise BadInput(
        "status",
        gettext("There is no status «%(status)s». Give one of %(names)s, or all.")
        % {"status": status, "names": ", ".join(states.STATES)},
    )


def one_of(name: str, wanted: Sequence[str]) -> Where:
    """A column has one of these values, said as text."""
    return composed("CAST({name} AS VARCHAR) IN ({wanted})", name=names(name), wanted=bound(*wanted))


def compute(
    *,
    by: list[str],
    measure: str = "cases",
    where: dict[str, list[str]] | None = None,
    status: str = states.VALIDATED,
    actor: Actor | None = None,
) -> list[dict[str, Any]]:
    """Figures by the dimensions `by`, largest first: `{dim…, cases, seizures, quantity, unit, value, currency}`.

    A *case* is one record, a *seizure* one line of goods, or as many as its `events` say where a source sums
    several in a row. Unlike units are never added: with `measure` quantity
    (value) there is a row for each unit (currency); else a group's quantity stands only where it has one unit, and
    `quantities` gives them all. Raises `BadInput` for unknown names.
    """
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown or not by or len(set(by)) != len(by):
        raise BadInput(
            "dimension", gettext("Give dimensions, each once: %(names)s.") % {"names": ", ".join(DIMENSIONS)}
        )
    if measure not in MEASURES:
        raise BadInput("measure", gettext("Give a measure: %(names)s.") % {"names": ", ".join(MEASURES)})
    only = visible_rows(actor, any_status=status == "all") & of_status(status)
    for name, wanted in (where or {}).items():
        if name not in WHERE:
            raise BadInput(
                "unknown_field",
                gettext("Figures cannot be narrowed by «%(name)s». Fields: %(names)s.")
                % {"name": name, "names": ", ".join(WHERE)},
            )
        only &= one_of(name, wanted)
    store.bring_up_to_date()
    with connect() as connection:
        rows = executed(connection, _grouped(by, measure, only)).fetchall()
    return [_figure(by, row) for row in rows]


def _grouped(by: list[str], measure: str, only: Where) -> Where:
    split = {"quantity": ["unit"], "value": ["currency"]}.get(measure, [])
    order = {"seizures": "seizures", "quantity": "quantity", "value": "value"}.get(measure, "cases")
    # a case stands in one group of its own columns, and its first line says how many there are; of lines'
    # columns it may stand in several
    of_lines = bool(OF_LINES & {*by, *split})
    counted = "count(DISTINCT ref) AS cases, " + SEIZURES + " AS seizures"
    return composed(
        """
    WITH chosen AS (SELECT * FROM lines WHERE {only}),
    by_unit AS (
        SELECT {by_unit}, sum(quantity) AS quantity
        FROM chosen WHERE quantity IS NOT NULL GROUP BY ALL
    ),
    by_currency AS (
        SELECT {by_currency}, sum(value) AS value
        FROM chosen WHERE value IS NOT NULL GROUP BY ALL
    ),
    counts AS (SELECT {keys}, {counted} FROM chosen WHERE {heads} GROUP BY ALL),
    quantities AS (SELECT {keys}, list((unit, quantity) ORDER BY unit) AS quantities FROM by_unit GROUP BY {keys}),
    worths AS (SELECT {keys}, list((currency, value) ORDER BY currency) AS worths FROM by_currency GROUP BY {keys})
    SELECT {shown}, c.cases, c.seizures, q.quantities, w.worths
    FROM counts c
    LEFT JOIN quantities q ON {same_quantities}
    LEFT JOIN worths w ON {same_worths}
    WHERE {reported}
    ORDER BY {order} DESC NULLS LAST, {shown}
    """,
        only=only,
        by_unit=names(*dict.fromkeys([*by, *split, "unit"])),
        by_currency=names(*dict.fromkeys([*by, *split, "currency"])),
        keys=names(*by, *split),
        counted=Where(counted if of_lines else "count(*) AS cases, sum(goods)::BIGINT AS seizures"),
        heads=TRUE if of_lines else Is("head").where(),
        shown=Where(", ".join(f"c.{names(name).sql}" for name in by)),
        same_quantities=_same("c", "q", [*by, *split]),
        same_worths=_same("c", "w", [*by, *split]),
        reported={"quantity": Where("q.quantities IS NOT NULL"), "value": Where("w.worths IS NOT NULL")}.get(
            measure, TRUE
        ),
        order=Where(_order(order)),
    )


def _same(left: str, right: str, keys: list[str]) -> Where:
    return Where(" AND ".join(f"{left}.{key} IS NOT DISTINCT FROM {right}.{key}" for key in keys))


def _order(order: str) -> str:
    return {"quantity": "q.quantities[1][2]", "value": "w.worths[1][2]"}.get(order, f"c.{order}")


def _figure(by: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    *keys, cases, seizures, quantities, worths = row
    figure: dict[str, Any] = dict(zip(by, keys))
    figure |= {
        "cases": cases,
        "seizures": seizures,
        "quantity": None,
        "unit": None,
        "value": None,
        "currency": None,
    }
    if quantities and len(quantities) == 1:
        figure["unit"], figure["quantity"] = quantities[0][0], plain(quantities[0][1])
    elif quantities:
        figure["quantities"] = [{"unit": unit, "quantity": plain(quantity)} for unit, quantity in quantities]
    if worths and len(worths) == 1:
        figure["currency"], figure["value"] = worths[0][0], plain(worths[0][1])
    elif worths:
        figure["values"] = [{"currency": currency, "value": plain(value)} for currency, value in worths]
    return figure
