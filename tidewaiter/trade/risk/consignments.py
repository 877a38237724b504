"""Consignments as a table of coded columns: what each column is (a date, a number, a
category), labels, what is not used and why.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from tidewaiter.foundation.readings.dates import order_of, read_date
from tidewaiter.foundation.readings.numbers import mark_of, read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.foreign_columns import proposed
from tidewaiter.trade.expressions import Engine
from tidewaiter.trade.files.declarations import ASKED
from tidewaiter.trade.files.opening import raw_table, readable

MOST_KINDS = 200
"""Whole numbers with no more different values than this are categories: codes, not amounts."""
_CODES = ("id", "code", "type", "no", "number", "office", "port", "use", "mode")
_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,3})?")
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9:.]{5,}")
ORDERS = ("", "dmy", "mdy")
_TRUE, _FALSE = {"1", "true", "yes", "y", "t", "1.0"}, {"0", "false", "no", "n", "f", "0.0"}


@dataclass(frozen=True, slots=True)
class Coded:
    """A column: for each row the place of its value among the different ones."""

    codes: np.ndarray
    values: list[str]

    def numbers(self) -> np.ndarray:
        """The values as numbers, by row; NaN where there is none."""
        found: np.ndarray = _numbers(self.values)[self.codes]
        return found

    def hashes(self, salt: str) -> np.ndarray:
        """A 64-bit number for each row's value: a model that knows it by this says no importer's name."""
        found: np.ndarray = np.array([_hash(salt, value) for value in self.values], dtype=np.uint64)[self.codes]
        return found


def _hash(salt: str, value: str) -> int:
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8, key=salt.encode()[:64]).digest(), "little")


def _numbers(values: Sequence[str]) -> np.ndarray:
    """The numbers that the cells of one column state, by the column's own decimal mark; NaN for what is none."""
    found, others = np.full(len(values), np.nan), []
    for at, value in enumerate(values):
        if _PLAIN.fullmatch(value):
            found[at] = float(value)
        elif value:
            others.append(at)
    mark = mark_of(values[at] for at in others)
    for at in others:
        if (reading := read_number(values[at], "" if mark == "?" else mark, money=True)).value is not None:
            found[at] = float(reading.value)
    return found


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a column of dates, by row."""

    days: np.ndarray
    """datetime64, the first of a month or a year where no more is said; NaT where there is none."""
    exact: np.ndarray
    """Whether the day itself is said."""
    not_read: dict[str, int]
    """Values that are no date, and how many rows have each; empty cells are none of them."""
    order: str
    """`dmy` or `mdy` where the cells tell, or it was said."""


def days_of(coded: Coded, head: str, order: str = "") -> Days:
    """Reads a column of dates by the house's reader. `order`: `dmy` or `mdy` where the cells do not tell.

    Raises `BadInput` where days and months cannot be told apart: nothing is guessed.
    """
    values = coded.values
    told = order_of(values)
    order = told if told in ("dmy", "mdy") else order
    found = np.full(len(values), np.datetime64("NaT", "D"))
    exact, wrong = np.zeros(len(values), dtype=bool), []
    read = cache(partial(read_date, order=order))
    for at, value in enumerate(values):
        if not value:
            continue
        # as engines write moments: one reading a day, not one a moment
        stamp = _STAMP.fullmatch(value)
        if (reading := read(stamp[1] if stamp else value)).several:
            raise BadInput(
                "date_order",
                _(
                    "«%(head)s» holds «%(value)s», which is %(first)s or %(second)s. Say whether days or months come"
                    " first (--date-order dmy, or mdy)."
                )
                % {
                    "head": head[:80],
                    "value": value[:40],
                    "first": reading.several[0].iso,
                    "second": reading.several[1].iso,
                },
            )
        if reading.value is None:
            wrong.append(at)
        else:
            found[at], exact[at] = np.datetime64(reading.value.iso), reading.value.precision == "day"
    rows = np.bincount(coded.codes, minlength=len(values)) if wrong else None
    not_read = {values[at][:40]: int(rows[at]) for at in wrong} if rows is not None else {}
    return Days(found[coded.codes], exact[coded.codes], not_read, order)


@dataclass(slots=True)
class Consignments:
    """Rows in their order, with what their columns are taken for."""

    table: pa.Table
    columns: dict[str, Coded]
    roles: dict[str, str]
    """Ours (`date`, `hs`, `quantity`, `value`, …) → the head of the file."""
    date_order: str = ""
    """`dmy` or `mdy`, for dates that do not tell."""
    _days: Days | None = None

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.table.num_rows)

    def column(self, head: str) -> Coded:
        """A column by its head. Raises `BadInput`."""
        if head not in self.columns:
            raise BadInput("mapping", _("The file has no column «%(head)s».") % {"head": head[:80]})
        return self.columns[head]

    def dates(self) -> Days:
        """The days of the column of dates. Raises `BadInput` where they can be read in two ways."""
        if self._days is None:
            head = self.roles["date"]
            self._days = days_of(self.column(head), head, self.date_order)
        return self._days

    def days(self) -> np.ndarray:
        """The day of each row as datetime64; NaT where none is said."""
        return self.dates().days


def consignments_of(connection: Engine, path: Path, date: str = "", date_order: str = "") -> Consignments:
    """Reads a table of consignments, every column of it. Raises `BadInput` for what is no table, or has no row."""
    if date_order not in ORDERS:
        raise BadInput("date_order", _("The order of a date is dmy or mdy."))
    raw = raw_table(connection, path)
    with readable(path):
        table = raw.select(**{head: raw[head].cast("string").fill_null("") for head in raw.columns}).to_pyarrow()
    if not table.num_rows:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    columns = {}
    for head in table.column_names:
        coded = table.column(head).combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        columns[head] = Coded(
            coded.indices.to_numpy().astype(np.int32), [one.strip() for one in coded.dictionary.to_pylist()]
        )
    roles = proposed(list(columns), ASKED)
    if date:
        roles["date"] = date
    return Consignments(table, columns, roles, date_order)


def labels_of(consignments: Consignments, head: str) -> np.ndarray:
    """1, 0, or -1 where nobody looked (an empty cell), for each row. Raises `BadInput`
    where the column says anything else.
    """
    coded = consignments.column(head)
    said = []
    for value in coded.values:
        folded = value.lower()
        if folded and folded not in _TRUE | _FALSE:
            raise BadInput(
                "label",
                _("«%(head)s» holds «%(value)s». A label says 1 or 0, or nothing where nobody looked.")
                % {"head": head[:80], "value": value[:40]},
            )
        said.append(1 if folded in _TRUE else 0 if folded else -1)
    found: np.ndarray = np.array(said, dtype=np.int8)[coded.codes]
    if not (found == 1).any() or not (found == 0).any():
        raise BadInput("label", _("«%(head)s» must hold both outcomes, 1 and 0.") % {"head": head[:80]})
    return found


@dataclass(slots=True)
class Kinds:
    """What columns are used as, by head; and those that are not, with the reason."""

    numbers: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    unused: dict[str, str] = field(default_factory=dict)


def kinds_of(consignments: Consignments, label: str, exclude: Sequence[str]) -> Kinds:
    """Amounts are numbers; names, codes and few-valued columns are categories; what differs in
    every row identifies it and is not used.
    """
    found, rows, roles = Kinds(), consignments.rows, consignments.roles
    for head in exclude:
        consignments.column(head)  # a misspelt one would be learnt from
    for head, coded in consignments.columns.items():
        different = len(coded.values)
        words = head.lower().replace("_", " ").replace(".", " ").split() or [""]
        if head == label:
            continue
        if head in exclude:
            found.unused[head] = "excluded"
        elif head == roles.get("date"):
            found.unused[head] = "date"
        elif different < 2:
            found.unused[head] = "one value"
        elif head in (roles.get("quantity"), roles.get("value")):
            found.numbers.append(head)
        elif head == roles.get("id") and different > 0.5 * rows:
            found.unused[head] = "identifies the row"
        elif head == roles.get("hs") or words[-1] in _CODES:
            _category(found, head, different, rows)
        else:
            numbers = _numbers([value for value in coded.values if value])
            whole = bool(numbers.size) and not np.isnan(numbers).any() and bool((numbers == np.round(numbers)).all())
            if numbers.size and np.isnan(numbers).mean() <= 0.05 and not (whole and different <= MOST_KINDS):
                found.numbers.append(head)
            else:
                _category(found, head, different, rows)
    if not found.numbers and not found.categories:
        raise BadInput("no_columns", _("No column is left to learn from."))
    return found


def _category(found: Kinds, head: str, different: int, rows: int) -> None:
    if different > 0.95 * rows and rows >= 100:
        found.unused[head] = "identifies the row"
    else:
        found.categories.append(head)
