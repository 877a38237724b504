"""Products of several editions of the Harmonized System made comparable: a table of
correspondence joins codes into families.
"""

from __future__ import annotations

from pathlib import Path

import ibis
import pyarrow as pa
from ibis import _ as row

from tidewaiter.intake.mapping.foreign_columns import Asked
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.files.opening import opened
from tidewaiter.trade.mirror.packed_flows import moved, number_of_product

CORRESPONDENCE = (
    Asked("first", ("HS2022", "HS 2022", "from", "from code", "source", "new")),
    Asked("second", ("HS2017", "HS 2017", "to", "to code", "target", "old", "HS2012")),
)
"""Two columns of codes, one of each edition, as the UN Statistics Division's tables of correspondence have them."""


def families(connection: Engine, path: Path) -> dict[str, str]:
    """`{code: family}` of the codes that do not stand for the same goods in both
    editions; a family goes by its smallest code.

    Codes are joined where the table says that one became (a part of) another: values of a family are the same goods on
    both sides, whichever edition each side used. Raises `BadInput`.
    """
    raw, _found = opened(connection, path, CORRESPONDENCE, None)
    digits = {name: row[name].re_replace(r"\.0$", "").re_replace(r"[^0-9]", "") for name in ("first", "second")}
    rows = raw.select(**digits).filter((row.first != "") & (row.second != "")).execute()
    above: dict[str, str] = {}

    def top(code: str) -> str:
        while above.setdefault(code, code) != code:
            above[code] = above[above[code]]
            code = above[code]
        return code

    for first, second in rows.itertuples(index=False):
        one, other = top(_whole(first)), top(_whole(second))
        above[max(one, other)] = min(one, other)
    found = {code: top(code) for code in above}
    return {code: family for code, family in found.items() if code != family}


def _whole(code: str) -> str:
    """Six digits, with the zero that a spreadsheet took."""
    return code.zfill(6) if len(code) == 5 else code


def joined(rows: Rows, of: dict[str, str]) -> Rows:
    """Cleaned rows with the products of a family under one code."""
    numbers = {code: (number_of_product(code), number_of_product(family)) for code, family in of.items()}
    known = [(code, of[code], there - here) for code, (here, there) in numbers.items() if min(here, there) > 0]
    if not known:
        return rows
    table = ibis.memtable(pa.table(dict(zip(("product", "family", "further"), zip(*known, strict=True), strict=True))))
    return (
        rows.left_join(table, "product")
        .mutate(
            product=ibis.coalesce(row.family, row.product),
            flow=ibis.ifelse(row.flow >= 0, moved(row.flow, row.further.fill_null(0)), row.flow),
        )
        .drop("product_right", "family", "further")
    )
