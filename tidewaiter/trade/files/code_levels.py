"""What lies in other rows of the same table is not counted beside them: coarser
products, months in years, other editions.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
from ibis import _ as row

from tidewaiter.trade.expressions import Column, Rows

_PAIR = ("exporter_number", "importer_number", "when")


def _marked(table: Rows, hit: Column, why: str) -> Rows:
    return table.mutate(left_out=ibis.ifelse((table.left_out == "") & hit.fill_null(False), why, table.left_out))


def finest_alone(table: Rows, levels: Collection[int]) -> Rows:
    """Leaves out rows of coarser products (`level` 0 all, 2, 4, 6, 8 national codes) where finer ones of the same pair
    and year lie in them, whoever reports those; a subheading only where the same side has its national codes.
    """
    used = table.filter(table.left_out == "")
    for level in sorted(set(levels))[:-1]:
        keys = [*_PAIR, *(["side"] if level == 6 else [])]
        finer = used.filter(used.level > level)
        finer = (
            finer.select(*keys, inside=finer["product"].substr(0, level)).distinct().mutate(finer=ibis.literal(True))
        )
        inside = ibis.ifelse(
            table.level == level, ibis.ifelse(table.level == 0, "", table["product"]), ibis.null("string")
        )
        table = table.mutate(inside=inside).left_join(finer, [*keys, "inside"])
        table = table.drop([name for name in table.columns if name.endswith("_right")])
        table = _marked(table, table.finer, "another_level").drop("inside", "finer")
    return table


def longest_alone(table: Rows) -> Rows:
    """Leaves out months and quarters (`grain`, `quarter`) of a flow's side where the year stands in the
    table too, and months whose quarter does.
    """
    keys = [*_PAIR, "side", "product"]
    table = _without_parts(table, "year", keys, table.grain != "year")
    return _without_parts(table, "quarter", [*keys, "quarter"], table.grain == "month")


def _without_parts(table: Rows, whole: str, keys: list[str], parts: Rows) -> Rows:
    longer = table.filter((table.left_out == "") & (table.grain == whole))
    longer = longer.select(keys).distinct().mutate(whole=ibis.literal(True))
    table = table.left_join(longer, keys)
    table = table.drop([name for name in table.columns if name.endswith("_right")])
    return _marked(table, table.whole & parts, "another_period").drop("whole")


def later_edition_alone(table: Rows, *, with_period: bool) -> Rows:
    """Of a reporter's side and period that the table has in several editions of the Harmonized System, leaves out all
    but the one with most rows (of as many, the latest).
    """
    keys = ["by", "side", "when", *(["period_0"] if with_period else [])]
    counted = table.filter(table.left_out == "").group_by([*keys, "edition_said"]).agg(n=row.count())
    several = counted.group_by(keys).agg(different=row.count()).filter(row.different > 1)
    counted = counted.semi_join(several, keys).order_by([*keys, ibis.desc("n"), ibis.desc("edition_said")])
    found = counted.to_pyarrow().to_pylist()
    seen: set[tuple[object, ...]] = set()
    others = []
    for one in found:
        group = tuple(one[key] for key in keys)
        if group in seen:
            others.append({name: one[name] for name in (*keys, "edition_said")})
        seen.add(group)
    if not others:
        return table
    listed = ibis.memtable(others, schema={name: table[name].type() for name in (*keys, "edition_said")})
    table = table.left_join(listed.mutate(surplus=ibis.literal(True)), [*keys, "edition_said"])
    table = table.drop([name for name in table.columns if name.endswith("_right")])
    return _marked(table, table.surplus, "another_edition").drop("surplus")
