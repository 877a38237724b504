"""A unit-price screen from a file to results: stages that are kept, what was left out, summaries, a reason for every row."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.trade.declarations import cleaned, declarations_of
from tidewaiter.trade.engines import engine, read_parquet
from tidewaiter.trade.flows import checked
from tidewaiter.trade.prices import Parameters, against, keys_of, likes, usable
from tidewaiter.trade.reading import readable
from tidewaiter.trade.writing import stage_kept, write_table

FLAGGED = (
    "row", "id", "hs", "partner", "flow", "year", "month", "importer", "related", "quantity", "unit", "value", "price", "rung", "group_size", "low", "median",
    "high", "score", "side", "ratio", "amount", "movement", "slip", "reason",
)  # fmt: skip
"""Columns of a flagged row, in their order."""
SUMMARIES = {"importer": ("importer",), "partner": ("partner",), "product": ("hs6",), "month": ("year", "month")}
"""Summaries of what was flagged, by what."""
_RUNGS = ("given price", "finest group", "by year", "world")


@dataclass(slots=True)
class Screened:
    """What a screen found; the rows lie in `folder`."""

    rows: int
    groups: int
    flagged: int
    over_value: float
    under_value: float
    outflow: float
    inflow: float
    usable: int
    """Rows that had a group of like ones (or a given price)."""
    slips: int
    """Flagged rows that are likely typing or unit errors."""
    beside: int
    """Rows that the second pair of quantiles flags."""
    hs_mended: int
    repeated: int
    """Rows that say the same as another in everything, the declaration's number too; each is counted."""
    dropped: dict[str, int]
    columns: dict[str, str]
    """Which column of the file was taken for what."""
    seconds: float
    summaries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        """As the command prints it."""
        said = asdict(self)
        said.pop("summaries")
        return said | {"usable_share": round(self.usable / self.rows, 4) if self.rows else 0.0}


@dataclass(frozen=True, slots=True)
class Source:
    """A file of declarations and how it is read: which column says what, what a currency is worth, the flow where it says none."""

    path: Path
    mapping: dict[str, str] | None = None
    rates: dict[str, float] | None = None
    flow: str = "import"
    importers: bool = True
    """Whether importers are kept: a node that holds no names drops them as it reads."""

    def about(self) -> str:
        """What cleaned rows rest on: the file as it is now, and how it is read."""
        there = self.path.stat() if self.path.exists() else None
        known = [there.st_size if there else 0, there.st_mtime_ns if there else 0]
        return json.dumps([str(self.path), *known, self.mapping, self.rates, self.flow, self.importers], sort_keys=True)


def screen(
    source: Source,
    work: Path,
    parameters: Parameters,
    *,
    engine_name: str = "duckdb",
    memory: str = "4GB",
    tell: Callable[[str], None] = lambda _stage: None,
) -> Screened:
    """Screens a file of declarations; leaves `cleaned.parquet` (all rows), `likes.parquet` (what they are compared with) and
    `screened.parquet` (what either pair of quantiles flags) in the folder `work`, which is made.

    A stage that lies there already, of the same file and the same parameters, is not done again: a run that was stopped goes on.
    Raises `BadInput` for what cannot be used.
    """
    start = time.perf_counter()
    work.mkdir(parents=True, exist_ok=True)
    connection = engine(engine_name, memory, work)
    notes, clean, alike, done = (work / name for name in ("stages.json", "cleaned.parquet", "likes.parquet", "screened.parquet"))  # fmt: skip
    reading, comparing = source.about(), repr(parameters)
    stages = json.loads(notes.read_text()) if notes.exists() else {}
    if stages.get("reading") != reading or not clean.exists():
        tell(_("Reading and cleaning"))
        with readable(source.path):
            table, columns = declarations_of(connection, source.path, source.mapping)
            rows = cleaned(table, source.rates, source.flow)
            stage_kept(rows if source.importers else rows.mutate(importer=ibis.literal("")), clean)
        stages = {"reading": reading, "columns": columns}
        notes.write_text(json.dumps(stages))
    rows = read_parquet(connection, clean)
    dropped = checked(rows)
    if stages.get("comparing") != comparing or parameters.reference is not None or not done.exists():
        tell(_("Comparing with like ones"))
        priced = usable(rows)
        stage_kept(likes(priced, parameters), alike)
        found = against(priced, read_parquet(connection, alike), parameters)
        stage_kept(found.filter(row.side.notnull() | row.side_beside.notnull()), done)
        notes.write_text(json.dumps(stages | {"comparing": comparing}))
    tell(_("Adding up"))
    result, cells = read_parquet(connection, done), read_parquet(connection, alike)
    figures = result.agg(
        flagged=row.side.count(), over=row.amount.sum(where=row.side == "over"), under=row.amount.sum(where=row.side == "under"),
        outflow=row.amount.sum(where=row.movement == "outflow"), inflow=row.amount.sum(where=row.movement == "inflow"),
        slips=row.slip.count(), beside=row.side_beside.count(),
    ).execute().iloc[0]  # fmt: skip
    read = rows.agg(rows=row.count(), mended=row.hs_mended.sum(), alike=_said(rows).nunique()).execute().iloc[0]
    return Screened(
        rows=int(read.rows), groups=_groups(cells, parameters), flagged=int(figures.flagged), over_value=_number(figures.over), under_value=_number(figures.under),
        outflow=_number(figures.outflow), inflow=_number(figures.inflow), usable=int(cells.rows.sum(where=cells.rung.notnull()).execute() or 0), slips=int(figures.slips), beside=int(figures.beside),
        hs_mended=int(read.mended or 0), repeated=int(read.rows - read.alike) if "id" in stages["columns"] else 0, dropped=dropped, columns=stages["columns"],
        seconds=round(time.perf_counter() - start, 2), summaries={name: _summary(rows, result, keys) for name, keys in SUMMARIES.items()},
    )  # fmt: skip


def _said(rows: Any) -> Any:
    """All that a row says, as a number of 64 bits: of a hundred million rows two that differ share one in one case of 3,700."""
    return ibis.struct({name: rows[name] for name in rows.columns if name != "row"}).hash()


def _number(value: Any) -> float:
    return round(float(value), 2) if value == value and value is not None else 0.0


def _groups(cells: Any, parameters: Parameters) -> int:
    """How many groups of like ones were used."""
    number = 0
    for rung, keys in enumerate(parameters.ladder):
        number += int(cells.filter(cells.rung == rung).select(*keys_of(keys)).distinct().count().execute())
    return number


def with_reason(found: Any) -> Any:
    """A sentence for every flagged row, in English: the page says it in the reader's language from the same columns."""
    number = found.ratio.round(2).cast("string")
    names = ibis.cases(*[(found.rung == at - 1, name) for at, name in enumerate(_RUNGS)], else_="group")
    over = found.side == "over"
    bound = ibis.ifelse(over, found.high, found.low).round(4).cast("string")
    sentence = (
        ibis.literal("Unit price ").concat(found.price.round(4).cast("string"), " per ", found.unit, ": ", number)
        .concat(ibis.ifelse(over, " times the upper bound ", " times below the lower bound "), bound)
        .concat(" of ", found.group_size.cast("string").fill_null("0"), " like ones (", names, ").")
    )  # fmt: skip
    return found.mutate(reason=ibis.ifelse(found.side.notnull(), sentence, ibis.null("string")))


def _summary(rows: Any, result: Any, keys: tuple[str, ...], most: int = 200) -> list[dict[str, Any]]:
    """Of those with the greatest amounts: how many rows they have, how many are flagged, the amounts over and under."""
    flagged = (
        result.group_by(list(keys))
        .agg(
            flagged=row.side.count(), over=row.amount.sum(where=row.side == "over").fill_null(0.0),
            under=row.amount.sum(where=row.side == "under").fill_null(0.0), slips=row.slip.count(),
        )
        .filter(row.flagged > 0)
    )  # fmt: skip
    flagged = flagged.order_by([ibis.desc(row.over + row.under), *keys]).limit(most)
    every = usable(rows).group_by(list(keys)).agg(rows=row.count())
    found = flagged.inner_join(every, [flagged[key].identical_to(every[key]) for key in keys])
    found = found.order_by([ibis.desc(row.over + row.under), *keys]).select(
        *keys, "rows", "flagged", over=row.over.round(2), under=row.under.round(2), slips=row.slips
    )
    return [dict(one) for one in found.execute().to_dict("records")]


def ranked(screened: Any) -> Any:
    """The flagged rows of a screen, the greatest amounts first, each with its reason."""
    flagged = screened.filter(row.side.notnull()).select(*(name for name in FLAGGED if name != "reason"))
    return with_reason(flagged.order_by([ibis.desc("amount"), "row"]))


def write_results(found: Screened, work: Path, out: Path) -> None:
    """Writes the flagged rows, the greatest amounts first, to a file (.parquet, .csv, .xlsx), or all results into a folder. Raises `BadInput`."""
    connection = engine("duckdb", "2GB", work)
    flagged = ranked(read_parquet(connection, work / "screened.parquet"))
    write_table(flagged, "flagged", out, found.summaries, found.answer())
