"""Rows that say the same twice are counted once: doubles of a table, values of one key that contradict."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import ibis
from ibis import _ as row

from tidewaiter.trade.engines import held, read_parquet
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.files.writing import stage_kept
from tidewaiter.trade.mirror.mirror_data import SIDES, summed
from tidewaiter.trade.mirror.packed_flows import REASONS, Held

_SIDES = tuple(name for name, (column, _side) in SIDES.items() if column == "value")


def kept_once(connection: Engine, rows: Rows, sums: Path, hold: Held, *, unique: bool) -> None:
    """Sums up anew, in the stage `sums`, the flows in which rows may repeat each other:
    those with more rows than sides.

    A row that repeats another in all that it says is `repeated`; where the table has its whole key (`unique`), so is
    one that repeats another's key and value, and rows of one key with several values are all left out
    (`several_values`): which of them holds is not guessed.
    """
    both = read_parquet(connection, sums)
    sides = [both[name].notnull().cast("int64") for name in _SIDES if name in both.columns]
    crowded = both.filter((both.flow >= 0) & (both.rows > sum(sides[1:], sides[0])))
    with held(connection, crowded.select("flow")) as flows:
        if not int(flows.count().execute()):
            return
        again = rows.filter(rows.flow >= 0).semi_join(flows, "flow")
        same = ["flow", "side", "key", "value", *([] if unique else ["repeat", "weight", "edition"])]
        more = {"weight": row.weight.max(), "edition": row.edition.max()} if unique else {}
        with held(connection, again.group_by(same).agg(n=row.count(), **more)) as apart:
            contrary = _contrary(apart) if unique else None
            kept = apart if contrary is None else apart.anti_join(contrary, ["flow", "side", "key"])
            left = {"repeated": int((apart.n.sum() - apart.count()).execute() or 0)}
            left["several_values"] = int(apart.count().execute()) - int(kept.count().execute())
            fresh = summed(kept.mutate(left_out=ibis.literal("")), hold)
            parts = [both.anti_join(flows, "flow"), fresh.select(*both.columns), *_counted(both, left)]
            _replaced(connection, ibis.union(*parts), sums)


def _contrary(apart: Rows) -> Rows:
    """The keys that have several values."""
    keys = ["flow", "side", "key"]
    return apart.group_by(keys).agg(different=row.count()).filter(row.different > 1).select(keys)


def _counted(both: Rows, left: dict[str, int]) -> list[Any]:
    """A row of sums for each reason, which says how many rows are left out for it."""
    found = [{"flow": -1 - REASONS.index(why), "rows": n} for why, n in left.items() if n]
    if not found:
        return []
    schema = both.schema()
    lines = [{name: one.get(name) for name in schema.names} for one in found]
    return [ibis.memtable(lines, schema=schema)]


def _replaced(connection: Engine, sums: Rows, path: Path) -> None:
    fresh = path.with_name(f"{path.name}.once")
    stage_kept(sums, fresh, connection)
    if path.is_dir():
        shutil.rmtree(path)
    fresh.replace(path)
