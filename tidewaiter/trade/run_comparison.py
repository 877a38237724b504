"""Two stored runs side by side: what other settings, or another file, change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.trade.engines import read_parquet, reader
from tidewaiter.trade.files.sources import folder_of
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import TABLES

KEYS = {"unit_prices": ("row", "id", "hs"), "mirror": ("exporter", "importer", "product", "year")}
"""By what a ranked row of one run is known in another."""
_RANKED = {"unit_prices": "side", "mirror": "kind"}
WRITTEN = {"unit_prices": "flagged.parquet", "mirror": "flows.parquet"}
"""The table that a command leaves in a folder of results."""
_APART = ("seconds",)


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Settings that differ, figures of both, and of what they rank `both`, `first` alone, `second` alone
    (nothing where rows are not known again).
    """

    settings: dict[str, list[Any]]
    figures: dict[str, list[float | None]]
    rows: dict[str, int]

    def answer(self) -> JsonObject:
        """As the program's door gives it."""
        return asdict(self)


def compare_runs(first: TradeRun, second: TradeRun) -> RunComparison:
    """Two runs of one analysis that are done. Raises `Missing`."""
    if first.analysis != second.analysis or not first.answer or not second.answer:
        raise Missing("no_run", _("Two analyses of one kind that are done can lie side by side."))
    names = [*first.parameters, *(name for name in second.parameters if name not in first.parameters)]
    asked = {name: [one.parameters.get(name) for one in (first, second)] for name in names}
    settings = {name: both for name, both in asked.items() if both[0] != both[1]}
    if first.source != second.source:
        settings = {"file": [first.source, second.source]} | settings
    known = first.analysis != "unit_prices" or first.source == second.source
    tables = [folder_of(one) / TABLES.get(one.analysis, "") for one in (first, second)]
    return RunComparison(
        settings, _figures(first.answer, second.answer), _rows(first.analysis, *tables) if known else {}
    )


def compare_folders(first: Path, second: Path) -> RunComparison:
    """The results of two analyses of one kind that commands wrote into folders. Raises `BadInput` for what is none."""
    kinds = [next((of for of, name in WRITTEN.items() if (one / name).exists()), "") for one in (first, second)]
    if not kinds[0] or kinds[0] != kinds[1]:
        raise BadInput(
            "no_results", _("Two folders are needed that the same command wrote its results into (-o FOLDER).")
        )
    try:
        answers = [
            read_json((one / "report.json").read_text(), limit="json_document_bytes", nan=True)
            for one in (first, second)
        ]
    except (OSError, ValueError) as error:
        raise BadInput("no_results", _("%(name)s cannot be read.") % {"name": "report.json"}) from error
    return RunComparison({}, _figures(*answers), _rows(kinds[0], *(one / WRITTEN[kinds[0]] for one in (first, second))))


def _figures(first: JsonObject, second: JsonObject) -> dict[str, list[float | None]]:
    ours, theirs = _flat(first), _flat(second)
    return {
        name: [ours.get(name), theirs.get(name)] for name in [*ours, *(name for name in theirs if name not in ours)]
    }


def _flat(answer: JsonObject, before: str = "") -> dict[str, float]:
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


def _rows(analysis: str, *paths: Path) -> dict[str, int]:
    """Ranked rows that both tables have, and those of one alone."""
    keys = KEYS.get(analysis)
    if not keys or not all(path.exists() for path in paths):
        return {}
    connection = reader(*paths)
    ranked = _RANKED[analysis]
    tables = [read_parquet(connection, path).filter(row[ranked].notnull()).select(*keys) for path in paths]
    numbers = [int(table.count().execute()) for table in tables]
    both = int(tables[0].semi_join(tables[1], list(keys)).count().execute())
    return {"both": both, "first": numbers[0] - both, "second": numbers[1] - both}
