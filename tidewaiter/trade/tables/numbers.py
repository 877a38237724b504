"""Columns of numbers: the decimal mark is told by the shapes of all cells (`foundation.readings.numbers`), the engine
reads what has the usual form, the one reader what is left; only finite numbers are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import ibis

from tidewaiter.foundation.readings.numbers import FORM_BY_COMMA, FORM_BY_POINT, mark_of, read_number
from tidewaiter.trade.expressions import Column, Rows
from tidewaiter.trade.tables.cells import joined

LARGEST = 1e18
"""Beyond it a number is none (`foundation.readings.numbers.MAX_DIGITS`)."""
_PLAIN = re.compile(r"[+-]?1{1,18}(?:\.1{1,18})?")
_ASCII_FORM = r"^[0-9.,' +-]*$"
_MARKS = r"[., ']"


def shape_of(column: Column) -> Column:
    """What tells how a text is written, and few texts differ in: its digits made alike, but for a zero before all."""
    zero = column.re_search(r"^[^0-9]*0")
    return ibis.ifelse(zero, ibis.literal("0:"), ibis.literal("1:")).concat(column.re_replace("[0-9]", "1"))


def strange_of(column: Column) -> Column:
    """The texts that hold more than digits and marks, for the reader of numbers."""
    return ibis.ifelse(column.re_search(_ASCII_FORM), ibis.null("string"), column)


def _written(shape: str) -> str:
    first, text = shape[0], shape[2:]
    return text.replace("1", "0", 1) if first == "0" else text


class NumberReader:
    """Reads a column of texts whose shapes and strange texts are known."""

    def __init__(self, shapes: Sequence[str], strange: Sequence[str], *, money: bool = False, mark: str = "") -> None:
        written = [_written(shape) for shape in shapes]
        self.mark = mark or mark_of(written)
        self.plain = self.mark != "," and not strange and all(_PLAIN.fullmatch(shape[2:]) for shape in shapes)
        mark = self.mark if self.mark in (".", ",") else ""
        read = {text: read_number(text, mark, money=money).value for text in strange}
        self.strange = {text: float(number) for text, number in read.items() if number is not None}

    def column(self, table: Rows, name: str, to: str) -> Column:
        """The table with the numbers of the texts `name` as `to`, null where a text is none."""
        if self.plain:
            return table.mutate(**{to: finite(table[name].try_cast("float64"))})
        told = _by_form(table[name], self.mark)
        if not self.strange:
            return table.mutate(**{to: finite(told)})
        known = {text: {f"{to}__strange": number} for text, number in self.strange.items()}
        table = joined(table, name, known, {f"{to}__strange": "float64"})
        told = _by_form(table[name], self.mark)
        return table.mutate(**{to: finite(ibis.coalesce(told, table[f"{to}__strange"]))}).drop(f"{to}__strange")


def finite(number: Column) -> Column:
    """A number where it is finite and no larger than numbers are."""
    return ibis.ifelse(number.abs() < LARGEST, number, ibis.null("float64"))


def _by_form(text: Column, mark: str) -> Column:
    """As `read_number` reads the usual forms: by the mark of the column, else where there is one way only."""
    swapped = text.translate(".,", ",.")
    nothing = ibis.null("float64")
    point, comma = (
        ibis.ifelse(one.re_search(form), one.re_replace("[,' +]", "").try_cast("float64"), nothing)
        for one, form in ((text, FORM_BY_POINT), (swapped, FORM_BY_COMMA))
    )
    if mark in (".", ","):
        return point if mark == "." else comma
    alone = (point == comma) | ~text.contains(",")
    return ibis.cases((comma.isnull(), point), (point.isnull(), comma), (alone, point), else_=nothing)
