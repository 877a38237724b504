"""A mirror comparison from a file to results: flows, gaps by pair, product and year, what was left out, the caveats."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.engines import engine, fitting, held, read_parquet, watched
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.files.hs_editions import families, joined
from tidewaiter.trade.files.opening import readable, state_of, vintage_of
from tidewaiter.trade.files.uniqueness import kept_once
from tidewaiter.trade.files.writing import stage_kept, write_table
from tidewaiter.trade.mirror.cif_fob import estimated
from tidewaiter.trade.mirror.flows import ReportedRows, checked, cleaned, years_of
from tidewaiter.trade.mirror.mirror_data import CAVEATS, SIDES, MirrorParameters, balanced, summed, told
from tidewaiter.trade.mirror.packed_flows import REASONS, unpacked
from tidewaiter.trade.tables.gaps import Gaps, gaps_of

FLOW = (
    "exporter",
    "importer",
    "product",
    "year",
    "imported",
    "exported",
    "re_exported",
    "factor",
    "imported_fob",
    "exported_net",
    "import_weight",
    "export_weight",
    "matched",
    "value_ratio",
    "weight_ratio",
    "unit_value_ratio",
    "gap",
    "relative",
    "kind",
    "harmonised",
    "entrepot",
    "editions",
)
"""Columns of a flow, in their order."""
SUMMARIES = {
    "pair": ("exporter", "importer"),
    "product": ("product",),
    "year": ("year",),
    "pair_year": ("exporter", "importer", "year"),
}
TRIED = (1.0, 1.06, 1.10)
"""Constant factors under which the figures are shown beside the asked one (DOMAIN.md §3.4)."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A file of reported trade and what it is read with: which column says what, distances to estimate the factor from,
    a correspondence of editions of the Harmonized System.
    """

    path: Path
    mapping: dict[str, str] | None = None
    distances: Path | None = None
    correspondence: Path | None = None
    anyway: bool = False
    """Whether a comparison is wanted of a file of which more than half was not understood."""

    def reads(self) -> tuple[Path | None, ...]:
        """The files that an engine must be let read."""
        return self.path, self.distances, self.correspondence

    def about(self) -> str:
        """What cleaned rows rest on: the files as they are now, and how they are read."""
        files = [state_of(one) for one in (self.path, self.correspondence) if one]
        return json.dumps([files, self.mapping], sort_keys=True)


@dataclass(slots=True)
class Mirrored:
    """What a comparison found; the flows lie in `flows.parquet` of its folder."""

    flows: int
    matched: int
    matched_share: float
    median_value_ratio: float | None
    median_weight_ratio: float | None
    gaps: int
    """Matched flows whose gap is at least the asked share of the larger side."""
    gaps_by_kind: dict[str, int]
    importers_more: float
    """Sum of the gaps where importers report more, entrepôts left out: sums by sign
    apart, for netting hides what offsets.
    """
    exporters_more: float
    entrepot_flows: int
    mixed_editions: int
    """Flows whose sides were reported in different editions of the Harmonized System."""
    families: int
    """Codes that a correspondence joined with others."""
    margins: JsonObject | None
    """What the estimated factor rests on, where it was estimated."""
    sensitivity: list[dict[str, float]]
    """The same figures under constant factors."""
    dropped: dict[str, int]
    not_understood: list[JsonObject]
    """What was not understood, by column and text, with its share of rows and of value."""
    warnings: list[str]
    hs_mended: int
    """Different codes whose zero before had been lost."""
    columns: dict[str, str]
    layout: str
    """The layout that was recognised as a whole; mostly nothing, where heads tell columns one by one."""
    vintage: JsonObject
    """The day of the file, the encoding where one was guessed, the first and the last year of its rows."""
    parameters: JsonObject
    about: str
    """The method, what was set and the caveats, in a line."""
    seconds: float
    caveats: tuple[str, ...] = CAVEATS
    summaries: dict[str, list[JsonObject]] = field(default_factory=dict)

    def answer(self) -> JsonObject:
        """As the command prints it."""
        said = asdict(self)
        said.pop("summaries")
        return said


def compare(
    source: Reported,
    work: Path,
    parameters: MirrorParameters,
    *,
    engine_name: str = "duckdb",
    memory: str = "4GB",
    aside: Path | None = None,
    tell: Callable[[str], None] = lambda _stage: None,
    share: Callable[[float], None] | None = None,
) -> Mirrored:
    """Compares both sides of a file of reported trade; leaves `sums.parquet` (what both sides say of each flow) and
    `flows.parquet` in the folder `work`, which is made.

    Sums that lie there already, of the same file, are not added up again. What does not fit into `memory`
    lies in `aside` (or `work`) meanwhile. `tell` hears of stages, `share` how far the statement is that is
    being done (0 to 1). Raises `BadInput`.
    """
    if source.distances and parameters.factors is not None:
        raise BadInput("factor", _("Give a table of factors, or distances to estimate them from, not both."))
    start = time.perf_counter()
    work.mkdir(parents=True, exist_ok=True)
    connection = engine(engine_name, memory, work, reads=source.reads(), aside=aside, ordered=False)
    with watched(connection, share), fitting(memory):
        stages = _read(connection, source, work, tell)
    gaps = gaps_of(stages["gaps"])
    both = read_parquet(connection, work / "sums.parquet")
    dropped = _dropped(both, gaps)
    gaps.judge(anyway=source.anyway)
    both = unpacked(both.filter(row.flow >= 0))
    with watched(connection, share), fitting(memory):
        margins = None
        if source.distances:
            tell(_("Estimating what freight and insurance add"))
            margins = estimated(connection, both, source.distances, parameters, work)
            parameters = replace(parameters, factors=margins.factors)
        tell(_("Comparing both sides"))
        compared = _greatest_first(both, parameters).select(*FLOW, about=ibis.literal(parameters.about()))
        stage_kept(compared, work / "flows.parquet")
        tell(_("Adding up"))
        flows = read_parquet(connection, work / "flows.parquet")
        figures, *tried = _figures(flows, parameters)
        return Mirrored(
            **_counts(flows, int(figures.pop("matched"))),
            **figures,
            families=stages["families"],
            margins=margins.answer() if margins else None,
            sensitivity=[{"factor": factor} | one for factor, one in zip(TRIED, tried, strict=True)],
            dropped=dropped,
            not_understood=gaps.answer(),
            warnings=gaps.warnings(),
            hs_mended=stages["mended"],
            columns=stages["columns"],
            layout=stages["layout"],
            parameters=parameters.answer(),
            about=parameters.about(),
            vintage=vintage_of(source.path) | years_of(both),
            seconds=round(time.perf_counter() - start, 2),
            summaries=_summaries(connection, flows),
        )


def _counts(flows: Rows, matched: int) -> JsonObject:
    """How many flows there are, of which `matched` have both sides, and how many gaps of each kind."""
    others = flows.agg(flows=row.count(), entrepot=row.entrepot.sum(), mixed=(row.editions > 1).sum()).execute().iloc[0]
    kinds = flows.filter(row.kind.notnull()).group_by("kind").agg(n=row.count()).execute()
    number = int(others.flows)
    return {
        "flows": number,
        "matched": matched,
        "matched_share": round(matched / number, 6) if number else 0.0,
        "gaps_by_kind": {str(kind): int(n) for kind, n in sorted(kinds.itertuples(index=False))},
        "entrepot_flows": int(others.entrepot),
        "mixed_editions": int(others.mixed),
    }


def _read(connection: Engine, source: Reported, work: Path, tell: Callable[[str], None]) -> JsonObject:
    """Leaves in `work` what both sides say of each flow; what was taken for what, and what was not understood."""
    notes, sums = work / "stages.json", work / "sums.parquet"
    stages: JsonObject = json.loads(notes.read_text()) if notes.exists() else {}
    if stages.get("reading") == source.about() and sums.exists():
        return stages
    tell(_("Reading and cleaning"))
    of = families(connection, source.correspondence) if source.correspondence else {}
    with readable(source.path):
        reported = cleaned(connection, source.path, source.mapping)
        rows = joined(reported.rows, of)
        stage_kept(summed(rows, reported.held), sums)
        kept_once(connection, rows, sums, reported.held, unique=reported.unique)
        gaps = _gaps(connection, read_parquet(connection, sums), reported)
    stages = {
        "reading": source.about(),
        "columns": reported.columns.first(),
        "layout": reported.columns.layout,
        "families": len(of),
        "mended": reported.mended,
        "gaps": gaps.stored(),
    }
    notes.write_text(json.dumps(stages))
    return stages


def _gaps(connection: Engine, sums: Rows, reported: ReportedRows) -> Gaps:
    used = sums.filter(sums.flow >= 0)
    sides = [name for name, (column, _side) in SIDES.items() if column == "value" and name in sums.columns]
    worth = {name: used[name].sum().fill_null(0.0) for name in sides}
    found = used.agg(rows=used.rows.sum().fill_null(0), **worth).to_pyarrow().to_pylist()[0]
    return Gaps(int(found["rows"]), float(sum(found[name] for name in sides)), reported.not_understood(connection))


def _dropped(sums: Rows, gaps: Gaps) -> dict[str, int]:
    """How many rows were left out, by reason. Raises `BadInput` where no other is left."""
    counted = sums.group_by(why=ibis.ifelse(row.flow < 0, row.flow, 0)).agg(n=row.rows.sum()).execute()
    found = {int(why): int(n) for why, n in counted.itertuples(index=False)}
    left = found.pop(0, 0)
    return checked({REASONS[-why - 1]: n for why, n in found.items()}, left, " ".join(gaps.warnings()))


def _greatest_first(sums: Rows, parameters: MirrorParameters) -> Rows:
    """All that is told of flows, the greatest gaps first: what is put in order is their number and their sums
    alone, all else is worked out after it.
    """
    flows = balanced(sums, parameters)
    kept = [name for name in (*SIDES, "first", "last") if name in sums.columns]
    kept += ["factor"] if parameters.factors else []
    flows = flows.select("flow", *kept, size=flows.gap.abs().fill_null(-1.0)).order_by([ibis.desc("size"), "flow"])
    return told(balanced(unpacked(flows), parameters), parameters)


def _under(flows: Rows, factor: float, parameters: MirrorParameters) -> JsonObject:
    """`value_ratio, gap, kind` of flows as a constant factor would have them."""
    used = ibis.ifelse(flows.importer.isin(parameters.fob_reporters), 1.0, factor)
    fob = ibis.ifelse(flows.matched, flows.imported / used, ibis.null("float64"))
    gap = fob - flows.exported_net
    share = gap.abs() / ibis.ifelse(fob > flows.exported_net, fob, flows.exported_net)
    return {
        "value_ratio": fob / flows.exported_net,
        "gap": gap,
        "kind": ibis.ifelse(share >= parameters.relative, "listed", ibis.null("string")),
    }


def _figures(flows: Rows, parameters: MirrorParameters) -> list[JsonObject]:
    """What is told of flows, as asked and under each of the factors `TRIED`, in one pass: how many match, medians,
    listed gaps, and sums of gaps by sign, entrepôts left out.
    """
    apart = ~flows.entrepot
    asked = {name: flows[name] for name in ("value_ratio", "gap", "kind")}
    wanted = {"matched": flows.matched.sum(), "weight": flows.weight_ratio.median()}
    same = TRIED.index(parameters.factor) + 1 if parameters.factors is None and parameters.factor in TRIED else 0
    for at, one in enumerate([asked, *(_under(flows, factor, parameters) for factor in TRIED)]):
        if at and at == same:
            continue  # what was asked is one of those that are tried
        wanted |= {
            f"value{at}": one["value_ratio"].median(),
            f"gaps{at}": one["kind"].count(),
            f"more{at}": one["gap"].sum(where=(one["gap"] > 0) & apart),
            f"less{at}": one["gap"].sum(where=(one["gap"] < 0) & apart),
        }
    found = flows.agg(**wanted).execute().iloc[0]
    kept = [0 if at == same else at for at in range(len(TRIED) + 1)]
    return [
        {
            "matched": int(found.matched),
            "median_value_ratio": _known(found[f"value{at}"]),
            "median_weight_ratio": _known(found.weight),
            "gaps": int(found[f"gaps{at}"]),
            "importers_more": _known(found[f"more{at}"]) or 0.0,
            "exporters_more": abs(_known(found[f"less{at}"]) or 0.0),
        }
        for at in kept
    ]


def _known(value: Any) -> float | None:
    return round(float(value), 6) if value is not None and value == value else None


def _summaries(connection: Engine, flows: Rows) -> dict[str, list[JsonObject]]:
    """Of each kind of groups those with the greatest gaps."""
    finest = SUMMARIES["pair_year"]
    with held(connection, _sums(flows, finest)) as sums:  # what is made of its keys is added up of it
        return {
            name: _summary(flows, _added(sums, keys) if set(keys) <= set(finest) else _sums(flows, keys), keys)
            for name, keys in SUMMARIES.items()
        }


def _sums(flows: Rows, keys: tuple[str, ...]) -> Rows:
    return flows.group_by(list(keys)).agg(
        flows=row.count(),
        matched=row.matched.sum(),
        importers_more=row.gap.sum(where=row.gap > 0).fill_null(0.0),
        exporters_more=(-row.gap.sum(where=row.gap < 0)).fill_null(0.0),
        gaps=row.kind.count(),
    )


def _added(sums: Rows, keys: tuple[str, ...]) -> Rows:
    return sums.group_by(list(keys)).agg(
        **{name: sums[name].sum() for name in ("flows", "matched", "importers_more", "exporters_more", "gaps")}
    )


def _summary(flows: Rows, sums: Rows, keys: tuple[str, ...], most: int = 500) -> list[JsonObject]:
    """Flows, matched, medians and gaps by sign of each group, the greatest gaps first;
    medians are looked for in these alone.
    """
    first = [ibis.desc(row.importers_more + row.exporters_more), *keys]
    sums = ibis.memtable(sums.order_by(first).limit(most).to_pyarrow())
    medians = (
        flows.semi_join(sums, list(keys))
        .group_by(list(keys))
        .agg(median_value_ratio=row.value_ratio.median(), median_weight_ratio=row.weight_ratio.median())
    )
    names = (
        "flows",
        "matched",
        "median_value_ratio",
        "median_weight_ratio",
        "importers_more",
        "exporters_more",
        "gaps",
    )
    grouped = sums.inner_join(medians, list(keys)).order_by(first).select(*keys, *names)
    return [dict(one) for one in grouped.execute().to_dict("records")]


def ranked(flows: Rows) -> Rows:
    """The flows of a comparison, the greatest gaps first."""
    return flows.select(*FLOW).order_by(
        [ibis.desc(flows.gap.abs().fill_null(-1.0)), "exporter", "importer", "product", "year"]
    )


def write_flows(found: Mirrored, work: Path, out: Path, memory: str = "2GB") -> None:
    """Writes the flows, the greatest gaps first, to a file (.parquet, .csv, .xlsx), or all
    results into a folder. Raises `BadInput`.
    """
    done = work / "flows.parquet"
    if out.suffix == ".parquet" and done.is_file():
        out.unlink(missing_ok=True)
        try:
            out.hardlink_to(done)  # a stage is written anew, never changed: the same file serves for both
        except OSError:
            shutil.copyfile(done, out)
        return
    connection = engine("duckdb", memory, work)
    flows = read_parquet(connection, done)
    table = flows.select(*FLOW) if done.is_file() else ranked(flows)
    write_table(connection, table, "flows", out, found.summaries, found.answer(), found.about)
