"""A trade table while it is read: the texts of its columns, all that they say, and
the columns of meanings made of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ibis
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.expressions import Column, Rows
from tidewaiter.trade.tables.cells import (
    ColumnTypes,
    Meaning,
    code_text_of,
    different,
    empties,
    first_understood,
    ibis_type,
    text_of,
)
from tidewaiter.trade.tables.columns import Columns
from tidewaiter.trade.tables.numbers import NumberReader, finite, shape_of, strange_of

NUMBERS = ("value", "weight", "quantity")
_DAY = 10
"""Signs of a day alone: a longer text may hold the time of the day, which would make as many texts as rows."""


@dataclass(slots=True)
class TableReading:
    """A table while it is read: its texts, what they all say, and what has been made of them."""

    table: Rows
    columns: Columns
    said: dict[str, list[str]]
    unread: list[str] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        """Our columns of the heads that say `name`."""
        return [f"{name}_{at}" for at in range(len(self.columns.taken.get(name, ())))]

    def understood(self, name: str, read: Callable[[str], Meaning | None], types: ColumnTypes) -> None:
        """Makes columns of what `name` means: of a constant, or row by row of the first head that is understood."""
        constant = self.columns.constants.get(name)
        if constant is not None:
            meaning = read(constant)
            if meaning is None:
                raise BadInput(
                    "mapping", _("«%(text)s» is not understood as %(name)s.") % {"text": constant[:80], "name": name}
                )
            literals = {one: ibis.literal(value, type=ibis_type(types[one])) for one, value in meaning.items()}
            self.table = self.table.mutate(**literals, **{f"{name}_unread": ibis.null("string")})
            return
        texts = self.texts(name)
        if not texts:
            nothing = {one: ibis.null(ibis_type(kind)) for one, kind in types.items()}
            self.table = self.table.mutate(**nothing, **{f"{name}_unread": ibis.null("string")})
            return
        self.table = first_understood(self.table, name, texts, self.said, read, types)
        if any(read(text) is None for text in self.said[texts[0]]):
            self.unread.append(name)

    def number(self, name: str) -> None:
        """Makes the number of the column `name`."""
        column = self.table[f"{name}_0"]
        unread = ibis.null("string")
        if column.type().is_string():
            shapes, strange = self.said.get(f"{name}_shapes", []), self.said.get(f"{name}_strange", [])
            reader = NumberReader(
                shapes, strange, money=name == "value", mark=self.columns.constants.get("decimal", "")
            )
            self.table = reader.column(self.table, f"{name}_0", name)
            unread = ibis.ifelse(self.table[name].isnull(), self.table[f"{name}_0"], unread)
            if not reader.plain:
                self.unread.append(name)
        else:
            self.table = self.table.mutate(**{name: finite(column.cast("float64"))})
        self.table = self.table.mutate(**{f"{name}_unread": unread})


def opened_table(raw: Rows, columns: Columns, **more: Any) -> TableReading:
    """The texts of the columns of `raw` that say something, as `NAME_0`, `NAME_1` …, with the columns `more`, and all
    that they say, read in one pass. Numbers and days that the file knows as such stay what they are.
    """
    named = {
        f"{name}_{at}": _cells(raw[head], name)
        for name, heads in columns.taken.items()
        for at, head in enumerate(heads)
    }
    table = raw.select(**named, **more)
    wanted: JsonObject = {}
    # beside an exporter the importer is a country, as in BACI; in declarations it is a firm
    plain = {"id", "related"} if "exporter" in columns.taken else {"id", "related", "importer"}
    for column in named:
        name = column.rsplit("_", 1)[0]
        texts = table[column]
        if not texts.type().is_string() or name in plain:
            continue
        if name in NUMBERS:
            wanted |= {f"{name}_shapes": shape_of(texts), f"{name}_strange": strange_of(texts)}
        else:
            wanted[column] = texts
    several = [column for column in wanted if f"{column.rsplit('_', 1)[0]}_1" in named]
    return TableReading(table, columns, different(table, wanted | empties(several, table)))


def _cells(column: Column, name: str) -> Column:
    kind = column.type()
    if name in NUMBERS:
        return column if kind.is_numeric() else text_of(column)
    if name == "date":
        if kind.is_temporal():
            return column
        said = code_text_of(column)
        return ibis.ifelse(said.length() > _DAY, said.re_replace(r"[T ]+[0-9]{1,2}:[0-9].*$", ""), said)
    return code_text_of(column)
