"""Two stored runs side by side: what other settings, or another file, change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.engines import engine, read_parquet
from tidewaiter.trade.files import folder_of
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import TABLES

KEYS = {"unit_prices": ("row", "id", "hs"), "mirror": ("exporter", "importer", "product", "year")}
"""By what a ranked row of one run is known in another."""
_RANKED = {"unit_prices": "side", "mirror": "kind"}
_APART = ("seconds",)


@dataclass(frozen=True, slots=True)
class Beside:
    """Settings that differ, figures of both, and of what they rank `both`, `first` alone, `second` alone (nothing where rows are not known again)."""

    settings: dict[str, list[Any]]
    figures: dict[str, list[float | None]]
    rows: dict[str, int]

    def answer(self) -> dict[str, Any]:
        """As the program's door gives it."""
        return asdict(self)


def beside(first: TradeRun, second: TradeRun) -> Beside:
    """Two runs of one analysis that are done. Raises `Missing`."""
    if first.analysis != second.analysis or not first.answer or not second.answer:
        raise Missing("no_run", _("Two analyses of one kind that are done can lie side by side."))
    names = [*first.parameters, *(name for name in second.parameters if name not in first.parameters)]
    asked = {name: [one.parameters.get(name) for one in (first, second)] for name in names}
    settings = {name: both for name, both in asked.items() if both[0] != both[1]}
    if first.source != second.source:
        settings = {"file": [first.source, second.source]} | settings
    ours, theirs = _flat(first.answer), _flat(second.answer)
    figures = {
        name: [ours.get(name), theirs.get(name)] for name in [*ours, *(name for name in theirs if name not in ours)]
    }
    return Beside(settings, figures, _rows(first, second))


def _flat(answer: dict[str, Any], before: str = "") -> dict[str, float]:
    """The numbers of an answer under their dotted names, three deep at most; lists are left out."""
    found: dict[str, float] = {}
    for name, value in answer.items():
        if name in _APART or isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            found[f"{before}{name}"] = value
        elif isinstance(value, dict) and before.count(".") < 2:
            found |= _flat(value, f"{before}{name}.")
    return found


def _rows(first: TradeRun, second: TradeRun) -> dict[str, int]:
    """Ranked rows that both runs have, and those of one alone."""
    keys = KEYS.get(first.analysis)
    paths = [folder_of(one) / TABLES.get(one.analysis, "") for one in (first, second)]
    if (
        not keys
        or not all(path.exists() for path in paths)
        or (first.analysis == "unit_prices" and first.source != second.source)
    ):
        return {}
    connection = engine("duckdb", "1GB", paths[0].parent)
    ranked = _RANKED[first.analysis]
    tables = [read_parquet(connection, path).filter(row[ranked].notnull()).select(*keys) for path in paths]
    numbers = [int(table.count().execute()) for table in tables]
    both = int(tables[0].semi_join(tables[1], list(keys)).count().execute())
    return {"both": both, "first": numbers[0] - both, "second": numbers[1] - both}
