"""Cells of a table, read once for each different text and joined again: whole
columns are never gone through one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import ibis
import pyarrow as pa
from ibis.expr.datatypes import DataType

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.expressions import Column, Rows
from tidewaiter.trade.tables.columns import words

MOST_TEXTS = 200_000
"""Different texts of a column that are read; a column with more names nothing that is on a list."""
EMPTY = "|empty"
type Meaning = Mapping[str, object]
"""What a text means, by the columns that say it: numbers, texts, nothing."""
type ColumnTypes = Mapping[str, pa.DataType | str]
"""New columns with their types, of Arrow or by name."""


def text_of(column: Column) -> Column:
    """A column as texts without outer spaces; null where it says nothing."""
    said = column.strip() if column.type().is_string() else column.cast("string")
    return ibis.ifelse(said.lower().isin(sorted(words("empty"))), ibis.null("string"), said)


def code_text_of(column: Column) -> Column:
    """The same of codes, where `NA` is Namibia and `C` a code: empty alone is nothing."""
    said = column.strip() if column.type().is_string() else column.cast("string")
    return said.nullif("")


def different(table: Rows, columns: Mapping[str, Column]) -> dict[str, list[str]]:
    """All that columns say, read in one pass over the table, in order."""
    if not columns:
        return {}
    wanted = {name: column.collect(distinct=True) for name, column in columns.items()}
    found = table.agg(**wanted).to_pyarrow().to_pylist()[0]
    return {name: sorted(one for one in found[name] or () if one is not None) for name in columns}


def joined(table: Rows, column: str, known: Mapping[str, Meaning], types: ColumnTypes) -> Rows:
    """The table with what each text of `column` means: `known` has, by text, the values of new columns of `types`."""
    if not known:  # an engine goes through the rows of a join with nothing too
        return table.mutate(**{name: ibis.null(ibis_type(kind)) for name, kind in types.items()})
    texts = list(known)
    listed = {column: pa.array(texts, pa.string())}
    for name, kind in types.items():
        listed[name] = pa.array([known[text].get(name) for text in texts], kind)
    return table.left_join(ibis.memtable(pa.table(listed)), column).drop(f"{column}_right")


def ibis_type(kind: pa.DataType | str) -> DataType | str:
    """A type of Arrow as Ibis has it; a name of a type as it is."""
    return DataType.from_pyarrow(kind) if isinstance(kind, pa.DataType) else kind


def first_understood(
    table: Rows,
    name: str,
    columns: Sequence[str],
    said: Mapping[str, list[str]],
    read: Callable[[str], Meaning | None],
    types: ColumnTypes,
) -> Rows:
    """The table with the new columns `types` of what the first of `columns` means that is understood, row by row, and
    `{name}_unread`: what the first said where none of them is (null where nothing is said, or it is understood).
    """
    parts: list[JsonObject] = []
    whole = False
    for at, column in enumerate(columns):
        if whole:
            break  # every row has been understood by a column before
        known = {text: meaning for text in said[column][:MOST_TEXTS] if (meaning := read(text)) is not None}
        fresh = {f"{one}__{at}": kind for one, kind in types.items()}
        renamed = {text: {f"{one}__{at}": value for one, value in meaning.items()} for text, meaning in known.items()}
        table = joined(table, column, renamed, fresh)
        parts.append(fresh)
        whole = len(known) == len(said[column]) and not said.get(f"{column}{EMPTY}")
    first = next(iter(types))
    meant = {one: ibis.coalesce(*(table[f"{one}__{at}"] for at in range(len(parts)))) for one in types}
    spoken = ibis.coalesce(*(table[column] for column in columns))
    table = table.mutate(**meant, **{f"{name}_unread": ibis.ifelse(meant[first].isnull(), spoken, ibis.null("string"))})
    return table.drop(*(one for part in parts for one in part))


def empties(columns: Iterable[str], table: Rows) -> JsonObject:
    """For `different`: whether columns have cells that say nothing, under their names and `EMPTY`."""
    return {f"{name}{EMPTY}": ibis.ifelse(table[name].isnull(), "1", ibis.null("string")) for name in columns}
