"""What a form does with a row is the same for every row that fills the same columns: found once, then followed.

Rows of a file fill few different sets of columns, so that what a path means, which fields lack and what stands beside
the form is asked once for a set, not once for a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tidewaiter.forms.columns import Column, is_beside, normal_path
from tidewaiter.foundation.readings.numbers import Number

MOST_PLANS, LONGEST_PLAN = 500, 20_000
"""Sets of columns that are remembered, and signs of one that is: a stranger's rows may fill ever others."""


@dataclass(slots=True)
class Read:
    """What was made of the texts of one path."""

    plain: dict[str, Any] = field(default_factory=dict)
    """Of texts that are their value and no more: nothing wrong, nothing hidden, no date of validity."""
    other: dict[str, Any] = field(default_factory=dict)
    """Of the others."""

    def forget(self) -> None:
        """Makes room."""
        self.plain.clear()
        self.other.clear()

    def __len__(self) -> int:
        return len(self.plain) + len(self.other)


@dataclass(frozen=True, slots=True)
class Step:
    """A path of the row, the column that describes it, and how it is read: `date`, `place` or `value`."""

    path: str
    column: Column
    how: str
    texts: Read
    numbers: Read
    """What was made of cells that are numbers, which are read otherwise than texts of the same signs."""

    def read(self, said: str) -> Read:
        """Where it stands what was made of a text."""
        return self.numbers if isinstance(said, Number) else self.texts

    def known(self, said: str) -> Any:
        """What was made of a text before: its value, what is wrong, its dates, what was found in it; or nothing."""
        read = self.read(said)
        value = read.plain.get(said)
        return read.other.get(said) if value is None else (value, None, None, ())


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What is to be done with a row that fills certain columns."""

    header: tuple[Step, ...]
    lines: tuple[Step, ...]
    """Of a line, but for quantity and unit."""
    lacking: dict[bool, tuple[str, ...]]
    """Paths of the header that must be given and are not, in the simple (False) and in the long form (True)."""
    lacking_in_line: dict[bool, tuple[Column, ...]]
    beside: bool
    """Whether it brings photos or links."""


class Described(Protocol):
    """What a plan asks of a form: its columns, and those that a case of either length needs."""

    header_columns: dict[str, Column]
    line_columns: dict[str, Column]

    @property
    def needed_in_header(self) -> dict[bool, list[str]]:
        """Paths of the header, by whether the form is the long one."""

    @property
    def needed_in_line(self) -> dict[bool, list[Column]]:
        """Columns of a line, likewise."""


class RowPlans:
    """The plans of one form."""

    def __init__(self, form: Described) -> None:
        self._form = form
        self._plans: dict[tuple[str, ...], RowPlan] = {}
        self._read: dict[str, tuple[Read, Read]] = {}

    def of(self, row: Iterable[str]) -> RowPlan:
        """The plan of a row by its paths, in their order."""
        paths = tuple(row)
        plan = self._plans.get(paths)
        if plan is None:
            plan = self._made(paths)
            if sum(map(len, paths)) <= LONGEST_PLAN:
                if len(self._plans) >= MOST_PLANS:
                    self._plans.clear()
                self._plans[paths] = plan
        return plan

    def step(self, path: str, column: Column, how: str = "value") -> Step:
        """How one path is read; what was made of its texts is the same for all plans."""
        if len(self._read) > MOST_PLANS:
            self._read.clear()
        return Step(path, column, how, *self._read.setdefault(path, (Read(), Read())))

    def _made(self, paths: tuple[str, ...]) -> RowPlan:
        form, given = self._form, frozenset(paths)
        header = [
            self.step(path, column, "date" if path == "date" else "place" if column.type == "place" else "value")
            for path in paths
            if (column := form.header_columns.get(normal_path(path)[1])) is not None and path != "date_precision"
        ]
        lines = [
            self.step(path, column)
            for path in paths
            if (column := form.line_columns.get(path)) is not None and path not in ("quantity", "unit")
        ]
        return RowPlan(
            header=tuple(header),
            lines=tuple(lines),
            lacking={
                long: tuple(path for path in needed if path not in given)
                for long, needed in form.needed_in_header.items()
            },
            lacking_in_line={
                long: tuple(column for column in needed if column.path not in given)
                for long, needed in form.needed_in_line.items()
            },
            beside=any(path in ("photos", "links") or (path[:7] == "photos." and is_beside(path)) for path in paths),
        )
