"""Tables with one fact in a row (Eurostat's SDMX-CSV): laid wide, a row for all facts of one
reporter, partner, product, flow and period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from tidewaiter.trade.expressions import Column, Rows
from tidewaiter.trade.tables.columns import bare, layouts

_DECIMAL = "decimal(30, 9)"
"""In it amounts are multiplied, so that no digit is lost."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A column that facts become: the names that a fact goes by, and how many of its unit one of theirs is."""

    head: str
    named: dict[str, int]


@dataclass(frozen=True, slots=True)
class LongForm:
    """Which columns of a long table name the fact and hold it, which say what it is of, and what facts there are."""

    by: str
    value: str
    keys: tuple[str, ...]
    facts: tuple[Fact, ...]


def long_form_of(heads: Sequence[str]) -> LongForm | None:
    """How a table with these heads is long; nothing where it is not."""
    known = {bare(head): head for head in heads}
    for one in layouts()["long"]:
        by, value, *more = map(bare, [one["by"], one["value"], *one["heads"]])
        if {by, value, *more} <= set(known):
            besides = {by, value, *map(bare, one["besides"])}
            keys = tuple(head for head in heads if bare(head) not in besides)
            facts = tuple(
                Fact(head, {bare(name): times for name, times in named.items()}) for head, named in one["facts"].items()
            )
            return LongForm(known[by], known[value], keys, facts)
    return None


def wide_heads(heads: Sequence[str]) -> list[str]:
    """The heads that a table has when it is laid wide; its own where it is not long."""
    form = long_form_of(heads)
    return list(heads) if form is None else [*form.keys, *(fact.head for fact in form.facts)]


def wide_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """First rows of a long table as they are shown: each with its one fact, under the fact's head."""
    form = long_form_of(heads)
    if form is None:
        return [list(row) for row in rows]
    found = []
    for row in rows:
        cells = dict(zip(heads, row, strict=False))
        named = bare(str(cells.get(form.by, "")).split(":")[0])
        facts = [
            _shown(cells.get(form.value, ""), fact.named[named]) if named in fact.named else "" for fact in form.facts
        ]
        found.append([*(str(cells.get(head, "")) for head in form.keys), *facts])
    return found


def _shown(text: str, times: int) -> str:
    return text if times == 1 or not text else f"{times} × {text}"


def laid_wide(raw: Rows, form: LongForm) -> Rows:
    """The long table with a column for each fact, as texts. A fact that stands twice makes two rows. What
    is no fact of the list stands where a value should, so that it is named as not understood; `row`, where
    the table has it, is the first of the rows.
    """
    said = raw[form.by].cast("string").strip()
    named = said.re_replace(r":.*$", "").lower().re_replace("[^a-z0-9]", "")
    amount = raw[form.value].cast("string").strip().nullif("")
    heads, cells = [], []
    for fact in form.facts:
        for name, times in fact.named.items():
            heads.append((named == name, fact.head))
            cells.append((named == name, amount if times == 1 else _multiplied(amount, times, said)))
    unknown = said.fill_null("").concat(" ?")
    more = {"row": raw.row} if "row" in raw.columns else {}
    table = raw.select(
        *[head for head in form.keys if head != "row"],
        fact_head=ibis.cases(*heads, else_=form.facts[0].head),
        fact_cell=ibis.cases(*cells, else_=unknown),
        **more,
    )
    keys = [head for head in form.keys if head != "row"]
    nth = ibis.row_number().over(group_by=[*keys, "fact_head"], order_by="fact_cell")
    table = table.mutate(fact_nth=nth)
    facts = {fact.head: table.fact_cell.max(where=table.fact_head == fact.head) for fact in form.facts}
    first = {"row": table.row.min()} if more else {}
    return table.group_by([*keys, "fact_nth"]).agg(**facts, **first).drop("fact_nth")


def _multiplied(amount: Column, times: int, said: Column) -> Column:
    """An amount so many times; one that is no plain number stays unread, with what it is of: it must
    not be taken for one of another unit.
    """
    whole = amount.try_cast(_DECIMAL) * times
    return ibis.coalesce(whole.cast("string"), said.concat(" ").concat(amount))
