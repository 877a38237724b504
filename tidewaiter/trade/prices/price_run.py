"""A unit-price screen from a file to results: stages that are kept, what was left
out, summaries, a reason for every row.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.engines import (
    engine,
    fitting,
    held,
    read_parquet,
    size_of,
    watched,
)
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.files.declarations import cleaned
from tidewaiter.trade.files.opening import readable, state_of, vintage_of
from tidewaiter.trade.files.writing import stage_kept, write_table
from tidewaiter.trade.mirror.flows import checked, years_of
from tidewaiter.trade.prices.flagged_rows import FLAGGED, ranked
from tidewaiter.trade.prices.price_sums import added_up, repeated_rows
from tidewaiter.trade.prices.unit_prices import (
    CAVEATS,
    PRODUCTS,
    PriceParameters,
    against,
    comparators,
    comparison_levels,
    gathered,
    usable,
)
from tidewaiter.trade.tables.gaps import Gaps, gaps_of

_BESIDE = ("hs6", "quarter", "side_beside")
"""What is kept of a flagged row besides: what summaries and the page ask for."""
A_GIGABYTE = 3_000_000
"""Rows that are compared at once in a gigabyte of memory: their prices are held, group by group."""
A_STRETCH = 20_000_000
"""Rows that are judged at once: a run that was stopped there goes on with the next ones."""


@dataclass(slots=True)
class Screened:
    """What a screen found; the rows lie in `folder`."""

    rows: int
    groups: int
    flagged: int
    over_value: float | None
    """Nothing where values are in several currencies: see `by_currency`."""
    under_value: float | None
    outflow: float | None
    inflow: float | None
    over_value_beside: float | None
    """What the second pair of quantiles says."""
    under_value_beside: float | None
    by_currency: list[JsonObject]
    """The same amounts by currency, where there are several: they are never pooled."""
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
    date_unread: int
    """Used rows whose date was not understood: they are compared without one."""
    not_understood: list[JsonObject]
    """What was not understood, by column and text, with its share of rows and of value."""
    warnings: list[str]
    columns: dict[str, str]
    """Which column of the file was taken for what."""
    layout: str
    """The layout that was recognised as a whole; mostly nothing, where heads tell columns one by one."""
    vintage: JsonObject
    """The day of the file, the encoding where one was guessed, the first and the last year of its rows."""
    parameters: JsonObject
    seconds: float
    about: str
    """The method, what was set and the caveats, in a line."""
    caveats: tuple[str, ...] = CAVEATS
    summaries: dict[str, list[JsonObject]] = field(default_factory=dict)

    def answer(self) -> JsonObject:
        """As the command prints it."""
        said = asdict(self)
        said.pop("summaries")
        return said | {"usable_share": round(self.usable / self.rows, 4) if self.rows else 0.0}


@dataclass(frozen=True, slots=True)
class Source:
    """A file of declarations and how it is read: which column says what, what a
    currency is worth, the flow where it says none.
    """

    path: Path
    mapping: dict[str, str] | None = None
    rates: dict[str, float] | None = None
    flow: str = "import"
    importers: bool = True
    """Whether importers are kept: a node that holds no names drops them as it reads."""
    anyway: bool = False
    """Whether a screen is wanted of a file of which more than half was not understood."""

    def about(self) -> str:
        """What cleaned rows rest on: the file as it is now, and how it is read."""
        return json.dumps([state_of(self.path), self.mapping, self.rates, self.flow, self.importers], sort_keys=True)


def screen(
    source: Source,
    work: Path,
    parameters: PriceParameters,
    *,
    engine_name: str = "duckdb",
    memory: str = "4GB",
    aside: Path | None = None,
    tell: Callable[[str], None] = lambda _stage: None,
    share: Callable[[float], None] | None = None,
) -> Screened:
    """Screens a file of declarations; leaves `cleaned.parquet` (all rows), `likes.parquet` (what
    they are compared with, in parts) and `screened.parquet` (what either pair of quantiles flags,
    in parts) in the folder `work`, which is made.

    What lies there already, of the same file and the same parameters, is not done again: a run that was stopped
    goes on with the next part. What does not fit into `memory` lies in `aside` (or `work`) meanwhile. `tell` hears
    of stages, `share` how far the statement is that is being done (0 to 1). Raises `BadInput` for what cannot be
    used, or does not fit into `memory`.
    """
    start = time.perf_counter()
    work.mkdir(parents=True, exist_ok=True)
    connection = engine(engine_name, memory, work, reads=[source.path], aside=aside)
    with watched(connection, share), fitting(memory):
        said = _read(connection, source, work, tell)
    gaps, columns = gaps_of(said["gaps"]), said["columns"]
    connection = engine(engine_name, memory, work, aside=aside, ordered=False)
    rows = read_parquet(connection, work / "cleaned.parquet")
    dropped = _dropped(rows, gaps)
    gaps.judge(anyway=source.anyway)
    with watched(connection, share), fitting(memory):
        for stage in _compared(connection, rows, parameters, work, memory):
            tell(stage)
        tell(_("Adding up"))
        found = added_up(connection, rows, work, parameters)
        repeated = repeated_rows(connection, rows) if "id" in columns else 0
    return Screened(
        **found,
        dropped=dropped,
        date_unread=said["date_unread"],
        not_understood=gaps.answer(),
        warnings=gaps.warnings(),
        columns=columns,
        layout=said["layout"],
        parameters=parameters.answer(),
        about=parameters.about(),
        repeated=repeated,
        vintage=vintage_of(source.path) | years_of(rows.filter(row.left_out == "")),
        seconds=round(time.perf_counter() - start, 2),
    )


def _read(connection: Engine, source: Source, work: Path, tell: Callable[[str], None]) -> JsonObject:
    """Leaves the cleaned rows of the file in `work`; which column was taken for what, and what was not understood."""
    notes, clean = work / "read.json", work / "cleaned.parquet"
    said: JsonObject = json.loads(notes.read_text()) if notes.exists() else {}
    if said.get("about") == source.about() and clean.exists():
        return said
    tell(_("Reading and cleaning"))
    for stage in ("likes.parquet", "screened.parquet"):
        shutil.rmtree(work / stage, ignore_errors=True)
    with readable(source.path):
        declared = cleaned(connection, source.path, source.mapping, source.rates, source.flow)
        rows = declared.kept()
        stage_kept(rows if source.importers else rows.mutate(importer=ibis.literal("")), clean)
        unread = declared.not_understood(connection)
        used = read_parquet(connection, clean).filter(row.left_out == "")
        worth = row.count() if declared.several_currencies else row.value.sum()
        found = used.agg(rows=row.count(), worth=worth.fill_null(0)).to_pyarrow().to_pylist()[0]
    gaps = Gaps(int(found["rows"]), float(found["worth"]), unread)
    dates = sum(one.rows for one in unread if one.column == declared.columns.taken.get("date", ("",))[0])
    said = {
        "about": source.about(),
        "columns": declared.columns.first(),
        "layout": declared.columns.layout,
        "gaps": gaps.stored(),
        "date_unread": dates,
    }
    notes.write_text(json.dumps(said))
    return said


def _dropped(rows: Rows, gaps: Gaps) -> dict[str, int]:
    counted = rows.group_by("left_out").agg(n=row.count()).execute()
    found = {str(why): int(n) for why, n in counted.itertuples(index=False)}
    return checked(found, found.pop("", 0), " ".join(gaps.warnings()))


def _starts(rows: Rows, parameters: PriceParameters, memory: str) -> list[str]:
    """The products at which parts begin that fit into the memory, no group in two of them; one part
    where not every group is of one product.
    """
    finest = [
        max((digits for name, digits in PRODUCTS.items() if name in keys), default=0) for keys in parameters.ladder
    ]
    if not min(finest):
        return [""]
    counted = rows.group_by(product=row.hs.substr(0, min(finest))).agg(n=row.count()).order_by("product").execute()
    # a part begins at a product, never within one: each group of like ones is compared whole
    starts, held, most = [""], 0, A_GIGABYTE * size_of(memory)
    for product, number in counted.itertuples(index=False):
        if held and held + number > most:
            starts.append(str(product))
            held = 0
        held += int(number)
    return starts


def _parts(rows: Rows, starts: list[str]) -> list[Rows]:
    """The rows from each of these products up to the next."""
    parts = [rows.filter(row.hs >= begin) if begin else rows for begin in starts]
    return [part.filter(row.hs < end) for part, end in zip(parts, starts[1:], strict=False)] + parts[-1:]


def _compared(connection: Engine, rows: Rows, parameters: PriceParameters, work: Path, memory: str) -> Iterator[str]:
    """Leaves what rows are compared with, part by part of the products, and the rows that are flagged, part
    by part of the file; says each before.
    """
    starts = _starts(rows, parameters, memory)
    comparing = json.dumps([repr(parameters), starts, A_STRETCH])  # other parts are another comparison
    notes, alike, flagged = work / "compared.json", work / "likes.parquet", work / "screened.parquet"
    if not notes.exists() or notes.read_text() != comparing or parameters.reference is not None:
        for stage in (alike, flagged):
            shutil.rmtree(stage, ignore_errors=True)
        notes.write_text(comparing)
    for stage in (alike, flagged):
        stage.mkdir(exist_ok=True)
    parts = _parts(rows, starts)
    for number, part in enumerate(parts):
        name = alike / f"{number:04d}.parquet"
        if not name.exists():
            yield _("Comparing with like ones, part %(number)s of %(parts)s") % {
                "number": number + 1,
                "parts": len(parts),
            }
            with (
                held(connection, gathered(usable(part), parameters)) as cells,
                held(connection, comparison_levels(cells, parameters)) as on,
            ):
                stage_kept(comparators(cells, on, parameters), name)
    parts = _stretches(rows)
    for number, part in enumerate(parts):
        name = flagged / f"{number:04d}.parquet"
        if not name.exists():
            yield _("Judging rows, part %(number)s of %(parts)s") % {"number": number + 1, "parts": len(parts)}
            found = against(usable(part), read_parquet(connection, alike), parameters)
            found = found.filter(row.side.notnull() | row.side_beside.notnull())
            stage_kept(found.select(*(one for one in FLAGGED if one != "reason"), *_BESIDE), name)


def _stretches(rows: Rows) -> list[Rows]:
    """The rows in the order of the file, some million at a time;
    all at once where their numbers have gaps (on Spark).
    """
    number, last = rows.agg(n=row.count(), last=row.row.max()).execute().iloc[0]
    if number != last or number <= A_STRETCH:
        return [rows]
    return [rows.filter((row.row > after) & (row.row <= after + A_STRETCH)) for after in range(0, int(last), A_STRETCH)]


def write_results(
    found: Screened, work: Path, out: Path, memory: str = "2GB", share: Callable[[float], None] | None = None
) -> None:
    """Writes the flagged rows, the greatest amounts first, to a file (.parquet, .csv, .xlsx), or all
    results into a folder. Raises `BadInput`.
    """
    connection = engine("duckdb", memory, work)
    flagged = ranked(read_parquet(connection, work / "screened.parquet"), several=bool(found.by_currency))
    with watched(connection, share):
        write_table(connection, flagged, "flagged", out, found.summaries, found.answer(), found.about)
