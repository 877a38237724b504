"""What the checks may know beside the case itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tidewaiter.checks.norms import Norm
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form

Lines = list[dict[str, Any]]


@dataclass(slots=True)
class Context:
    """The form, today, what is usual, what places are. Made once for many cases."""

    form: Form
    today: date
    norms: dict[tuple[str, str], Norm] = field(default_factory=dict)
    prices: dict[tuple[str, str], Norm] = field(default_factory=dict)
    """Usual value of one unit, by sub-type and `UNIT CURRENCY`."""
    place_functions: dict[str, str] = field(default_factory=dict)
    """UN/LOCODE function field (`1--45---`) by place."""
    holds_names: bool = False
    """Whether the node may hold names in texts: what looks like one is hidden in what leaves it, and stays here."""
    _today: str = ""
    _texts: dict[str, Column] = field(default_factory=dict)
    _open: list[Column] | None = None
    _units: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def iso_today(self) -> str:
        """Today as ISO 8601, remembered."""
        if not self._today:
            self._today = self.today.isoformat()
        return self._today

    @property
    def texts(self) -> dict[str, Column]:
        """The form's free texts by path, remembered."""
        if not self._texts:
            self._texts = {c.path: c for c in self.form.columns if c.type in ("text", "long_text") or c.open}
        return self._texts

    @property
    def open_codes(self) -> list[Column]:
        """The form's own fields that take other texts beside their codes, remembered."""
        if self._open is None:
            self._open = [c for c in self.form.columns if c.open and c.scope == "fields"]
        return self._open

    def units_for(self, subtype: str) -> tuple[str, ...]:
        """Allowed units, remembered."""
        if subtype not in self._units:
            self._units[subtype] = self.form.units_for(subtype)
        return self._units[subtype]
