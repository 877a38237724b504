"""The cases behind a figure."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.sql import Where, bound, composed, joined, names
from tidewaiter.statistics.queries import executed


@dataclass(frozen=True, slots=True)
class CasesBehind:
    """What a figure counts: cases, seizures, the quantity or value where one was asked for, and refs of some cases."""

    cases: int
    seizures: int
    amount: str | None
    refs: list[str]


def cases_behind(
    connection: duckdb.DuckDBPyConnection,
    keys: dict[str, str | None],
    *,
    amount: str = "",
    dated: bool = False,
    most: int = 1000,
    skip: int = 0,
) -> CasesBehind:
    """The cases of the period that a figure counts, the latest first; a key of None is «not reported».

    Of a sum, `amount` is `quantity` or `value`: lines that say none are not in it. With `dated` those alone whose
    month is known, as in a count by quarters.
    """
    same = "CAST({name} AS VARCHAR) IS NOT DISTINCT FROM {value}"
    only = [composed(same, name=names(name), value=bound(value)) for name, value in keys.items()]
    only += [composed("{amount} IS NOT NULL", amount=names(amount))] if amount else []
    only += [Where("month IS NOT NULL")] if dated else []
    chosen_lines = joined(" AND ", [Where("now"), *only])
    listed = composed(
        "SELECT ref, max(month) FROM chosen WHERE {only} GROUP BY ref ORDER BY 2 DESC NULLS LAST, 1 DESC"
        " LIMIT {most} OFFSET {skip}",
        only=chosen_lines,
        most=most,
        skip=skip,
    )
    counted = composed(
        "SELECT count(DISTINCT ref), coalesce(sum(events), 0)::BIGINT, {amount} FROM chosen WHERE {only}",
        amount=composed("sum({amount})", amount=names(amount)) if amount else Where("NULL"),
        only=chosen_lines,
    )
    refs = [str(ref) for ref, _month in executed(connection, listed).fetchall()]
    cases, seizures, total = executed(connection, counted).fetchone() or (0, 0, None)
    return CasesBehind(cases, seizures, plain(total) if total is not None else None, refs)
