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
from tidewaiter.cases.policy import INT
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.locked_engine import lock
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.policy import is_customs
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
    # a data set that was frozen before lines said how many seizures they are: each is one
    events = ", line - line + 1 AS events" if files and "events" not in pq.read_schema(files).names else ""
    view = f"CREATE TEMP VIEW lines AS SELECT *{events} FROM read_parquet([{listed}])"  # noqa: S608 -- the node's paths
    connection.execute(view)
    return connection


def literal(sql: str, values: Sequence[str | int]) -> str:
    """SQL with its values written in, for a view, which takes none: text in quotes that
    are doubled inside, as DuckDB reads it.
    """
    parts = sql.split("?")
    if len(parts) != len(values) + 1:
        raise ValueError("as many marks as values")
    said = [
        str(int(one)) if isinstance(one, int) else "'" + str(one).replace("'", "''").replace("\x00", "") + "'"
        for one in values
    ]
    return "".join(part + value for part, value in zip(parts, [*said, ""], strict=True))


def visible_rows(actor: Actor | None, *, any_status: bool) -> tuple[str, list[Any]]:
    """The rule of `cases.policy.visible`, said over the columns of the store.

    With `any_status` each case stands in the one version this person sees; else the status picks the version.
    """
    if actor is None or (actor.administration_code == INT and is_customs(actor)):
        return ("latest" if any_status else "true"), []
    if not is_customs(actor):
        return "false", []
    own = "administration = ? AND latest" if any_status else "administration = ?"
    others = "administration <> ? AND counted AND wide"
    values: list[Any] = [actor.administration_code] * 2
    regions = sorted(actor.reviewed_regions)
    if not regions:
        return f"(({own}) OR ({others}))", values
    marks = ", ".join("?" * len(regions))
    waiting = "latest AND status = 'submitted'"
    standing = "counted AND pending <> 'submitted'" if any_status else "counted"
    region = f"administration <> ? AND region IN ({marks}) AND (({waiting}) OR ({standing}))"
    values += [*regions, actor.administration_code, *regions]
    return f"(({own}) OR ({others} AND region NOT IN ({marks})) OR ({region}))", values


def _standing(status: str) -> tuple[str, list[Any]]:
    if status == states.VALIDATED:
        return "counted", []
    if status == "all":
        return "status <> 'withdrawn'", []
    if status in states.STATES:
        return "latest AND status = ?", [status]
    raise BadInput(
        "status",
        gettext("There is no status «%(status)s». Give one of %(names)s, or all.")
        % {"status": status, "names": ", ".join(states.STATES)},
    )


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
    seen, values = visible_rows(actor, any_status=status == "all")
    standing, more = _standing(status)
    conditions, values = [seen, standing], [*values, *more]
    for name, wanted in (where or {}).items():
        if name not in WHERE:
            raise BadInput(
                "unknown_field",
                gettext("Figures cannot be narrowed by «%(name)s». Fields: %(names)s.")
                % {"name": name, "names": ", ".join(WHERE)},
            )
        conditions.append(f"CAST({name} AS VARCHAR) IN ({', '.join('?' * len(wanted))})")
        values += wanted
    store.bring_up_to_date()
    with connect() as connection:
        rows = connection.execute(_sql(by, measure, " AND ".join(conditions)), values).fetchall()
    return [_figure(by, row) for row in rows]


def _sql(by: list[str], measure: str, condition: str) -> str:
    split = {"quantity": ["unit"], "value": ["currency"]}.get(measure, [])
    keys = ", ".join([*by, *split])
    order = {"cases": "cases", "seizures": "seizures", "quantity": "quantity", "value": "value"}[measure]
    if measure == "cases":
        order = "cases"
    # a case stands in one group of its own columns, and its first line says how many there are; of lines'
    # columns it may stand in several
    of_lines = bool(OF_LINES & {*by, *split})
    counted = (
        f"count(DISTINCT ref) AS cases, {SEIZURES} AS seizures"
        if of_lines
        else "count(*) AS cases, sum(goods)::BIGINT AS seizures"
    )
    only = "true" if of_lines else "head = true"
    reported = {
        "quantity": "WHERE q.quantities IS NOT NULL",
        "value": "WHERE w.worths IS NOT NULL",
    }.get(measure, "")
    return f"""
    WITH chosen AS (SELECT * FROM lines WHERE {condition}),
    by_unit AS (
        SELECT {keys}{"" if split == ["unit"] else ", unit"}, sum(quantity) AS quantity
        FROM chosen WHERE quantity IS NOT NULL GROUP BY ALL
    ),
    by_currency AS (
        SELECT {keys}{"" if split == ["currency"] else ", currency"}, sum(value) AS value
        FROM chosen WHERE value IS NOT NULL GROUP BY ALL
    ),
    counts AS (SELECT {keys}, {counted} FROM chosen WHERE {only} GROUP BY ALL),
    quantities AS (SELECT {keys}, list((unit, quantity) ORDER BY unit) AS quantities FROM by_unit GROUP BY {keys}),
    worths AS (SELECT {keys}, list((currency, value) ORDER BY currency) AS worths FROM by_currency GROUP BY {keys})
    SELECT {", ".join(f"c.{name}" for name in by)}, c.cases, c.seizures, q.quantities, w.worths
    FROM counts c
    LEFT JOIN quantities q ON {_same("c", "q", [*by, *split])}
    LEFT JOIN worths w ON {_same("c", "w", [*by, *split])}
    {reported}
    ORDER BY {_order(order)} DESC NULLS LAST, {", ".join(f"c.{name}" for name in by)}
    """  # noqa: S608 -- names come from literal tuples above, values are bound


def _same(left: str, right: str, names: list[str]) -> str:
    return " AND ".join(f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in names)


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
