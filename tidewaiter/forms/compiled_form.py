"""A form compiled once: its columns by path, what is needed, what it accepts."""

from __future__ import annotations

from functools import cached_property

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import (
    Column,
    columns_of,
    is_beside,
    normal_path,
)
from tidewaiter.forms.definitions import Common, Definition
from tidewaiter.forms.labels import label_in
from tidewaiter.foundation.text import fold


def _needs(column: Column, long: bool) -> bool:
    return column.needed == "always" or (column.needed == "long" and long)


class Form:
    """One version of a form."""

    def __init__(self, definition: Definition, common: Common) -> None:
        self.definition = definition
        self.common = common
        self.columns = columns_of(definition, common)
        self.by_path = {column.path: column for column in self.columns}
        self.header_columns = {column.path: column for column in self.columns if column.scope == "header"}
        self.line_columns = {column.path: column for column in self.columns if column.scope != "header"}

    @property
    def code(self) -> str:
        """The commodity's code."""
        return self.definition.code

    @property
    def version(self) -> int:
        """The definition's version."""
        return self.definition.version

    def title(self, lang: str) -> str:
        """The commodity's name."""
        return label_in(self.definition.label, lang)

    def asked(self, *, simple: bool) -> list[Column]:
        """The columns of the simple or of the long form."""
        return [column for column in self.columns if column.simple or not simple]

    def lineage(self, subtype: str) -> list[str]:
        """A sub-type and what it stands under, nearest first."""
        view = list_view(self.definition.list_of_subtypes)
        found: list[str] = []
        at = subtype
        while at and at not in found:
            found.append(at)
            known = view.codes.get(at)
            at = known.parent if known else ""
        return found

    def units_for(self, subtype: str) -> tuple[str, ...]:
        """Units that a quantity of this sub-type may have, after the sub-type's own parents."""
        units = self.definition.units
        own = next((at for at in self.lineage(subtype) if at in units.by_subtype), None)
        return units.allowed if own is None else units.by_subtype[own]

    @cached_property
    def every_unit(self) -> tuple[str, ...]:
        """Units that any quantity of this form may have."""
        units = self.definition.units
        return tuple(dict.fromkeys([*units.allowed, *(unit for own in units.by_subtype.values() for unit in own)]))

    def value_suffices(self, subtype: str) -> bool:
        """Whether a line of this sub-type may state its value and currency in place of a quantity."""
        return any(at in self.definition.units.value_suffices for at in self.lineage(subtype))

    def applies(self, column: Column, subtype: str) -> bool:
        """Whether a column is asked for goods of this sub-type."""
        return not column.subtypes or any(at in column.subtypes for at in self.lineage(subtype))

    @cached_property
    def needed_in_header(self) -> dict[bool, list[str]]:
        """Paths of the header that must be given, in the simple (False) and in the long form (True)."""
        return {
            long: [c.path for c in self.columns if c.scope == "header" and _needs(c, long)] for long in (False, True)
        }

    @cached_property
    def needed_in_line(self) -> dict[bool, list[Column]]:
        """Columns of a line that must be given beside the quantity, likewise."""
        lines = [c for c in self.columns if c.scope != "header" and c.path != "quantity"]
        return {long: [c for c in lines if _needs(c, long)] for long in (False, True)}

    @cached_property
    def paths_by_label(self) -> dict[str, str]:
        """Folded names under which a file may give a column: its path, and its label in each language."""
        names: dict[str, str] = {}
        for column in self.columns:
            for name in (column.path, *column.label.values()):
                names.setdefault(fold(name), column.path)
        return names

    def path_of(self, head: str) -> str | None:
        """The path that a file's column head means, or nothing."""
        path, described_by = normal_path(head.strip())
        if described_by in self.by_path or is_beside(path):
            return path
        return self.paths_by_label.get(fold(head))
