"""Consignments as a table of coded columns: what each column is (a date, a number, a category), labels, what is not used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.foreign import proposed
from tidewaiter.trade.declarations import ASKED
from tidewaiter.trade.reading import raw_table, readable

MOST_KINDS = 200
"""Whole numbers with no more different values than this are categories: codes, not amounts."""
_CODES = ("id", "code", "type", "no", "number", "office", "port", "use", "mode")
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
    found = np.full(len(values), np.nan)
    for at, value in enumerate(values):
        try:
            found[at] = float(value.replace(" ", "").replace("'", ""))
        except ValueError:
            continue
    found[~np.isfinite(found)] = np.nan
    return found


@dataclass(slots=True)
class Consignments:
    """Rows in their order, with what their columns are taken for."""

    table: pa.Table
    columns: dict[str, Coded]
    roles: dict[str, str]
    """Ours (`date`, `hs`, `quantity`, `value`, …) → the head of the file."""

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.table.num_rows)

    def column(self, head: str) -> Coded:
        """A column by its head. Raises `BadInput`."""
        if head not in self.columns:
            raise BadInput("mapping", _("The file has no column «%(head)s».") % {"head": head[:80]})
        return self.columns[head]

    def days(self) -> np.ndarray:
        """The day of each row as datetime64; NaT where none is said."""
        coded = self.column(self.roles["date"])
        found = np.full(len(coded.values), np.datetime64("NaT"), dtype="datetime64[D]")
        for at, value in enumerate(coded.values):
            try:
                found[at] = np.datetime64(value[:10])
            except ValueError:
                continue
        by_row: np.ndarray = found[coded.codes]
        return by_row


def consignments_of(connection: Any, path: Path, date: str = "") -> Consignments:
    """Reads a table of consignments, every column of it. Raises `BadInput` for what is no table, or has no row."""
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
    return Consignments(table, columns, roles)


def labels_of(consignments: Consignments, head: str) -> np.ndarray:
    """1, 0, or -1 where nobody looked (an empty cell), for each row. Raises `BadInput` where the column says anything else."""
    coded = consignments.column(head)
    said = []
    for value in coded.values:
        folded = value.lower()
        if folded and folded not in _TRUE | _FALSE:
            raise BadInput("label", _("«%(head)s» holds «%(value)s». A label says 1 or 0, or nothing where nobody looked.") % {"head": head[:80], "value": value[:40]})  # fmt: skip
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
    """Amounts are numbers; names, codes and few-valued columns are categories; what differs in every row identifies it and is not used."""
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
